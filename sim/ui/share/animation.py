"""A short animation of a wheel over a run: it looks as the page's wheel does, and turns as fast.

Bounded: at most `MOST_FRAMES` frames of `SIZE` pixels, which takes half a minute and two megabytes or so.
"""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.animation import PillowWriter
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Polygon
from matplotlib.patheffects import withStroke

from sim.answers import palette
from sim.measures.wheel import Momentum
from sim.ui.live.wheels import Turning, WheelKind, turning, yearly

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from sim.ui.run.session import Session
    from sim.ui.theme import Theme

MOST_FRAMES = 64
FRAMES_A_SECOND = 8
SIZE = (440, 500)  # width and height [pixels]
Points = np.ndarray[Any, np.dtype[np.float64]]

_DOTS = 100  # to an inch
_TONES = {"sales": palette.BLUE, "leader": palette.GREEN, "evil": palette.VERMILLION}


@dataclass(frozen=True, slots=True)
class AnimationFrame:
    """One frame."""

    week: int  # Weeks of the run that have passed
    wheel: Turning
    angle: float  # How far it has turned [degrees]


def pictures(session: Session, kind: WheelKind) -> list[AnimationFrame]:
    """Take frames at even distances from week 0 to the present; empty before the first week."""
    with session.lock:
        world, last = session.world, session.week
        rows = world.weekly(-world.burn_in, last).copy()
    if last <= 0:
        return []
    weeks = np.unique(np.linspace(0, last, min(MOST_FRAMES, last + 1)).round().astype(int))
    frames, angle = [], -90.0
    for week in weeks:
        momentum = Momentum(rows[: world.burn_in + week], world.burn_in, world.scenario)
        wheel = turning(momentum, kind, session.opened)
        frames.append(AnimationFrame(int(week), wheel, angle))
        angle += wheel.turns * 360 / 60 / FRAMES_A_SECOND
    return frames


def animate(frames: list[AnimationFrame], theme: Theme, title: str, tell: Callable[[int, int, str], None]) -> bytes:
    """Draw frames, one at least, as a GIF; `tell` is given how many are done, how many there are, and what is done."""
    figure = Figure(figsize=(SIZE[0] / _DOTS, SIZE[1] / _DOTS), dpi=_DOTS, facecolor=theme.paper)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    writer = PillowWriter(fps=FRAMES_A_SECOND)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "wheel.gif"
        with writer.saving(figure, str(file), _DOTS):
            for number, frame in enumerate(frames):
                tell(number, len(frames), "Drawing the wheel.")
                draw(axes, frame, theme, title)
                writer.grab_frame(facecolor=theme.paper)
        return file.read_bytes()


def draw(axes: Axes, frame: AnimationFrame, theme: Theme, title: str) -> None:
    """Draw one frame; measures are those of the page's wheel, [0, 440] across."""
    axes.clear()
    axes.set(xlim=(0, 440), ylim=(470, -30), aspect="equal")
    axes.set_axis_off()
    _draw_rim(axes, frame, theme)
    step = (-360 if frame.wheel.kind.vicious else 360) / len(frame.wheel.stages)
    for number, stage in enumerate(frame.wheel.stages):
        middle = frame.angle + step * number
        _draw_stage(axes, frame, stage, (middle, step), theme)
        _draw_label(axes, stage, middle, theme)
        if stage["name"] == frame.wheel.marked:
            _draw_mark(axes, frame.wheel.kind, middle, theme)
    _draw_hub(axes, frame, theme)
    axes.text(220, -12, title, ha="center", va="center", fontsize=10, fontweight="bold", color=theme.ink)
    axes.text(220, 451, f"Week {frame.week}", ha="center", va="center", fontsize=12, fontweight="bold", color=theme.ink)


def reach(index: float) -> float:
    """Radius of a segment: 1 lies in the middle of the ring, 2 fills it."""
    return 70 + 120 * min(1.0, max(0.04, index / 2))


def sector(step: float, radius: float) -> Points:
    """Corners of a segment around angle 0: an arrow to the next stage, its sides bent forward. [points x 2]."""
    half, way = abs(step) / 2 - 1.3, math.copysign(1.0, step)
    most = 4 if abs(step) < 60 else 6
    sides = np.array([*(side for side in (70.0, 130.0) if side < radius), radius])
    arc = np.linspace(-way * half, way * half, 16)
    radii = np.concatenate((sides, np.full(16, radius), sides[::-1], np.full(16, 70.0)))
    degrees = np.concatenate((np.full(len(sides), arc[0]), arc, np.full(len(sides), arc[-1]), arc[::-1]))
    angles = np.radians(degrees + way * most * (60 - abs(radii - 130)) / 60)
    return 220 + np.column_stack((radii * np.cos(angles), radii * np.sin(angles)))


def _turned(points: Points, degrees: float) -> Points:
    angle = math.radians(degrees)
    around = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    turned: Points = (points - 220) @ around + 220
    return turned


def _draw_rim(axes: Axes, frame: AnimationFrame, theme: Theme) -> None:
    """The rim with the links on it, as wide as what they pass on."""
    axes.add_patch(Circle((220, 220), 203, fill=False, edgecolor=theme.rule, linewidth=9))
    count, way = len(frame.wheel.stages), -1 if frame.wheel.kind.vicious else 1
    for link in frame.wheel.passing.links:
        far = (link["to"] - link["from"]) % count * 360 / count
        angles = frame.angle + way * (link["from"] * 360 / count + np.linspace(2.5, far - 6.5, 24))
        colour = theme.ink if link["kind"] in ("raises", "lowers") else theme.muted
        dashes: Any = (0, (4, 3)) if link["kind"] == "unclear" else "solid"
        axes.plot(
            *_on(angles, 203).T, color=colour, linewidth=link["width"] * 0.65, linestyle=dashes, solid_capstyle="butt"
        )
        half, tip = 5.5 + link["width"] * 0.62, angles[-1] + way * 4
        back = tip - way * (3 + half * 0.32)
        head = np.vstack([_on(tip, 203), _on(back, 203 - half), _on(back, 203 + half)])
        axes.add_patch(Polygon(head, facecolor=colour, linewidth=0))
        if link["kind"] == "lowers":
            x, y = _on(angles.mean(), 203)[0]
            axes.add_patch(Circle((x, y), 10, facecolor=theme.paper, edgecolor=theme.ink, linewidth=1.6, zorder=3))
            axes.plot((x - 5, x + 5), (y, y), color=theme.ink, linewidth=2.2, zorder=4)


def _on(degrees: Points | float, radius: float) -> Points:
    """Points around the middle. [points, 2]."""
    angles = np.radians(np.atleast_1d(degrees))
    around: Points = 220 + radius * np.column_stack((np.cos(angles), np.sin(angles)))
    return around


def _draw_stage(
    axes: Axes, frame: AnimationFrame, stage: dict[str, Any], sides: tuple[float, float], theme: Theme
) -> None:
    middle, step = sides
    kind, marked = frame.wheel.kind, stage["name"] == frame.wheel.marked
    whole = _turned(sector(step, 190), middle)
    axes.add_patch(Polygon(whole, facecolor=theme.wash, linewidth=0))
    if stage["index"] is not None:
        tone = palette.VERMILLION if marked else theme.blue if kind.name == "sales" else _TONES[kind.name]
        depth = 0.35 + 0.4 * min(1.0, stage["index"] / 1.5)
        filled = _turned(sector(step, reach(stage["index"])), middle)
        axes.add_patch(Polygon(filled, facecolor=tone, alpha=depth, linewidth=0))
    if marked:
        axes.add_patch(Polygon(whole, fill=False, edgecolor=_edge(kind, theme), linewidth=2, joinstyle="round"))


def _label_place(middle: float) -> tuple[float, float]:
    return 220 + 133 * math.cos(math.radians(middle)), 220 + 133 * math.sin(math.radians(middle))


def _draw_label(axes: Axes, stage: dict[str, Any], middle: float, theme: Theme) -> None:

    x, y = _label_place(middle)
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": theme.ink, "fontweight": "bold"}
    look["path_effects"] = [withStroke(linewidth=2.5, foreground=theme.paper)]
    axes.text(x, y - 9, stage["label"].replace(" ", "\n"), fontsize=7.5, linespacing=0.9, **look)
    axes.text(x, y + 12, stage["text"], fontsize=10, **look)


def _draw_mark(axes: Axes, kind: WheelKind, middle: float, theme: Theme) -> None:
    x, y = _label_place(middle)
    box = {"boxstyle": "round,pad=0.3", "facecolor": _edge(kind, theme), "edgecolor": "none"}
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": theme.paper, "fontweight": "bold"}
    axes.text(x, y + 32, kind.mark, fontsize=6.5, bbox=box, **look)


def _edge(kind: WheelKind, theme: Theme) -> str:
    return theme.ink if kind.vicious else palette.VERMILLION


def _draw_hub(axes: Axes, frame: AnimationFrame, theme: Theme) -> None:

    hundred = Circle((220, 220), reach(1), fill=False, edgecolor=theme.ink, linestyle=(0, (3, 4)), alpha=0.5)
    axes.add_patch(hundred)
    axes.add_patch(Circle((220, 220), 64, facecolor=theme.paper, edgecolor=theme.rule))
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    axes.text(220, 209, yearly(frame.wheel.growth), fontsize=13, fontweight="bold", color=theme.ink, **middle)
    axes.text(220, 239, f"{frame.wheel.kind.output}\na year", fontsize=7, color=theme.muted, **middle)
