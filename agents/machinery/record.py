"""A record: what one kind of agent has, declared once with units and bounds.

The declaration gives the numpy layout, the Mesa attributes, the data-frame columns and the documentation. A field is
declared in a line, by the helper that knows its kind, unit and bounds:

    share("adherence", "How far the playbook is followed.", start=0.5)
"""

import math
import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
"""A one-dimensional array with one record a row; `rows[i].field` reads and writes."""

CACHE_LINE = 64
"""What a processor fetches from memory at a time. [bytes]"""


Kind = Literal["f8", "i8", "i4", "i2"]
Direction = Literal[-1, 0, 1]
"""1 where more is better, -1 where less is, 0 where neither is."""

SMALL_PAGES_FROM = 1 << 26
"""Bytes from which rows that hold nothing yet are asked for in small pages; new pages cost some time. Assumed."""

COLUMNS: dict[str, str] = {}
"""Fields that are arrays of their own in the state, by name, each with the record it belongs to."""

HOURS_PER_WEEK = 168.0
MOST_MONEY = 1e18


@dataclass(frozen=True, slots=True)
class Field:
    """One number an agent has.

    Attributes:
        name: A Python name, unique in its record.
        kind: "f8" (a real number) or "i8" (a count, a row number, a flag, a week); "i4" and "i2" for whole numbers
            below 2 thousand million and 32 thousand in records of which there are very many.
        unit: In words, such as "hours / week"; "1" for a pure number.
        doc: What the number means.
        low: Physical lower bound, None if there is none.
        high: Physical upper bound, None if there is none.
        start: Value in a freshly allocated row, within the bounds.
        label: What a reader sees; the name in words unless given.
        better: Whether more of it is better.
        flow: Whether weeks of it add up; by its unit unless given: amounts and counts a week do, hours a week do not.

    Raises:
        ValueError: The name is no Python name, the kind is unknown or the start lies outside the bounds.
    """

    name: str
    kind: Kind
    unit: str
    doc: str
    low: float | None = None
    high: float | None = None
    start: float = 0
    label: str = ""
    better: Direction = 0
    flow: bool | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or self.name.replace("_", " ").capitalize())
        if self.flow is None:
            of, _, per = self.unit.partition(" / ")
            object.__setattr__(self, "flow", per == "week" and of != "hours")
        if not self.name.isidentifier():
            raise ValueError(f"a field's name must be a Python name, and {self.name!r} is none")
        if self.kind not in ("f8", "i8", "i4", "i2"):
            raise ValueError(f"{self.name}: a field's kind must be 'f8', 'i8', 'i4' or 'i2', not {self.kind!r}")
        if not self.admits(self.start):
            raise ValueError(f"{self.name}: the start {self.start} lies outside [{self.low}, {self.high}]")

    def admits(self, value: float) -> bool:
        """Whether the value lies within the physical bounds (NaN never does)."""
        above = value >= self.low if self.low is not None else not math.isnan(value)
        return bool(above and (self.high is None or value <= self.high))


class About(TypedDict, total=False):
    """What any field may say of itself beside its unit, bounds and meaning, see `Field`."""

    start: float
    label: str
    better: Direction
    flow: bool


def number(
    name: str, unit: str, doc: str, *, low: float | None = None, high: float | None = None, **about: Unpack[About]
) -> Field:
    """Declare a real number, without bounds unless they are given."""
    return Field(name, "f8", unit, doc, low, high, **about)


def amount(name: str, unit: str, doc: str, *, high: float, **about: Unpack[About]) -> Field:
    """Declare a real number from 0 to a bound."""
    return Field(name, "f8", unit, doc, 0.0, float(high), **about)


def share(name: str, doc: str, **about: Unpack[About]) -> Field:
    """Declare a part of a whole, from 0 to 1. [share]."""
    return amount(name, "share", doc, high=1, **about)


def ratio(name: str, doc: str, *, high: float, **about: Unpack[About]) -> Field:
    """Declare a number relative to another, from 0 to a bound. [ratio]."""
    return amount(name, "ratio", doc, high=high, **about)


def hours(name: str, doc: str, *, high: float = HOURS_PER_WEEK, per: str = "week", **about: Unpack[About]) -> Field:
    """Declare hours per something, from 0 to a bound; an empty `per` for hours in all. [hours / per]."""
    return amount(name, f"hours / {per}" if per else "hours", doc, high=high, **about)


def money(name: str, doc: str, *, high: float = MOST_MONEY, per: str = "", **about: Unpack[About]) -> Field:
    """Declare an amount of money, from 0 to a bound. [currency, or currency / per]."""
    return amount(name, f"currency / {per}" if per else "currency", doc, high=high, **about)


def whole(name: str, unit: str, doc: str, *, kind: Kind = "i8", **about: Unpack[About]) -> Field:
    """Declare a whole number: a count, a week, a bit mask."""
    return Field(name, kind, unit, doc, **about)


def flag(name: str, doc: str, *, kind: Kind = "i8") -> Field:
    """Declare what is so or not so. [0 | 1]."""
    return whole(name, "0 | 1", doc, kind=kind)


def code(name: str, doc: str, *, kind: Kind = "i8", start: int = 0) -> Field:
    """Declare one of the model's codes, see `agents.machinery.codes`."""
    return whole(name, "code", doc, kind=kind, start=start)


def row(name: str, of: str, doc: str, *, kind: Kind = "i8", start: int = 0) -> Field:
    """Declare a row number of another record. [row of that record]."""
    return whole(name, f"row of {of}", doc, kind=kind, start=start)


@dataclass(frozen=True)
class Record:
    """What one kind of agent has: its fields in order.

    Attributes:
        name: The array's name in the state, such as "reps".
        title: What a row is, in words.
        fields: The fields, in the order of the columns.
        columns: Fields that stand apart from the rows, each an array of its own in the state under the field's name:
            what every week looks at in every row. Loops over them run through memory without gaps.
        on_cache_lines: Whether every row begins on a line of the processor's cache, so that what is read together and
            declared together comes with one fetch; rows are padded for it.

    Raises:
        ValueError: There is no field, two have the same name, or one has the name of an attribute of a numpy record.
    """

    name: str
    title: str
    fields: Sequence[Field]
    columns: Sequence[Field] = ()
    on_cache_lines: bool = False
    dtype: np.dtype[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [one.name for one in self]
        twice = sorted({name for name in names if names.count(name) > 1})
        hidden = sorted(name for name in names if hasattr(np.record, name))
        if hidden:
            raise ValueError(f"the record {self.name}: numpy's own {', '.join(hidden)} would hide the field")
        if not self.fields or twice:
            raise ValueError(f"the record {self.name} " + (f"names {', '.join(twice)} twice" if twice else "is empty"))
        names = [one.name for one in self.fields]
        layout = np.dtype([(one.name, one.kind) for one in self.fields])
        if self.on_cache_lines:
            offsets = [layout.fields[name][1] for name in names] if layout.fields else []
            size = -(-layout.itemsize // CACHE_LINE) * CACHE_LINE
            kinds = [one.kind for one in self.fields]
            layout = np.dtype({"names": names, "formats": kinds, "offsets": offsets, "itemsize": size})
        object.__setattr__(self, "dtype", np.dtype((np.record, layout)))
        COLUMNS.update({one.name: self.name for one in self.columns})

    def __iter__(self) -> Iterator[Field]:
        return iter((*self.columns, *self.fields))

    def __getitem__(self, name: str) -> Field:
        """The field of that name; KeyError if there is none."""
        for one in self:
            if one.name == name:
                return one
        raise KeyError(f"the record {self.name} has no field {name!r}")

    def allocate(self, n: int) -> Rows:
        """Return n rows, each field at its start value.

        A plain array, not a `numpy.recarray`: that one slows every access, and compiled rules do not take it.
        """
        rows = _on_cache_lines(n, self.dtype) if self.on_cache_lines else np.zeros(n, dtype=self.dtype)
        for one in self.fields:
            if one.start:
                rows[one.name] = one.start
        return rows

    def allocate_unset(self, n: int) -> Rows:
        """Return n rows that hold nothing yet, for records whose rows are written whole before they are read.

        Pages of memory that nobody touches cost none. For very many rows small ones are asked for, because numpy asks
        for huge ones, of which one row takes 2 MB.
        """
        size = n * self.dtype.itemsize
        if size < SMALL_PAGES_FROM:
            return np.empty(n, dtype=self.dtype)
        room = mmap.mmap(-1, size)
        if hasattr(mmap, "MADV_NOHUGEPAGE"):
            room.madvise(mmap.MADV_NOHUGEPAGE)
        return np.frombuffer(room, dtype=self.dtype)

    def allocate_columns(self, n: int) -> dict[str, Rows]:
        """Return the columns of n rows by name, each at its start value. [n] each."""
        return {one.name: np.full(n, one.start, dtype=one.kind) for one in self.columns}


def copied(rows: Rows) -> Rows:
    """Return a copy that begins on a line of the cache where the rows do, with the padding that numpy would leave."""
    if rows.ndim != 1 or rows.dtype.itemsize % CACHE_LINE:
        return rows.copy()
    again = _on_cache_lines(len(rows), rows.dtype)
    again.view(np.uint8)[:] = rows.view(np.uint8)
    return again


def _on_cache_lines(n: int, dtype: np.dtype[Any]) -> Rows:
    """Return n rows of zeros of which the first begins on a line of the cache."""
    room = np.zeros(n * dtype.itemsize + CACHE_LINE, dtype=np.uint8)
    first = -room.ctypes.data % CACHE_LINE
    return room[first : first + n * dtype.itemsize].view(dtype)
