"""A run's deal log in the columns of other programs: what their CRM would show, and nothing it could not know."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

_SALESFORCE = {
    "Opportunity ID": "id", "Opportunity Name": "name", "Account Name": "account", "Opportunity Owner": "rep",
    "Opportunity Owner Manager": "manager", "Stage": "stage", "Amount": "amount", "Amount Currency": "currency",
    "Created Date": "created", "Close Date": "closed", "Lead Source": "source", "Product Name": "line",
    "Loss Reason": "reason",
}  # fmt: skip
_SALESFORCE_STAGES = ("Prospecting", "Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
_HUBSPOT = {
    "Record ID": "id", "Deal Name": "name", "Deal Stage": "stage", "Pipeline": "line", "Deal owner": "rep",
    "HubSpot Team": "manager", "Associated Company": "account", "Amount": "amount", "Currency": "currency",
    "Create Date": "created", "Close Date": "closed", "Original Source": "source", "Closed Lost Reason": "reason",
}  # fmt: skip
_HUBSPOT_STAGES = (
    "Appointment scheduled", "Qualified to buy", "Presentation scheduled", "Decision maker bought-In", "Contract sent",
)  # fmt: skip
_SOURCES = {
    "buyer": "Inbound", "marketing": "Marketing", "prospecting": "Prospecting", "telesales": "Telesales",
    "cross_sell": "Existing customer", "referral": "Referral",
}  # fmt: skip


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
    ends = {"won": "Closed Won", "lost": "Closed Lost", "no_decision": "Closed No Decision"}
    return _named(_together(closed, still_open), record, _SALESFORCE, ends, _SALESFORCE_STAGES)


def as_hubspot(closed: pd.DataFrame, still_open: pd.DataFrame, record: Mapping[str, Any]) -> pd.DataFrame:
    """Name columns and stages as a HubSpot export of deals does."""
    ends = {"won": "Closed won", "lost": "Closed lost", "no_decision": "Closed no decision"}
    return _named(_together(closed, still_open), record, _HUBSPOT, ends, _HUBSPOT_STAGES)


def _named(
    rows: pd.DataFrame, record: Mapping[str, Any], names: Mapping[str, str], ends: Mapping[str, str],
    stages: tuple[str, ...],
) -> pd.DataFrame:  # fmt: skip
    """Give every value of the log its name in another program."""
    values = {
        "id": _ids(rows), "name": rows["account"].astype(str) + " - " + rows["line"].astype(str),
        "stage": _stages(rows, ends, stages), "amount": rows["amount"].round(2), "currency": record["currency"],
        "created": _dates(rows["created"], record), "closed": _dates(rows["closed"], record),
        "source": rows["origin"].astype(str).map(_SOURCES), "reason": _reasons(rows),
        **{name: rows[name] for name in ("account", "rep", "manager", "line")},
    }  # fmt: skip
    return pd.DataFrame({theirs: values[ours] for theirs, ours in names.items()})


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
