"""Read export files as they are: any usual encoding and separator, in chunks, within a stated number of rows."""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.csv as pa_csv
from charset_normalizer import from_bytes

from sim.crm.alphabets import is_latin, latin_encoding
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from charset_normalizer import CharsetMatch, CharsetMatches

ROW_LIMIT = 2_000_000
"""Rows read from all opportunity files together, unless the caller allows more. [rows]

A row takes some 100 bytes while it is read and 600 while it is cleaned, so the limit bounds memory at about 1.5 GB.
"""

FIRST_ROWS = 500  # rows that show what a column holds. [rows] Assumed.
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
LOST_LINES = 0.1  # share of lines that quoted cells may take in a file with an odd number of quotes. Assumed.
_HEAD_BYTES = 1 << 20
_BLOCK_BYTES = 8 << 20
_SEPARATORS = (",", ";", "\t", "|")
_WIDE = ["utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"]
_LATIN = ("cp1252", "cp1250")
_CYRILLIC_AND_SUCH = ("cp1251", "cp1253", "cp1255", "cp1256", "cp866", "koi8_r")
_ALPHABETS = [*_LATIN, *_CYRILLIC_AND_SUCH, "cp932", "euc_jp", "cp949", "gb18030", "big5"]
"""What a file may be in that is not UTF-8. Without those that differ from another by a few letters only."""

_CHAOTIC = (
    0.5  # share of odd letters that a text may have where letters of English stand in words of their own. Measured.
)
_PASTED = 0.2  # share of lines with foreign letters that are UTF-8 from which a file is two pasted together. Assumed.
_CHAOS, _COHERENCE = 1.0, 10.0  # by how much less likely Windows-1252 may look, to be believed still. [%] Measured.
_WIDE_SAMPLE = 1 << 16  # the same where letters take two or four bytes. [bytes] Assumed.
_SAMPLE = 1_000  # lines with foreign letters by which an encoding is told. [lines] Assumed.

_BINARY = {
    b"PK\x03\x04": "a zip file (a workbook is read if its name ends in .xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Office file (a workbook is read if its name ends in .xls)",
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
    """The rows of a file as text, a column by field, and what was wrong with the others."""

    table: pa.Table  # texts, a column by field. Shape (n_rows,)
    ragged: int  # rows left out, as they have another number of cells. [rows]
    foreign: int  # letters that are not of the encoding; in UTF-8 they were read as Windows-1252. [letters]


def _western(error: UnicodeError) -> tuple[str, int]:
    """Read bytes that are not UTF-8 as Windows-1252, and those it does not have as Latin-1."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(_WESTERN[byte] for byte in error.object[error.start : error.end]), error.end


codecs.register_error("flywheel-western", _western)
_WESTERN = [bytes([i]).decode("latin-1" if i in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for i in range(256)]


class _Decoder:
    """Turns the bytes of a file into UTF-8, block by block, and counts on the way what is looked at afterwards.

    Letters that are not UTF-8 are read one by one, so that a file pasted together from both encodings is read right.
    """

    def __init__(self, encoding: str) -> None:
        make = codecs.getincrementaldecoder(encoding)
        unread = "strict" if encoding.startswith("utf-") else "replace"
        self._decoder = make("flywheel-western" if encoding == "utf-8" else unread)
        self._plain = make("ignore")
        self._begun = False
        self.foreign = self.quotes = self.lines = 0

    def __call__(self, block: bytes | pa.Buffer) -> bytes:
        """Turn the next block, an empty one at the end of the file."""
        data, final = bytes(block), not len(block)
        text = self._decoder.decode(data, final)
        self.foreign += len(text) - len(self._plain.decode(data, final))
        self.quotes += text.count('"')
        self.lines += max(text.count("\n"), text.count("\r"))
        if text and not self._begun:
            text, self._begun = text.removeprefix("\ufeff"), True
        return text.encode()


def export_files(source: Path) -> list[Path]:
    """List the files of an export, a file or the texts and workbooks of a folder by name; InputError without any."""
    try:
        if source.is_file():
            return [source]
    except OSError as error:
        raise InputError(f"CRM export {source} cannot be read: {error.strerror}") from error
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


def open_export(path: Path, encoding: str = "") -> RawFile:
    """Find out a file's encoding, unless it is said and the file does not mark it, separator and column names.

    Raises:
        InputError: It is empty, no text or has no header.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}") from error
    for magic, what in _BINARY.items():
        if head.startswith(magic):
            raise InputError(f"{path.name} is {what}; save it as CSV (UTF-8) and try again")
    if head.startswith(codecs.BOM_UTF8) or not encoding:
        encoding = _encoding(path, head)
    try:
        text = _Decoder(encoding)(head).decode()
    except UnicodeError as error:
        raise InputError(f"{path.name} is not the {encoding.upper()} text it begins as: {error}") from error
    if not text.strip(" \t\r\n"):
        raise InputError(f"{path.name} is empty; an export has a line of column names and one row per record")
    return _header(path, encoding, text, whole=len(head) < _HEAD_BYTES)


def _encoding(path: Path, head: bytes) -> str:
    """Tell the encoding; "utf-8" stands for it, for Windows-1252, and for both pasted together."""
    if b"\0" in head:
        if wide := from_bytes(head[: min(len(head), _WIDE_SAMPLE) // 4 * 4], cp_isolation=_WIDE).best():
            return wide.encoding.replace("_", "-")
        raise InputError(f"{path.name} is not text (it has zero bytes); export it as CSV (UTF-8) and try again")
    foreign = [line for line in head.splitlines() if not line.isascii()][:_SAMPLE]
    if sum(map(_is_utf8, foreign)) >= _PASTED * len(foreign):
        return "utf-8"
    latin = is_latin(foreign)
    never = () if latin is None else _CYRILLIC_AND_SUCH if latin else _LATIN
    possible = [name for name in _ALPHABETS if name not in never]
    found = from_bytes(b"\n".join(foreign), cp_isolation=possible, threshold=_CHAOTIC if latin is False else 0.2)
    best = found.best()
    if best is not None and (latin is False or not (best.encoding in _LATIN or _western_like(best, found))):
        return best.encoding.replace("_", "-")
    told = latin_encoding(foreign)
    return "utf-8" if told == "cp1252" else told


def _western_like(best: CharsetMatch, found: CharsetMatches) -> bool:
    """Whether Windows-1252 is nearly as likely as the best."""
    least, most = best.percent_coherence - _COHERENCE, best.percent_chaos + _CHAOS
    alike = [match for match in found if match.percent_coherence >= least and match.percent_chaos <= most]
    return any("cp1252" in match.could_be_from_charset for match in alike)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _header(path: Path, encoding: str, text: str, *, whole: bool) -> RawFile:
    lines = text.splitlines(keepends=True)
    if len(lines) < 2 and not whole:
        raise InputError(f"{path.name} has no line end in its first megabyte; it is not a table of rows")
    skipped = 0
    while not lines[skipped].strip(" \t\r\n"):
        skipped += 1
    hint = lines[skipped].strip().strip('"')
    if hint.casefold().startswith("sep=") and len(hint) == 5:
        separator = hint[4]
        if not separator.isascii():
            raise InputError(
                f"{path.name} names the separator {separator!r} in its first line; use one of , ; | or tab"
            )
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


def first_rows(raw: RawFile) -> list[list[str]]:
    """Read the first rows that have as many cells as there are columns, from the first megabyte."""
    with raw.path.open("rb") as file:
        text = _Decoder(raw.encoding)(file.read(_HEAD_BYTES)).decode()
    reader = csv.reader(text.splitlines(keepends=True)[raw.lines_before_rows :], delimiter=raw.separator)
    rows: list[list[str]] = []
    with suppress(csv.Error):
        rows.extend(islice((row for row in reader if len(row) == len(raw.header)), FIRST_ROWS))
    return rows


def read_rows(raw: RawFile, columns: Mapping[str, int], limit: int = ROW_LIMIT) -> RawRows:
    """Read the wanted columns of a file as text, in blocks of 8 MB.

    Args:
        raw: The opened file.
        columns: Column position by field. [column, from 0]
        limit: Rows allowed. [rows]

    Raises:
        InputError: If there are more rows than allowed, or the rows cannot be read.
    """
    ragged, decoder = 0, _Decoder(raw.encoding)

    def skip(_row: object) -> str:
        nonlocal ragged
        ragged += 1
        return "skip"

    parse = pa_csv.ParseOptions(delimiter=raw.separator, newlines_in_values=True, invalid_row_handler=skip)
    try:
        batches = _batches(raw, columns, limit, parse, decoder)
    except (pa.ArrowInvalid, OSError, UnicodeError) as error:
        if any(words in str(error) for words in ("Empty CSV", "Could not skip initial")):
            return RawRows(_empty(columns), 0, 0)
        reason = str(error).strip().splitlines()[0][:200]
        if "straddling" in reason:
            reason = "a row is longer than 8 MB; shorten its longest cell, or close a stray quote"
        raise InputError(f"{raw.path.name} cannot be read as a table: {reason}") from error
    if not batches:
        return RawRows(_empty(columns), ragged, decoder.foreign)
    table = pa.Table.from_batches(batches).select([f"c{i}" for i in columns.values()])
    _check_quotes(raw, decoder, table.num_rows + ragged)
    return RawRows(table.rename_columns(list(columns)), ragged, decoder.foreign)


def _batches(
    raw: RawFile, columns: Mapping[str, int], limit: int, parse: pa_csv.ParseOptions, decoder: _Decoder
) -> list[pa.RecordBatch]:
    read = pa_csv.ReadOptions(
        column_names=[f"c{i}" for i in range(len(raw.header))], skip_rows=raw.lines_before_rows, block_size=_BLOCK_BYTES
    )
    convert = pa_csv.ConvertOptions(
        include_columns=[f"c{i}" for i in dict.fromkeys(columns.values())],
        column_types={f"c{i}": _type_of(name) for name, i in columns.items()},
        strings_can_be_null=False,
        quoted_strings_can_be_null=False,
    )
    rows, batches = 0, []
    with (
        raw.path.open("rb") as file,
        pa_csv.open_csv(
            pa.TransformInputStream(pa.PythonFile(file), decoder),
            read_options=read, parse_options=parse, convert_options=convert,
        ) as stream,
    ):  # fmt: skip
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


def _check_quotes(raw: RawFile, decoder: _Decoder, rows: int) -> None:
    """A quote that is never closed makes one cell of the rest of the file; nobody should lose rows that way unheard."""
    quotes, lines = decoder.quotes, decoder.lines
    if quotes % 2 and lines - raw.lines_before_rows - rows > LOST_LINES * lines:
        raise InputError(
            f"{raw.path.name} cannot be read as a table: it has an odd number of quotes ({quotes:,}), and "
            f"{lines:,} lines give only {rows:,} rows; close or remove the stray quote"
        )


def _type_of(field: str) -> pa.DataType:
    return pa.string() if field == "opportunity" else pa.dictionary(pa.int32(), pa.string())
