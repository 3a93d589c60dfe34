"""Read export files as they are: any usual encoding and separator, in chunks, within a stated number of rows."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pa_csv

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ROW_LIMIT = 2_000_000
"""Rows read from all opportunity files together, unless the caller allows more. [rows]

A row takes some 100 bytes while it is read and 600 while it is cleaned, so the limit bounds memory at about 1.5 GB.
"""

SUFFIXES = (".csv", ".tsv", ".txt")
LOST_LINES = 0.1  # share of lines that quoted cells may take in a file with an odd number of quotes. Assumed.
_HEAD_BYTES = 1 << 20
_BLOCK_BYTES = 8 << 20
_SEPARATORS = (",", ";", "\t", "|")
_BINARY = {
    b"PK\x03\x04": "an Excel workbook or another zip file", b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip file", b"PAR1": "a Parquet file", b"%PDF": "a PDF",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file whose header, the column names in it, is read and whose rows, after so many lines, are not yet."""

    path: Path
    encoding: str
    separator: str
    lines_before_rows: int
    header: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawRows:
    """The rows of a file as text, a column by field, and how many were left out for another number of cells. [rows]."""

    table: pa.Table
    ragged: int


def export_files(source: Path) -> list[Path]:
    """List the files of an export, a file or the csv, tsv and txt files of a folder by name; InputError without any."""
    if source.is_file():
        return [source]
    if not source.is_dir():
        kind = "is neither a file nor a folder" if source.exists() else "does not exist"
        raise InputError(f"CRM export {source} {kind}; give a folder of CSV files or one or several files")
    try:
        files = sorted(f for f in source.iterdir() if f.suffix.lower() in SUFFIXES and f.is_file())
    except OSError as error:
        raise InputError(f"folder {source} cannot be read: {error.strerror}") from error
    if not files:
        kinds = ", ".join(SUFFIXES)
        raise InputError(f"folder {source} has no {kinds} file; it should hold sales_pipeline.csv or the like")
    return files


def open_export(path: Path) -> RawFile:
    """Find out a file's encoding, separator and column names; InputError if it is empty, no text or has no header."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}") from error
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise InputError(f"{path.name} is {what}; save it as CSV (UTF-8) and try again")
    encoding = _encoding(path, head)
    text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(head)
    if not text.strip("\ufeff \t\r\n"):
        raise InputError(f"{path.name} is empty; an export has a line of column names and one row per record")
    return _header(path, encoding, text, whole=len(head) < _HEAD_BYTES)


def _encoding(path: Path, head: bytes) -> str:
    for bom, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if head.startswith(bom):
            return name
    if b"\0" in head:
        return _wide_encoding(path, head)
    return "utf-8" if _is_utf8(path) else "latin-1"


def _wide_encoding(path: Path, head: bytes) -> str:
    half = len(head) // 2
    low, high = head[: 2 * half : 2].count(0), head[1 : 2 * half : 2].count(0)
    if high > half // 2 and low < half // 10:
        return "utf-16-le"
    if low > half // 2 and high < half // 10:
        return "utf-16-be"
    raise InputError(f"{path.name} is not text (it has zero bytes); export it as CSV (UTF-8) and try again")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str, text: str, *, whole: bool) -> RawFile:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2 and not whole:
        raise InputError(f"{path.name} has no line end in its first megabyte; it is not a table of rows")
    skipped = 0
    while not lines[skipped].strip("\ufeff \t\r\n"):
        skipped += 1
    hint = lines[skipped].strip().strip('"')
    if hint.casefold().startswith("sep=") and len(hint) == 5:
        separator = hint[4]
        skipped += 1
    else:
        unquoted = "".join(lines[skipped].split('"')[::2])
        separator = max(_SEPARATORS, key=unquoted.count)
    reader = csv.reader(io.StringIO("".join(lines[skipped:]), newline=""), delimiter=separator)
    try:
        header = next(reader, [])
    except csv.Error as error:
        raise InputError(f"{path.name}: the line of column names cannot be read: {error}") from error
    names = tuple(name.strip() for name in header)
    if not any(names):
        raise InputError(f"{path.name} has no line of column names")
    return RawFile(path, encoding, separator, skipped + reader.line_num, names)


def read_rows(raw: RawFile, columns: Mapping[str, int], limit: int = ROW_LIMIT) -> RawRows:
    """Read the wanted columns of a file as text, in blocks of 8 MB.

    Args:
        raw: The opened file.
        columns: Column position by field. [column, from 0]
        limit: Rows allowed. [rows]

    Raises:
        InputError: If there are more rows than allowed, or the rows cannot be read.
    """
    ragged = 0

    def skip(_row: object) -> str:
        nonlocal ragged
        ragged += 1
        return "skip"

    parse = pa_csv.ParseOptions(delimiter=raw.separator, newlines_in_values=True, invalid_row_handler=skip)
    try:
        batches = _batches(raw, columns, limit, parse)
    except (pa.ArrowInvalid, OSError, UnicodeError) as error:
        if any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
            return RawRows(_empty(columns), 0)
        reason = str(error).strip().splitlines()[0][:200]
        raise InputError(f"{raw.path.name} cannot be read as a table: {reason}") from error
    if not batches:
        return RawRows(_empty(columns), ragged)
    table = pa.Table.from_batches(batches).select([f"c{i}" for i in columns.values()])
    _check_quotes(raw, table.num_rows + ragged)
    return RawRows(table.rename_columns(list(columns)), ragged)


def _batches(raw: RawFile, columns: Mapping[str, int], limit: int, parse: pa_csv.ParseOptions) -> list[pa.RecordBatch]:
    read = pa_csv.ReadOptions(
        encoding="utf-8" if raw.encoding == "utf-8-sig" else raw.encoding,
        column_names=[f"c{i}" for i in range(len(raw.header))],
        skip_rows=raw.lines_before_rows,
        block_size=_BLOCK_BYTES,
    )
    convert = pa_csv.ConvertOptions(
        include_columns=[f"c{i}" for i in dict.fromkeys(columns.values())],
        column_types={f"c{i}": _type_of(name) for name, i in columns.items()},
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
    )
    rows, batches = 0, []
    with pa_csv.open_csv(raw.path, read_options=read, parse_options=parse, convert_options=convert) as stream:
        for batch in stream:
            rows += batch.num_rows
            if rows > limit:
                raise InputError(
                    f"{raw.path.name} has more than {limit:,} rows, the most that is read; "
                    "export fewer (one or two years are enough) or raise the row limit"
                )
            batches.append(batch)
    return batches


def _empty(columns: Mapping[str, int]) -> pa.Table:
    return pa.schema([(name, _type_of(name)) for name in columns]).empty_table()


def _check_quotes(raw: RawFile, rows: int) -> None:
    """A quote that is never closed makes one cell of the rest of the file; nobody should lose rows that way unheard."""
    quotes = lines = 0
    with raw.path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            quotes += block.count(b'"')
            lines += block.count(b"\n")
    if quotes % 2 and lines - raw.lines_before_rows - rows > LOST_LINES * lines:
        raise InputError(
            f"{raw.path.name} cannot be read as a table: it has an odd number of quotes ({quotes:,}), and "
            f"{lines:,} lines give only {rows:,} rows; close or remove the stray quote"
        )


def _type_of(field: str) -> pa.DataType:
    return pa.string() if field == "opportunity" else pa.dictionary(pa.int32(), pa.string())
