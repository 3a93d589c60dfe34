"""Which column of an export holds which of our fields, and what its stages mean."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
        origin: Where each entry of `columns` was said, for messages.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)
    date_order: str = ""
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
        flags: `our_field=their_column`, `table.our_field=their_column`, `stage.won=their label` or
            `date_order=dmy`; may repeat.
        file: A TOML file with the same names, `[stages]` with lists of labels, and tables named like ours.

    Raises:
        InputError: If a name is unknown or an entry has no value.
    """
    entries: list[tuple[str, str, str]] = [] if file is None else list(_from_file(file))
    entries += [_from_flag(flag) for flag in flags]
    columns: dict[str, str] = {}
    stages: dict[str, str] = {}
    origin: dict[str, str] = {}
    date_order = ""
    for name, value, where in entries:
        if name.startswith("stage."):
            stages[key_of(value)] = _checked_outcome(name.removeprefix("stage."), where)
        elif name == "date_order":
            date_order = _checked_date_order(value, where)
        else:
            columns[_checked_field(name, where)] = value
            origin[name] = where
    return ColumnMap(columns, stages, date_order, origin)


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


def _checked_field(name: str, where: str) -> str:
    table, dot, inner = name.rpartition(".")
    valid = FIELD_NAMES
    if dot:
        if table not in TABLES:
            raise InputError(f"{where}: there is no table {table!r}{nearest(table, TABLES)}")
        valid = tuple(f.name for f in TABLES[table])
    if inner not in valid:
        raise InputError(
            f"{where}: there is no field {inner!r}{nearest(inner, valid) or '; fields: ' + ', '.join(valid)}"
        )
    return name


def _checked_outcome(outcome: str, where: str) -> str:
    if outcome not in OUTCOMES:
        raise InputError(f"{where}: a stage cannot mean {outcome!r}{nearest(outcome, OUTCOMES)}")
    return outcome


def _checked_date_order(value: str, where: str) -> str:
    if value not in DATE_ORDERS:
        raise InputError(f"{where}: date_order is {value!r}; it must be dmy (day first) or mdy (month first)")
    return value


def match_columns(table: str, header: Sequence[str], mapping: ColumnMap) -> dict[str, int]:
    """Find our fields among a header's columns.

    Args:
        table: One of `TABLES`.
        header: Column names as in the file.
        mapping: What the user said; it wins over known names.

    Returns:
        Position of the column by field, for the fields found. [column, from 0]
    """
    found: dict[str, int] = {}
    for known in TABLES[table]:
        said = mapping.column(table, known.name)
        position = None if said is None else _position(said, header)
        if position is not None:
            found[known.name] = position
    for known in TABLES[table]:
        if known.name not in found and mapping.column(table, known.name) is None:
            position = _by_known_name(known, header, set(found.values()))
            if position is not None:
                found[known.name] = position
    return found


def _position(column: str, header: Sequence[str]) -> int | None:
    if column in header:
        return header.index(column)
    keys = [key_of(name) for name in header]
    return keys.index(key_of(column)) if key_of(column) in keys else None


def _by_known_name(known: ExportField, header: Sequence[str], taken: set[int]) -> int | None:
    keys = {key_of(name): i for i, name in reversed(list(enumerate(header))) if i not in taken}
    return next((keys[key] for key in known.keys if key in keys), None)


def table_of(file_name: str, header: Sequence[str], mapping: ColumnMap) -> str | None:
    """Tell which of our tables a file holds, by its name or else by its columns.

    Args:
        file_name: Name without folder, such as "sales_pipeline.csv".
        header: Its column names.
        mapping: What the user said.

    Returns:
        One of `TABLES`, or None when it is none of them.
    """
    named = FILE_NAMES.get(key_of(Path(file_name).stem))
    if named:
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


def check_required(table: str, found: Mapping[str, int], header: Sequence[str], where: str) -> None:
    """Refuse a file that lacks a required field.

    Raises:
        InputError: Names the fields, the nearest columns, and the flag that would help.
    """
    missing = [known for known in TABLES[table] if known.required and known.name not in found]
    if not missing:
        return
    free = [name for i, name in enumerate(header) if i not in found.values()]
    asked = "; ".join(_suggestion(known, free) for known in missing)
    raise InputError(f"{where}: no column found for {asked} (columns: {_listing(header)})")


def _suggestion(known: ExportField, columns: Sequence[str]) -> str:
    near = _nearest_column(known, columns)
    example = f"--map {known.name}='{near or '...'}'"
    return f"{known.name} ({known.doc}): {'did you mean' if near else 'say'} {example}{'?' if near else ''}"


def _nearest_column(known: ExportField, columns: Sequence[str]) -> str | None:
    def closeness(column: str) -> float:
        key = key_of(column)
        return max(SequenceMatcher(None, key, name).ratio() for name in known.keys)

    best = max(columns, key=closeness, default=None)
    return best if best is not None and closeness(best) >= 0.6 else None


def _listing(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] or "(no name)" for name in names[:_MAX_NAMES])
    return shown if len(names) <= _MAX_NAMES else f"{shown} and {len(names) - _MAX_NAMES} more"


def check_said(mapping: ColumnMap, headers: Mapping[str, Sequence[str]]) -> None:
    """Refuse a mapped column that no file has.

    Args:
        mapping: What the user said.
        headers: Column names by file name.

    Raises:
        InputError: Names the flag, the column and the nearest one there is.
    """
    every = list(dict.fromkeys(name for header in headers.values() for name in header))
    for name, column in mapping.columns.items():
        if _position(column, every) is None:
            files = _listing(list(headers))
            clause = nearest(column, every) or f"; columns: {_listing(every)}"
            raise InputError(f"{mapping.origin[name]}: no column {column!r} in {files}{clause}")
