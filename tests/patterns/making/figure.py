"""The figure of R1: every row's range as a bar, the model's mean on it."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Any

from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim.answers.palette import BLUE, INK, RULE, VERMILLION
from sim.scenario.measures import MEASURES
from tests.patterns.making.plots import blank
from tests.patterns.making.ranges import LABELS, SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tests.patterns.making.ranges import Verdict

_SIZE = (13.0, 4.6)
_TITLE_WIDTH = 15  # characters


def draw_verdicts(verdicts: Sequence[Verdict]) -> Figure:
    """Draw the verdicts, one panel a measure and one line a scenario.

    Args:
        verdicts: Rows of R1.
    """
    figure, panels = blank(*_SIZE, len(LABELS), share=True)
    for panel, measure in zip(panels, LABELS, strict=True):
        _panel(panel, [one for one in verdicts if one.target.measure == measure])
        _axes(panel, measure)
    figure.legend(handles=_legend(), loc="outside lower center", ncols=3)
    return figure


def _panel(ax: Axes, verdicts: Sequence[Verdict]) -> None:
    for one in verdicts:
        place = SCENARIOS.index(one.target.scenario)
        low, high = one.target.range
        ax.barh(place, high - low, left=low, height=0.62, color=RULE, linewidth=0)
        colour, marker, face = (BLUE, "o", BLUE) if one.inside else (VERMILLION, "D", "white")
        ax.plot([one.found.low, one.found.high], [place, place], color=INK, linewidth=1.2)
        ax.plot(one.found.mean, place, marker, color=colour, markerfacecolor=face, markersize=6)


def _axes(ax: Axes, measure: str) -> None:
    ax.set_title(fill(LABELS[measure].capitalize(), _TITLE_WIDTH), fontsize=9)
    ax.set_yticks(range(len(SCENARIOS)), SCENARIOS)
    ax.set_ylim(len(SCENARIOS) - 0.4, -0.6)
    ax.grid(visible=True, axis="x")
    ax.grid(visible=False, axis="y")
    if MEASURES[measure].unit == "days":
        ax.set_xscale("log")
        ax.set_xticks([15, 30, 60, 120, 240, 480], ["15", "30", "60", "120", "240", "480"])
        ax.minorticks_off()
        ax.set_xlabel("days, logarithmic")
    else:
        ax.xaxis.set_major_formatter("{x:.0%}")
        ax.locator_params(axis="x", nbins=4)


def _legend() -> list[Any]:
    marks = (("o", BLUE, BLUE, "mean inside"), ("D", VERMILLION, "white", "mean outside"))
    return [
        Patch(color=RULE, label="range of the evidence"),
        *(
            Line2D([], [], marker=shape, color=INK, markeredgecolor=edge, markerfacecolor=face, label=label)
            for shape, edge, face, label in marks
        ),
    ]
