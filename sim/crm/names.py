"""Repair names: one spelling per thing, and typing errors against what is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from sim.crm.vocabulary import BLANKS, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MAX_NAME = 120  # longest name kept; the rest is cut. [characters]
TYPO_CLOSENESS, TYPO_MARGIN = 88, 2
"""How alike (0-100, letters in the same order) a word must be to a known one to be taken for its typing error, and how
much more than to any other. Assumed."""

PERSON_CLOSENESS, MOST_PEOPLE = 92, 1_000  # the same for two names that may be one person's, among so many. Assumed.
MOST_PAIRS = 20_000_000  # pairs of names among which typing errors are looked for, some 3 s. [pairs] Assumed.

_FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class TidyText:
    """A column of texts made safe to handle."""

    column: pd.Series  # texts without control characters or doubled spaces; missing where blank. Shape (n_rows,)
    formulas: int  # rows that a spreadsheet would run as a formula; kept as text. [rows]
    repaired: int  # rows from which control characters or excess length were taken. [rows]


def tidy(column: pd.Series) -> TidyText:
    """Make a column of texts safe: no control characters, no stray spaces, blanks missing. Shape (n_rows,)."""
    codes, values = pd.factorize(column)
    plain = [tidy_text(str(value)) for value in values]
    pairs = zip(values, plain, strict=True)
    dirty = [new != old and new != " ".join(str(old).split()) for old, new in pairs]
    names = pd.Series([None if text.casefold() in BLANKS else text for text in plain], dtype="str")
    rows = pd.Series(codes[codes >= 0]).value_counts()
    formula = [is_formula(text) for text in plain]
    return TidyText(
        names.reindex(codes).reset_index(drop=True),
        int(rows[[i for i in rows.index if formula[i]]].sum()),
        int(rows[[i for i in rows.index if dirty[i]]].sum()),
    )


def tidy_text(text: str) -> str:
    """Make one text safe, as `tidy` does."""
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text.replace("\ufeff", ""))
    return " ".join(text.split())[:MAX_NAME].strip()


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would run this text as a formula: = or @ first, or a sign and letters."""
    if not text.startswith(_FORMULA_STARTS):
        return False
    return text[0] in "=@" or any(letter.isalpha() for letter in text)


def one_spelling(values: Mapping[str, int], reference: Sequence[str] = ()) -> dict[str, str]:
    """Bring spellings that differ only in case, spaces and signs to one: new spelling by old, for those that change.

    Spellings of a reference win; without one the most frequent does, of those with their rows.
    """
    best: dict[str, str] = {key_of(name): name for name in reversed(reference)}
    for name in sorted(values, key=lambda name: (-values[name], name)):
        best.setdefault(key_of(name), name)
    return {name: best[key_of(name)] for name in values if key_of(name) and best[key_of(name)] != name}


def near_known(values: Iterable[str], reference: Sequence[str]) -> dict[str, str]:
    """Find typing errors, close to exactly one known name and alike in their digits: right spelling by wrong one."""
    keys = {key_of(name): name for name in reference}
    known = list(keys)
    repaired: dict[str, str] = {}
    for value in values:
        key = key_of(value)
        if not key or key in keys:
            continue
        close = process.extract(key, known, scorer=fuzz.ratio, score_cutoff=TYPO_CLOSENESS, limit=2)
        clear = len(close) == 1 or (len(close) == 2 and close[0][1] > close[1][1] + TYPO_MARGIN)
        if clear and _digits(key) == _digits(close[0][0]):
            right = keys[close[0][0]]
            repaired[value] = right.capitalize() if value[:1].isupper() and right.islower() else right
    return repaired


def alike(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that differ by a letter or the order of words, as one person's may; none among too many names."""
    keys = [" ".join(sorted(filter(None, map(key_of, re.split(r"[\s,.]+", name))))) for name in names]
    if len(keys) > MOST_PEOPLE:
        return []
    pairs = np.argwhere(np.triu(process.cdist(keys, keys, scorer=fuzz.ratio, score_cutoff=PERSON_CLOSENESS), 1))
    return [(names[i], names[j]) for i, j in pairs if _digits(keys[i]) == _digits(keys[j])]


def _digits(key: str) -> str:
    return "".join(letter for letter in key if letter.isdigit())
