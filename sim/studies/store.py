"""A study as a folder: `study.json`, `cases.parquet` and parts of results, put in place one by one and whole.

Layout: `results/part-HASH.parquet` a row a run, and where they are kept `weekly/` and `deals/` with the same names. The
name of a part is the hash of its runs' names. A part of results is written after its weekly measures and deals, so what
is in `results/` is complete. Resuming, caching and extending are the same thing: what is there is not run again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from sim.scenario.errors import DiskError, InputError
from sim.studies.manifest import FORMAT, RESULTS, STUDY, Manifest, refuse_foreign
from sim.studies.parts import Sheet, name_of, read_sheet, sealed, sheet_of, to_bytes
from sim.studies.plan import KEPT, run_id
from sim.studies.programs import versions
from sim.studies.storage import place_of, said
from sim.studies.work import IDS, Done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.studies.plan import StudyPlan
    from sim.studies.storage import Storage

_RESUME = "delete it and run the same command again: its runs are then done again"


class Store:
    """A study that is kept: `place` is where, `manifest` what it says it is."""

    def __init__(self, place: Storage, manifest: Manifest) -> None:
        self.place = place
        self.manifest = manifest

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """Open a study to read it; InputError if it is none, or cannot be used."""
        place = place_of(folder)
        with said(place, "cannot be read"):
            return cls(place, Manifest.read(place))

    @classmethod
    def begin(cls, folder: Path | str, plan: StudyPlan, question: str = "", there: str = "this command") -> Store:
        """Begin a study, or add the plan's cases and seeds to one; InputError if the folder cannot be used for it."""
        place = place_of(folder)
        with said(place, "cannot be used for a study"):
            if place.has(STUDY):
                manifest = Manifest.read(place)
                manifest.check(plan, place.name, there)
                if manifest.joined(plan, question) is manifest:
                    return cls(place, manifest)
            else:
                refuse_foreign(place)
            with place.locked():
                fresh = not place.has(STUDY)
                manifest = Manifest(plan, question, versions()) if fresh else Manifest.read(place)
                manifest.check(plan, place.name, there)
                joined = manifest.joined(plan, question)
                if fresh or joined is not manifest:
                    joined.write(place)
            return cls(place, joined)

    def parts(self) -> list[str]:
        """Names of the complete parts, sorted; InputError if there are files that no part has the name of."""
        names = self.place.names(RESULTS)
        if strange := next((name for name in names if not re.fullmatch(r"part-.*\.parquet", name, re.DOTALL)), None):
            raise InputError(f"{self.place.name}/{RESULTS}/{strange} is not a part of this study; move it elsewhere")
        return names

    def rows(self) -> Iterator[tuple[str, pd.DataFrame]]:
        """Read the results part by part; InputError if one is damaged or changed, or of another world or other runs."""
        for name, table in self._tables():
            yield name, table.to_pandas()

    def _tables(self) -> Iterator[tuple[str, Any]]:
        names = self.parts()
        self.manifest = Manifest.read(self.place) if names else self.manifest  # somebody may have added cases and seeds
        digests, seeds = self.manifest.plan.case_digests, set(self.manifest.plan.seeds)
        for name in names:
            yield name, self._checked(name, digests, seeds)

    def _checked(self, name: str, digests: dict[str, str], seeds: set[int]) -> Any:
        where = f"{self.place.name}/{RESULTS}/{name}"
        sheet = read_sheet(self.place, f"{RESULTS}/{name}", _RESUME)
        plan = self.manifest.plan
        for field, ours in (("format", FORMAT), ("world", plan.world)):
            if (theirs := sheet.facts.get(field)) != ours:
                raise InputError(f"{where}: {field} = {theirs}, but the study has {ours}; {_RESUME}")
        wanted = [*IDS, *plan.measures]
        if sheet.table.column_names != wanted:
            raise InputError(f"{where}: its columns are not those of the study; {_RESUME}")
        runs, cases, numbers = (sheet.table[column].to_pylist() for column in ("run", "case", "seed"))
        for run, case, seed in zip(runs, cases, numbers, strict=True):
            if case not in digests or seed not in seeds:
                what = f'case "{case}"' if case not in digests else f"seed {seed}"
                raise InputError(f"{where}: {what} is not in {STUDY}; {_RESUME}")
            if run != (name_there := run_id(plan.world, digests[case], seed)):
                raise InputError(f'{where}: run = {run}, but case "{case}" with seed {seed} is {name_there}; {_RESUME}')
        if name_of(runs) != name:
            raise InputError(f"{where}: the file has the name of other runs than it holds; {_RESUME}")
        return sheet.table

    def results(self) -> pd.DataFrame:
        """All rows, each run once."""
        tables = [table for _, table in self._tables()]
        columns = [*IDS, *self.manifest.plan.measures]
        return one_each(pa.concat_tables(tables).to_pandas() if tables else pd.DataFrame(columns=columns))

    def kept(self, kind: str) -> Iterator[pd.DataFrame]:
        """Read weekly measures or deals by part, each run once; InputError if one is missing, damaged or changed."""
        runs: set[str] = set()
        for name in self.parts():
            if (rows := self._kept_part(kind, name)) is not None:
                rows = rows[~rows["run"].isin(runs)]
                runs.update(rows["run"].unique())
                yield rows

    def _kept_part(self, kind: str, name: str) -> pd.DataFrame | None:
        said_hash = read_sheet(self.place, f"{RESULTS}/{name}", _RESUME).facts.get("with", {}).get(kind)
        if said_hash is None:
            return None
        file = f"{kind}/{name}"
        way_out = f"delete {RESULTS}/{name} and run the same command again"
        if not self.place.has(file):
            raise DiskError(f"{self.place.name}/{file} is missing; {way_out}")
        sheet = read_sheet(self.place, file, way_out)
        if sheet.content != said_hash:
            raise DiskError(
                f"{self.place.name}/{file} has been changed: its content hash is {sheet.content}, "
                f"not {said_hash} as {RESULTS}/{name} says; {way_out}"
            )
        return sheet.frame()

    def drop(self, name: str, rows: pd.DataFrame, away: pd.Series) -> None:
        """Take the rows `away` marks out of a part, so that their runs are done again or are kept elsewhere."""
        left = rows[~away]
        if len(left):
            write_done(self.place, self.manifest.plan.world, self.part(name, left))
        for kind in (RESULTS, *KEPT):
            self.place.remove(f"{kind}/{name}")

    def part(self, name: str, rows: pd.DataFrame) -> Done:
        """Read the tables that go with some rows of a part."""
        done = Done(rows)
        for kind in self.manifest.plan.keep:
            if (table := self._kept_part(kind, name)) is not None:
                mine = table[table["run"].isin(rows["run"])].reset_index(drop=True)
                setattr(done, kind, mine if len(mine) else None)
        return done

    def tidy(self) -> None:
        """Remove what a killed process left behind: drafts, and tables whose results were not written any more."""
        self.place.tidy()
        whole = set(self.place.names(RESULTS))
        for kind in self.manifest.plan.keep:
            for name in set(self.place.names(kind)) - whole:
                self.place.remove(f"{kind}/{name}")

    def forget_failures(self) -> int:
        """Take failed runs out, so that they are done again; give their number."""
        count = 0
        with said(self.place, "cannot be written"):
            for name, rows in self.rows():
                if (failed := rows["error"] != "").any():
                    self.drop(name, rows, failed)
                    count += int(failed.sum())
        return count


def together(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    """Put tables under each other; none make an empty one with these columns."""
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def one_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave each run once: somebody may have been killed between writing a part anew and removing the old one."""
    if rows["run"].is_unique:
        return rows
    return rows.sort_values("error", kind="stable").drop_duplicates("run", ignore_index=True)


def write_done(place: Storage, world: str, done: Done) -> str:
    """Put a chunk in place, its results last; give the part's name."""
    facts = {"format": FORMAT, "world": world}
    name, beside = name_of(done.results["run"]), {}
    for kind in KEPT:
        table = getattr(done, kind)
        if table is not None and len(table):
            sheet = sheet_of(table, facts)
            place.write(f"{kind}/{name}", to_bytes(sheet))
            beside[kind] = sheet.content
    place.write(f"{RESULTS}/{name}", to_bytes(results_sheet(done.results, facts, beside)))
    return name


def results_sheet(rows: pd.DataFrame, facts: dict[str, Any], beside: dict[str, str]) -> Sheet:
    """Make the table of a part of results; what is not a number is missing."""
    columns = {name: pa.array(rows[name].tolist(), pa.int64() if name == "seed" else pa.string()) for name in IDS}
    measures = [str(name) for name in rows.columns if name not in IDS]
    values = rows[measures].to_numpy(dtype=float).T
    columns |= {name: pa.array(row, pa.float64(), from_pandas=True) for name, row in zip(measures, values, strict=True)}
    return sealed(pa.table(columns), {**facts, "with": beside} if beside else facts)


def matching(plan: StudyPlan, rows: pd.DataFrame, digests: dict[str, str]) -> pd.DataFrame:
    """Give the plan's rows: sorted by case (in the plan's order) and seed, under the plan's names.

    Cases that change the same share their runs; digests of changes are by the cases' names in the rows, each run once.
    """
    own = pd.DataFrame({"case": list(plan.case_digests), "_changes": list(plan.case_digests.values())})
    own["_order"] = range(len(own))
    wanted = rows[rows["seed"].isin(list(plan.seeds))]
    there = wanted.assign(_changes=wanted["case"].map(digests).astype(object)).drop(columns="case")
    joined = there.merge(own.astype({"_changes": object}), on="_changes").sort_values(["_order", "seed"], kind="stable")
    return joined[[*IDS, *plan.measures]].reset_index(drop=True)
