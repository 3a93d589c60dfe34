"""Which column may hold what, by its content: suggested where no known name fits, and used only if the user says so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.mapping import closeness
from sim.crm.names import tidy, tidy_text
from sim.crm.read import first_rows
from sim.crm.telling import area_evidence, land_evidence, source_evidence
from sim.crm.values import Texts, date_evidence, read_amounts, read_dates
from sim.crm.vocabulary import OUTCOMES, TABLES, outcome_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sim.crm.mapping import ColumnMap
    from sim.crm.read import RawFile

FIT = 0.8  # share of the cells of a column that must be of a kind. Assumed.
LEAST_CELLS = 3  # filled cells a column must have for its content to say anything. Assumed.
MOST_STAGES = 20  # different texts of a column that may hold stages. Assumed.
LONGEST_NAME = 40  # letters of the names in a column, by their median. Assumed.
SELLER_ROWS, ACCOUNT_ROWS = 4.0, 1.2  # rows of each name from which it may be a seller's, or an account's. Assumed.
LEAST_SELLERS = 3  # names of a column beside which another has the accounts. Assumed.
MOST_LINES = 30  # names of a column that may hold lines. Assumed.
TELLS_AMOUNTS = 0.3  # share of the variance of log amounts that lines must explain. Assumed.
NEAR = 80.0  # closeness of a name (see `closeness`) that says more than content does. Assumed.
MOST_COLUMNS = 150  # free columns that are filled and looked at, some 3 s. [columns] Assumed.
LEAST_TOLD, TOLD = 2, 0.2  # telling names a column must have, and the share of its cells they must fill. Assumed.
MISTAKEN = 0.1  # share of fitting cells below which a column of a known name does not hold what it says. Assumed.


@dataclass(frozen=True)
class _Column:
    """The first cells of a column, and what they can be read as, a row each; missing where they cannot."""

    name: str
    cells: pd.Series

    @classmethod
    def of(cls, name: str, texts: pd.Series) -> _Column:
        return cls(tidy_text(name), tidy(texts).column)

    @cached_property
    def days(self) -> pd.Series:
        """The cells as days; a number is an amount before."""
        column = Texts.of(self.cells)
        evidence = date_evidence(column)
        days = read_dates(column, day_first=evidence.day_first > evidence.month_first)
        return days.where(~self.cells.str.fullmatch(r"\d+").fillna(value=False).astype(bool))

    @cached_property
    def _money(self) -> tuple[pd.Series, str]:
        return read_amounts(Texts.of(self.cells))

    @property
    def amounts(self) -> pd.Series:
        """The cells as amounts."""
        return self._money[0]

    @property
    def currency(self) -> str:
        """Their currency, if one is named."""
        return self._money[1]

    def share(self, read: pd.Series) -> float:
        """Share of the filled cells that are read."""
        filled = int(self.cells.notna().sum())
        return float(read.notna().sum()) / filled if filled >= LEAST_CELLS else 0.0

    @cached_property
    def stages(self) -> list[str]:
        """The different texts, if they are few and one means won."""
        texts = [str(text) for text in self.cells.dropna().unique()[: MOST_STAGES + 1]]
        return texts if len(texts) <= MOST_STAGES and "won" in map(outcome_of, texts) else []

    @cached_property
    def names(self) -> int:
        """Number of different texts."""
        return int(self.cells.nunique())

    @cached_property
    def rows_each(self) -> float:
        """Rows of each name, 0 if the texts are no names."""
        filled = self.cells.dropna()
        if len(filled) < LEAST_CELLS or filled.str.len().median() > LONGEST_NAME:
            return 0.0
        names = filled.str.contains(r"[^\W\d_]{2}").mean() >= FIT and not self.stages
        if not names or max(self.share(self.days), self.share(self.amounts)) > MISTAKEN:
            return 0.0
        return len(filled) / self.names

    def tells(self, evidence: Callable[[str], float]) -> bool:
        """Whether the texts are few and nearly all of a kind, some of them such as hardly any other column has."""
        filled = self.cells.dropna()
        if len(filled) < LEAST_CELLS or not LEAST_TOLD <= self.names <= MOST_LINES:
            return False
        worth = filled.map({text: evidence(str(text)) for text in filled.unique()}).astype("float64")
        telling = worth == 1.0
        return bool((worth > 0.0).mean() >= FIT and telling.mean() >= TOLD and filled[telling].nunique() >= LEAST_TOLD)

    @cached_property
    def places(self) -> str:
        """What kind of places the texts are, "areas of sales" before "countries or states"; empty if they are none."""
        kinds = {"areas of sales": area_evidence, "countries or states": land_evidence}
        return next((kind for kind, evidence in kinds.items() if self.tells(evidence)), "")

    def fit(self, field: str) -> float:
        """How well the content fits a field, 0 to 1."""
        if field in ("created", "closed"):
            return self.share(self.days)
        if field == "amount":
            return self.share(self.amounts)
        return float(bool(self.stages)) if field == "stage" else 1.0

    def what(self, field: str) -> str:
        """Say what the content is."""
        if field in ("created", "closed"):
            return "dates"
        if field == "amount":
            return f"amounts in {self.currency}" if self.currency else "numbers"
        if field == "stage":
            listed = sorted(self.stages, key=lambda text: OUTCOMES.index(outcome_of(text)))
            return f"{len(listed)} different texts, such as {' and '.join(map(repr, listed[:2]))}"
        said = {
            "line": "names whose amounts differ", "manager": "names, each with sellers of one's own",
            "source": "lead sources", "region": self.places,
        }  # fmt: skip
        return f"{self.names:,} {said.get(field) or f'names, {self.rows_each:.1f} rows each'}"

    def explained(self, amounts: pd.Series) -> float:
        """Share of the variance of the logarithm of positive amounts that the names explain, for their number."""
        rows = pd.DataFrame({"name": self.cells, "size": np.log(amounts.where(amounts > 0.0))}).dropna()
        freedom, total = len(rows) - rows["name"].nunique(), float(rows["size"].var())
        if freedom < 1 or not total > 0.0:
            return 0.0
        within = rows["size"] - rows.groupby("name")["size"].transform("mean")
        return 1.0 - float((within**2).sum()) / freedom / total

    def follows(self, sellers: pd.Series) -> float:
        """Share of the rows that have the name which is usual for their seller."""
        pairs = pd.DataFrame({"name": self.cells, "seller": sellers}).dropna().value_counts()
        return float(pairs.groupby("seller").max().sum() / pairs.sum()) if len(pairs) else 0.0


def suggestions(raw: RawFile, positions: Mapping[str, int], mapping: ColumnMap) -> dict[str, str]:
    """Suggest columns of opportunities for fields that have none, or one of a known name whose content does not fit.

    Args:
        raw: The opened file.
        positions: Column by field, from 0, as found by names.
        mapping: What the user said; it is not questioned.

    Returns:
        A sentence with the flag to say, by field.
    """
    texts = first_rows(raw)

    def read(position: int) -> _Column:
        return _Column.of(raw.header[position], pd.Series([row[position] for row in texts], dtype="str"))

    held = {field: read(positions[field]) for field in _FITS if field in positions}
    said = {field for field in _FITS if mapping.column("opportunities", field)}
    wanted = [
        field for field in _FITS if field not in said and (field not in held or held[field].fit(field) <= MISTAKEN)
    ]
    if not wanted:
        return {}
    others = [i for i, name in enumerate(raw.header) if i not in positions.values() and name]
    filled = (i for i in others if sum(bool(row[i].strip()) for row in texts) >= LEAST_CELLS)
    free = [read(i) for i in islice(filled, MOST_COLUMNS)]
    found: dict[str, str] = {}
    for field in wanted:
        now = held.pop(field, None)
        if fitting := [column for column in free if _FITS[field](column, held, free)]:
            best, *rest = sorted(fitting, key=lambda column: _rank(field, column), reverse=True)
            free = [column for column in free if column is not best]
            if field in _BY_NAMES and (like := [one for one in rest if _rank(field, one) == _rank(field, best)]):
                free = [column for column in free if column not in like]
                found[field] = _undecided(field, [best, *like])
                continue
            held[field] = best
            instead = f"column '{now.name}' holds none; " if now else ""
            found[field] = f"{instead}column '{best.name}' holds {best.what(field)}: --map {field}='{best.name}'"
    return found


def _undecided(field: str, columns: Iterable[_Column]) -> str:
    """Say that several columns hold the same kind of names, none of them nearer to the field by its own name."""
    each = [f"'{column.name}' holds {column.what(field)} (--map {field}='{column.name}')" for column in columns]
    return f"which of these is meant cannot be told: column {', '.join(each)}"


def _rank(field: str, column: _Column) -> tuple[float, float]:
    """Prefer a name that is near, then content that is more of the kind."""
    near = next(closeness(known, column.name) for known in TABLES["opportunities"] if known.name == field)
    near = near if near >= NEAR else 0.0
    if field in ("created", "closed"):
        return near, float(column.days.dropna().astype("int64").median()) * (1 if field == "closed" else -1)
    if field == "amount":
        return near, bool(column.currency) + column.amounts.nunique() / len(column.amounts)
    if field == "source":
        return near, 0.0
    if field == "region":
        return near, float(column.places == "areas of sales")
    return near, column.names * (-1 if field == "manager" else 1)


def _line(column: _Column, held: Mapping[str, _Column], _free: Iterable[_Column]) -> bool:
    """Whether there are a few names, each of many rows, and amounts go with them."""
    few = column.rows_each >= SELLER_ROWS and 1 < column.names <= MOST_LINES
    return few and "amount" in held and column.explained(held["amount"].amounts) >= TELLS_AMOUNTS


def _region(column: _Column, held: Mapping[str, _Column], _free: Iterable[_Column]) -> bool:
    """Whether there are areas of sales; or countries or states, if sellers have one each: else they are accounts'."""
    if column.places != "countries or states":
        return bool(column.places)
    return "seller" in held and column.follows(held["seller"].cells) >= FIT


def _manager(column: _Column, held: Mapping[str, _Column], _free: Iterable[_Column]) -> bool:
    """Whether there are names of two words or more, fewer than sellers, and most rows of a seller have the same."""
    if "seller" not in held or not column.rows_each or not 1 < column.names < held["seller"].names:
        return False
    people = column.cells.dropna().str.contains(r"[^\W\d_] +[^\W\d_]").mean() >= FIT
    return bool(people) and column.follows(held["seller"].cells) >= FIT


def _ordered(column: _Column, other: _Column | None, sign: int) -> bool:
    """Whether a column holds days, mostly on the side of another's on which they should lie."""
    between = (column.days - other.days).dropna() * sign if other else pd.Series(dtype="timedelta64[s]")
    return column.share(column.days) >= FIT and bool((between >= pd.Timedelta(0)).mean() >= FIT or between.empty)


def _accounts(column: _Column, held: Mapping[str, _Column], free: Iterable[_Column]) -> bool:
    """Whether there are more names than sellers, or than in another column that may be the sellers'."""
    sellers = [held["seller"]] if "seller" in held else [other for other in free if other.rows_each >= SELLER_ROWS]
    return column.rows_each >= ACCOUNT_ROWS and any(column.names > other.names >= LEAST_SELLERS for other in sellers)


_BY_NAMES = ("source", "region")  # told by names alone: of two columns that have them none is the better one
_FITS: dict[str, Callable[[_Column, Mapping[str, _Column], Iterable[_Column]], bool]] = {
    "stage": lambda column, _held, _free: bool(column.stages),
    "created": lambda column, held, _free: _ordered(column, held.get("closed"), -1),
    "closed": lambda column, held, _free: _ordered(column, held.get("created"), 1),
    "amount": lambda column, _held, _free: column.share(column.amounts) >= FIT,
    "source": lambda column, _held, _free: column.tells(source_evidence),
    "region": _region,
    "account": _accounts,
    "seller": lambda column, _held, _free: column.rows_each >= SELLER_ROWS,
    "manager": _manager,
    "line": _line,
}
"""Whether a column's content fits a field, given those of other fields and those that are free; in this order."""
