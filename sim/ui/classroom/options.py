"""What a class decides each quarter, what it costs at the model's own prices, and what a budget refuses."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import QUARTERS_PER_YEAR, WEEKS_PER_QUARTER
from sim.measures.words import short_unit
from sim.questions.invest.levers import (
    COACHING,
    CODIFICATION,
    FIELD,
    LEADS,
    SPECIALISTS,
    TRAINING,
    MixLever,
    PriceBook,
    levers_of,
)
from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import parameter
from sim.scenario.schema import InterventionSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.engine.world import World
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

HIRE, ICP, SURVEY = "hire", "icp_project", "survey"
ONCE = (HIRE, ICP, SURVEY)  # events, which are done in their quarter alone and not kept
STRETCH, WIP, RESPONSE = "strategy.stretch", "operations.wip_limit", "management.response"

DECIDED = (*SPECIALISTS, TRAINING, CODIFICATION, LEADS, HIRE, ICP, SURVEY, COACHING, FIELD, STRETCH, WIP, RESPONSE)
"""Everything that can be decided, by name, in the order of the screen."""
USUAL = tuple(name for name in DECIDED if name != LEADS)  # unless the trainer says so

_RESPONSES = {
    "mixed": "As habit has it",
    "none": "Leave it",
    "overlay": "Ask for specialists",
    "prescribe": "Control more",
    "train": "Train",
    "root_cause": "Look for the root cause",
}
INTERVIEW = 150.0  # price of an interview with a buyer: assumed, a telephone interview in a firm [currency]
INTERVIEWS = (0, 25, 50, 100, 200, 400)
_MOST_STEPS, _STRETCH_PERCENTS, _MOST_WIP = 5, (-10, 41), 40


@dataclass(frozen=True, slots=True)
class SeatOption:
    """Something that is decided each quarter."""

    name: str  # Dotted name of a lever, or the event `HIRE` or `ICP`
    values: tuple[Value, ...]  # What it may be, rising; for a choice of words, the words
    unit: str  # Short form of its unit
    as_is: Value  # What it stands at before anybody decides; 0 for what is done once
    hint: str  # What it does, its unit and price
    paid: bool = False  # Whether it is paid from the budget
    words: tuple[str, ...] = ()  # Labels of `values`, for a choice of words

    @property
    def label(self) -> str:
        """What the screen calls it."""
        return label_of(self.name)

    def possible(self, spare: int) -> list[Value]:
        """Its values, of which hiring has no more than seats are spare."""
        return [value for value in self.values if self.name != HIRE or int(value) <= spare]

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
                choices = ", ".join(map(str, self.values))
                raise InputError(f'{self.label}: "{value}" is no choice; take one of {choices}')
            return str(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            for step in self.values:
                if abs(float(step) - value) <= 1e-6:
                    return step
        low, high = self.text(self.values[0]), self.text(self.values[-1])
        raise InputError(f"{self.label}: {str(value)[:20]} is not allowed; it must be {low} to {high}, by its steps")


@dataclass(frozen=True, slots=True)
class SeatDecision:
    """What one seat decides for a quarter, by name of an option; what it does not name stays as it is."""

    values: Mapping[str, Value] = field(default_factory=dict)

    def but(self, name: str, value: Value) -> SeatDecision:
        """The same with one value changed."""
        return SeatDecision({**self.values, name: value})

    def kept(self) -> SeatDecision:
        """What stays of it in the next quarter: what is done once is not done again."""
        return SeatDecision({name: value for name, value in self.values.items() if name not in ONCE})

    def count(self, name: str) -> int:
        """How often something is done this quarter."""
        return int(self.values.get(name, 0))


def label_of(name: str) -> str:
    """What the screen calls something that can be decided."""
    return {HIRE: "Hire reps", ICP: "Work on the ICP", SURVEY: "Market research"}.get(name) or parameter(name).title


class Menu:
    """What a class may decide within its budget, spent above the organization as it is. [currency / quarter]."""

    def __init__(self, scenario: Scenario, quarters: int, budget: float, offered: Sequence[str] = USUAL) -> None:
        """Lay out the options of those `offered` that can be decided in a scenario.

        Raises:
            InputError: An option is unknown, or none of those offered can be decided here.
        """
        strange = next((name for name in offered if name not in DECIDED), None)
        if strange:
            raise InputError(f"{strange} is nothing a class can decide{nearest(strange, DECIDED)}")
        self.scenario, self.budget = scenario, budget
        self._prices = PriceBook(scenario, quarters * WEEKS_PER_QUARTER)
        self.options: dict[str, SeatOption] = {}  # what is offered, by name
        levers = self._levers([name for name in offered if name not in (*ONCE, STRETCH, WIP, RESPONSE)])
        for name in DECIDED:
            if name in offered:
                option = _of_lever(levers[name]) if name in levers else self._other(name)
                if option and len(option.values) > 1:
                    self.options[name] = option
        if not self.options:
            raise InputError("nothing can be decided: this scenario fixes everything that is offered; offer more")

    def cost(self, decision: SeatDecision, opened: int) -> float:
        """Spend of a quarter above that of the organization as it is. [currency / quarter].

        Seats `opened` by decisions of earlier quarters are paid for each quarter.
        """
        changes = decision.kept().values
        hires = decision.count(HIRE)
        seats = (opened + hires) * self._prices.seat(changes) / QUARTERS_PER_YEAR
        filled = hires * float(self.scenario["talent.replacement_cost"])
        return self._prices.spend(changes) / QUARTERS_PER_YEAR + seats + filled + self.once_cost(decision)

    def once_cost(self, decision: SeatDecision) -> float:
        """What the work on the ICP and market research cost. [currency / quarter]."""
        steps = decision.count(ICP) * float(self.scenario["management.review_cost"])
        return steps + decision.count(SURVEY) * INTERVIEW

    def payable(self, decision: SeatDecision, option: SeatOption, opened: int, spare: int) -> list[Value]:
        """Values of an option that fit a decision; the least alone, where none does before something is taken back."""
        values = option.possible(spare)
        if not option.paid:
            return values
        # Prices rise with the value, so what can be paid is everything up to some value.
        fitting = bisect_right(
            values, self.budget, key=lambda value: self.cost(decision.but(option.name, value), opened)
        )
        return values[: max(fitting, 1)]

    def check(self, values: Mapping[str, Any], opened: int, spare: int) -> SeatDecision:
        """Make a decision of what somebody wants, with seats `opened` before and `spare` ones still to open.

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
        """Let a decision that was checked act on a world from its present week on, instead of the one `before`.

        Raises:
            InputError: It cannot be carried out.
        """
        week = world.week
        changed = [
            InterventionSpec(week=week, parameter=name, action="set", value=value)
            for name, value in decision.values.items()
            if name not in ONCE and value != before.values.get(name, self.options[name].as_is)
        ]
        if hires := decision.count(HIRE):
            changed.append(InterventionSpec(week=week, event=HIRE, arguments={"count": hires}))
        if steps := decision.count(ICP):
            gain = 1.0 - (1.0 - float(self.scenario["management.icp_step"])) ** steps
            changed.append(InterventionSpec(week=week, event=ICP, arguments={"gain": gain}))
        world.state.org["one_off_cost"] += self.once_cost(decision)
        # Its values are checked; writing each into the world's scenario too would take 3 ms with the GIL held.
        for spec in changed:
            world.plan(spec)

    def _levers(self, names: Sequence[str]) -> dict[str, MixLever]:
        """Levers that an investment could mix, with their values; those that cannot take part are left out."""
        able = []
        for name in names:
            with suppress(InputError):
                levers_of(self._prices, self.budget, [name], reallocate=True)
                able.append(name)
        if not able:
            return {}
        levers, _ = levers_of(self._prices, self.budget * QUARTERS_PER_YEAR, able, reallocate=True)
        return {lever.dotted: lever for lever in levers}

    def _other(self, name: str) -> SeatOption | None:
        if name in ONCE:
            return {HIRE: self._hiring, ICP: self._icp, SURVEY: self._survey}[name]()
        if name not in (STRETCH, WIP, RESPONSE) or name in {spec.parameter for spec in self.scenario.interventions}:
            return None
        as_is, free = self.scenario[name], f"{parameter(name).doc}\nFree. Acts"
        if name == RESPONSE:
            hint = f"{free} at the end of each quarter, where a team has missed its target."
            return SeatOption(name, tuple(_RESPONSES), "", str(as_is), hint, words=tuple(_RESPONSES.values()))
        if name == STRETCH:
            steps = sorted({percent / 100 for percent in range(*_STRETCH_PERCENTS)} | {float(as_is)})
            hint = f"{free} when the next year's target is set."
            return SeatOption(name, tuple(steps), "above last year", float(as_is), hint)
        limits = sorted({*range(_MOST_WIP + 1), int(as_is)})
        hint = f"{free} from the first week of the quarter on."
        return SeatOption(name, tuple(limits), "deals, 0 = no limit", int(as_is), hint)

    def _hiring(self) -> SeatOption | None:
        scenario = self.scenario
        chance = scenario["mechanisms.self_funding"] or scenario["mechanisms.poisson_hiring"]
        spare = int(float(scenario["structure.n_reps"]) * float(scenario["structure.growth_room"]))
        if chance or spare < 1:
            return None
        seat = self._prices.seat({}) / QUARTERS_PER_YEAR
        once = float(scenario["talent.replacement_cost"])
        hint = (
            "Opens seats for good, beside those the plan opens; they are filled after the hiring delay, and new reps "
            f"need time to ramp.\nPrice of each: {once:,.0f} once, and {seat:,.0f} {scenario.currency} a quarter from "
            "now on, as the model books reps."
        )
        return SeatOption(HIRE, tuple(range(spare + 1)), "reps, this quarter", 0, hint, paid=True)

    def _survey(self) -> SeatOption:
        hint = (
            "Asks so many buyers, drawn by lot in the last week of the quarter, for their trust in us, whether our "
            "time is worth theirs, customers for their satisfaction, and what they need now against usual; you alone "
            "read the answers, with their 95 % interval. It changes nothing.\n"
            f"Price of an interview: {INTERVIEW:,.0f} {self.scenario.currency}, once (assumed)."
        )
        return SeatOption(SURVEY, INTERVIEWS, "interviews, this quarter", 0, hint, paid=True)

    def _icp(self) -> SeatOption:
        scenario = self.scenario
        step, price = float(scenario["management.icp_step"]), float(scenario["management.review_cost"])
        hint = (
            "Defines the ideal customer profile anew, so that reps spend their hours on accounts that fit; the market "
            f"drifts away from it again.\nEach step closes {step:.0%} of the distance to full clarity and costs "
            f"{price:,.0f} {scenario.currency} once: what the model books for a root-cause review, which clears as "
            "much."
        )
        return SeatOption(ICP, tuple(range(_MOST_STEPS + 1)), "steps, this quarter", 0, hint, paid=True)


def _of_lever(lever: MixLever) -> SeatOption:
    item, price = parameter(lever.dotted), "Costs no money; the hours are missing elsewhere."
    if paid := lever.price > 0.0:
        price = f"Price of a step: {lever.price / QUARTERS_PER_YEAR:,.0f} a quarter."
    hint = f"{item.doc}\n{price} Acts from the first week of the quarter on."
    return SeatOption(lever.dotted, lever.grid, short_unit(item.unit), lever.grid[lever.home], hint, paid)


def spare_seats(world: World) -> int:
    """Seats of a world that can still be opened."""
    reps = world.state.reps
    return int(np.sum((reps["planned"] == 0) & (reps["idle"] == 0)))


def usual_budget(scenario: Scenario, quarters: int) -> float:
    """A budget that makes people choose: a twentieth of the sales cost of a quarter. [currency / quarter]."""
    money = PriceBook(scenario, quarters * WEEKS_PER_QUARTER).yearly({}) / QUARTERS_PER_YEAR / 20.0
    return max(10_000.0, round(money, -4))


def changes_text(menu: Menu, decision: SeatDecision) -> str:
    """What differs from the organization as it is, in a few words."""
    parts = [
        f"{menu.options[name].label} {menu.options[name].text(value)}"
        for name, value in decision.values.items()
        if value != menu.options[name].as_is
    ]
    return ", ".join(parts) or "nothing changed"
