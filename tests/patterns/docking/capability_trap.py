"""X7, the capability trap: time taken from improvement pays at once and costs later.

Bookings are hours of prospecting times capability; training takes hours of it and raises capability, which fades.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.studies.statistics import mean_interval
from tests.patterns.docking.engine_only import judged, lay_out, over_seeds
from tests.patterns.docking.measured import gap
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, above, below, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.scenario.parameters.base import Value
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

HOURS = {"as it was": 26.0, "taken": 0.0, "protected": 65.0}
"""Hours of training a quarter under the step: left as they were, all taken for selling, or protected and extended."""

STEP = 0.2
"""Rise of the targets above last year's bookings."""

BEFORE, QUARTERS = 260, 12
"""Weeks in which capability settles, and quarters that count."""

FEWEST = 5
"""Seeds below which no interval is judged."""

_PARAMETERS: dict[str, Value] = {
    "mechanisms.certain_wins": True,
    "mechanisms.prospecting": True,
    "mechanisms.training": True,
    "mechanisms.training_decay": True,
    "organization.burn_in_weeks": BEFORE,
    "training.hours_per_quarter": HOURS["as it was"],
    "training.gain_per_hour": 0.02,
    "training.half_life_months": 24.0,
    "training.codification_hours_per_quarter": 0.0,
    "motivation.trust_loss_unfair_miss": 0.0,
    "strategy.stretch": 0.0,
    "strategy.ratchet": 0.0,
    "structure.n_reps": 24,
    "market.accounts_per_rep": 60,
}


def _history(seed: int) -> tuple[Floats, float]:
    """Bookings by case and quarter, and Little's gap. [cases x quarters]."""
    begun = lay_out(_PARAMETERS, seed)
    begun.advance(-begun.week)
    found, gaps = [], []
    for hours in HOURS.values():
        world = begun.fork({"strategy.stretch": STEP, "training.hours_per_quarter": hours})
        world.advance(13 * QUARTERS)
        found.append(_by_quarter(world))
        gaps.append(abs(gap(world)))
    return np.array(found), max(gaps)


def _by_quarter(world: World) -> Floats:
    rows = world.weekly(end=13 * QUARTERS)
    found: Floats = rows["bookings"].reshape(QUARTERS, 13).sum(axis=1)
    return found


def _change(name: str, values: Floats, *, rises: bool) -> Number:
    """Judge the sign of a mean difference."""
    found = mean_interval(values)
    judge = above if rises else below
    met = judge(found.mean, found.low, found.high) if found.n >= FEWEST else None
    return Number(
        name, found.mean, "% of base", found.low, found.high, found.n, f"{'above' if rises else 'below'} 0", met
    )


def _crossing(taken: Floats, protected: Floats) -> Number:
    """The quarter after which the mean of the protected case stays ahead. [quarters]."""
    ahead = protected.mean(axis=0) > taken.mean(axis=0)
    behind = np.flatnonzero(~ahead)
    last = int(behind[-1]) + 1 if behind.size else 0
    return Number(
        "quarters until the curves cross",
        float(last),
        "quarters",
        None,
        None,
        len(taken),
        "1 to 11",
        0 < last < QUARTERS,
    )


def _test(effort: Effort) -> Finding:
    histories = over_seeds(_history, effort.share(0.25, FEWEST))
    bookings = np.array([one[0] for one in histories])  # seeds x cases x quarters
    base, taken, protected = (bookings[:, place] for place in range(3))
    change = {name: 100.0 * (case / base - 1.0) for name, case in (("taken", taken), ("protected", protected))}
    numbers = (
        _change("taken, first quarter", change["taken"][:, 0], rises=True),
        _change("taken, last year", change["taken"][:, -4:].mean(axis=1), rises=False),
        _change("protected, first quarter", change["protected"][:, 0], rises=False),
        _change("protected, last year", change["protected"][:, -4:].mean(axis=1), rises=True),
        _crossing(taken, protected),
        judged("Little's law, greatest gap", max(one[1] for one in histories), 0.0, 0.0, "weeks"),
    )
    sentence = (
        f"Time taken from improvement: bookings {numbers[0].value:+.1f}% in the first quarter, "
        f"{numbers[1].value:+.1f}% in the third year; protected and extended: {numbers[2].value:+.1f}%, then "
        f"{numbers[3].value:+.1f}%. The curves cross after {numbers[4].value:.0f} quarters."
    )
    return Finding("X7", verdict_of(numbers), sentence, numbers, table=_table(change))


def _table(change: dict[str, Floats]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    quarters = [quarter + 1 for quarter in range(QUARTERS)]
    parts = [band_table(values / 100.0, quarters, "quarter", case=name) for name, values in change.items()]
    return pd.concat(parts, ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "quarter", "bookings against training left as it was", percent="y")


PATTERNS = (
    Pattern(
        "X7",
        "The capability trap",
        "docking",
        (),
        Plan(
            "everything off but prospecting, certain wins, training and its fading",
            "targets 20% above last year for all; training 26 hours a quarter, taken to 0 or extended to 65",
            "12 quarters after five years in which capability settles",
            "paired difference of bookings from training left at 26 hours, by quarter",
            "taken: above 0 in the first quarter and below in the last year; protected: the reverse; the curves cross",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only", "tests.patterns.docking.measured"),
    ),
)
