"""What a calibration found, as an analysis: answer, posterior, predictive check, draws and the calibrated scenario."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.calibrate.figures import draw_correlations, draw_posteriors, draw_predictive, rows_for
from sim.measures.words import MINUS, amount, digits, interval, listed
from sim.questions.calibrate.posterior import effective

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.questions.calibrate.find import Calibration

SCENARIO = "calibrated.toml"
"""File of the calibrated scenario in the folder of the result."""

POSTERIOR_HEAD = ("parameter", "middle", "90% interval", "searched", "unit", "narrower by", "verdict")
PREDICTIVE_HEAD = ("measure", "data", "90% of runs, fitted", "90% before", "calibrated file", "data are")


def answer(found: Calibration) -> list[str]:
    """Say what was found, plainest first."""
    rows = found.posterior.to_dict("records")
    known = [row for row in rows if not str(row["verdict"]).startswith("the data cannot")]
    unknown = [str(row["parameter"]) for row in rows if str(row["verdict"]).startswith("the data cannot")]
    sentences = [
        f"The {len(found.plan.targets)} target{_s(found.plan.targets)} tell{'s' * (len(found.plan.targets) == 1)} "
        f"{len(known)} of {len(rows)} fitted parameter{_s(rows)}"
        + (": " if known else ". ")
        + "; ".join(f"{row['parameter']} lies in {_range(row, found.plan.scenario.currency)} (90%)" for row in known)
        + ("." if known else "")
    ]
    tied = set(found.pairs.loc[found.pairs["jointly"].astype(bool), ["first", "second"]].to_numpy().ravel())
    free = found.reached and not tied & set(unknown)
    if unknown:
        sentences.append(
            f"The data cannot tell {listed(unknown)}: after the fit {'it is' if len(unknown) == 1 else 'they are'} "
            f"about as uncertain as before{', and any value of the range would do as well' if free else ''}."
        )
    for row in found.pairs[found.pairs["jointly"].astype(bool)].to_dict("records"):
        way = "both are high or both are low" if float(row["correlation"]) > 0 else "one is high where the other is low"
        sentences.append(
            f"{row['first']} and {row['second']} are only jointly known (correlation {row['correlation']:+.2f}): {way}."
        )
    return [*sentences, _agreement(found)]


def _s(items: Sequence[object]) -> str:
    return "" if len(items) == 1 else "s"


def _range(row: dict[Any, Any], currency: str) -> str:
    return interval(row["low"], row["high"], row["unit"], currency)


def _agreement(found: Calibration) -> str:
    """Say whether the calibrated model agrees with the data."""
    table = found.predictive
    outside = list(table.loc[~table["inside"].astype(bool), "measure"])
    checked = int((~table["fitted"].astype(bool)).sum())
    words = f"{len(table) - len(outside)} of {len(table)} measures" + (
        f" ({checked} of them not fitted)" if checked else ""
    )
    tail = f"; outside: {listed(outside)}" if outside else ""
    return f"In the predictive check {words} lie within what 90% of single runs of the calibrated model give{tail}."


def posterior_rows(found: Calibration) -> list[tuple[str, ...]]:
    """The posterior as people read it, columns `POSTERIOR_HEAD`."""
    rows: list[tuple[str, ...]] = []
    for row in found.posterior.to_dict("records"):
        gain, *ends = (f"{100 * row[f'contraction{end}']:.0f}".replace("-", MINUS) for end in ("", "_low", "_high"))
        rows.append((
            str(row["parameter"]), amount(float(found.scenario[str(row["parameter"])]), "", ""),
            interval(row["low"], row["high"], "", ""), interval(row["prior_low"], row["prior_high"], "", ""),
            str(row["unit"]), f"{gain}% ({' to '.join(ends)})", str(row["verdict"]),
        ))  # fmt: skip
    return rows


def predictive_rows(found: Calibration) -> list[tuple[str, ...]]:
    """The predictive check as people read it, columns `PREDICTIVE_HEAD`."""
    currency = found.plan.scenario.currency
    rows: list[tuple[str, ...]] = []
    for row in found.predictive.to_dict("records"):
        unit = str(row["unit"])
        fitted = "fitted" if row["fitted"] else "not fitted"
        rows.append((
            str(row["measure"]), amount(row["data"], unit, currency), interval(row["low"], row["high"], unit, currency),
            interval(row["prior_low"], row["prior_high"], unit, currency), amount(row["scenario"], unit, currency),
            f"{'inside' if row['inside'] else 'OUTSIDE'} ({fitted})",
        ))  # fmt: skip
    return rows


def analysis(found: Calibration, command: str = "") -> Analysis:
    """Lay out the report and the files of a calibration.

    Args:
        found: What was found.
        command: Command that repeats it.
    """
    plan = found.plan
    names = [prior.dotted for prior in plan.priors]
    return Analysis(
        "calibrate", plan.scenario,
        f"Which values of {listed(names)} give {listed([one.measure for one in plan.targets])}?",
        answer(found), _sections(found), _tables(found),
        range(found.first_seed, found.first_seed + found.runs), plan.weeks, names, found.notes, _facts(found),
        {SCENARIO: found.scenario_text()}, command,
    )  # fmt: skip


def _facts(found: Calibration) -> dict[str, object]:
    return {
        "particles": found.search.particles, "key": found.search.seed, "runs": found.runs,
        "tolerance": float(found.populations["tolerance"].iloc[-1]), "tolerance_asked": found.tolerance,
        "effective_draws": effective(found.draws["weight"]), "failed_runs": len(found.failures),
    }  # fmt: skip


def _tables(found: Calibration) -> dict[str, pd.DataFrame]:
    tables = {
        "posterior": found.posterior, "draws": found.draws, "prior": found.prior, "predictive": found.predictive,
        "predicted": found.predicted, "pairs": found.pairs, "populations": found.populations,
    }  # fmt: skip
    return tables | ({"failures": found.failures} if len(found.failures) else {})


def _sections(found: Calibration) -> list[ReportSection]:
    last = found.populations.to_dict("records")[-1]
    height = rows_for(len(found.plan.priors))
    shapes = Drawing(
        "posterior", "Each parameter before (grey, even over the range) and after the fit, with its 90% interval.",
        partial(draw_posteriors, found), (10.4, 2.3 * height),
    )  # fmt: skip
    check = Drawing(
        "predictive", "What 90% of runs give before and after the fit, against the data (line); scaled by the data.",
        partial(draw_predictive, found), (10.4, 1.1 + 0.42 * len(found.predictive)),
    )  # fmt: skip
    sections = [
        ReportSection(
            "What the data tell",
            "Narrower by: how much smaller the standard deviation is than before (with its 95% interval); below 20% "
            "the data cannot tell. The middle is what the calibrated scenario has.",
            [shapes], [TextTable(POSTERIOR_HEAD, posterior_rows(found), right=(1, 2, 3, 5))],
        ),
        ReportSection(
            "Does the calibrated model agree?",
            f"{len(found.predicted)} runs with draws of the posterior and new luck; data should lie among 90% of them. "
            "Measures that were not fitted are the harder test.",
            [check], [TextTable(PREDICTIVE_HEAD, predictive_rows(found), right=(1, 2, 3, 4))],
        ),
    ]  # fmt: skip
    if len(found.plan.priors) > 1:
        pairs = Drawing(
            "correlations", "Correlation of parameters after the fit; beyond 0.7 they are only jointly known.",
            partial(draw_correlations, found), (1.8 + 1.1 * height * 3, 1.4 + 0.5 * len(found.plan.priors)),
        )  # fmt: skip
        sections.append(ReportSection("How the parameters go together", "", [pairs]))
    rows = [
        (str(row["population"]), "all" if row["population"] == 0 else digits(row["tolerance"]), f"{row['runs']:,}",
         f"{row['accepted'] / row['runs']:.0%}")
        for row in found.populations.to_dict("records")
    ]  # fmt: skip
    lead = (
        "Approximate Bayesian computation by sequential Monte Carlo (pyABC): each population accepts runs nearer to "
        "the targets than the one before. Distance is counted in the targets' standard deviations; the last is "
        f"{last['tolerance']:.3g}, and {found.tolerance:.3g} is as near as they allow."
    )
    head = ("population", "distance below", "runs", "accepted")
    return [*sections, ReportSection("How it was searched", lead, (), [TextTable(head, rows, right=(1, 2, 3))])]
