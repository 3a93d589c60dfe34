"""The debrief of a class and of each seat, as an answer that can be written in any form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries, series_of_means
from sim.answers.palette import ORANGE
from sim.measures.words import MINUS, NONE, axis_unit
from sim.ui.classroom import debrief_figures as figures
from sim.ui.classroom.debrief_words import (
    TAKEN_OUT,
    Language,
    carriers,
    claim_rows,
    class_answer,
    class_questions,
    how_to_read,
    notes,
    seat_answer,
    seat_questions,
    told_of,
)
from sim.ui.classroom.hidden import demand_told
from sim.ui.classroom.luck import other_seed
from sim.ui.classroom.replay import move_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sim.studies.statistics import Interval
    from sim.ui.classroom.debrief_words import DebriefQuestion
    from sim.ui.classroom.findings import ClassFinding, MoveFinding, SeatFinding
    from sim.ui.classroom.room import Room

_UNITS = dict.fromkeys(
    ("total", "in_run", "luck", "mean", "low", "high", "gain", "alone", "left_alone"), "currency"
) | {"better": "share"}  # fmt: skip


def class_analysis(room: Room, found: ClassFinding) -> Analysis:
    """Lay out what a class decided and what it brought."""
    say = _language(room, found)
    names = [seat.label for seat in found.seats]
    over = series_of_means(f"over {found.lucks} lucks", [seat.over for seat in found.seats])
    chart = Chart(
        "seats", "More than the organization left alone", "bar", names,
        [over, _this_run([seat.in_run for seat in found.seats])], "currency", say.currency,
        signed=True, caption="Net contribution; lines are 95% intervals of the mean.",
    )  # fmt: skip
    drawing = Drawing(
        "seats", f"Mean over {found.lucks} lucks with its 95% interval; the diamond is this run.",
        partial(figures.draw_seats, found=found, say=say), figures.size_of(len(names)),
    )  # fmt: skip
    moves = [finding.move.name for seat in found.seats for finding in seat.moves]
    sections = [
        ReportSection("What each seat brings", how_to_read(found), [drawing], [_seats_table(found, say)], [chart]),
        ReportSection("Best and worst decision of each seat", TAKEN_OUT, (), [_extremes_table(found, say)]),
        ReportSection("What was decided", "In brackets what it contributed in this run, taken out alone.", (),
                      [_decisions_table(found, say)]),
    ]  # fmt: skip
    return _analysis(
        room, found, found.seats, question="What did this class decide, and what did it bring?",
        answer=class_answer(found, say),
        sections=[*sections, *_closing(room, moves, class_questions(found, say))],
    )  # fmt: skip


def seat_analysis(room: Room, found: ClassFinding, seat: SeatFinding) -> Analysis:
    """Lay out what one seat decided and what it brought."""
    say = _language(room, found)
    tables = [_moves_table(seat, found, say)] if seat.moves else []
    drawings, charts = [], []
    if tested := seat.tested:
        bars = series_of_means(f"over {found.lucks} lucks", [each.over for each in tested if each.over])
        charts.append(Chart(
            "decisions", "What each decision contributes", "bar", [say.move(each) for each in tested],
            [bars, _this_run([each.in_run for each in tested])], "currency", say.currency, signed=True,
            caption="Each taken out alone; lines are 95% intervals that hold together.",
        ))  # fmt: skip
        drawings.append(Drawing(
            "decisions", "Each decision taken out alone; lines are 95% intervals that hold together, grey cannot be "
            "told from zero; the diamond is this run.",
            partial(figures.draw_moves, seat=seat, say=say), figures.size_of(len(tested)),
        ))  # fmt: skip
    caption = f"More than left alone, so far; the band is the 95% interval of the mean over {found.lucks} lucks."
    line = Drawing("quarters", caption, partial(figures.draw_path, seat=seat, say=say), (10.4, 3.2))
    sections = [
        ReportSection("What each decision contributed", TAKEN_OUT, drawings, tables, charts),
        ReportSection("Beside others", how_to_read(found), (), [_beside_table(seat, found, say)]),
        ReportSection("Quarter by quarter", "", [line], (), [_path_chart(seat, found, say)]),
    ]  # fmt: skip
    if found.best is not seat:
        best = [finding.move for finding in found.best.moves]
        rows = [[str(move.quarter), move_text(room.menu, move, quarter=False)] for move in best]
        lead = f"{found.best.name} brings most over {found.lucks} lucks."
        sections.append(ReportSection("What the best seat decided", lead, (), _table(["quarter", "decision"], rows)))
    moves = [finding.move.name for finding in seat.moves]
    return _analysis(
        room, found, [seat], question=f"What did the decisions of {seat.name} bring?", answer=seat_answer(seat, say),
        sections=[*sections, *_closing(room, moves, seat_questions(seat, found, say))],
    )  # fmt: skip


def _language(room: Room, found: ClassFinding) -> Language:
    return Language(room.menu, room.terms.scenario.currency, found.lucks)


def _analysis(
    room: Room, found: ClassFinding, seats: Sequence[SeatFinding], *, question: str, answer: list[str],
    sections: list[ReportSection],
) -> Analysis:  # fmt: skip
    quarters, terms = len(seats[0].run_path), room.terms
    touched = {finding.move.name for seat in seats for finding in seat.moves if "." in finding.move.name}
    facts = {
        "class_seed": terms.seed, "budget": terms.budget, "quarters": quarters, "left_alone": found.alone,
        "demand": {str(quarter): percent for quarter, percent in room.demand.items()},
        "median": {"total": found.median_total, "in_run": found.median_in_run, "over_lucks": found.median_over},
    }  # fmt: skip
    return Analysis(
        kind="debrief of a class",
        scenario=terms.scenario,
        question=question,
        answer=[*answer, *filter(None, [demand_told(room)])],
        sections=sections,
        tables=_frames(room, seats) | _text_frames(sections),
        seeds=[other_seed(terms.seed, number) for number in range(found.lucks)],
        weeks=quarters * WEEKS_PER_QUARTER,
        touched=sorted(touched),
        notes=notes(found, seats, [seat.name for seat in room.seats.values() if seat.problem]),
        facts=facts,
        units=_UNITS,
    )


def _closing(room: Room, names: list[str], questions: list[DebriefQuestion]) -> list[ReportSection]:
    """What a debrief ends with: questions, and claims."""
    asked = _table(["question", "what it comes from"], [[each.text, each.source] for each in questions])
    sections = [ReportSection("To discuss", "", (), asked)]
    if found := carriers(names, room.terms.scenario.claims):
        rows = [[who, ", ".join(options) or NONE, ", ".join(ids)] for who, options, ids in found]
        claims = claim_rows(claim for _, _, ids in found for claim in ids)
        tables = [
            TextTable(["carried by", "which moves what was decided", "claims"], rows),
            TextTable(["claim", "what is claimed", "tests of it"], claims, caption="The claims"),
        ]
        lead = "What was decided is moved in lessons too, which carry claims; what tests of them found stands beside."
        sections.append(ReportSection("Claims this touches", lead, (), tables))
    return sections


def _table(columns: list[str], rows: list[list[str]], right: Sequence[int] = ()) -> list[TextTable]:
    return [TextTable(columns, rows, right)] if rows else []


class _Column:
    """Amounts of one table in one unit, which its head names."""

    def __init__(self, values: Iterable[float], currency: str) -> None:
        size = max((abs(value) for value in values if np.isfinite(value)), default=0.0)
        self._scale, self.unit = axis_unit("currency", size, currency)

    def level(self, value: float) -> str:
        """Write an amount."""
        return f"{value / self._scale:,.2f}".replace("-", MINUS) if np.isfinite(value) else NONE

    def __call__(self, value: float) -> str:
        """Write a difference."""
        text = f"{value / self._scale:+,.2f}".replace("-", MINUS) if np.isfinite(value) else NONE
        return "0.00" if text[1:] == "0.00" else text

    def over(self, found: Interval) -> str:
        """Write a mean with its interval below."""
        return f"{self(found.mean)}\n[{self(found.low)} to {self(found.high)}]"


def _seats_table(found: ClassFinding, say: Language) -> TextTable:
    write = _Column([end for seat in found.seats for end in (seat.in_run, seat.over.low, seat.over.high)], say.currency)
    total = _Column([found.alone], say.currency)
    columns = [
        f"seat\n({write.unit})", f"result,\n{total.unit}", "more than left\nalone, this run",
        f"over {found.lucks} lucks\n[95% interval]", "luck of\nthis run", "better than\nleft alone",
    ]  # fmt: skip
    # The two first, since slides show the beginning of a long table.
    middle = [total.level(found.median_total), write(found.median_in_run), write(found.median_over)]
    rows = [["Median of the class", *middle, NONE, NONE], ["Left alone", total.level(found.alone), *[NONE] * 4]]
    rows += [
        [seat.label, total.level(seat.total), write(seat.in_run), write.over(seat.over), write(seat.luck),
         f"{seat.better:.0%}" if seat.moves else NONE]
        for seat in found.seats
    ]  # fmt: skip
    return TextTable(columns, rows, range(1, len(columns)))


def _beside_table(seat: SeatFinding, found: ClassFinding, say: Language) -> TextTable:
    shown = [seat] if found.best is seat else [seat, found.best]
    write = _Column([end for each in shown for end in (each.in_run, each.over.low, each.over.high)], say.currency)
    total = _Column([found.alone], say.currency)
    rows = [
        [f"{each.label}{'' if each is seat else ', the best over the lucks'}", total.level(each.total),
         write(each.in_run), write.over(each.over)]
        for each in shown
    ]  # fmt: skip
    middle = [total.level(found.median_total), write(found.median_in_run), write(found.median_over)]
    rows += [["Median of the class", *middle], ["Left alone", total.level(found.alone), NONE, NONE]]
    columns = [
        f"organization\n({write.unit})", f"result,\n{total.unit}", "more than left\nalone, this run",
        f"over {found.lucks} lucks\n[95% interval]",
    ]  # fmt: skip
    return TextTable(columns, rows, range(1, len(columns)))


def _column_of(findings: Iterable[MoveFinding], say: Language) -> _Column:
    shown = list(findings)
    ends = [end for each in shown if each.over for end in (each.over.low, each.over.high)]
    return _Column([*(each.in_run for each in shown), *ends], say.currency)


def _move_columns(found: ClassFinding, write: _Column) -> list[str]:
    return [f"decision\n({write.unit})", "this run", f"over {found.lucks} lucks\n[95% interval]", "on average it"]


def _move_cells(finding: MoveFinding, say: Language, write: _Column) -> list[str]:
    mean = write.over(finding.over) if finding.over else NONE
    verdict = say.verdict(finding) if finding.over else "was not taken out"
    return [say.move(finding), write(finding.in_run), mean, verdict]


def _moves_table(seat: SeatFinding, found: ClassFinding, say: Language) -> TextTable:
    write = _column_of(seat.moves, say)
    return TextTable(_move_columns(found, write), [_move_cells(each, say, write) for each in seat.moves], (1, 2))


def _extremes_table(found: ClassFinding, say: Language) -> TextTable:
    ends = {seat.token: list(dict.fromkeys([*seat.tested[:1], *seat.tested[-1:]])) for seat in found.seats}
    write = _column_of([each for both in ends.values() for each in both], say)
    rows = []
    for seat in found.seats:
        why = "not taken out yet" if seat.moves else "nothing decided"
        rows += [[seat.label, *_move_cells(each, say, write)] for each in ends[seat.token]] or [
            [seat.label, why, NONE, NONE, ""]
        ]
    return TextTable(["seat", *_move_columns(found, write)], rows, (2, 3))


def _decisions_table(found: ClassFinding, say: Language) -> TextTable:
    """Put what each seat decided below each other, a row a quarter in which something was decided."""
    rows = []
    for seat in found.seats:
        by_quarter: dict[int, list[str]] = {}
        for finding in seat.moves:
            text = move_text(say.menu, finding.move, quarter=False)
            part = f" ({say.money(finding.in_run)})" if np.isfinite(finding.in_run) else ""
            by_quarter.setdefault(finding.move.quarter, []).append(f"{text}{part}")
        rows += [[seat.label, str(quarter), "; ".join(texts)] for quarter, texts in by_quarter.items()]
        if not by_quarter:
            rows.append([seat.label, NONE, "nothing"])
    return TextTable(["seat", "quarter", "decided"], rows)


def _this_run(values: Sequence[float]) -> ChartSeries:
    return ChartSeries("in this run", values, colour=ORANGE)


def _path_chart(seat: SeatFinding, found: ClassFinding, say: Language) -> Chart:
    quarters = list(range(1, len(seat.path) + 1))
    series = [series_of_means(f"over {found.lucks} lucks", seat.path), _this_run(seat.run_path)]
    return Chart("quarters", "More than left alone, so far", "line", quarters, series, "currency", say.currency,
                 signed=True, along="quarter")  # fmt: skip


def _frames(room: Room, seats: Sequence[SeatFinding]) -> dict[str, pd.DataFrame]:
    """Everything as numbers."""
    shown = {seat.token for seat in seats}
    seat_rows = [
        {"seat": seat.name, "character": seat.character, "total": seat.total, "in_run": seat.in_run,
         "mean": seat.over.mean, "low": seat.over.low, "high": seat.over.high,
         "luck": seat.luck, "better": seat.better, "told": told_of(seat.over)}
        for seat in seats
    ]  # fmt: skip
    move_rows = [
        {"seat": seat.name, "quarter": finding.move.quarter,
         "decision": move_text(room.menu, finding.move, quarter=False), "option": finding.move.name,
         "before": str(finding.move.before), "value": str(finding.move.value), "in_run": finding.in_run,
         **_ends(finding), "told": finding.told}
        for seat in seats for finding in seat.moves
    ]  # fmt: skip
    columns = ["seat", "quarter", "decision", "option", "before", "value", "in_run", "mean", "low", "high", "told"]
    return {
        "seats": pd.DataFrame(seat_rows),
        "decisions": pd.DataFrame(move_rows, columns=columns),
        "lucks": _lucks_frame(room, shown),
    }


def _text_frames(sections: Sequence[ReportSection]) -> dict[str, pd.DataFrame]:
    """Questions and claims, which slides may cut short."""
    named = {"To discuss": ["questions"], "Claims this touches": ["carriers", "claims"]}
    return {
        name: pd.DataFrame(table.rows, columns=list(table.columns))
        for section in sections if section.title in named
        for name, table in zip(named[section.title], section.tables, strict=True)
    }  # fmt: skip


def _ends(finding: MoveFinding) -> dict[str, float]:
    over = finding.over
    return {name: getattr(over, name) if over else np.nan for name in ("mean", "low", "high")}


def _lucks_frame(room: Room, tokens: set[str]) -> pd.DataFrame:
    """What each seat brought with each luck, beside the organization left alone."""
    review = room.review
    seeds = [other_seed(room.terms.seed, number) for number in range(len(review.alone_lucks))]
    frames = [
        pd.DataFrame({"seat": played.name, "seed": seeds, "left_alone": review.alone_lucks[:, -1],
                      "gain": review.of(played).gains[:, -1]})
        for played in review.played if played.token in tokens
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)
