"""Figures of a calibration: parameters before and after, what is jointly known, and the predictive check."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import seaborn as sns

from sim.answers.figures import names_down
from sim.answers.palette import AS_IS, BLUE, INK, MUTED, RULE, SKY, VERMILLION
from sim.questions.calibrate.posterior import places_of, weighted_quantile

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.calibrate.find import Calibration
    from sim.questions.calibrate.plan import Prior
    from sim.studies.statistics import Floats

COLUMNS = 3
_MOST_OFF = 3.0  # times the data, beyond which the axis of the predictive check is cut


def rows_for(panels: int) -> int:
    """Rows of panels that are needed."""
    return math.ceil(panels / COLUMNS)


def draw_posteriors(calibration: Calibration, figure: Figure) -> None:
    """Draw each parameter's even prior and its posterior."""
    priors = calibration.plan.priors
    axes = list(figure.subplots(rows_for(len(priors)), min(COLUMNS, len(priors)), squeeze=False).flat)
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


def draw_correlations(calibration: Calibration, figure: Figure) -> None:
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


def draw_predictive(calibration: Calibration, figure: Figure) -> None:
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
