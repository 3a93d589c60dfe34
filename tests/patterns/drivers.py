"""Which driver matters most where (D1): eight drivers in the nine cells of phase and ACV band."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from matplotlib.patches import Rectangle

from sim.answers.palette import RULE
from sim.scenario.parameters import parameter
from sim.scenario.parameters.base import DRIVERS
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import FEWEST, Outcome, Trial, difference, in_draws, over, run_all
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan
from tests.patterns.making.plots import blank, heat, table_of
from tests.patterns.making.ranges import BANDS, PHASES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from sim.scenario.parameters.base import Value
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort, Robustness

MOVE = 0.1
"""Part of its range by which each parameter moves."""

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Listed:
    """A parameter listed for a driver.

    Attributes:
        name: Dotted name.
        low, high: Range seen in practice, narrower than what the model can take; the move is a tenth of it.
        good: 1 if more is better, -1 if less is.
    """

    name: str
    low: float
    high: float
    good: int

    def moved(self, scenario: Scenario) -> Value:
        """The value after the move, within the parameter's bounds."""
        item = parameter(self.name)
        value = float(scenario[self.name]) + self.good * MOVE * (self.high - self.low)
        return float(np.clip(value, item.low or 0.0, item.high if item.high is not None else np.inf))


LISTED: dict[str, tuple[Listed, ...]] = {
    "strategy": (
        Listed("strategy.icp_clarity", 0.0, 1.0, 1),
        Listed("strategy.vision_clarity", 0.0, 1.0, 1),
        Listed("strategy.goal_communication", 0.0, 1.0, 1),
        Listed("strategy.new_product_push", 0.0, 0.5, -1),
    ),
    "structure": (
        Listed("structure.hours_per_channel", 0.0, 1.0, -1),
        Listed("structure.field_hours_per_week", 0.0, 10.0, 1),
        Listed("structure.span_of_control", 4.0, 14.0, -1),
        Listed("structure.role_specialisation", 0.0, 1.0, 1),
    ),
    "operations": (
        Listed("operations.admin_hours", 8.0, 24.0, -1),
        Listed("operations.reporting_hours", 0.0, 6.0, -1),
        Listed("operations.crm_fidelity", 0.0, 1.0, 1),
        Listed("operations.measurement_quality", 0.0, 1.0, 1),
        Listed("operations.marketing_quality", 0.2, 1.2, 1),
    ),
    "enablement": (
        Listed("enablement.coaching_hours_per_month", 0.0, 8.0, 1),
        Listed("enablement.coaching_formality", 0.0, 1.0, 1),
        Listed("enablement.process_formality", 0.0, 1.0, 1),
        Listed("enablement.alignment", 0.0, 1.0, 1),
        Listed("enablement.tools_saving", 0.0, 0.5, 1),
    ),
    "talent": (
        Listed("talent.selection_quality", 0.0, 1.0, 1),
        Listed("talent.hiring_delay_weeks", 2.0, 30.0, -1),
        Listed("talent.onboarding", 0.0, 1.0, 1),
        Listed("talent.ramp_weeks", 6.0, 50.0, -1),
        Listed("talent.attrition_per_year", 0.05, 0.55, -1),
    ),
    "training": (
        Listed("training.hours_per_quarter", 0.0, 24.0, 1),
        Listed("training.value_content", 0.0, 1.0, 1),
        Listed("training.codification_hours_per_quarter", 0.0, 240.0, 1),
        Listed("training.initial_playbook", 0.4, 1.0, 1),
    ),
    "capabilities": (
        Listed("capabilities.starting_method", 0.2, 0.9, 1),
        Listed("capabilities.rep_depth", 0.2, 0.8, 1),
        Listed("capabilities.untrained_method", 0.1, 0.4, 1),
    ),
    "motivation": (
        Listed("motivation.initial", 0.4, 1.0, 1),
        Listed("motivation.initial_trust", 0.2, 1.0, 1),
        Listed("motivation.recognition", 0.0, 0.5, 1),
        Listed("motivation.effort_range", 0.0, 0.8, -1),
        Listed("motivation.overload_cost", 0.0, 1.6, -1),
    ),
}
"""Parameters of each driver with the range they have in practice and the good direction (both assumed)."""

CELLS = tuple(f"{phase}_{band}" for phase in PHASES for band in BANDS)
PART = {"pmf": 1.0, "gtm_fit": 0.5, "scale": 0.2}
"""Part of an effort's seeds by phase: small firms vary more, and cost less to run."""


def _cell(name: str, drivers: Sequence[str] = DRIVERS) -> Trial:
    """A cell with each driver moved, each an organization that has always been so."""
    scenario = Scenario.load(name)
    cases: dict[str, Changes] = {
        driver: {one.name: one.moved(scenario) for one in LISTED[driver]} for driver in drivers
    }
    return Trial(name, cases, {"bookings": over("bookings")}, from_start=True)


def _gains(found: Outcome, drivers: Sequence[str] = DRIVERS) -> Floats:
    """Elasticity of bookings to each driver: relative change per range moved, by seed. [seeds, drivers]."""
    base = found["as_is"]["bookings"]
    return np.array([(found[driver]["bookings"] - base) / base.mean() for driver in drivers]).T / MOVE


def _test_d1(effort: Effort) -> Finding:
    gains: dict[str, Floats] = {}
    for phase, part in PART.items():
        cells = [name for name in CELLS if name.startswith(phase)]
        found = run_all({name: _cell(name) for name in cells}, effort.share(part, least=6))
        gains |= {name: _gains(found[name]) for name in cells}
    grid = pd.concat([_rows(name, values) for name, values in gains.items()], ignore_index=True)
    leaders = {name: int(np.argmax(values.mean(axis=0))) for name, values in gains.items()}
    differing = _differing(gains, leaders)
    enough = min(len(values) for values in gains.values()) >= FEWEST
    best = differing[0] if differing else None
    count = len({DRIVERS[leader] for leader in leaders.values()})
    numbers = (
        Number(
            "pairs of cells with significantly different leading drivers",
            float(len(differing)),
            "pairs of 36",
            n=sum(len(values) for values in gains.values()),
            needed="at least 1",
            met=bool(differing) if enough else None,
        ),
        Number("different leading drivers", float(count), "drivers"),
        *_contrast(best, gains, leaders),
    )
    said = ", ".join(f"{name} {DRIVERS[leaders[name]]}" for name in CELLS)
    return Finding(
        "D1",
        "undecided" if not enough else ("holds" if differing else "fails"),
        f"Leading drivers: {said}. {len(differing)} of 36 pairs of cells have significantly different ones.",
        numbers,
        tried="" if differing else "The claim that what matters most depends on phase and ACV band is not supported.",
        table=grid,
        where="Elasticities depend on which parameters are listed for a driver, and on the range each has in practice, "
        "both assumed; the order of drivers within a cell says less than how it changes from cell to cell.",
        robustness=_robust(best, effort, leaders),
    )


def _rows(name: str, values: Floats) -> pd.DataFrame:
    """One cell's row of the map."""
    numbers = [difference("", values[:, at], np.zeros(len(values)), relative=False) for at in range(len(DRIVERS))]
    rows = [(name, driver, one.value, one.low, one.high, one.n) for driver, one in zip(DRIVERS, numbers, strict=True)]
    grid = pd.DataFrame(rows, columns=["cell", "driver", "value", "low", "high", "n"])
    grid["leads"] = grid["value"] == grid["value"].max()
    return grid


def _differing(gains: dict[str, Floats], leaders: dict[str, int]) -> list[tuple[str, str]]:
    """Pairs of cells each of whose leaders is significantly ahead of the other's at home, clearest first.

    The p of a pair is the greater of its two one-sided p, times the number of pairs (Bonferroni).
    """
    found = []
    pairs = list(combinations(gains, 2))
    for one, other in pairs:
        first, second = leaders[one], leaders[other]
        if first == second:
            continue
        p = max(_ahead(gains[one], first, second), _ahead(gains[other], second, first)) * len(pairs)
        if p < ALPHA:
            found.append((p, (one, other)))
    return [pair for _, pair in sorted(found)]


def _ahead(values: Floats, first: int, second: int) -> float:
    """One-sided p that the first driver is not ahead of the second."""
    return float(scipy.stats.ttest_1samp(values[:, first] - values[:, second], 0.0, alternative="greater").pvalue)


def _contrast(pair: tuple[str, str] | None, gains: dict[str, Floats], leaders: dict[str, int]) -> list[Number]:
    """How far each leader is ahead of the other's in its own cell."""
    if pair is None:
        return []
    numbers = []
    for here, there in (pair, pair[::-1]):
        first, second = leaders[here], leaders[there]
        name = f"{here}: {DRIVERS[first]} ahead of {DRIVERS[second]}"
        values = gains[here]
        numbers.append(difference(name, values[:, first], values[:, second], relative=False, unit="elasticity"))
    return numbers


def _robust(pair: tuple[str, str] | None, effort: Effort, leaders: dict[str, int]) -> Robustness | None:
    """How often the clearest pair of cells differs the same way."""
    if pair is None:
        return None
    two = [DRIVERS[leaders[name]] for name in pair]

    def holds(outcomes: dict[str, Outcome]) -> bool:
        one, other = (_gains(outcomes[name], two).mean(axis=0) for name in pair)
        return bool(one[0] > one[1] and other[1] > other[0])

    trials = {name: _cell(name, two) for name in pair}
    rule = f"{two[0]} ahead of {two[1]} in {pair[0]} and behind it in {pair[1]}, by their means"
    return in_draws(trials, effort, holds, rule, most=100)


def _figure(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, (ax,) = blank(9.6, 4.4)
    heat(rows, ax, "cell", "driver", starred="leads", bar="change of bookings per range of the driver")
    ax.set_title("Elasticity of three-year bookings (* leads its cell)")
    ax.set_xlabel("")
    ax.set_ylabel("")
    for place, (low, high) in enumerate(rows[["low", "high"]].to_numpy(dtype=float)):
        if low <= 0.0 <= high:  # not told from 0
            ax.add_patch(_hatch(place % len(DRIVERS), place // len(DRIVERS)))
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
            "each driver's listed parameters by 10% of their range in practice, in the good direction, from before the "
            "burn-in",
            "156 weeks from week 0",
            "relative change of bookings per range moved, eight drivers by nine cells",
            "at least two cells with different leading drivers, each significantly ahead of the other's at home "
            "(Bonferroni over 36 pairs)",
        ),
        _test_d1,
        _figure,
        scenarios=CELLS,
    ),
)
