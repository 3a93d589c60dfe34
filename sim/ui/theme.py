"""Colours of what is drawn on canvases, where the page's style sheet does not reach: a light theme and a dark one."""

from dataclasses import dataclass

import solara.lab

from sim.answers import palette


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a theme, as #RRGGBB; the style sheet `page.css` names the same ones.

    Attributes:
        ink, muted, rule: Text and strong lines; text of less weight, and axes; thin lines.
        paper, wash: Cards, and what lies behind them.
        blue, as_is: The first colour of data, readable on `paper`, and that of the case in which nothing is changed.
    """

    ink: str
    muted: str
    rule: str
    paper: str
    wash: str
    blue: str
    as_is: str


LIGHT = Theme(palette.INK, palette.MUTED, palette.RULE, palette.PAPER, palette.WASH, palette.BLUE, palette.AS_IS)
DARK = Theme("#E8ECF1", "#A3AEBB", "#37424E", "#1B232B", "#11171D", "#3D9BD9", "#B9C2CB")


def use_theme() -> Theme:
    """Hook: the theme the visitor sees."""
    return DARK if solara.lab.use_dark_effective() else LIGHT
