"""What a calibration found, as an analysis: answer, posterior, predictive check, draws and the calibrated scenario."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.calibrate.figures import draw_correlations, draw_posteriors, draw_predictive, rows_for
from sim.answers.figures import WIDE
from sim.measures.words import MINUS, amount, digits, interval, listed
from sim.questions.calibrate.posterior import effective

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.questions.calibrate.find import Calibration

SCENARIO = "calibrated.toml"
"""File of the calibrated scenario in the folder of the result."""


def analysis_of(calibration: Calibration, command: str = "") -> Analysis:
    """Lay out the report and the files of a calibration."""
    plan = calibration.plan
    names = [prior.dotted for prior in plan.priors]
    measures = [target.measure for target in plan.targets]
    return Analysis(
        kind="calibrate", scenario=plan.scenario, question=f"Which values of {listed(names)} give {listed(measures)}?",
        answer=answer(calibration), sections=_sections(calibration), tables=_tables(calibration),
        seeds=range(calibration.first_seed, calibration.first_seed + calibration.runs), weeks=plan.weeks,
        touched=names, notes=calibration.notes, facts=_facts(calibration),
        texts={SCENARIO: calibration.scenario_text()}, command=command,
    )  # fmt: skip


def answer(calibration: Calibration) -> list[str]:
    """Say what was found, plainest first."""
    rows, targets = calibration.posterior.to_dict("records"), calibration.plan.targets
    currency = calibration.plan.scenario.currency
    unknown = [str(row["parameter"]) for row in rows if str(row["verdict"]).startswith("the data cannot")]
    spans = [
        f"{row['parameter']} lies in {interval(row['low'], row['high'], row['unit'], currency)} (90%)"
        for row in rows
        if row["parameter"] not in unknown
    ]
    tell = f"target{_s(targets)} tell{'s' if len(targets) == 1 else ''}"
    first = f"The {len(targets)} {tell} {len(spans)} of {len(rows)} fitted parameter{_s(rows)}"
    sentences = [f"{first}: {'; '.join(spans)}." if spans else f"{first}. "]
    pairs = calibration.pairs[calibration.pairs["jointly"].astype(bool)]
    tied = set(pairs[["first", "second"]].to_numpy().ravel())
    free = calibration.reached and not tied & set(unknown)
    if unknown:
        sentences.append(
            f"The data cannot tell {listed(unknown)}: after the fit {'it is' if len(unknown) == 1 else 'they are'} "
            f"about as uncertain as before{', and any value of the range would do as well' if free else ''}."
        )
    for row in pairs.to_dict("records"):
        way = "both are high or both are low" if float(row["correlation"]) > 0 else "one is high where the other is low"
        sentences.append(
            f"{row['first']} and {row['second']} are only jointly known (correlation {row['correlation']:+.2f}): {way}."
        )
    return [*sentences, _agreement(calibration)]


def _s(items: Sequence[object]) -> str:
    return "" if len(items) == 1 else "s"


def _agreement(calibration: Calibration) -> str:
    """Say whether the calibrated model agrees with the data."""
    table = calibration.predictive
    outside = list(table.loc[~table["inside"].astype(bool), "measure"])
    not_fitted = int((~table["fitted"].astype(bool)).sum())
    checked = f" ({not_fitted} of them not fitted)" if not_fitted else ""
    misses = f"; outside: {listed(outside)}" if outside else ""
    return (
        f"In the predictive check {len(table) - len(outside)} of {len(table)} measures{checked} lie within what 90% of "
        f"single runs of the calibrated model give{misses}."
    )


def posterior_table(calibration: Calibration) -> TextTable:
    """The posterior as people read it."""
    rows = []
    for row in calibration.posterior.to_dict("records"):
        name = str(row["parameter"])
        gain, *ends = (f"{100 * row[f'contraction{end}']:.0f}".replace("-", MINUS) for end in ("", "_low", "_high"))
        rows.append((
            name, amount(float(calibration.scenario[name]), "", ""), interval(row["low"], row["high"], "", ""),
            interval(row["prior_low"], row["prior_high"], "", ""), str(row["unit"]), f"{gain}% ({' to '.join(ends)})",
            str(row["verdict"]),
        ))  # fmt: skip
    columns = ("parameter", "middle", "90% interval", "searched", "unit", "narrower by", "verdict")
    return TextTable(columns, rows, right=(1, 2, 3, 5))


def predictive_table(calibration: Calibration) -> TextTable:
    """The predictive check as people read it."""
    currency = calibration.plan.scenario.currency
    rows = []
    for row in calibration.predictive.to_dict("records"):
        unit = str(row["unit"])
        fitted = "fitted" if row["fitted"] else "not fitted"
        rows.append((
            str(row["measure"]), amount(row["data"], unit, currency), interval(row["low"], row["high"], unit, currency),
            interval(row["prior_low"], row["prior_high"], unit, currency), amount(row["scenario"], unit, currency),
            f"{'inside' if row['inside'] else 'OUTSIDE'} ({fitted})",
        ))  # fmt: skip
    columns = ("measure", "data", "90% of runs, fitted", "90% before", "calibrated file", "data are")
    return TextTable(columns, rows, right=(1, 2, 3, 4))


def _search_table(populations: pd.DataFrame) -> TextTable:
    rows = [
        (str(row["population"]), "all" if row["population"] == 0 else digits(row["tolerance"]), f"{row['runs']:,}",
         f"{row['accepted'] / row['runs']:.0%}")
        for row in populations.to_dict("records")
    ]  # fmt: skip
    return TextTable(("population", "distance below", "runs", "accepted"), rows, right=(1, 2, 3))


def _facts(calibration: Calibration) -> dict[str, object]:
    return {
        "particles": calibration.search.particles, "key": calibration.search.seed, "runs": calibration.runs,
        "tolerance": calibration.populations["tolerance"].iloc[-1], "tolerance_asked": calibration.tolerance,
        "effective_draws": effective(calibration.draws["weight"]), "failed_runs": len(calibration.failures),
    }  # fmt: skip


def _tables(calibration: Calibration) -> dict[str, pd.DataFrame]:
    names = ["posterior", "draws", "prior", "predictive", "predicted", "pairs", "populations"]
    names += ["failures"] if len(calibration.failures) else []
    return {name: getattr(calibration, name) for name in names}


def _sections(calibration: Calibration) -> list[ReportSection]:
    priors = calibration.plan.priors
    height = rows_for(len(priors))
    shapes = Drawing(
        "posterior", "Each parameter before (grey, even over the range) and after the fit, with its 90% interval.",
        partial(draw_posteriors, calibration), (WIDE, 2.3 * height),
    )  # fmt: skip
    check = Drawing(
        "predictive", "What 90% of runs give before and after the fit, against the data (line); scaled by the data.",
        partial(draw_predictive, calibration), (WIDE, 1.1 + 0.42 * len(calibration.predictive)),
    )  # fmt: skip
    sections = [
        ReportSection(
            "What the data tell",
            "Narrower by: how much smaller the standard deviation is than before (with its 95% interval); below 20% "
            "the data cannot tell. The middle is what the calibrated scenario has.",
            [shapes], [posterior_table(calibration)],
        ),
        ReportSection(
            "Does the calibrated model agree?",
            f"{len(calibration.predicted)} runs with draws of the posterior and new luck; data should lie among 90% of "
            "them. Measures that were not fitted are the harder test.",
            [check], [predictive_table(calibration)],
        ),
    ]  # fmt: skip
    if len(priors) > 1:
        pairs = Drawing(
            "correlations", "Correlation of parameters after the fit; beyond 0.7 they are only jointly known.",
            partial(draw_correlations, calibration), (1.8 + 1.1 * height * 3, 1.4 + 0.5 * len(priors)),
        )  # fmt: skip
        sections.append(ReportSection("How the parameters go together", "", [pairs]))
    last = calibration.populations["tolerance"].iloc[-1]
    lead = (
        "Approximate Bayesian computation by sequential Monte Carlo (pyABC): each population accepts runs nearer to "
        "the targets than the one before. Distance is counted in the targets' standard deviations; the last is "
        f"{last:.3g}, and {calibration.tolerance:.3g} is as near as they allow."
    )
    return [*sections, ReportSection("How it was searched", lead, (), [_search_table(calibration.populations)])]
