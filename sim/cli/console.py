"""What the commands share on the screen: tables, numbers and progress."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import JustifyMethod
    from rich.progress import Progress

STOPPED = 130
"""Exit code after Ctrl-C."""

WIDTH = 140  # columns, where the output is not a terminal


def console(*, errors: bool = False) -> Console:
    """Make a console; one that writes to a file or a pipe is wide enough for every table."""
    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() else WIDTH
    return Console(stderr=errors, width=width, highlight=False, soft_wrap=False)


def show_table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
    """Print a table; text of users and files is shown as it is.

    Args:
        title: Above the table; may be empty.
        head: Names of the columns; text wraps in all but the first and those of numbers.
        rows: Cells as text.
        right: Columns that are aligned to the right.
    """
    table = Table(title=escape(title) or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    numbers = set(right)
    for index, name in enumerate(head):
        side: JustifyMethod = "right" if index in numbers else "left"
        table.add_column(escape(name), justify=side, no_wrap=index == 0 or index in numbers, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)


def say(text: str) -> None:
    """Print one line for people; it may wrap."""
    console().print(escape(text), soft_wrap=True)


def number(value: float, unit: str = "") -> str:
    """Write a number with as many digits as it deserves; shares as percentages.

    Args:
        value: Any number; NaN is written as a dash.
        unit: Its unit; "share" makes it a percentage.
    """
    if not math.isfinite(value):
        return "-"
    if unit == "share":
        return f"{value:.1%}"
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.3g}"


def run_progress() -> Progress:
    """Make a bar on standard error with rate and remaining time."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - only when something takes time
    from rich.text import Text  # noqa: PLC0415

    class Rate(ProgressColumn):
        """Runs a second."""

        def render(self, task: object) -> Text:
            speed = getattr(task, "finished_speed", None) or getattr(task, "speed", None)
            return Text(f"{speed:.1f} runs/s" if speed else "", style="progress.data.speed")

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    return Progress(*columns, console=console(errors=True), transient=True)
