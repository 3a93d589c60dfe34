"""Every pattern the program can test, by id, in the order of the page."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim.errors import InputError, nearest
from sim.validation.pattern import GROUPS, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

MODULES: tuple[str, ...] = (
    "sim.validation.patterns.sales",
    "sim.validation.patterns.wheel",
    "sim.validation.patterns.leader",
    "sim.validation.patterns.pilot",
    "sim.validation.patterns.overlays",
    "sim.validation.patterns.evil",
    "sim.validation.patterns.lean",
    "sim.validation.patterns.why",
    "sim.validation.patterns.art",
    "sim.validation.patterns.drivers",
    "sim.validation.patterns.reality",
    "sim.validation.patterns.forecast",
    "sim.validation.docking.people",
    "sim.validation.docking.servers",
    "sim.validation.docking.hearsay",
    "sim.validation.docking.team",
    "sim.validation.docking.growth",
    "sim.validation.docking.spread",
    "sim.validation.docking.trap",
)
"""Modules with patterns; add yours here with the file."""


def patterns() -> dict[str, Pattern]:
    """Import every module and give its patterns by id, sorted by group, then by id.

    Raises:
        ValueError: Two patterns have one id, or a pattern names a group there is not.
    """
    found: dict[str, Pattern] = {}
    for name in MODULES:
        for one in import_module(name).PATTERNS:
            if one.id in found:
                raise ValueError(f"{one.module} and {found[one.id].module} both declare pattern {one.id}")
            if one.group not in GROUPS:
                raise ValueError(f"pattern {one.id} names the group {one.group}{nearest(one.group, GROUPS)}")
            found[one.id] = one
    groups = list(GROUPS)
    return dict(sorted(found.items(), key=lambda item: (groups.index(item[1].group), item[0])))


def chosen(ids: Iterable[str], *, export: bool = True) -> list[Pattern]:
    """Give the patterns with these ids, all of them if there are none.

    Args:
        ids: Which patterns.
        export: Whether there is a CRM export; without one, the patterns that need it are left out of all.

    Raises:
        InputError: There is no such pattern, or it needs an export and there is none.
    """
    known = patterns()
    asked = list(dict.fromkeys(ids))
    for name in asked:
        if name not in known:
            raise InputError(f"there is no pattern {name}{nearest(name, known)}")
        if known[name].needs_export and not export:
            raise InputError(f"pattern {name} needs a CRM export: flywheel validate --pattern {name} --crm DIR")
    wanted = asked or [name for name, one in known.items() if export or not one.needs_export]
    return [known[name] for name in wanted]
