"""What a question keeps beside its answer, so that the same command goes on where it was stopped."""

from __future__ import annotations

import functools
import hashlib
import math
import os
import re
import shutil
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.studies.folders import RUNS, check_folder, foreign, held

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sim.scenario.scenario import Scenario

_BESIDE = {"workers", "cluster", "out", "as_json", "json", "store"}
"""What a command takes that changes nothing of what is run."""

_SEEDS = {"seeds", "seed"}

_OURS = re.compile(r"[0-9a-f]{24}")
_LOCK = re.compile(rf"\.{_OURS.pattern}\.lock")

_ASKED: ContextVar[tuple[str, dict[str, Any]]] = ContextVar("asked")


def keeps_runs(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command use `kept_runs`, which goes by what the command was given."""

    @functools.wraps(command)
    def run(**given: Any) -> None:
        before = _ASKED.set((command.__name__, given))
        try:
            command(**given)
        finally:
            _ASKED.reset(before)

    return run


@contextmanager
def kept_runs(out: Path | None, organization: Scenario | None = None, *, longer: bool = False) -> Iterator[None]:
    """Keep finished seeds of what this command runs beside its answer, and run none that is there.

    Args:
        out: Where the answer goes; None keeps nothing.
        organization: What is asked about, as it was loaded.
        longer: Whether more seeds add runs to those there are, since no run hangs on how many there are.

    Raises:
        InputError: The folder of the answer or of the runs holds something else.
        DiskError: It cannot be read or written.
    """
    from sim.studies.result_store import keeping  # noqa: PLC0415 - commands import what they need

    if out is None:
        yield
        return
    beside = _SEEDS if longer else ()
    with runs_folder(out, organization, beside=beside) as folder, keeping(folder, folder.name, _ASKED.get()[0]):
        yield


@contextmanager
def runs_folder(out: Path, organization: Scenario | None, *, beside: Iterable[str] = ()) -> Iterator[Path]:
    """Give the folder beside the answer for what this command runs; at its end that is all that is kept there.

    Args:
        out: Where the answer goes.
        organization: What is asked about, as it was loaded.
        beside: Options that add runs to those there are.

    Raises:
        InputError: The folder of the answer or of the runs holds something else.
    """
    home = runs_home(out)
    if strange := next((path.name for path in _within(home) if not _OURS.fullmatch(path.name)), ""):
        raise foreign(home, strange)
    folder = home / _key(organization, beside)
    with _held(folder):
        yield folder
    for path in _within(home):
        if path != folder:
            with _held(path) as alone:
                if alone:
                    shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold the runs of one command, so that none other clears them away; False where another process holds them."""
    from filelock import Timeout  # noqa: PLC0415 - only when something is kept

    with ExitStack() as holding:
        try:
            holding.enter_context(held(folder.with_name(f".{folder.name}.lock"), timeout=0))
        except (Timeout, OSError):
            yield False
            return
        yield True


def runs_home(out: Path) -> Path:
    """Give the folder of all runs beside an answer; InputError if that of the answer holds something else."""
    from sim.answers.media import home_of  # noqa: PLC0415 - as above

    home = home_of(out)
    check_folder(home)
    return home / RUNS


def _within(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not _LOCK.fullmatch(path.name)) if folder.is_dir() else []


def _key(organization: Scenario | None, beside: Iterable[str]) -> str:
    """Digest of the command with all it reads, and of what answers it. [24 hexadecimal digits]."""
    from sim.studies.plan import digest_of  # noqa: PLC0415
    from sim.studies.version import asking_version  # noqa: PLC0415

    name, options = _ASKED.get()
    given = {key: _plain(value) for key, value in sorted(options.items()) if key not in _BESIDE.union(beside)}
    return digest_of([name, given, organization.digest() if organization else "", asking_version()])


def _plain(value: Any) -> Any:
    """A value of an option; what it names on the disk counts by its content, what no JSON has by its name."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (str, Path)) and os.path.exists(value):  # noqa: PTH110 - Path.exists fails at long settings
        return [str(value), _content(Path(value))]
    unlike_json = isinstance(value, Path) or (isinstance(value, float) and not math.isfinite(value))
    return str(value) if unlike_json else value


def _content(place: Path) -> str:
    files = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
    found = hashlib.blake2b(digest_size=12)
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()
