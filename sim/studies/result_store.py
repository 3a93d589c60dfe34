"""Results of a question's seeds, kept as they come, so that the same command goes on where it was stopped."""

from __future__ import annotations

import io
import pickle
import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import is_dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.studies.seed_files import SeedFiles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = "question.json"
"""File of the folder that says which question it is of."""

_FILE = re.compile(r"(\d{1,6})-(\d{1,20})\.bin")
_MOST = 256 * 2**20  # bytes of one seed's result

_NUMPY = {"_reconstruct", "scalar", "_frombuffer", "ndarray", "dtype"}
_PLAIN = {"set", "frozenset", "complex", "slice", "range"}
_OURS = ("sim.", "agents.")


class ResultStore:
    """Results of one question in a folder, or at a URL that fsspec knows; see `SeedFiles`.

    A question runs its batches in the same order whenever it is asked, so the number of a batch and a seed name a
    result. What cannot be kept, such as a run that broke, is run again.
    """

    def __init__(self, folder: Path | str, key: str) -> None:
        """Name the folder; it is looked at when something is about to run, so that a wrong question changes nothing."""
        self._folder, self._key = folder, key
        self._batches = 0

    @cached_property
    def _files(self) -> SeedFiles:
        return SeedFiles(self._folder, HEAD, self._key, _FILE)

    def next_batch(self) -> int:
        """Number a batch that is about to run."""
        self._batches += 1
        return self._batches

    def write(self, batch: int, seed: int, result: Any) -> None:
        """Keep a result, if it can be read again; Halted if the disk is full."""
        try:
            content = pickle.dumps(result, protocol=5)
            _read(content)
        except (pickle.PickleError, TypeError, AttributeError):
            return
        if len(content) <= _MOST:
            self._files.write(_name(batch, seed), content)

    def read(self, batch: int, seed: int) -> tuple[Any] | None:
        """Give a result that is kept, in a tuple of its own; None if there is none; raises as `SeedFiles`."""
        content = self._files.read(_name(batch, seed), _MOST)
        try:
            return None if content is None else (_read(content),)
        except Exception:  # noqa: BLE001 - whatever a changed file raises, its seed is run again
            return None


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
def keeping(folder: Path | str, key: str) -> Iterator[None]:
    """Keep in a folder what is run within, and run nothing that is there.

    What is run raises InputError where the folder holds something else, DiskError where it cannot be used.

    Args:
        folder: Of this question alone.
        key: Digest of all that decides what is run, the version of the model too.
    """
    before = _CHOSEN.set(ResultStore(folder, key))
    try:
        yield
    finally:
        _CHOSEN.reset(before)


def chosen_store() -> ResultStore | None:
    """Give what `keeping` chose; None where nothing is kept."""
    return _CHOSEN.get()
