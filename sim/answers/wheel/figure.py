"""The ring of a wheel as a figure: stages on a circle, arrows as strong as what their links pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.patches import FancyArrowPatch

from sim.answers.palette import BLUE, GREEN, INK, MUTED, PAPER, VERMILLION
from sim.answers.wheel.words import interval_text
from sim.measures.words import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.questions.wheel.gain import Wheel

_RADIUS = 1.0
_STAGE = 0.23  # radius of a stage
SIZE = (6.4, 6.4)


def draw_wheel(figure: Figure, wheel: Wheel) -> None:
    """Draw the ring into a figure whose style and size are set."""
    ax = figure.subplots()
    stages = wheel.loop.stages
    turn = np.pi / 2.0 - 2.0 * np.pi * np.arange(len(stages)) / len(stages)
    centres = _RADIUS * np.column_stack([np.cos(turn), np.sin(turn)])
    for index, stage in enumerate(stages):
        _arrow(ax, wheel, index, centres)
        weakest = bool(wheel.question.step) and wheel.weakest_is_sure and index == wheel.weakest
        edge = VERMILLION if weakest else BLUE
        ax.add_patch(
            mpl.patches.Circle(centres[index], _STAGE, facecolor=PAPER, edgecolor=edge, linewidth=2.2, zorder=3)
        )
        name = "\n".join([str(index + 1), *stage.name.split()])
        ax.text(centres[index][0], centres[index][1], name, ha="center", va="center", fontsize=8, color=INK, zorder=4)
    ax.text(0, 0.06, f"gain {interval_text(wheel.gain)}", ha="center", fontsize=12, fontweight="bold", color=INK)
    ax.text(0, -0.08, wheel.verdict(), ha="center", fontsize=10, color=MUTED)
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(-1.4, 1.4)
    ax.set_aspect("equal")
    ax.axis("off")
    title = wheel.scenario.title or wheel.scenario.name
    ax.set_title(f"{wheel.loop.title}: {title}, {counted(len(wheel.turns), 'seed')}")


def _arrow(ax: Axes, wheel: Wheel, index: int, centres: np.ndarray[Any, Any]) -> None:
    """Draw the link from one stage to the next, with its transfer outside."""
    transfer = wheel.transfers[index]
    colour = MUTED if transfer.contains_zero else (GREEN if transfer.mean > 0.0 else VERMILLION)
    width = 1.0 + 4.0 * min(abs(transfer.mean), 1.5) / 1.5 if np.isfinite(transfer.mean) else 1.0
    start, end = centres[index], centres[(index + 1) % len(centres)]
    ax.add_patch(
        FancyArrowPatch(
            tuple(start), tuple(end), connectionstyle="arc3,rad=-0.18", arrowstyle="-|>", mutation_scale=16,
            shrinkA=44, shrinkB=46, linewidth=width, color=colour, zorder=2,
        )
    )  # fmt: skip
    middle = (start + end) / 2.0
    size = float(np.hypot(*middle))
    outside = middle / size * (size + 0.3) if size > 1e-9 else middle + np.array([0.0, 0.3 - 0.6 * index])
    text = interval_text(transfer).replace(" [", "\n[")
    ax.text(outside[0], outside[1], text, ha="center", va="center", fontsize=8, color=colour)
