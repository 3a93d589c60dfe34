"""Small turns of phrase that several answers use."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.scenario.parameters import by_name
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Value


def sentence_case(text: str) -> str:
    """Begin with a capital letter."""
    return text[:1].upper() + text[1:]


def label_of(name: str) -> str:
    """Give what people call a parameter of that dotted name; any other text, such as "all others", as it is."""
    return by_name()[name].label if name in by_name() else name


def p_value(p: float) -> str:
    """Write the p of a test; nothing for one that is not known."""
    if math.isnan(p):
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def setting_text(value: Value) -> str:
    """Write the value of a parameter without its unit."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return value if isinstance(value, str) else plain(value)


def rounded(value: float, digits: int = 3) -> str:
    """Write a number with so many digits that mean something."""
    return plain(float(f"{value:.{digits}g}"))
