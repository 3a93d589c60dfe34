"""A debrief in sentences: the answer, what must be known to read it, what to discuss, and the claims it touches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from scenarios import list_lessons
from sim.answers.wording import sentence_case
from sim.measures.words import amount, counted, interval, listed
from sim.questions.lesson.reading import read_lesson
from sim.scenario.claims import claims, verdicts
from sim.ui.classroom.options import label_of
from sim.ui.classroom.replay import move_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.studies.statistics import Interval
    from sim.ui.classroom.findings import ClassFinding, MoveFinding, SeatFinding
    from sim.ui.classroom.options import Menu

MOST_QUESTIONS = 6
_MISJUDGED = 3  # decisions of one kind that are asked about, at most


class DebriefQuestion(NamedTuple):
    """Something to discuss."""

    text: str
    source: str  # What it comes from, with its numbers


@dataclass(frozen=True, slots=True)
class Language:
    """What sentences need to name things: the menu of the class, its currency and its number of lucks."""

    menu: Menu
    currency: str
    lucks: int

    def money(self, value: float) -> str:
        """Write a difference of money."""
        return amount(value, "currency", self.currency, signed=True)

    def over(self, found: Interval) -> str:
        """Write a mean with its interval."""
        return f"{self.money(found.mean)} (95% interval {self.ends(found)})"

    def ends(self, found: Interval) -> str:
        """Write an interval."""
        return interval(found.low, found.high, "currency", self.currency, signed=True)

    def move(self, finding: MoveFinding) -> str:
        """Say a decision."""
        return move_text(self.menu, finding.move)

    def verdict(self, finding: MoveFinding) -> str:
        """Say what a decision does on average, or that this cannot be told."""
        over = finding.over
        if over is not None and over.low == over.high == 0.0:
            return "did nothing within the class"
        return {1: "brings", -1: "costs", 0: "cannot be told from zero"}[finding.told]


def told_of(found: Interval) -> int:
    """1 or -1 where a mean is surely above or below zero, else 0."""
    return 0 if found.contains_zero else 1 if found.mean > 0 else -1


def seat_answer(seat: SeatFinding, say: Language) -> list[str]:
    """Say what a seat's decisions bring, how much of this run was luck, and the best and the worst decision."""
    if not seat.moves:
        return [f"{seat.name} changed nothing, so this organization did what it does left alone."]
    sentences = [_skill(seat, say), _luck(seat, say)]
    tested = seat.tested
    best, worst = tested[0] if tested else None, tested[-1] if tested else None
    if best and worst:
        sentences.append(f"Best decision: {_standing(best, say)}.")
        if worst is not best:
            sentences.append(f"Worst decision: {_standing(worst, say)}.")
    return sentences


def _skill(seat: SeatFinding, say: Language) -> str:
    told = told_of(seat.over)
    if told:
        verb = "bring" if told > 0 else "cost"
        return f"The decisions of {seat.name} {verb} {say.over(seat.over)} against left alone, over {say.lucks} lucks."
    return (
        f"What the decisions of {seat.name} bring against left alone cannot be told from zero: {say.over(seat.over)} "
        f"over {say.lucks} lucks."
    )


def _luck(seat: SeatFinding, say: Language) -> str:
    return (
        f"In this run they brought {say.money(seat.in_run)}: {say.money(seat.over.mean)} is what they bring on "
        f"average, and {say.money(seat.luck)} the luck of this run. They do better than left alone in "
        f"{seat.better:.0%} of lucks."
    )


def _standing(finding: MoveFinding, say: Language) -> str:
    if finding.over is None:
        return say.move(finding)
    unsure = "" if finding.told else ", which cannot be told from zero"
    mean = f"{say.money(finding.over.mean)} ({say.ends(finding.over)})"
    return f"{say.move(finding)}, {mean}{unsure}; in this run {say.money(finding.in_run)}"


def class_answer(found: ClassFinding, say: Language) -> list[str]:
    """Say who brings most, who stood first, what the middle of the class and the organization left alone did."""
    best, first = found.best, found.first
    sure = "" if told_of(best.over) else ", which cannot be told from zero"
    sentences = [
        (
            f"Over {say.lucks} lucks the decisions of {best.name} bring most: {say.over(best.over)} against left "
            f"alone{sure}."
        )
    ]
    if first is best:
        sentences.append(f"{first.name} stands first in this run too, with {say.money(first.in_run)}.")
    else:
        sentences.append(
            f"First in this run is {first.name} with {say.money(first.in_run)}, of which {say.money(first.luck)} is "
            f"the luck of this run; over {say.lucks} lucks it is {say.over(first.over)}."
        )
    sure_seats = sum(told_of(seat.over) > 0 for seat in found.people)
    worse = sum(told_of(seat.over) < 0 for seat in found.people)
    sentences.append(
        f"The median seat brought {say.money(found.median_in_run)} in this run and brings "
        f"{say.money(found.median_over)} on average; of {counted(len(found.people), 'seat')} {sure_seats} surely do "
        f"better than left alone, and {worse} worse."
    )
    alone, mean = (amount(value, "currency", say.currency) for value in (found.alone, found.alone_over.mean))
    ends = interval(found.alone_over.low, found.alone_over.high, "currency", say.currency)
    sentences.append(f"Left alone, the organization brought {alone} in this run and brings {mean} on average ({ends}).")
    sentences += [
        f"{seat.name}, a character that played along by a rule, brings {say.over(seat.over)} over {say.lucks} lucks, "
        f"and brought {say.money(seat.in_run)} in this run."
        for seat in found.characters
    ]
    return [*sentences, *_extremes(found, say)]


def _extremes(found: ClassFinding, say: Language) -> list[str]:
    """The best and the worst decision of all that can be told from zero."""
    pairs = [(finding, seat) for seat in found.people for finding in seat.tested if finding.told and finding.over]
    if not pairs:
        complete = all(seat.complete for seat in found.people)
        return ["No single decision of the class can be told from zero."] if complete else []
    pairs.sort(key=lambda pair: -pair[0].over.mean if pair[0].over else 0.0)
    said = []
    for word, (finding, seat), sign in (("Best", pairs[0], 1), ("Worst", pairs[-1], -1)):
        if finding.told == sign:
            said.append(f"{word} decision of the class: {seat.name}, {_standing(finding, say)}.")
    return said


def notes(found: ClassFinding, seats: Iterable[SeatFinding], broken: Sequence[str]) -> list[str]:
    """Say what is missing in a debrief; the organizations of `broken` seats could not go on."""
    shown, said = list(seats), []
    if left := sum(finding.over is None for seat in shown if seat.complete for finding in seat.moves):
        said.append(
            f"{counted(left, 'decision')} moved this run least and {'was' if left == 1 else 'were'} taken out of this "
            "run alone, not over other lucks."
        )
    if waiting := sum(not seat.complete for seat in shown):
        said.append(f"The decisions of {counted(waiting, 'seat')} have not been taken out (yet).")
    if broken:
        said.append(f"Left out, because their organizations could not go on: {listed(list(broken))}.")
    if found.failed:
        said.append(f"{counted(found.failed, 'run')} with other luck could not be carried out and are left out.")
    return said


def how_to_read(found: ClassFinding) -> str:
    """Say what the amounts of a debrief are."""
    quarters = len(found.best.run_path)
    return (
        f"Net contribution to the end of quarter {quarters} more than that of the same organization left alone with "
        "the same luck; what pays later is not counted. “In this run” is the luck the class met; over "
        f"{found.lucks} lucks the same decisions are played with other seeds. Luck is what this run brought beyond "
        "that mean."
    )


TAKEN_OUT = (
    "Each decision is taken out alone until the same thing is decided again, all others kept and the budget not "
    "checked anew, so parts need not add up. Intervals are widened so that those of a seat hold together (Bonferroni)."
)


def seat_questions(seat: SeatFinding, found: ClassFinding, say: Language) -> list[DebriefQuestion]:
    """What a seat can discuss, from what happened to it."""
    asked = _misjudged([(finding, "") for finding in seat.moves], say)
    if told_of(seat.over) * seat.in_run < 0:
        asked.append(
            DebriefQuestion(
                "This run and the average disagree about these decisions. By which of the two would you be judged?",
                f"In this run {say.money(seat.in_run)}, over {say.lucks} lucks {say.over(seat.over)}.",
            )
        )
    asked += _late(seat, len(seat.run_path), say)
    asked += _ends(seat, say)
    best = found.best
    if best is not seat and (absent := _absent(best, seat)):
        asked.append(
            DebriefQuestion(
                f"{best.name} decided what was never decided here: {listed(absent)}. What spoke against it?",
                f"Over {say.lucks} lucks {best.name} brings {say.over(best.over)}.",
            )
        )
    if not asked:
        asked.append(
            DebriefQuestion(
                "Which one number would have told you during the class that these decisions work, or that they do not?",
                f"Better than left alone in {seat.better:.0%} of {say.lucks} lucks.",
            )
        )
    return asked[:MOST_QUESTIONS]


def class_questions(found: ClassFinding, say: Language) -> list[DebriefQuestion]:
    """What a class can discuss, from what happened in it."""
    asked = []
    if found.first is not found.best:
        asked.append(
            DebriefQuestion(
                f"{found.first.name} stands first, and over {say.lucks} lucks {found.best.name} does. Whom would you "
                "promote?",
                f"Over {say.lucks} lucks: {found.first.name} {say.over(found.first.over)}, {found.best.name} "
                f"{say.over(found.best.over)}.",
            )
        )
    asked += _misjudged([(finding, f"{seat.name}, ") for seat in found.people for finding in seat.moves], say)
    asked += _most_moved(found, say)
    unsure = sum(told_of(seat.over) == 0 for seat in found.people)
    if unsure:
        asked.append(
            DebriefQuestion(
                f"{counted(unsure, 'seat')} of {len(found.people)} cannot be told from doing nothing. What would you "
                "need to see before rewarding or blaming anybody for such a result?",
                f"Their 95% intervals over {say.lucks} lucks hold zero.",
            )
        )
    return asked[:MOST_QUESTIONS]


def _misjudged(findings: list[tuple[MoveFinding, str]], say: Language) -> list[DebriefQuestion]:
    """Decisions whose look in this run misled, those that misled most first."""
    asked = []
    tested = [(finding, who, finding.over) for finding, who in findings if finding.over is not None]
    tested.sort(key=lambda entry: -abs(entry[0].in_run - entry[2].mean))
    flattered = [(f, who, over) for f, who, over in tested if f.in_run > 0 and f.told <= 0 and f.in_run > over.high]
    hidden = [(f, who, over) for f, who, over in tested if f.in_run < 0 and f.told > 0]
    for finding, who, over in flattered[:_MISJUDGED]:
        often = "costs" if finding.told < 0 else "cannot be told from zero"
        asked.append(
            DebriefQuestion(
                sentence_case(
                    f"{who}{say.move(finding)} looked good in this run and {often} over {say.lucks} lucks. What "
                    "made it look good?"
                ),
                f"In this run {say.money(finding.in_run)}, over {say.lucks} lucks {say.over(over)}.",
            )
        )
    for finding, who, over in hidden[:_MISJUDGED]:
        asked.append(
            DebriefQuestion(
                sentence_case(
                    f"{who}{say.move(finding)} looked bad in this run and pays over {say.lucks} lucks. Would you "
                    "have kept it?"
                ),
                f"In this run {say.money(finding.in_run)}, over {say.lucks} lucks {say.over(over)}.",
            )
        )
    return asked


def _ends(seat: SeatFinding, say: Language) -> list[DebriefQuestion]:
    """What surely brought most and what surely cost most."""
    asked = []
    tested = seat.tested
    if tested and (over := tested[-1].over) and tested[-1].told < 0:
        text = f"{say.move(tested[-1])} cost most. What did you expect of it when you decided it?"
        asked.append(DebriefQuestion(sentence_case(text), f"Over {say.lucks} lucks {say.over(over)}."))
    if tested and (over := tested[0].over) and tested[0].told > 0:
        text = f"{say.move(tested[0])} brought most. What would have made you do it earlier, or more of it?"
        asked.append(DebriefQuestion(sentence_case(text), f"Over {say.lucks} lucks {say.over(over)}."))
    return asked


def _late(seat: SeatFinding, quarters: int, say: Language) -> list[DebriefQuestion]:
    """The costliest decision of the last quarters, which may pay after the end."""
    late = [each for each in seat.moves if each.told < 0 and each.over and each.move.quarter > max(1, quarters - 2)]
    if not late:
        return []
    worst = min(late, key=lambda each: each.over.mean if each.over else 0.0)
    assert worst.over is not None  # noqa: S101 - those without were left out above
    counted_quarters = quarters + 1 - worst.move.quarter
    return [
        DebriefQuestion(
            sentence_case(
                f"{say.move(worst)} costs up to the end of the class. Would it have paid with more quarters?"
            ),
            f"Over {say.lucks} lucks {say.over(worst.over)}; {counted(counted_quarters, 'quarter')} of it counted.",
        )
    ]


def _absent(best: SeatFinding, seat: SeatFinding) -> list[str]:
    """Labels of what surely brought something to the best seat, and was never changed by another."""
    own = {finding.move.name for finding in seat.moves}
    names = dict.fromkeys(finding.move.name for finding in best.tested if finding.told > 0)
    return [label_of(name) for name in names if name not in own][:_MISJUDGED]


def _most_moved(found: ClassFinding, say: Language) -> list[DebriefQuestion]:
    """The option that most seats changed, where it was told from zero less often than not."""
    seats: dict[str, set[str]] = {}
    for seat in found.people:
        for finding in seat.moves:
            seats.setdefault(finding.move.name, set()).add(seat.token)
    if not seats or max(map(len, seats.values())) < 2:
        return []
    name = max(seats, key=lambda each: len(seats[each]))
    tested = [finding for seat in found.people for finding in seat.tested if finding.move.name == name]
    paid, cost = sum(each.told > 0 for each in tested), sum(each.told < 0 for each in tested)
    return [
        DebriefQuestion(
            f"Most seats moved “{label_of(name)}” ({len(seats[name])} of {len(found.people)}). Why this one?",
            f"Of {counted(len(tested), 'such decision')} {paid} surely brought something over {say.lucks} lucks, "
            f"{cost} surely cost something, and {len(tested) - paid - cost} cannot be told from zero.",
        )
    ]


def carriers(names: Iterable[str], scenario_claims: Iterable[str]) -> list[tuple[str, list[str], list[str]]]:
    """What carries claims that were touched: who, the options that were moved, and the claims.

    They are the head of the scenario, and every lesson in which something is moved that was decided.
    """
    decided = list(dict.fromkeys(names))
    found = [("this scenario", list[str](), [claim for claim in scenario_claims if claim in claims()])]
    for title, moved, carried in _lessons():
        found.append((f"lesson “{title}”", [label_of(name) for name in decided if name in moved], list(carried)))
    return [(who, options, ids) for who, options, ids in found if ids and (options or who == "this scenario")]


def claim_rows(ids: Iterable[str]) -> list[list[str]]:
    """Claims in the order of their sources: id, text, and what tests of it found."""
    wanted = set(ids)
    rows = []
    for claim in (each for each in claims().values() if each.id in wanted):
        tests = ", ".join(f"{pattern} {verdicts().get(pattern, 'not run')}" for pattern in claim.patterns)
        rows.append([claim.id, claim.text, tests or claim.shown])
    return rows


@cache
def _lessons() -> list[tuple[str, frozenset[str], tuple[str, ...]]]:
    """Title of each shipped lesson, what its chapters move, and the claims it carries."""
    specs = [read_lesson(name).spec for name in list_lessons()]
    return [
        (
            spec.title,
            frozenset(act.parameter or act.event for chapter in spec.chapters for act in chapter.acts),
            spec.claims,
        )
        for spec in specs
    ]
