"""A run's deal log in the columns of other programs: what their CRM would show, and nothing it could not know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

_SALESFORCE_STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
_HUBSPOT_STAGES = (
    "Appointment scheduled",
    "Qualified to buy",
    "Presentation scheduled",
    "Decision maker bought-In",
    "Contract sent",
)
_SOURCES = {
    "buyer": "Inbound",
    "marketing": "Marketing",
    "prospecting": "Prospecting",
    "telesales": "Telesales",
    "cross_sell": "Existing customer",
}


def as_plain(closed: pd.DataFrame, still_open: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Put closed and open opportunities in one table with every column of the model, dates beside weeks."""
    rows = _together(closed, still_open)
    rows.insert(0, "opportunity", _ids(rows))
    rows["created_date"] = _dates(rows["created"], record)
    rows["closed_date"] = _dates(rows["closed"], record)
    rows["currency"] = record["currency"]
    return rows


def as_salesforce(closed: pd.DataFrame, still_open: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Name columns and stages as a Salesforce report of opportunities does."""
    rows = _together(closed, still_open)
    ends = {"won": "Closed Won", "lost": "Closed Lost", "no_decision": "Closed No Decision"}
    columns = {
        "Opportunity ID": _ids(rows),
        "Opportunity Name": rows["account"].astype(str) + " - " + rows["line"].astype(str),
        "Account Name": rows["account"],
        "Opportunity Owner": rows["rep"],
        "Opportunity Owner Manager": rows["manager"],
        "Stage": _stages(rows, ends, _SALESFORCE_STAGES),
        "Amount": rows["amount"].round(2),
        "Amount Currency": record["currency"],
        "Created Date": _dates(rows["created"], record),
        "Close Date": _dates(rows["closed"], record),
        "Lead Source": rows["origin"].astype(str).map(_SOURCES),
        "Product Name": rows["line"],
        "Loss Reason": _reasons(rows),
    }
    return pd.DataFrame(columns)


def as_hubspot(closed: pd.DataFrame, still_open: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Name columns and stages as a HubSpot export of deals does."""
    rows = _together(closed, still_open)
    ends = {"won": "Closed won", "lost": "Closed lost", "no_decision": "Closed no decision"}
    columns = {
        "Record ID": _ids(rows),
        "Deal Name": rows["account"].astype(str) + " - " + rows["line"].astype(str),
        "Deal Stage": _stages(rows, ends, _HUBSPOT_STAGES),
        "Pipeline": rows["line"],
        "Deal owner": rows["rep"],
        "HubSpot Team": rows["manager"],
        "Associated Company": rows["account"],
        "Amount": rows["amount"].round(2),
        "Currency": record["currency"],
        "Create Date": _dates(rows["created"], record),
        "Close Date": _dates(rows["closed"], record),
        "Original Source": rows["origin"].astype(str).map(_SOURCES),
        "Closed Lost Reason": _reasons(rows),
    }
    return pd.DataFrame(columns)


def _together(closed: pd.DataFrame, still_open: pd.DataFrame) -> pd.DataFrame:
    """Closed ones first; what only the others have stays empty."""
    words = dict.fromkeys(("account", "line", "rep", "manager", "origin", "specialists"), "str")
    parts = [
        frame.astype({name: kind for name, kind in words.items() if name in frame}) for frame in (closed, still_open)
    ]
    for name in ("outcome", "true_reason", "reported_reason"):
        parts[0][name] = parts[0][name].astype("str")
        parts[1][name] = "open" if name == "outcome" else ""
    columns = [*parts[0].columns, *(name for name in parts[1].columns if name not in parts[0].columns)]
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True).reindex(columns=columns)


def _ids(rows: pd.DataFrame) -> pd.Series[str]:
    """One id for each need, the same in every case: buying centre, line and week."""
    line = rows["line"].astype("category").cat.codes
    text = "O" + rows["buyer"].astype(int).astype(str) + "-" + (line + 1).astype(str)
    return text + "-" + rows["created"].astype(int).astype(str).str.replace("-", "b")


def _stages(rows: pd.DataFrame, ends: Mapping[str, str], stages: tuple[str, ...]) -> list[str]:
    reached = (rows["sales_stage"].clip(0, 0.999) * len(stages)).astype(int)
    return [ends.get(outcome, stages[stage]) for outcome, stage in zip(rows["outcome"], reached, strict=True)]


def _reasons(rows: pd.DataFrame) -> pd.Series[str]:
    text = rows["reported_reason"].fillna("").str.replace("_", " ").str.capitalize()
    return text.where(~rows["outcome"].isin(["won", "open"]), "").replace("None", "")


def _dates(weeks: pd.Series[Any], record: Mapping[str, Any]) -> list[str]:
    start = dt.date.fromisoformat(record["start_date"])
    return ["" if pd.isna(week) else str(start + dt.timedelta(weeks=int(week))) for week in weeks]
