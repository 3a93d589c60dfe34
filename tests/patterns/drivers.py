"""What moves bookings where (D1): eight drivers in the nine cells of phase and ACV band."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from matplotlib.patches import Rectangle

from sim.answers.palette import INK, RULE
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import DRIVERS
from sim.scenario.scenario import Scenario
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import (
    DRAW_KEY,
    Outcome,
    Trial,
    difference,
    in_parallel,
    mean_gain,
    over,
    robustness,
    run_all,
    stacked,
)
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import blank, heat, table_of
from tests.patterns.making.ranges import BANDS, PHASES

if TYPE_CHECKING:
    import threading

    from matplotlib.figure import Figure

    from sim.scenario.parameters.base import Value
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort, Robustness

ALPHA = 0.05

NEEDED = 65
"""Effects of the 72 that must be significantly above 0."""

SEEDS = 60
"""Most seeds a cell."""

ENOUGH = 30
"""Seeds a cell below which nothing is judged: Holm over 72 needs p below 0.0007 for the first."""

DRAWS = 20
"""Most draws of the assumed parameters; each runs all nine cells."""


@dataclass(frozen=True, slots=True)
class Lever:
    """A lasting lever of a driver, which can change at week 0.

    Attributes:
        name: Dotted name.
        sd: One standard deviation of practice between organizations, in the unit of the parameter.
        good: Direction in which good practice moves it: 1 if more is better, -1 if less is.
        source: Evidence ids, or "assumed", and how the size follows.
        clipped: Whether the move ends at the legal bound in some cell.
    """

    name: str
    sd: float
    good: int
    source: str
    clipped: bool = False

    def moved(self, scenario: Scenario) -> Value:
        """The value after the move, clipped to the legal range."""
        item = parameter(self.name)
        value = float(scenario[self.name]) + self.good * self.sd
        return float(np.clip(value, item.low or 0.0, item.high if item.high is not None else np.inf))

    @property
    def said(self) -> str:
        """Name, size with unit, source."""
        clipped = ", clipped" if self.clipped else ""
        return f"{self.name} {self.good * self.sd:+g} {parameter(self.name).unit} ({self.source}{clipped})"


LEVERS: dict[str, tuple[Lever, ...]] = {
    "strategy": (
        Lever("strategy.icp_clarity", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("strategy.vision_clarity", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("strategy.goal_communication", 0.25, 1, "assumed; practice 0 to 1", clipped=True),
        Lever("strategy.new_product_push", 0.125, -1, "assumed; practice 0 to 0.5"),
    ),
    "structure": (
        Lever("structure.hours_per_channel", 0.19, -1, "OVL-13; a quarter of 0.25 to 1.0"),
        Lever("structure.field_hours_per_week", 2.5, 1, "assumed; practice 0 to 10"),
        Lever("structure.role_specialisation", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("structure.joining_by_complexity", 0.25, 1, "assumed; practice 0 to 1"),
    ),
    "operations": (
        Lever("operations.admin_hours", 3.4, -1, "TIM-05, TIM-06, TIM-12; spread of 0.31, 0.23, 0.16 of 45 hours"),
        Lever("operations.crm_fidelity", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("operations.marketing_quality", 0.25, 1, "assumed; practice 0.2 to 1.2"),
        Lever("enablement.tools_saving", 0.125, 1, "assumed; practice 0 to 0.5"),
    ),
    "enablement": (
        Lever("enablement.coaching_hours_per_month", 1.8, 1, "DER-07, MGR-04; mean 3.3, 71% at most an hour a week"),
        Lever("enablement.coaching_formality", 0.4, 1, "MGR-11; thirds of firms at 0, 0.5 and 1"),
        Lever("enablement.process_formality", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("enablement.alignment", 0.25, 1, "assumed; practice 0 to 1"),
    ),
    "talent": (
        Lever("talent.selection_quality", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("talent.hiring_delay_weeks", 2.2, -1, "RMP-06; a quarter of 2 to 4 months"),
        Lever("talent.onboarding", 0.25, 1, "assumed; practice 0 to 1"),
        Lever("talent.attrition_per_year", 0.125, -1, "assumed; practice 0.05 to 0.55"),
    ),
    "training": (
        Lever("training.hours_per_quarter", 6.0, 1, "assumed; practice 0 to 24"),
        Lever("training.value_content", 0.25, 1, "assumed; practice 0 to 1", clipped=True),
        Lever("training.codification_hours_per_quarter", 60.0, 1, "assumed; practice 0 to 240"),
        Lever("training.transfer_alone", 0.07, 1, "FLY-18; a quarter of 0.34 to 0.62"),
    ),
    "capabilities": (
        Lever("capabilities.rep_depth", 0.15, 1, "assumed; practice 0.2 to 0.8"),
        Lever("capabilities.untrained_method", 0.075, 1, "assumed; practice 0.1 to 0.4"),
        Lever("talent.ramp_start", 0.1, 1, "assumed; practice 0.2 to 0.6"),
        Lever("training.half_life_months", 1.6, 1, "TRN-06, TRN-07; a quarter of 6.5 to 13 months"),
    ),
    "motivation": (
        Lever("motivation.recognition", 0.125, 1, "assumed; practice 0 to 0.5"),
        Lever("motivation.effort_range", 0.2, -1, "assumed; practice 0 to 0.8"),
        Lever("motivation.overload_cost", 0.4, -1, "assumed; practice 0 to 1.6"),
        Lever("motivation.trust_loss_unfair_miss", 0.125, -1, "assumed; practice 0 to 0.5"),
    ),
}
"""Four lasting levers of each driver. Where only a range is known, a standard deviation is a quarter of it.

Fixed before their effects were measured: what cannot change at week 0 (spans) and initial values are left out; where a
driver has more than four, those an organization sets come first, and of operations those that rest on evidence.
"""

BORROWED = {
    "enablement.tools_saving": "tools that save administration are operations",
    "talent.ramp_start": "what a new rep can do on the first day is capability",
    "training.half_life_months": "how long what was learned can be done is capability",
}
"""Levers declared in another driver's section, and why they count here."""

CELLS = tuple(f"{phase}_{band}" for phase in PHASES for band in BANDS)


def _cell(scenario: Scenario) -> Trial:
    """A cell with each driver moved at week 0."""
    cases: dict[str, Changes] = {
        driver: {one.name: one.moved(scenario) for one in LEVERS[driver]} for driver in DRIVERS
    }
    return Trial(scenario, cases, {"bookings": over("bookings")})


def _test_d1(effort: Effort) -> Finding:
    found = run_all(
        {name: _cell(Scenario.load(name)) for name in CELLS}, replace(effort, seeds=min(effort.seeds, SEEDS))
    )
    rows = judged(found)
    enough = bool(rows["n"].min() >= ENOUGH)
    above, below = rows[rows["above"]], rows[rows["below"]]
    numbers = (
        Number(
            "effects significantly above 0 (Holm)",
            float(len(above)),
            "of 72",
            n=int(rows["n"].min()),
            needed=f"at least {NEEDED}",
            met=len(above) >= NEEDED if enough else None,
        ),
        Number(
            "effects significantly below 0 (Holm)",
            float(len(below)),
            "of 72",
            n=int(rows["n"].min()),
            needed="none",
            met=below.empty if enough else None,
        ),
        Number("effects whose own 95% interval lies above 0", float((rows["low"] > 0.0).sum()), "of 72"),
        Number("effects whose own 95% interval lies below 0", float((rows["high"] < 0.0).sum()), "of 72"),
        *(
            Number(f"{driver}: cells in which it is significantly above 0", float(part["above"].sum()), "of 9")
            for driver, part in rows.groupby("driver", sort=False)
        ),
    )
    missed = enough and (len(above) < NEEDED or len(below) > 0)
    return Finding(
        "D1",
        "fails" if missed else verdict_of(numbers),
        f"{len(above)} of 72 effects of a driver on three-year bookings are significantly above 0 and {len(below)} "
        f"below. Greatest of each cell: {_first(rows)}.",
        numbers,
        tried=_tried(rows) if missed else "",
        table=rows,
        where="The sizes compare standard deviations of practice, of which most are assumed; the order of drivers "
        "within a cell depends on them and on which levers stand for a driver. Costs are not counted.",
        robustness=_robust(effort),
    )


def judged(found: dict[str, Outcome]) -> pd.DataFrame:
    """Effects on bookings with their intervals, and whether each is significantly above or below 0 by Holm over all.

    Args:
        found: Bookings by cell, driver and seed.

    Returns:
        A row for each cell and driver. [cells * drivers]
    """
    rows = []
    for cell, outcome in found.items():
        base = outcome["as_is"]["bookings"]
        for driver in DRIVERS:
            gains = outcome[driver]["bookings"] - base
            one = difference(driver, outcome[driver]["bookings"], base)
            rows.append((cell, driver, one.value, one.low, one.high, one.n, _p(gains), _p(-gains)))
    grid = pd.DataFrame(rows, columns=["cell", "driver", "value", "low", "high", "n", "p_above", "p_below"])
    grid[["p_above", "p_below"]] = grid[["p_above", "p_below"]].apply(holm)
    grid["above"] = grid["p_above"] < ALPHA
    grid["below"] = grid["p_below"] < ALPHA
    grid["rank"] = grid.groupby("cell")["value"].rank(ascending=False).astype(int)
    return grid


def _p(gains: Floats) -> float:
    """One-sided p that the mean is not above 0; 1 if nothing changed in any seed."""
    if not np.any(gains):
        return 1.0
    return float(scipy.stats.ttest_1samp(gains, 0.0, alternative="greater").pvalue)


def holm(p: pd.Series[float]) -> pd.Series[float]:
    """Adjust p values for their number (Holm)."""
    order = np.argsort(p.to_numpy(), kind="stable")
    steps = np.maximum.accumulate(p.to_numpy()[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1.0, steps)
    return pd.Series(adjusted, index=p.index)


def _first(rows: pd.DataFrame) -> str:
    best = rows[rows["rank"] == 1]
    return ", ".join(
        f"{cell} {driver} {value:+.0%}" for cell, driver, value in best[["cell", "driver", "value"]].to_numpy()
    )


def _tried(rows: pd.DataFrame) -> str:
    """Which effects are not above 0."""
    texts = ["The levers and their sizes were fixed before their effects were measured, and none was exchanged since"]
    for driver, part in rows.groupby("driver", sort=False):
        for name, chosen in (("not told from 0", ~part["above"] & ~part["below"]), ("below 0", part["below"])):
            if chosen.any():
                where = "all nine cells" if chosen.all() else ", ".join(part.loc[chosen, "cell"])
                texts.append(f"{driver} is {name} in {where}")
    return "; ".join(texts) + "."


def _robust(effort: Effort) -> Robustness | None:
    """How often as many mean effects are above 0 in draws of the assumed parameters, each moved from its own value."""
    count = min(effort.draws, DRAWS)
    if count < 1:
        return None
    cells = {name: Scenario.load(name) for name in CELLS}
    drawn = {name: assumed_draws(count, DRAW_KEY, scenario) for name, scenario in cells.items()}

    def job(number: int, stopped: threading.Event) -> bool:
        positive = 0
        for name, scenario in cells.items():
            trial = _cell(scenario.override(drawn[name][number])).resolved()
            found = stacked([trial.run(seed, stopped) for seed in range(effort.draw_seeds)])
            base = found["as_is"]["bookings"]
            positive += sum(mean_gain(found[driver]["bookings"], base) > 0.0 for driver in DRIVERS)
        return positive >= NEEDED

    held = in_parallel(job, count, effort)
    rule = f"at least {NEEDED} of the 72 mean effects above 0"
    return robustness(sum(held), count, effort.draw_seeds, rule)


def _figure(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, (ax,) = blank(10.4, 5.6)
    heat(rows, ax, "cell", "driver", starred="above", bar="change of three-year bookings")
    ax.set_title("One standard deviation of practice of each driver (* significantly above 0), with 95% intervals")
    ax.set_xlabel("")
    ax.set_ylabel("")
    for place, (low, high, told) in enumerate(rows[["low", "high", "above"]].to_numpy(dtype=float)):
        x, y = place % len(DRIVERS), place // len(DRIVERS)
        ax.text(x + 0.5, y + 0.82, f"{low:+.1%} to {high:+.1%}", ha="center", va="center", fontsize=5.5, color=INK)
        if not told:
            ax.add_patch(_hatch(x, y))
    return figure


def _hatch(x: int, y: int) -> Rectangle:
    return Rectangle((x, y), 1.0, 1.0, fill=False, hatch="////", edgecolor=RULE, linewidth=0.0)


PATTERNS = (
    Pattern(
        "D1",
        "The map of drivers",
        "drivers",
        ("W1", "W2"),
        Plan(
            "pmf, gtm_fit and scale with under_15k, 15k_to_50k and over_50k",
            "from week 0 the four levers of each driver by one standard deviation of practice in the good direction: "
            + "; ".join(f"{driver}: {', '.join(one.said for one in levers)}" for driver, levers in LEVERS.items()),
            "156 weeks from week 0",
            "paired change of bookings, eight drivers by nine cells, one-sided, Holm over the 72; 60 seeds a cell",
            f"at least {NEEDED} of 72 significantly above 0 and none significantly below",
        ),
        _test_d1,
        _figure,
        scenarios=CELLS,
    ),
)
