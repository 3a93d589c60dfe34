"""Momentum over years: a young firm's wheel accelerates, coasts or stalls (S4), an evil one spins down (E3b)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.engine.world import World
from sim.measures.momentum import LATE, WEEKS, acceleration, echoes, multiplier, of_years
from sim.questions.wheel.motion import EDGE, PULSE, PULSES, Motion, measure_motion, motion_map, without_answer
from sim.scenario.scenario import Scenario
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import DRAW_KEY, FEWEST, difference, in_parallel, level, robustness
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import blank, heat, numbers_table, points, table_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from threading import Event

    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort, Robustness

YOUNG = ("young", "young_healthy", "young_stalled")

MOST = 60  # seeds of an acceleration; a pulse takes all there are

FURTHER = 12 * 52
"""Weeks until the market of the healthy firm is used up."""

_UNCOACHED = {"week": 0, "parameter": "enablement.coaching_hours_per_month", "value": 0.0}
_RATE = "1 / year"
_LIMIT = 0.25


def _booked(scenario: Scenario, seeds: int, effort: Effort, weeks: int = WEEKS) -> Floats:
    """Orders of each week. [seeds, weeks]."""

    def job(seed: int, _: Event) -> Floats:
        world = World.begin(scenario, seed, weeks, deals=False, tables=False).finish()
        return np.array(world.weekly()["bookings"], dtype=float)

    return np.array(in_parallel(job, seeds, effort))


def _coasts(name: str, rates: Floats) -> Number:
    """Whether the whole interval lies within the edge on either side of none."""
    found = level(name, rates, _RATE)
    if found.low is None or found.high is None or (found.n or 0) < FEWEST:
        return found
    inside = found.low >= -EDGE and found.high <= EDGE
    return Number(name, found.value, _RATE, found.low, found.high, found.n, f"interval within {EDGE:g} of 0", inside)


def _not_above(name: str, rates: Floats, limit: float) -> Number:
    return level(name, rates, _RATE, needed=f"below {limit:g}", limit=limit)


def _test_s4(effort: Effort) -> Finding:
    seeds = min(effort.seeds, MOST)
    whole = {name: Scenario.load(name) for name in YOUNG}
    bookings = {name: _booked(one, seeds, effort) for name, one in whole.items()}
    rates = {name: acceleration(one) for name, one in bookings.items()}
    bare = acceleration(_booked(whole["young_healthy"].with_interventions([_UNCOACHED]), seeds, effort))
    fixed = acceleration(_booked(whole["young_healthy"].override({"mechanisms.self_funding": False}), seeds, effort))
    used_up = acceleration(_booked(whole["young_healthy"], seeds, effort, FURTHER), (9, 10), (11, 12))
    moved = {
        name: measure_motion(whole[name], effort.seeds, parts=("pulse",), whole=1.0, workers=effort.workers)
        for name in ("young_healthy", "young_stalled")
    }
    numbers = (
        *_accelerations(rates, bookings),
        *_pulses(moved),
        _not_above("young_healthy, years 9 and 10 to 11 and 12", used_up, EDGE),
        difference("young_healthy less without coaching", rates["young_healthy"], bare, needed="above 0",
                   relative=False, unit=_RATE),
        level("young_healthy, heads not funded by returns", fixed, _RATE),
    )  # fmt: skip
    return Finding(
        "S4",
        verdict_of(numbers),
        f"From years 1 and 2 to years 5 and 6 bookings grow by {rates['young'].mean():+.2f} a year as it is, by "
        f"{rates['young_healthy'].mean():+.2f} with every stage in order and by {rates['young_stalled'].mean():+.2f} "
        f"without training, coaching and process; with heads that returns do not fund, the healthy firm by "
        f"{fixed.mean():+.2f}. Funding carries most of the compounding, and the client loop feeds it.",
        numbers,
        table=numbers_table([one for one in numbers if one.unit == _RATE]),
        robustness=_in_worlds(
            effort,
            whole,
            lambda rate: rate["young_healthy"] > rate["young"] > rate["young_stalled"],
            "mean acceleration of young_healthy above that of young, that above that of young_stalled",
        ),
    )


def _accelerations(rates: Mapping[str, Floats], bookings: Mapping[str, Floats]) -> tuple[Number, ...]:
    late = {name: of_years(one, LATE) for name, one in bookings.items()}
    healthy, young, stalled = rates["young_healthy"], rates["young"], rates["young_stalled"]
    return (
        _coasts("young", young),
        level("young_healthy", healthy, _RATE, needed=f"above {EDGE:g}", limit=EDGE),
        difference("young_healthy less young", healthy, young, needed=f"above {EDGE:g}", relative=False, unit=_RATE,
                   limit=EDGE),
        difference("young less young_stalled", young, stalled, needed="above 0", relative=False, unit=_RATE),
        _not_above("young_stalled", stalled, EDGE),
        difference("bookings of years 5 and 6, young_stalled against young", late["young_stalled"], late["young"],
                   needed="below 0"),
    )  # fmt: skip


def _pulses(moved: Mapping[str, Motion]) -> tuple[Number, ...]:
    healthy, stalled = moved["young_healthy"], moved["young_stalled"]
    echo = _echo(healthy)
    return (
        difference("echo of young_healthy, years 5 and 6 less years 1 and 2", echo[:, 4:6].mean(axis=1),
                   echo[:, :2].mean(axis=1), needed="above 0", relative=False, unit="of the year's bookings"),
        difference("multiplier of a pulse at week 312, young_healthy less young_stalled", _multiplier(healthy, 312),
                   _multiplier(stalled, 312), needed="above 0", relative=False, unit="ratio"),
        level("multiplier of a pulse at week 260, young_stalled", _multiplier(stalled, 260), "ratio",
              needed=f"below {_LIMIT:g}", limit=_LIMIT),
        level("multiplier of a pulse at week 312, young_healthy", _multiplier(healthy, 312), "ratio"),
        level("multiplier of a pulse at week 104, young_healthy", _multiplier(healthy, 104), "ratio"),
    )  # fmt: skip


def _echo(motion: Motion) -> Floats:
    """What a pulse of 10% adds, from all sizes together. [seeds, years]."""
    added = np.array([np.sum([pulsed - one.base for pulsed in one.pulsed], axis=0) for one in motion.spun])
    return echoes(motion.base + added * PULSE / sum(PULSES), motion.base)


def _multiplier(motion: Motion, weeks: int) -> Floats:
    """Orders added for each unit of all pulses together. [seeds]."""
    values = np.array([sum(one.pulses) for one in motion.spun])
    pulsed = np.array([np.sum(one.pulsed, axis=0) for one in motion.spun])
    return multiplier(pulsed, motion.base * len(PULSES), values, weeks)


def _in_worlds(
    effort: Effort, whole: Mapping[str, Scenario], holds: Callable[[Mapping[str, float]], bool], rule: str
) -> Robustness | None:
    """Share of draws in which something holds of the mean acceleration of each scenario."""
    if effort.draws < 1:
        return None
    drawn = {name: assumed_draws(effort.draws, DRAW_KEY, one) for name, one in whole.items()}

    def job(number: int, _: Event) -> bool:
        rate = {}
        for name, one in whole.items():
            chosen = one.override(drawn[name][number])
            rows = [
                World.begin(chosen, seed, WEEKS, deals=False, tables=False).finish().weekly()["bookings"]
                for seed in range(effort.draw_seeds)
            ]
            rate[name] = float(np.nanmean(acceleration(np.array(rows, dtype=float))))
        return holds(rate)

    hits = in_parallel(job, effort.draws, effort)
    return robustness(sum(hits), len(hits), effort.draw_seeds, rule)


def _figure_s4(finding: Finding) -> Figure:
    return points(finding, "growth of bookings a year, years 1 and 2 to years 5 and 6", percent=False)


SHARES = (0.06, 0.085, 0.12)
STRETCHES = (0.0, 0.125, 0.25)
_MAP_SEEDS = 12


def _test_e3b(effort: Effort) -> Finding:
    seeds = min(effort.seeds, MOST)
    evil, treated = (Scenario.load(name) for name in ("young_evil", "young_evil_treated"))
    whole = {"evil": evil, "none": without_answer(evil), "treated": treated}
    rates = {name: acceleration(_booked(one, seeds, effort)) for name, one in whole.items()}
    cured = level("treated from week 78", rates["treated"], _RATE)
    held = None if cured.high is None or (cured.n or 0) < FEWEST else cured.high >= -EDGE
    numbers = (
        level("young_evil", rates["evil"], _RATE, needed=f"below -{EDGE:g}", limit=-EDGE),
        difference("young_evil less its twin without an answer to misses", rates["evil"], rates["none"],
                   needed="below 0", relative=False, unit=_RATE),
        difference("treated less untreated", rates["treated"], rates["evil"], needed="above 0", relative=False,
                   unit=_RATE),
        Number(cured.name, cured.value, _RATE, cured.low, cured.high, cured.n, f"interval not below -{EDGE:g}", held),
        level("without an answer to misses", rates["none"], _RATE),
    )  # fmt: skip
    found = motion_map(
        evil, ("talent.budget_share", SHARES), ("strategy.stretch", STRETCHES), min(seeds, _MAP_SEEDS),
        workers=effort.workers,
    )  # fmt: skip
    cells = [
        {"share of margin for reps": share, "stretch": stretch, "value": one.mean, "low": one.low, "high": one.high}
        for share, line in zip(SHARES, found, strict=True)
        for stretch, one in zip(STRETCHES, line, strict=True)
    ]
    return Finding(
        "E3b",
        verdict_of(numbers),
        f"With one budget for selling bookings change by {numbers[0].value:+.2f} a year, {numbers[1].value:+.2f} more "
        f"than where misses are not answered; treated from week 78 by {cured.value:+.2f}.",
        numbers,
        table=pd.DataFrame(cells),
        where="Over the share of margin spent on reps and stretch growth a year runs "
        f"from {min(cell['value'] for cell in cells):+.2f} to {max(cell['value'] for cell in cells):+.2f}.",
        robustness=_in_worlds(
            effort, whole, lambda rate: rate["evil"] < min(0.0, rate["none"]) and rate["treated"] > rate["evil"],
            "mean acceleration of young_evil below 0 and below that of its twin without an answer; treated above it",
        ),
    )  # fmt: skip


def _figure_e3b(finding: Finding) -> Figure:
    rows = table_of(finding)
    rows = rows.assign(clear=(rows["low"] > 0.0) | (rows["high"] < 0.0))
    figure, (ax,) = blank(6.4, 3.6)
    heat(rows, ax, "share of margin for reps", "stretch", starred="clear", bar="growth of bookings a year")
    ax.set_title("Where it spins down (* interval excludes 0)")
    return figure


_SPAN = "312 weeks from week 0"

PATTERNS = (
    Pattern(
        "S4",
        "The wheel accelerates or brakes",
        "sales",
        ("F1", "S-e"),
        Plan(
            "young, young_healthy, young_stalled",
            "none: levers stay as each scenario sets them at week 0; a pulse of 5, 10 and 20% of a year's bookings",
            f"{_SPAN}, {FURTHER} for the market used up",
            "ln(bookings of years 5 and 6 / of years 1 and 2) / 4; orders a pulse adds for each unit of it",
            "young coasts, healthy accelerates and by more than 0.05 over young, stalled below young; echo rises; "
            "multiplier of healthy above that of stalled; growth ends by itself; coaching counts",
        ),
        _test_s4,
        _figure_s4,
        modules=("sim.questions.wheel.motion", "sim.questions.wheel.hysteresis", "sim.measures.momentum"),
        scenarios=YOUNG,
    ),
    Pattern(
        "E3b",
        "With one budget for selling the evil flywheel spins down",
        "evil",
        ("E-e", "E-f"),
        Plan(
            "young_evil, young_evil_treated",
            "management.response overlay against none; the treatment from week 78; map over the share of margin for "
            "reps and stretch",
            _SPAN,
            "ln(bookings of years 5 and 6 / of years 1 and 2) / 4",
            "below -0.05 and below that of the twin without an answer; treated above untreated and not below -0.05",
        ),
        _test_e3b,
        _figure_e3b,
        modules=("sim.questions.wheel.motion", "sim.measures.momentum"),
        scenarios=("young_evil", "young_evil_treated"),
    ),
)
