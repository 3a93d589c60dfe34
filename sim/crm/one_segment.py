"""One segment of an export, to be imported by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sim.crm.quality import RepairKind
from sim.crm.vocabulary import key_of
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

    from sim.crm.clean import Cleaned
    from sim.crm.quality import Quality

FIELDS = ("line", "source", "region", "manager", "seller", "sector")
"""Fields by which an export can be cut to one segment."""


def only_segment(cleaned: Cleaned, segment: str, teams: pd.DataFrame, quality: Quality) -> Cleaned:
    """Keep the opportunities of one segment, to be imported by itself.

    Args:
        cleaned: All opportunities.
        segment: Field of `FIELDS` and its value, such as `line=Core`; the value in any spelling.
        teams: Manager and region of sellers, where the opportunities do not say.
        quality: Told how many are left out.

    Raises:
        InputError: There is no such field or value.
    """
    field, equals, value = (part.strip() for part in segment.partition("="))
    if field not in FIELDS or not equals:
        raise InputError(f"--segment {segment!r}: name a field and its value, such as line=Core; {', '.join(FIELDS)}")
    column = cleaned.frame[field].astype("str")
    if field in (told := teams.set_index("seller")):
        column = column.fillna(cleaned.frame["seller"].astype("str").map(told[field]))
    keys = {name: key_of(name) for name in column.dropna().unique()}
    kept = column.map(keys) == key_of(value)
    if not kept.any():
        raise InputError(f"--segment {segment!r}: no opportunity has this {field}{nearest(value, sorted(keys))}")
    quality.mark(RepairKind.NOTED, f"opportunities, {field}", f"of other segments than {segment}; left out", ~kept)
    frame = cleaned.frame[kept].reset_index(drop=True)
    quality.worth = None if quality.worth is None else quality.worth[kept].reset_index(drop=True)
    age = (cleaned.as_of - frame["created"]).dt.days
    frame["stale"] = (frame["outcome"] == "open") & (age > frame["cycle_days"].max())
    return replace(cleaned, frame=frame)
