"""The project's colours and the look of its figures, defined once, for the report and the page alike.

Source: M. Okabe and K. Ito, Color Universal Design (2008): eight colours that people with any common kind of colour
vision tell apart. The tints of the hours are lighter and darker shades of the same hues.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.rep.record import USES

if TYPE_CHECKING:
    from collections.abc import Iterable

INK = "#1F2933"
MUTED = "#5F6B7A"
RULE = "#D9DEE4"
PAPER = "#FFFFFF"
WASH = "#F5F7F9"

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY = "#56B4E9"
YELLOW = "#F0E442"

AS_IS = "#4D5761"
"""Colour of the case in which nothing is changed."""

FAINT = "#AEB6BF"
"""Colour of what cannot be told from nothing."""

CASES = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY)  # colours of the other cases, in the order they were given

DASHES: tuple[tuple[float, ...], ...] = ((), (5, 1.5), (2, 1.2), (6, 1.5, 1.5, 1.5), (4, 1, 1, 1, 1, 1), (1, 1))
"""Line patterns that go with `CASES`, so that a black-and-white print can be read; () is a full line."""

_HOURS = {
    "hours_opportunities": "#0072B2",
    "hours_prospecting": "#56B4E9",
    "hours_growth": "#A9D8F2",
    "hours_training": "#009E73",
    "hours_coaching": "#7CCBB0",
    "hours_peers": "#C3E6DA",
    "hours_coordination": "#D55E00",
    "hours_inspection": "#E69F00",
    "hours_reporting": "#F3CF80",
    "hours_switching": "#8C95A0",
    "hours_admin": "#B4BBC3",
    "hours_unused": "#E3E7EB",
}
_LABELS = {use.name: use.label for use in USES}
HOURS = {use: (_LABELS[use], _HOURS.get(use, PURPLE)) for use in dict.fromkeys((*_HOURS, *_LABELS))}
"""Label and colour of each use of a rep's hours: customers blue, learning green, friction red to yellow, rest grey; a
use that has no colour of its own yet is purple."""

TRUE_REASON = BLUE
REPORTED_REASON = ORANGE

STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelsize": 9,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "figure.facecolor": PAPER,
    "axes.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "sales-flywheel",
}
"""Settings of matplotlib for every figure; used within `matplotlib.rc_context`, never set for the user's process."""


def colours_of(cases: Iterable[str]) -> dict[str, str]:
    """Give each case its colour; `as_is` is always grey, beyond six cases the colours repeat with other dashes."""
    return {"as_is": AS_IS} | {case: CASES[index % len(CASES)] for index, case in enumerate(_changed(cases))}


def dashes_of(cases: Iterable[str]) -> dict[str, tuple[float, ...]]:
    """Give each case its line pattern; `as_is` is a full line."""
    patterns = {case: DASHES[(index + index // len(CASES)) % len(DASHES)] for index, case in enumerate(_changed(cases))}
    return {"as_is": ()} | patterns


def _changed(cases: Iterable[str]) -> list[str]:
    return [case for case in dict.fromkeys(cases) if case != "as_is"]
