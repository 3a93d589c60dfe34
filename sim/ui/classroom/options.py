"""What a class decides each quarter, what it costs at the model's own prices, and what a budget refuses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.measures.words import short_unit
from sim.questions.invest.cost import CODIFICATION, LEADS, SPECIALISTS, TRAINING, Books
from sim.questions.invest.levers import COACHING, FIELD, levers_of
from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import parameter
from sim.scenario.schema import InterventionSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.engine.world import World
    from sim.questions.invest.levers import MixLever
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

HIRE, ICP = "hire", "icp_project"
STRETCH, WIP, RESPONSE = "strategy.stretch", "operations.wip_limit", "management.response"
QUARTERS_PER_YEAR = 4

DECIDED = (*SPECIALISTS, TRAINING, CODIFICATION, LEADS, HIRE, ICP, COACHING, FIELD, STRETCH, WIP, RESPONSE)
"""Everything that can be decided, by name, in the order of the screen."""

USUAL = tuple(name for name in DECIDED if name not in (CODIFICATION, LEADS))
"""What is decided unless the trainer says otherwise."""

_UNITS = {
    HIRE: "reps, this quarter",
    ICP: "steps, this quarter",
    STRETCH: "above last year",
    WIP: "deals, 0 = no limit",
}
_RESPONSES = {
    "mixed": "As habit has it",
    "none": "Leave it",
    "overlay": "Ask for specialists",
    "prescribe": "Control more",
    "train": "Train",
    "root_cause": "Look for the root cause",
}
_MOST_STEPS, _STRETCH_ENDS, _MOST_WIP = 5, (-0.1, 0.4), 40


@dataclass(frozen=True, slots=True)
class SeatOption:
    """Something that is decided each quarter.

    Attributes:
        name: Dotted name of a lever, or the event `HIRE` or `ICP`.
        values: What it may be, rising; for a choice of words, the words.
        unit: Short form of its unit.
        as_is: What it stands at before anybody decides; 0 for what is done once.
        paid: Whether it is paid from the budget.
        hint: What it does, its unit and price.
        words: Labels of `values`, for a choice of words.
    """

    name: str
    values: tuple[Value, ...]
    unit: str
    as_is: Value
    paid: bool
    hint: str
    words: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the screen calls it."""
        return label_of(self.name)

    @property
    def once(self) -> bool:
        """Whether it is done in its quarter alone, and not kept."""
        return self.name in (HIRE, ICP)

    def text(self, value: Value) -> str:
        """Write one of its values."""
        if self.words:
            return self.words[self.values.index(value)]
        return f"{float(value) * 100:.3g} %" if self.name == STRETCH else f"{float(value):,.4g}"

    def check(self, value: Any) -> Value:
        """Give a value in the type of the option.

        Raises:
            InputError: It is none of the values.
        """
        if self.words:
            if value not in self.values:
                raise InputError(
                    f'{self.label}: "{value}" is no choice; take one of {", ".join(map(str, self.values))}'
                )
            return str(value)
        known = isinstance(value, int | float) and not isinstance(value, bool) and np.isfinite(value)
        near = int(np.argmin(np.abs(self.numbers - value))) if known else 0
        if not known or abs(self.numbers[near] - value) > 1e-6:
            low, high = self.text(self.values[0]), self.text(self.values[-1])
            raise InputError(
                f"{self.label}: {str(value)[:20]} is not allowed; it must be {low} to {high}, by its steps"
            )
        return self.values[near]

    @property
    def numbers(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Its values as numbers. [values]."""
        return np.array([float(value) for value in self.values])


@dataclass(frozen=True, slots=True)
class SeatDecision:
    """What one seat decides for a quarter; what it does not name stays as it is.

    Attributes:
        values: Value by name of an option.
    """

    values: Mapping[str, Value] = field(default_factory=dict)

    def but(self, name: str, value: Value) -> SeatDecision:
        """The same with one value changed."""
        return SeatDecision({**self.values, name: value})

    def kept(self) -> SeatDecision:
        """What stays of it in the next quarter: what is done once is not done again."""
        return SeatDecision({name: value for name, value in self.values.items() if name not in (HIRE, ICP)})

    def count(self, name: str) -> int:
        """How often something is done this quarter."""
        return int(self.values.get(name, 0))


def label_of(name: str) -> str:
    """What the screen calls something that can be decided."""
    return {HIRE: "Hire reps", ICP: "Work on the ICP"}.get(name) or parameter(name).title


class Menu:
    """What a class may decide within its budget.

    Attributes:
        budget: Spend above that of the organization as it is. [currency / quarter]
        options: What is offered, by name.
    """

    def __init__(self, scenario: Scenario, quarters: int, budget: float, offered: Sequence[str] = USUAL) -> None:
        """Lay out the options.

        Args:
            scenario: The organization as it is.
            quarters: Quarters of the class.
            budget: Spend allowed. [currency / quarter]
            offered: Names of `DECIDED`.

        Raises:
            InputError: An option is unknown, or none of those offered can be decided here.
        """
        strange = next((name for name in offered if name not in DECIDED), None)
        if strange:
            raise InputError(f"{strange} is nothing a class can decide{nearest(strange, DECIDED)}")
        self.scenario, self.budget = scenario, budget
        self._books = Books(scenario, quarters * WEEKS_PER_QUARTER)
        self.options: dict[str, SeatOption] = {}
        found = self._levers([name for name in offered if name not in (HIRE, ICP, STRETCH, WIP, RESPONSE)])
        for name in (name for name in DECIDED if name in offered):
            option = _of_lever(found[name]) if name in found else self._other(name)
            if option and len(option.values) > 1:
                self.options[name] = option
        if not self.options:
            raise InputError("nothing can be decided: this scenario fixes everything that is offered; offer more")

    def cost(self, decision: SeatDecision, opened: int) -> float:
        """Spend of a quarter above that of the organization as it is. [currency / quarter].

        Args:
            decision: What is decided.
            opened: Seats opened by decisions of earlier quarters, which are paid for each quarter.
        """
        changes = {name: value for name, value in decision.values.items() if name not in (HIRE, ICP)}
        hires = decision.count(HIRE)
        seats = (opened + hires) * self._books.seat(changes) / QUARTERS_PER_YEAR
        filled = hires * float(self.scenario["talent.replacement_cost"])
        return self._books.spend(changes) / QUARTERS_PER_YEAR + seats + filled + self.icp_cost(decision)

    def icp_cost(self, decision: SeatDecision) -> float:
        """What the work on the ICP costs. [currency / quarter]."""
        return decision.count(ICP) * float(self.scenario["management.review_cost"])

    def check(self, values: Mapping[str, Any], opened: int, spare: int) -> SeatDecision:
        """Make a decision of what somebody wants.

        Args:
            values: Value by name of an option; what is not named stays as it is.
            opened: Seats opened before.
            spare: Seats that can still be opened.

        Raises:
            InputError: A name or value is not allowed, or it is over the budget.
        """
        decision = self.read(values, spare)
        cost = self.cost(decision, opened)
        if cost > self.budget + 0.5:
            currency = self.scenario.currency
            raise InputError(
                f"this costs {cost:,.0f} {currency} a quarter, which is {cost - self.budget:,.0f} more than the budget "
                f"of {self.budget:,.0f}; take something back"
            )
        return decision

    def read(self, values: Mapping[str, Any], spare: int) -> SeatDecision:
        """Make a decision that may be over the budget, as `check`."""
        strange = next((name for name in values if name not in self.options), None)
        if strange is not None:
            raise InputError(f"{str(strange)[:40]} is not decided in this class")
        decision = SeatDecision({name: self.options[name].check(value) for name, value in values.items()})
        if decision.count(HIRE) > spare:
            raise InputError(f"Hire reps: there is room for {spare} more; take fewer")
        return decision

    def apply(self, world: World, decision: SeatDecision, before: SeatDecision) -> None:
        """Let a decision act on a world from its present week on.

        Args:
            world: Stands between two weeks.
            decision: What was checked.
            before: What was decided for the quarter before.

        Raises:
            InputError: It cannot be carried out.
        """
        week = world.week
        changed = [
            InterventionSpec(week=week, parameter=name, action="set", value=value)
            for name, value in decision.values.items()
            if name not in (HIRE, ICP) and value != before.values.get(name, self.options[name].as_is)
        ]
        if hires := decision.count(HIRE):
            changed.append(InterventionSpec(week=week, event=HIRE, arguments={"count": hires}))
        if steps := decision.count(ICP):
            gain = 1.0 - (1.0 - float(self.scenario["management.icp_step"])) ** steps
            changed.append(InterventionSpec(week=week, event=ICP, arguments={"gain": gain}))
            world.state.org["one_off_cost"] += self.icp_cost(decision)
        # Its values are checked; writing each into the world's scenario too would take 3 ms with the GIL held.
        for spec in changed:
            world.plan(spec)

    def _levers(self, names: Sequence[str]) -> dict[str, MixLever]:
        """Levers that an investment could mix, with their values; those that cannot take part are left out."""
        able = [name for name in names if self._able(name)]
        if not able:
            return {}
        found, _ = levers_of(self._books, self.budget * QUARTERS_PER_YEAR, able, reallocate=True)
        return {lever.dotted: lever for lever in found}

    def _able(self, name: str) -> bool:
        try:
            levers_of(self._books, self.budget, [name], reallocate=True)
        except InputError:
            return False
        return True

    def _other(self, name: str) -> SeatOption | None:
        scenario = self.scenario
        if name == HIRE:
            return self._hiring()
        if name == ICP:
            return self._icp()
        if name not in (STRETCH, WIP, RESPONSE) or any(spec.parameter == name for spec in scenario.interventions):
            return None
        home = scenario[name]
        item = parameter(name)
        if name == RESPONSE:
            hint = f"{item.doc}\nFree. Acts at the end of each quarter, where a team has missed its target."
            return SeatOption(name, tuple(_RESPONSES), "", str(home), False, hint, tuple(_RESPONSES.values()))
        if name == STRETCH:
            low, high = (round(100 * end) for end in _STRETCH_ENDS)
            steps = {round(0.01 * k, 2) for k in range(low, high + 1)} | {float(home)}
            hint = f"{item.doc}\nFree. Acts when the next year's target is set."
            return SeatOption(name, tuple(sorted(steps)), _UNITS[name], float(home), False, hint)
        values = sorted({*range(_MOST_WIP + 1), int(home)})
        hint = f"{item.doc}\nFree. Acts from the first week of the quarter on."
        return SeatOption(name, tuple(values), _UNITS[name], int(home), False, hint)

    def _hiring(self) -> SeatOption | None:
        scenario = self.scenario
        chance = scenario["mechanisms.self_funding"] or scenario["mechanisms.poisson_hiring"]
        spare = int(float(scenario["structure.n_reps"]) * float(scenario["structure.growth_room"]))
        if chance or spare < 1:
            return None
        seat = self._books.seat({}) / QUARTERS_PER_YEAR
        once = float(scenario["talent.replacement_cost"])
        hint = (
            "Opens seats for good, beside those the plan opens; they are filled after the hiring delay, and new reps "
            f"need time to ramp.\nPrice of each: {once:,.0f} once, and {seat:,.0f} {scenario.currency} a quarter from "
            "now on, as the model books reps."
        )
        return SeatOption(HIRE, tuple(range(spare + 1)), _UNITS[HIRE], 0, True, hint)

    def _icp(self) -> SeatOption:
        scenario = self.scenario
        step, price = float(scenario["management.icp_step"]), float(scenario["management.review_cost"])
        hint = (
            "Defines the ideal customer profile anew, so that reps spend their hours on accounts that fit; the market "
            f"drifts away from it again.\nEach step closes {step:.0%} of the distance to full clarity and costs "
            f"{price:,.0f} {scenario.currency} once: what the model books for a root-cause review, which clears as "
            "much."
        )
        return SeatOption(ICP, tuple(range(_MOST_STEPS + 1)), _UNITS[ICP], 0, True, hint)


def _of_lever(lever: MixLever) -> SeatOption:
    item = parameter(lever.dotted)
    price = f"Price of a step: {lever.price / QUARTERS_PER_YEAR:,.0f} a quarter." if lever.price > 0 else (
        "Costs no money; the hours are missing elsewhere."
    )  # fmt: skip
    hint = f"{item.doc}\n{price} Acts from the first week of the quarter on."
    return SeatOption(
        lever.dotted, lever.grid, short_unit(item.unit), lever.grid[lever.home], lever.price > 0.0, hint
    )  # fmt: skip


def spare_seats(world: World) -> int:
    """Seats of a world that can still be opened."""
    reps = world.state.reps
    return int(np.sum((reps["planned"] == 0) & (reps["idle"] == 0)))


def usual_budget(scenario: Scenario, quarters: int) -> float:
    """A budget that makes people choose: a twentieth of the sales cost of a quarter. [currency / quarter]."""
    money = Books(scenario, quarters * WEEKS_PER_QUARTER).yearly({}) / QUARTERS_PER_YEAR / 20.0
    return max(10_000.0, round(money, -4))


def changes_text(menu: Menu, decision: SeatDecision) -> str:
    """What differs from the organization as it is, in a few words."""
    parts = [
        f"{menu.options[name].label} {menu.options[name].text(value)}"
        for name, value in decision.values.items()
        if value != menu.options[name].as_is
    ]
    return ", ".join(parts) or "nothing changed"
