"""Every pattern the program can test, by id, in the order of the page."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError, nearest
from tests.patterns.making.pattern import GROUPS, Pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

MODULES: tuple[str, ...] = (
    "tests.patterns.sales",
    "tests.patterns.wheel",
    "tests.patterns.weakest",
    "tests.patterns.momentum",
    "tests.patterns.leader",
    "tests.patterns.pilot",
    "tests.patterns.overlays",
    "tests.patterns.evil",
    "tests.patterns.lean",
    "tests.patterns.why",
    "tests.patterns.art",
    "tests.patterns.drivers",
    "tests.patterns.reality",
    "tests.patterns.forecast",
    "tests.patterns.imports",
    "tests.patterns.responses",
    "tests.patterns.replays",
    "tests.patterns.docking.people",
    "tests.patterns.docking.servers",
    "tests.patterns.docking.hearsay",
    "tests.patterns.docking.team",
    "tests.patterns.docking.growth",
    "tests.patterns.docking.spread",
    "tests.patterns.docking.capability_trap",
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
