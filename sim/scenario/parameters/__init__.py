"""The registry of parameters: every number of the model, from which files, listings, records and docs are made."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters.base import Parameter, Presets, Section, Value

if TYPE_CHECKING:
    from numpy.typing import NDArray

SECTION_NAMES = (
    "market",
    "buyers",
    "strategy",
    "structure",
    "operations",
    "enablement",
    "talent",
    "training",
    "capabilities",
    "motivation",
    "management",
    "organization",
    "mechanisms",
)


@cache
def sections() -> dict[str, type[Section]]:
    """Give the classes of a scenario's sections by name, in the order of a scenario file."""
    found = {name: _section_in(import_module(f"{__name__}.{name}")) for name in SECTION_NAMES}
    for name, section in found.items():
        if section.name != name:
            raise TypeError(f"{section.__name__}.name is {section.name!r}, its module is {name!r}")
    return found


def _section_in(module: Any) -> type[Section]:
    """Find the one Section that a module defines."""
    (section,) = (
        item
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Section) and item.__module__ == module.__name__
    )
    return section


@cache
def by_name() -> dict[str, Parameter]:
    """Give every parameter by its dotted name; not to be changed."""
    return {item.dotted: item for section in sections().values() for item in section.parameters()}


def all_parameters() -> list[Parameter]:
    """List every parameter in the order of a scenario file."""
    return list(by_name().values())


@cache
def shared_parameters() -> tuple[Parameter, ...]:
    """List the parameters that have one number for the whole organization; levers of reps and managers have rows."""
    return tuple(item for item in all_parameters() if item.array == "p")


def parameter(dotted: str, origin: str = "") -> Parameter:
    """Find a parameter by its dotted name, such as `structure.n_reps`.

    Raises:
        InputError: There is none; the message names the nearest.
    """
    known = by_name()
    if dotted not in known:
        place = f"{origin}: " if origin else ""
        raise InputError(f"{place}{dotted} is not a parameter{nearest(dotted, known)}")
    return known[dotted]


@cache
def cell_presets() -> Presets:
    """Give the values that a phase, an ACV band or both together imply.

    Raises:
        TypeError: A preset names no phase, band or parameter, or a value out of range.
    """
    found: Presets = import_module(f"{__name__}.presets").PRESETS
    for (phase, band), values in found.items():
        known = (*parameter("market.phase").choices, "*"), (*parameter("market.acv_band").choices, "*")
        if phase not in known[0] or band not in known[1]:
            raise TypeError(f"there is no cell ({phase}, {band}) for a preset")
        for dotted, value in values.items():
            if not parameter(dotted).allows(value):
                raise TypeError(f"preset ({phase}, {band}): {dotted} = {value} is not allowed")
    return found


@cache
def params_dtype() -> np.dtype[Any]:
    """Give the layout of the scenario's record: one f8 for each of `shared_parameters`, named `section_leaf`."""
    return np.dtype((np.record, [(item.field_name, "f8") for item in shared_parameters()]))


class _Values(Protocol):
    def __getitem__(self, dotted: str, /) -> Value: ...


def params_record(values: _Values) -> NDArray[Any]:
    """Put a scenario's numbers in the record the rules read, levers of reps and managers left out.

    Args:
        values: A scenario, or anything else that gives a value for every dotted name.

    Returns:
        A plain array of shape (1,) and dtype `params_dtype()`; switches are 0 or 1, choices their position.
    """
    record = np.zeros(1, dtype=params_dtype())
    record[0] = tuple(item.number(values[item.dotted]) for item in shared_parameters())
    return record
