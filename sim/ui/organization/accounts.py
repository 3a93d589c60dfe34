"""Accounts in cells: how far each has come with us, and how content it is; thousands of accounts, a few dozen cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.buyer.record import BUYERS, OPPORTUNITIES
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

TRUST = (35, 45, 55, 65)
"""Mean trust of a cell's buyers at which its colour changes. [percent]"""

_THIRDS = ("Early", "Middle", "Late")
_MOST_LINES = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the matrix.

    Attributes:
        group: What its columns have in common.
        label: Its name.
        doc: Which accounts are in it, and what their value is.
    """

    group: str
    label: str
    doc: str


def columns(state: State, stage: str) -> tuple[Column, ...]:
    """From accounts nobody works on to those with every line installed."""
    stages = STAGES[stage][1]
    found = [
        Column(
            "Prospects, by opportunity", "None",
            f"Not a customer, no open opportunity. Value: {BUYERS['potential'].doc}",
        )
    ]  # fmt: skip
    for third, name in enumerate(_THIRDS):
        span = f"{third}/3 to {third + 1}/3"
        doc = f"Not a customer, furthest opportunity {span} of the way. {stages} Value: {OPPORTUNITIES['amount'].doc}"
        found.append(Column("Prospects, by opportunity", name, doc))
    most = min(_MOST_LINES, len(state.lines))
    for lines in range(1, most + 1):
        more = " or more" if lines == most and most < len(state.lines) else ""
        label = f"{lines}{' or more' if more else ''}"
        found.append(
            Column(
                "Customers, by lines",
                label,
                f"{lines}{more} line{'s' if lines > 1 else ''} installed. Value: {BUYERS['installed_value'].doc}",
            )
        )
    return tuple(found)


def matrix(state: State, stage: str, currency: str) -> dict[str, Any]:
    """Count accounts and their contract value by cell.

    Args:
        state: The records.
        stage: Whose stage counts, a key of `STAGES`.
        currency: Label of amounts.

    Returns:
        Columns, bands and cells, as the browser takes them; `part` is how far a cell is filled, 100 for the most value.
    """
    heads = columns(state, stage)
    buyers = state.buyers
    customer = buyers["customer_lines"] > 0
    furthest, at_stake = _opportunities(state, stage)
    column = np.where(furthest >= 0, 1 + np.minimum(2, (furthest * 3).astype(np.int64)), 0)
    lines = np.minimum(buyers["customer_lines"], min(_MOST_LINES, len(state.lines)))
    column = np.where(customer, len(_THIRDS) + lines, column)
    share = np.where(customer, buyers["satisfaction"], buyers["buyer_trust"])
    band = len(BANDS) - 1 - np.minimum(len(BANDS) - 1, (share * len(BANDS)).astype(np.int64))
    value = np.where(customer, buyers["installed_value"], np.where(furthest >= 0, at_stake, buyers["potential"]))
    cell = band * len(heads) + column
    n = len(BANDS) * len(heads)
    count = np.bincount(cell, minlength=n)
    sums = [np.bincount(cell, of, n) for of in (value, buyers["buyer_trust"], (furthest >= 0) * 1.0)]
    return {
        "columns": _heads(heads, count, sums[0]),
        "bands": list(BANDS),
        "cells": _cells(heads, count, sums, currency),
        "total": f"{len(buyers):,} accounts, {int(customer.sum()):,} of them customers",
        "trusts": list(TRUST),
        "currency": currency,
    }


def _opportunities(state: State, stage: str) -> tuple[Rows, Rows]:
    """Stage of each account's furthest open opportunity, -1 without one, and the amount of all. [accounts]."""
    rows = pursued(state)
    account = rows // len(state.lines)
    furthest = np.full(len(state.buyers), -1.0)
    np.maximum.at(furthest, account, state.opportunities[stage][rows])
    return furthest, np.bincount(account, state.opportunities["amount"][rows], len(state.buyers))


def _heads(heads: tuple[Column, ...], count: Rows, value: Rows) -> list[dict[str, Any]]:
    counts, values = (of.reshape(len(BANDS), -1).sum(axis=0) for of in (count, value))
    return [
        {"group": head.group, "label": head.label, "doc": head.doc, "count": f"{int(many):,}",
         "value": text_of(float(much), "currency")}
        for head, many, much in zip(heads, counts, values, strict=True)
    ]  # fmt: skip


def _cells(heads: tuple[Column, ...], count: Rows, sums: list[Rows], currency: str) -> list[dict[str, Any]]:
    """Each cell with count, value, mean trust and a sentence."""
    most = float(sums[0].max()) or 1.0
    found = []
    for number, (many, value, trust, open_ones) in enumerate(
        zip(count.tolist(), *(of.tolist() for of in sums), strict=True)
    ):
        head, band = heads[number % len(heads)], BANDS[number // len(heads)]
        of = "satisfaction" if head.group.startswith("Customers") else "trust"
        mean = trust / many if many else 0.0
        said = f"{head.group}: {head.label.lower()}; {of} {band}: {many:,} account{'' if many == 1 else 's'}"
        said += f", {text_of(value, 'currency', currency)} a year, mean trust {mean * 100:.0f} %" if many else ""
        said += f", {int(open_ones):,} with an open opportunity" if many and head.group.startswith("Customers") else ""
        found.append({
            "count": f"{many:,}" if many else "",
            "value": text_of(value, "currency") if many else "",
            "part": round(100 * value / most, 1),
            "trust": int(np.searchsorted(TRUST, 100 * mean, side="right")),
            "said": f"{said}. {head.doc}",
        })  # fmt: skip
    return found
