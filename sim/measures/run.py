"""A run and its tables: what was simulated, as pandas sees it."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.codes import Kind, Origin, Outcome, Reason
from sim.engine.names import buyer_names, line_names, manager_names, rep_names
from sim.engine.state import open_rows
from sim.engine.world import World
from sim.measures.weekly import by_week
from sim.measures.wheel import Momentum
from sim.measures.whole_run import summary_of
from sim.scenario.errors import InputError
from sim.scenario.measures import WEEKLY_MEASURES
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import IntEnum

    import pandas as pd

    from agents.machinery.record import Rows

_CODES: dict[str, type[IntEnum]] = {
    "outcome": Outcome,
    "true_reason": Reason,
    "reported_reason": Reason,
    "origin": Origin,
}


class Run:
    """A simulated run. Tables are made when first asked for.

    Attributes:
        world: The organization as the run left it.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def scenario(self) -> Scenario:
        """What was assumed, with the interventions that were made."""
        return self.world.scenario

    @property
    def seed(self) -> int:
        """Key of all chance."""
        return self.world.seed

    @property
    def weeks(self) -> int:
        """Weeks simulated after the burn-in."""
        return self.world.week

    def __repr__(self) -> str:
        """Say what it is in one line."""
        return f"Run({self.scenario.name or 'unnamed'}, seed={self.seed}, weeks={self.weeks})"

    @cached_property
    def summary(self) -> dict[str, float]:
        """Headline measures by name; `sim.scenario.measures.MEASURES` has their units and definitions."""
        return summary_of(self.world)

    @property
    def wheel(self) -> Momentum:
        """Stage indices, speed and friction of the three flywheels."""
        return Momentum.of(self.world)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Every measure of `sim.scenario.measures.WEEKLY_MEASURES` by week, with its date. [weeks x measures]."""
        import pandas as pd  # noqa: PLC0415 - slow to import, and batches do without

        rows = self.world.weekly()
        frame = pd.DataFrame({name: by_week(rows, measure) for name, measure in WEEKLY_MEASURES.items()})
        frame.index.name = "week"
        frame.insert(0, "date", self._dates(np.arange(self.weeks)))
        return frame

    @cached_property
    def deals(self) -> pd.DataFrame:
        """The deal log: a row for each opportunity closed in the run, in the order of closing, codes as words.

        Weeks are those of the run, so `created` may be negative. `buyer` and `seat` are row numbers, which tell apart
        the buying centres of one account and stay the same in every case.

        Raises:
            InputError: The run was told not to keep deals.
        """
        world = self.world
        full = world.state.deals[:0]
        if any(part.dtype != full.dtype for part in world.closed):
            raise InputError("this run kept no deals; simulate with deals=True")
        rows = np.concatenate([full, *world.closed])
        table = self._named(rows["account"], rows["line"], rows["seat"], rows["manager"])
        for name in (rows.dtype.names or ())[5:]:
            table[name] = rows[name]
        return self._in_words(table)

    @cached_property
    def open_deals(self) -> pd.DataFrame:
        """Opportunities open at the end, with the columns of `deals` that are known, and `age`. [open x columns]."""
        state = self.world.state
        rows = state.opportunities[open_rows(state)]
        rows = rows[np.argsort(rows["slot"])]
        accounts, lines = rows["account"], rows["slot"] % len(state.lines)
        seats = state.buyers["seat"][accounts]
        table = self._named(accounts, lines, seats, state.reps["manager"][seats])
        table |= {"origin": rows["origin"], "specialists": rows["joined"], "most_people": rows["most_people"]}
        table |= {"created": rows["created"], "age": rows["age"], "hours": rows["hours_total"]}
        names = ("contact", "amount", "fit", "insight", "preference", "consensus", "buying_stage", "sales_stage")
        table |= {name: rows[name] for name in names}
        table["buyer_trust"] = state.buyer_trust[accounts]
        return self._in_words(table)

    @cached_property
    def reps(self) -> pd.DataFrame:
        """Reps at the end of each quarter. [quarters * seats x columns], units as in `REPS`.

        `rep` is the seat's name and `manager` its team; sums and quotas are those of the quarter that has ended.
        """
        return self._quarterly("reps")

    @cached_property
    def managers(self) -> pd.DataFrame:
        """Managers at the end of each quarter. [quarters * managers x columns], units as in `MANAGERS`."""
        return self._quarterly("managers")

    def _quarterly(self, which: str) -> pd.DataFrame:
        import pandas as pd  # noqa: PLC0415 - as above

        state = self.world.state
        pattern: Rows = getattr(state, which)
        tables = [getattr(quarter, which) for quarter in self.world.quarters]
        if any(table is None for table in tables):
            raise InputError(f"this run kept no tables of {which}; simulate keeps them")
        rows = np.concatenate([pattern[:0], *tables])
        n = len(pattern)
        bosses = np.array(manager_names(self.scenario, len(state.managers)), dtype=object)
        own = np.array(rep_names(self.scenario, n), dtype=object) if which == "reps" else bosses
        ends = np.array([quarter.end for quarter in self.world.quarters], dtype=np.int64)
        columns = {"quarter": np.repeat(np.arange(len(tables)), n), "week": np.repeat(ends - 1, n)}
        columns[which[:-1]] = np.tile(own, len(tables))
        for name in rows.dtype.names or ():
            columns[name] = bosses[rows[name]] if name in ("manager", "boss") else rows[name]
        return pd.DataFrame(columns)

    def _named(self, buyer: Rows, line: Rows, seat: Rows, manager: Rows) -> dict[str, Any]:
        """The columns that say whose deal it is."""
        state = self.world.state
        return {
            "buyer": buyer,
            "seat": seat,
            "account": np.array(buyer_names(self.scenario), dtype=object)[buyer],
            "line": np.array(line_names(self.scenario, len(state.lines)), dtype=object)[line],
            "rep": np.array(rep_names(self.scenario, len(state.reps)), dtype=object)[seat],
            "manager": np.array(manager_names(self.scenario, len(state.managers)), dtype=object)[manager],
        }

    def _in_words(self, table: dict[str, Any]) -> pd.DataFrame:
        """Put words for codes, and weeks of the run for those of the calendar."""
        import pandas as pd  # noqa: PLC0415 - as above

        for name in table.keys() & _CODES.keys():
            words = [member.name.lower() for member in _CODES[name]]
            table[name] = pd.Categorical.from_codes(table[name], categories=pd.Index(words))
        sets = [", ".join(kind.name.lower() for kind in Kind if mask >> kind & 1) for mask in range(1 << len(Kind))]
        table["specialists"] = pd.Categorical.from_codes(table["specialists"], categories=pd.Index(sets))
        for name in table.keys() & {"created", "closed"}:
            table[name] = table[name] - self.world.burn_in - 1
        return pd.DataFrame(table)

    def _dates(self, weeks: Rows) -> pd.DatetimeIndex:
        import pandas as pd  # noqa: PLC0415 - as above

        return pd.DatetimeIndex([self.scenario.start_date + dt.timedelta(weeks=int(week)) for week in weeks])


def simulate(
    scenario: Scenario | str,
    seed: int = 0,
    weeks: int | None = None,
    *,
    deals: bool = True,
    agent_classes: Mapping[type, type] | None = None,
    buyer_class: type | None = None,
    rep_class: type | None = None,
    specialist_class: type | None = None,
    manager_class: type | None = None,
) -> Run:
    """Run a scenario: in the compiled drive, or agent by agent where a class of agents is given.

    Args:
        scenario: What is assumed, or the name or path of it.
        seed: Key of all chance, 0 to 2**63 - 1.
        weeks: Weeks after the burn-in, `organization.weeks` unless given.
        deals: Whether to keep the deal log; without, a run takes less memory and has the same summary.
        agent_classes: Classes to be used instead of others, such as {Rep: Lucky}; as `SalesOrg`.
        buyer_class: Class of the accounts.
        rep_class: Class of the reps.
        specialist_class: Class of the specialists.
        manager_class: Class of the managers.

    Raises:
        InputError: Something in the scenario or the arguments cannot be used.
    """
    own = (buyer_class, rep_class, specialist_class, manager_class)
    if agent_classes or any(own_class is not None for own_class in own):
        from sim.engine.sales_org import SalesOrg  # noqa: PLC0415 - it loads Mesa, and batches do without

        org = SalesOrg(
            scenario,
            seed,
            weeks=weeks,
            deals=deals,
            agent_classes=agent_classes,
            buyer_class=buyer_class,
            rep_class=rep_class,
            specialist_class=specialist_class,
            manager_class=manager_class,
        )
        org.run_for(org.world.horizon)
        return Run(org.world)
    organization = scenario if isinstance(scenario, Scenario) else Scenario.load(scenario)
    return Run(World.begin(organization, seed, weeks, deals=deals).finish())
