"""A row of the table, its verdict, and how times are taken on a machine that others use too."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Verdict = Literal["met", "missed", "no goal", "left out"]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Attributes:
        what: What is measured.
        goal: What was aimed at, in words; empty for none.
        measured: The figure in words.
        verdict: Whether the goal is met.
        note: How it was measured, in one sentence.
    """

    what: str
    goal: str
    measured: str
    verdict: Verdict
    note: str = ""


def judged(what: str, goal: str, measured: str, *, met: bool, note: str = "") -> Row:
    """Make a row whose goal is met or missed."""
    return Row(what, goal, measured, "met" if met else "missed", note)


def left_out(what: str, goal: str) -> Row:
    """Make a row of something that takes too long for a quick look."""
    return Row(what, goal, "-", "left out", "measured without --quick only")


def interleaved(
    jobs: Sequence[Callable[[], object]], times: int, clock: Callable[[], float] = time.process_time
) -> list[list[float]]:
    """Time some jobs in turn, several times over, so that a busy minute falls on all of them.

    Args:
        jobs: What is timed.
        times: Rounds.
        clock: The processor's time unless given: for one thread that of the wall, less what other programs took.

    Returns:
        [jobs][times] in s.
    """
    rounds = [[_timed(job, clock) for job in jobs] for _ in range(times)]
    return [list(column) for column in zip(*rounds, strict=True)]


def _timed(job: Callable[[], object], clock: Callable[[], float]) -> float:
    start = clock()
    job()
    return clock() - start


def ratio(slow: Sequence[float], fast: Sequence[float]) -> float:
    """Median of the ratios within each round."""
    return statistics.median(a / b for a, b in zip(slow, fast, strict=True))


def times(number: float) -> str:
    """Write a ratio."""
    return f"{number:.1f} times" if number < 20 else f"{number:.0f} times"


def as_text(rows: Sequence[Row]) -> str:
    """Lay the table out for a terminal."""
    cells = [("what", "goal", "measured", "verdict"), *((r.what, r.goal, r.measured, r.verdict) for r in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def plain(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Give rows as plain values, to be kept."""
    return [asdict(row) for row in rows]
