"""What can be wrong in a lesson beyond single values: branches not open, weeks that lie ahead, unknown names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.questions.lesson.schema import BRANCHES, MAIN, NAME, SHOWN
from sim.scenario.checks import show
from sim.scenario.claims import claims
from sim.scenario.errors import nearest
from sim.scenario.measures import WEEKLY_MEASURES
from sim.scenario.seeds import longest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.questions.lesson.schema import Act, Chapter, LessonFile, Measured, Prediction
    from sim.scenario.reading import Spot

    Finding = tuple[Spot, str]

SLOT = re.compile(r"\{([^{}]*)\}")
"""Where a text holds a measured value: {name}, or {name:size} without its sign."""

KINDS = ("parameter", "event", "reset", "fork", "begin", "close")


def check(lesson: LessonFile) -> Iterator[Finding]:
    """Find everything that is wrong, chapter by chapter."""
    for claim in lesson.claims:
        if claim not in claims():
            yield ("claims",), f"there is no claim {show(claim)}{nearest(claim, claims())}"
    measures: dict[str, str] = {}
    branches: set[str] = {MAIN}
    for number, (chapter, span) in enumerate(zip(lesson.chapters, lesson.spans(), strict=True)):
        spot: Spot = ("chapters", number)
        yield from _within(spot, _span(chapter, span))
        yield from _within(spot, _texts(chapter.caption, "caption", measures))
        for row, act in enumerate(chapter.acts):
            yield from _within((*spot, "acts", row), _act(act, span[0], branches))
        yield from _within(spot, _shown(chapter, branches))
        for name, measured in chapter.measured.items():
            yield from _within((*spot, "measured", name), _measured(name, measured, span, branches, measures))
            measures[name] = measured.measure
        if chapter.prediction:
            yield from _within((*spot, "prediction"), _prediction(chapter.prediction, measures))
        yield from _within(spot, _texts(chapter.reveal, "reveal", measures))


def _within(spot: Spot, findings: Iterator[Finding]) -> Iterator[Finding]:
    for inner, text in findings:
        yield (*spot, *inner), text


def _span(chapter: Chapter, span: tuple[int, int]) -> Iterator[Finding]:
    if chapter.until is not None and chapter.quarters is not None:
        yield ("quarters",), "give either until or quarters, not both"
    if span[1] < span[0]:
        yield ("until",), f"{span[1]} lies before the chapter begins, in week {span[0]}"
    if span[1] > longest():
        yield ("until" if chapter.until is not None else "quarters",), f"a run ends in week {longest()} at the latest"
    if (chapter.prediction or chapter.measured) and not chapter.reveal:
        yield ("reveal",), "it is missing; say what was measured, with {name} where the number stands"


def _texts(text: str, key: str, measures: dict[str, str]) -> Iterator[Finding]:
    for slot in SLOT.findall(text):
        name = slot.removesuffix(":size")
        if name not in measures:
            yield (key,), f"nothing that is measured until then is called {show(name)}{nearest(name, measures)}"
    if re.search(r"[{}]", SLOT.sub("", text)):
        yield (key,), "a brace stands alone; braces hold the name of something measured, such as {bookings}"


def _act(act: Act, week: int, branches: set[str]) -> Iterator[Finding]:
    """Check one act, and keep count of the branches that are open."""
    given = [kind for kind in KINDS if getattr(act, kind)]
    if len(given) != 1:
        what = f"it has {' and '.join(given)}" if given else "it does nothing"
        yield (), f"{what}; an act has one of {', '.join(KINDS)}"
        return
    if act.reset:
        branches.intersection_update({MAIN})
        if week != 0 or act.branch != MAIN:
            yield ("reset",), "it brings the whole lesson back to week 0; leave branch out"
    elif act.fork or act.begin:
        yield from _opening(act, week, branches)
        branches.add(act.branch)
    elif act.branch not in branches:
        yield ("branch",), f"branch {act.branch} is not open; open it with fork or begin"
    elif act.close:
        if act.branch == MAIN:
            yield ("branch",), f"branch {MAIN} cannot end"
        branches.discard(act.branch)


def _opening(act: Act, week: int, branches: set[str]) -> Iterator[Finding]:
    """Check an act that opens a branch."""
    if act.branch in branches:
        yield ("branch",), f"branch {act.branch} is open; take another of {', '.join(BRANCHES[1:])}"
    elif act.begin and week != 0:
        yield ("begin",), f"it needs week 0, and the chapter begins in week {week}; put an act with reset before it"
    elif act.fork and act.fork not in branches:
        yield ("fork",), f"branch {act.fork} is not open"


def _shown(chapter: Chapter, branches: set[str]) -> Iterator[Finding]:
    if chapter.focus and chapter.focus not in branches:
        yield ("focus",), f"branch {chapter.focus} is not open"
    shown = [*SHOWN, *WEEKLY_MEASURES]
    for name in chapter.show:
        if name not in shown:
            yield ("show",), f"{show(name)} cannot be shown{nearest(name, shown)}"


def _measured(
    name: str, measured: Measured, span: tuple[int, int], branches: set[str], measures: dict[str, str]
) -> Iterator[Finding]:
    if not re.fullmatch(NAME, name):
        yield (), f"{show(name)} is no name; use small letters, digits and _"
    if name in measures:
        yield (), f"{show(name)} has been measured before; choose another name"
    if measured.measure not in WEEKLY_MEASURES:
        yield ("measure",), f"there is no measure {show(measured.measure)}{nearest(measured.measure, WEEKLY_MEASURES)}"
    elif measured.over == "total" and not WEEKLY_MEASURES[measured.measure].flow:
        yield ("over",), f"weeks of {measured.measure} cannot be added up; take mean"
    if measured.branch not in branches:
        yield ("branch",), f"branch {measured.branch} is not open"
    yield from _weeks(measured.weeks or span, span[1], "weeks" if measured.weeks else "measure")
    if measured.against is None:
        if measured.expect or measured.comparison != "change":
            yield ("expect" if measured.expect else "comparison",), "it has a meaning only with against"
    else:
        yield from _against(measured, span, branches, measures)


def _weeks(weeks: tuple[int, int], end: int, key: str) -> Iterator[Finding]:
    first, after = weeks
    if not -WEEKS_PER_QUARTER <= first < after <= end:
        span = f"{-WEEKS_PER_QUARTER} to {end}, when the chapter ends"
        yield (key,), f"weeks {first} to {after} cannot be measured; take weeks from {span}"


def _against(
    measured: Measured, span: tuple[int, int], branches: set[str], measures: dict[str, str]
) -> Iterator[Finding]:
    if isinstance(measured.against, tuple):
        yield from _weeks(measured.against, span[1], "against")
        mine = measured.weeks or span
        if measured.over == "total" and measured.against[1] - measured.against[0] != mine[1] - mine[0]:
            yield ("against",), "totals of different numbers of weeks cannot be compared; take mean"
    elif measured.against == "start":
        if measured.over == "total":
            yield ("over",), "the quarter before the start is compared by its mean; take mean"
    elif measured.against in BRANCHES:
        if measured.against not in branches or measured.against == measured.branch:
            yield ("against",), f"branch {measured.against} is not open, or the same"
    elif measured.against not in measures:
        yield ("against",), f"there is no branch and nothing measured called {show(measured.against)}"
    elif measures[str(measured.against)] != measured.measure:
        yield (
            ("against",),
            f"{measured.against} is {measures[str(measured.against)]}; {measured.measure} cannot be compared with it",
        )


def _prediction(prediction: Prediction, measures: dict[str, str]) -> Iterator[Finding]:
    """Check how it is answered: by bands of one value, by the greatest of several, or by a number."""
    if prediction.pick:
        if prediction.answer or len(prediction.options) < 2:
            yield ("pick",), "it takes options, each with the value of something measured, and no answer"
        for row, option in enumerate(prediction.options):
            if option.value not in measures:
                hint = nearest(option.value, measures)
                yield ("options", row, "value"), f"nothing measured is called {show(option.value)}{hint}"
        return
    if prediction.answer not in measures:
        yield ("answer",), f"nothing measured is called {show(prediction.answer)}{nearest(prediction.answer, measures)}"
    if prediction.options:
        bounds = [option.below for option in prediction.options]
        inner = [bound for bound in bounds[:-1] if bound is not None]
        if len(bounds) < 2 or len(inner) != len(bounds) - 1 or bounds[-1] is not None or inner != sorted(set(inner)):
            yield ("options",), "each option but the last needs below, a number larger than that of the one before"
    elif prediction.low is None or prediction.high is None or prediction.low >= prediction.high:
        yield ("low",), "a number is asked for; give low and high, the range it may have, or options"
