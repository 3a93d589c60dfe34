"""A native chart as data: what PowerPoint and Excel draw themselves, so that whoever gets it can change it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sim.answers.plain import legal_text
from sim.measures.words import SCALES, short_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from sim.studies.statistics import Interval

_STEPS = 6  # on an axis, at most


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """A point for each category, with the ends of its interval where there is one; what is not known is NaN."""

    label: str
    points: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    colour: str = ""  # as #RRGGBB; by its place among the series unless given

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", legal_text(self.label))


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that can be edited.

    Attributes:
        name: Of its sheet, such as `ranking`.
        title: What it shows, a few words.
        kind: `bar` (a row for each category, the first at the top) or `line`.
        categories: Names along the axis, or numbers such as years.
        series: Values by category.
        unit: Of the values: `share`, `currency …`, or any other, as measures have it.
        currency: Label of amounts.
        signed: Whether values are differences: bars whose interval holds 0 are then grey.
        caption: What must be known to read it, one sentence.
        along: What the categories of a line are, such as `quarter`.
    """

    name: str
    title: str
    kind: Literal["bar", "line"]
    categories: Sequence[str | float]
    series: Sequence[ChartSeries]
    unit: str = ""
    currency: str = ""
    signed: bool = False
    caption: str = ""
    along: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "title", "caption", "along"):
            object.__setattr__(self, name, legal_text(getattr(self, name)))
        names = [legal_text(one) if isinstance(one, str) else one for one in self.categories]
        object.__setattr__(self, "categories", names)

    @property
    def empty(self) -> bool:
        """Whether there is no value to draw."""
        return not any(math.isfinite(value) for series in self.series for value in series.points)

    @property
    def size(self) -> float:
        """Largest value or end of an interval, without its sign."""
        ends = [end for one in self.series for end in (*one.points, *one.low, *one.high) if math.isfinite(end)]
        return max(map(abs, ends), default=0.0)

    @property
    def axis(self) -> tuple[float, float, float]:
        """Ends and step of the axis of values: 0, all points and all intervals lie within, which Office overlooks."""
        ends = [end for one in self.series for end in (*one.points, *one.low, *one.high) if math.isfinite(end)]
        low, high = min(0.0, *ends), max(0.0, *ends)
        least = max((high - low or 1.0) / _STEPS, 1.0 if self.unit == "worlds" else 0.0)  # there is no half a world
        size = 10.0 ** math.floor(math.log10(least))
        step = next(factor * size for factor in (1.0, 2.0, 2.5, 5.0, 10.0) if factor * size >= least * (1.0 - 1e-9))
        return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step

    @property
    def number_format(self) -> str:
        """How Office writes the numbers of the axis, in the unit of `unit_text`."""
        thousands = _scale(self.size)[0] if self.unit.startswith("currency") else 0
        step = self.axis[2] * 100.0 if self.unit == "share" else self.axis[2] / 1000.0**thousands
        places = next(count for count in range(12) if math.isclose(round(step, count), step, rel_tol=1e-6))
        digits = f"#,##0{'.' * bool(places)}{'0' * places}{',' * thousands}{'%' * (self.unit == 'share')}"
        return f"+{digits};-{digits};0" if self.signed else digits

    @property
    def unit_text(self) -> str:
        """Unit of the numbers as they are written, such as "million EUR"; nothing where they carry it."""
        if self.unit == "share":
            return "points" if self.signed else ""
        word = _scale(self.size)[1] if self.unit.startswith("currency") else ""
        text = short_unit(self.unit, self.currency or "currency", signed=self.signed)
        return f"{word} {text}".strip()

    def faint(self, series: ChartSeries, index: int) -> bool:
        """Whether a difference cannot be told from 0."""
        return self.signed and bool(series.low) and series.low[index] <= 0.0 <= series.high[index]


def _scale(size: float) -> tuple[int, str]:
    """Thousands to leave out of an amount of this size: how often, and their word."""
    return next(((3 - number, word) for number, (least, word) in enumerate(SCALES) if size >= least), (0, ""))


def series_of(label: str, rows: pd.DataFrame, value: str = "mean", ends: str = "{}", colour: str = "") -> ChartSeries:
    """Make a series of a frame: its column `value`, and `ends` with `low` and `high` put in for the interval."""
    names = (value, ends.format("low"), ends.format("high"))
    points, low, high = ([float(one) for one in rows[name]] for name in names)
    return ChartSeries(label, points, low, high, colour)


def series_of_means(label: str, means: Sequence[Interval], colour: str = "") -> ChartSeries:
    """Make a series of means with their intervals."""
    points, low, high = ([float(getattr(mean, name)) for mean in means] for name in ("mean", "low", "high"))
    return ChartSeries(label, points, low, high, colour)
