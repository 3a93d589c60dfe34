"""Reality (R1): the scenarios' measures against one evidence row each, over the baseline and the nine cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.patterns.making.figure import draw_verdicts
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan
from tests.patterns.making.plots import table_of
from tests.patterns.making.ranges import LABELS, SCENARIOS, intervals, judged, measured, readings_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tests.patterns.making.pattern import Effort, Verdict

_MOST = 0.5  # share of rows inside from which it holds in part


def _test(effort: Effort) -> Finding:
    values = measured(effort.seeds, workers=effort.workers, progress=effort.progress)
    table = readings_table(values)
    verdicts = judged(intervals(table))
    inside = [one.inside for one in verdicts]
    share = sum(inside) / len(inside)
    verdict: Verdict = "holds" if all(inside) else "holds in part" if share >= _MOST else "fails"
    numbers = [
        Number("rows inside the range of their evidence", float(sum(inside)), f"of {len(inside)}", None, None,
               effort.seeds, "all", all(inside)),
    ]  # fmt: skip
    for measure, label in LABELS.items():
        rows = [one.inside for one in verdicts if one.target.measure == measure]
        numbers.append(Number(f"{label}: inside", float(sum(rows)), f"of {len(rows)}"))
    return Finding(
        "R1",
        verdict,
        f"{sum(inside)} of {len(inside)} rows lie in the range of their evidence.",
        tuple(numbers),
        table=table,
    )


def _figure(finding: Finding) -> Figure:
    return draw_verdicts(judged(intervals(table_of(finding))))


PATTERNS = (
    Pattern(
        "R1",
        "Measures against evidence",
        "reality",
        (),
        Plan(
            "baseline and the nine cells of phase and ACV band",
            "none",
            "156 weeks from week 0",
            "mean of eight measures over seeds (cost of new value only at scale), each against one row of the evidence",
            "every mean inside the row's low to high",
        ),
        _test,
        _figure,
        modules=("tests.patterns.making.ranges",),
        scenarios=SCENARIOS,
    ),
)
