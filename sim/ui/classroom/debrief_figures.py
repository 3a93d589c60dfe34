"""Figures of a debrief."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.answers.figures import grid_across, names_down, value_ticks
from sim.answers.palette import BLUE, FAINT, INK, MUTED, ORANGE, PAPER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.studies.statistics import Interval
    from sim.ui.classroom.debrief_words import Language
    from sim.ui.classroom.findings import ClassFinding, SeatFinding


def size_of(rows: int) -> tuple[float, float]:
    """Width and height of a figure with so many rows. [inches]."""
    return 10.4, 1.3 + 0.32 * rows


def plain_text(text: str) -> str:
    """A text in which the library finds no formula."""
    return text.replace("$", r"\$")


def draw_seats(figure: Figure, found: ClassFinding, say: Language) -> None:
    """Draw what each seat brings, in this run and over lucks."""
    seats = found.seats
    _rows(figure, [seat.label for seat in seats], [seat.over for seat in seats], [seat.in_run for seat in seats], say)


def draw_moves(figure: Figure, seat: SeatFinding, say: Language) -> None:
    """Draw what each decision of a seat contributes, in this run and over lucks."""
    tested = [(finding, finding.over) for finding in seat.tested if finding.over]
    runs = [finding.in_run for finding, _ in tested]
    _rows(figure, [say.move(finding) for finding, _ in tested], [over for _, over in tested], runs, say)


def _rows(
    figure: Figure, names: Sequence[str], means: Sequence[Interval], runs: Sequence[float], say: Language
) -> None:
    ax = figure.subplots()
    places = range(len(names))
    colours = [FAINT if mean.contains_zero else BLUE for mean in means]
    ax.hlines(places, [mean.low for mean in means], [mean.high for mean in means], color=colours, linewidth=3)
    ax.scatter([mean.mean for mean in means], places, s=44, color=colours, zorder=3)
    ax.scatter(runs, places, s=34, marker="D", facecolor=PAPER, edgecolor=ORANGE, linewidth=1.6, zorder=4)
    names_down(ax, [plain_text(name) for name in names])
    _money(ax, say)


def _money(ax: Axes, say: Language) -> None:
    ax.axvline(0.0, color=INK, linewidth=1)
    value_ticks(ax.xaxis)
    grid_across(ax)
    ax.set_xlabel(f"net contribution more than left alone, {plain_text(say.currency)}", fontsize=8.5)


def draw_path(figure: Figure, seat: SeatFinding, say: Language) -> None:
    """Draw what a seat brought so far, to the end of each quarter."""
    ax = figure.subplots()
    quarters = list(range(1, len(seat.path) + 1))
    lows, highs = [mean.low for mean in seat.path], [mean.high for mean in seat.path]
    ax.fill_between(quarters, lows, highs, color=BLUE, alpha=0.18, linewidth=0)
    ax.plot(quarters, [mean.mean for mean in seat.path], color=BLUE, marker="o", label=f"over {say.lucks} lucks")
    ax.plot(quarters, seat.run_path, color=ORANGE, marker="D", linestyle=(0, (4, 2)), label="in this run")
    ax.axhline(0.0, color=MUTED, linewidth=1)
    ax.set_xticks(quarters)
    ax.set_xlabel("quarter")
    ax.set_ylabel(plain_text(say.currency))
    value_ticks(ax.yaxis)
    ax.legend(frameon=False, ncols=2)
