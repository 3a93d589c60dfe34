"""What is tried and on what terms: levers as people type them, and the size, length and threshold of a pilot."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, ScenarioError, nearest, repeated
from sim.scenario.parameters import all_parameters, parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec

BOOKINGS, INDEX = "bookings", "index"
READS = (BOOKINGS, INDEX)
"""What a trial is decided by: growth of bookings against a threshold, or the expected value by a surrogate index."""

FEWEST_FOR_INDEX = 20  # worlds below which the weights of an index are not learned

LONGEST = 4  # quarters of the longest trial, as a scenario's interventions have it

_ORIGIN = "--lever"
_IDLE = {"add": 0.0, "scale": 1.0}


@dataclass(frozen=True, slots=True, order=True)
class PilotDesign:
    """Size and length of a pilot."""

    teams: int  # pilot teams
    quarters: int  # quarters of the trial

    def __str__(self) -> str:
        """Say it in words."""
        teams = "1 team" if self.teams == 1 else f"{self.teams} teams"
        return f"{teams} for 1 quarter" if self.quarters == 1 else f"{teams} for {self.quarters} quarters"


@dataclass(frozen=True, slots=True)
class PilotTerms:
    """On what terms a lever is tried."""

    designs: tuple[PilotDesign, ...]  # sizes and lengths
    threshold: float  # growth of the pilots above the others' that is asked for [share]
    drop_below: float | None  # below it the trial is dropped at its first look; None: below the threshold [share]
    spill_over: float  # share of the lever that reaches the others during the trial
    seed: int  # key of the draw of worlds and of pilot teams
    read: str = BOOKINGS  # what decides, one of `READS`

    def trial_of(self, spec: InterventionSpec, design: PilotDesign, teams: Sequence[int]) -> InterventionSpec:
        """Give an intervention as a trial of these teams."""
        fields = {
            "rollout": "bullets",
            "pilot": tuple(teams),
            "pilot_quarters": design.quarters,
            "threshold": self.threshold,
            "drop_below": self.drop_below,
            "spill_over": self.spill_over,
        }
        return spec.model_copy(update=fields)

    @property
    def looks(self) -> int:
        """Most looks at a trial."""
        return 1 if self.drop_below is None or self.drop_below == self.threshold else 2


def read_terms(
    sizes: Iterable[int],
    lengths: Iterable[int],
    *,
    threshold: float,
    drop_below: float | None,
    spill_over: float,
    seed: int,
    read: str = BOOKINGS,
) -> PilotTerms:
    """Check sizes, lengths, limits and what decides; InputError if one of them is not allowed."""
    if read not in READS:
        raise InputError(f"--read {read}: there is no such reading of a trial{nearest(read, READS)}")
    if read == INDEX and drop_below is not None:
        raise InputError("--drop-below belongs to --read bookings; an index decides once, at the end of the trial")
    teams = [_whole(size, "--sizes", 1, None) for size in sizes]
    quarters = [_whole(length, "--lengths", 1, LONGEST) for length in lengths]
    if not teams or not quarters:
        raise InputError("a pilot needs a number of teams and a number of quarters")
    _within(threshold, "--threshold", -1.0, 5.0)
    _within(spill_over, "--spill-over", 0.0, 1.0)
    if drop_below is not None:
        _within(drop_below, "--drop-below", -1.0, threshold)
    designs = tuple(PilotDesign(size, length) for size in sorted(set(teams)) for length in sorted(set(quarters)))
    return PilotTerms(designs, threshold, drop_below, spill_over, seed, read)


def _whole(number: Any, name: str, low: int, high: int | None) -> int:
    try:
        whole = operator.index(number)
    except TypeError:
        whole = low - 1
    if isinstance(number, bool) or whole < low or (high is not None and whole > high):
        allowed = f"from {low} to {high}" if high else f"of at least {low}"
        raise InputError(f"{name} {number}: it must be a whole number {allowed}")
    return whole


def _within(number: float, name: str, low: float, high: float) -> None:
    if not low <= number <= high:
        raise InputError(f"{name} {number:g}: it must be a number from {low:g} to {high:g}")


def read_levers(scenario: Scenario, texts: Sequence[str]) -> tuple[InterventionSpec, ...]:
    """Read what is tried, as interventions on all in week 0: `key=+12`, `key=-3`, `key=*1.5`, `key=12`, `key=word`.

    InputError for no lever or one of the whole organization, a value that is not allowed, or a step of zero.
    """
    if not texts:
        raise InputError(f'there is nothing to try; give a {_ORIGIN}, such as "training.hours_per_quarter=+12"')
    fields = [_read(scenario, text) for text in texts]
    if twice := repeated(lever["parameter"] for lever in fields):
        raise InputError(f"{_ORIGIN}: {twice} is given twice; keep one")
    try:
        return scenario.with_interventions(fields).interventions[-len(fields) :]
    except ScenarioError as error:
        raise InputError("\n".join(f"{_ORIGIN}: {problem.text}" for problem in error.problems)) from None


def _read(scenario: Scenario, text: str) -> dict[str, Any]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key or not value:
        raise InputError(f'{_ORIGIN} "{text}": a lever is written key=+step, key=*factor or key=value')
    lever = parameter(key, _ORIGIN)
    _check_lever(lever)
    action = {"+": "add", "-": "add", "*": "scale"}.get(value[0], "set")
    number = lever.parse(value, _ORIGIN) if action == "set" else _step(lever, value, text)
    if number == _IDLE.get(action, scenario[key]):
        raise InputError(f'{_ORIGIN} "{text}": the step is zero, so there is nothing to try')
    return {"week": 0, "parameter": key, "action": action, "value": number}


def _step(lever: Parameter, value: str, text: str) -> float:
    try:
        number = float(value.removeprefix("*"))
    except ValueError:
        raise InputError(f'{_ORIGIN} "{text}": {value} is no number; {lever.dotted} must be {lever.allowed}') from None
    return int(number) if lever.type is int and number.is_integer() else number


def _check_lever(lever: Parameter) -> None:
    """Refuse what some teams cannot have while the others do not."""
    if lever.array != "p":
        return
    levers = [item.dotted for item in all_parameters() if item.array != "p"]
    if lever.lever == "organization":
        raise InputError(
            f"{_ORIGIN}: {lever.dotted} belongs to the whole organization, so some teams cannot try it first; "
            f"teams can try {', '.join(levers)}"
        )
    raise InputError(f"{_ORIGIN}: {lever.dotted} cannot change during a run{nearest(lever.dotted, levers)}")
