"""A record: what one kind of agent has, declared once with units and bounds.

The declaration gives the numpy layout, the Mesa attributes, the data-frame columns and the documentation.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[Any]
"""A one-dimensional array with one record a row; `rows[i].field` reads and writes."""


@dataclass(frozen=True, slots=True)
class Field:
    """One number an agent has.

    Attributes:
        name: A Python name, unique in its record.
        kind: "f8" (a real number) or "i8" (a count, a row number, a flag, a week).
        unit: In words, such as "hours / week"; "1" for a pure number.
        doc: What the number means.
        low: Physical lower bound, None if there is none.
        high: Physical upper bound, None if there is none.
        start: Value in a freshly allocated row, within the bounds.

    Raises:
        ValueError: The name is no Python name, the kind is unknown or the start lies outside the bounds.
    """

    name: str
    kind: Literal["f8", "i8"]
    unit: str
    doc: str
    low: float | None = None
    high: float | None = None
    start: float = 0

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise ValueError(f"a field's name must be a Python name, and {self.name!r} is none")
        if self.kind not in ("f8", "i8"):
            raise ValueError(f"{self.name}: a field's kind must be 'f8' or 'i8', not {self.kind!r}")
        if not self.admits(self.start):
            raise ValueError(f"{self.name}: the start {self.start} lies outside [{self.low}, {self.high}]")

    def admits(self, value: float) -> bool:
        """Whether the value lies within the physical bounds (NaN never does)."""
        above = value >= self.low if self.low is not None else not math.isnan(value)
        return bool(above and (self.high is None or value <= self.high))


@dataclass(frozen=True)
class Record:
    """What one kind of agent has: its fields in order.

    Attributes:
        name: The array's name in the state, such as "reps".
        title: What a row is, in words.
        fields: The fields, in the order of the columns.

    Raises:
        ValueError: There is no field, two have the same name, or one has the name of an attribute of a numpy record.
    """

    name: str
    title: str
    fields: Sequence[Field]
    dtype: np.dtype[Any] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = [one.name for one in self.fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        hidden = sorted(name for name in names if hasattr(np.record, name))
        if hidden:
            raise ValueError(f"the record {self.name}: numpy's own {', '.join(hidden)} would hide the field")
        if not names or twice:
            raise ValueError(f"the record {self.name} " + (f"names {', '.join(twice)} twice" if twice else "is empty"))
        layout = np.dtype((np.record, [(one.name, one.kind) for one in self.fields]))
        object.__setattr__(self, "dtype", layout)

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __getitem__(self, name: str) -> Field:
        """The field of that name; KeyError if there is none."""
        for one in self.fields:
            if one.name == name:
                return one
        raise KeyError(f"the record {self.name} has no field {name!r}")

    def allocate(self, n: int) -> Rows:
        """Return n rows, each field at its start value.

        A plain array, not a `numpy.recarray`: that one slows every access, and compiled rules do not take it.
        """
        rows = np.zeros(n, dtype=self.dtype)
        for one in self.fields:
            if one.start:
                rows[one.name] = one.start
        return rows
