"""The folder of a single run: written whole or not at all, and read again by `flywheel deals`."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, write_error
from sim.studies.folders import RUNS, put_in_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

RECORD = "run.json"
TABLES = ("weekly", "deals", "open_deals", "reps", "managers")


@contextmanager
def fresh_folder(folder: Path, record: str) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `folder` when everything in it has been written.

    Runs that are kept in it stay. `record` is the file that marks a folder as one of this program's, which may be
    written over.

    Raises:
        InputError: The folder holds something else, or nothing can be written there.
    """
    check_folder(folder, record)
    with _writing(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with _writing(folder):
            yield draft
            draft.chmod(0o755)
            put_in_place(draft, folder, RUNS)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Say in a sentence that nothing can be written into a folder."""
    try:
        yield
    except OSError as error:
        raise write_error(error.filename or f"--out {folder}", error) from error


def check_folder(folder: Path, record: str) -> None:
    """Refuse a folder with something in it that is not an earlier result of the same kind, or the runs of one.

    Raises:
        InputError: It is not ours to write over.
    """
    if folder.is_dir():
        if {file.name for file in folder.iterdir()} - {RUNS} and not (folder / record).is_file():
            raise InputError(f"--out {folder}: the folder holds other files; name a new or an empty folder")
    elif folder.exists():
        raise InputError(f"--out {folder}: this is a file; name a folder")
    check_writable(folder)


def check_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be written, or made where it does not exist yet.

    Raises:
        InputError: It is such a folder.
    """
    try:
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        tempfile.TemporaryFile(dir=nearest).close()
    except OSError as error:
        raise InputError(f"{folder}: nothing can be written there ({error.strerror or error})") from error


def check_kept(folder: Path, record: str, kept: str) -> None:
    """Refuse a folder that holds something else than a result, or the runs an earlier command `kept` within it.

    Raises:
        InputError: It is not ours to write over.
    """
    if not (folder / kept).is_dir():
        check_folder(folder, record)


def write_beside(write: Callable[[Path], object], folder: Path) -> None:
    """Have files written into a folder that does not exist yet, and put them beside the runs that are kept.

    Raises:
        InputError: Nothing can be written there.
    """
    with _writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".report-", dir=folder) as temporary:
            draft = Path(temporary) / "report"
            write(draft)
            for file in draft.iterdir():
                file.replace(folder / file.name)


def read_record(folder: Path) -> dict[str, Any]:
    """Read what a run's folder says about itself.

    Raises:
        InputError: It is not the folder of a run.
    """
    file = folder / RECORD
    if not file.is_file():
        raise InputError(f"{folder} is not the folder of a run: it has no {RECORD}; make one with flywheel run --out")
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if not isinstance(record, dict) or not {"start_date", "currency", "weeks"} <= record.keys():
        raise InputError(f"{file} is not the record of a run")
    return record


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a run's folder.

    Raises:
        InputError: It is missing or damaged.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    file = folder / f"{name}.parquet"
    try:
        return pd.read_parquet(file)
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error


def zipped(write: Callable[[Path], object]) -> bytes:
    """Write files into a folder that does not exist yet, and give them as one ZIP file."""
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(place) / "result"
        write(folder)
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return packed.getvalue()
