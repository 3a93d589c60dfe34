"""Turn the texts of date and amount columns into days and numbers; each distinct text is read once.

Dates in numbers, and amounts, are read by patterns of a whole column: libraries that read one text at a time take a
part of it for a date or an amount, and cannot see what the column means by 03/04 or 1.234 (docs/imports.md has the
figures). Dates that name their month are read by dateutil, with the names of the months and of currencies from babel.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import pandas as pd
from babel import Locale
from babel.dates import get_month_names
from babel.numbers import list_currencies
from dateutil import parser

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs")
"""Languages whose names of months and signs of currencies are known; no name means two months among them."""

_ISO = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T .].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})(?:T.*)?$"
_NUMERIC = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ ,T].*)?$"
_SERIAL = r"^(\d{5})(?:\.\d+)?$"
_EPOCH = r"^(\d{13})$"
_CLOCK = re.compile(r"[ ,T]*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:UTC|GMT|Z))?")
_WORD = re.compile(r"[^\W\d_]{3,}")
_SHEET_EPOCH = pd.Timestamp("1899-12-30")
_LABEL = r"[^\d\s,'()=+\u2212-]{1,4}"  # a code or sign of a currency
_AMOUNT = (
    rf"^(?P<minus>[-\u2212+(]?)\s*(?P<before>{_LABEL})?\s*(?P<sign>[-\u2212+(]?)\s*"
    rf"(?P<number>\d[\d.,'\s]*(?:[eE][+-]?\d{{1,2}})?)(?:(?<=[.,])[-\u2013])?\s*(?P<after>{_LABEL})?\)?$"
)
_SPOKEN = {"\u0440.": "RUB", "\u0440\u0443\u0431.": "RUB", "Rs": "INR", "Rs.": "INR"}  # signs that babel lacks
YEARS = (1900, 2199)  # years outside are slips of the pen. [year]
MAX_AMOUNT = 1e12  # an amount above this is taken for a slip of the pen. [currency]
GROUPED = 5  # distinct amounts, all with three digits after the point, that show that it groups thousands. Assumed.


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """What the numeric dates of a column say about their order."""

    day_first: int  # rows that can only be day/month/year. [rows]
    month_first: int  # rows that can only be month/day/year. [rows]
    ambiguous: int  # rows that could be either, and differ. [rows]
    formats: dict[str, int]  # rows by format. [rows]


@dataclass(frozen=True, slots=True)
class Texts:
    """The distinct texts of a column and where they stand."""

    distinct: pd.Series[str]  # distinct texts. Shape (n_distinct,)
    codes: np.ndarray  # position in `distinct` of each row's text; -1 for an empty cell. Shape (n_rows,)

    @classmethod
    def of(cls, column: pd.Series) -> Texts:
        """Take a column of texts apart; blank cells must be missing."""
        codes, values = pd.factorize(column)
        return cls(pd.Series(values.astype(str), dtype=str), codes)

    @property
    def counts(self) -> np.ndarray:
        """Rows of each distinct text. Shape (n_distinct,). [rows]."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.distinct))

    def spread(self, read: pd.Series) -> pd.Series:
        """Give each row the value read from its text; missing where the cell was empty."""
        return pd.Series(read.reset_index(drop=True).reindex(self.codes).to_numpy())


class _Words(parser.parserinfo):  # type: ignore[misc]  # dateutil ships no types
    """Names of months in `LANGUAGES`, and small words between the parts of a date; 17 is 2017, whatever the year is."""

    def __init__(self) -> None:
        names = [
            get_month_names(width, use, language)
            for language in LANGUAGES for width in ("wide", "abbreviated") for use in ("format", "stand-alone")
        ]  # fmt: skip
        self.MONTHS = [tuple({known[month].rstrip(".") for known in names}) for month in range(1, 13)]
        self.MONTHS[8] += ("Sept",)
        self.JUMP = [*parser.parserinfo.JUMP, "de", "del", "di", "den", "er", "le", "à"]
        super().__init__()

    def convertyear(self, year: int, century_specified: bool = False) -> int:  # noqa: FBT001, FBT002 - dateutil's own
        return year if century_specified or year >= 100 else year + 2000


@cache
def _words() -> _Words:
    return _Words()


@lru_cache(maxsize=100_000)
def _worded_day(text: str) -> dt.datetime | None:
    """Read a date that names its month; None unless it says all three, as what is missing would be made up."""
    words = _words()
    if not any(words.month(word) for word in _WORD.findall(text)):
        return None
    try:
        read = {
            parser.parse(text, words, default=made_up, ignoretz=True).date()
            for made_up in (dt.datetime(2001, 1, 1), dt.datetime(2004, 10, 28))  # noqa: DTZ001 - days have no zone
        }
    except (ValueError, OverflowError):
        return None
    return dt.datetime.combine(read.pop(), dt.time()) if len(read) == 1 else None


def _worded(values: pd.Series[str]) -> pd.Series:
    """Days that name their month, by position in the distinct texts."""
    some = values[values.str.contains(r"[^\W\d_]{3}")]
    days = some.str.replace(_CLOCK, "", regex=True).map(_worded_day)
    return days.dropna().astype("datetime64[s]")


def _parts(values: pd.Series, pattern: str) -> pd.DataFrame:
    return values.str.extract(pattern).dropna()


def date_evidence(texts: Texts) -> DateEvidence:
    """Count what a column says about the order of day and month."""
    counts = pd.Series(texts.counts)
    named = {"year-month-day": _ISO, "numeric": _NUMERIC, "yyyymmdd": _COMPACT}
    named |= {"spreadsheet serial": _SERIAL, "milliseconds": _EPOCH}
    formats = {name: int(counts[texts.distinct.str.match(pattern)].sum()) for name, pattern in named.items()}
    formats["with a month's name"] = int(counts[_worded(texts.distinct).index].sum())
    numeric = _parts(texts.distinct, _NUMERIC)
    first, second = numeric[0].astype(int), numeric[1].astype(int)
    rows = counts[numeric.index]
    return DateEvidence(
        day_first=int(rows[(first > 12) & (second <= 12)].sum()),
        month_first=int(rows[(second > 12) & (first <= 12)].sum()),
        ambiguous=int(rows[(first <= 12) & (second <= 12) & (first != second)].sum()),
        formats={name: n for name, n in formats.items() if n},
    )


def read_dates(texts: Texts, *, day_first: bool) -> pd.Series:
    """Read a column of dates; `day_first` says how 03/04/2017 is meant, while 25/04/2017 is read as it must be.

    Returns:
        Days, missing where the cell was empty or could not be read. Shape (n_rows,). [datetime64]
    """
    values = texts.distinct.str.strip()
    read = pd.Series(pd.NaT, index=values.index, dtype="datetime64[s]")
    iso = pd.concat([_parts(values, _ISO), _parts(values, _COMPACT)])
    _fill(read, iso[0], iso[1], iso[2])
    numeric = _parts(values, _NUMERIC)
    first, second = numeric[0].astype(int), numeric[1].astype(int)
    by_day = (first > 12) | ((second <= 12) & day_first)
    year = numeric[2].astype(int).where(numeric[2].str.len() == 4, numeric[2].astype(int) + 2000)
    _fill(read, year, second.where(by_day, first), first.where(by_day, second))
    worded = _worded(values)
    read[worded.index] = worded.where(worded.dt.year.between(*YEARS))
    serial = _parts(values, _SERIAL)[0].astype(int)
    read[serial.index] = (_SHEET_EPOCH + pd.to_timedelta(serial, unit="D")).astype("datetime64[s]")
    epoch = _parts(values, _EPOCH)[0].astype("int64")
    read[epoch.index] = pd.to_datetime(epoch, unit="ms").dt.normalize().astype("datetime64[s]")
    return texts.spread(read)


def _fill(read: pd.Series, year: pd.Series, month: pd.Series, day: pd.Series) -> None:
    sane = year.astype(int).between(*YEARS)
    year, month, day = year[sane], month[sane], day[sane]
    if len(year):
        parts = pd.DataFrame({"year": year.astype(int), "month": month.astype(int), "day": day.astype(int)})
        read[parts.index] = pd.to_datetime(parts, errors="coerce").astype("datetime64[s]")


def read_amounts(texts: Texts) -> tuple[pd.Series, str]:
    """Read a column of amounts, with any usual currency sign and separators.

    A lone "1.234" is a thousand and more where the column elsewhere writes decimals with a comma, else 1 and a bit.

    Returns:
        Amounts, missing where the cell was empty or could not be read, and the currency's label if most rows
        name one, else "". Shape (n_rows,). [currency]
    """
    parts = texts.distinct.str.strip().str.extract(_AMOUNT).fillna("")
    label = parts["before"] + parts["after"]
    currency = label.str.strip().map(_currencies())
    number = parts["number"].str.replace(r"['\s]", "", regex=True)
    sane = (currency.notna() | (label == "")) & ((parts["minus"] == "") | (parts["sign"] == ""))
    read = pd.to_numeric(_with_point(number), errors="coerce").where(sane)
    read = read.where((parts["minus"] + parts["sign"]).isin(["", "+"]), -read)
    read = read.where(read.abs() <= MAX_AMOUNT)
    return texts.spread(read.astype(float)), _common_currency(currency, texts.counts)


@cache
def _currencies() -> dict[str, str]:
    """Code by code or sign: as in English, or else as in other languages; a sign of several is its own label."""
    signs: dict[str, set[str]] = {}
    for language in (*LANGUAGES, "tr", "hu", "ja", "ko", "ru", "uk", "he"):
        for code, sign in Locale(language).currency_symbols.items():
            signs.setdefault(sign.replace("\u202f", " "), set()).add(code)
    english = {sign: code for code, sign in Locale("en").currency_symbols.items()}
    several = {sign: min(codes) if len(codes) == 1 else sign for sign, codes in signs.items()}
    return several | english | {code: code for code in list_currencies()} | _SPOKEN


def _with_point(number: pd.Series) -> pd.Series:
    comma, point = number.str.rfind(","), number.str.rfind(".")
    grouped_by_comma = number.str.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?").fillna(value=False).astype(bool)
    decimal_comma = (comma > point) & ~grouped_by_comma
    pointed = number.str.contains(".", regex=False) & (comma < 0)
    thousands = number.str.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+").fillna(value=False).astype(bool)
    grouping = decimal_comma.any() or (pointed.sum() >= GROUPED and thousands[pointed].all())
    by_point = r"\d{1,3}(?:\.\d{3})+(?:,\d*)?" if grouping else r"\d{1,3}(?:\.\d{3}){2,}"
    grouped_by_point = number.str.fullmatch(by_point).fillna(value=False).astype(bool)
    english = number.str.replace(",", "", regex=False)
    continental = number.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return english.where(~(decimal_comma | grouped_by_point), continental)


def _common_currency(labels: pd.Series, counts: np.ndarray) -> str:
    rows = pd.Series(counts).groupby(labels).sum()
    return "" if rows.empty or rows.max() <= counts.sum() / 2 else str(rows.idxmax())
