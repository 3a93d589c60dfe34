"""Rows about polynomial chaos: how wide its intervals are beside those of Saltelli's full study, and what both take.

python -m benchmarks.chaos            some 11,000 runs, minutes to a quarter of an hour
python -m benchmarks.chaos --quick    the same on two parameters and few weeks
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from benchmarks.child import command
from benchmarks.table import Row, as_text, judged
from sim.engine.world import prepare
from sim.questions.sensitivity.run import sensitivity
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.questions.sensitivity.run import Sensitivity


FACTORS = (
    "buyers.value_scale", "operations.week_hours", "buyers.weight_preference", "market.complexity",
    "capabilities.rep_depth", "training.half_life_months", "operations.admin_hours", "market.deal_size",
    "enablement.coaching_hours_per_month",
)  # fmt: skip


def chaos(*, quick: bool) -> list[Row]:
    """Sobol indices of nine parameters of the baseline, by polynomial chaos and by Saltelli's full study."""
    samples, points, weeks = (8, 32, 13) if quick else (256, 256, 156)
    factors = FACTORS[:2] if quick else FACTORS
    prepare()
    words = [word for name in factors for word in ("--parameter", name)]
    sizes = ("--points", str(points), "--weeks", str(weeks))
    whole = command("sensitivity", "baseline", "--method", "chaos", "--fix-others", *words, *sizes, timeout=7200.0)
    fitted, taken = _timed("chaos", factors, samples, points, weeks)
    full, longer = _timed("saltelli", factors, samples, points, weeks)
    if fitted.chaos is None or fitted.chaos.fit is None:
        raise RuntimeError("no polynomial was fitted")
    fit, inside = fitted.chaos.fit, _inside(fitted.sobol, full.sobol)
    note = (
        f"`flywheel sensitivity baseline --method chaos` and `--method saltelli`, {len(factors)} parameters, "
        f"{fitted.runs:,} and {full.runs:,} runs of {weeks} weeks, {taken:.0f} and {longer:.0f} s on all cores, "
        f"without the report; degree {fit.degree}, Q2 {fit.q2:.3f}; half-widths of first order and total"
    )
    found, there = _widths(fitted.sobol), _widths(full.sobol)
    shown = f"{found} against {there}; {inside} of {2 * len(factors)} within Saltelli's intervals"
    name = f"Sobol study of {len(factors)} parameters by polynomial chaos, design to report"
    return [
        Row("intervals of polynomial chaos beside Saltelli's", "", shown, "no goal", note),
        Row(name, "", f"{whole.wall:.0f} s", "no goal", "")
        if quick
        else judged(
            name, "60 s or less", f"{whole.wall:.0f} s", met=whole.wall <= 60.0, note="the command, both cores"
        ),
        Row(f"Sobol study of {full.runs:,} runs by Saltelli's design", "", f"{longer:.0f} s", "no goal", ""),
    ]


def _timed(method: str, factors: tuple[str, ...], samples: int, points: int, weeks: int) -> tuple[Sensitivity, float]:
    start = time.perf_counter()
    found = sensitivity(
        Scenario.load("baseline"), parameters=factors, method=method, samples=samples, points=points, weeks=weeks
    )
    return found, time.perf_counter() - start


def _widths(table: pd.DataFrame) -> str:
    """Least and greatest half-width."""
    both = [(table[f"{name}_high"] - table[f"{name}_low"]) / 2.0 for name in ("s1", "st")]
    return f"{min(float(one.min()) for one in both):.3f} to {max(float(one.max()) for one in both):.3f}"


def _inside(found: pd.DataFrame, full: pd.DataFrame) -> int:
    """How many indices lie within the other study's intervals."""
    mine, theirs = (table.set_index("parameter").sort_index() for table in (found, full))
    return sum(int(mine[name].between(theirs[f"{name}_low"], theirs[f"{name}_high"]).sum()) for name in ("s1", "st"))


if __name__ == "__main__":
    print(as_text(chaos(quick="--quick" in sys.argv[1:])))
