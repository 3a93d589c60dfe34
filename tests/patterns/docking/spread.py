"""X6, needs by innovation and imitation: the Bass curve."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tests.patterns.docking.engine_only import expected, judged, lay_out, line_table, over_seeds
from tests.patterns.docking.measured import gap
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

INNOVATION, IMITATION = 0.03, 0.38
"""p and q of Bass. [1 / year]"""

YEARS = (1, 2, 3, 5, 8, 10)
REPS, ACCOUNTS = 200, 100

SLACK = 0.01
"""Share of the curve that steps of a week may cost: the share installed is that of the week before."""

_PARAMETERS = {
    "mechanisms.bass_needs": True,
    "mechanisms.certain_wins": True,
    "market.bass_innovation": INNOVATION,
    "market.bass_imitation": IMITATION,
    "structure.n_reps": REPS,
    "market.accounts_per_rep": ACCOUNTS,
}


def bass(t: float) -> float:
    """Share of accounts that have bought t years after the beginning. [share].

    Source: F. M. Bass, A New Product Growth for Model Consumer Durables, Management Science 15 (1969) 215-227.
    """
    faded = math.exp(-(INNOVATION + IMITATION) * t)
    return (1.0 - faded) / (1.0 + IMITATION / INNOVATION * faded)


def _history(seed: int) -> tuple[list[float], float]:
    """Share of accounts with something installed at the end of each of the first ten years, and Little's gap."""
    world = lay_out(_PARAMETERS, seed)
    shares = []
    for _ in range(max(YEARS)):
        world.advance(52)
        shares.append(float(world.state.org[0]["customer_share"]))
    return shares, gap(world)


def _test(effort: Effort) -> Finding:
    histories = over_seeds(_history, effort.share(0.15))
    shares = np.array([one[0] for one in histories])
    numbers = (
        *(expected(f"F({year})", shares[:, year - 1], bass(year), "share", SLACK) for year in YEARS),
        judged("Little's law, greatest gap", max(abs(one[1]) for one in histories), 0.0, 0.0, "weeks"),
    )
    measured = ", ".join(f"{one.value:.4f}" for one in numbers[:-1])
    exact = ", ".join(f"{bass(year):.4f}" for year in YEARS)
    sentence = f"Share of accounts that have bought after 1, 2, 3, 5, 8 and 10 years: {measured} (Bass: {exact})."
    return Finding("X6", verdict_of(numbers), sentence, numbers, table=_table(shares))


def _table(shares: Floats) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    years = [year + 1 for year in range(shares.shape[1])]
    exact = line_table([bass(year) for year in years], years, "year", "Bass")
    return pd.concat([band_table(shares, years, "year", case="engine"), exact], ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "year", "accounts that have bought", percent="y")


PATTERNS = (
    Pattern(
        "X6",
        "Needs by innovation and imitation",
        "docking",
        (),
        Plan(
            "everything off but needs with hazard p + q F and certain wins; 20,000 accounts, delivery at once",
            "p = 0.03, q = 0.38 a year",
            "ten years",
            "share of accounts with something installed",
            "Bass: F(1, 2, 3, 5, 8, 10) = .0358 .0851 .1505 .3312 .6517 .8128, within 99.9% and 1% for weekly steps",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only", "tests.patterns.docking.measured"),
    ),
)
