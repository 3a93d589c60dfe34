"""Accounts in cells: how far each has come with us, and how content it is; thousands of accounts, a few dozen cells."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.buyer.record import BUYERS, OPPORTUNITIES
from sim.measures.words import counted
from sim.ui.organization.facts import text_of
from sim.ui.organization.present import pursued

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from agents.machinery.state import State

STAGES = {
    "buying_stage": ("Buyers' stage", OPPORTUNITIES["buying_stage"].doc),
    "sales_stage": ("Logged stage", OPPORTUNITIES["sales_stage"].doc),
}
"""Whose stage of an open opportunity counts, by field: its name and definition."""

BANDS = ("80\N{EN DASH}100 %", "60\N{EN DASH}80 %", "40\N{EN DASH}60 %", "20\N{EN DASH}40 %", "0\N{EN DASH}20 %")
"""Rows of the matrix: satisfaction of customers, trust of the others."""

TRUST = (35, 45, 55, 65)  # mean trust of a cell's buyers at which its colour changes [percent]
_THIRDS = ("Early", "Middle", "Late")
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the matrix."""

    group: str  # What its columns have in common
    label: str
    doc: str  # Which accounts are in it, and what their value is


def columns(state: State, stage: str) -> tuple[Column, ...]:
    """From accounts nobody works on to those with every line installed."""
    prospects, customers = "Prospects, by opportunity", "Customers, by lines"
    doc = f"Not a customer, no open opportunity. Value: {BUYERS['potential'].doc}"
    table = [Column(prospects, "None", doc)]
    for third, name in enumerate(_THIRDS):
        way = f"{third}/3 to {third + 1}/3 of the way. {STAGES[stage][1]}"
        doc = f"Not a customer, furthest opportunity {way} Value: {OPPORTUNITIES['amount'].doc}"
        table.append(Column(prospects, name, doc))
    most = min(_MOST_LINES, len(state.lines))
    for lines in range(1, most + 1):
        label = f"{lines}{' or more' if lines == most < len(state.lines) else ''}"
        doc = f"{label} line{'s' if lines > 1 else ''} installed. Value: {BUYERS['installed_value'].doc}"
        table.append(Column(customers, label, doc))
    return tuple(table)


def matrix(state: State, stage: str, currency: str) -> dict[str, Any]:
    """Count accounts and their contract value by cell, as the browser takes them.

    `stage` is a key of `STAGES`; `part` of a cell is how far it is filled, 100 for the most value.
    """
    titles = columns(state, stage)
    buyers = state.buyers
    customer = state.customer_lines > 0
    furthest, at_stake = _opportunities(state, stage)
    column = np.where(furthest >= 0, 1 + np.minimum(2, (furthest * 3).astype(np.int64)), 0)
    lines = np.minimum(state.customer_lines, min(_MOST_LINES, len(state.lines)))
    column = np.where(customer, len(_THIRDS) + lines, column)
    share = np.where(customer, state.satisfaction, state.buyer_trust)
    band = len(BANDS) - 1 - np.minimum(len(BANDS) - 1, (share * len(BANDS)).astype(np.int64))
    value = np.where(customer, state.installed_value, np.where(furthest >= 0, at_stake, buyers["potential"]))
    cell = band * len(titles) + column
    n = len(BANDS) * len(titles)
    count = np.bincount(cell, minlength=n)
    sums = [np.bincount(cell, of, n) for of in (value, state.buyer_trust, (furthest >= 0) * 1.0)]
    return {
        "columns": _column_totals(titles, count, sums[0]),
        "bands": list(BANDS),
        "cells": _cells(titles, count, sums, currency),
        "total": f"{len(buyers):,} accounts, {int(customer.sum()):,} of them customers",
        "trusts": list(TRUST),
        "currency": currency,
    }


def _opportunities(state: State, stage: str) -> tuple[Rows, Rows]:
    """Stage of each account's furthest open opportunity, -1 without one, and the amount of all. [accounts]."""
    rows = pursued(state)
    account = state.opportunities["account"][rows]
    furthest = np.full(len(state.buyers), -1.0)
    np.maximum.at(furthest, account, state.opportunities[stage][rows])
    return furthest, np.bincount(account, state.opportunities["amount"][rows], len(state.buyers))


def _column_totals(titles: tuple[Column, ...], count: Rows, value: Rows) -> list[dict[str, Any]]:
    counts, values = (of.reshape(len(BANDS), -1).sum(axis=0) for of in (count, value))
    return [
        {**asdict(title), "count": f"{int(many):,}", "value": text_of(float(much), "currency")}
        for title, many, much in zip(titles, counts, values, strict=True)
    ]


def _cells(titles: tuple[Column, ...], count: Rows, sums: list[Rows], currency: str) -> list[dict[str, Any]]:
    """Each cell with count, value, mean trust and a sentence."""
    most = float(sums[0].max()) or 1.0
    cells = []
    totals = zip(product(BANDS, titles), count.tolist(), *(of.tolist() for of in sums), strict=True)
    for (band, title), many, value, trust, open_ones in totals:
        customers = title.group.startswith("Customers")
        mean = trust / many if many else 0.0
        of = "satisfaction" if customers else "trust"
        said = f"{title.group}: {title.label.lower()}; {of} {band}: {counted(many, 'account')}"
        said += f", {text_of(value, 'currency', currency)} a year, mean trust {mean * 100:.0f} %" if many else ""
        said += f", {int(open_ones):,} with an open opportunity" if many and customers else ""
        cells.append({
            "count": f"{many:,}" if many else "",
            "value": text_of(value, "currency") if many else "",
            "part": round(100 * value / most, 1),
            "trust": int(np.searchsorted(TRUST, 100 * mean, side="right")),
            "said": f"{said}. {title.doc}",
        })  # fmt: skip
    return cells
