"""Repair the opportunities of an export: names, dates, amounts, outcomes; drop what cannot be used; count both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.names import MOST_PAIRS, alike, near_known, one_spelling, tidy
from sim.crm.quality import RepairKind
from sim.crm.values import Texts, date_evidence, read_amounts, read_dates
from sim.crm.vocabulary import TABLES, key_of
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
MAX_LINES = 20  # product lines kept apart; the model has a slot for every line at every buying centre. [lines] Assumed.
MOST_NAMED = 50  # changed names, or stages, of a column that are listed one by one. [names] Assumed.
STRAY_GAP_DAYS = 730  # dates further than this from all others, and few, are slips of the pen. [days] Assumed.
_NAMES = ("seller", "account", "line", "manager", "region", "parent", "sector", "source")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Opportunities after repair.

    Attributes:
        frame: One row per opportunity: opportunity, seller, account, line, stage, outcome (won, lost, no_decision,
            open), created and closed [day], amount [currency], cycle_days [days], stale, and manager, region, parent,
            sector, source and reason as far as the file has them. Shape (n_opportunities,).
        as_of: Last day the data know of.
        currency: Label that the amounts carry; empty if they carry none.
    """

    frame: pd.DataFrame
    as_of: pd.Timestamp
    currency: str


def tidy_table(table: pd.DataFrame, where: str, quality: Quality) -> pd.DataFrame:
    """Make every text of a table, a column by field, safe; drop rows that are blank throughout."""
    tidied = {name: tidy(table[name]) for name in table.columns}
    for name, text in tidied.items():
        place = f"{where}, {name}"
        what = "spreadsheet formulas; kept as text, never evaluated"
        quality.add_if(RepairKind.NOTED, place, what, count=text.formulas, total=len(table))
        what = "control characters or excess length taken out"
        quality.add_if(RepairKind.REPAIRED, place, what, count=text.repaired, total=len(table))
    frame = pd.DataFrame({name: text.column for name, text in tidied.items()})
    blank = frame.isna().all(axis=1)
    quality.mark(RepairKind.DROPPED, where, "blank rows", blank)
    return frame[~blank].reset_index(drop=True)


def repair_names(
    column: pd.Series, where: str, quality: Quality, reference: Sequence[str] = (), *, typos: bool = False
) -> pd.Series:
    """Bring names to one spelling each, that of a reference if there is one, and report every change. Shape (n_rows,).

    `typos` says whether names close to a known one are its typing errors: not for people, who may differ by a letter.
    """
    counts = {str(name): int(n) for name, n in column.value_counts().items() if n}
    changes = one_spelling(counts, reference)
    if typos:
        changes |= typing_errors([name for name in counts if name not in changes], where, quality, reference)
    return renamed(column, changes, where, quality)


def _report_alike(sellers: pd.Series, quality: Quality) -> None:
    """Say which sellers may be one person under two names; nobody is taken for another."""
    pairs = alike([str(name) for name in sellers.value_counts().index])
    what = "pairs of sellers whose names are nearly alike; kept apart, so give them one name if they are one person"
    example = " and ".join(pairs[0]) if pairs else ""
    quality.add_if(RepairKind.NOTED, f"{WHERE}, seller", what, count=len(pairs), unit="pairs", example=example)


def typing_errors(names: Sequence[str], where: str, quality: Quality, reference: Sequence[str]) -> dict[str, str]:
    """Right spelling of each name that is the typing error of one in the reference; too many names are left alone."""
    if len(names) * len(reference) <= MOST_PAIRS:
        return near_known(names, reference)
    what = "names are too many to look for typing errors; each is kept as it is"
    quality.add(RepairKind.NOTED, where, what, count=len(names), unit="names")
    return {}


def renamed(
    column: pd.Series, changes: Mapping[str, str], where: str, quality: Quality, unit: str = "rows"
) -> pd.Series:
    """Change names, and report each; where they are very many, all together."""
    if len(changes) > MOST_NAMED:
        old, new = next(iter(changes.items()))
        what = f'{len(changes):,} spellings brought to one for each name, such as "{old}" to "{new}"'
        quality.mark(RepairKind.REPAIRED, where, what, column.isin(changes), unit)
    for old, new in changes.items() if len(changes) <= MOST_NAMED else ():
        texts = column if unit == "rows" else None
        quality.mark(RepairKind.REPAIRED, where, f'"{old}" is "{new}"', column == old, unit, texts=texts)
    return column.map(changes).astype(column.dtype).fillna(column) if changes else column


def clean_opportunities(
    table: pd.DataFrame, mapping: ColumnMap, quality: Quality, references: Mapping[str, Sequence[str]]
) -> Cleaned:
    """Repair the opportunities, texts by field, and say what was done; references are right spellings by field.

    Raises:
        InputError: If nothing usable is left, or no stage means won.
    """
    frame = tidy_table(table, WHERE, quality)
    for field in TABLES[WHERE]:
        if field.name not in frame:
            frame[field.name] = pd.Series(None, index=frame.index, dtype="str")
    frame = _drop_missing(frame, quality)
    frame["outcome"] = _outcomes(frame["stage"], mapping, quality)
    frame["opportunity"] = _identifiers(frame["opportunity"], quality)
    frame = _drop_disqualified(_drop_duplicates(frame, quality), mapping, quality)
    frame["amount"], currency = _amounts(frame, quality)
    quality.worth = frame["amount"].where(frame["outcome"] == "won").fillna(0.0)
    for name in _NAMES:
        spellings = references.get(name, ())
        frame[name] = repair_names(frame[name], f"{WHERE}, {name}", quality, spellings, typos=name == "line")
    _report_alike(frame["seller"], quality)
    frame["line"] = _lines(frame["line"], quality)
    _read_dates(frame, mapping, quality)
    _mend_dates(frame, quality)
    as_of = frame[["created", "closed"]].max().max()
    if pd.isna(as_of):
        raise InputError("no opportunity has a date that can be read; map created and closed to the right columns")
    _mark_stale(frame, as_of, quality)
    named = [name for name in (*_NAMES, "stage", "outcome", "reason") if name in frame]
    return Cleaned(frame.astype(dict.fromkeys(named, "category")), as_of, currency)


def _drop_disqualified(frame: pd.DataFrame, mapping: ColumnMap, quality: Quality) -> pd.DataFrame:
    """Leave out what was never worked, unless the user has said what its stage means; the model's rates do so too."""
    words = frame["stage"].astype("str") + " " + frame["reason"].astype("str").fillna("")
    said = frame["stage"].astype("str").map(key_of).isin(mapping.stages.keys())
    gone = (frame["outcome"] == "no_decision") & words.str.contains("disqualif|unqualif", case=False) & ~said
    what = "disqualified before they were worked; left out, as the model's win rates and cycles leave them out"
    quality.mark(RepairKind.LEFT_OUT, f"{WHERE}, stage", what, gone)
    return frame[~gone].reset_index(drop=True)


def _drop_missing(frame: pd.DataFrame, quality: Quality) -> pd.DataFrame:
    for name in ("seller", "stage"):
        missing = frame[name].isna()
        quality.mark(RepairKind.DROPPED, WHERE, f"rows without a {name}", missing)
        frame = frame[~missing]
    if frame.empty:
        raise InputError("the opportunities have no row with a seller and a stage; are the right columns mapped?")
    nameless = frame["account"].isna()
    if nameless.all():
        what = "no account is recorded; each seller works on as many unnamed ones as had opportunities open at once"
        quality.add(RepairKind.UNKNOWN, f"{WHERE}, account", what)
    else:
        what = "rows that name no account; they count for their seller but for no buying centre"
        quality.mark(RepairKind.NOTED, f"{WHERE}, account", what, nameless)
    return frame.reset_index(drop=True)


def _outcomes(stages: pd.Series, mapping: ColumnMap, quality: Quality) -> pd.Series:
    counts = stages.value_counts()
    meaning = {str(stage): mapping.outcome(str(stage)) for stage in counts.index}
    if "won" not in meaning.values():
        listed = ", ".join(list(meaning)[:10])
        untold = next((stage for stage, outcome in meaning.items() if outcome == "open"), "...")
        raise InputError(
            f"no stage means won (stages: {listed}); export what was won too, or say which does: "
            f"--map stage.won='{untold}'"
        )
    for stage, outcome in list(meaning.items())[:MOST_NAMED]:
        what = f'stage "{stage}" read as {outcome.replace("_", " ")}'
        quality.add(RepairKind.NOTED, f"{WHERE}, stage", what, count=int(counts[stage]), total=len(stages))
    for outcome in sorted(set(meaning.values())):
        rest = [stage for stage in list(meaning)[MOST_NAMED:] if meaning[stage] == outcome]
        what = f"{len(rest):,} rarer stages read as {outcome.replace('_', ' ')}"
        rows, example = int(counts[rest].sum()), rest[0] if rest else ""
        quality.add_if(RepairKind.NOTED, f"{WHERE}, stage", what, count=rows, total=len(stages), example=example)
    if "lost" not in meaning.values():
        quality.add(RepairKind.NOTED, f"{WHERE}, stage", "no stage means lost, so the win rate on closed says nothing")
    return stages.map(meaning)


def _identifiers(column: pd.Series, quality: Quality) -> pd.Series:
    missing = column.isna()
    what = "rows without an identifier; numbered by their place"
    quality.mark(RepairKind.REPAIRED, f"{WHERE}, opportunity", what, missing)
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
    quality.mark(RepairKind.DROPPED, WHERE, "rows that repeat another in full", same)
    what = "rows with an identifier that another row has too; a closed row was kept before an open one, then the last"
    example = str(ordered["opportunity"][dropped].iloc[0]) if dropped.any() else ""
    quality.add_if(RepairKind.DROPPED, WHERE, what, count=int(dropped.sum()), total=len(same), example=example)
    return ordered[~dropped].drop(columns="is_closed").sort_index().reset_index(drop=True)


def _lines(column: pd.Series, quality: Quality) -> pd.Series:
    missing = column.isna()
    if missing.all():
        what = f'no product line is recorded; all are one line, "{ONE_LINE}"'
        quality.add(RepairKind.UNKNOWN, f"{WHERE}, line", what)
        return column.fillna(ONE_LINE)
    what = f'rows without a product line; kept as "{UNSPECIFIED_LINE}"'
    quality.mark(RepairKind.REPAIRED, f"{WHERE}, line", what, missing)
    return _merge_rare(column.fillna(UNSPECIFIED_LINE), quality)


def _merge_rare(column: pd.Series, quality: Quality) -> pd.Series:
    counts = column.value_counts().rename_axis("line").reset_index()
    counts = counts.sort_values(["count", "line"], ascending=[False, True])
    rare = set(counts["line"].iloc[MAX_LINES - 1 :]) if len(counts) > MAX_LINES else set()
    merged = column.isin(rare)
    what = f'rows of the {len(rare):,} rarest product lines; merged into "{OTHER_LINES}"'
    quality.mark(RepairKind.REPAIRED, f"{WHERE}, line", what, merged)
    return column.mask(merged, OTHER_LINES) if rare else column


def _amounts(frame: pd.DataFrame, quality: Quality) -> tuple[pd.Series, str]:
    where, texts = f"{WHERE}, amount", frame["amount"]
    amounts, currency = read_amounts(Texts.of(texts))
    unread = texts.notna() & amounts.isna()
    quality.mark(RepairKind.REPAIRED, where, "amounts that are no number; taken as unknown", unread, texts=texts)
    grouped = texts.str.contains(r"^\D*\d{1,3}\.\d{3}\D*$").fillna(value=False).astype(bool)
    what = f"amounts such as 1.500; read as {'thousands' if (amounts[grouped] >= 1000.0).any() else 'decimals'}"
    quality.mark(RepairKind.NOTED, where, what, grouped, texts=texts)
    negative = amounts < 0
    quality.mark(RepairKind.REPAIRED, where, "negative amounts; taken as unknown", negative, texts=texts)
    amounts = amounts.where(~negative)
    won = frame["outcome"] == "won"
    nothing = won & ~(amounts > 0)
    what = "won without an amount; they count as wins and not for deal sizes or bookings"
    quality.mark(RepairKind.LEFT_OUT, where, what, nothing[won])
    return amounts.where(~nothing), currency


def _read_dates(frame: pd.DataFrame, mapping: ColumnMap, quality: Quality) -> None:
    columns = {name: Texts.of(frame[name]) for name in ("created", "closed")}
    evidence = {name: date_evidence(texts) for name, texts in columns.items()}
    everywhere = sum(part.day_first - part.month_first for part in evidence.values())
    for name, texts in columns.items():
        where, formats = f"{WHERE}, {name}", evidence[name].formats
        balance = evidence[name].day_first - evidence[name].month_first or everywhere
        day_first = mapping.date_order == "dmy" if mapping.date_order else balance > 0
        read = read_dates(texts, day_first=day_first)
        if len(formats) > 1:
            listed = ", ".join(f"{form} ({n:,})" for form, n in formats.items())
            quality.add(RepairKind.REPAIRED, where, f"dates in {len(formats)} formats: {listed}")
        settled = bool(mapping.date_order or balance)
        _report_order(name, evidence[name], quality, day_first=day_first, settled=settled)
        unread = frame[name].notna() & read.isna()
        what = "dates that cannot be read; taken as unknown"
        quality.mark(RepairKind.REPAIRED, where, what, unread, texts=frame[name])
        frame[name] = read


def _report_order(name: str, evidence: DateEvidence, quality: Quality, *, day_first: bool, settled: bool) -> None:
    day, month, either = evidence.day_first, evidence.month_first, evidence.ambiguous
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
    what = "closing dates of open opportunities are plans; not used"
    quality.mark(RepairKind.NOTED, f"{WHERE}, closed", what, frame["closed"].notna()[is_open])
    frame["closed"] = frame["closed"].where(~is_open)
    first, last = _plausible_span(pd.concat([frame["created"], frame["closed"]]).dropna())
    for name in ("created", "closed"):
        stray = frame[name].notna() & ~frame[name].between(first, last)
        what = f"dates years away from all others ({first:%Y-%m-%d} to {last:%Y-%m-%d}); taken as unknown"
        quality.mark(RepairKind.REPAIRED, f"{WHERE}, {name}", what, stray, texts=frame[name].dt.strftime("%Y-%m-%d"))
        frame[name] = frame[name].where(~stray)
    swapped = frame["closed"] < frame["created"]
    what = "closed before they were opened; the opening date is taken as unknown"
    quality.mark(RepairKind.REPAIRED, f"{WHERE}, created", what, swapped)
    frame["created"] = frame["created"].where(~swapped)
    _report_missing(frame, is_open, quality)


def _report_missing(frame: pd.DataFrame, is_open: pd.Series, quality: Quality) -> None:
    undated = frame["created"].isna()
    what = "open opportunities without an opening date; their age is unknown"
    quality.mark(RepairKind.LEFT_OUT, f"{WHERE}, created", what, undated[is_open])
    what = "closed opportunities without an opening date; left out of cycles and arrivals"
    quality.mark(RepairKind.LEFT_OUT, f"{WHERE}, created", what, undated[~is_open])
    what = "closed opportunities without a closing date; left out of cycles and periods"
    quality.mark(RepairKind.LEFT_OUT, f"{WHERE}, closed", what, frame["closed"].isna()[~is_open])


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
