"""Figures drawn once a kind: most of the time of a report goes into pictures its test does not look at.

Every kind is drawn as SVG with the first data of the process, so that each is drawn; one of all is drawn as PNG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.answers import analysis, figures

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

_SVG, _PNG = figures.svg_of, analysis.Drawing.png
DRAWN: dict[str, Any] = {}
"""Pictures by the function that draws; the PNG under no name."""


def _kind_of(draw: Callable[..., None]) -> str:
    """Name the function that draws, whatever it is given to draw."""
    function: Any = getattr(draw, "func", draw)
    return f"{function.__module__}.{function.__qualname__}"


def _svg_once(size: tuple[float, float], draw: Callable[..., None]) -> str:
    name = _kind_of(draw)
    if name not in DRAWN:
        DRAWN[name] = _SVG(size, draw)
    text: str = DRAWN[name]
    return text


def _png_once(drawing: analysis.Drawing) -> bytes:
    if "" not in DRAWN:
        DRAWN[""] = _PNG(drawing)
    content: bytes = DRAWN[""]
    return content


def draw_once(patch: pytest.MonkeyPatch) -> None:
    """Give the first picture of its kind in this process wherever a later one is asked for, and one PNG for all."""
    patch.setattr(figures, "svg_of", _svg_once)
    patch.setattr(analysis.Drawing, "png", _png_once)
