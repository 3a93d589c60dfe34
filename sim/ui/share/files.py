"""Files of a run: its tables, its scenario and its report, made by running it once more."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.answers.folder import zipped
from sim.engine.world import World
from sim.measures.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.run.session import Session

LEAST_WEEKS = WEEKS_PER_QUARTER  # tables by quarter, and the figures of a report, need one


@dataclass(frozen=True, eq=False, slots=True)
class Files:
    """The files of a run, together as one archive."""

    week: int  # Weeks of the run they hold
    archive: bytes  # All of them, as a ZIP file

    def read(self, name: str) -> bytes:
        """Take one file out.

        Raises:
            KeyError: There is none of this name.
        """
        with zipfile.ZipFile(io.BytesIO(self.archive)) as archive:
            return archive.read(name)


def make_files(session: Session, tell: Callable[[int, int, str], None]) -> Files:
    """Run what a session has played once more, from its scenario, and write everything about it.

    It may be played on meanwhile; `tell` is given how many weeks are done, how many there are, and what is done.

    Raises:
        RuntimeError: The numbers differ from the session's; nothing is handed out then.
    """
    with session.lock:
        scenario, seed, weeks = session.scenario(), session.world.seed, session.week
        shown = session.world.weekly(-session.world.burn_in, weeks).copy()
    world = World.lay_out(scenario, seed)
    world.advance(-world.week)
    while world.week < weeks:
        tell(world.week, weeks, "Running it once more, with every table kept.")
        world.advance(min(WEEKS_PER_QUARTER, weeks - world.week))
    if not same(shown, world.weekly(-world.burn_in, weeks)):
        raise RuntimeError("the run from its scenario differs from the run shown")
    tell(weeks, weeks, "Drawing the report and writing the tables.")
    return Files(weeks, _archive(Run(world), f"flywheel run scenario.toml --seed {seed} --weeks {weeks}"))


def same(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether two tables of records agree to the last digit."""
    return all(np.array_equal(first[name], second[name], equal_nan=True) for name in first.dtype.names or ())


def _archive(run: Run, command: str) -> bytes:
    """Write the folder of a run as the command line does, and pack it."""
    from sim.answers.run import analysis_of  # noqa: PLC0415 - slow to import

    return zipped(analysis_of(run, command).write)
