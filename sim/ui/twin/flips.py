"""Deals that one world won and the other did not, and the first difference between their two stories."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError
from sim.studies.flips import Story, find_flips, flips_frame, part, reasons_frame

if TYPE_CHECKING:
    import threading

    import pandas as pd

    from sim.engine.world import World
    from sim.ui.run.branches import Branch

SHOWN = 12  # deals shown one by one, the largest first


class GivenUp(Exception):  # noqa: N818 - no error: nobody wants it any more
    """Raised where the search was cancelled."""


@dataclass(frozen=True, eq=False, slots=True)
class Flipped:
    """What is different in the deals of a world they are held against and another one, up to a week.

    Attributes:
        gained, lost: Deals only the other won, and only the first.
        gained_amount, lost_amount: Their contract value. [currency]
        reasons: Direction, reason, deals and amount; the commonest of each direction first.
        deals: Direction, account with line and seller, amount, weeks of the two ends, and where the stories part.
        table: All of them, with the columns `sim.studies.flips.COLUMNS`.
    """

    letters: tuple[str, str]
    week: int
    gained: int
    lost: int
    gained_amount: float
    lost_amount: float
    reasons: tuple[tuple[str, str, int, float], ...]
    deals: tuple[tuple[str, str, float, str, str], ...]
    table: pd.DataFrame


def flipped(first: Branch, other: Branch, cancel: threading.Event) -> Flipped:
    """Run both worlds again from where they part, follow every deal week by week, and match them.

    Raises:
        InputError: The two organizations differ in size, so that they have no opportunity in common.
        GivenUp: It was cancelled, because nobody waits for the answer.
    """
    since, week = other.parted, first.session.week
    if len(first.session.world.state.opportunities) != len(other.session.world.state.opportunities):
        raise InputError(
            f"{first.letter} and {other.letter} differ in size, so they have no opportunity in common to be compared"
        )
    (as_is, ours), (case, theirs) = (_followed(branch, since, week, cancel) for branch in (first, other))
    flips = find_flips(as_is, case)
    parted = part(ours, theirs, flips, as_is.burn_in + since, week - since)
    shifted = [None if difference is None else (difference[0] + since, *difference[1:]) for difference in parted]
    table = flips_frame(other.letter, flips, shifted, as_is)
    return _summed(table, (first.letter, other.letter), week)


def _followed(branch: Branch, since: int, week: int, cancel: threading.Event) -> tuple[World, Story]:
    """Run a world again from a week on, and keep the story of its deals."""
    again, story = branch.session.fork(), Story()
    again.rewind(since)

    def record(world: World) -> None:
        if cancel.is_set():
            raise GivenUp
        story.record(world)

    again.repeat([fields for fields in branch.session.manual_actions() if fields["week"] < week], week, record)
    return again.world, story


def _summed(table: pd.DataFrame, letters: tuple[str, str], week: int) -> Flipped:
    first, other = letters
    words = {"won by the case only": f"only {other} won", "won as is only": f"only {first} won"}
    named = table.assign(
        direction=table["direction"].map(words),
        reason=table["reason"].str.replace("in the case", f"in {other}").str.replace("as is", f"in {first}"),
    )
    gained, lost = (named.loc[named["direction"] == word, "amount"] for word in words.values())
    reasons = reasons_frame(named.assign(case=other))[["direction", "reason", "count", "amount"]]
    return Flipped(
        letters=letters, week=week, gained=len(gained), lost=len(lost), gained_amount=float(gained.sum()),
        lost_amount=float(lost.sum()), reasons=tuple(reasons.itertuples(index=False, name=None)),
        deals=tuple(_deal(row, letters) for _, row in named.nlargest(SHOWN, "amount").iterrows()), table=named,
    )  # fmt: skip


def _deal(row: pd.Series, letters: tuple[str, str]) -> tuple[str, str, float, str, str]:
    sides = zip(letters, ("as_is", "case"), strict=True)
    ends = ", ".join(f"{letter}: {row[f'outcome_{side}']}{_week(row[f'closed_{side}'])}" for letter, side in sides)
    deal, difference = f"{row['account']}, {row['line']}, {row['rep']}", f"{_week(row['parted_week'])} {row['reason']}"
    return str(row["direction"]), deal, float(row["amount"]), ends.replace("_", " "), difference.strip()


def _week(week: float) -> str:
    return "" if math.isnan(week) else f" w{week:.0f}"
