"""The report of an investment study: what to do, what it brings, the frontier, and what each part adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn as sns
from matplotlib.ticker import FuncFormatter

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.figures import compact
from sim.answers.palette import AS_IS, BLUE, GREEN, INK, MUTED, ORANGE, PAPER
from sim.measures.words import MINUS, amount, interval, listed, percent, short_unit, years
from sim.questions.invest.cost import GROWTH, SPECIALISTS
from sim.questions.invest.runs import LOOP_GAIN

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.invest.result import Investment, Mix
    from sim.studies.statistics import Interval

_SUMS = ("net_contribution", "bookings", "renewed", "cost")


def analysis_of(found: Investment, command: str = "") -> Analysis:
    """Make the report of an investment study."""
    return Analysis(
        kind="invest", scenario=found.scenario, question=question(found), answer=answer(found),
        sections=_sections(found), tables=tables(found), seeds=found.seeds, weeks=found.weeks,
        touched=[lever.dotted for lever in found.levers], notes=notes(found), facts=facts(found), command=command,
    )  # fmt: skip


def question(found: Investment) -> str:
    """Say what was asked."""
    return f"What is the best use of {_money(found, found.budget)} a year for {_goal(found)}?"


def answer(found: Investment) -> list[str]:
    """Say what to do, what that brings, how sure it is, and what comes next."""
    if found.recommendation.is_as_is:
        said = [f"Do nothing: none of the {_tried(found)} mixes tried was better than as is when it was run again."]
        return said + ([_runner_up(found)] if found.runner_up else [])
    gain, mix = found.against_as_is, found.recommendation
    head = f"{_wanted(mix)}, {_price(found, mix)}"
    if found.pays:
        relative = (
            "" if found.robust == "regret" else f", {percent(gain.mean / abs(found.as_is.mean))} of what it is as is"
        )
        first = f"{head}: that {_effect(found, gain)}{relative}."
    else:
        first = (
            f"Nothing found can be told from doing nothing. The best is {head[:1].lower()}{head[1:]}: "
            f"that {_effect(found, gain)}, and the interval contains 0."
        )
    return [
        first,
        *filter(None, (_runner_up(found), _free_part(found), _idle_parts(found), _left(found), _share(found))),
    ]


def _tried(found: Investment) -> str:
    return f"{len(found.evaluated):,}"


def _wanted(mix: Mix) -> str:
    """Name a mix as something to do."""
    text = mix_words(mix)
    return text[:1].upper() + text[1:]


def mix_words(mix: Mix) -> str:
    """Name what a mix changes."""
    if mix.is_as_is:
        return "as is"
    said = []
    for row in mix.table.to_dict("records"):
        before, after, name = float(row["as_is"]), float(row["value"]), str(row["name"])
        if row["lever"] in SPECIALISTS and before != after:
            one = name.removesuffix("s") if abs(after - before) == 1 else name
            said.append(f"{abs(after - before):g} {'more' if after > before else 'fewer'} {one}")
        elif row["lever"] == GROWTH and before != after:
            said.append(f"{name} {before:.0%} → {after:.0%} a year")
        elif before != after:
            said.append(f"{name} {before:,.4g} → {after:,.4g} {row['unit']}")
    return listed(said)


def _price(found: Investment, mix: Mix) -> str:
    """Say what a mix costs."""
    if abs(mix.spend) < 0.5:
        return "for no money"
    return f"{'for' if mix.spend > 0.0 else 'saving'} {_money(found, abs(mix.spend))} a year"


def _goal(found: Investment) -> str:
    label = found.goal.label.lower()
    label = f"the {label}" if found.goal.name == LOOP_GAIN else label
    return f"{label} over {years(found.weeks)}" if found.goal.name in _SUMS else label


def _effect(found: Investment, gain: Interval) -> str:
    """Say what an improvement is, with its interval."""
    size = f"{_amount(found, gain.mean)} [{_interval(found, gain)}]"
    if found.robust == "worst_decile":
        return f"improves the {_goal(found)} that nine worlds of ten exceed by {size}"
    if found.robust == "regret":
        return f"lowers the regret of {_goal(found)} that one world of ten exceeds by {size}"
    return f"improves {_goal(found)} by {size}"


def _runner_up(found: Investment) -> str:
    if found.runner_up is None or found.against_runner_up is None:
        return ""
    name = f"{mix_words(found.runner_up)}, {_price(found, found.runner_up)}"
    gap = found.against_runner_up
    size = f"{_amount(found, gap.mean)} [{_interval(found, gap)}]"
    if found.recommendation.is_as_is:
        return f"The next best was {name}; as is is better than that by {size}."
    if found.clear:
        return f"It is better than the runner-up ({name}) by {size}."
    return f"It cannot be told from the runner-up ({name}): the difference is {size}. Choose by what is easier to do."


def _free_part(found: Investment) -> str:
    """Say what can be had without money."""
    rows = found.frontier[(found.frontier["role"] != "as is") & (found.frontier["spend"] <= 0.5)]
    if rows.empty or found.recommendation.spend <= 0.5:
        return ""
    row = rows.iloc[-1]
    size = f"{_amount(found, row['difference'])} [{_ends(found, row['low'], row['high'])}]"
    return f"Without money, by time used otherwise, {size} can be had."


def _idle_parts(found: Investment) -> str:
    """Name the parts that may as well be left out."""
    idle = found.parts.loc[~(found.parts["low"] > 0.0), "name"].tolist()
    if not idle or len(idle) == len(found.parts):
        return ""
    verb = "add" if len(idle) > 1 or idle[0].endswith("specialists") else "adds"
    return f"What {listed(idle)} {verb} to the rest of the mix cannot be told from nothing."


def _left(found: Investment) -> str:
    """Say what of the budget is not spent."""
    left = found.budget - max(found.recommendation.spend, 0.0)
    if left < 0.05 * found.budget or found.budget == 0.0:
        return ""
    rest = _money(found, left)
    return f"{rest} a year of the budget are left: no finalist that spends more was better on the seeds of the choice."


def _share(found: Investment) -> str:
    what = f"{len(found.replicates)} fresh worlds" if found.effort.worlds else f"{len(found.replicates)} fresh seeds"
    return f"It is better than as is in {found.better:.0%} of {what}, which neither search nor choice had seen."


def notes(found: Investment) -> list[str]:
    """Say what was left out and what to keep in mind."""
    said = list(found.notes)
    free = [lever.name for lever in found.levers if lever.price <= 0.0]
    if free:
        said.append(
            f"The model books no money for {listed(free)}; what the hours are missed for elsewhere is in the result."
        )
    if found.interrupted:
        said.append(f"The search was stopped after {_tried(found)} mixes; what was known then was compared.")
    if found.exhaustive and not found.interrupted:
        said.append(f"All {_tried(found)} mixes that the budget pays for were tried.")
    if found.failures:
        said.append(f"{len(found.failures)} runs broke and were left out; the first: {found.failures[0]}")
    return said


def tables(found: Investment) -> dict[str, pd.DataFrame]:
    """Give the data frames of the folder."""
    named = {"recommendation": found.recommendation.table, "frontier": found.frontier, "parts": found.parts}
    if found.runner_up:
        named["runner_up"] = found.runner_up.table
    return {**named, "finalists": found.finalists, "evaluated": found.evaluated, "replicates": found.replicates}


def facts(found: Investment) -> dict[str, Any]:
    """Give the answer as plain values."""
    return {
        "budget": found.budget, "goal": found.goal.name, "robust": found.robust, "currency": found.scenario.currency,
        "from_start": found.from_start, "recommendation": dict(found.recommendation.changes),
        "spend": found.recommendation.spend, "as_is": _plain(found.as_is), "result": _plain(found.result),
        "against_as_is": _plain(found.against_as_is), "pays": found.pays, "better": found.better,
        "runner_up": dict(found.runner_up.changes) if found.runner_up else None,
        "against_runner_up": _plain(found.against_runner_up) if found.against_runner_up else None,
        "evaluations": len(found.evaluated), "exhaustive": found.exhaustive, "interrupted": found.interrupted,
        "effort": {name: getattr(found.effort, name) for name in ("evaluations", "worlds", "seeds", "fresh")},
    }  # fmt: skip


def _plain(one: Interval) -> dict[str, float | None]:
    return {name: v if np.isfinite(v := float(getattr(one, name))) else None for name in ("mean", "low", "high")}


def case_of(found: Investment) -> str:
    """Write the recommendation as a case for `flywheel compare`; empty for as is."""
    pairs = ", ".join(f"{dotted}={value:.10g}" for dotted, value in found.recommendation.changes.items())
    return f"invested: {pairs}" if pairs else ""


def _sections(found: Investment) -> list[ReportSection]:
    parts = [_recommended(found)]
    frontier = Drawing(
        "frontier", "Improvement against as is on fresh seeds, with 95% intervals, over what a mix costs a year.",
        lambda figure: _frontier(figure, found), (10.4, 3.8),
    )  # fmt: skip
    lead = (
        "The best mix found for each part of the budget, run again on fresh seeds. Hollow: something cheaper "
        "is as good. Small dots: mixes of the search, on the seeds of the search, which flatter the best of them."
    )
    parts.append(ReportSection("What more money brings", lead, [frontier], [_frontier_table(found)]))
    sure = Drawing(
        "certainty", "Improvement against as is in each fresh replicate, sorted.",
        lambda figure: _certainty(figure, found), (10.4, 3.0),
    )  # fmt: skip
    if not found.recommendation.is_as_is:
        unit = "world" if found.effort.worlds else "seed"
        parts.append(ReportSection("How sure it is", f"Each dot is a {unit}; mixes share the luck of each.", [sure]))
    return parts


def _recommended(found: Investment) -> ReportSection:
    drawings = []
    if len(found.parts):
        drawings = [
            Drawing(
                "parts", "What the mix would lose without each part; the intervals hold together.",
                lambda figure: _parts(figure, found), (10.4, 1.2 + 0.36 * len(found.parts)),
            )
        ]  # fmt: skip
    case = case_of(found)
    lead = "Prices are list prices: what the model books for it."
    if case and not found.from_start:
        lead += f' All measures of it: flywheel compare {found.scenario.name} --case "{case}"'
    return ReportSection("The mix", lead, drawings, [mix_table(found)])


def mix_table(found: Investment) -> TextTable:
    """Put as is, recommendation and runner-up side by side, a row a lever."""
    mixes = [found.recommendation, *([found.runner_up] if found.runner_up else [])]
    head = [
        "Lever",
        "As is",
        "Recommended",
        "Spend a year",
        *(["Runner-up", "Spend a year"] if found.runner_up else []),
    ]
    rows = []
    for number, lever in enumerate(found.levers):
        unit = {GROWTH: ", a year", **dict.fromkeys(SPECIALISTS, "")}.get(lever.dotted, f", {lever.unit}")
        row = [f"{lever.name[:1].upper()}{lever.name[1:]}{unit}", lever.text(lever.home)]
        for mix in mixes:
            cells = mix.table.iloc[number]
            moved = cells["value"] != cells["as_is"]
            row.append(lever.text(lever.grid.index(cells["value"])) if moved else "as is")
            row.append(_money(found, cells["spend"]) if cells["spend"] else "")
        rows.append(row)
    sums = [cell for mix in mixes for cell in ("", _money(found, mix.spend))]
    rows.append(["In all, above today's", "", *sums])
    return TextTable(head, rows, range(1, len(head)))


def _frontier_table(found: Investment) -> TextTable:
    head = ["Spend a year", "Improvement", "95% interval", "Mix"]
    rows = []
    for row in found.frontier.to_dict("records"):
        changes = [
            f"{lever.name} {lever.text(lever.grid.index(row[lever.dotted]))}"
            for lever in found.levers
            if row[lever.dotted] != lever.grid[lever.home]
        ]
        words = ", ".join(changes) or "as is"
        role = " (recommended)" if row["role"] == "recommended" else ""
        gain = [_amount(found, row["difference"]), _ends(found, row["low"], row["high"])] if changes else ["", ""]
        rows.append([_money(found, row["spend"]), *gain, words + role])
    return TextTable(head, rows, (0, 1, 2))


def _frontier(figure: Figure, found: Investment) -> None:
    """Draw improvement over spend."""
    ax = figure.subplots()
    _cloud(ax, found)
    rows = found.frontier
    on = rows[rows["on_frontier"]]
    ax.plot(on["spend"], on["difference"], color=BLUE, linewidth=1.4, zorder=2)
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
    ax.set_xlabel(f"spend above today's, {found.scenario.currency} a year")
    ax.set_ylabel(f"improvement{_unit(found)}")
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    _improvement_axis(ax.yaxis, found)


def _cloud(ax: Axes, found: Investment) -> None:
    """Mixes of the search, as they looked there; of the upper half, so that the frontier can be seen."""
    tried = found.evaluated
    levers = [lever.dotted for lever in found.levers]
    as_is = (tried[levers] == [lever.grid[lever.home] for lever in found.levers]).all(axis=1)
    gain = tried["score"] - float(tried.loc[as_is, "score"].iloc[0])
    shown = np.isfinite(gain) & (gain >= -0.3 * max(gain.max(), 1e-12))
    ax.scatter(tried["spend"][shown], gain[shown], s=7, color=MUTED, alpha=0.35, linewidth=0, zorder=1)


def _parts(figure: Figure, found: Investment) -> None:
    """Draw what each part adds."""
    ax = figure.subplots()
    rows = found.parts.iloc[::-1]
    y = np.arange(len(rows))
    sure = [GREEN if low > 0.0 else MUTED for low in rows["low"]]
    ax.barh(y, rows["difference"], color=sure, alpha=0.75, height=0.6)
    ax.hlines(y, rows["low"], rows["high"], color=INK, linewidth=1.2)
    ax.axvline(0.0, color=INK, linewidth=1)
    ax.set_yticks(y, [name[:1].upper() + name[1:] for name in rows["name"]])
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")
    _improvement_axis(ax.xaxis, found)
    ax.set_xlabel(f"added to the rest of the mix{_unit(found)}; grey: cannot be told from nothing", fontsize=8.5)


def _certainty(figure: Figure, found: Investment) -> None:
    """Draw the improvement in each replicate, sorted, for recommendation and runner-up."""
    ax = figure.subplots()
    table, sign = found.replicates, found.goal.better
    named = [("recommendation", GREEN, "Recommended"), ("runner_up", ORANGE, "Runner-up")]
    for column, colour, label in named:
        if column not in table:
            continue
        gains = np.sort(sign * (table[column] - table["as_is"]).dropna().to_numpy())
        sns.scatterplot(x=np.arange(1, len(gains) + 1), y=gains, s=22, color=colour, label=label, linewidth=0, ax=ax)
    ax.axhline(0.0, color=INK, linewidth=1)
    ax.set_xlabel("fresh worlds" if found.effort.worlds else "fresh seeds")
    ax.set_ylabel(f"better than as is{_unit(found)}")
    _improvement_axis(ax.yaxis, found)
    ax.legend(loc="lower right", fontsize=8.5)


def _improvement_axis(axis: Any, found: Investment) -> None:
    share = found.goal.unit == "share"

    def text(value: float, _: int) -> str:
        return f"{value * 100:.4g}".replace("-", MINUS) if share else compact(value)

    axis.set_major_formatter(FuncFormatter(text))


def _unit(found: Investment) -> str:
    """Unit of an improvement, after a comma."""
    unit = short_unit(found.goal.unit, found.scenario.currency, signed=True)
    return f", {unit}" if unit else ""


def _money(found: Investment, value: float) -> str:
    sign = MINUS if value < -0.5 else ""
    return f"{sign}{abs(value):,.0f} {found.scenario.currency}"


def _amount(found: Investment, value: float) -> str:
    return amount(value, found.goal.unit, found.scenario.currency, signed=True)


def _interval(found: Investment, one: Interval) -> str:
    return _ends(found, one.low, one.high)


def _ends(found: Investment, low: float, high: float) -> str:
    return interval(low, high, found.goal.unit, found.scenario.currency, signed=True)
