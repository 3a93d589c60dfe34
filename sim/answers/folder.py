"""The folder of a single run, as `flywheel deals` reads it again; and any answer as one ZIP file."""

from __future__ import annotations

import datetime as dt
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.studies.folders import ANSWER

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

TABLES = ("weekly", "deals", "open_deals", "reps", "managers")


def read_record(folder: Path) -> dict[str, Any]:
    """Read what a run's folder says about itself.

    Raises:
        InputError: It is not the folder of a run.
    """
    file = folder / ANSWER
    if not file.is_file():
        raise InputError(f"{folder} is not the folder of a run: it has no {ANSWER}; make one with flywheel run --out")
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{file} cannot be read: {error}") from error
    if not isinstance(record, dict) or not {"start_date", "currency", "weeks"} <= record.keys():
        raise InputError(f"{file} is not the record of a run")
    try:
        dt.date.fromisoformat(record["start_date"])
    except (TypeError, ValueError) as error:
        raise InputError(f"{file} cannot be read: its start_date is no date") from error
    return record


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a run's folder.

    Raises:
        InputError: It is missing or damaged.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import

    file = folder / f"{name}.parquet"
    if not file.is_file():
        raise InputError(f"{folder} has no {file.name}; make it anew with flywheel run --out")
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
