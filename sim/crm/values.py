"""Turn the texts of date and amount columns into days and numbers; each distinct text is read once."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

_ISO = r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$"
_COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
_NUMERIC = r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[ ,T].*)?$"
_DAY_NAME = r"^(\d{1,2})[- .]+([A-Za-z]{3,9})[-., ]+(\d{4}|\d{2})(?:[ ,T].*)?$"
_NAME_DAY = r"^([A-Za-z]{3,9})[. ]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})(?:[ ,T].*)?$"
_SERIAL = r"^(\d{5})(?:\.\d+)?$"
_EPOCH = r"^(\d{13})$"
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: i for i, name in enumerate(_MONTH_NAMES.split(), start=1)}
_SHEET_EPOCH = pd.Timestamp("1899-12-30")
_AMOUNT = r"^(?P<sign>[-(]?)\s*(?P<number>\d[\d.,'\s]*(?:[eE][+-]?\d{1,2})?)\)?$"
_CURRENCY = r"^(?P<before>[A-Z]{3}(?=[\s\d(-])|[A-Z]{0,2}[$€£¥₹])?\s*(?P<rest>.*?)\s*(?P<after>[A-Z]{3}|[$€£¥₹])?$"
_SYMBOLS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
YEARS = (1900, 2199)  # years outside are slips of the pen. [year]
MAX_AMOUNT = 1e12  # an amount above this is taken for a slip of the pen. [currency]


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


def _parts(values: pd.Series, pattern: str) -> pd.DataFrame:
    return values.str.extract(pattern).dropna()


def _century(year: pd.Series) -> pd.Series:
    return year.astype(int).where(year.str.len() == 4, year.astype(int) + 2000)


def date_evidence(texts: Texts) -> DateEvidence:
    """Count what a column says about the order of day and month."""
    counts = pd.Series(texts.counts)
    named = {"year-month-day": _ISO, "numeric": _NUMERIC, "with a month's name": f"{_DAY_NAME}|{_NAME_DAY}"}
    named |= {"yyyymmdd": _COMPACT, "spreadsheet serial": _SERIAL, "milliseconds": _EPOCH}
    formats = {
        name: int(counts[texts.distinct.str.contains(re.sub(r"\((?!\?)", "(?:", pattern))].sum())
        for name, pattern in named.items()
    }
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
    _fill(read, _century(numeric[2]), second.where(by_day, first), first.where(by_day, second))
    worded = pd.concat([_parts(values, _DAY_NAME), _parts(values, _NAME_DAY).rename(columns={0: 1, 1: 0})])
    month = worded[1].str[:3].str.lower().map(_MONTHS).fillna(0)
    _fill(read, _century(worded[2]), month, worded[0])
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
    money = texts.distinct.str.strip().str.extract(_CURRENCY)
    currency = money["before"].fillna(money["after"])
    parts = money["rest"].str.extract(_AMOUNT)
    number = parts["number"].str.replace(r"['\s]", "", regex=True)
    read = pd.to_numeric(_with_point(number), errors="coerce")
    read = read.where(parts["sign"].fillna("") == "", -read)
    read = read.where(read.abs() <= MAX_AMOUNT)
    return texts.spread(read.astype(float)), _common_currency(currency, texts.counts)


def _with_point(number: pd.Series) -> pd.Series:
    comma, point = number.str.rfind(","), number.str.rfind(".")
    grouped_by_comma = number.str.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?").fillna(value=False).astype(bool)
    decimal_comma = (comma > point) & ~grouped_by_comma
    by_point = r"\d{1,3}(?:\.\d{3})+(?:,\d*)?" if decimal_comma.any() else r"\d{1,3}(?:\.\d{3}){2,}"
    grouped_by_point = number.str.fullmatch(by_point).fillna(value=False).astype(bool)
    english = number.str.replace(",", "", regex=False)
    continental = number.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    return english.where(~(decimal_comma | grouped_by_point), continental)


def _common_currency(labels: pd.Series, counts: np.ndarray) -> str:
    rows = pd.Series(counts).groupby(labels.str.strip()).sum()
    if rows.empty or rows.max() <= counts.sum() / 2:
        return ""
    label = str(rows.idxmax())
    return _SYMBOLS.get(label, label)
