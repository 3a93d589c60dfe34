"""The seeds of a comparison that are done, a file each, so that the same command goes on where it stopped."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES, RECORDED
from sim.studies.bands import with_derived
from sim.studies.plan import digest_of
from sim.studies.replicate import Replicate
from sim.studies.storage import place_of, said
from sim.studies.version import model_version

if TYPE_CHECKING:
    from pathlib import Path

    from sim.studies.cases import Case
    from sim.studies.replicate import SeedJob
    from sim.studies.statistics import Floats

HEAD = "replicates.json"
"""File of the folder that says which comparison it is of."""

_FILE = re.compile(r"seed-(\d{1,20})\.bin")
_CHECK = 16  # bytes in front of the numbers that tell whether they have been changed
_FAST = 1  # level of compression


class ReplicateStore:
    """Finished seeds of one job in a folder, or at a URL that fsspec knows.

    A file holds measures of the whole run and by week of all cases, compressed, behind the hash of what they are. One
    that is damaged, of another size or unlike its hash is as if it were not there: its seed is run again.
    """

    def __init__(self, folder: Path | str, job: SeedJob) -> None:
        """Look at what is there; files of another comparison are removed.

        Raises:
            InputError: The folder holds something else.
            DiskError: It cannot be read or written.
        """
        self._place = place_of(folder)
        self._names = [case.name for case in job.cases]
        self._shape = (len(self._names), len(MEASURES) + len(RECORDED) * job.weeks)
        self._key = key_of(job)
        with said(self._place, "cannot be used for the runs that are kept"):
            self._begin()
            files = map(_FILE.fullmatch, self._place.names())
            self.seeds = {int(file[1]) for file in files if file} - job.whole  # whose runs are needed whole

    def _begin(self) -> None:
        names = self._place.names()
        others = [name for name in names if name != HEAD and not _FILE.fullmatch(name)]
        if others:
            raise InputError(f"{self._place.name} holds other files ({others[0]}); name a new or an empty folder")
        if HEAD in names and self._key == self._head():
            return
        for name in names:
            self._place.remove(name)
        self._place.write(HEAD, (json.dumps({"program": "sales-flywheel", "key": self._key}) + "\n").encode())

    def _head(self) -> str:
        try:
            head: Any = json.loads(self._place.read(HEAD))
        except ValueError:
            return ""
        return str(head.get("key", "")) if isinstance(head, dict) else ""

    def write(self, done: Replicate) -> None:
        """Keep a seed all of whose runs went well."""
        if done.failures or done.runs:
            return
        rows = [
            [*(done.summaries[name][measure] for measure in MEASURES), *done.weekly[name][: len(RECORDED)].ravel()]
            for name in self._names
        ]
        packed = zlib.compress(np.array(rows, dtype="<f8").tobytes(), _FAST)
        with said(self._place, "cannot be written"):
            self._place.write(_file(done.seed), _hash(done.seed, packed) + packed)
        self.seeds.add(done.seed)

    def read(self, seed: int) -> Replicate | None:
        """Give a seed that is kept; None if its file cannot be used."""
        with said(self._place, "cannot be read"):
            content = self._place.read(_file(seed))
        rows = self._unpacked(seed, content)
        if rows is None:
            return None
        found = Replicate(seed)
        for name, row in zip(self._names, rows, strict=True):
            found.summaries[name] = dict(zip(MEASURES, map(float, row[: len(MEASURES)]), strict=True))
            found.weekly[name] = with_derived(row[len(MEASURES) :].reshape(len(RECORDED), -1))
        return found

    def _unpacked(self, seed: int, content: bytes) -> Floats | None:
        check, packed = content[:_CHECK], content[_CHECK:]
        size = 8 * self._shape[0] * self._shape[1]
        if check != _hash(seed, packed):
            return None
        try:
            unpacked = zlib.decompressobj().decompress(packed, size + 1)
        except zlib.error:
            return None
        return np.frombuffer(unpacked, dtype="<f8").reshape(self._shape) if len(unpacked) == size else None


def key_of(job: SeedJob) -> str:
    """Digest of what the seeds of a job share: model, cases, weeks, and what is kept. [24 hexadecimal digits]."""
    return digest_of([model_version(), job.weeks, list(MEASURES), list(RECORDED), *map(_case_parts, job.cases)])


def _case_parts(case: Case) -> list[Any]:
    interventions = [item.model_dump(mode="json", exclude_unset=True) for item in case.interventions]
    return [case.name, case.scenario.digest(), sorted(case.overrides.items()), interventions, case.always]


def _file(seed: int) -> str:
    return f"seed-{seed}.bin"


def _hash(seed: int, packed: bytes) -> bytes:
    return hashlib.blake2b(packed, digest_size=_CHECK, person=str(seed).encode()[:16]).digest()
