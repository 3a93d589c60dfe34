"""Workbooks of an export: each sheet becomes a text file that is read like any other."""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.crm.read import export_files
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
MOST_UNPACKED = 2_000_000_000
"""What a workbook may unpack to: a million rows of thirty cells take about 1 GB. [bytes]"""


@contextmanager
def unfolded(sources: Sequence[Path]) -> Iterator[list[Path]]:
    """Give the files of an export, the sheets of its workbooks as files of their own while this lasts.

    Raises:
        InputError: There is no file, or a workbook cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="flywheel-") as folder:
        found: list[Path] = []
        for path in dict.fromkeys(path for source in sources for path in export_files(source)):
            found += _sheets(path, Path(folder)) if path.suffix.lower() in WORKBOOKS else [path]
        yield found


def _sheets(path: Path, folder: Path) -> list[Path]:
    """Write the sheets of a workbook that hold a table, under names that say where they are from."""
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - for workbooks only

    _check_size(path)
    files: list[Path] = []
    try:
        book = CalamineWorkbook.from_path(str(path))
        for number, name in enumerate(book.sheet_names):
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if len(rows) < 2:
                continue
            safe = re.sub(r"[^\w .()-]", "_", name)[:60]
            file = folder / str(len(files)) / f"{path.name[:100]}, sheet {safe or number + 1}"
            file.parent.mkdir(exist_ok=True)
            with file.open("w", encoding="utf-8-sig", newline="") as target:
                csv.writer(target).writerows([_text(cell) for cell in row] for row in rows)
            files.append(file)
    except InputError:
        raise
    except Exception as error:
        what = " ".join(str(error).split()) or type(error).__name__
        raise InputError(f"{path.name} cannot be read as a workbook ({what}); save it anew, or as CSV") from error
    if not files:
        raise InputError(f"{path.name} has no sheet with a line of column names and rows below it")
    return files


def _check_size(path: Path) -> None:
    """Refuse an archive that would fill memory, before anything of it is unpacked."""
    try:
        if not zipfile.is_zipfile(path):
            return
        with zipfile.ZipFile(path) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError(f"{path.name} cannot be read as a workbook ({error}); save it anew, or as CSV") from error
    if size > MOST_UNPACKED:
        raise InputError(
            f"{path.name} unpacks to {size:,} bytes, more than the {MOST_UNPACKED:,} that are read; "
            "save the sheet as CSV, or export fewer rows"
        )


def _text(cell: Any) -> str:
    """Write a cell as an export would: dates as ISO dates, whole numbers without a point."""
    if isinstance(cell, dt.datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
