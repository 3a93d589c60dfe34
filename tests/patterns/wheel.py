"""The sales flywheel as a wheel: its order (S1), its weakest link (S3), its gain (S4), restart against upkeep (S5)."""

from __future__ import annotations

from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from sim.measures.wheel import STAGES
from sim.questions.wheel.gain import PUSH, STEP, Question, Wheel, half_week, make_ready, turn_once, turn_wheel
from sim.questions.wheel.hysteresis import SHARE, SPENDS, UPKEEP, Restart, restart
from sim.questions.wheel.loops import LOOPS
from sim.scenario.scenario import Scenario
from sim.studies.draws import assumed_draws
from sim.studies.statistics import ALPHA, mean_interval
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
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, above, below, verdict_of
from tests.patterns.making.plots import band_table, lines, numbers_table, points

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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


def _lags(responses: Floats) -> Floats:
    """Weeks to half of the final response, of the mean over seeds, by stage."""
    return np.array([half_week(rows.mean(axis=0)) for rows in responses])


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
    for k in range(len(names) - 1):
        low, high = np.nanquantile(drawn[:, k + 1] - drawn[:, k], (ALPHA / 2.0, 1.0 - ALPHA / 2.0))
        gap = Number(f"lag of {names[k + 1]} after {names[k]}", lags[k + 1] - lags[k], "weeks", float(low), float(high))
        met = None if effort.seeds < FEWEST or np.isnan(high) else bool(high >= 0.0)
        gaps.append(replace(gap, n=effort.seeds, needed="interval not below 0", met=met))
    order = ", ".join(f"{name} {lag:.0f}" for name, lag in zip(names, lags, strict=True))
    numbers = (*raised, *gaps)

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = _responses(outcomes["S1"])
        known = _lags(part)
        return bool((part[:, :, -26:].mean(axis=(1, 2)) > 0.0).all() and (np.diff(known) >= -13.0).all())

    return Finding(
        "S1",
        verdict_of(numbers),
        f"Weeks until half of the final response to more training and coaching has come: {order}.",
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


_REPLICATES = 10
_HALF = 0.5


def _test_s3(effort: Effort) -> Finding:
    part = effort.share(0.5)
    size = max(1, part.seeds // _REPLICATES)
    count = part.seeds // size
    scenario = Scenario.load("healthy")
    numbers, rows = [], []
    for number, stage in enumerate(_SALES.stages):
        asked = Question(at=(), execution={stage.name: _HALF})
        wheel = turn_wheel(scenario, _SALES, size * count, asked, workers=effort.workers)
        named = [replace(wheel, turns=wheel.turns[n * size : (n + 1) * size]).weakest for n in range(count)]
        numbers.append(_named(stage.name, named.count(number), count))
        rows += [(stage.name, one.name, named.count(k) / count) for k, one in enumerate(_SALES.stages)]
        if effort.progress:
            effort.progress(number + 1, len(_SALES.stages))
    found = ", ".join(f"{stage.name} {one.value:.0%}" for stage, one in zip(_SALES.stages, numbers, strict=True))
    return Finding(
        "S3",
        verdict_of(numbers),
        f"Share of {count} replicates ({size} seeds each) in which the finder names the link that was halved: {found}.",
        tuple(numbers),
        table=pd.DataFrame(rows, columns=["halved", "named", "share"]),
        where="A link counts as found only if ten points more of it raise bookings of the second year most.",
    )


def _named(name: str, hits: int, count: int) -> Number:
    interval = scipy.stats.binomtest(hits, count).proportion_ci(1.0 - ALPHA, method="wilson")
    met = hits / count >= 0.9 if count >= FEWEST else None
    label = f"{name} halved and named"
    return Number(label, hits / count, "share", interval.low, interval.high, count, "at least 0.9", met)


_BARE = "healthy without coaching"
_UNCOACHED = {"enablement.coaching_hours_per_month": 0.0}


def _test_s4(effort: Effort) -> Finding:
    part = effort.share(0.5)
    healthy = Scenario.load("healthy")
    asked, first = Question(step=0.0), Question(step=0.0, at=(0,))
    worlds = {
        "healthy": (healthy, asked),
        "stalled": (Scenario.load("stalled"), asked),
        _BARE: (healthy.override(_UNCOACHED), first),
    }
    found: dict[str, Wheel] = {}
    for name, (scenario, question) in worlds.items():
        found[name] = turn_wheel(scenario, _SALES, part.seeds, question, workers=effort.workers)
        if effort.progress:
            effort.progress(len(found), len(worlds))
    wheel, bare = found["healthy"], found[_BARE]
    gains = {name: one.late[:, 0, 0] for name, one in found.items()}
    numbers = (
        _gain("gain of healthy", gains["healthy"], "above 1"),
        _gain("gain of stalled", gains["stalled"], "below 1"),
        difference("healthy less without coaching", gains["healthy"], gains[_BARE], needed="above 0",
                   relative=False, unit="gain"),
        *_agreement(wheel),
        *(_gain(f"{name}, cut at {stage.name}", found[name].late[:, k, k])
          for name in ("healthy", "stalled") for k, stage in enumerate(_SALES.stages) if k),
        *(_gain(f"{name}, {stage.name} passes on", found[name].late[:, k, (k + 1) % len(_SALES.stages)])
          for name in ("healthy", "stalled") for k, stage in enumerate(_SALES.stages)),
    )  # fmt: skip
    turn = wheel.turn_times[0][0]
    time = "" if np.isnan(turn) else f", turn time {turn:.0f} weeks"
    return Finding(
        "S4",
        verdict_of(numbers),
        f"Within 104 weeks the wheel of healthy returns {numbers[0].value:.2f} of a push{time}, that of stalled "
        f"{numbers[1].value:.2f}, healthy without coaching {bare.gain.mean:.2f}.",
        numbers,
        table=numbers_table(numbers),
        robustness=_in_worlds(effort, ("healthy", "stalled"), _turns_and_brakes, "mean gain of healthy above 1, of "
                              "stalled below 1"),
    )  # fmt: skip


def _gain(name: str, values: Floats, needed: str = "") -> Number:
    found = mean_interval(values)
    met = None
    if needed and found.n >= FEWEST:
        met = (above if needed.startswith("above") else below)(found.mean, found.low, found.high, 1.0)
    return Number(name, found.mean, "gain", found.low, found.high, found.n, needed, met)


def _agreement(wheel: Wheel) -> list[Number]:
    """Difference of the gain at each further cut from the first, judged to be none if its interval contains 0."""
    rows = []
    for k, stage in enumerate(_SALES.stages[1:], start=1):
        found = mean_interval(wheel.late[:, k, k] - wheel.late[:, 0, 0])
        met = found.contains_zero if found.n >= FEWEST else None
        name = f"healthy, cut at {stage.name} less cut at {_SALES.stages[0].name}"
        rows.append(Number(name, found.mean, "gain", found.low, found.high, found.n, "interval contains 0", met))
    return rows


def _turns_and_brakes(worlds: Mapping[str, Scenario], seeds: range) -> bool:
    question = Question(step=0.0, at=(0,))
    gain = {}
    for name, scenario in worlds.items():
        turns = tuple(turn_once(scenario, seed, _SALES, question, Event()) for seed in seeds)
        gain[name] = Wheel(_SALES, scenario, question, turns).gain.mean
    return gain["healthy"] > 1.0 > gain["stalled"]


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


def _test_s5(effort: Effort) -> Finding:
    found = restart(Scenario.load("healthy"), effort.seeds, workers=effort.workers, progress=effort.progress)
    low, high = found.interval
    enough = effort.seeds >= FEWEST
    numbers = (
        Number("least spend that restarts, over upkeep", found.ratio, "ratio", low, high, effort.seeds,
               "at least 1.5, interval above 1", found.ratio >= _LIMIT and low > 1.0 if enough else None),
        *(Number(f"speed at the end with {spend:g} times upkeep", one.mean, "of upkeep's", one.low, one.high, one.n)
          for spend, one in zip(found.spends, found.relative, strict=True)),
    )  # fmt: skip
    back = "none that was tried" if np.isinf(found.ratio) else f"{found.ratio:.2f} times upkeep"
    return Finding(
        "S5",
        verdict_of(numbers),
        f"After half a year without training and coaching the least spend that is back at {SHARE:.0%} of the speed a "
        f"year later is {back}; the lowest speed tried ends at {numbers[1].value:.0%}.",
        numbers,
        table=_restart_table(found),
        robustness=_in_worlds(effort, ("healthy",), _restart_is_dear, "1.5 times upkeep ends below 95% of the speed"),
    )


def _restart_table(found: Restart) -> pd.DataFrame:
    return band_table(found.shares, list(found.spends), "spend")


def _restart_is_dear(worlds: Mapping[str, Scenario], seeds: range) -> bool:
    found = restart(worlds["healthy"], list(seeds), spends=(_LIMIT,), workers=1)
    return bool(found.relative[0].mean < SHARE)


def _figure_s1(finding: Finding) -> Figure:
    return lines(finding, "week", "share of the final response", percent="y")


def _figure_s4(finding: Finding) -> Figure:
    return points(finding, "relative response over the push", percent=False)


def _figure_s5(finding: Finding) -> Figure:
    return lines(finding, "spend", "speed at the end", percent="y", axis_label="spend after the pause, times upkeep")


def _figure_s3(finding: Finding) -> Figure:
    from tests.patterns.making.plots import blank, heat, table_of  # noqa: PLC0415 - only this figure

    figure, (ax,) = blank(6.4, 4.2)
    heat(table_of(finding).rename(columns={"share": "value"}), ax, "halved", "named")
    return figure


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
            "weeks to half of the final response of each stage (mean of the last 26 weeks), bootstrap over seeds",
            "every stage raised; no lag significantly shorter than that of the stage before",
        ),
        _test_s1,
        _figure_s1,
        modules=("sim.questions.wheel.gain", "sim.measures.wheel"),
        scenarios=("baseline",),
    ),
    Pattern(
        "S3",
        "The weakest link is found",
        "sales",
        ("F3", "F5"),
        Plan(
            "healthy",
            f"execution of one stage {_HALF:g} from week 0; the finder adds {STEP:g} to that of each",
            "second year of 117 weeks from week 0",
            "share of 10 replicates in which the halved link raises bookings most",
            "at least 0.9 for each of the five",
        ),
        _test_s3,
        _figure_s3,
        modules=("sim.questions.wheel",),
        scenarios=("healthy",),
    ),
    Pattern(
        "S4",
        "The wheel accelerates or brakes",
        "sales",
        ("F1", "S-e"),
        Plan(
            "healthy, stalled",
            f"wheel cut at one stage, {PUSH:.0%} put in behind the cut; enablement.coaching_hours_per_month 0",
            "104 weeks from week 0, read over weeks 92 to 117",
            "relative response that arrives before the cut, over the push",
            "above 1 in healthy, below 1 in stalled, lower without coaching, alike at all five cuts",
        ),
        _test_s4,
        _figure_s4,
        modules=("sim.questions.wheel",),
        scenarios=("healthy", "stalled"),
    ),
    Pattern(
        "S5",
        "Restart costs more than upkeep",
        "sales",
        ("F4",),
        Plan(
            "healthy",
            f"training and coaching 0 for 26 weeks, then {', '.join(f'{one:g}' for one in SPENDS)} times as before",
            "last 13 of 78 weeks from week 0",
            "least constant multiple of upkeep that ends at 95% of the bookings with upkeep throughout",
            "at least 1.5, bootstrap interval above 1",
        ),
        _test_s5,
        _figure_s5,
        modules=("sim.questions.wheel.hysteresis",),
        scenarios=("healthy",),
    ),
)
