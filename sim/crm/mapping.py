"""Which column of an export holds which of our fields, and what its stages mean."""

from __future__ import annotations

import codecs
import tomllib
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rapidfuzz import fuzz

from sim.crm.vocabulary import FILE_NAMES, OUTCOMES, TABLES, ExportField, key_of, outcome_of
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

DATE_ORDERS = ("dmy", "mdy")
FIELD_NAMES = tuple(dict.fromkeys(f.name for fields in TABLES.values() for f in fields))
_MAX_NAMES = 12
_MAX_FILE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """What the user said about an export's columns and stages.

    Attributes:
        columns: Their column by our field, or by `table.field` where only one table is meant.
        stages: Outcome (one of `OUTCOMES`) by the key of a stage's label.
        date_order: "dmy" or "mdy" where the user settles dates such as 03/04/2017; empty if not said.
        encoding: That of every text file, as Python names it; empty if not said.
        origin: Where each entry of `columns` was said, for messages.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
    encoding: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)

    def outcome(self, stage: str) -> str:
        """Tell what a stage's label means: as the user said, else by its words."""
        return self.stages.get(key_of(stage)) or outcome_of(stage)

    def column(self, table: str, name: str) -> str | None:
        """Column the user gave for a field of a table; None if not said."""
        return self.columns.get(f"{table}.{name}", self.columns.get(name))


def parse_mapping(flags: Sequence[str] = (), file: Path | None = None) -> ColumnMap:
    """Read `--map` flags and a mapping file; flags win over the file.

    Args:
        flags: `our_field=their_column`, `table.our_field=their_column`, `stage.won=their label`, `date_order=dmy` or
            `encoding=cp1254`; may repeat.
        file: A TOML file with the same names, `[stages]` with lists of labels, and tables named like ours.

    Raises:
        InputError: If a name is unknown or an entry has no value.
    """
    entries: list[tuple[str, str, str]] = [] if file is None else list(_from_file(file))
    entries += [_from_flag(flag) for flag in flags]
    columns: dict[str, str] = {}
    stages: dict[str, str] = {}
    origin: dict[str, str] = {}
    date_order = encoding = ""
    for name, value, where in entries:
        if name.startswith("stage."):
            if (outcome := name.removeprefix("stage.")) not in OUTCOMES:
                raise InputError(f"{where}: a stage cannot mean {outcome!r}{nearest(outcome, OUTCOMES)}")
            stages[key_of(value)] = outcome
        elif name == "date_order":
            if value not in DATE_ORDERS:
                raise InputError(f"{where}: date_order is {value!r}; it must be dmy (day first) or mdy (month first)")
            date_order = value
        elif name == "encoding":
            encoding = _checked_encoding(value, where)
        else:
            _check_field(name, where)
            columns[name], origin[name] = value, where
    return ColumnMap(columns, stages, date_order, encoding, origin)


def _checked_encoding(name: str, where: str) -> str:
    """Refuse what is no encoding of texts, or one in which the letters of English are others."""
    english = bytes(range(128))
    try:
        known = codecs.lookup(name).name
        if known.startswith(("utf-16", "utf-32")) or english.decode(known) == english.decode("ascii"):
            return known
    except (LookupError, UnicodeError):
        pass
    raise InputError(f"{where}: there is no encoding {name!r} of texts; utf-8, cp1252, cp1254 and latin-1 are some")


def _from_flag(flag: str) -> tuple[str, str, str]:
    name, equals, value = flag.partition("=")
    if not equals or not name.strip() or not value.strip():
        raise InputError(f"--map {flag!r} is not of the form our_field=their_column, such as --map seller='Deal owner'")
    return name.strip(), value.strip(), f"--map {flag!r}"


def _from_file(file: Path) -> Iterable[tuple[str, str, str]]:
    for name, value in _toml(file).items():
        where = f"mapping file {file.name}, key {name!r}"
        if name == "stages" and isinstance(value, dict):
            for outcome, labels in value.items():
                for label in labels if isinstance(labels, list) else [labels]:
                    yield f"stage.{outcome}", _text(label, where), where
        elif isinstance(value, dict):
            for inner, column in value.items():
                yield f"{name}.{inner}", _text(column, where), where
        else:
            yield name, _text(value, where), where


def _toml(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise InputError(f"mapping file {file} is {'a directory' if file.is_dir() else 'not there'}")
    if file.stat().st_size > _MAX_FILE_BYTES:
        raise InputError(f"mapping file {file.name} is larger than 1 MB, which no mapping is; is it the export itself?")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"mapping file {file.name} is not readable TOML: {error}") from error


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {value!r} is not a column's name or a stage's label in quotes")
    return value.strip()


def _check_field(name: str, where: str) -> None:
    table, dot, inner = name.rpartition(".")
    valid = FIELD_NAMES
    if dot:
        if table not in TABLES:
            raise InputError(f"{where}: there is no table {table!r}{nearest(table, TABLES)}")
        valid = tuple(f.name for f in TABLES[table])
    if inner not in valid:
        clause = nearest(inner, valid) or f"; fields: {', '.join(valid)}"
        raise InputError(f"{where}: there is no field {inner!r}{clause}")


def match_columns(table: str, header: Sequence[str], mapping: ColumnMap) -> dict[str, int]:
    """Find a table's fields among a header's columns, as the user said or by known names: position by field, from 0."""
    positions: dict[str, int] = {}
    said = {entry: mapping.column(table, entry.name) for entry in TABLES[table]}
    for entry, column in said.items():
        if column is not None and (position := _position(column, header)) is not None:
            positions[entry.name] = position
    for entry, column in said.items():
        if column is None and (position := _by_known_name(entry, header, set(positions.values()))) is not None:
            positions[entry.name] = position
    return positions


def _position(column: str, header: Sequence[str]) -> int | None:
    if column in header:
        return header.index(column)
    keys = [key_of(name) for name in header]
    return keys.index(key_of(column)) if key_of(column) in keys else None


def _by_known_name(field: ExportField, header: Sequence[str], taken: set[int]) -> int | None:
    keys = {key_of(name): i for i, name in reversed(list(enumerate(header))) if i not in taken}
    return next((keys[key] for key in field.keys if key in keys), None)


def table_of(file_name: str, header: Sequence[str], mapping: ColumnMap) -> str | None:
    """Tell which of `TABLES` a file holds, by its name without folder or else by its columns; None if none of them."""
    if named := FILE_NAMES.get(key_of(Path(file_name).stem)):
        return named
    fields = {table: match_columns(table, header, mapping).keys() for table in TABLES}
    if {"stage", "amount"} & fields["opportunities"] and {"seller", "closed", "created"} & fields["opportunities"]:
        return "opportunities"
    if {"seller", "manager"} <= fields["teams"]:
        return "teams"
    if {"line", "price"} <= fields["products"]:
        return "products"
    if "account" in fields["accounts"] and len(fields["accounts"]) > 1:
        return "accounts"
    return None


def check_required(
    table: str,
    positions: Mapping[str, int],
    header: Sequence[str],
    where: str,
    fitting: Mapping[str, str] | None = None,
) -> None:
    """Raise InputError for a file that lacks a required field, with what fits or is named nearly so, and the flag."""
    absent = [field for field in TABLES[table] if field.name not in positions]
    missing = [field for field in absent if field.required or field.name in (fitting or {})]
    if any(field.required for field in missing):
        free = [name for i, name in enumerate(header) if i not in positions.values()]
        asked = "; ".join(_suggestion(field, free, (fitting or {}).get(field.name, "")) for field in missing)
        raise InputError(f"{where}: no column found for {asked} (columns: {_listing(header)})")


def _suggestion(field: ExportField, columns: Sequence[str], fitting: str) -> str:
    if fitting:
        return f"{field.name} ({field.doc}): {fitting}?"
    near = _nearest_column(field, columns)
    example = f"--map {field.name}='{near or '...'}'"
    return f"{field.name} ({field.doc}): {'did you mean' if near else 'say'} {example}{'?' if near else ''}"


def closeness(field: ExportField, column: str) -> float:
    """How near a column's name is to those a field is known by, 0 to 100; 0 below 60."""
    return max(float(fuzz.ratio(key_of(column), name, score_cutoff=60)) for name in field.keys)


def _nearest_column(field: ExportField, columns: Sequence[str]) -> str | None:
    best = max(columns, key=partial(closeness, field), default=None)
    return best if best is not None and closeness(field, best) else None


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] or "(no name)" for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


def check_said(mapping: ColumnMap, headers: Mapping[str, Sequence[str]]) -> None:
    """Raise InputError for a mapped column no file has, with the flag and the nearest; headers are by file name."""
    every = list(dict.fromkeys(name for header in headers.values() for name in header))
    for name, column in mapping.columns.items():
        if _position(column, every) is None:
            files = _listing(list(headers))
            clause = nearest(column, every) or f"; columns: {_listing(every)}"
            raise InputError(f"{mapping.origin[name]}: no column {column!r} in {files}{clause}")
