"""What the panel of an agent says: facts with their definitions, and beliefs beside what is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.measures.words import MINUS, NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agents.machinery.record import Record, Rows

Line = dict[str, Any]  # one line of a panel, as the browser takes it
_SCALES = ((1e9, "bn"), (1e6, "m"), (1e3, "k"))


@dataclass(slots=True)
class WeekPanel:
    """The week of one agent."""

    key: str  # What the browser calls the agent
    name: str
    role: str  # What it is, in a few words
    hours_title: str = ""
    hours: list[Line] = field(default_factory=list)  # Hours by use
    beliefs: list[Line] = field(default_factory=list)  # What is believed beside what is
    parts: list[Line] = field(default_factory=list)  # Titles with facts
    people: list[Line] = field(default_factory=list)  # Whom it works with
    opens: int = -1  # Row of the manager whose part of the organization can be drawn alone, -1 for nobody


def text_of(value: float, unit: str, currency: str = "") -> str:
    """Write a number briefly with its unit; a dash where there is none."""
    if not math.isfinite(value):
        return NONE
    sign = MINUS if value < 0 else ""
    size = abs(value)
    kind = unit.split(" / ", maxsplit=1)[0]
    if kind == "share":
        return f"{sign}{size * 100:.0f} %"
    if kind == "currency":
        scale, letter = next(((scale, letter) for scale, letter in _SCALES if size >= scale), (1.0, ""))
        digits = 0 if scale == 1.0 or size >= 100 * scale else 1
        return " ".join(part for part in (f"{sign}{size / scale:.{digits}f}", letter, currency) if part)
    if kind == "hours":
        return f"{sign}{size:.1f} h"
    return f"{sign}{size:,.0f}" if kind not in ("ratio", "1") else f"{sign}{size:.2f}"


def hint_of(record: Record, name: str, currency: str) -> str:
    """Definition and unit of a field, from its record."""
    return f"{record[name].doc} Unit: {record[name].unit.replace('currency', currency)}."


def fact(label: str, value: float, unit: str, hint: str, *, currency: str = "", full: float = 0.0) -> Line:
    """A line with a number; with a bar where `full` says at which value it is full."""
    size = round(100 * min(1.0, max(0.0, value / full))) if full and math.isfinite(value) else None
    return {"label": label, "text": text_of(value, unit, currency), "size": size, "hint": hint}


def facts(rows: Rows, row: int, record: Record, names: Iterable[str], currency: str) -> list[Line]:
    """Lines of fields of a record: shares have bars."""
    lines = []
    for name in names:
        unit = "share" if name == "attainment" else record[name].unit
        full = {"share": 1.0, "ratio": 2.0}.get(unit, 0.0)
        value, hint = float(rows[name][row]), hint_of(record, name, currency)
        lines.append(fact(record[name].label, value, unit, hint, currency=currency, full=full))
    return lines


def part(title: str, lines: Iterable[Line]) -> Line:
    """A title with its facts."""
    return {"title": title, "facts": list(lines)}


def uses(hours: Iterable[tuple[str, float, str, str]]) -> list[Line]:
    """Hours by use: label, hours a week, colour and definition; the parts of the bar add up to all of it."""
    given = list(hours)
    total = sum(hour for _, hour, _, _ in given) or 1.0
    return [
        {"label": label, "text": f"{hour:.1f} h", "part": round(100 * hour / total, 2), "colour": colour, "hint": hint}
        for label, hour, colour, hint in given
    ]


def belief(label: str, believed: float, real: float, unit: str, hint: str) -> Line:
    """A number as it is believed or reported, as it is, and how far that is off."""
    off = ""
    if math.isfinite(believed) and math.isfinite(real) and text_of(believed, unit) != text_of(real, unit):
        if unit == "share":
            off = f"{_signed(round((believed - real) * 100))} points"
        elif real > 0:
            off = f"{_signed(round((believed / real - 1.0) * 100))} %"
    return _belief(label, text_of(believed, unit), text_of(real, unit), off, hint)


def report(label: str, believed: str, real: str, hint: str) -> Line:
    """Something in words as it is believed or reported, and as it is."""
    return _belief(label, believed, real, "" if believed == real else "not so", hint) | {"words": True}


def person(key: str, label: str, text: str = "") -> Line:
    """Somebody to go to."""
    return {"key": key, "label": label, "text": text}


def _belief(label: str, believed: str, real: str, off: str, hint: str) -> Line:
    return {"label": label, "believed": believed, "real": real, "off": off, "hint": hint, "words": False}


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value)}"
