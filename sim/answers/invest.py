"""The report of an investment study: what to do, what it brings, the frontier, and what each part adds."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, series_of
from sim.answers.figures import WIDE, contribution_bars, sns, value_ticks
from sim.answers.palette import AS_IS, BLUE, GREEN, INK, MUTED, ORANGE, PAPER
from sim.answers.plain import plain_record
from sim.answers.wording import sentence_case
from sim.measures.words import MINUS, amount, interval, listed, percent, short_unit, years
from sim.questions.invest.levers import GROWTH, SPECIALISTS
from sim.questions.invest.runs import LOOP_GAIN
from sim.questions.over_worlds import NO_PROBABILITY

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

    from sim.questions.invest.find import Investment, Mix
    from sim.studies.statistics import Interval

_SUMS = ("net_contribution", "bookings", "renewed", "cost")


def analysis_of(study: Investment, command: str = "") -> Analysis:
    """Make the report of an investment study."""
    return Analysis(
        kind="invest", scenario=study.scenario, question=_question(study), answer=_answer(study),
        sections=_sections(study), tables=_tables(study), seeds=study.seeds, weeks=study.weeks,
        touched=[lever.dotted for lever in study.levers], notes=_notes(study), facts=_facts(study), command=command,
        units=dict.fromkeys(("difference", "low", "high", "score", "mean"), study.goal.unit) | {"spend": "currency"},
    )  # fmt: skip


def _question(study: Investment) -> str:
    return f"What is the best use of {_money(study, study.budget)} a year for {_goal(study)}?"


def _answer(study: Investment) -> list[str]:
    if study.recommendation.is_as_is:
        nothing = f"Do nothing: none of the {_tried(study)} mixes tried was better than as is when it was run again."
        return [nothing, *filter(None, [_runner_up(study)])]
    gain, mix = study.against_as_is, f"{_mix_words(study.recommendation)}, {_price(study, study.recommendation)}"
    if study.pays:
        share = percent(gain.mean / abs(study.as_is.mean))
        relative = "" if study.robust == "regret" else f", {share} of what it is as is"
        first = f"{sentence_case(mix)}: that {_effect(study, gain)}{relative}."
    else:
        first = (
            f"Nothing found can be told from doing nothing. The best is {mix[:1].lower()}{mix[1:]}: "
            f"that {_effect(study, gain)}, and the interval contains 0."
        )
    others = (_runner_up(study), _free_part(study), _idle_parts(study), _unspent(study), _share(study))
    return [first, *filter(None, others)]


def _tried(study: Investment) -> str:
    return f"{len(study.evaluated):,}"


def _mix_words(mix: Mix) -> str:
    if mix.is_as_is:
        return "as is"
    changes = []
    for row in mix.table.to_dict("records"):
        before, after, name = float(row["as_is"]), float(row["value"]), str(row["name"])
        if before == after:
            continue
        if row["lever"] in SPECIALISTS:
            who = name.removesuffix("s") if abs(after - before) == 1 else name
            changes.append(f"{abs(after - before):g} {'more' if after > before else 'fewer'} {who}")
        elif row["lever"] == GROWTH:
            changes.append(f"{name} {before:.0%} → {after:.0%} a year")
        else:
            changes.append(f"{name} {before:,.4g} → {after:,.4g} {row['unit']}")
    return listed(changes)


def _price(study: Investment, mix: Mix) -> str:
    if abs(mix.spend) < 0.5:
        return "for no money"
    return f"{'for' if mix.spend > 0.0 else 'saving'} {_money(study, abs(mix.spend))} a year"


def _goal(study: Investment) -> str:
    label = study.goal.label.lower()
    label = f"the {label}" if study.goal.name == LOOP_GAIN else label
    return f"{label} over {years(study.weeks)}" if study.goal.name in _SUMS else label


def _effect(study: Investment, gain: Interval) -> str:
    size = _gain(study, gain.mean, gain.low, gain.high)
    if study.robust == "worst_decile":
        return f"improves the {_goal(study)} that nine worlds of ten exceed by {size}"
    if study.robust == "regret":
        return f"lowers the regret of {_goal(study)} that one world of ten exceeds by {size}"
    return f"improves {_goal(study)} by {size}"


def _runner_up(study: Investment) -> str:
    if study.runner_up is None or study.against_runner_up is None:
        return ""
    name = f"{_mix_words(study.runner_up)}, {_price(study, study.runner_up)}"
    gap = study.against_runner_up
    size = _gain(study, gap.mean, gap.low, gap.high)
    if study.recommendation.is_as_is:
        return f"The next best was {name}; as is is better than that by {size}."
    if study.clear:
        return f"It is better than the runner-up ({name}) by {size}."
    return f"It cannot be told from the runner-up ({name}): the difference is {size}. Choose by what is easier to do."


def _free_part(study: Investment) -> str:
    rows = study.frontier[(study.frontier["role"] != "as is") & (study.frontier["spend"] <= 0.5)]
    if rows.empty or study.recommendation.spend <= 0.5:
        return ""
    size = _gain(study, *rows.iloc[-1][["difference", "low", "high"]])
    return f"Without money, by time used otherwise, {size} can be had."


def _idle_parts(study: Investment) -> str:
    """Name the parts that may as well be left out."""
    idle = study.parts.loc[~(study.parts["low"] > 0.0), "name"].tolist()
    if not idle or len(idle) == len(study.parts):
        return ""
    verb = "add" if len(idle) > 1 or idle[0].endswith("specialists") else "adds"
    return f"What {listed(idle)} {verb} to the rest of the mix cannot be told from nothing."


def _unspent(study: Investment) -> str:
    left = study.budget - max(study.recommendation.spend, 0.0)
    if left < 0.05 * study.budget or study.budget == 0.0:
        return ""
    rest = _money(study, left)
    return f"{rest} a year of the budget are left: no finalist that spends more was better on the seeds of the choice."


def _share(study: Investment) -> str:
    fresh = f"{len(study.replicates)} fresh {'worlds' if study.effort.worlds else 'seeds'}"
    return f"It is better than as is in {study.better:.0%} of {fresh}, which neither search nor choice had seen."


def _notes(study: Investment) -> list[str]:
    sentences = [*study.notes, *([NO_PROBABILITY] if study.effort.worlds else [])]
    free = [lever.name for lever in study.levers if lever.price <= 0.0]
    if free:
        sentences.append(
            f"The model books no money for {listed(free)}; what the hours are missed for elsewhere is in the result."
        )
    if study.interrupted:
        sentences.append(f"The search was stopped after {_tried(study)} mixes; what was known then was compared.")
    elif study.exhaustive:
        sentences.append(f"All {_tried(study)} mixes that the budget pays for were tried.")
    if study.failures:
        sentences.append(f"{len(study.failures)} runs broke and were left out; the first: {study.failures[0]}")
    return sentences


def _tables(study: Investment) -> dict[str, pd.DataFrame]:
    named = {"recommendation": study.recommendation.table, "frontier": study.frontier, "parts": study.parts}
    if study.runner_up:
        named["runner_up"] = study.runner_up.table
    return {**named, "finalists": study.finalists, "evaluated": study.evaluated, "replicates": study.replicates}


def _facts(study: Investment) -> dict[str, Any]:
    return {
        "budget": study.budget, "goal": study.goal.name, "robust": study.robust, "currency": study.scenario.currency,
        "from_start": study.from_start, "recommendation": dict(study.recommendation.changes),
        "spend": study.recommendation.spend, "as_is": _ends(study.as_is), "result": _ends(study.result),
        "against_as_is": _ends(study.against_as_is), "pays": study.pays, "better": study.better,
        "runner_up": dict(study.runner_up.changes) if study.runner_up else None,
        "against_runner_up": _ends(study.against_runner_up) if study.against_runner_up else None,
        "evaluations": len(study.evaluated), "exhaustive": study.exhaustive, "interrupted": study.interrupted,
        "effort": {name: getattr(study.effort, name) for name in ("evaluations", "worlds", "seeds", "fresh")},
    }  # fmt: skip


def _ends(mean: Interval) -> dict[str, float | None]:
    return plain_record({name: getattr(mean, name) for name in ("mean", "low", "high")})


def _case_of(study: Investment) -> str:
    """Write the recommendation as a case for `flywheel compare`; empty for as is."""
    pairs = ", ".join(f"{dotted}={value:.10g}" for dotted, value in study.recommendation.changes.items())
    return f"invested: {pairs}" if pairs else ""


def _sections(study: Investment) -> list[ReportSection]:
    frontier = Drawing(
        "frontier", "Improvement against as is on fresh seeds, with 95% intervals, over what a mix costs a year.",
        partial(_draw_frontier, study=study), (WIDE, 3.8),
    )  # fmt: skip
    lead = (
        "The best mix found for each part of the budget, run again on fresh seeds. Hollow: something cheaper "
        "is as good. Small dots: mixes of the search, on the seeds of the search, which flatter the best of them."
    )
    sections = [
        _recommended(study),
        ReportSection("What more money brings", lead, [frontier], [_frontier_table(study)], [_frontier(study)]),
    ]
    if not study.recommendation.is_as_is:
        caption = "Improvement against as is in each fresh replicate, sorted."
        sure = Drawing("certainty", caption, partial(_draw_certainty, study=study), (WIDE, 3.0))
        unit = "world" if study.effort.worlds else "seed"
        lead = f"Each dot is a {unit}; mixes share the luck of each."
        sections.append(ReportSection("How sure it is", lead, [sure]))
    return sections


def _recommended(study: Investment) -> ReportSection:
    caption = "What the mix would lose without each part; the intervals hold together."
    parts = Drawing("parts", caption, partial(_draw_parts, study=study), (WIDE, 1.2 + 0.36 * len(study.parts)))
    case = _case_of(study)
    lead = "Prices are list prices: what the model books for it."
    if case and not study.from_start:
        lead += f' All measures of it: flywheel compare {study.scenario.name} --case "{case}"'
    drawings, charts = ([parts], [_parts(study)]) if len(study.parts) else ([], [])
    return ReportSection("The mix", lead, drawings, [mix_table(study)], charts)


def _parts(study: Investment) -> Chart:
    caption = "What the mix would lose without each part; the intervals hold together."
    chart = _improvements("parts", "What each part adds to the rest of the mix", study, study.parts)
    return replace(chart, categories=[sentence_case(name) for name in study.parts["name"]], caption=caption)


def _frontier(study: Investment) -> Chart:
    rows = study.frontier[study.frontier["role"] != "as is"]
    names = [
        f"{_money(study, float(spend))} a year{f', {role}' if role else ''}"
        for spend, role in zip(rows["spend"], rows["role"], strict=True)
    ]
    caption = "Improvement against as is on fresh seeds; lines are 95% intervals."
    return replace(_improvements("frontier", "What more money brings", study, rows), categories=names, caption=caption)


def _improvements(name: str, title: str, study: Investment, rows: pd.DataFrame) -> Chart:
    series = [series_of("improvement", rows, "difference")]
    return Chart(name, title, "bar", (), series, study.goal.unit, study.scenario.currency, signed=True)


def mix_table(study: Investment) -> TextTable:
    """Put as is, recommendation and runner-up side by side, a row a lever."""
    mixes = {"Recommended": study.recommendation} | ({"Runner-up": study.runner_up} if study.runner_up else {})
    columns = ["Lever", "As is", *(name for mix in mixes for name in (mix, "Spend a year"))]
    rows = []
    for number, lever in enumerate(study.levers):
        unit = {GROWTH: ", a year", **dict.fromkeys(SPECIALISTS, "")}.get(lever.dotted, f", {lever.unit}")
        row = [f"{sentence_case(lever.name)}{unit}", lever.text(lever.home)]
        for mix in mixes.values():
            cells = mix.table.iloc[number]
            moved = cells["value"] != cells["as_is"]
            row.append(lever.text(lever.grid.index(cells["value"])) if moved else "as is")
            row.append(_money(study, cells["spend"]) if cells["spend"] else "")
        rows.append(row)
    sums = [cell for mix in mixes.values() for cell in ("", _money(study, mix.spend))]
    rows.append(["In all, above today's", "", *sums])
    return TextTable(columns, rows, range(1, len(columns)))


def _frontier_table(study: Investment) -> TextTable:
    rows = []
    for row in study.frontier.to_dict("records"):
        changes = [
            f"{lever.name} {lever.text(lever.grid.index(row[lever.dotted]))}"
            for lever in study.levers
            if row[lever.dotted] != lever.grid[lever.home]
        ]
        words = ", ".join(changes) or "as is"
        role = " (recommended)" if row["role"] == "recommended" else ""
        gain = [_amount(study, row["difference"]), _interval(study, row["low"], row["high"])] if changes else ["", ""]
        rows.append([_money(study, row["spend"]), *gain, words + role])
    return TextTable(["Spend a year", "Improvement", "95% interval", "Mix"], rows, (0, 1, 2))


def _draw_frontier(figure: Figure, study: Investment) -> None:
    ax = figure.subplots()
    _draw_cloud(ax, study)
    rows = study.frontier
    on_frontier = rows[rows["on_frontier"]]
    ax.plot(on_frontier["spend"], on_frontier["difference"], color=BLUE, linewidth=1.4, zorder=2)
    for row in rows.to_dict("records"):
        colour = {"as is": AS_IS, "recommended": GREEN}.get(row["role"], BLUE)
        ax.vlines(row["spend"], row["low"], row["high"], color=colour, linewidth=1.6, zorder=3)
        face = colour if row["on_frontier"] else PAPER
        ax.scatter(row["spend"], row["difference"], s=44, facecolor=face, edgecolor=colour, linewidth=1.6, zorder=4)
        if row["role"]:
            ax.annotate(
                row["role"].capitalize(), (row["spend"], row["difference"]), xytext=(7, -12),
                textcoords="offset points", fontsize=8.5, color=colour, fontweight="bold",
            )  # fmt: skip
    ax.axhline(0.0, color=MUTED, linewidth=0.8, zorder=1)
    ax.set_xlabel(f"spend above today's, {study.scenario.currency} a year")
    ax.set_ylabel(f"improvement{_unit(study)}")
    value_ticks(ax.xaxis)
    _improvement_ticks(ax.yaxis, study)


def _draw_cloud(ax: Axes, study: Investment) -> None:
    """Mixes of the search, as they looked there; of the upper half, so that the frontier can be seen."""
    tried = study.evaluated
    levers = [lever.dotted for lever in study.levers]
    as_is = (tried[levers] == [lever.grid[lever.home] for lever in study.levers]).all(axis=1)
    gain = tried["score"] - float(tried.loc[as_is, "score"].iloc[0])
    shown = np.isfinite(gain) & (gain >= -0.3 * max(gain.max(), 1e-12))
    ax.scatter(tried["spend"][shown], gain[shown], s=7, color=MUTED, alpha=0.35, linewidth=0, zorder=1)


def _draw_parts(figure: Figure, study: Investment) -> None:
    ax = figure.subplots()
    rows = study.parts
    colours = [GREEN if low > 0.0 else MUTED for low in rows["low"]]
    contribution_bars(ax, [sentence_case(name) for name in rows["name"]], rows, "difference", colours)
    _improvement_ticks(ax.xaxis, study)
    ax.set_xlabel(f"added to the rest of the mix{_unit(study)}; grey: cannot be told from nothing", fontsize=8.5)


def _draw_certainty(figure: Figure, study: Investment) -> None:
    ax = figure.subplots()
    table, sign = study.replicates, study.goal.better
    for column, colour, label in (("recommendation", GREEN, "Recommended"), ("runner_up", ORANGE, "Runner-up")):
        if column in table:
            gains = np.sort(sign * (table[column] - table["as_is"]).dropna().to_numpy())
            ranks = np.arange(1, len(gains) + 1)
            sns.scatterplot(x=ranks, y=gains, s=22, color=colour, label=label, linewidth=0, ax=ax)
    ax.axhline(0.0, color=INK, linewidth=1)
    ax.set_xlabel("fresh worlds" if study.effort.worlds else "fresh seeds")
    ax.set_ylabel(f"better than as is{_unit(study)}")
    _improvement_ticks(ax.yaxis, study)
    ax.legend(loc="lower right", fontsize=8.5)


def _improvement_ticks(axis: Axis, study: Investment) -> None:
    value_ticks(axis, study.goal.unit, points=True)


def _unit(study: Investment) -> str:
    """Unit of an improvement, after a comma."""
    unit = short_unit(study.goal.unit, study.scenario.currency, signed=True)
    return f", {unit}" if unit else ""


def _money(study: Investment, value: float) -> str:
    sign = MINUS if value < -0.5 else ""
    return f"{sign}{abs(value):,.0f} {study.scenario.currency}"


def _gain(study: Investment, mean: float, low: float, high: float) -> str:
    return f"{_amount(study, mean)} [{_interval(study, low, high)}]"


def _amount(study: Investment, value: float) -> str:
    return amount(value, study.goal.unit, study.scenario.currency, signed=True)


def _interval(study: Investment, low: float, high: float) -> str:
    return interval(low, high, study.goal.unit, study.scenario.currency, signed=True)
