"""A field study as a file: who took part, what was done, for how long, what was measured, and what was published.

The files are `scenarios/replays/*.toml`; `docs/studies-replayed.md` says how to add one. What cannot be replayed stands
in `scenarios/replays/not_expressible.toml`, with the reason.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.rep.record import REPS
from scenarios import list_replays, list_scenarios, replay_path_of
from sim.scenario.checks import show
from sim.scenario.errors import InputError, Problem, ScenarioError, nearest
from sim.scenario.evidence import evidence_row
from sim.scenario.measures import MEASURES, QUARTERLY_MEASURES
from sim.scenario.reading import line_of, parse, read_text
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS, read_cases

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sim.scenario.reading import Lines, Spot

LOT, BOOKINGS = "lot", "bookings"
"""By what a group is drawn, beside the fields of a rep: by lot within each team; by bookings of four quarters."""

WITHOUT_RANGE = 0.5
"""Half-width of the range of a central value that was published alone, as a share of it."""

LEFT_OUT = "not_expressible"
"""Name of the file of studies that cannot be replayed."""

Words = Annotated[str, Field(min_length=1)]
Many = Field(strict=False)


class Closed(BaseModel):
    """A part of a file, closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Group(Closed):
    """Reps who are treated or measured together, chosen as the arms part."""

    by: Words = Field(description='"lot" (within each team, keyed by the seed), "bookings", or a field of a rep')
    parts: Annotated[tuple[Annotated[tuple[float, float], Many], ...], Many] = Field(
        min_length=1, description="a list of [from, to], shares of the team or of the force, lowest first"
    )


class Arm(Closed):
    """What one group of the study lived through."""

    parameters: dict[str, Any] = Field({}, description="a table of parameters by dotted name, from week 0")
    interventions: Annotated[tuple[dict[str, Any], ...], Many] = Field(
        (), description="a list of interventions as in a scenario; `group` stands for their target"
    )


class Gain(Closed):
    """A relative change: mean of an arm over that of the arm it is held against, less 1."""

    arm: Words
    against: Words = AS_IS
    group: str = Field("", description="the name of a group; without one it is the whole organization")


class Answer(Closed):
    """What is computed: a gain, less another where there is one, over a number."""

    gain: Gain
    less: Gain | None = None
    over: float = Field(1.0, gt=0, description="a number above 0 that the result is divided by")


class Published(Closed):
    """What the source gives: a range, a central value alone, or an order."""

    low: float | None = None
    central: float | None = None
    high: float | None = None
    order: Literal["above 0", "below 0"] | None = None
    text: Words = Field(description="what was published, in a few words")

    @model_validator(mode="after")
    def _says_something(self) -> Published:
        numbers = [self.low, self.central, self.high]
        ends = (self.low, self.high)
        if self.order is None and self.central is None and None in ends:
            raise ValueError("it must give low and high, a central value or an order")
        if self.order is not None and any(number is not None for number in numbers):
            raise ValueError("it must give numbers or an order, not both")
        if (self.low is None) != (self.high is None):
            raise ValueError("it must give both ends of a range, or none")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low must be below high")
        return self

    @property
    def range(self) -> tuple[float, float] | None:
        """Low and high end, in the unit of the answer; None for an order."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        if self.central is None:
            return None
        ends = self.central * (1.0 - WITHOUT_RANGE), self.central * (1.0 + WITHOUT_RANGE)
        return min(ends), max(ends)

    @property
    def widened(self) -> bool:
        """Whether the range is made from a central value alone."""
        return self.central is not None and self.low is None


class Replay(Closed):
    """A field study as the model replays it.

    Attributes:
        title: In a few words.
        who, what, how_long, outcome: Of the study, as published.
        departs: In what the replay differs from the study.
        sources: Rows of the evidence table.
        scenario: Shipped scenario it begins from.
        weeks: Weeks of each run after the burn-in.
        window: First week that counts and the week before which it ends; whole quarters.
        measure: Headline measure of a run, or of the table of reps at the ends of quarters where the answer has groups.
        from_start: Whether each arm has a burn-in of its own.
        parameters: What all arms share from before the burn-in, by dotted name.
        groups: By name.
        arms: By name, beside `as_is`, which changes nothing.
        answer: What is computed.
        published: What it is held against.
    """

    title: Words
    who: Words
    what: Words
    how_long: Words
    outcome: Words
    departs: Words
    sources: Annotated[tuple[str, ...], Many] = Field(min_length=1, description="rows of the evidence table")
    scenario: Words
    weeks: int = Field(ge=WEEKS_PER_QUARTER, le=520, description="a whole number of weeks from 13 to 520")
    window: Annotated[tuple[int, int], Many] = Field(description="[first week, week before which it ends], quarters")
    measure: Words
    from_start: bool = False
    parameters: dict[str, Any] = {}
    groups: dict[str, Group] = {}
    arms: dict[str, Arm] = Field(min_length=1, description="a table for each arm, written [arms.NAME]")
    answer: Answer
    published: Published

    @property
    def gains(self) -> tuple[Gain, ...]:
        """The one or two relative changes of the answer."""
        return (self.answer.gain,) if self.answer.less is None else (self.answer.gain, self.answer.less)

    def loaded(self) -> Scenario:
        """The scenario of `as_is`."""
        return Scenario.load(self.scenario).override(self.parameters, "parameters")

    def cases(self, members: Mapping[str, list[int]]) -> dict[str, dict[str, Any]]:
        """What each arm changes, as a comparison takes it.

        Args:
            members: Seats by name of the group.
        """
        return {
            name: dict(arm.parameters)
            | {"interventions": [_aimed(fields, members) for fields in arm.interventions]}
            for name, arm in self.arms.items()
        }  # fmt: skip


class StudyLeftOut(Closed):
    """Studies that cannot be replayed, and why."""

    sources: Annotated[tuple[str, ...], Many] = Field(min_length=1)
    study: Words
    reason: Words


class _LeftOutFile(Closed):
    studies: Annotated[tuple[StudyLeftOut, ...], Many] = Field(min_length=1)


def _aimed(fields: Mapping[str, Any], members: Mapping[str, list[int]]) -> dict[str, Any]:
    own = {key: value for key, value in fields.items() if key != "group"}
    return own if "group" not in fields else {**own, "target": {"agents": members[fields["group"]]}}


@cache
def replays() -> dict[str, Replay]:
    """Read every shipped replay, by name.

    Raises:
        ScenarioError: A file is wrong; everything that is wrong in it is listed.
    """
    return {name: read_replay(replay_path_of(name)) for name in list_replays() if name != LEFT_OUT}


@cache
def left_out() -> tuple[StudyLeftOut, ...]:
    """Read the studies that cannot be replayed."""
    text = replay_path_of(LEFT_OUT).read_text(encoding="utf-8")
    listed = _LeftOutFile.model_validate(tomllib.loads(text)).studies
    for study in listed:
        for row in study.sources:
            evidence_row(row)
    return listed


def read_replay(path: Path) -> Replay:
    """Read the file of a study; errors as `replay_of`."""
    return replay_of(read_text(path), path.name)


def replay_of(text: str, file: str) -> Replay:
    """Read a study's TOML.

    Args:
        text: What the file says.
        file: What messages call it.

    Raises:
        ScenarioError: A key is unknown or missing, a row of evidence, measure, group or arm does not exist, or an arm
            cannot be simulated; with the line.
    """
    table, lines = parse(text, file)
    try:
        replay = Replay.model_validate(table)
    except ValidationError as error:
        problems = [_problem(spot, why, file, lines) for spot, why in _findings(error)]
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line)) from None
    problems = [_problem(spot, why, file, lines) for spot, why in _check(replay)]
    if problems:
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line))
    return replay


def _findings(error: ValidationError) -> Iterator[tuple[Spot, str]]:
    for item in error.errors(include_url=False):
        spot = item["loc"]
        key = show(str(spot[-1])) if spot else "the file"
        if item["type"] == "extra_forbidden":
            yield spot, f"{key} is no key of a replay{nearest(str(spot[-1]), Replay.model_fields)}"
        elif item["type"] == "missing":
            field = Replay.model_fields.get(str(spot[-1]))
            wanted = field.description if field else None
            yield spot, f"{key} is missing" + (f"; it must be {wanted}" if wanted else "")
        else:
            why = item["msg"].removeprefix("Value error, ")
            yield spot, f"{key} is not allowed: {why[:1].lower()}{why[1:]}"


def _problem(spot: Spot, why: str, file: str, lines: Lines) -> Problem:
    return Problem(why, file, line=line_of(spot, lines))


def _check(replay: Replay) -> Iterator[tuple[Spot, str]]:
    for row in replay.sources:
        try:
            evidence_row(row)
        except InputError as error:
            yield ("sources",), str(error)
    yield from _check_names(replay)
    yield from _check_groups(replay)
    first, end = replay.window
    whole = first % WEEKS_PER_QUARTER == 0 and end % WEEKS_PER_QUARTER == 0
    if not (whole and 0 <= first < end <= replay.weeks):
        yield ("window",), f"it must be whole quarters of {WEEKS_PER_QUARTER} weeks within the {replay.weeks} of a run"
    name, shipped = replay.scenario, list_scenarios()
    if name not in shipped:
        yield ("scenario",), f"there is no shipped scenario {name}{nearest(name, shipped)}"
        return
    try:
        seats = {group: [0] for group in replay.groups}
        read_cases(replay.loaded(), replay.cases(seats), from_start=replay.from_start)
    except KeyError as error:
        yield ("arms",), f"there is no group {error.args[0]}{nearest(error.args[0], replay.groups)}"
    except InputError as error:
        yield ("arms",), str(error)


def _check_names(replay: Replay) -> Iterator[tuple[Spot, str]]:
    """Arms, groups and the measure of the answer."""
    grouped = {bool(gain.group) for gain in replay.gains}
    if len(grouped) > 1:
        yield ("answer",), "both gains must have a group, or none"
    measures = QUARTERLY_MEASURES["reps"] if True in grouped else MEASURES
    if replay.measure not in measures:
        yield ("measure",), f"there is no measure {replay.measure}{nearest(replay.measure, measures)}"
    for gain in replay.gains:
        for arm in (gain.arm, gain.against):
            if arm not in {AS_IS, *replay.arms}:
                yield ("answer",), f"there is no arm {arm}{nearest(arm, [AS_IS, *replay.arms])}"
        if gain.group and gain.group not in replay.groups:
            yield ("answer",), f"there is no group {gain.group}{nearest(gain.group, replay.groups)}"


def _check_groups(replay: Replay) -> Iterator[tuple[Spot, str]]:
    fields = [LOT, BOOKINGS, *(field.name for field in REPS)]
    for name, group in replay.groups.items():
        if group.by not in fields:
            yield ("groups", name), f"there is no field {group.by} of a rep{nearest(group.by, fields)}"
        if not all(0.0 <= low < high <= 1.0 for low, high in group.parts):
            yield ("groups", name), "parts must be shares, each [from, to] with 0 <= from < to <= 1"
