"""An export as it would have been on an earlier day: for fitting on the past and judging on what came after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from sim.crm.centres import buying_centres
from sim.crm.clean import Cleaned
from sim.crm.moments import measure
from sim.crm.organization import lines_of, sellers_of
from sim.crm.quality import Quality
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.crm.load import CrmData


def data_until(data: CrmData, day: pd.Timestamp) -> CrmData:
    """Forget what happened after a day.

    Opportunities opened later are not there, those closed later are open, and everything that is measured from them
    (cycles, stale ones, sellers, buying centres, moments) is measured again. Opportunities without an opening date
    are kept only if they were closed by then, since nobody knows whether they were there. Names were repaired with
    all of the export in view.

    Args:
        data: The cleaned export.
        day: Last day that is known.

    Raises:
        InputError: Nothing was won by then.
    """
    frame = data.opportunities
    frame = frame[(frame["created"] <= day) | (frame["closed"] <= day)].reset_index(drop=True).copy()
    late = frame["closed"].notna() & (frame["closed"] > day)
    frame["outcome"] = frame["outcome"].astype("str").where(~late, "open").astype("category")
    frame.loc[late, ["closed", "amount", "cycle_days"]] = None
    if not (frame["outcome"] == "won").any():
        raise InputError(f"nothing was won until {day:%Y-%m-%d}, so there is nothing to fit")
    is_open = frame["outcome"] == "open"
    frame["stale"] = is_open & ((day - frame["created"]).dt.days > frame["cycle_days"].max())
    quality = Quality()
    teams = data.sellers[["seller", "manager", "region"]].astype("str")
    prices = data.lines.assign(price=data.lines["list_price"].astype("str").where(data.lines["list_price"].notna()))
    centres = buying_centres(frame, data.accounts, day, quality)
    frame["centre"] = centres.of_opportunity
    moments = measure(Cleaned(frame, day, data.currency), quality)
    lines = lines_of(prices[["line", "price"]], frame, quality)
    sellers = sellers_of(teams, frame, quality)
    return replace(
        data, opportunities=frame, sellers=sellers, lines=lines, centres=centres, moments=moments, quality=quality,
        as_of=day,
    )  # fmt: skip


def last_quarter(data: CrmData) -> pd.Period:
    """Give the last whole quarter of an export, before which there is another.

    Raises:
        InputError: There are fewer than two.
    """
    full = data.moments.quarters.loc[data.moments.quarters["full"], "quarter"]
    if len(full) < 2:
        raise InputError(
            f"{data.name} has {len(full)} whole quarters of closings; fitting on some and judging on the last needs 2"
        )
    return pd.Period(full.iloc[-1], freq="Q")
