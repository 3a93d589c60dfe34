"""The folder of an answer, and of the runs kept within it: what may be written over, and how it is put in place."""

from __future__ import annotations

import json
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError, write_error
from sim.studies.programs import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER = "analysis.json"
"""File that says of a folder that it is an answer of this program, and which."""

RUNS = "runs"
"""Folder within an answer that keeps the runs it rests on."""

WORLDS = "worlds"
"""Folder within that one, or within a study, that keeps those in plausible worlds, a folder a world."""

ANEW = "ask anew into another folder"
"""The way out wherever a folder is not what is wanted."""


def foreign(folder: object, name: str) -> InputError:
    """Make the refusal of a folder that holds what none of this version has."""
    return InputError(
        f"{folder} holds other files ({name}), of an earlier version or another program; move them away, or {ANEW}"
    )


def check_folder(folder: Path) -> None:
    """Refuse a folder with something in it that is not an earlier answer, or the runs of one; what is hidden stays.

    Raises:
        InputError: It is not ours to write over, or nothing can be written there.
    """
    _check_name(folder)
    try:
        there = sorted(folder.iterdir()) if folder.exists() else []
        ours = _files_of(folder)
        strange = [path for path in there if not path.name.startswith(".") and path.name != RUNS and path not in ours]
    except OSError as error:
        raise InputError(f"{folder} cannot be used: {error.strerror or error}") from error
    if strange:
        raise foreign(folder, strange[0].name)
    check_writable(folder)


def _check_name(folder: Path) -> None:
    """Refuse a name that no folder can have, and that of a file."""
    try:
        if not S_ISDIR(folder.stat().st_mode):
            raise InputError(f"{folder}: this is a file; name a folder")
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:
        raise InputError(f"{str(folder)!r} cannot be used: {getattr(error, 'strerror', None) or error}") from error


def _files_of(folder: Path) -> list[Path]:
    """Give the files of an answer that are there, as its record lists them; none where it is no answer of ours."""
    try:
        record = json.loads((folder / ANSWER).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    ours = isinstance(record, dict) and record.get("program") == PROGRAMS[0] and isinstance(record.get(_FILES), list)
    return [path for path in folder.iterdir() if ours and path.is_file() and path.name in record[_FILES]]


def check_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be written, or made where it does not exist yet.

    Raises:
        InputError: It is such a folder.
    """
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists() or path.is_symlink())
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise InputError(f"{folder}: nothing can be written there ({error.strerror or error})") from error


_DRAFT = ".draft-"
_FILES = "files"


@contextmanager
def fresh_folder(folder: Path | str) -> Iterator[Path]:
    """Give a temporary folder whose files take the place of those in `folder` when all of them have been written.

    Runs that are kept in it stay where they are, for somebody may be at them. Who else writes an answer there waits.

    Raises:
        InputError: The folder holds something else, or nothing can be written there.
    """
    folder = Path(folder)
    _check_name(folder)
    check_writable(folder)
    with _writing(folder), held(folder / f"{_DRAFT}lock"):
        check_folder(folder)  # not before: another may be putting its files in place
        for left in folder.glob(f"{_DRAFT}*/"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=folder, ignore_cleanup_errors=True) as name:
            yield Path(name)
            _put_in_place(Path(name), folder)


@contextmanager
def held(file: Path, *, timeout: float = -1) -> Iterator[None]:
    """Hold a lock, and leave neither its file nor an empty folder made for it.

    Args:
        file: What is locked; killing the process gives it back.
        timeout: How long to wait for whoever holds it; for ever if negative. [seconds]

    Raises:
        Timeout: Another holds it.
        OSError: The file cannot be made.
    """
    from filelock import FileLock  # noqa: PLC0415 - only when something is written

    lock = FileLock(file)
    new = [place for place in file.parents if not place.exists()]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with lock.acquire(timeout=timeout):
            try:
                yield
            finally:
                file.unlink(missing_ok=True)
    finally:
        with suppress(OSError):  # what holds something stays
            for place in new:
                place.rmdir()


def _put_in_place(draft: Path, folder: Path) -> None:
    """Move files up from a draft, the record first; those that stood there are put aside and come back on an error."""
    moved: list[tuple[Path, Path]] = []

    def move(file: Path, to: Path) -> None:
        file.replace(to)
        moved.append((file, to))

    fresh = sorted(draft.iterdir(), key=lambda file: file.name != ANSWER)
    record = json.loads(fresh[0].read_bytes()) | {_FILES: sorted(file.name for file in fresh)}
    fresh[0].write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    earlier = sorted(_files_of(folder), key=lambda file: file.name == ANSWER)
    (aside := draft / _DRAFT).mkdir()
    try:
        for file in earlier:
            move(file, aside / file.name)
        for file in fresh:
            move(file, folder / file.name)
    except OSError:
        for file, to in reversed(moved):
            with suppress(OSError):
                to.replace(file)
        raise


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say in a sentence that nothing can be written into a folder."""
    try:
        yield
    except OSError as error:
        raise write_error(error.filename or f"--out {folder}", error) from error
