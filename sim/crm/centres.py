"""Split accounts into buying centres, so that each has at most one opportunity per product line at a time."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.crm.quality import RepairKind

if TYPE_CHECKING:
    from sim.crm.quality import Quality

NO_ACCOUNT = "(no account named)"


@dataclass(frozen=True, slots=True)
class Centres:
    """Buying centres.

    Attributes:
        frame: seller, account, parent, centres (number of buying centres), opportunities. Shape (n_pairs,).
        of_opportunity: Number of the buying centre within its seller and account, from 0; -1 where the opportunity
            names no account or has no opening date. Shape (n_opportunities,).
        peak_by_account_line: Most opportunities that one account and line had open at once. Shape (n_account_lines,).
    """

    frame: pd.DataFrame
    of_opportunity: np.ndarray
    peak_by_account_line: pd.Series

    @property
    def total(self) -> int:
        """Number of buying centres. [centres]."""
        return int(self.frame["centres"].sum())


def intervals(opportunities: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Days from which and before which each dated opportunity was open, up to the last day the data know of.

    An open one lasts to the day after the data end; a stale one no longer than the longest closed cycle.

    Returns:
        start, end (exclusive) as days since 1970, for rows with an opening date. [days]
    """
    dated = opportunities[opportunities["created"].notna()]
    start = _days(dated["created"])
    last = _days(pd.Series([as_of]))[0] + 1
    closed = dated["closed"].notna().to_numpy()
    end = np.where(closed, _days(dated["closed"].fillna(as_of)), last)
    longest = opportunities["cycle_days"].max()
    if np.isfinite(longest):
        end = np.where(dated["stale"].to_numpy(), np.minimum(end, start + int(longest)), end)
    return pd.DataFrame({"start": start, "end": np.maximum(end, start + 1)}, index=dated.index)


def _days(dates: pd.Series) -> np.ndarray:
    return dates.to_numpy().astype("datetime64[D]").astype(np.int64)


def peak_concurrency(spans: pd.DataFrame, keys: pd.DataFrame) -> pd.Series:
    """Most opportunities open at once by group, from start and end (exclusive) of each row [days] and its keys."""
    names = list(keys.columns)
    events = pd.concat([keys.assign(day=spans["start"], step=1), keys.assign(day=spans["end"], step=-1)])
    events = events.sort_values([*names, "day", "step"])
    return (
        events.groupby(names, observed=True)["step"]
        .cumsum()
        .groupby([events[name] for name in names], observed=True)
        .max()
    )


def buying_centres(
    opportunities: pd.DataFrame, accounts: pd.DataFrame, as_of: pd.Timestamp, quality: Quality
) -> Centres:
    """Split every account by seller, and further until no line has two opportunities at once in one centre."""
    named = opportunities[["seller", "account", "line"]].astype("str")
    spans = intervals(opportunities, as_of)
    placed = spans.index[named.loc[spans.index, "account"].notna()]
    of_opportunity = np.full(len(opportunities), -1)
    of_opportunity[placed] = _first_free(named.loc[placed], spans.loc[placed])
    frame = _pairs(named, of_opportunity, spans)
    frame["parent"] = frame["account"].map(accounts.set_index("account")["parent"])
    peak = peak_concurrency(spans.loc[placed], named.loc[placed, ["account", "line"]])
    centres = Centres(frame[["seller", "account", "parent", "centres", "opportunities"]], of_opportunity, peak)
    _report(centres, frame["account"].nunique(), quality)
    return centres


def _first_free(named: pd.DataFrame, spans: pd.DataFrame) -> np.ndarray:
    """Number of the first centre of the pair that is free for the line when the opportunity opens."""
    group = named.groupby(["seller", "account", "line"], sort=False).ngroup().to_numpy()
    start, end = spans["start"].to_numpy(), spans["end"].to_numpy()
    centre = np.zeros(len(named), dtype=np.int64)
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    previous, used = -1, 0
    for row in np.lexsort((end, start, group)):
        if group[row] != previous:
            previous, used, busy, free = group[row], 0, [], []
        while busy and busy[0][0] <= start[row]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if not free:
            free.append(used)
            used += 1
        centre[row] = heapq.heappop(free)
        heapq.heappush(busy, (int(end[row]), int(centre[row])))
    return centre


def _pairs(named: pd.DataFrame, of_opportunity: np.ndarray, spans: pd.DataFrame) -> pd.DataFrame:
    rows = named[["seller", "account"]].assign(centre=of_opportunity)
    with_account = rows.dropna(subset=["account"])
    counted = with_account.groupby(["seller", "account"])["centre"].agg(["max", "size"]).reset_index()
    frame = counted.assign(centres=np.maximum(counted["max"] + 1, 1)).rename(columns={"size": "opportunities"})
    frame = frame[["seller", "account", "centres", "opportunities"]]
    return pd.concat([frame, _unnamed(named[~named["seller"].isin(frame["seller"])], spans)], ignore_index=True)


def _unnamed(named: pd.DataFrame, spans: pd.DataFrame) -> pd.DataFrame:
    """Sellers none of whose opportunities names an account work on unnamed ones, as many as the peak asks for."""
    frame = named.groupby("seller").size().rename("opportunities").reset_index()
    dated = spans.index.intersection(named.index)
    peak = peak_concurrency(spans.loc[dated], named.loc[dated, ["seller", "line"]]).groupby("seller").max()
    centres = frame["seller"].map(peak).fillna(1).astype(int)
    return frame.assign(account=NO_ACCOUNT, centres=centres)[["seller", "account", "centres", "opportunities"]]


def _report(centres: Centres, n_accounts: int, quality: Quality) -> None:
    sellers = centres.frame.groupby("account")["seller"].nunique()
    peak = centres.peak_by_account_line
    busiest = f"; one account and line had up to {peak.max()} opportunities at once" if len(peak) else ""
    what = (
        f"buying centres made of {n_accounts:,} accounts with {sellers.min()} to {sellers.max()} sellers each, by "
        f"seller and by how many opportunities of a line were open at once{busiest}"
    )
    quality.add(RepairKind.NOTED, "accounts", what, count=centres.total, unit="buying centres")
