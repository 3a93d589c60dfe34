"""Repair the opportunities of an export: names, dates, amounts, outcomes; drop what cannot be used; count both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.names import near_known, one_spelling, tidy
from sim.crm.quality import RepairKind
from sim.crm.values import Texts, date_evidence, read_amounts, read_dates
from sim.crm.vocabulary import TABLES
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.crm.mapping import ColumnMap
    from sim.crm.quality import Quality
    from sim.crm.values import DateEvidence

WHERE = "opportunities"
CLOSED = ("won", "lost", "no_decision")
UNSPECIFIED_LINE = "Unspecified"
ONE_LINE = "All products"
OTHER_LINES = "Other products"
MAX_LINES = 20
"""Product lines kept apart; the model has a slot for every line at every buying centre. [lines] Assumed."""

STRAY_GAP_DAYS = 730
"""Dates further than this from all others, and few, are slips of the pen. [days] Assumed."""
_NAMES = ("seller", "account", "line", "manager", "region", "parent", "sector")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Opportunities after repair.

    Attributes:
        frame: One row per opportunity: opportunity, seller, account, line, stage, outcome (won, lost, no_decision,
            open), created and closed [day], amount [currency], cycle_days [days], stale, and manager, region, parent,
            sector and reason as far as the file has them. Shape (n_opportunities,).
        as_of: Last day the data know of.
        currency: Label that the amounts carry; empty if they carry none.
    """

    frame: pd.DataFrame
    as_of: pd.Timestamp
    currency: str


def tidy_table(table: pd.DataFrame, where: str, quality: Quality) -> pd.DataFrame:
    """Make every text of a table safe; drop rows that are blank throughout.

    Args:
        table: Texts as read, one column by field.
        where: Name of the table for findings.
        quality: Report to add to.
    """
    tidied = {name: tidy(table[name]) for name in table.columns}
    for name, text in tidied.items():
        place = f"{where}, {name}"
        what = "spreadsheet formulas; kept as text, never evaluated"
        quality.add_if(RepairKind.NOTED, place, what, count=text.formulas, total=len(table))
        what = "control characters or excess length taken out"
        quality.add_if(RepairKind.REPAIRED, place, what, count=text.repaired, total=len(table))
    frame = pd.DataFrame({name: text.column for name, text in tidied.items()})
    blank = frame.isna().all(axis=1)
    quality.add_if(RepairKind.DROPPED, where, "blank rows", count=int(blank.sum()), total=len(frame))
    return frame[~blank].reset_index(drop=True)


def repair_names(
    column: pd.Series, where: str, quality: Quality, known: Sequence[str] = (), *, typos: bool = False
) -> pd.Series:
    """Bring a column of names to one spelling each, and report every change.

    Args:
        column: Names. Shape (n_rows,).
        where: Table and field for findings.
        quality: Report to add to.
        known: Right spellings, if there is a reference.
        typos: Whether names close to a known one are its typing errors. Not for people, who may differ by a letter.

    Returns:
        Repaired names. Shape (n_rows,).
    """
    counts = {str(name): int(n) for name, n in column.value_counts().items() if n}
    changes = one_spelling(counts, known)
    if typos:
        changes |= near_known([name for name in counts if name not in changes], known)
    for old, new in changes.items():
        quality.add(
            RepairKind.REPAIRED, where, f'"{old}" is "{new}"', count=counts[old], total=len(column), example=old
        )
    return column.replace(changes) if changes else column


def clean_opportunities(
    table: pd.DataFrame, mapping: ColumnMap, quality: Quality, known: Mapping[str, Sequence[str]]
) -> Cleaned:
    """Repair the opportunities and say what was done.

    Args:
        table: Texts as read, one column by field. Shape (n_rows,).
        mapping: What the user said about stages and dates.
        quality: Report to add to.
        known: Right spellings by field, from the other tables.

    Raises:
        InputError: If nothing usable is left, or no stage means won.
    """
    frame = _with_all_fields(tidy_table(table, WHERE, quality))
    frame = _drop_missing(frame, quality)
    frame["outcome"] = _outcomes(frame["stage"], mapping, quality)
    frame["opportunity"] = _identifiers(frame["opportunity"], quality)
    frame = _drop_duplicates(frame, quality)
    for name in _NAMES:
        spellings = known.get(name, ())
        frame[name] = repair_names(frame[name], f"{WHERE}, {name}", quality, spellings, typos=name == "line")
    frame["line"] = _lines(frame["line"], quality)
    frame["amount"], currency = _amounts(frame, quality)
    _read_dates(frame, mapping, quality)
    _mend_dates(frame, quality)
    as_of = frame[["created", "closed"]].max().max()
    if pd.isna(as_of):
        raise InputError("no opportunity has a date that can be read; map created and closed to the right columns")
    _mark_stale(frame, as_of, quality)
    named = [name for name in (*_NAMES, "stage", "outcome", "reason") if name in frame]
    return Cleaned(frame.astype(dict.fromkeys(named, "category")), as_of, currency)


def _with_all_fields(frame: pd.DataFrame) -> pd.DataFrame:
    for known in TABLES[WHERE]:
        if known.name not in frame:
            frame[known.name] = pd.Series(None, index=frame.index, dtype="str")
    return frame


def _drop_missing(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    for name in ("seller", "stage"):
        missing = frame[name].isna()
        quality.add_if(RepairKind.DROPPED, WHERE, f"rows without a {name}", count=int(missing.sum()), total=len(frame))
        frame = frame[~missing]
    if frame.empty:
        raise InputError("the opportunities have no row with a seller and a stage; are the right columns mapped?")
    unnamed = int(frame["account"].isna().sum())
    what = "rows that name no account; they count for their seller but for no buying centre"
    quality.add_if(RepairKind.NOTED, f"{WHERE}, account", what, count=unnamed, total=len(frame))
    return frame.reset_index(drop=True)


def _outcomes(stages: pd.Series, mapping: ColumnMap, quality: Quality) -> pd.Series:
    counts = stages.value_counts()
    meaning = {str(stage): mapping.outcome(str(stage)) for stage in counts.index}
    if "won" not in meaning.values():
        listed = ", ".join(list(meaning)[:10])
        raise InputError(
            f"no stage means won (stages: {listed}); say which does: --map stage.won='{next(iter(meaning))}'"
        )
    for stage, outcome in meaning.items():
        what = f'stage "{stage}" read as {outcome.replace("_", " ")}'
        quality.add(RepairKind.NOTED, f"{WHERE}, stage", what, count=int(counts[stage]), total=len(stages))
    if "lost" not in meaning.values():
        quality.add(RepairKind.NOTED, f"{WHERE}, stage", "no stage means lost, so the win rate on closed says nothing")
    return stages.map(meaning)


def _identifiers(column: pd.Series, quality: Quality) -> pd.Series:
    missing = column.isna()
    what = "rows without an identifier; numbered by their place"
    quality.add_if(RepairKind.REPAIRED, f"{WHERE}, opportunity", what, count=int(missing.sum()), total=len(column))
    return column.where(~missing, "row " + (column.index + 1).astype(str))


def _drop_duplicates(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    """Keep one row of each identifier: a closed one before an open one, then the last in the file."""
    again = frame["opportunity"].duplicated(keep=False)
    if not again.any():
        return frame
    same = frame.duplicated()
    frame = frame[~same]
    ordered = frame.assign(is_closed=frame["outcome"] != "open").sort_values("is_closed", kind="stable")
    dropped = ordered["opportunity"].duplicated(keep="last")
    total, example = len(same), _example(ordered["opportunity"], dropped)
    quality.add_if(RepairKind.DROPPED, WHERE, "rows that repeat another in full", count=int(same.sum()), total=total)
    what = "rows with an identifier that another row has too; a closed row was kept before an open one, then the last"
    quality.add_if(RepairKind.DROPPED, WHERE, what, count=int(dropped.sum()), total=total, example=example)
    return ordered[~dropped].drop(columns="is_closed").sort_index().reset_index(drop=True)


def _lines(column: pd.Series, quality: Quality) -> pd.Series:
    missing = column.isna()
    if missing.all():
        quality.add(
            RepairKind.UNKNOWN, f"{WHERE}, line", f'no product line is recorded; all are one line, "{ONE_LINE}"'
        )
        return column.fillna(ONE_LINE)
    what = f'rows without a product line; kept as "{UNSPECIFIED_LINE}"'
    quality.add_if(RepairKind.REPAIRED, f"{WHERE}, line", what, count=int(missing.sum()), total=len(column))
    return _merge_rare(column.fillna(UNSPECIFIED_LINE), quality)


def _merge_rare(column: pd.Series, quality: Quality) -> pd.Series:
    counts = (
        column.value_counts().rename_axis("line").reset_index().sort_values(["count", "line"], ascending=[False, True])
    )
    rare = set(counts["line"].iloc[MAX_LINES - 1 :]) if len(counts) > MAX_LINES else set()
    merged = column.isin(rare)
    what = f'rows of the {len(rare):,} rarest product lines; merged into "{OTHER_LINES}"'
    quality.add_if(RepairKind.REPAIRED, f"{WHERE}, line", what, count=int(merged.sum()), total=len(column))
    return column.mask(merged, OTHER_LINES) if rare else column


def _amounts(frame: pd.DataFrame, quality: Quality) -> tuple[pd.Series, str]:
    where, texts = f"{WHERE}, amount", frame["amount"]
    amounts, currency = read_amounts(Texts.of(texts))
    unread = texts.notna() & amounts.isna()
    what = "amounts that are no number; taken as unknown"
    quality.add_if(
        RepairKind.REPAIRED, where, what, count=int(unread.sum()), total=len(frame), example=_example(texts, unread)
    )
    negative = amounts < 0
    quality.add_if(
        RepairKind.REPAIRED,
        where,
        "negative amounts; taken as unknown",
        count=int(negative.sum()),
        total=len(frame),
        example=_example(texts, negative),
    )
    amounts = amounts.where(~negative)
    nothing = (frame["outcome"] == "won") & ~(amounts > 0)
    what = "won without an amount; they count as wins and not for deal sizes or bookings"
    won = int((frame["outcome"] == "won").sum())
    quality.add_if(RepairKind.LEFT_OUT, where, what, count=int(nothing.sum()), total=won)
    return amounts.where(~nothing), currency


def _example(texts: pd.Series, chosen: pd.Series) -> str:
    return str(texts[chosen].iloc[0]) if chosen.any() else ""


def _read_dates(frame: pd.DataFrame, mapping: ColumnMap, quality: Quality) -> None:
    columns = {name: Texts.of(frame[name]) for name in ("created", "closed")}
    evidence = {name: date_evidence(texts) for name, texts in columns.items()}
    everywhere = sum(e.day_first - e.month_first for e in evidence.values())
    for name, texts in columns.items():
        where, found = f"{WHERE}, {name}", evidence[name]
        balance = found.day_first - found.month_first or everywhere
        day_first = mapping.date_order == "dmy" if mapping.date_order else balance > 0
        read = read_dates(texts, day_first=day_first)
        if len(found.formats) > 1:
            listed = ", ".join(f"{form} ({n:,})" for form, n in found.formats.items())
            quality.add(RepairKind.REPAIRED, where, f"dates in {len(found.formats)} formats: {listed}")
        settled = bool(mapping.date_order or balance)
        _report_order(name, found, quality, day_first=day_first, settled=settled)
        unread = frame[name].notna() & read.isna()
        what = "dates that cannot be read; taken as unknown"
        example = _example(frame[name], unread)
        quality.add_if(RepairKind.REPAIRED, where, what, count=int(unread.sum()), total=len(frame), example=example)
        frame[name] = read


def _report_order(name: str, found: DateEvidence, quality: Quality, *, day_first: bool, settled: bool) -> None:
    day, month, either = found.day_first, found.month_first, found.ambiguous
    where, order = f"{WHERE}, {name}", "day/month" if day_first else "month/day"
    if day and month:
        what = f"dates in both orders ({day:,} day first, {month:,} month first); each read as it must be"
        quality.add(RepairKind.REPAIRED, where, what, count=min(day, month))
    if either and not (settled and not (day and month)):
        what = (
            f"dates such as 03/04 that could be either order; read as {order}: say --map date_order=dmy or mdy if not"
        )
        quality.add(RepairKind.UNKNOWN, where, what, count=either)


def _mend_dates(frame: pd.DataFrame, quality: Quality) -> None:
    """Take impossible dates as unknown; the closing date of an open opportunity is only a plan."""
    is_open = frame["outcome"] == "open"
    planned = is_open & frame["closed"].notna()
    what = "closing dates of open opportunities are plans; not used"
    quality.add_if(RepairKind.NOTED, f"{WHERE}, closed", what, count=int(planned.sum()), total=int(is_open.sum()))
    frame["closed"] = frame["closed"].where(~is_open)
    first, last = _plausible_span(pd.concat([frame["created"], frame["closed"]]).dropna())
    for name in ("created", "closed"):
        stray = frame[name].notna() & ~frame[name].between(first, last)
        what = f"dates years away from all others ({first:%Y-%m-%d} to {last:%Y-%m-%d}); taken as unknown"
        example = _example(frame[name].dt.strftime("%Y-%m-%d"), stray)
        quality.add_if(
            RepairKind.REPAIRED, f"{WHERE}, {name}", what, count=int(stray.sum()), total=len(frame), example=example
        )
        frame[name] = frame[name].where(~stray)
    swapped = frame["closed"] < frame["created"]
    what = "closed before they were opened; the opening date is taken as unknown"
    quality.add_if(RepairKind.REPAIRED, f"{WHERE}, created", what, count=int(swapped.sum()), total=len(frame))
    frame["created"] = frame["created"].where(~swapped)
    _report_missing(frame, is_open, quality)


def _report_missing(frame: pd.DataFrame, is_open: pd.Series, quality: Quality) -> None:
    n_open, undated = int(is_open.sum()), frame["created"].isna()
    what = "open opportunities without an opening date; their age is unknown"
    quality.add_if(RepairKind.LEFT_OUT, f"{WHERE}, created", what, count=int((undated & is_open).sum()), total=n_open)
    closed = len(frame) - n_open
    what = "closed opportunities without an opening date; left out of cycles and arrivals"
    quality.add_if(RepairKind.LEFT_OUT, f"{WHERE}, created", what, count=int((undated & ~is_open).sum()), total=closed)
    what = "closed opportunities without a closing date; left out of cycles and periods"
    missing = int((frame["closed"].isna() & ~is_open).sum())
    quality.add_if(RepairKind.LEFT_OUT, f"{WHERE}, closed", what, count=missing, total=closed)


def _plausible_span(dates: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the run of dates, without a gap of years, that holds most rows."""
    if dates.empty:
        return pd.Timestamp("1970-01-01"), pd.Timestamp("2099-12-31")
    ordered = dates.sort_values()
    run = (ordered.diff().dt.days > STRAY_GAP_DAYS).cumsum()
    most = ordered[run == run.value_counts().idxmax()]
    return most.iloc[0], most.iloc[-1]


def _mark_stale(frame: pd.DataFrame, as_of: pd.Timestamp, quality: Quality) -> None:
    """An open opportunity older than the longest closed cycle is stale."""
    frame["cycle_days"] = (frame["closed"] - frame["created"]).dt.days.astype(float)
    longest = frame["cycle_days"].max()
    age = (as_of - frame["created"]).dt.days
    is_open = frame["outcome"] == "open"
    frame["stale"] = np.asarray(is_open & (age > longest), dtype=bool)
    what = f"open opportunities older on {as_of:%Y-%m-%d} than the longest closed cycle ({longest:.0f} days); stale"
    dated = int((is_open & frame["created"].notna()).sum())
    quality.add_if(RepairKind.NOTED, f"{WHERE}, stage", what, count=int(frame["stale"].sum()), total=dated)
