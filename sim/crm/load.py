"""From an export to clean data: files in, `CrmData` out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from sim.crm.centres import Centres, buying_centres
from sim.crm.clean import clean_opportunities
from sim.crm.mapping import ColumnMap, check_required, check_said, match_columns, parse_mapping, table_of
from sim.crm.moments import Moments, measure
from sim.crm.names import tidy_text
from sim.crm.one_segment import only_segment
from sim.crm.organization import accounts_of, lines_of, reference_table, sellers_of
from sim.crm.quality import Quality, RepairKind
from sim.crm.read import ROW_LIMIT, RawFile, RawRows, open_export, read_rows
from sim.crm.sheets import unfolded
from sim.crm.suggest import suggestions
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

_KEYS = {"accounts": "account", "products": "line", "teams": "seller"}

MOST_COLUMNS = 12  # names of unused columns that are listed. [columns]


@dataclass(frozen=True, slots=True)
class CrmData:
    """A CRM export, cleaned and measured.

    Attributes:
        name: Short name of the export, from its folder or file.
        opportunities: See `sim.crm.clean.Cleaned.frame`; beside it `centre`, the number of the buying centre within
            seller and account (-1 if none is known). Shape (n_opportunities,).
        accounts: account, parent, sector, country. Shape (n_accounts,).
        lines: See `sim.crm.organization.lines_of`. Shape (n_lines,).
        sellers: See `sim.crm.organization.sellers_of`. Shape (n_sellers,).
        centres: Buying centres by seller and account.
        moments: What the data say in numbers.
        quality: What was repaired, dropped or could not be known.
        as_of: Last day the data know of.
        currency: Label that the amounts carry; empty if they carry none.
        files: Table by file name, in the order read.
    """

    name: str
    opportunities: pd.DataFrame
    accounts: pd.DataFrame
    lines: pd.DataFrame
    sellers: pd.DataFrame
    centres: Centres
    moments: Moments
    quality: Quality
    as_of: pd.Timestamp
    currency: str
    files: dict[str, str]

    @property
    def active_sellers(self) -> pd.DataFrame:
        """Sellers with at least one opportunity."""
        return self.sellers[self.sellers["opportunities"] > 0].reset_index(drop=True)


def load_crm(
    sources: Path | str | Sequence[Path | str],
    maps: Sequence[str] = (),
    mapping_file: Path | str | None = None,
    row_limit: int = ROW_LIMIT,
    segment: str = "",
) -> CrmData:
    """Read, clean and measure a CRM export.

    Args:
        sources: A folder with the export's files, one file, or several.
        maps: `our_field=their_column` each; see `sim.crm.mapping.parse_mapping`.
        mapping_file: TOML file with the same.
        row_limit: Opportunities read at most; more are refused. [rows]
        segment: Field and value of the only opportunities that are kept; see `sim.crm.one_segment.only_segment`.

    Raises:
        InputError: If the export cannot be used; one sentence.
    """
    listed = [sources] if isinstance(sources, Path | str) else list(sources)
    mapping = parse_mapping(maps, Path(mapping_file) if mapping_file is not None else None)
    quality = Quality()
    try:
        return _load([Path(source) for source in listed], mapping, row_limit, segment, quality)
    except InputError as error:
        ways = [found.what for found in quality.of(RepairKind.SUGGESTED)]
        raise InputError("; ".join([str(error), *ways])) from error


def _load(sources: list[Path], mapping: ColumnMap, row_limit: int, segment: str, quality: Quality) -> CrmData:
    if not sources:
        raise InputError("no CRM export was given; give a folder of files or one or several files")
    with unfolded(sources) as paths:
        files = _open_all(paths, mapping, quality)
        check_said(mapping, {raw.path.name: raw.header for _, raw in files})
        tables = _read_all(files, mapping, row_limit, quality)
    references = {table: reference_table(tables.get(table), key, table, quality) for table, key in _KEYS.items()}
    spellings = {key: [str(name) for name in references[table][key]] for table, key in _KEYS.items()}
    if "manager" in references["teams"]:
        spellings["manager"] = [str(name) for name in references["teams"]["manager"].dropna().unique()]
    cleaned = clean_opportunities(tables["opportunities"], mapping, quality, spellings)
    if segment:
        cleaned = only_segment(cleaned, segment, references["teams"], quality)
    sellers = sellers_of(references["teams"], cleaned.frame, quality)
    for name in ("manager", "region"):
        own = cleaned.frame["seller"].astype("str").map(sellers.set_index("seller")[name])
        cleaned.frame[name] = own.astype("category")
    accounts = accounts_of(references["accounts"], cleaned.frame, quality)
    lines = lines_of(references["products"], cleaned.frame, quality)
    centres = buying_centres(cleaned.frame, accounts, cleaned.as_of, quality)
    cleaned.frame["centre"] = centres.of_opportunity
    moments = measure(cleaned, quality)
    _report_unknown(cleaned.frame, cleaned.currency, quality)
    first = sources[0].resolve()
    kinds = {raw.path.name: table for table, raw in files}
    name = tidy_text(first.name if first.is_dir() else first.stem) or "crm"
    return CrmData(
        name, cleaned.frame, accounts, lines, sellers, centres, moments, quality, cleaned.as_of, cleaned.currency, kinds
    )


def _open_all(paths: list[Path], mapping: ColumnMap, quality: Quality) -> list[tuple[str, RawFile]]:
    files: list[tuple[str, RawFile]] = []
    strangers: list[RawFile] = []
    for path in paths:
        raw = open_export(path, mapping.encoding)
        table = table_of(path.name, raw.header, mapping)
        if table is None:
            strangers.append(raw)
        else:
            files.append((table, raw))
    if not any(table == "opportunities" for table, _ in files):
        files += _last_resort(strangers, [raw for _, raw in files])
        strangers = strangers[1:]
    for raw in strangers:
        quality.add(RepairKind.NOTED, raw.path.name, "none of the tables that are read; ignored", count=1, unit="files")
    return files


def _last_resort(strangers: list[RawFile], others: list[RawFile]) -> list[tuple[str, RawFile]]:
    """One unknown file must be the opportunities, so that the user hears which columns it lacks."""
    if len(strangers) == 1:
        return [("opportunities", strangers[0])]
    names = ", ".join(raw.path.name for raw in others + strangers)
    raise InputError(
        f"none of {names} holds opportunities; name one sales_pipeline.csv, or map its columns with "
        "--map stage=... --map seller=... --map created=... --map closed=... --map amount=..."
    )


def _read_all(
    files: list[tuple[str, RawFile]], mapping: ColumnMap, row_limit: int, quality: Quality
) -> dict[str, pd.DataFrame]:
    parts: dict[str, list[pa.Table]] = {}
    for table, raw in files:
        columns = match_columns(table, raw.header, mapping)
        fitting = suggestions(raw, columns, mapping) if table == "opportunities" else {}
        check_required(table, columns, raw.header, raw.path.name, fitting)
        for field, what in fitting.items():
            quality.add(RepairKind.SUGGESTED, f"{raw.path.name}, {field}", what)
        left = row_limit - sum(part.num_rows for part in parts.get(table, []))
        rows = read_rows(raw, columns, left)
        if unused := [name for i, name in enumerate(raw.header) if i not in columns.values() and name]:
            shown = ", ".join(name[:40] for name in unused[:MOST_COLUMNS]) + (
                "..." if len(unused) > MOST_COLUMNS else ""
            )
            what = f"columns that are not used: {shown}"
            quality.add(RepairKind.NOTED, raw.path.name, what, count=len(unused), unit="columns")
        _report_file(raw, table, rows, quality)
        parts.setdefault(table, []).append(rows.table)
    frames: dict[str, pd.DataFrame] = {}
    for table, several in parts.items():
        frames[table] = pa.concat_tables(several, promote_options="default").unify_dictionaries().to_pandas()
    if frames["opportunities"].empty:
        names = ", ".join(raw.path.name for table, raw in files if table == "opportunities")
        other = quality.count(RepairKind.DROPPED)
        none = f"no row with as many cells as columns, of {other:,}" if other else "no rows"
        raise InputError(f"{names} has column names and {none}")
    return frames


def _report_file(raw: RawFile, table: str, read: RawRows, quality: Quality) -> None:
    name, rows = raw.path.name, read.table.num_rows
    told = "" if raw.encoding.startswith("utf-") else " (say --map encoding=NAME if names look wrong)"
    what = f"read as {table}, {raw.encoding}{told}, separator {raw.separator!r}"
    quality.add(RepairKind.NOTED, name, what, count=rows)
    other = "read as Windows-1252; say --map encoding=NAME if names look wrong"
    what = f"letters that are not {raw.encoding.upper()}; {other if raw.encoding == 'utf-8' else 'lost'}"
    quality.add_if(RepairKind.REPAIRED, name, what, count=read.foreign, unit="letters")
    what = "rows with another number of cells than there are columns"
    quality.add_if(RepairKind.DROPPED, name, what, count=read.ragged, total=rows + read.ragged)


def _report_unknown(frame: pd.DataFrame, currency: str, quality: Quality) -> None:
    """Say what no export of this kind holds and the scenario therefore assumes."""
    assumed = {
        "hours": "hours worked, by use: assumed by the scenario's defaults",
        "quotas": "quotas and attainment: first quotas assumed as large as what was booked",
        "overlays": "specialists who take part in deals: none assumed",
        "trust": "trust, honesty and skill: assumed by the scenario's defaults",
    }
    for where, what in assumed.items():
        quality.add(RepairKind.UNKNOWN, where, what)
    closed = frame["outcome"] != "open"
    with_reason = int(frame.loc[closed & (frame["outcome"] != "won"), "reason"].notna().sum())
    if with_reason:
        quality.add(RepairKind.NOTED, "loss reasons", "as reported by sellers; kept, not believed", count=with_reason)
    else:
        quality.add(RepairKind.UNKNOWN, "loss reasons", "why opportunities were lost: assumed by the model")
    if not (frame["outcome"] == "no_decision").any():
        what = "no decision: no stage records it; stale open opportunities may stand for it"
        quality.add(RepairKind.UNKNOWN, "no decision", what, count=int(frame["stale"].sum()))
    if frame["source"].isna().all():
        quality.add(RepairKind.UNKNOWN, "lead source", "no origin of opportunities is recorded")
    if not currency:
        what = "the amounts carry no currency; the scenario's default label is used"
        quality.add(RepairKind.UNKNOWN, "currency", what)
