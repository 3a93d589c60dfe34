"""The seeds of a comparison that are done, a file each, so that the same command goes on where it stopped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.measures import MEASURES, RECORDED
from sim.studies.bands import with_derived
from sim.studies.plan import digest_of
from sim.studies.replicate import Replicate
from sim.studies.seed_files import SeedFiles
from sim.studies.version import model_version

if TYPE_CHECKING:
    from pathlib import Path

    from sim.studies.cases import Case
    from sim.studies.replicate import SeedJob

HEAD = "replicates.json"
"""File of the folder that says which comparison it is of."""

_FILE = re.compile(r"seed-(\d{1,20})\.bin")


class ReplicateStore:
    """Finished seeds of one job in a folder, or at a URL that fsspec knows; see `SeedFiles`.

    A file holds measures of the whole run and by week of all cases. One that is damaged is run again.
    """

    def __init__(self, folder: Path | str, job: SeedJob) -> None:
        """Look at what is there; files of another comparison are removed; raises as `SeedFiles`."""
        self._names = [case.name for case in job.cases]
        self._shape = (len(self._names), len(MEASURES) + len(RECORDED) * job.weeks)
        self._files = SeedFiles(folder, HEAD, key_of(job), _FILE)
        self.seeds = {int(file[1]) for file in self._files.there()} - job.whole  # whose runs are needed whole

    def write(self, done: Replicate) -> None:
        """Keep a seed all of whose runs went well."""
        if done.failures or done.runs:
            return
        rows = [
            [*(done.summaries[name][measure] for measure in MEASURES), *done.weekly[name][: len(RECORDED)].ravel()]
            for name in self._names
        ]
        self._files.write(_file(done.seed), np.array(rows, dtype="<f8").tobytes())
        self.seeds.add(done.seed)

    def read(self, seed: int) -> Replicate | None:
        """Give a seed that is kept; None if its file cannot be used."""
        size = 8 * self._shape[0] * self._shape[1]
        content = self._files.read(_file(seed), size)
        if content is None or len(content) != size:
            return None
        found = Replicate(seed)
        for name, row in zip(self._names, np.frombuffer(content, dtype="<f8").reshape(self._shape), strict=True):
            found.summaries[name] = dict(zip(MEASURES, map(float, row[: len(MEASURES)]), strict=True))
            found.weekly[name] = with_derived(row[len(MEASURES) :].reshape(len(RECORDED), -1))
        return found


def key_of(job: SeedJob) -> str:
    """Digest of what the seeds of a job share: model, cases, weeks, and what is kept. [24 hexadecimal digits]."""
    return digest_of([model_version(), job.weeks, list(MEASURES), list(RECORDED), *map(_case_parts, job.cases)])


def _case_parts(case: Case) -> list[Any]:
    interventions = [item.model_dump(mode="json", exclude_unset=True) for item in case.interventions]
    return [case.name, case.scenario.digest(), sorted(case.overrides.items()), interventions, case.always]


def _file(seed: int) -> str:
    return f"seed-{seed}.bin"
