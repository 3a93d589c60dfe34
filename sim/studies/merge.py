"""Put studies together that were run apart, and run one run again to see whether it still is what it was."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.world import prepare
from sim.scenario.errors import InputError
from sim.studies.manifest import STUDY
from sim.studies.parts import sheet_of
from sim.studies.run import Study
from sim.studies.storage import place_of, said
from sim.studies.store import Store, write_done
from sim.studies.work import IDS, Chunk, Done, run_chunk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from sim.studies.plan import StudyPlan


def merge_studies(folders: Sequence[Path | str], out: Path | str) -> Study:
    """Put studies of the same organization into one folder: cases and seeds add up, runs both have are kept once.

    A run that failed in one and went well in another is the one that went well. What is in `out` already stays, and so
    do the studies.

    Args:
        folders: Studies.
        out: A new or an empty folder, or a study.

    Raises:
        InputError: They differ in what all runs share, or in what a case of one name changes; or one is damaged.
    """
    if not folders:
        raise InputError("there is nothing to merge; name at least one study")
    stores = [Store.open(folder) for folder in folders]
    first = stores[0]
    joined = first.manifest
    for store in stores[1:]:
        joined.check(store.manifest.plan, first.place.name, store.place.name)
        joined = joined.joined(store.manifest.plan)
    if place_of(out).has(STUDY):
        Store.open(out).manifest.check(joined.plan, str(out), first.place.name)
    fine = set().union(*map(_went_well, stores))  # all are looked through before anything is written
    target = Store.begin(out, joined.plan, joined.question, there=first.place.name)
    with said(target.place, "cannot be written"):
        there = _already(target, fine)
        for store in stores:
            _add(target, store, fine, there)
    return Study.open(out)


def _went_well(store: Store) -> set[str]:
    """Read all of a study; give the runs that went well."""
    runs: set[str] = set()
    with said(store.place, "cannot be read"):
        for _, rows in store.rows():
            runs.update(rows.loc[rows["error"] == "", "run"])
        for kind in store.manifest.plan.keep:
            deque(store.kept(kind), maxlen=0)
    return runs


def _already(target: Store, fine: set[str]) -> set[str]:
    """Give the runs the target has and keeps; failures that went well elsewhere make room."""
    runs: set[str] = set()
    for name, rows in target.rows():
        stale = (rows["error"] != "") & rows["run"].isin(fine)
        if stale.any():
            target.drop(name, rows, stale)
        runs.update(rows.loc[~stale, "run"])
    return runs


def _add(target: Store, store: Store, fine: set[str], there: set[str]) -> None:
    """Write what the target lacks, part by part."""
    for name, rows in store.rows():
        wanted = ~rows["run"].isin(there) & ((rows["error"] == "") | ~rows["run"].isin(fine))
        if wanted.any():
            done = store.part(name, rows[wanted])
            done.results = done.results[[*IDS, *target.manifest.plan.measures]]
            write_done(target.place, target.manifest.plan.world, done)
            there.update(rows.loc[wanted, "run"])


@dataclass(frozen=True)
class Rerun:
    """A run that was run again.

    Attributes:
        run, case, seed: Which.
        differing: A row a value that is not the same bit for bit: `what`, `kept`, `again`. Empty if all are equal.
    """

    run: str
    case: str
    seed: int
    differing: pd.DataFrame

    @property
    def equal(self) -> bool:
        """Whether everything that is kept of it came out the same."""
        return self.differing.empty


def rerun(
    folder: Path | str, run: str, *, simulate: Callable[[StudyPlan, Chunk, Callable[[], bool]], Done] = run_chunk
) -> Rerun:
    """Run one run of a study again and compare all that is kept of it, bit for bit.

    Args:
        folder: The study.
        run: Name of the run, or its beginning.
        simulate: Runs a chunk: the simulator, or what stands for it in a test.

    Raises:
        InputError: There is no such run, more than one, or the study cannot be used.
    """
    store = Store.open(folder)
    with said(store.place, "cannot be read"):
        name, rows = _find(store, run)
        kept = store.part(name, rows)
    plan = store.manifest.plan
    row = rows.iloc[0]
    case = next(case for case in plan.cases if case.name == row["case"])
    if simulate is run_chunk:
        prepare()
    again = simulate(plan, Chunk(((case, int(row["seed"]), row["run"]),)), lambda: False)
    unlike = [*_unlike_values(kept, again, plan.measures), *_unlike_tables(kept, again, plan.keep)]
    return Rerun(row["run"], case.name, int(row["seed"]), pd.DataFrame(unlike, columns=["what", "kept", "again"]))


def _find(store: Store, run: str) -> tuple[str, pd.DataFrame]:
    """Give the part and the row of a run."""
    matches: dict[str, tuple[str, pd.DataFrame]] = {}
    for name, rows in store.rows():
        hits = rows[rows["run"].str.startswith(run)] if run else rows.head(0)
        matches |= {hit: (name, hits[hits["run"] == hit]) for hit in hits["run"]}
    if not matches:
        raise InputError(f'{store.place.name} has no run "{run}"; its column "run" in results/ lists them')
    if len(matches) > 1:
        raise InputError(f'{store.place.name} has {len(matches)} runs that begin with "{run}"; give more of the name')
    return next(iter(matches.values()))


def _unlike_values(kept: Done, again: Done, measures: Sequence[str]) -> Iterator[tuple[str, Any, Any]]:
    old, new = kept.results.iloc[0], again.results.iloc[0]
    if old["error"] != new["error"]:
        yield "error", old["error"], new["error"]
    for name in measures:
        if not _same(np.array([old[name]], float), np.array([new[name]], float)):
            yield name, old[name], new[name]


def _unlike_tables(kept: Done, again: Done, kinds: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for kind in kinds:
        tables = [getattr(kept, kind), getattr(again, kind)]
        contents = ["nothing" if table is None else sheet_of(table, {}).content for table in tables]
        if contents[0] != contents[1]:
            yield kind, contents[0], contents[1]


def _same(first: Any, second: Any) -> bool:
    """Compare numbers bit for bit; all that are not a number are equal."""
    return bool(np.isnan(first).all() and np.isnan(second).all()) or first.tobytes() == second.tobytes()
