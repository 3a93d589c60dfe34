"""A map as the page shows it: colours, words, and a table to take along."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import astuple
from typing import TYPE_CHECKING, Any

from sim.answers import palette
from sim.measures.words import amount, axis_unit, interval
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.studies.factors import value_text
from sim.ui.explore.run import listed

if TYPE_CHECKING:
    from sim.ui.explore.run import MapCell, Mapped
    from sim.ui.theme import Theme

Item = dict[str, Any]

STRONGEST = 0.72  # share of the colour in the cell that differs most; words on it stay readable

MARKS = {"better": "\N{BLACK UP-POINTING TRIANGLE}", "worse": "\N{BLACK DOWN-POINTING TRIANGLE}",
         "unclear": "\N{ALMOST EQUAL TO}", "first": ""}  # fmt: skip


def grid(mapped: Mapped, picked: tuple[int, int] | None, theme: Theme) -> Item:
    """The map for the browser: names and values of both axes, and all cells."""
    differences = (abs(cell.difference) for cell in mapped.cells.values())
    most = max(filter(math.isfinite, differences), default=0.0)
    better = MEASURES[mapped.measure].better
    scale, unit = axis_unit(MEASURES[mapped.measure].unit, most, mapped.scenario.currency)
    axes = map(parameter, mapped.names)
    across, up = (f"{item.title} [{item.unit}]" if item.unit else item.title for item in axes)
    columns, rows = ([value_text(value, 4) for value in values] for values in mapped.levels)
    cells = [
        _item(mapped, place, cell, (most, scale), theme) | {"picked": place == picked} for place, cell in listed(mapped)
    ]
    return {
        "across": across, "up": up, "columns": columns, "rows": rows, "cells": cells,
        "low": _mixed(palette.VERMILLION, theme.paper, STRONGEST), "middle": theme.paper,
        "high": _mixed(theme.blue, theme.paper, STRONGEST),
        "ends": [_number(end * most / scale) for end in ((1.0, -1.0) if better < 0 else (-1.0, 1.0))],
        "ink": theme.ink, "muted": theme.muted, "rule": theme.rule, "paper": theme.paper, "wash": theme.wash,
        "blue": theme.blue, "words": ["worse", "better"] if better else ["less", "more"], "unit": unit,
    }  # fmt: skip


def kind(mapped: Mapped, cell: MapCell) -> str:
    """Whether a cell is better or worse than as is, which cannot be told ("unclear"), or one pair is done ("first")."""
    if not math.isfinite(cell.low):
        return "first"
    if cell.low <= 0.0 <= cell.high:
        return "unclear"
    return "better" if (cell.difference > 0) == (MEASURES[mapped.measure].better >= 0) else "worse"


def _item(
    mapped: Mapped, place: tuple[int, int], cell: MapCell | None, sizes: tuple[float, float], theme: Theme
) -> Item:
    """A cell for the browser; sizes are the largest difference, and what numbers are divided by."""
    if cell is None:
        return {"across": place[0], "up": place[1], "known": False, "as_is": mapped.is_as_is(place)}
    most, scale = sizes
    better = cell.difference * (MEASURES[mapped.measure].better or 1)
    part = STRONGEST * abs(better) / most if most > 0 and math.isfinite(better) else 0.0
    as_is = mapped.is_as_is(place)
    return {
        "across": place[0], "up": place[1], "known": True, "as_is": as_is, "done": cell.n >= mapped.seeds,
        "colour": _mixed(theme.blue if better > 0 else palette.VERMILLION, theme.paper, part),
        "number": "as is" if as_is else _number(cell.difference / scale),
        "mark": "" if as_is else MARKS[kind(mapped, cell)], "sure": cell.low_all > 0.0 or cell.high_all < 0.0,
        "hint": f"{', '.join(settings(mapped, place))}: {difference_text(mapped, cell)}",
    }  # fmt: skip


def settings(mapped: Mapped, place: tuple[int, int]) -> list[str]:
    """The values of a cell in words."""
    return [f"{parameter(name).title}: {value_text(value, 4)}" for name, value in mapped.changes(place).items()]


def difference_text(mapped: Mapped, cell: MapCell) -> str:
    """The difference of a cell from as is, with its interval."""
    unit, currency = MEASURES[mapped.measure].unit, mapped.scenario.currency
    middle = amount(cell.difference, unit, currency, signed=True)
    if not math.isfinite(cell.low):
        return f"{middle} in one pair of runs"
    return f"{middle}, 95% interval {interval(cell.low, cell.high, unit, currency, signed=True)}"


def best_of(mapped: Mapped) -> tuple[int, int] | None:
    """The cell with the best difference that is known from two pairs or more; the one as is is none."""
    sign = MEASURES[mapped.measure].better or 1
    certain = {place: sign * cell.difference for place, cell in mapped.cells.items()
               if math.isfinite(cell.low) and not mapped.is_as_is(place)}  # fmt: skip
    return max(certain, key=certain.__getitem__, default=None)


def as_csv(mapped: Mapped) -> str:
    """The map as a table: a row a cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*mapped.names, "pairs", mapped.measure, "difference", "low", "high", "low_all", "high_all"])
    for place, cell in listed(mapped):
        if cell is not None:
            pairs, *numbers = astuple(cell)
            texts = ["" if math.isnan(number) else repr(number) for number in numbers]
            writer.writerow([*mapped.changes(place).values(), pairs, *texts])
    return text.getvalue()


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    text = f"{value:+,.{decimals}f}"
    return "0" if not any(digit in "123456789" for digit in text) else text.replace("-", "\N{MINUS SIGN}")


def _mixed(colour: str, paper: str, part: float) -> str:
    """So much of a colour on paper, as #RRGGBB."""
    channels = zip(bytes.fromhex(colour[1:]), bytes.fromhex(paper[1:]), strict=True)
    return "#" + "".join(f"{round(part * top + (1 - part) * below):02X}" for top, below in channels)
