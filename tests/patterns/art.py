"""Art and science: codify and train (A1), losing the stars (A2), process, coaching and relationship (A3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.answers.palette import BLUE, VERMILLION
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import (
    DRAW_KEY,
    FEWEST,
    Outcome,
    Trial,
    average,
    difference,
    in_draws,
    in_parallel,
    level,
    mean_gain,
    over,
    run,
    run_all,
    seat_bookings,
)
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, above, verdict_of
from tests.patterns.making.plots import blank, numbers_table, points, table_of

if TYPE_CHECKING:
    import threading

    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

FIRST, LAST = 104, 156
"""Year 3. [weeks]"""

_KEPT = ("capabilities.art_share",)  # the same people: how much of their selling is art is no lever


def codify_and_train() -> dict[str, Any]:
    """The levers in which `process_led` differs from `art_led`."""
    old, new = Scenario.load("art_led"), Scenario.load("process_led")
    names = [item.dotted for item in all_parameters() if item.dotted not in _KEPT]
    return {name: new[name] for name in names if new[name] != old[name]}


def _median(world: World) -> float:
    return float(np.median(seat_bookings(world, FIRST, LAST)))


def _spread(world: World) -> float:
    """Logarithm of P90/P10 of reps' bookings of year 3; not a number if a tenth sold nothing."""
    low, high = np.percentile(seat_bookings(world, FIRST, LAST), (10.0, 90.0))
    return float(np.log(high / low)) if low > 0.0 else float("nan")


def _by_rep() -> dict[str, Any]:
    return {"median": _median, "spread": _spread, "bookings": over("bookings", FIRST, LAST)}


def _codified() -> dict[str, Trial]:
    cases: dict[str, Changes] = {"codified": codify_and_train()}
    return {"art_led": Trial("art_led", cases, _by_rep()), "process_led": Trial("process_led", {}, _by_rep())}


def _test_a1(effort: Effort) -> Finding:
    trials = _codified()
    found = run_all(trials, effort)
    art, taught, process = found["art_led"]["as_is"], found["art_led"]["codified"], found["process_led"]["as_is"]
    numbers = (
        difference("median rep's bookings of year 3", taught["median"], art["median"], needed="above 0"),
        _narrower("log of P90/P10 of reps' bookings", taught["spread"], art["spread"], "below 0"),
        _narrower("log of P90/P10, art_led against process_led", art["spread"], process["spread"], "above 0"),
        difference("bookings of year 3", taught["bookings"], art["bookings"]),
        *(
            _ratio(name, one["spread"])
            for name, one in (("art_led", art), ("codified", taught), ("process_led", process))
        ),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        one, other = outcomes["art_led"], outcomes["process_led"]["as_is"]
        median = mean_gain(one["codified"]["median"], one["as_is"]["median"])
        narrower = mean_gain(one["codified"]["spread"], one["as_is"]["spread"])
        return median > 0.0 > narrower and mean_gain(one["as_is"]["spread"], other["spread"]) > 0.0

    return Finding(
        "A1",
        verdict_of(numbers),
        f"Codifying star practice and training everyone in it changes the median rep's bookings of year 3 by "
        f"{numbers[0].value:+.1%} and P90/P10 from {numbers[4].value:.1f} to {numbers[5].value:.1f}; art_led has "
        f"{numbers[4].value:.1f} against {numbers[6].value:.1f} of process_led.",
        numbers,
        table=numbers_table(numbers[:3]),
        where="Territories differ by as much as people do, so most of P90/P10 is not art and stays.",
        robustness=in_draws(trials, effort, holds, "all three mean differences have their sign", most=100),
    )


def _narrower(name: str, case: Floats, base: Floats, needed: str) -> Number:
    return difference(name, case, base, needed=needed, relative=False, unit="log")


def _ratio(name: str, logs: Floats) -> Number:
    """Geometric mean of P90/P10 over seeds."""
    one = level(f"P90/P10, {name}", logs, "ratio")
    known = None if one.low is None or one.high is None else (float(np.exp(one.low)), float(np.exp(one.high)))
    low, high = known or (None, None)
    return replace(one, value=float(np.exp(one.value)), low=low, high=high)


def _figure_a1(finding: Finding) -> Figure:
    return points(finding, "change; of P90/P10 in its logarithm", percent=False)


STARS = {"week": 0, "event": "star_leaves", "arguments": {"count": 2}, "label": "The two best leave"}
_LED = ("art_led", "process_led")


def _stars() -> dict[str, Trial]:
    readings = {"bookings": over("bookings"), "first": over("bookings", 0, 52)}
    return {name: Trial(name, {"without": [STARS]}, readings) for name in _LED}


def _loss(found: Outcome, name: str) -> Floats:
    """Share of bookings lost without the stars, by seed. [seeds]."""
    lost: Floats = 1.0 - found["without"][name] / found["as_is"][name]
    return lost


def _test_a2(effort: Effort) -> Finding:
    trials = _stars()
    found = run_all(trials, effort)
    lost = {(led, name): _loss(found[led], name) for led in _LED for name in ("bookings", "first")}
    numbers = (
        difference(
            "share of three years' bookings lost, art_led less process_led",
            lost["art_led", "bookings"],
            lost["process_led", "bookings"],
            needed="above 0",
            relative=False,
            unit="share",
        ),
        level("art_led: lost of three years", lost["art_led", "bookings"], "share"),
        level("process_led: lost of three years", lost["process_led", "bookings"], "share"),
        level("art_led: lost of the first year", lost["art_led", "first"], "share"),
        level("process_led: lost of the first year", lost["process_led", "first"], "share"),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        art, process = (float(np.mean(_loss(outcomes[led], "bookings"))) for led in _LED)
        return art > process

    return Finding(
        "A2",
        verdict_of(numbers),
        f"Losing the two best of 48 reps costs art_led {numbers[1].value:.1%} of three years' bookings and process_led "
        f"{numbers[2].value:.1%} (first year {numbers[3].value:.1%} and {numbers[4].value:.1%}).",
        numbers,
        table=numbers_table(numbers),
        where="Two of 48 reps are 4% of the force; their territories are filled again after some months.",
        robustness=in_draws(trials, effort, holds, "mean share lost greater in art_led", most=100),
    )


def _figure_a2(finding: Finding) -> Figure:
    return points(finding, "share of bookings lost")


FORMALITIES = (0.2, 0.5, 0.8)
"""Left to the manager, informal, formal: the order of MGR-07 to MGR-09."""

LOW, HIGH = FORMALITIES[0], FORMALITIES[-1]
LEVERS = {"process": "enablement.process_formality", "coaching": "enablement.coaching_formality"}
OUTCOMES = {"win_rate": "win rate", "share_at_quota": "share of reps at quota"}

FIRMS: dict[str, tuple[float, float]] = {
    "enablement.process_formality": (0.0, 1.0),
    "enablement.coaching_formality": (0.0, 1.0),
    "enablement.coaching_hours_per_month": (0.0, 6.0),
    "training.hours_per_quarter": (0.0, 18.0),
    "structure.field_hours_per_week": (0.0, 8.0),
}
"""Ranges from which simulated firms are drawn; each has its own seed and its own burn-in."""

LEVELS = ("level 1", "level 2", "level 3")
"""Thirds of the firms by relationship level, as in the evidence (SRP-01)."""

COUNT = 150
"""Most simulated firms."""

FIRMS_PER_SEED = 2.5
"""Firms for each seed of an effort: all 150 from 60 seeds on."""


def _levers() -> Trial:
    cases: dict[str, Changes] = {
        f"{name} {value:g}": {dotted: value} for name, dotted in LEVERS.items() for value in FORMALITIES
    }
    return Trial("baseline", cases, {name: over(name) for name in OUTCOMES})


def _test_a3(effort: Effort) -> Finding:
    trial = _levers()
    found = run(trial, effort)
    numbers = [
        difference(
            f"{text}, {lever} formality {LOW:g} to {HIGH:g}",
            found[f"{lever} {HIGH:g}"][name],
            found[f"{lever} {LOW:g}"][name],
            needed="above 0",
        )
        for lever in LEVERS
        for name, text in OUTCOMES.items()
    ]
    enough = effort.seeds >= FEWEST
    for lever in LEVERS:
        for name, text in OUTCOMES.items():
            means = [float(np.nanmean(found[f"{lever} {value:g}"][name])) for value in FORMALITIES]
            numbers.append(_steps(f"{text}, {lever} formality", means, effort.seeds, enough=enough))
    firms = _firms(effort)
    thirds = {name: [float(firms.loc[firms["level"] == one, name].mean()) for one in LEVELS] for name in OUTCOMES}
    for name, text in OUTCOMES.items():
        numbers.append(_correlation(f"{text} with relationship level", firms["relationship"], firms[name]))
        numbers.append(_steps(f"{text}, relationship level", thirds[name], len(firms), enough=len(firms) >= 3 * FEWEST))

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["A3"]
        gains = [
            mean_gain(part[f"{one} {HIGH:g}"][name], part[f"{one} {LOW:g}"][name])
            for one in LEVERS
            for name in OUTCOMES
        ]
        return min(gains) > 0.0

    means = {name: " to ".join(f"{share:.0%}" for share in thirds[name]) for name in OUTCOMES}
    return Finding(
        "A3",
        verdict_of(numbers),
        f"From a formality of {LOW:g} to {HIGH:g} the win rate rises by {numbers[0].value:+.1%} (process) and "
        f"{numbers[2].value:+.1%} (coaching); over {len(firms)} simulated firms it goes from relationship level 1 to 3 "
        f"as {means['win_rate']}, and reps at quota as {means['share_at_quota']}.",
        tuple(numbers),
        tried=_tried_a3(firms, numbers),
        table=firms,
        where="The relationship level of a firm is the mean of buyers' trust and of how well accounts are known in "
        "year 3. Quotas follow what was sold before, so the share at quota moves less than sales do.",
        robustness=in_draws({"A3": trial}, effort, holds, "all four mean differences above 0", most=100),
    )


def _tried_a3(firms: pd.DataFrame, numbers: list[Number]) -> str:
    """What is not met, and how exactly the thirds of the firms are known."""
    unmet = [one.name for one in numbers if one.met is False]
    if not unmet:
        return ""
    errors = {name: float(firms.groupby("level")[name].sem().max()) for name in OUTCOMES}
    known = " and ".join(f"{errors[name]:.1%} ({text})" for name, text in OUTCOMES.items())
    return f"Not met: {', '.join(unmet)}. The standard error of the mean of a third of the firms is up to {known}."


def _steps(name: str, means: list[float], n: int, *, enough: bool) -> Number:
    """The least step of means that should rise in the order of the evidence."""
    least = float(np.diff(means).min())
    return Number(f"{name}: least step", least, "share", None, None, n, "rising", least > 0.0 if enough else None)


def _firms(effort: Effort) -> pd.DataFrame:
    """Simulated firms that have always been as they are. [firms x columns]."""
    count = min(COUNT, max(6, round(FIRMS_PER_SEED * effort.seeds)))
    places = scipy.stats.qmc.LatinHypercube(d=len(FIRMS), rng=np.random.default_rng(DRAW_KEY)).random(count)
    draws = scipy.stats.qmc.scale(places, *zip(*FIRMS.values(), strict=True))
    readings = {name: over(name, FIRST, LAST) for name in OUTCOMES}
    readings |= {"trust": average("buyer_trust", FIRST, LAST), "known": average("intimacy", FIRST, LAST)}

    def job(number: int, stopped: threading.Event) -> dict[str, float]:
        start = dict(zip(FIRMS, map(float, draws[number]), strict=True))
        found: dict[str, float] = Trial("baseline", {}, readings, start=start).resolved().run(number, stopped)["as_is"]
        return found

    firms = pd.DataFrame(in_parallel(job, count, effort))
    firms["relationship"] = (firms["trust"] + firms["known"]) / 2.0
    order = firms["relationship"].rank(method="first", pct=True)
    firms["level"] = [LEVELS[min(2, int(3.0 * place - 1e-9))] for place in order]
    return firms


def _correlation(name: str, one: pd.Series[float], other: pd.Series[float]) -> Number:
    """Spearman's rank correlation with Fisher's interval."""
    n = len(one)
    value = float(scipy.stats.spearmanr(one, other).statistic)
    if n <= FEWEST or not abs(value) < 1.0:
        return Number(name, value, "rank correlation", None, None, n, "above 0", None)
    width = 1.96 * 1.03 / np.sqrt(n - 3.0)
    low, high = (float(np.tanh(np.arctanh(value) + sign * width)) for sign in (-1.0, 1.0))
    return Number(name, value, "rank correlation", low, high, n, "above 0", above(value, low, high))


def _figure_a3(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, panels = blank(8.4, 3.4, 2)
    for ax, (name, text) in zip(panels, OUTCOMES.items(), strict=True):
        ax.scatter(rows["relationship"], rows[name], s=14, color=BLUE, alpha=0.6, linewidths=0)
        for one in LEVELS:
            part = rows[rows["level"] == one]
            if len(part):
                ax.plot(part["relationship"].mean(), part[name].mean(), "D", color=VERMILLION, markersize=7)
        ax.set_title(text.capitalize())
        ax.set_xlabel("relationship level of the firm")
        ax.yaxis.set_major_formatter("{x:.0%}")
    return figure


PATTERNS = (
    Pattern(
        "A1",
        "Codify and train",
        "art",
        ("S-a", "S-b", "S-c"),
        Plan(
            "art_led, process_led",
            "art_led with process_led's levers of process, coaching, training and codification from week 0, art_share "
            "kept",
            "weeks 104 to 155 (year 3)",
            "paired differences of the median rep's bookings and of P90/P10 over reps; art_led against process_led",
            "median above 0; P90/P10 below 0; art_led's P90/P10 above process_led's",
        ),
        _test_a1,
        _figure_a1,
        scenarios=_LED,
    ),
    Pattern(
        "A2",
        "Losing the stars",
        "art",
        ("S-a", "L-f"),
        Plan(
            "art_led, process_led",
            "event star_leaves, count 2, week 0",
            "156 weeks from week 0",
            "share of bookings lost against the twin that keeps them, art_led less process_led",
            "interval above 0",
        ),
        _test_a2,
        _figure_a2,
        scenarios=_LED,
    ),
    Pattern(
        "A3",
        "Process, coaching, relationship",
        "art",
        ("S-b",),
        Plan(
            "baseline; 150 firms: five levers drawn by Latin hypercube, each firm with its own luck",
            "enablement.process_formality and enablement.coaching_formality 0.2, 0.5 and 0.8, one at a time",
            "156 weeks from week 0; firms: weeks 104 to 155",
            "paired differences of win rate and share of reps at quota; rank correlation over firms with their "
            "relationship level",
            "differences 0.2 to 0.8 above 0, means rising from step to step (MGR-07 to MGR-12); correlations above 0; "
            "means of the thirds of firms rising from level 1 to 3 (SRP-07 to SRP-09)",
        ),
        _test_a3,
        _figure_a3,
        scenarios=("baseline",),
    ),
)
