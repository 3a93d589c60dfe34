"""The sales flywheel as a wheel: its order (S1), restart against upkeep (S5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.measures.loops import LOOPS
from sim.measures.wheel import STAGES
from sim.questions.wheel.gain import make_ready
from sim.questions.wheel.hysteresis import PAUSE, SHARE, SPENDS, UPKEEP, Restart, restart
from sim.scenario.scenario import Scenario
from sim.studies.statistics import ALPHA
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import (
    DRAW_KEY,
    FEWEST,
    Outcome,
    Trial,
    difference,
    in_draws,
    in_parallel,
    path,
    robustness,
    run,
)
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from threading import Event

    from matplotlib.figure import Figure

    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort, Robustness

HOURS = 12.0
"""Extra training of S1's step. [hours / rep / quarter]"""

COACHING = 2.0
"""Extra coaching of S1's step. [hours / rep / month]"""

_WEEKS = 156
_DRAWS = 1000
_SALES = LOOPS["sales"]
_COLUMNS = [column for _, column in STAGES["sales"]]


def _step() -> Trial:
    base = Scenario.load("baseline")
    more = zip(UPKEEP, (HOURS, COACHING), strict=True)
    case = {dotted: float(base[dotted]) + extra for dotted, extra in more}
    return Trial("baseline", {"step": case}, {name: path(name) for name in _COLUMNS}, weeks=_WEEKS)


def _responses(found: Outcome) -> Floats:
    """Paired differences of the stages by seed and week. [stages, seeds, weeks]."""
    return np.array([found["step"][name] - found["as_is"][name] for name in _COLUMNS])


_YEAR, _PART = 52, 0.2
_LEAST = 0.03


def _lags(responses: Floats) -> Floats:
    """Onset of each stage: the week in which a fifth of the response after a year is reached, of the mean over seeds.

    Responses are means of 13 weeks around each. Not a number where there is no response.
    """
    return np.array([_onset(rows.mean(axis=0)) for rows in responses])


def _onset(response: Floats) -> float:
    smooth = np.convolve(np.pad(response, 6, mode="edge"), np.ones(13) / 13.0, "valid")
    reached = np.flatnonzero(smooth[: _YEAR + 1] >= _PART * smooth[_YEAR]) if smooth[_YEAR] > 0.0 else []
    return float(reached[0]) if len(reached) else float("nan")


def _test_s1(effort: Effort) -> Finding:
    trial = _step()
    found = run(trial, effort)
    responses = _responses(found)
    lags = _lags(responses)
    picks = np.random.default_rng(0).integers(0, responses.shape[1], (_DRAWS, responses.shape[1]))
    drawn = np.array([_lags(responses[:, pick]) for pick in picks])
    late = {case: {name: found[case][name][:, -26:].mean(axis=1) for name in _COLUMNS} for case in found}
    names = [name for name, _ in STAGES["sales"]]
    raised = [
        difference(f"{name}, last half-year", late["step"][column], late["as_is"][column], needed="above 0")
        for name, column in STAGES["sales"]
    ]
    gaps = []
    usual = np.array([found["as_is"][name][:, :_YEAR].mean() for name in _COLUMNS])
    after = responses[:, :, _YEAR - 6 : _YEAR + 7].mean(axis=(1, 2)) / usual
    for k in range(len(names) - 1):
        if min(after[k], after[k + 1]) < _LEAST:
            continue
        low, high = np.nanquantile(drawn[:, k + 1] - drawn[:, k], (ALPHA / 2.0, 1.0 - ALPHA / 2.0))
        gap = Number(f"lag of {names[k + 1]} after {names[k]}", lags[k + 1] - lags[k], "weeks", float(low), float(high))
        met = None if effort.seeds < FEWEST or np.isnan(high) else bool(high >= 0.0)
        gaps.append(replace(gap, n=effort.seeds, needed="interval not below 0", met=met))
    order = ", ".join(f"{name} {lag:.0f}" for name, lag in zip(names, lags, strict=True))
    numbers = (*raised, *gaps)

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = _responses(outcomes["S1"])
        known = _lags(part)
        return bool((part[:, :, -26:].mean(axis=(1, 2)) > 0.0).all() and not (np.diff(known) < -13.0).any())

    return Finding(
        "S1",
        verdict_of(numbers),
        f"Weeks until a fifth of the response of a year to more training and coaching has come: {order}.",
        numbers,
        table=_step_table(responses, names),
        robustness=in_draws(
            {"S1": trial}, effort, holds, "every stage raised in the mean, no lag shorter by a quarter than the last"
        ),
    )


def _step_table(responses: Floats, names: Sequence[str]) -> pd.DataFrame:
    """Share of the final response week by week, for the figure."""
    weeks = list(range(4, _WEEKS, 4))
    parts = []
    for name, rows in zip(names, responses, strict=True):
        final = rows[:, -26:].mean()
        smooth = np.array([np.convolve(row, np.ones(13) / 13.0, "same") for row in rows])
        shares = smooth / final if final else np.full(rows.shape, np.nan)
        parts.append(band_table(shares[:, weeks], weeks, "week", case=name))
    return pd.concat(parts, ignore_index=True)


def _in_worlds(
    effort: Effort, names: Sequence[str], holds: Callable[[Mapping[str, Scenario], range], bool], rule: str
) -> Robustness | None:
    """Share of draws of the assumed parameters in which a pattern of wheels holds; as `in_draws`."""
    if effort.draws < 1:
        return None
    known = {name: Scenario.load(name) for name in names}
    drawn = {name: assumed_draws(effort.draws, DRAW_KEY, one) for name, one in known.items()}
    make_ready(next(iter(known.values())), _SALES)

    def job(number: int, _: Event) -> bool:
        worlds = {name: one.override(drawn[name][number]) for name, one in known.items()}
        return holds(worlds, range(effort.draw_seeds))

    hits = in_parallel(job, effort.draws, effort)
    return robustness(sum(hits), len(hits), effort.draw_seeds, rule)


_LIMIT = 1.5

LONG = 104
"""Weeks without training and coaching that stop the wheel; half a year, shown beside it, does not."""

TRIED = (*SPENDS, 8.0)
"""Spends after the pause, in multiples of upkeep; there are no hours for much more."""

NOT_BACK = 10.0
"""What counts as the ratio where no spend that was tried is back."""


def _test_s5(effort: Effort) -> Finding:
    healthy, work = Scenario.load("healthy"), {"workers": effort.workers, "progress": effort.progress}
    found = _whole(restart(healthy, effort.seeds, spends=TRIED, pause=LONG, **work), effort)
    short = _whole(restart(healthy, effort.seeds, **work), effort)
    low, high = found.interval
    enough = effort.seeds >= FEWEST
    numbers = (
        Number("least spend that restarts, over upkeep", min(found.ratio, NOT_BACK), "ratio", min(low, NOT_BACK),
               min(high, NOT_BACK), effort.seeds, "at least 1.5, interval above 1",
               found.ratio >= _LIMIT and low > 1.0 if enough else None),
        *(Number(f"speed at the end with {spend:g} times upkeep", one.mean, "of upkeep's", one.low, one.high, one.n)
          for spend, one in zip(found.spends, found.relative, strict=True)),
        Number(f"least spend after {PAUSE} weeks, over upkeep", short.ratio, "ratio", *short.interval, effort.seeds),
    )  # fmt: skip
    back = "none that was tried" if np.isinf(found.ratio) else f"{found.ratio:.2f} times upkeep"
    return Finding(
        "S5",
        verdict_of(numbers),
        f"After two years without training and coaching the least spend that is back at {SHARE:.0%} of the speed a "
        f"year later is {back}; without any it ends at {numbers[1].value:.0%}. After half a year it is "
        f"{short.ratio:.2f} times upkeep: a short pause costs no more than it saves.",
        numbers,
        table=_restart_table(found),
        robustness=_in_worlds(effort, ("healthy",), _restart_is_dear, "1.5 times upkeep ends below 95% of the speed"),
    )


def _whole(found: Restart, effort: Effort) -> Restart:
    """A restart over all seeds that were asked for; KeyboardInterrupt if it was stopped before."""
    if len(found.kept) < effort.seeds:
        raise KeyboardInterrupt
    return found


def _restart_table(found: Restart) -> pd.DataFrame:
    return band_table(found.shares, list(found.spends), "spend")


def _restart_is_dear(worlds: Mapping[str, Scenario], seeds: range) -> bool:
    found = restart(worlds["healthy"], list(seeds), spends=(_LIMIT,), pause=LONG, workers=1)
    return bool(found.relative[0].mean < SHARE)


def _figure_s1(finding: Finding) -> Figure:
    return lines(finding, "week", "share of the final response", percent="y")


def _figure_s5(finding: Finding) -> Figure:
    return lines(finding, "spend", "speed at the end", percent="y", axis_label="spend after the pause, times upkeep")


_STEP_TEXT = f"training.hours_per_quarter +{HOURS:g}, enablement.coaching_hours_per_month +{COACHING:g}, for good"

PATTERNS = (
    Pattern(
        "S1",
        "The stages move in their order",
        "sales",
        ("F1",),
        Plan(
            "baseline",
            _STEP_TEXT,
            "156 weeks from week 0",
            "week in which a fifth of the response after a year is reached, of stages that respond by 3%; bootstrap",
            "every stage raised at the end; no onset significantly before that of the stage before",
        ),
        _test_s1,
        _figure_s1,
        modules=("sim.questions.wheel.gain", "sim.measures.wheel"),
        scenarios=("baseline",),
    ),
    Pattern(
        "S5",
        "Restart costs more than upkeep",
        "sales",
        ("F4",),
        Plan(
            "healthy",
            f"training and coaching 0 for {LONG} weeks, then {', '.join(f'{one:g}' for one in TRIED)} times as before",
            "last 13 of 156 weeks from week 0",
            "least constant multiple of upkeep that ends at 95% of the bookings with upkeep throughout",
            "at least 1.5, bootstrap interval above 1",
        ),
        _test_s5,
        _figure_s5,
        modules=("sim.questions.wheel.hysteresis",),
        scenarios=("healthy",),
    ),
)
