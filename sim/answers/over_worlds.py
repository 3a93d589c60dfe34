"""What answers over plausible worlds have in common: charts of verdicts, counts in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.answers.chart import Chart, ChartSeries
from sim.answers.palette import BLUE, FAINT, VERMILLION
from sim.measures.words import title_of
from sim.questions.over_worlds import VERDICTS
from sim.scenario.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd


def verdicts_chart(
    worlds: pd.DataFrame, cases: Iterable[str], measure: str, labels: Sequence[str] | None = None
) -> Chart:
    """Draw in how many plausible worlds each case is better, worse, or cannot be told.

    Args:
        worlds: As `sim.questions.over_worlds.frame_of` gives them.
        cases: Their names, in the order they are drawn in.
        measure: What decides.
        labels: What each of them is called, by its name unless given.
    """
    names = list(cases)
    counts = worlds.value_counts(["case", "verdict"])
    series = [
        ChartSeries(verdict, [float(counts.get((case, verdict), 0)) for case in names], colour=colour)
        for verdict, colour in zip(VERDICTS, (BLUE, VERMILLION, FAINT), strict=True)
    ]
    return Chart(
        "worlds", f"{MEASURES[measure].label} in plausible worlds", "bar", labels or list(map(title_of, names)), series,
        "worlds", caption="By each world's own interval; a share of worlds is no probability.",
    )  # fmt: skip
