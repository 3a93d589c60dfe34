"""The figure of a chain: a panel for every "why", a bar for every cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sim.answers.palette import BLUE, INK, MUTED, RULE, STYLE, VERMILLION
from sim.answers.why.words import ARROW, name_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from sim.questions.why.chain import Level
    from sim.questions.why.explain import Why

_WIDTH = 8.0  # inches
_DPI = 120


def chain_figure(levels: Sequence[Level], title: str, unit: str) -> Figure:
    """Draw what each cause recovers, level by level, with 95% intervals.

    Args:
        levels: The levels to show.
        title: Above all.
        unit: Of the amounts.
    """
    heights = [len(level.causes) + 1.6 for level in levels]
    figure = Figure(figsize=(_WIDTH, 0.6 + 0.3 * sum(heights)), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(len(levels), 1, squeeze=False, sharex=True, height_ratios=heights)[:, 0]
    for panel, level in zip(panels, levels, strict=True):
        _panel(panel, level)
    panels[-1].set_xlabel(f"recovers{f' [{unit}]' if unit else ''}, with 95% interval")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    return figure


def _panel(ax: Axes, level: Level) -> None:
    """One level: the cause that recovers most stands out, the remainder is grey."""
    rows = [(cause.words, cause.recovered) for cause in level.causes]
    if not level.exact:
        rows.append(("remainder", level.rest))
    for place, (words, found) in enumerate(rows):
        first = place == 0 and level.causes[0].certain
        colour = RULE if words == "remainder" else (VERMILLION if first else BLUE)
        faint = found.contains_zero and words != "remainder"
        ax.barh(place, found.mean, height=0.62, color=colour, linewidth=0, alpha=0.45 if faint else 1.0)
        ax.plot([found.low, found.high], [place, place], color=INK, linewidth=1.1)
    ax.axvline(0.0, color=MUTED, linewidth=0.8)
    ax.set_yticks(range(len(rows)), [words for words, _ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    ax.set_title(ARROW.join(name_in_words(name) for name in level.path), fontsize=9)


def write_figure(why: Why, file: Path) -> None:
    """Draw the levels of an answer and write them as PNG; nothing without levels."""
    if not why.levels:
        return
    settings: Any = STYLE  # the declared names are a list of literals
    with mpl.rc_context(settings):
        unit = why.unit.replace("currency", why.scenario.currency)
        title = f"Why {why.measure}? {why.scenario.title or why.scenario.name}"
        chain_figure(why.levels, title, unit).savefig(file, metadata={"Software": None})
