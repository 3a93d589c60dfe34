"""What all figures share: seaborn over matplotlib, without a window or a global setting."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.answers import seaborn_later
from sim.answers.palette import INK, STYLE
from sim.measures.words import MINUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

sns: Any = seaborn_later

HALF = (5.1, 2.9)
WIDE = 10.4
PAGE_FONTS = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
"""Fonts of report and figures; all of the reader's own machine."""

SLIDES = 130  # dots per inch of a PNG

_CANVASES = {"svg": FigureCanvasSVG, "png": FigureCanvasAgg}
_METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None, "Creator": None}, "png": {"Software": None}}


def drawn(size: tuple[float, float], draw: Callable[[Figure], None], kind: str = "png") -> Figure:
    """Draw a figure in the project's style, as it will be in a file of that kind."""
    settings: Any = STYLE  # the declared names are a list of literals
    with mpl.rc_context(settings):
        figure = Figure(figsize=size, layout="constrained")
        _CANVASES[kind](figure)
        draw(figure)
    return figure


def written(size: tuple[float, float], draw: Callable[[Figure], None], kind: str, dpi: int = SLIDES) -> bytes:
    """Draw a figure and give its file, `svg` or `png`: the same bytes for the same data."""
    settings: Any = STYLE
    with mpl.rc_context(settings):
        file, figure = io.BytesIO(), drawn(size, draw, kind)
        figure.set_dpi(dpi if kind == "png" else figure.dpi)
        # The canvas lays out and draws in one go; `savefig` draws a figure twice, first to lay it out.
        canvas: Any = figure.canvas
        getattr(canvas, f"print_{kind}")(file, metadata=_METADATA[kind])
    return file.getvalue()


def svg_of(size: tuple[float, float], draw: Callable[[Figure], None]) -> str:
    """Draw a figure and give its SVG, to stand in a page."""
    text = written(size, draw, "svg").decode()
    return text[text.index("<svg") :].replace("'DejaVu Sans'", PAGE_FONTS.replace("'", "&apos;"))


def compact(value: float) -> str:
    """Write an axis label: 1.2 M, 350 k, 0.5."""
    size = abs(value)
    for scale, mark in ((1e9, " bn"), (1e6, " M"), (1e3, " k")):
        if size >= scale:
            return f"{value / scale:.4g}{mark}".replace("-", MINUS)
    return f"{value:.4g}".replace("-", MINUS)


def value_ticks(axis: Axis, unit: str = "", most: int | None = None, *, points: bool = False) -> None:
    """Write the ticks of an axis, `most` at the most: shares as percentages, differences of shares as points."""
    if most:
        axis.set_major_locator(MaxNLocator(most))
    if unit == "share":
        mark = "" if points else "%"
        axis.set_major_formatter(lambda value, _: f"{value * 100:.4g}{mark}".replace("-", MINUS))
    else:
        axis.set_major_formatter(lambda value, _: compact(value))


def grid_across(ax: Axes) -> None:
    """Put grid lines at the values of a figure with a row for each thing."""
    ax.grid(visible=False, axis="y")
    ax.grid(visible=True, axis="x")


def names_down(ax: Axes, names: Iterable[str]) -> None:
    """Write a name beside each row, the first at the top."""
    labels = list(names)
    ax.set_yticks(range(len(labels)), labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    grid_across(ax)


def contribution_bars(ax: Axes, names: Sequence[str], rows: pd.DataFrame, value: str, colours: Any) -> None:
    """Draw a bar from 0 and a line for the interval of each row, the first at the top."""
    heights = np.arange(len(names))[::-1]
    ax.barh(heights, rows[value], color=colours, alpha=0.75, height=0.6)
    ax.hlines(heights, rows["low"], rows["high"], color=INK, linewidth=1.2)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(heights, names)
    grid_across(ax)
