"""Tables as Parquet files that say what they are and can tell whether they have been changed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.scenario.errors import DiskError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from sim.studies.storage import Storage

_KEY = b"sales-flywheel"
_DIGITS = 16
_SMALL = 32  # rows that are not worth compressing, column by column


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file and what the file says of itself."""

    table: Any  # pyarrow ships no types
    facts: dict[str, Any]

    @property
    def content(self) -> str:
        """Hash of names and values. [16 hexadecimal digits]."""
        return str(self.facts["content"])

    def frame(self) -> pd.DataFrame:
        """Give it to pandas."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame


def sheet_of(frame: pd.DataFrame, facts: Mapping[str, Any], kinds: Mapping[str, Any] | None = None) -> Sheet:
    """Make a table of plain types: words, whole and other numbers, switches; the index is left out.

    Facts are what the file shall say of itself; kinds are types by column, what pandas has by default.
    """
    table = pa.Table.from_pandas(frame, preserve_index=False)
    plain = pa.schema([(column.name, (kinds or {}).get(column.name, _plain(column.type))) for column in table.schema])
    return sealed(table.cast(plain).replace_schema_metadata(None).combine_chunks(), facts)


def sealed(table: Any, facts: Mapping[str, Any]) -> Sheet:
    """Make a sheet of a table of plain types, with the hash of what is in it."""
    return Sheet(table, {**facts, "content": content_of(table)})


def content_of(table: Any) -> str:
    """Hash names and values, whichever program and version wrote the file. [16 hexadecimal digits]."""
    content = hashlib.blake2b(digest_size=_DIGITS // 2)
    for name, column in zip(table.column_names, table.columns, strict=True):
        content.update(json.dumps([name, str(column.type), len(column)]).encode())
        if pa.types.is_string(column.type):
            content.update(json.dumps(column.to_pylist()).encode())
        else:
            content.update(column.is_null().to_numpy().tobytes())
            content.update((column.fill_null(0) if column.null_count else column).to_numpy().tobytes())
    return content.hexdigest()


def to_bytes(sheet: Sheet) -> bytes:
    """Write it as a Parquet file: the same bytes for the same table."""
    words = [column.name for column in sheet.table.schema if pa.types.is_string(column.type)]
    out = BytesIO()
    compression = "zstd" if sheet.table.num_rows > _SMALL else "none"
    with pq.ParquetWriter(
        out, sheet.table.schema, compression=compression, use_dictionary=words, write_statistics=False,
        store_schema=False,
    ) as writer:  # fmt: skip
        writer.write_table(sheet.table)
        writer.add_key_value_metadata({_KEY: json.dumps(sheet.facts, sort_keys=True)})
    return out.getvalue()


def read_sheet(place: Storage, file: str, way_out: str) -> Sheet:
    """Read a file and compare it with what it says of itself.

    InputError, with the way out, if it is damaged, from elsewhere, or has been changed.
    """
    where = f"{place.name}/{file}"
    try:
        table = pq.ParquetFile(BytesIO(place.read(file))).read(use_threads=False)
    except (OSError, ValueError) as error:  # pyarrow's own errors are among these
        reason = " ".join(str(error).split())
        raise DiskError(f"{where} is damaged and cannot be read ({reason[:120]}); {way_out}") from None
    facts = _facts(table)
    if not facts:
        raise InputError(f"{where} was not written by this program, or has been written again; {way_out}")
    table = table.replace_schema_metadata(None).combine_chunks()
    if (content := content_of(table)) != facts["content"]:
        raise DiskError(
            f"{where} has been changed: its content hash is {content}, not {facts['content']} as it says; {way_out}"
        )
    return Sheet(table, facts)


def name_of(runs: Iterable[str]) -> str:
    """Name the part that holds these runs."""
    text = " ".join(sorted(runs))
    return f"part-{hashlib.blake2b(text.encode(), digest_size=_DIGITS // 2).hexdigest()}.parquet"


def _facts(table: Any) -> dict[str, Any]:
    try:
        facts = json.loads((table.schema.metadata or {})[_KEY])
    except (KeyError, ValueError):
        return {}
    return facts if isinstance(facts, dict) and "content" in facts else {}


def _plain(kind: Any) -> Any:
    """Categories and columns without any value are words."""
    worded = pa.types.is_dictionary(kind) or pa.types.is_large_string(kind) or pa.types.is_null(kind)
    return pa.string() if worded else kind
