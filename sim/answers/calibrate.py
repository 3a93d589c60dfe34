"""What a calibration found, as an analysis: answer, tables, files, and figures of what the data tell."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.answers.analysis import Analysis, Drawing, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries, series_of
from sim.answers.figures import WIDE, names_down, sns
from sim.answers.palette import AS_IS, BLUE, INK, MUTED, RULE, SKY, VERMILLION
from sim.measures.words import MINUS, amount, counted, digits, interval, listed
from sim.questions.calibrate.find import effective, places_of, weighted_quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.calibrate.find import Calibration
    from sim.questions.calibrate.plan import Prior
    from sim.studies.statistics import Floats

SCENARIO = "calibrated.toml"
"""File of the calibrated scenario in the folder of the result."""

_COLUMNS = 3
_MOST_OFF = 3.0  # times the data, beyond which the axis of the predictive check is cut


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
    tell = f"{counted(len(targets), 'target')} tell{'s' if len(targets) == 1 else ''}"
    first = f"The {tell} {len(spans)} of {counted(len(rows), 'fitted parameter')}"
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


def _agreement(calibration: Calibration) -> str:
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
    height = math.ceil(len(priors) / _COLUMNS)
    shapes = Drawing(
        "posterior", "Each parameter before (grey, even over the range) and after the fit, with its 90% interval.",
        partial(_draw_posteriors, calibration), (WIDE, 2.3 * height),
    )  # fmt: skip
    check = Drawing(
        "predictive", "What 90% of runs give before and after the fit, against the data (line); scaled by the data.",
        partial(_draw_predictive, calibration), (WIDE, 1.1 + 0.42 * len(calibration.predictive)),
    )  # fmt: skip
    sections = [
        ReportSection(
            "What the data tell",
            "Narrower by: how much smaller the standard deviation is than before (with its 95% interval); below 20% "
            "the data cannot tell. The middle is what the calibrated scenario has.",
            [shapes], [posterior_table(calibration)], [_narrower(calibration)],
        ),
        ReportSection(
            "Does the calibrated model agree?",
            f"{len(calibration.predicted)} runs with draws of the posterior and new luck; data should lie among 90% of "
            "them. Measures that were not fitted are the harder test.",
            [check], [predictive_table(calibration)], [_against_data(calibration)],
        ),
    ]  # fmt: skip
    if len(priors) > 1:
        pairs = Drawing(
            "correlations", "Correlation of parameters after the fit; beyond 0.7 they are only jointly known.",
            partial(_draw_correlations, calibration), (1.8 + 1.1 * height * 3, 1.4 + 0.5 * len(priors)),
        )  # fmt: skip
        sections.append(ReportSection("How the parameters go together", "", [pairs]))
    last = calibration.populations["tolerance"].iloc[-1]
    lead = (
        "Approximate Bayesian computation by sequential Monte Carlo (pyABC): each population accepts runs nearer to "
        "the targets than the one before. Distance is counted in the targets' standard deviations; the last is "
        f"{last:.3g}, and {calibration.tolerance:.3g} is as near as they allow."
    )
    return [*sections, ReportSection("How it was searched", lead, (), [_search_table(calibration.populations)])]


def _narrower(calibration: Calibration) -> Chart:
    table = calibration.posterior
    series = [series_of("narrower by", table, "contraction", "contraction_{}")]
    caption = "How much smaller the spread is than before the fit, with 95% intervals; below 20% the data cannot tell."
    return Chart("told", "What the data tell", "bar", list(table["parameter"]), series, "share", caption=caption)


def _against_data(calibration: Calibration) -> Chart:
    table = calibration.predictive
    scale = table["data"].where(table["data"] != 0.0, 1.0)
    points, low, high = ((table[name] / scale).tolist() for name in ("median", "low", "high"))
    caption = "Median run of the calibrated model as a share of the data; lines hold 90% of runs. 100% is the data."
    series = [ChartSeries("median run", points, low, high)]
    return Chart("agreement", "Runs against data", "bar", list(table["measure"]), series, "share", caption=caption)


def _draw_posteriors(calibration: Calibration, figure: Figure) -> None:
    """Draw each parameter's even prior and its posterior."""
    priors = calibration.plan.priors
    axes = list(figure.subplots(math.ceil(len(priors) / _COLUMNS), min(_COLUMNS, len(priors)), squeeze=False).flat)
    table = {str(row["parameter"]): row for row in calibration.posterior.to_dict("records")}
    for ax, prior in zip(axes, priors, strict=False):
        _density(ax, prior, calibration.draws)
        row = table[prior.dotted]
        ax.set_title(prior.dotted, fontsize=9)
        ax.set_xlabel(str(row["unit"]) or "1")
        words, colour = f"{100 * max(0.0, float(row['contraction'])):.0f}% narrower", BLUE
        if str(row["verdict"]).startswith("the data cannot"):
            words, colour = "the data cannot tell", VERMILLION
        ax.text(0.98, 0.97, words, transform=ax.transAxes, ha="right", va="top", fontsize=8, color=colour)
    for ax in axes[len(priors) :]:
        ax.set_visible(False)


def _density(ax: Axes, prior: Prior, draws: pd.DataFrame) -> None:
    """Shade the prior, and draw the posterior's density, reflected at the ends of the range, on the prior's scale."""
    weights = draws["weight"].to_numpy(dtype=float)
    low, high = prior.ends
    at = np.linspace(low, high, 200)
    height = reflected_density(places_of(prior, draws[prior.dotted]), weights, at, (low, high))
    scale = np.exp(at) if prior.log else at
    ax.fill_between([scale[0], scale[-1]], 0.0, 1.0 / (high - low), color=AS_IS, alpha=0.18, linewidth=0)
    ax.plot(scale, height, color=BLUE)
    ends = weighted_quantile(draws[prior.dotted], weights, [0.05, 0.95])
    top = 1.35 * max(float(height.max()), 1.0 / (high - low))
    ax.plot(ends, [0.02 * top, 0.02 * top], color=BLUE, linewidth=4, solid_capstyle="butt")
    if prior.log:
        ax.set_xscale("log")
        ticks = np.exp(np.linspace(low, high, 4))
        ax.set_xticks(ticks, [f"{tick:.3g}" for tick in ticks])
        ax.minorticks_off()
    else:
        ax.locator_params(axis="x", nbins=5)
    ax.set_yticks([])
    ax.set_ylim(0.0, top)
    ax.grid(visible=False)


def reflected_density(draws: Floats, weights: Floats, at: Floats, ends: tuple[float, float]) -> Floats:
    """Density [m] of draws [n] with weights [n] that cannot lie beyond two ends, at some values [m].

    Gaussian kernel of Silverman's width, reflected at both ends, so that the integral between them is 1.
    """
    from scipy.stats import gaussian_kde  # noqa: PLC0415 - slow to import

    if np.ptp(draws) == 0.0:
        return np.zeros_like(at)
    mirrored = np.concatenate([draws, 2.0 * ends[0] - draws, 2.0 * ends[1] - draws])
    width = gaussian_kde(draws, "silverman", weights).factor * float(np.sqrt(np.cov(draws, aweights=weights)))
    shares = np.tile(weights / weights.sum(), 3)
    kernel = np.exp(-0.5 * ((at[:, None] - mirrored[None, :]) / width) ** 2) / (width * math.sqrt(2.0 * math.pi))
    density: Floats = kernel @ shares
    return density


def _draw_correlations(calibration: Calibration, figure: Figure) -> None:
    """Draw the correlations of the posterior as a lower triangle."""
    names = [prior.dotted for prior in calibration.plan.priors]
    matrix = pd.DataFrame(np.eye(len(names)), index=names, columns=names)
    for row in calibration.pairs.to_dict("records"):
        matrix.loc[row["first"], row["second"]] = matrix.loc[row["second"], row["first"]] = row["correlation"]
    part = matrix.iloc[1:, :-1]
    ax = figure.subplots()
    colours = sns.diverging_palette(20, 245, s=85, l=55, as_cmap=True)
    sns.heatmap(
        part, ax=ax, annot=True, fmt="+.2f", cmap=colours, vmin=-1.0, vmax=1.0, cbar=False, linewidths=1.0,
        mask=np.triu(np.ones(part.shape, dtype=bool), 1), annot_kws={"color": INK, "fontsize": 8},
    )  # fmt: skip
    ax.grid(visible=False)
    ax.tick_params(axis="y", rotation=0)
    ax.set_xticklabels([name.replace(".", ".\n") for name in names[:-1]], rotation=0, fontsize=8)


def _draw_predictive(calibration: Calibration, figure: Figure) -> None:
    """Draw what runs give before and after the fit, relative to the data."""
    ax = figure.subplots()
    rows = calibration.predictive.to_dict("records")
    for height, row in enumerate(rows):
        data = float(row["data"]) or 1.0
        before, after = ([float(row[f"{prefix}{end}"]) / data for end in ("low", "high")] for prefix in ("prior_", ""))
        point, span = (BLUE, SKY) if row["inside"] else (VERMILLION, VERMILLION)
        ax.plot(before, [height, height], color=RULE, linewidth=9, solid_capstyle="butt")
        ax.plot(after, [height, height], color=span, linewidth=5, solid_capstyle="butt")
        ax.plot(float(row["median"]) / data, height, "o", color=point, markersize=5)
    ax.axvline(1.0, color=INK, linewidth=1.2)
    names_down(ax, [f"{row['measure']}{'' if row['fitted'] else ' (not fitted)'}" for row in rows])
    low, high = ax.get_xlim()
    ax.set_xlim(max(low, -1.0), min(high, _MOST_OFF))
    ax.xaxis.set_major_formatter("{x:.0%}")
    ax.set_xlabel("of the data: grey before the fit, coloured after, point the median run", color=MUTED)
