"""The command that tests the model's patterns: validate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import run_progress, say, show_table
from sim.cli.options import SIMULATE, Workers

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

    from tests.patterns.making.pattern import Effort, Pattern
    from tests.patterns.making.store import Stored

SEEDS_OF_STUDIES = 60
"""Pairs of runs of each replayed study by default."""


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=SIMULATE)(validate)


def validate(
    *,
    pattern: Annotated[
        list[str] | None,
        typer.Option(
            "--pattern", metavar="IDS", help="Only these, such as S1,E3; may be repeated.", show_default=False
        ),
    ] = None,
    studies: Annotated[
        bool, typer.Option("--studies", help="Only the replayed field studies (V2), as a table; 60 pairs by default.")
    ] = False,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only those whose rules, scenarios or tests have changed.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Few seeds, to see it work; verdicts mean little.")] = False,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", help="Pairs of runs of a pattern, 200 by default.")
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option("--draws", metavar="N", help="Draws of the assumed parameters, 200 by default; 0 for none."),
    ] = None,
    crm: Annotated[
        Path | None,
        typer.Option(
            "--crm", metavar="DIR", help="CRM export for R2, R3, R4; without, R2 is kept.", show_default=False
        ),
    ] = None,
    page: Annotated[bool, typer.Option("--page", help="Write the page from what is stored, without a run.")] = False,
    workers: Workers = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Folder of the page; docs, or out/validation if quick.", show_default=False
        ),
    ] = None,
) -> None:
    """Test every pattern the model must show, and write validation.md with its figures.

    Each finding is stored, so that some patterns can be run again and the others stay as they are.

    For example:

      flywheel validate --pattern S1,E3

      flywheel validate --changed --seeds 60 --draws 16

      flywheel validate --studies

      flywheel validate --quick
    """
    from sim.scenario.errors import InputError  # noqa: PLC0415 - commands import what they need
    from sim.studies.executor import check_workers  # noqa: PLC0415
    from tests.patterns.making.page import stale, write_page  # noqa: PLC0415

    folder = out or Path("out/validation" if quick else "docs")
    if page:
        say(f"Wrote {write_page(folder)}")
        return
    check_workers(workers)
    if crm is not None and not crm.exists():
        raise InputError(f"--crm {crm}: there is no such folder or file")
    names = [one.strip() for one in ",".join(pattern or []).split(",") if one.strip()]
    if studies:
        if names or changed:
            raise InputError("--studies runs pattern V2 alone; leave out --pattern and --changed")
        names, seeds = ["V2"], seeds or (None if quick else SEEDS_OF_STUDIES)
    effort = replace(_effort(quick=quick, seeds=seeds, draws=draws, workers=workers), crm=crm)
    if changed:
        names = [one for one in stale(folder) if not names or one in names]
        if not names:
            say("No rule, scenario or test of these patterns has changed since they were tested")
            return
    _run(names, folder, effort)
    if studies:
        _show_studies(folder)


def _show_studies(folder: Path) -> None:
    """Print what was published beside what the model answers."""
    from tests.patterns.making.replay_file import left_out  # noqa: PLC0415
    from tests.patterns.making.replay_page import HEAD, result_rows  # noqa: PLC0415
    from tests.patterns.making.store import read  # noqa: PLC0415

    kept = read(folder, "V2")
    if kept is None or kept.finding.table is None:
        return
    show_table("Field studies replayed", HEAD, result_rows(kept.finding.table), right=(2, 3))
    show_table("Not replayed", ("rows", "why"), [(", ".join(study.sources), study.reason) for study in left_out()])


def _effort(*, quick: bool, seeds: int | None, draws: int | None, workers: int | None) -> Effort:
    """How much to run.

    Raises:
        InputError: A number is not allowed.
    """
    from sim.scenario.errors import InputError  # noqa: PLC0415
    from tests.patterns.making.pattern import Effort  # noqa: PLC0415
    from tests.patterns.making.ranges import check_seeds  # noqa: PLC0415

    effort = Effort.quick(workers) if quick else Effort(workers=workers)
    if seeds is not None:
        check_seeds(seeds)
        effort = replace(effort, seeds=seeds)
    if draws is not None:
        if not 0 <= draws <= 100_000:
            raise InputError(f"--draws {draws} is not allowed; it must be from 0 to 100,000")
        effort = replace(effort, draws=draws)
    return effort


def _run(ids: list[str], folder: Path, effort: Effort) -> None:
    from sim.engine.world import prepare  # noqa: PLC0415
    from tests.patterns.making.registry import chosen  # noqa: PLC0415
    from tests.patterns.making.runner import validate as run_patterns  # noqa: PLC0415

    chosen(ids, export=effort.crm is not None)
    prepare()
    with run_progress() as bar:
        found = run_patterns(folder, ids, effort, _Bar(bar))
    verdicts = [one.finding.verdict for one in found]
    counts = ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in dict.fromkeys(verdicts))
    say(f"{len(found)} patterns: {counts}.")
    say(f"Wrote {folder / 'validation.md'}")


class _Bar:
    """Shows how a validation goes: a bar for the pattern at work, a line for each that is done."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._task: TaskID | None = None

    def begins(self, pattern: Pattern, number: int, count: int) -> None:
        """Start a bar."""
        self._task = self._bar.add_task(f"{pattern.id} ({number} of {count})", total=None)

    def moves(self, done: int, total: int) -> None:
        """Move it."""
        if self._task is not None:
            self._bar.update(self._task, completed=done, total=total)

    def ends(self, one: Stored) -> None:
        """Take it away and say what was found."""
        if self._task is not None:
            self._bar.remove_task(self._task)
        finding = one.finding
        say(f"{finding.pattern} {finding.verdict} ({one.seconds:.0f} s): {finding.sentence}")
