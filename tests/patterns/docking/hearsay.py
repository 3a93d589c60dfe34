"""X3, a yes/no report retold level by level: every level of management may turn it round."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tests.patterns.docking.engine_only import expected, lay_out, line_table, over_seeds
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

ERROR = 0.1
"""Probability that one level retells a report wrongly."""

LEVELS = (1, 2, 3, 4, 5)
QUARTERS = 40

_PARAMETERS = {
    "mechanisms.retelling": True,
    "mechanisms.certain_wins": True,
    "management.retelling_error": ERROR,
    "management.miss_tolerance": 0.0,
    "structure.span_of_control": 2.0,
    "market.accounts_per_rep": 4,
    "market.needs_per_account_year": 5.0,
}
"""Two reps a team and two teams a manager; some quarters meet the quota and some miss it."""


def right(levels: int, error: float) -> float:
    """Probability that a yes/no report is right after so many retellings. [share]."""
    return (1.0 + (1.0 - 2.0 * error) ** levels) / 2.0


def heard_right(levels: int, seed: int) -> float:
    """Share of teams' quarters of which the leader hears the truth. [share]."""
    world = lay_out({**_PARAMETERS, "structure.n_reps": 2**levels}, seed, tables=True)
    world.advance(13 * QUARTERS)
    told = []
    for quarter in world.quarters:
        if quarter.managers is None:
            raise RuntimeError("the quarter kept no table of managers")
        teams = quarter.managers[quarter.managers["level"] == 1]
        told.append(teams["heard_met"] == (teams["attainment"] >= 1.0))
    return float(np.mean(told))


def _test(effort: Effort) -> Finding:
    shares = np.array(over_seeds(lambda seed: [heard_right(levels, seed) for levels in LEVELS], effort))
    numbers = tuple(
        expected(f"right after {levels} levels", shares[:, place], right(levels, ERROR), "share")
        for place, levels in enumerate(LEVELS)
    )
    measured = ", ".join(f"{one.value:.3f}" for one in numbers)
    exact = ", ".join(f"{right(levels, ERROR):.3f}" for levels in LEVELS)
    sentence = f"After 1 to 5 levels, each wrong once in ten, the leader hears the truth {measured} (exact {exact})."
    return Finding("X3", verdict_of(numbers), sentence, numbers, table=_table(shares))


def _table(shares: Floats) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    exact = [right(levels, ERROR) for levels in LEVELS]
    return pd.concat(
        [band_table(shares, LEVELS, "levels", case="engine"), line_table(exact, LEVELS, "levels", "exact")],
        ignore_index=True,
    )


def _figure(finding: Finding) -> Figure:
    return lines(finding, "levels", "reports right at the top", percent="y", axis_label="levels of management")


PATTERNS = (
    Pattern(
        "X3",
        "A report retold level by level",
        "docking",
        (),
        Plan(
            "everything off but retelling",
            "1 to 5 levels of management (span 2), each wrong with probability 0.1",
            f"{QUARTERS} quarters",
            "share of teams' quarters of which the leader hears truly whether the quota was met",
            "(1 + (1 - 2e)^L) / 2 = 0.9, 0.82, 0.756, 0.705, 0.664, within 99.9%",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only",),
    ),
)
