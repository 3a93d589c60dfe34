"""What the commands share on the screen: tables, numbers, progress and results."""

from __future__ import annotations

import math
import sys
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cache, partial
from typing import TYPE_CHECKING

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape as escape_markup
from rich.table import Table

from sim.answers import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from rich.console import JustifyMethod
    from rich.progress import Progress

    from sim.answers.analysis import Analysis, TextTable

STOPPED = 130
"""Exit code after Ctrl-C."""

WIDTH = 140  # columns, where the output is not a terminal

TAKEN: ContextVar[list[Analysis] | None] = ContextVar("TAKEN", default=None)
"""Where answers go, for who asks from Python; nothing is printed then."""

HEARD: ContextVar[Callable[[str, int, int], None] | None] = ContextVar("HEARD", default=None)
"""Who is told how far a command is, in place of a bar: what is done, how many are, and of how many."""


def shown(text: str) -> str:
    """Text of users and files, but for letters that would steer the terminal."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text)


def escape(text: str) -> str:
    """The same for a console that reads markup."""
    return escape_markup(shown(text))


def console(*, errors: bool = False) -> Console:
    """Make a console; one that writes to a file or a pipe is wide enough for every table."""
    stream = sys.stderr if errors else sys.stdout
    width = None if stream.isatty() else WIDTH
    quiet = TAKEN.get() is not None and not errors
    return Console(stderr=errors, width=width, highlight=False, soft_wrap=False, quiet=quiet)


def put(text: str, *, errors: bool = False) -> None:
    """Print text for programs as it is."""
    if errors or TAKEN.get() is None:
        typer.echo(text, err=errors)


def show_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], right: Iterable[int] = ()) -> None:
    """Print a table; text of users and files is shown as it is.

    Text wraps in all columns but the first and those of numbers, which are aligned to the right.
    """
    table = Table(title=escape(title) or None, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    numbers = set(right)
    for index, name in enumerate(columns):
        side: JustifyMethod = "right" if index in numbers else "left"
        table.add_column(escape(name), justify=side, no_wrap=index == 0 or index in numbers, overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell) for cell in row))
    console().print(table)


def say(*sentences: str) -> None:
    """Print sentences for people, each on a line of its own, which may wrap."""
    for sentence in sentences:
        console().print(escape(sentence), soft_wrap=True)


def finish(
    analysis: Analysis, out: Path, title: str, table: TextTable | None, *, as_json: bool = False, kept: bool = False,
    interrupted: bool = False, look_at: str = REPORT,
) -> None:  # fmt: skip
    """Write an analysis where it goes, and print it: as JSON, or its main table, what it says, and where it lies.

    Where the runs it rests on are `kept`, it is put beside them. One that was stopped before its end ends the command
    with `STOPPED`. `look_at` is what to open first in a folder.
    """
    from sim.answers.media import home_of  # noqa: PLC0415 - commands import what they need

    said = save(analysis, out, look_at=look_at)
    if kept and home_of(out) != out:
        said.append(f"Its runs are kept in {home_of(out)}; the same command with another suffix runs nothing again.")
    if as_json:
        put(analysis.json())
    else:
        if table:
            show_table(title, table.columns, table.rows, table.right)
        say(*analysis.answer, *analysis.notes, *said)
    if interrupted:
        raise typer.Exit(STOPPED)


def save(analysis: Analysis, out: Path, *, report: bool = True, look_at: str = REPORT) -> list[str]:
    """Write an answer where it goes and say where it lies, in sentences.

    Args:
        analysis: What was found.
        out: A folder, or a file whose suffix says in which form.
        report: Whether a folder gets a report and figures.
        look_at: What to open first in a folder that has a report.
    """
    from sim.answers.media import is_file, text_beside, write_answer  # noqa: PLC0415 - commands import what they need

    if (taken := TAKEN.get()) is not None:
        taken.append(analysis)
    place = write_answer(analysis, out, report=report)
    if not is_file(out):
        return [f"Wrote {out}: open {out / look_at}" if report else f"Wrote {out}"]
    moved = [] if place == out else [f"{out} is open elsewhere, so the answer lies beside it."]
    more = [f"; go on with {text_beside(out, name)}" for name in analysis.texts]
    return [*analysis.left_out, *moved, "".join([f"Wrote {place}", *more])]


def number(value: float, unit: str = "") -> str:
    """Write a number with as many digits as it deserves: shares as percentages, what is no number as a dash."""
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


@contextmanager
def progress(doing: str, total: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while something is done; give the function that is told how many are done, and of how many.

    It appears when it is first told: what is checked and compiled before has the screen to itself.
    """
    if hear := HEARD.get():
        yield partial(hear, doing)
        return
    bar = run_progress()
    task = bar.add_task(doing, total=total)
    with ExitStack() as shown:
        begin = cache(lambda: shown.enter_context(bar))

        def tell(done: int, total: int) -> None:
            begin()
            bar.update(task, completed=done, total=total)

        yield tell
