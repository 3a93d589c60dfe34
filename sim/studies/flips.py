"""Deals won in one case and not in the other, and the first point at which their stories part.

An opportunity is the same in two cases if account, product line and week of the need are. Chance is keyed, so what
happens to both in the same week has the same luck; that they end differently has a cause, which is looked for in what
both went through week by week. Small differences are everywhere from the first week on, so only noticeable ones count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.codes import OUTCOME, REASON, Outcome
from sim.engine.names import buyer_names, line_names, rep_names
from sim.engine.state import open_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.engine.world import World
    from sim.studies.statistics import Floats

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something in which two stories of one opportunity can part."""

    name: str  # a field of the opportunity, or what `Story` derives from several
    reason: str  # what it means that one side has more of it, in words
    least: float = 0.0  # least difference that counts, in its unit; smaller ones change how a deal goes, not its story


SIGNS: tuple[Sign, ...] = (
    Sign("arose", "the need arose only {side}"),
    Sign("pursued", "the rep pursued it only {side}"),
    Sign("fit", "the need fitted better {side}", 0.05),
    Sign("people", "more specialists joined {side}"),
    Sign("hours", "the rep gave it more hours {side}", 0.5),
    Sign("sales_stage", "the rep logged it further ahead {side}", 0.1),
    Sign("access", "the buyer granted more access {side}", 0.05),
    Sign("contact", "it got more contact {side}", 2.0),
    Sign("insight", "the buyer learned more {side}", 0.05),
    Sign("experience", "the buyer's experience was better {side}", 0.05),
    Sign("preference", "the buyer preferred us more {side}", 0.05),
    Sign("consensus", "the buying group agreed more {side}", 0.05),
    Sign("buying_stage", "the buyer moved faster {side}", 0.1),
    Sign("open", "it was decided later {side}"),
    Sign("won", "small differences tipped the decision"),
)
"""In the order of cause and effect, which decides between those of one week."""

Parting = tuple[int, Sign, float, float]  # week of the run, what parts, and its value in `as_is` and in the case
_WEEKS_KEPT = 4  # a need nobody takes up is gone after a week or two

COLUMNS = (
    "case", "seed", "direction", "account", "line", "rep", "created", "closed_as_is", "closed_case", "outcome_as_is",
    "outcome_case", "amount", "parted_week", "parted_in", "value_as_is", "value_case", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Flips:
    """Opportunities won in one of two worlds, and how each ended in the other; all arrays have one entry for each."""

    slots: Whole  # row of the opportunity [n]
    created: Whole  # week of the need, in the calendar that counts the burn-in [n]
    won_by_case: np.ndarray[Any, np.dtype[np.bool_]]  # whether the case won it; if not, `as_is` did [n]
    closed: Whole  # week of the close in `as_is` and the case, -1 where it did not close [2, n]
    outcome: Whole  # outcome in `as_is` and the case, 0 where it did not close [2, n]
    amount: np.ndarray[Any, np.dtype[np.float64]]  # contract value at the side that won [n]


def find_flips(as_is: World, case: World) -> Flips:
    """Match the deals of two finished worlds of one seed that kept their deals."""
    logs = [np.concatenate([world.state.deals[:0], *world.closed]) for world in (as_is, case)]
    lines = len(as_is.state.lines)
    deals = [{_key(row, lines): row for row in log} for log in logs]
    keys = sorted(
        key
        for key in deals[0].keys() | deals[1].keys()
        if len({key in side and side[key]["outcome"] == OUTCOME.WON for side in deals}) > 1
    )
    ends = [[_end(side.get(key)) for key in keys] for side in deals]
    closed, outcome = (np.array([[end[part] for end in side] for side in ends], dtype=np.int64) for part in (0, 1))
    by_case = outcome[1] == OUTCOME.WON
    amount = np.array([float(deals[int(case_won)][key]["amount"]) for key, case_won in zip(keys, by_case, strict=True)])
    pairs = np.array(keys, dtype=np.int64).reshape(-1, 2)
    return Flips(pairs[:, 0], pairs[:, 1], by_case, closed, outcome, amount)


def _key(row: Any, lines: int) -> tuple[int, int]:
    return int(row["account"]) * lines + int(row["line"]), int(row["created"])


def _end(row: Any) -> tuple[int, int]:
    return (-1, 0) if row is None else (int(row["closed"]), int(row["outcome"]))


class Story:
    """What every opportunity of a run went through, week by week, as far as signs can be read from it."""

    def __init__(self) -> None:
        self._weeks: list[tuple[Whole, Whole, Floats]] = []

    def record(self, world: World) -> None:
        """Keep the week that has just been run: slots in use, or with a need not long ago."""
        state, now = world.state, world.burn_in + world.week
        rows = state.opportunities[open_rows(state)]
        closed = world.closed[-1] if world.closed else state.deals[:0]
        closed = closed[closed["closed"] == now]
        left = np.flatnonzero((state.slots["asked"] > now - _WEEKS_KEPT) & (state.slots["is_open"] == 0))
        left = np.setdiff1d(left, closed["account"] * len(state.lines) + closed["line"])
        slots = np.concatenate([rows["slot"], closed["account"] * len(state.lines) + closed["line"], left])
        created = np.concatenate([rows["created"], closed["created"], state.slots["asked"][left]])
        open_ = {"pursued": np.ones(len(rows)), "people": np.bitwise_count(rows["joined"]), "open": np.ones(len(rows))}
        ended = {
            "pursued": closed["true_reason"] != REASON.DISQUALIFIED,
            "people": np.bitwise_count(closed["specialists"]),
            "won": closed["outcome"] == OUTCOME.WON,
            "hours": np.full(len(closed), np.nan),  # the log has those of all weeks, not of this one
        }
        read = np.array(
            [
                np.concatenate(
                    [_sign(name, rows, open_), _sign(name, closed, ended), np.full(len(left), name == "arose")]
                )
                for name in (sign.name for sign in SIGNS)
            ],
            dtype=float,
        )
        order = np.argsort(slots)
        self._weeks.append((slots[order], created[order], read[:, order]))

    def read(self, week: int, slots: Whole, created: Whole) -> Floats:
        """Read the signs of some needs in a week of the run; all 0 for a need that did not arise. [signs, needs]."""
        there, since, read = self._weeks[week]
        if len(there) == 0:
            return np.zeros((len(SIGNS), len(slots)))
        at = np.minimum(np.searchsorted(there, slots), len(there) - 1)
        return np.where((there[at] == slots) & (since[at] == created), read[:, at], 0.0)


def _sign(name: str, rows: Any, derived: Mapping[str, Any]) -> Floats:
    """Values of a sign: derived, read from rows, or nan where these do not have it, which never differs. [rows]."""
    if name in derived:
        return np.asarray(derived[name], dtype=float)
    if name in ("arose", "open", "won"):
        return np.full(len(rows), float(name == "arose"))
    known = name in (rows.dtype.names or ())
    return np.asarray(rows[name], dtype=float) if known else np.full(len(rows), np.nan)


def part(as_is: Story, case: Story, flips: Flips, burn_in: int, weeks: int) -> list[Parting | None]:
    """Find where each flip's stories part, by week of the run; None where nothing noticeable does before its end."""
    partings: list[Parting | None] = [None] * len(flips.slots)
    until = np.where(flips.closed < 0, np.iinfo(np.int64).max, flips.closed).min(axis=0)
    searched = np.ones(len(flips.slots), dtype=bool)
    least = np.array([[sign.least] for sign in SIGNS])
    for week in range(weeks):
        now = burn_in + week + 1
        alive = np.flatnonzero(searched & (flips.created <= now) & (now <= until))
        ours, theirs = (story.read(week, flips.slots[alive], flips.created[alive]) for story in (as_is, case))
        differ = np.abs(ours - theirs) > least
        for column in np.flatnonzero(differ.any(axis=0)).tolist():
            first = int(differ[:, column].argmax())
            values = float(ours[first, column]), float(theirs[first, column])
            partings[int(alive[column])] = (week, SIGNS[first], *values)
            searched[alive[column]] = False
    return partings


def reason_of(parting: Parting | None) -> str:
    """Say in words where two stories part."""
    if parting is None:
        return "nothing noticeable before the end"
    _, sign, as_is, case = parting
    return sign.reason.format(side="in the case" if case > as_is else "as is")


def flips_frame(name: str, flips: Flips, parted: Sequence[Parting | None], world: World) -> pd.DataFrame:
    """Make the table of a case and seed, columns `COLUMNS`, in weeks of the run; `part` says where they parted."""
    lines, first = len(world.state.lines), world.burn_in + 1
    buyers, seats = flips.slots // lines, world.state.buyers["seat"][flips.slots // lines]
    closed = np.where(flips.closed < 0, np.nan, flips.closed - first)
    endings = {0: "not closed", **{outcome.value: outcome.name.lower() for outcome in Outcome if outcome.value}}
    words = np.array([[endings[code] for code in side] for side in flips.outcome.tolist()], dtype=object)
    table = pd.DataFrame(
        {
            "account": np.array(buyer_names(world.scenario), dtype=object)[buyers],
            "line": np.array(line_names(world.scenario, lines), dtype=object)[flips.slots % lines],
            "rep": np.array(rep_names(world.scenario, len(world.state.reps)), dtype=object)[seats],
            "created": flips.created - first,
            "closed_as_is": closed[0],
            "closed_case": closed[1],
            "outcome_as_is": words[0],
            "outcome_case": words[1],
            "amount": flips.amount,
            "parted_week": [parting[0] if parting else np.nan for parting in parted],
            "parted_in": [parting[1].name if parting else "" for parting in parted],
            "value_as_is": [parting[2] if parting else np.nan for parting in parted],
            "value_case": [parting[3] if parting else np.nan for parting in parted],
            "reason": [reason_of(parting) for parting in parted],
            "direction": np.where(flips.won_by_case, "won by the case only", "won as is only"),
        }
    )
    return table.assign(case=name, seed=world.seed)[list(COLUMNS)]


def all_flips(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of several cases and seeds under each other."""
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))


def reasons_frame(flips: pd.DataFrame) -> pd.DataFrame:
    """Count the flips: case, direction, reason, count, amount; the commonest reason of each direction first."""
    groups = flips.groupby(["case", "direction", "reason"], sort=False)["amount"]
    order = ["case", "direction", "count", "reason"]
    counted = groups.agg(count="size", amount="sum").reset_index()
    return counted.sort_values(order, ascending=[True, True, False, True]).reset_index(drop=True)
