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

from sim.answers import palette
from sim.measures.wheel import Momentum
from sim.ui.live.wheels import KINDS, Turning, WheelKind, turning, yearly

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from sim.ui.run.session import Session
    from sim.ui.theme import Theme

MOST_FRAMES = 64
FRAMES_A_SECOND = 8
SIZE = (440, 500)
"""Width and height. [pixels]"""

_DOTS = 100  # to an inch
_TONES = {"sales": palette.BLUE, "leader": palette.GREEN, "evil": palette.VERMILLION}


@dataclass(frozen=True, slots=True)
class AnimationFrame:
    """One frame."""

    week: int  # Weeks of the run that have passed
    wheel: Turning
    angle: float  # How far it has turned [degrees]


def kind_of(name: str) -> WheelKind:
    """Find a wheel by its name."""
    return next(kind for kind in KINDS if kind.name == name)


def pictures(session: Session, kind: WheelKind) -> list[AnimationFrame]:
    """Take frames at even distances from week 0 to the present; empty before the first week."""
    with session.lock:
        world, last = session.world, session.week
        rows = world.weekly(-world.burn_in, last).copy()
    if last <= 0:
        return []
    weeks = np.unique(np.linspace(0, last, min(MOST_FRAMES, last + 1)).round().astype(int))
    found, angle = [], -90.0
    for week in weeks:
        wheel = turning(Momentum(rows[: world.burn_in + week], world.burn_in, world.scenario), kind)
        found.append(AnimationFrame(int(week), wheel, angle))
        angle += wheel.turns * 360 / 60 / FRAMES_A_SECOND
    return found


def animate(frames: list[AnimationFrame], theme: Theme, title: str, tell: Callable[[int, int, str], None]) -> bytes:
    """Draw frames as a GIF.

    Args:
        frames: At least one.
        theme: Its colours.
        title: What stands above the wheel.
        tell: Told how many frames are done, how many there are, and what is done.
    """
    from matplotlib.animation import PillowWriter  # noqa: PLC0415 - slow to import
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

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
    _frame(axes, frame, theme)
    step = (-360 if frame.wheel.kind.vicious else 360) / len(frame.wheel.stages)
    for number, stage in enumerate(frame.wheel.stages):
        middle = frame.angle + step * number
        marked = stage["name"] == frame.wheel.marked
        _stage(axes, frame, stage, (middle, step), theme)
        _label(axes, stage, middle, theme)
        if marked:
            _mark(axes, frame.wheel.kind, middle, theme)
    _hub(axes, frame, theme)
    axes.text(220, -12, title, ha="center", va="center", fontsize=10, fontweight="bold", color=theme.ink)
    axes.text(220, 451, f"Week {frame.week}", ha="center", va="center", fontsize=12, fontweight="bold", color=theme.ink)


def reach(index: float) -> float:
    """Radius of a segment: 1 lies in the middle of the ring, 2 fills it."""
    return 70 + 120 * min(1.0, max(0.04, index / 2))


def sector(step: float, radius: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Corners of a segment around angle 0: an arrow to the next stage, its sides bent forward. [points x 2]."""
    half, way = abs(step) / 2 - 1.3, math.copysign(1.0, step)
    most = 4 if abs(step) < 60 else 6

    def point(r: float, degrees: float) -> tuple[float, float]:
        at = math.radians(degrees + way * most * (60 - abs(r - 130)) / 60)
        return 220 + r * math.cos(at), 220 + r * math.sin(at)

    radii = [r for r in (70.0, 130.0) if r < radius] + [radius]
    arc = np.linspace(-way * half, way * half, 16)
    outer = [point(radius, float(degrees)) for degrees in arc]
    inner = [point(70, float(degrees)) for degrees in arc[::-1]]
    rising = [point(r, -way * half) for r in radii]
    falling = [point(r, way * half) for r in reversed(radii)]
    return np.array([*rising, *outer, *falling, *inner])


def _turned(points: np.ndarray[Any, np.dtype[np.float64]], degrees: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    at = math.radians(degrees)
    around = np.array([[math.cos(at), math.sin(at)], [-math.sin(at), math.cos(at)]])
    turned: np.ndarray[Any, np.dtype[np.float64]] = (points - 220) @ around + 220
    return turned


def _frame(axes: Axes, frame: AnimationFrame, theme: Theme) -> None:
    """The rim with the notches that show it turning."""
    from matplotlib.collections import LineCollection  # noqa: PLC0415
    from matplotlib.patches import Circle  # noqa: PLC0415

    axes.add_patch(Circle((220, 220), 203, fill=False, edgecolor=theme.rule, linewidth=9))
    way = -1 if frame.wheel.kind.vicious else 1
    notch = np.array([(220 - 5 * way, 12), (220 + 3 * way, 17), (220 - 5 * way, 22)], dtype=float)
    notches = [_turned(notch, frame.angle + number * 12) for number in range(30)]
    axes.add_collection(LineCollection(notches, colors=theme.muted, linewidths=1.2, capstyle="round"))


def _stage(axes: Axes, frame: AnimationFrame, stage: dict[str, Any], place: tuple[float, float], theme: Theme) -> None:
    from matplotlib.patches import Polygon  # noqa: PLC0415

    middle, step = place
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


def _at(middle: float) -> tuple[float, float]:
    """Where the label of a stage stands."""
    return 220 + 133 * math.cos(math.radians(middle)), 220 + 133 * math.sin(math.radians(middle))


def _label(axes: Axes, stage: dict[str, Any], middle: float, theme: Theme) -> None:
    from matplotlib.patheffects import withStroke  # noqa: PLC0415

    x, y = _at(middle)
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": theme.ink, "fontweight": "bold"}
    look["path_effects"] = [withStroke(linewidth=2.5, foreground=theme.paper)]
    axes.text(x, y - 9, stage["label"].replace(" ", "\n"), fontsize=7.5, linespacing=0.9, **look)
    axes.text(x, y + 12, stage["text"], fontsize=10, **look)


def _mark(axes: Axes, kind: WheelKind, middle: float, theme: Theme) -> None:
    """The word at the stage that stands out."""
    x, y = _at(middle)
    box = {"boxstyle": "round,pad=0.3", "facecolor": _edge(kind, theme), "edgecolor": "none"}
    look: dict[str, Any] = {"ha": "center", "va": "center", "color": theme.paper, "fontweight": "bold"}
    axes.text(x, y + 32, kind.mark, fontsize=6.5, bbox=box, **look)


def _edge(kind: WheelKind, theme: Theme) -> str:
    return theme.ink if kind.vicious else palette.VERMILLION


def _hub(axes: Axes, frame: AnimationFrame, theme: Theme) -> None:
    from matplotlib.patches import Circle  # noqa: PLC0415

    hundred = Circle((220, 220), reach(1), fill=False, edgecolor=theme.ink, linestyle=(0, (3, 4)), alpha=0.5)
    axes.add_patch(hundred)
    axes.add_patch(Circle((220, 220), 64, facecolor=theme.paper, edgecolor=theme.rule))
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    axes.text(220, 209, yearly(frame.wheel.growth), fontsize=13, fontweight="bold", color=theme.ink, **middle)
    axes.text(220, 239, f"{frame.wheel.kind.output}\na year", fontsize=7, color=theme.muted, **middle)
