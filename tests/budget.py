"""What a case may cost in processor time, so that the whole suite stays quick.

Processor time is what a case and the processes it waits for compute; it is much the same beside other work. Fixtures
that several cases share do not count. A case that needs more is marked ``slow``. Not judged is a case during which
something happened that happens once: a function was compiled, a library loaded, the first figure of a kind drawn; and
none is with the compiler off or where coverage is measured, which makes everything slower.
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

LIMIT = float(os.environ.get("CASE_SECONDS", "3"))
"""Processor time of one case with its own fixtures; a slow machine may be given more. [seconds]"""

EXEMPT = ("slow", "long", "browser", "docs")
"""Marks of cases that may take longer."""

_SPENT = pytest.StashKey[float]()


def processor_seconds() -> float:
    """Give what this process and the finished processes it waited for have computed, in seconds."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


LIBRARY = 30
"""Modules that are a library, and not one of ours that was still missing."""

_RECORDERS: list[Any] = []


def compilations() -> int:
    """Give how many functions numba has compiled in this process, from the first call after it was imported."""
    event: Any = sys.modules.get("numba.core.event")
    if event is None:
        return 0
    if not _RECORDERS:
        _RECORDERS.append(event.RecordingListener())
        event.register("numba:compile", _RECORDERS[0])
    return len(_RECORDERS[0].buffer)


def done_once() -> tuple[int, int, int]:
    """Count what happens once in a process: compilations, figures of their kind, modules loaded (by `LIBRARY`)."""
    pictures: Any = sys.modules.get("tests.pictures")
    return compilations(), len(pictures.DRAWN) if pictures else 0, len(sys.modules) // LIBRARY


REFERENCE = 0.1
"""Processor time of the loop of `slowness` on a quiet machine of usual speed. [seconds]"""


SPREAD = 1.6
"""What one case takes in one place of the suite against another: caches, collections of garbage, busy cores."""


def slowness() -> float:
    """How much more than its limit a case may take here and now: at least `SPREAD`, more on a slow machine."""
    begin = time.process_time()
    sum(number * number % 7 for number in range(1_500_000))
    return max(SPREAD, (time.process_time() - begin) / REFERENCE)


def is_exempt(item: pytest.Item) -> bool:
    """Whether a case may take longer, or all may."""
    slowed = item.config.getoption("cov_source", None) or os.environ.get("NUMBA_DISABLE_JIT", "0") != "0"
    return bool(slowed) or any(item.get_closest_marker(mark) for mark in EXEMPT)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: Any, request: Any) -> Generator[None, Any, Any]:
    """Add what a case's own fixtures take."""
    before = processor_seconds()
    try:
        return (yield)
    finally:
        if fixturedef.scope == "function":
            stash = request.node.stash
            stash[_SPENT] = stash.get(_SPENT, 0.0) + processor_seconds() - before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a case that passed and took longer than it may."""
    before, once = processor_seconds(), done_once()
    try:
        result = yield
    finally:
        spent = item.stash.get(_SPENT, 0.0) + processor_seconds() - before
        item.user_properties.append(("processor_seconds", round(spent, 2)))
    if spent > LIMIT and done_once() == once and not is_exempt(item) and spent > LIMIT * slowness():
        pytest.fail(f"took {spent:.1f} s of processor time, and {LIMIT:g} s are allowed without the mark slow", False)
    return result
