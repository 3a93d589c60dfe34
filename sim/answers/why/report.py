"""Why a measure is missed, or deals end differently, as an answer that can be written in any form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, series_of_means
from sim.answers.compare.gather import touched_by
from sim.answers.why.output import as_data, chain_drawing
from sim.answers.why.tables import example_rows, level_rows, reason_rows, sayings_rows, team_rows, unit_in_head
from sim.answers.why.words import deals_opening, name_in_words, question, sentences
from sim.answers.wording import sentence_case
from sim.questions.why.explain import Why

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Level

MOST_REASONS = 10
VIEWS = ("team", "attainment", "potential as believed", "in the CRM", "true", "pipeline as logged", "true")
SAYINGS = ("team", "honesty", "losses: told", "true", "misses: named", "true", "misses a run", "named truly")
SEEN = "What managers see, what the CRM says, what is (potential a quarter, pipeline at the end)"
CAUSES = ["level", "of", "cause", "name", "now", "aim", "unit_of_cause", "unit", "mean", "low", "high", "certain"]
SAID = "What is said about losses and misses, most often"


def analysis_of(answer: Why | DealsCompared, command: str = "") -> Analysis:
    """Lay out what explains a measure, or the deals of a case."""
    if isinstance(answer, Why):
        name = answer.scenario.title or answer.scenario.name
        asked, said, sections = f"Why {answer.measure.replace('_', ' ')}? {name}", sentences(answer), _chain(answer)
        tables, touched = {"causes": _causes(answer), "teams": answer.teams}, list(answer.settings)
    else:
        asked, said = f"Why do deals end differently with {answer.case}?", deals_opening(answer)
        sections, tables = _deals(answer), {"reasons": _reasons(answer), "deals": answer.table}
        touched = sorted(touched_by(answer.changed))
    return Analysis(
        kind="why", scenario=answer.scenario, question=asked, answer=said, sections=list(sections), tables=tables,
        seeds=range(answer.seeds), weeks=answer.weeks, touched=touched, facts=as_data(answer), command=command,
        units={"amount": "currency", "attainment": "ratio"},
    )  # fmt: skip


def level_table(level: Level, why: Why) -> TextTable:
    """Put the causes of one level below each other."""
    columns = ("cause", "now", "at reference", f"recovers [95%]{unit_in_head(why)}", "of what all\nlevers recover")
    return TextTable(columns, level_rows(level, why), right=(3, 4))


def reasons_table(compared: DealsCompared) -> TextTable:
    """Put the reasons for which deals flip below each other, the largest first."""
    money = f"net amount, {compared.scenario.currency} [95%]"
    columns = ("first difference", "won by the case", "won as is", "net [95%]", money)
    return TextTable(columns, reason_rows(compared, MOST_REASONS), range(1, 5))


def examples_table(compared: DealsCompared) -> TextTable:
    """Put the largest deals that flipped below each other."""
    money = f"amount, {compared.scenario.currency}"
    columns = ("deal", "won", "as is", "in the case", money, "parted in week", "first difference")
    return TextTable(columns, example_rows(compared), (4, 5))


def _chain(why: Why) -> Iterator[ReportSection]:
    name = why.measure.replace("_", " ")
    ends = series_of_means(name, [why.as_is, why.at_reference])
    both = Chart(
        "measure", f"{sentence_case(name)}: as is, and with every lever at its reference", "bar",
        ["as is", "every lever at its reference"], [ends], why.unit, why.scenario.currency,
        caption=f"Mean of {why.seeds} pairs of runs with the same luck; lines are 95% intervals.",
    )  # fmt: skip
    yield ReportSection("What is missed", charts=[both])
    for number, level in enumerate(why.levels, start=1):
        names = [name_in_words(cause.name) for cause in level.causes]
        chart = Chart(
            f"why {number}", f"What lies behind {level.words}", "bar", names,
            [series_of_means("recovers", [cause.recovered for cause in level.causes])], why.unit, why.scenario.currency,
            signed=True, caption="What each cause recovers at its reference; lines are 95% intervals.",
        )  # fmt: skip
        drawings = [chain_drawing(why)] if number == 1 else []
        yield ReportSection(f"{number}. {question(level)}", "", drawings, [level_table(level, why)], [chart])
    yield ReportSection(SEEN, tables=[TextTable(VIEWS, team_rows(why), range(1, 7))])
    yield ReportSection(SAID, tables=[TextTable(SAYINGS, sayings_rows(why), (1, 6, 7))])


def _causes(why: Why) -> pd.DataFrame:
    rows = [
        {"level": number, "of": level.words, "cause": name_in_words(cause.name), "name": cause.name, "now": cause.now,
         "aim": cause.aim, "unit_of_cause": cause.unit, "unit": why.unit, "mean": cause.recovered.mean,
         "low": cause.recovered.low, "high": cause.recovered.high, "certain": cause.certain}
        for number, level in enumerate(why.levels, start=1)
        for cause in level.causes
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=CAUSES).astype({"now": str, "aim": str})


def _deals(compared: DealsCompared) -> Iterator[ReportSection]:
    reasons = compared.reasons[:MOST_REASONS]
    chart = Chart(
        "reasons", "Net amount of deals that flip, by first difference", "bar", [reason.text for reason in reasons],
        [series_of_means("net amount a run", [reason.amount for reason in reasons])], "currency",
        compared.scenario.currency, signed=True, caption="Won by the case less won as is; lines are 95% intervals.",
    )  # fmt: skip
    yield ReportSection("Reasons, deals a run", tables=[reasons_table(compared)], charts=[chart])
    yield ReportSection("The largest deals that flipped", tables=[examples_table(compared)])


def _reasons(compared: DealsCompared) -> pd.DataFrame:
    return pd.DataFrame([
        {"first difference": reason.text, "gained": reason.gained.mean, "lost": reason.lost.mean,
         **{f"net {end}": getattr(reason.net, end) for end in ("mean", "low", "high")},
         **{f"amount {end}": getattr(reason.amount, end) for end in ("mean", "low", "high")}}
        for reason in compared.reasons
    ])  # fmt: skip
