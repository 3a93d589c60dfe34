"""Responses (V1): what the model answers to a change, against what was measured in the field."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import pandas as pd

from sim.answers.palette import BLUE, INK, RULE, VERMILLION
from tests.patterns.making.changes import BANDS, trials
from tests.patterns.making.paired import run
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan
from tests.patterns.making.plots import blank, table_of
from tests.patterns.making.responses import rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tests.patterns.making.paired import Outcome
    from tests.patterns.making.pattern import Effort, Verdict
    from tests.patterns.making.responses import Row

SHARES = {True: 0.9, False: 0.75}
"""Least share of rows in range, of those matched and of those held aside."""

_WIDE = 3.0  # widths of a range that a panel shows on either side of it


def _test(effort: Effort) -> Finding:
    outcomes: dict[str, Outcome] = {key: run(trial, effort) for key, trial in trials().items()}
    numbers = {row: row.judged(outcomes[row.trial]) for row in rows()}
    shares = [_share(numbers, matched=matched) for matched in SHARES]
    judged = [one.met for one in shares]
    verdict: Verdict = "holds" if all(judged) else "holds in part" if any(judged) else "fails"
    if None in judged:
        verdict = "undecided"
    missed = ", ".join(row.id for row, one in numbers.items() if one.met is False)
    return Finding(
        "V1",
        verdict,
        f"{shares[0].value:.0%} of the rows that were matched and {shares[1].value:.0%} of those held aside are in "
        f"range.",
        (*shares, *numbers.values()),
        tried=f"Out of range, or not sure enough: {missed}." if missed else "",
        table=_table(numbers),
    )


def _share(numbers: dict[Row, Number], *, matched: bool) -> Number:
    met = [one.met for row, one in numbers.items() if row.matched == matched]
    share = sum(one is True for one in met) / len(met)
    what = "matched" if matched else "held aside"
    least = SHARES[matched]
    return Number(f"rows in range, {what}, of {len(met)}", share, "share", None, None, None, f"at least {least:.0%}",
                  None if None in met else share >= least)  # fmt: skip


def _table(numbers: dict[Row, Number]) -> pd.DataFrame:
    columns = ["id", "what", "unit", "matched", "grade", "evidence", "range_low", "range_high", "value", "low", "high"]
    return pd.DataFrame(
        [
            (
                row.id,
                row.what,
                row.unit,
                row.matched,
                row.grade,
                row.evidence,
                row.low,
                row.high,
                one.value,
                one.low,
                one.high,
            )
            for row, one in numbers.items()
        ],
        columns=columns,
    ).astype(dict.fromkeys(columns[6:], float))


def _figure(finding: Finding) -> Figure:
    table = table_of(finding)
    figure, panels = blank(13.0, 0.9 + 0.27 * max(table["matched"].sum(), (~table["matched"]).sum()), 2)
    for ax, matched in zip(panels, SHARES, strict=True):
        _panel(ax, table[table["matched"] == matched])
        ax.set_title("matched" if matched else "held aside")
    return figure


def _panel(ax: Axes, table: pd.DataFrame) -> None:
    """Each answer on a scale of its own: its range fills the middle, or lies to one side where it has one end."""
    labels = []
    for place, (_, row) in enumerate(table.iterrows()):
        left, right = _ends(row)
        size = right - left
        scaled = [min(max((row[name] - left) / size, -_WIDE), 1.0 + _WIDE) for name in ("value", "low", "high")]
        inside = left <= row["value"] <= right
        ax.barh(place, 1.0, left=0.0, height=0.62, color=RULE, linewidth=0)
        ax.plot(scaled[1:], [place, place], color=INK, linewidth=1.2)
        ax.plot(scaled[0], place, "o" if inside else "D", color=BLUE if inside else VERMILLION, markersize=5)
        labels.append(fill(f"{row['id']}: {row['what']}  {row['value']:+.3g}", 62))
    ax.set_yticks(range(len(labels)), labels, fontsize=7)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_xticks([0.0, 1.0], ["least", "most"])
    ax.set_xlim(-_WIDE - 0.1, 1.1 + _WIDE)
    ax.grid(visible=False, axis="y")


def _ends(row: pd.Series[float]) -> tuple[float, float]:
    """Range of a row; where it has one end, the other lies as far as the answer, and a little more."""
    low, high = row["range_low"], row["range_high"]
    reach = 2.0 * max(abs(row["value"] - (high if pd.isna(low) else low)), 0.01)
    return (high - reach if pd.isna(low) else low), (low + reach if pd.isna(high) else high)


PATTERNS = (
    Pattern(
        "V1",
        "Answers to a change",
        "responses",
        (),
        Plan(
            "baseline; lean_before, lean_starved and the bands over 50K and under 15K where a row says so",
            "one change a row, both directions where it has two",
            "156 weeks from week 0, shorter where a row says so",
            "paired answer by row, interval by jackknife over seeds",
            "mean inside the range of the row, half-width of its interval at most a quarter of the range; at least "
            "90% of the rows that were matched and 75% of those held aside",
        ),
        _test,
        _figure,
        modules=("tests.patterns.making.responses", "tests.patterns.making.changes"),
        scenarios=("baseline", "lean_before", "lean_starved", *BANDS.values()),
    ),
)
