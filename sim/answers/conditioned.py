"""Which plausible worlds remain for an organization, as an analysis: answer, tables, figures, and a file of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import scipy

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.figures import WIDE, names_down
from sim.answers.palette import BLUE, FAINT, INK, MUTED, VERMILLION
from sim.measures.words import MINUS, NONE, amount, counted, interval, listed
from sim.questions.calibrate.worlds import ALL, CUT
from sim.questions.over_worlds import NO_PROBABILITY, ranges_of
from sim.scenario.measures import MEASURES
from sim.studies.statistics import ALPHA
from sim.studies.worlds import worlds_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

    from sim.questions.calibrate.worlds import ConditionedWorlds, QuarterForecast

WORLDS = "worlds.json"
"""File that names the worlds that remain, in the folder of the result."""

_SHOWN = 12  # assumptions in the report, the most narrowed; all are in the table


def analysis_of(found: ConditionedWorlds, command: str = "", forecast: QuarterForecast | None = None) -> Analysis:
    """Lay out the report and the files, with a forecast of the last quarter where one was made."""
    plan, left = found.plan, found.remaining
    measures = [target.measure for target in plan.targets]
    why = f"{plan.scenario.name}: {', '.join(measures)} within {CUT:g} standard deviations"
    names = [world.name for world in found.worlds]
    table = found.implausibility.rename(columns=lambda name: f"far_{name}").assign(remains=found.remains)
    return Analysis(
        kind="calibrate", scenario=plan.scenario,
        question=f"Which plausible worlds could have given the {listed(measures)} that was measured?",
        answer=[*answer(found), *([_foreseen(forecast)] if forecast else [])],
        sections=[*_sections(found), *([_forecast_section(forecast, plan.scenario.currency)] if forecast else [])],
        tables={
            **({"last_quarter": forecast.cells} if forecast else {}),
            "targets": found.targets_table(), "assumptions": found.assumptions_table(), "runs": found.runs,
            "implausibility": table.reindex(names).rename_axis("world").reset_index(),
        },
        seeds=sorted(set(found.runs["seed"])), weeks=plan.weeks, touched=[prior.dotted for prior in plan.priors],
        notes=list(_notes(found)), texts={WORLDS: worlds_text(left, why)} if left else {}, command=command,
        facts={"worlds": len(names), "remaining": [world.name for world in left], "cut": CUT},
        units={"luck": "of the measure", "sd": "of the measure"},
    )  # fmt: skip


def answer(found: ConditionedWorlds) -> Iterator[str]:
    """Say how many worlds remain, what ruled the others out, what tells them apart, and what is left open."""
    n, left, table = len(found.worlds), len(found.remaining), found.targets_table()
    asked = table[table["asked"]]
    if not left:
        yield from _none(found)
        return
    ends = scipy.stats.binomtest(left, n).proportion_ci(1.0 - ALPHA, method="wilson")
    each = "the measure" if len(asked) == 1 else f"each of the {len(asked)} measures"
    yield (
        f"Of {n} plausible worlds {left} remain ({ends.low:.0%} to {ends.high:.0%} of such worlds): in these "
        f"{each} could have come out as measured, within {CUT:g} standard deviations of luck and "
        "of the error of measurement and model."
    )
    most = asked.sort_values("out", ascending=False, kind="stable").iloc[0]
    if most["out"]:
        alone = f", {most['alone']} of them alone" if len(asked) > 1 else ""
        yield f"Most worlds are ruled out by {_label(most['measure'])}: {most['out']}{alone}."
    yield _apart(found)
    checks = table[~table["asked"]]
    if len(checks):
        outside = [_label(name) for name in checks.loc[~checks["inside"], "measure"]]
        misses = f"; outside: {listed(outside)}" if outside else ""
        yield (
            f"Of {counted(len(checks), 'further measure')} (which rule nothing out) {len(checks) - len(outside)} lie "
            f"among 90% of single runs of the worlds that remain{misses}."
        )
    yield NO_PROBABILITY


def _none(found: ConditionedWorlds) -> Iterator[str]:
    worst = found.implausibility.max(axis=1)
    nearest = str(worst.idxmin())
    name = str(found.implausibility.loc[nearest].idxmax())
    target = next(target for target in found.plan.targets if target.measure == name)
    unit, currency = target.unit, found.plan.scenario.currency
    yield (
        f"None of {len(found.worlds)} plausible worlds could have given what was measured. Nearest is {nearest}, whose "
        f"{_label(name)} is {amount(float(found.means[name][nearest]), unit, currency)} against "
        f"{amount(target.value, unit, currency)}, {worst[nearest]:.1f} standard deviations away."
    )
    yield (
        "Either the organization of the scenario is another one (its market, prices, plan, hours), or a target is met "
        "too strictly (give low and high), or the model cannot have all of them together; without --worlds the command "
        "fits the organization itself."
    )


def _apart(found: ConditionedWorlds) -> str:
    left, n = len(found.remaining), len(found.worlds)
    apart = found.apart()
    if apart:
        return f"Worlds that remain have {ranges_of(apart)}."
    if left == n:
        return "What was measured rules nothing out: it tells nothing of what is assumed."
    return (
        "No single assumption tells the worlds that remain from the others beyond doubt"
        f"{'; it takes 20 worlds, and 5 on either side, to tell' if n < 20 or min(left, n - left) < 5 else ''}."
    )


def _notes(found: ConditionedWorlds) -> Iterator[str]:
    yield from found.plan.notes
    yield "Each run has a burn-in of its own: the organization always was so."
    if found.interrupted:
        yield "Stopped with Ctrl-C: only the worlds that were run count."
    broken = found.runs[found.runs["error"] != ""]
    if len(broken):
        yield f"{counted(len(broken), 'run')} broke and were left out; the first with {broken['error'].iloc[0]}"
    nothing = [str(name) for name in found.implausibility if np.isinf(found.implausibility[name]).any()]
    if nothing:
        yield f"Worlds in which no run has a {listed(list(map(_label, nothing)))} are ruled out."
    if 0 < len(found.remaining) < 20:
        yield f"{len(found.remaining)} worlds are few to answer a question in: intervals over them are rough."


def _label(measure: str) -> str:
    return MEASURES[measure].label.lower()


def targets_table(found: ConditionedWorlds) -> TextTable:
    """What was measured beside the worlds, as people read it."""
    rows, currency = [], found.plan.scenario.currency
    for row in found.targets_table().to_dict("records"):
        unit = str(row["unit"])
        brief = unit.partition(" / ")[0] if unit.startswith(("share", "currency")) else ""
        out = f"{row['out']} ({row['alone']})" if row["asked"] else "not asked"
        rows.append([
            MEASURES[row["measure"]].label, amount(row["data"], unit, currency),
            interval(row["low"], row["high"], brief, currency),
            interval(row["left_low"], row["left_high"], brief, currency), out, "inside" if row["inside"] else "OUTSIDE",
        ])  # fmt: skip
    columns = ["measure", "data", "90% of\nworlds", "90% of those\nthat remain", "worlds ruled\nout (alone)",
               "data in 90% of\ntheir runs"]  # fmt: skip
    return TextTable(columns, rows, range(1, 5))


def assumptions_table(found: ConditionedWorlds) -> TextTable:
    """The assumptions that are narrowed most, as people read them."""
    rows = []
    for row in found.assumptions_table().head(_SHOWN).to_dict("records"):
        narrower = f"{100 * row['narrower']:.0f}%".replace("-", MINUS) if np.isfinite(row["narrower"]) else NONE
        rows.append([
            row["parameter"], interval(row["low"], row["high"], "", ""),
            interval(row["left_low"], row["left_high"], "", ""), str(row["unit"]), narrower,
        ])  # fmt: skip
    return TextTable(
        ["assumption", "90% of worlds", "90% of those that remain", "unit", "narrower by"], rows, (1, 2, 4)
    )


def _sections(found: ConditionedWorlds) -> list[ReportSection]:
    picture = Drawing(
        "targets", f"Mean of each world in standard deviations from what was measured; beyond {CUT:g} it is ruled out. "
        "Blue: worlds that remain.", partial(_draw, found), (WIDE, 1.1 + 0.5 * len(found.plan.targets)),
    )  # fmt: skip
    lead = (
        "Implausibility: distance of a world's mean from what was measured, over the root of the sum of squares of the "
        f"luck of its runs, the luck of what was measured, and the target's own sd. {NO_PROBABILITY}"
    )
    return [
        ReportSection("Which worlds remain", lead, [picture], [targets_table(found)], [_ruled_out(found)]),
        ReportSection(
            "What the data tell of what is assumed",
            f"The {_SHOWN} assumptions that are narrowed most; some of it is chance where few worlds remain.",
            (), [assumptions_table(found)], [_narrowed(found)],
        ),
    ]  # fmt: skip


def _foreseen(forecast: QuarterForecast) -> str:
    """Say how many numbers of the last quarter the forecasts cover, and what each pays."""
    judged, table = forecast.judged, forecast.by_measure()
    named = listed([f"{row['measure'].replace('_', ' ')} {row['score']:.2f}" for row in table.to_dict("records")])
    return (
        f"{forecast.quarter} was held back: 95% of {forecast.runs} runs in the worlds that remain cover "
        f"{int(judged['inside'].sum())} of {len(judged)} of its numbers (team x measure), and a naive draw from the "
        f"earlier closings {int(judged['naive_inside'].sum())}; their interval score is, of the naive one, for {named} "
        "(below 1 is better)."
    )


def _forecast_section(forecast: QuarterForecast, currency: str) -> ReportSection:
    rows = []
    for row in forecast.cells[forecast.cells["team"] == ALL].to_dict("records"):
        ends = [interval(row[f"{one}low"], row[f"{one}high"], row["unit"], currency) for one in ("", "naive_")]
        rows.append([str(row["measure"]).replace("_", " "), amount(row["data"], row["unit"], currency), *ends])
    whole = TextTable(["all teams", "what happened", "95% of runs", "95% of naive draws"], rows, (1, 2, 3))
    table = forecast.by_measure()
    labels = [str(name).replace("_", " ") for name in table["measure"]]
    series = [
        ChartSeries(name, [float(value) for value in table[column]], colour=colour)
        for name, column, colour in (("worlds that remain", "covered", BLUE), ("naive draw", "naive_covered", FAINT))
    ]
    chart = Chart(
        "coverage", f"Teams whose {forecast.quarter} the 95% intervals cover", "bar", labels, series, "share",
        caption="95% should be covered; the interval score says at what width.",
    )  # fmt: skip
    scores = [
        [label, f"{row['cells']}", f"{row['covered']:.0%}", f"{row['naive_covered']:.0%}", f"{row['score']:.2f}"]
        for label, row in zip(labels, table.to_dict("records"), strict=True)
    ]
    columns = ["measure", "teams", "covered", "by the naive draw", "interval score,\nof the naive one"]
    lead = (
        "The worlds were conditioned on the quarters before it. The naive forecast draws as many closings as their "
        "mean from them, team by team, so that it knows the level of each team, which the worlds do not."
    )
    tables = [whole, TextTable(columns, scores, range(1, 5), "Team by team")]
    return ReportSection(f"Do they foresee {forecast.quarter}?", lead, (), tables, [chart])


def _ruled_out(found: ConditionedWorlds) -> Chart:
    table = found.targets_table()
    table = table[table["asked"]]
    series = [ChartSeries("worlds", [float(value) for value in table["out"]], colour=VERMILLION)]
    caption = f"Of {len(found.worlds)} plausible worlds; one may be ruled out by several."
    labels = [MEASURES[name].label for name in table["measure"]]
    return Chart("ruled out", "Worlds ruled out by each measure", "bar", labels, series, "worlds", caption=caption)


def _narrowed(found: ConditionedWorlds) -> Chart:
    table = found.assumptions_table().head(_SHOWN)
    series = [ChartSeries("narrower by", [float(value) for value in table["narrower"]])]
    caption = "How much smaller the spread over worlds that remain is than over all; some of it is chance."
    return Chart(
        "narrowed", "Assumptions narrowed most", "bar", list(table["parameter"]), series, "share", caption=caption
    )


def _draw(found: ConditionedWorlds, figure: Figure) -> None:
    """Draw every world's distance from every target, with its sign."""
    ax = figure.subplots()
    names = [target.measure for target in found.plan.targets]
    most = 2.5 * CUT
    for height, target in enumerate(found.plan.targets):
        far = found.implausibility[target.measure].clip(upper=most) * np.sign(
            found.means[target.measure] - target.value
        )
        spread = height + 0.28 * np.sin(2.4 * np.arange(len(far)))
        colours = [BLUE if left else FAINT for left in found.remains]
        ax.scatter(far, spread, s=10, c=colours, linewidths=0)
    for end in (-CUT, CUT):
        ax.axvline(end, color=VERMILLION, linewidth=0.9, dashes=(3, 2))
    ax.axvline(0.0, color=INK, linewidth=1.0)
    names_down(ax, [MEASURES[name].label for name in names])
    ax.set_xlim(-1.05 * most, 1.05 * most)
    ax.set_xlabel("standard deviations below and above what was measured", color=MUTED)
