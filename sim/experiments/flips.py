"""Deals won in one case and not in the other, and the first point at which their stories part.

An opportunity is the same in two cases if account, product line and week of the need are. Chance is keyed, so what
happens to both in the same week has the same luck; that they end differently has a cause, which is looked for by
running both worlds again, side by side, week by week.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.codes import OUTCOME, STATUS, Outcome
from sim.labels import buyer_names, line_names, rep_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

    from agents.record import Rows
    from sim.engine import World

Whole = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Sign:
    """Something in which two stories of one opportunity can part.

    Attributes:
        field: Field of the opportunity.
        reason: What it means, in words.
        least: Least difference that counts, in the field's unit; smaller ones change how a deal goes, not its story.
        relative: Whether `least` is a share of the larger of the two.
    """

    field: str
    reason: str
    least: float = 0.0
    relative: bool = False


SIGNS: tuple[Sign, ...] = (
    Sign("created", "the need arose in one case only"),
    Sign("pursuit", "the rep pursued it in one case only"),
    Sign("fit", "the need fitted better in one case", 0.05),
    Sign("amount", "the amount differed", 0.05, relative=True),
    Sign("joined", "a specialist joined in one case only"),
    Sign("hours", "the rep gave it more hours in one case", 0.5),
    Sign("sales_stage", "the rep pushed further ahead in one case", 0.1),
    Sign("access", "the buyer granted more access in one case", 0.05),
    Sign("contact", "it got more contact in one case", 2.0),
    Sign("insight", "the buyer learned more in one case", 0.05),
    Sign("experience", "the buyer's experience was better in one case", 0.05),
    Sign("preference", "the buyer's preference was stronger in one case", 0.05),
    Sign("consensus", "the buying group agreed more in one case", 0.05),
    Sign("buying_stage", "the buyer moved faster in one case", 0.1),
    Sign("status", "it was decided in different weeks"),
    Sign("outcome", "small differences tipped the decision"),
)
"""In the order of cause and effect, which decides between those of one week."""

COLUMNS = (
    "case",
    "seed",
    "direction",
    "account",
    "line",
    "rep",
    "created",
    "closed_as_is",
    "closed_case",
    "outcome_as_is",
    "outcome_case",
    "amount",
    "parted_week",
    "parted_field",
    "value_as_is",
    "value_case",
    "reason",
)


@dataclass(frozen=True, slots=True)
class Flips:
    """Opportunities won in one of two worlds, and how each ended in the other; all arrays have one entry for each.

    Attributes:
        slots: Row of the opportunity. [n]
        created: Week of the need, in the calendar that counts the burn-in. [n]
        won_by_case: Whether the case won it; if not, `as_is` did. [n]
        closed: Week of the close in `as_is` and the case, -1 where it did not close. [2, n]
        outcome: Outcome in `as_is` and the case, 0 where it did not close. [2, n]
        amount: Contract value at the side that won. [n]
    """

    slots: Whole
    created: Whole
    won_by_case: np.ndarray[Any, np.dtype[np.bool_]]
    closed: Whole
    outcome: Whole
    amount: np.ndarray[Any, np.dtype[np.float64]]


def find_flips(as_is: World, case: World) -> Flips:
    """Match the deals of two finished worlds of one seed that kept their deals."""
    logs = [np.concatenate([world.state.deals[:0], *world.closed]) for world in (as_is, case)]
    lines = len(as_is.state.lines)
    known = [{_key(row, lines): row for row in log} for log in logs]
    keys = sorted(
        key
        for key in known[0].keys() | known[1].keys()
        if len({key in side and side[key]["outcome"] == OUTCOME.WON for side in known}) > 1
    )
    ends = [[_end(side.get(key)) for key in keys] for side in known]
    closed, outcome = (np.array([[end[part] for end in side] for side in ends], dtype=np.int64) for part in (0, 1))
    by_case = outcome[1] == OUTCOME.WON
    amount = np.array([float(known[int(case_won)][key]["amount"]) for key, case_won in zip(keys, by_case, strict=True)])
    pairs = np.array(keys, dtype=np.int64).reshape(-1, 2)
    return Flips(pairs[:, 0], pairs[:, 1], by_case, closed, outcome, amount)


def _key(row: Any, lines: int) -> tuple[int, int]:
    return int(row["account"]) * lines + int(row["line"]), int(row["created"])


def _end(row: Any) -> tuple[int, int]:
    return (-1, 0) if row is None else (int(row["closed"]), int(row["outcome"]))


def part(as_is: World, case: World, flips: Flips, weeks: int) -> list[tuple[int, Sign, float, float] | None]:
    """Run both worlds again and find where each flip's stories part.

    Args:
        as_is: A world before week 0; it is run.
        case: Its twin, with the case's changes; it is run.
        flips: What to look for.
        weeks: Weeks to run.

    Returns:
        For each flip the week of the run, what parts, and its value in `as_is` and in the case; None where nothing
        does before its end.
    """
    found: list[tuple[int, Sign, float, float] | None] = [None] * len(flips.slots)
    until = np.where(flips.closed < 0, np.iinfo(np.int64).max, flips.closed).min(axis=0)
    for week in range(weeks):
        as_is.advance(1)
        case.advance(1)
        now = as_is.burn_in + week + 1
        open_ones = [
            one for one in np.flatnonzero((flips.created <= now) & (now <= until)).tolist() if found[one] is None
        ]
        if open_ones:
            chosen = flips.slots[open_ones]
            pair = as_is.state.opportunities[chosen], case.state.opportunities[chosen]
            for one, sign, values in _first_signs(*pair):
                found[open_ones[one]] = (week, sign, *values)
    return found


def _first_signs(ours: Rows, theirs: Rows) -> Iterable[tuple[int, Sign, tuple[float, float]]]:
    """For each pair of rows that differ noticeably: which, the first sign of it, and its two values."""
    differ = np.array([_differs(ours[sign.field], theirs[sign.field], sign) for sign in SIGNS])
    for one in np.flatnonzero(differ.any(axis=0)).tolist():
        sign = SIGNS[int(differ[:, one].argmax())]
        yield one, sign, (float(ours[sign.field][one]), float(theirs[sign.field][one]))


def _differs(ours: Rows, theirs: Rows, sign: Sign) -> Rows:
    gap = np.abs(ours.astype(float) - theirs)
    if sign.field == "status":
        return np.asarray((ours == STATUS.OPEN) != (theirs == STATUS.OPEN))
    scale = np.maximum(np.abs(ours), np.abs(theirs)) if sign.relative else 1.0
    return np.asarray(gap > sign.least * scale)


def flips_frame(
    name: str, flips: Flips, parted: Sequence[tuple[int, Sign, float, float] | None], world: World
) -> pd.DataFrame:
    """Make the table of one case and seed, with the columns `COLUMNS`; weeks are those of the run.

    Args:
        name: The case.
        flips: Opportunities won in one world only.
        parted: What `part` found for them.
        world: Either world, for names and the calendar.
    """
    import pandas as pd  # noqa: PLC0415 - slow to import, and the model does without

    lines, first = len(world.state.lines), world.burn_in + 1
    buyers, seats = flips.slots // lines, world.state.buyers["seat"][flips.slots // lines]
    closed = np.where(flips.closed < 0, np.nan, flips.closed - first)
    words = np.array([_ending(flips, side) for side in (0, 1)], dtype=object)
    table = pd.DataFrame(
        {
            "account": np.array(buyer_names(world.scenario), dtype=object)[buyers],
            "line": np.array(line_names(world.scenario, lines), dtype=object)[flips.slots % lines],
            "rep": np.array(rep_names(world.scenario, len(world.state.reps)), dtype=object)[seats],
            "created": flips.created - first,
            "closed_as_is": closed[0],
            "closed_case": closed[1],
            "outcome_as_is": words[0],
            "outcome_case": words[1],
            "amount": flips.amount,
            "parted_week": [one[0] if one else np.nan for one in parted],
            "parted_field": [one[1].field if one else "" for one in parted],
            "value_as_is": [one[2] if one else np.nan for one in parted],
            "value_case": [one[3] if one else np.nan for one in parted],
            "reason": [one[1].reason if one else "nothing noticeable before the end" for one in parted],
            "direction": np.where(flips.won_by_case, "won by the case only", "won as is only"),
        }
    )
    return table.assign(case=name, seed=world.seed)[list(COLUMNS)]


def _ending(flips: Flips, side: int) -> list[str]:
    """How each ended on one side, in words."""
    return [Outcome(code).name.lower() if code else "not closed" for code in flips.outcome[side].tolist()]


def all_flips(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put the tables of several cases and seeds under each other."""
    import pandas as pd  # noqa: PLC0415 - as above

    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame(columns=list(COLUMNS))


def reasons_frame(flips: pd.DataFrame) -> pd.DataFrame:
    """Count the flips: case, direction, reason, count, amount; the commonest reason of each direction first."""
    groups = flips.groupby(["case", "direction", "reason"], sort=False)["amount"]
    counted = groups.agg(count="size", amount="sum").reset_index()
    return counted.sort_values(
        ["case", "direction", "count", "reason"], ascending=[True, True, False, True]
    ).reset_index(drop=True)
