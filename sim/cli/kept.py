"""What a question keeps beside its answer, so that the same command goes on where it was stopped."""

from __future__ import annotations

import functools
import hashlib
import re
import shutil
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.scenario.scenario import Scenario

_BESIDE = {"workers", "cluster", "out", "as_json", "json", "store"}
"""What a command takes that changes nothing of what is run."""

_SEEDS = {"seeds", "seed"}

_OURS = re.compile(r"[0-9a-f]{24}")

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
        InputError: The folder of the runs holds something else.
        DiskError: It cannot be read or written.
    """
    from sim.answers.media import home_of  # noqa: PLC0415 - commands import what they need
    from sim.studies.folders import RUNS  # noqa: PLC0415
    from sim.studies.result_store import keeping  # noqa: PLC0415

    with nullcontext() if out is None else keeping(home_of(out) / RUNS, _key(organization, longer=longer)):
        yield


def study_folder(out: Path, organization: Scenario, *, beside: tuple[str, ...] = ()) -> Path:
    """Name the folder beside the answer for the studies this command runs; nothing is changed yet.

    Args:
        out: Where the answer goes.
        organization: What is asked about, as it was loaded.
        beside: Options that add runs to those there are.

    Raises:
        InputError: The folder of the runs holds something else.
    """
    from sim.answers.media import home_of  # noqa: PLC0415
    from sim.studies.folders import RUNS  # noqa: PLC0415

    home = home_of(out) / RUNS
    there = home.iterdir() if home.is_dir() else ()
    if strange := next((path for path in there if not _OURS.fullmatch(path.name)), None):
        raise InputError(f"{home} holds other files ({strange.name}); name a new or an empty folder")
    return home / _key(organization, beside=beside)


def drop_others(folder: Path) -> None:
    """Remove what other commands kept beside this folder of `study_folder`, once this one has what it asked for."""
    for path in folder.parent.iterdir():
        if path != folder and _OURS.fullmatch(path.name):
            shutil.rmtree(path, ignore_errors=True)


def _key(organization: Scenario | None, *, longer: bool = False, beside: tuple[str, ...] = ()) -> str:
    """Digest of the command with all it reads, and of what answers it. [24 hexadecimal digits]."""
    from sim.studies.plan import digest_of  # noqa: PLC0415
    from sim.studies.version import model_version  # noqa: PLC0415

    name, options = _ASKED.get()
    left_out = _BESIDE.union(beside, _SEEDS if longer else ())
    given = {key: _plain(value) for key, value in sorted(options.items()) if key not in left_out}
    whole = organization.digest() if organization else ""
    return digest_of([name, given, whole, model_version(), _questions(), metadata.version("sales-flywheel")])


def _plain(value: Any) -> Any:
    """A value of an option; what it names on the disk counts by its content."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, (str, Path)) and Path(value).exists():
        return [str(value), _content(Path(value))]
    return str(value) if isinstance(value, Path) else value


def _content(place: Path) -> str:
    files = [place] if place.is_file() else sorted(file for file in place.rglob("*") if file.is_file())
    found = hashlib.blake2b(digest_size=12)
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()


@functools.cache
def _questions() -> str:
    """Digest of the scenarios that are shipped, and of the code that asks."""
    import scenarios  # noqa: PLC0415
    import sim.questions  # noqa: PLC0415

    found = hashlib.blake2b(digest_size=12)
    for house in (Path(scenarios.__file__).parent, Path(sim.questions.__file__).parent):
        for file in sorted(file for kind in ("*.py", "*.toml", "*.csv") for file in house.rglob(kind)):
            found.update(file.read_bytes())
    return found.hexdigest()
