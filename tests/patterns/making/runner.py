"""Run patterns one after the other, keep what each finds, and write the page."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from sim.scenario.errors import InputError
from sim.studies.programs import versions
from tests.patterns.making.page import write_page
from tests.patterns.making.registry import chosen
from tests.patterns.making.store import stored, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.patterns.making.pattern import Effort, Pattern
    from tests.patterns.making.store import Stored


class Audience(Protocol):
    """Who wants to know how it goes."""

    def begins(self, pattern: Pattern, number: int, count: int) -> None:
        """A pattern is started, the so many-th of all."""

    def moves(self, done: int, total: int) -> None:
        """So many parts of its present stage are done."""

    def ends(self, one: Stored) -> None:
        """It has been run and written."""


def validate(folder: Path, ids: Iterable[str], effort: Effort, audience: Audience) -> list[Stored]:
    """Run patterns, write what each finds at once, and then the page of all that is stored.

    Args:
        folder: Of the page; made if there is none.
        ids: Which patterns; all if empty, but those that need a CRM export only where the effort has one.
        effort: How much to run.
        audience: Told how it goes.

    Returns:
        What was found, in the order asked for.

    Raises:
        InputError: An argument is not allowed, or the folder cannot be written.
        KeyboardInterrupt: It was stopped; patterns that were finished are kept.
    """
    wanted = chosen(ids, export=effort.crm is not None)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is no folder; name one with --out")
    found = []
    for number, pattern in enumerate(wanted, start=1):
        audience.begins(pattern, number, len(wanted))
        started = time.perf_counter()
        finding = pattern.test(replace(effort, progress=audience.moves))
        one = stored(finding, pattern, effort, time.perf_counter() - started, versions())
        try:
            write(folder, one)
        except OSError as error:
            raise InputError(f"{folder} cannot be written: {error.strerror or error}") from error
        found.append(one)
        audience.ends(one)
    write_page(folder)
    return found
