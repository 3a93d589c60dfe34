"""Results of a question's seeds, kept as they come, so that the same command goes on where it was stopped.

The folder says what it is in `study.json`, as a study does; `results` has a compressed file a seed, behind its hash.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import zlib
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import is_dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.studies.folders import ANEW
from sim.studies.manifest import RESULTS, STUDY, KeptRecord, read_record, refuse_foreign, write_record
from sim.studies.programs import versions
from sim.studies.storage import place_of, said
from sim.studies.version import asking_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.studies.storage import Storage

_MOST = 256 * 2**20  # bytes of one seed's result
_CHECK = 16  # bytes in front of the content that tell whether it has been changed
_FAST = 1  # level of compression

_NUMPY = {"_reconstruct", "scalar", "_frombuffer", "ndarray", "dtype"}
_PLAIN = {"set", "frozenset", "complex", "slice", "range"}
_OURS = ("sim.", "agents.")


class ResultStore:
    """Results of one question in a folder, or at a URL that fsspec knows.

    A question runs its batches in the same order whenever it is asked, so the number of a batch and a seed name a
    result. What is damaged, or of another question, is as if it were not there; what cannot be kept, such as a run that
    broke, is run again.
    """

    def __init__(self, folder: Path | str, key: str, question: str = "", never: frozenset[int] = frozenset()) -> None:
        """Name the folder; it is looked at when something is about to run, so that a wrong question changes nothing.

        Args:
            folder: Of this question alone.
            key: Digest of all that decides what is run, but for the version of this program.
            question: What was asked, for people.
            never: Seeds that are run whatever is kept.
        """
        self._folder, self._key, self._question, self._never = folder, key, question, never
        self._batches = 0

    @cached_property
    def _place(self) -> Storage:
        place = place_of(self._folder)
        with said(place, "cannot be used for the runs that are kept"):
            if place.has(STUDY):
                there = read_record(place, KeptRecord, asking_version())
                if there.world != self._key:
                    raise InputError(f"{place.name} keeps the runs of another question ({there.question}); {ANEW}")
            else:
                refuse_foreign(place)
                write_record(place, KeptRecord(
                    question=self._question, model=asking_version(), world=self._key, versions=versions()
                ))  # fmt: skip
        return place

    @cached_property
    def _there(self) -> set[str]:
        return set(self._place.names(RESULTS))

    @cached_property
    def _tidied(self) -> Storage:
        """The place, without the drafts of a process that was killed."""
        self._place.tidy()
        return self._place

    def next_batch(self) -> int:
        """Number a batch that is about to run."""
        self._batches += 1
        return self._batches

    def has(self, batch: int, seed: int) -> bool:
        """Whether there is a result of a seed, which may prove to be damaged; raises InputError, DiskError."""
        return _name(batch, seed) in self._there and seed not in self._never

    def write(self, batch: int, seed: int, result: Any) -> None:
        """Keep a result, if it can be read again; Halted if the disk is full."""
        if seed in self._never:
            return
        try:
            content = pickle.dumps(result, protocol=5)
            _read(content)
        except (pickle.PickleError, TypeError, AttributeError):
            return
        if len(content) <= _MOST:
            self._put(_name(batch, seed), content)

    def _put(self, name: str, content: bytes) -> None:
        packed = zlib.compress(content, _FAST)
        with said(self._place, "cannot be written"):
            self._tidied.write(f"{RESULTS}/{name}", self._hash(name, packed) + packed)
        self._there.add(name)

    def read(self, batch: int, seed: int) -> tuple[Any] | None:
        """Give a result that is kept, in a tuple of its own; None if there is none that can be used."""
        name = _name(batch, seed)
        if name not in self._there:
            return None
        with said(self._place, "cannot be read"):
            whole = self._place.read(f"{RESULTS}/{name}")
        check, packed = whole[:_CHECK], whole[_CHECK:]
        if check != self._hash(name, packed):
            return None
        try:
            return (_read(zlib.decompressobj().decompress(packed, _MOST)),)
        except Exception:  # noqa: BLE001 - whatever a changed file raises, its seed is run again
            return None

    def _hash(self, name: str, packed: bytes) -> bytes:
        person = hashlib.blake2b(f"{self._key} {name}".encode(), digest_size=16).digest()
        return hashlib.blake2b(packed, digest_size=_CHECK, person=person).digest()


def _name(batch: int, seed: int) -> str:
    return f"{batch}-{seed}.bin"


def _read(content: bytes) -> Any:
    return _Known(io.BytesIO(content)).load()


class _Known(pickle.Unpickler):
    """Makes numbers, arrays, and records of this program; a file that names anything else is refused."""

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if self._may_be(module, name) else None
        if module.startswith(_OURS) and not (isinstance(found, type) and _is_record(found)):
            found = None
        if found is None:
            raise pickle.UnpicklingError(f"{module}.{name} is no number, array or record of this program")
        return found

    def _may_be(self, module: str, name: str) -> bool:
        numpy = module.partition(".")[0] == "numpy" and name in _NUMPY
        return numpy or (module == "builtins" and name in _PLAIN) or (module.startswith(_OURS) and "." not in name)


def _is_record(found: type) -> bool:
    return is_dataclass(found) or issubclass(found, Enum) or (issubclass(found, tuple) and hasattr(found, "_fields"))


_CHOSEN: ContextVar[ResultStore | None] = ContextVar("result_store", default=None)


@contextmanager
def keeping(folder: Path | str, key: str, question: str = "") -> Iterator[None]:
    """Keep in a folder what is run within, and run nothing that is there.

    Arguments as `ResultStore`. What is run raises InputError where the folder holds something else, DiskError where it
    cannot be used.
    """
    before = _CHOSEN.set(ResultStore(folder, key, question))
    try:
        yield
    finally:
        _CHOSEN.reset(before)


def chosen_store() -> ResultStore | None:
    """Give what `keeping` chose; None where nothing is kept."""
    return _CHOSEN.get()
