"""Lean selling: what each remedy brings alone and together (N1), more leads (N2), load and neglect (N3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from agents.machinery.formulas import effort_response
from agents.machinery.rule import uncompiled
from sim.answers.palette import VERMILLION
from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import (
    DRAW_KEY,
    Outcome,
    Trial,
    average,
    difference,
    in_draws,
    in_parallel,
    inside,
    level,
    mean_gain,
    over,
    ratio_of_means,
    run,
    run_all,
    stacked,
)
from tests.patterns.making.paired import window as weeks_of
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, blank, draw_lines, frame_line, numbers_table, points, table_of

if TYPE_CHECKING:
    import threading

    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

FIRST, LAST = 39, 52  # the fourth quarter after the change. [weeks]

FLOW = ("operations.wip_limit", "operations.capacity_sense", "strategy.qualification_threshold")
ALONE = {"flow": FLOW, "alignment": ("enablement.alignment",), "ICP clarity": ("strategy.icp_clarity",)}
"""Levers that each remedy sets to what `lean_after` has."""

PROTECTED = "operations.protected_prospecting_hours"
LEAST_BOOKINGS, LEAST_WIN_RATE = 0.6, 0.2  # what the pattern asks of all remedies together
CLAIMED_BOOKINGS = 1.0  # what the claim says

STARTS: dict[str, tuple[float, float]] = {
    "market.needs_per_account_year": (0.08, 0.85),
    "strategy.icp_clarity": (0.05, 0.5),
    "strategy.qualification_threshold": (0.0, 0.3),
    "operations.wip_limit": (0.0, 24.0),
    "operations.capacity_sense": (0.0, 0.5),
    "operations.protected_prospecting_hours": (0.0, 3.0),
    "operations.marketing_leads_per_week": (0.05, 0.5),
    "enablement.alignment": (0.1, 0.5),
    "enablement.process_formality": (0.1, 0.5),
}
"""Starting situations: ranges a Latin hypercube is drawn from; below 8 the limit on work in progress is none."""

_LEAST_LIMIT = 8.0


def remedies() -> dict[str, Any]:
    """Every parameter in which `lean_after` differs from `lean_before`, with its new value."""
    old, new = Scenario.load("lean_before"), Scenario.load("lean_after")
    return {item.dotted: new[item.dotted] for item in all_parameters() if new[item.dotted] != old[item.dotted]}


def _readings() -> dict[str, Any]:
    return {
        "win_rate": over("win_rate", FIRST, LAST),
        "bookings": over("bookings", FIRST, LAST),
        "per_rep": over("bookings_per_rep_year", FIRST, LAST),
        "wins": over("won_per_year", FIRST, LAST),
        "open": average("opportunities", FIRST, LAST),
        "per_seat": over("opportunities_per_rep", FIRST, LAST),
    }


def _before_and_after() -> dict[str, Trial]:
    known = remedies()
    cases: dict[str, Changes] = {name: {one: known[one] for one in levers} for name, levers in ALONE.items()}
    cases["together"] = known
    starved: dict[str, Changes] = {"prospecting": {PROTECTED: known[PROTECTED]}}
    return {
        "before": Trial("lean_before", cases, _readings(), weeks=LAST),
        "starved": Trial("lean_starved", starved, _readings(), weeks=LAST),
    }


def _test_n1(effort: Effort) -> Finding:
    trials = _before_and_after()
    found = run_all(trials, effort)
    before, starved = found["before"], found["starved"]
    base, all_of = before["as_is"], before["together"]
    rise = ratio_of_means("together: bookings per rep", all_of["per_rep"], base["per_rep"])
    hits = ratio_of_means("together: win rate", all_of["win_rate"], base["win_rate"])
    numbers = [
        inside(rise, LEAST_BOOKINGS, np.inf, "mean at least +60%"),
        inside(hits, LEAST_WIN_RATE, np.inf, "mean at least +20%"),
        difference("together: wins", all_of["wins"], base["wins"]),
        difference(
            "prospecting on lean_starved: bookings",
            starved["prospecting"]["bookings"],
            starved["as_is"]["bookings"],
            needed="above 0",
        ),
    ]
    for name in ALONE:
        numbers += _either(name, before[name], base)
    situations = _situations(effort)
    reached = _reached(situations, CLAIMED_BOOKINGS)
    least = _reached(situations, LEAST_BOOKINGS)
    numbers.append(Number("starting situations that reach the claim", reached, "share", n=len(situations)))
    return Finding(
        "N1",
        verdict_of(numbers),
        f"All remedies together raise bookings per rep by {rise.value:.0%} and the win rate by {hits.value:.0%}; of "
        f"{len(situations)} starting situations {reached:.0%} reach the claim (+100% and +20%) and {least:.0%} the "
        "pattern (+60% and +20%).",
        tuple(numbers),
        table=situations,
        where=_where(situations),
        robustness=in_draws(
            trials,
            effort,
            _pays,
            "together at least +60% and +20%; each remedy's mean above 0 in win rate or bookings",
            most=100,
        ),
    )


def _either(name: str, case: dict[str, Floats], base: dict[str, Floats]) -> list[Number]:
    """A remedy alone: met if the win rate or bookings are raised."""
    rate = difference(f"{name} alone: win rate", case["win_rate"], base["win_rate"], needed="above 0, or bookings are")
    sold = difference(f"{name} alone: bookings", case["bookings"], base["bookings"], needed="above 0")
    met = None if rate.met is None else bool(rate.met or sold.met)
    return [replace(rate, met=met), replace(sold, needed="", met=None)]


def _pays(found: dict[str, Outcome]) -> bool:
    before, starved = found["before"], found["starved"]
    base = before["as_is"]
    alone = [max(mean_gain(before[name][of], base[of]) for of in ("win_rate", "bookings")) for name in ALONE] + [
        mean_gain(starved["prospecting"]["bookings"], starved["as_is"]["bookings"])
    ]
    both = [mean_gain(before["together"][of], base[of]) for of in ("per_rep", "win_rate")]
    return min(alone) > 0.0 and both[0] >= LEAST_BOOKINGS and both[1] >= LEAST_WIN_RATE


def _situations(effort: Effort) -> pd.DataFrame:
    """What all remedies together bring from other starting situations. [situations x columns]."""
    count = max(4, min(100, effort.seeds // 2))
    places = scipy.stats.qmc.LatinHypercube(d=len(STARTS), rng=np.random.default_rng(DRAW_KEY)).random(count)
    draws = scipy.stats.qmc.scale(places, *zip(*STARTS.values(), strict=True))
    after = remedies()

    def job(number: int, stopped: threading.Event) -> tuple[float, ...]:
        start = dict(zip(STARTS, map(float, draws[number]), strict=True))
        if start["operations.wip_limit"] < _LEAST_LIMIT:
            start["operations.wip_limit"] = 0.0
        trial = Trial("lean_before", {"together": after}, _readings(), weeks=LAST, start=start)
        resolved = trial.resolved()
        part = stacked([resolved.run(seed, stopped) for seed in range(4)])
        gains = [mean_gain(part["together"][name], part["as_is"][name]) for name in ("per_rep", "win_rate")]
        return (*gains, float(np.mean(part["as_is"]["per_seat"])), float(np.mean(part["as_is"]["win_rate"])))

    rows = in_parallel(job, count, effort)
    return pd.DataFrame(rows, columns=["bookings", "win_rate", "open_per_rep", "win_rate_before"])


def _reached(situations: pd.DataFrame, bookings: float) -> float:
    return float(((situations["bookings"] >= bookings) & (situations["win_rate"] >= LEAST_WIN_RATE)).mean())


def _where(situations: pd.DataFrame) -> str:
    """Whether it is the loaded organizations that gain."""
    middle = float(situations["open_per_rep"].median())
    loaded = situations["open_per_rep"] > middle
    high, low = (_reached(situations[part], CLAIMED_BOOKINGS) for part in (loaded, ~loaded))
    return (
        f"Of the half that starts with more than {middle:.1f} open opportunities per rep {high:.0%} reach the claim, "
        f"of the other half {low:.0%}."
    )


def _figure_n1(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, (ax,) = blank(6.4, 3.8)
    shown = ax.scatter(
        rows["open_per_rep"], rows["bookings"], c=rows["win_rate"].clip(-1.0, 2.0), cmap="viridis", s=26, linewidths=0
    )
    figure.colorbar(shown, ax=ax, label="rise of the win rate", format="{x:+.0%}")
    ax.axhline(CLAIMED_BOOKINGS, color=VERMILLION, linewidth=0.9, linestyle=(0, (4, 3)))
    frame_line(ax)
    ax.set_xlabel("open opportunities per rep before")
    ax.set_ylabel("rise of bookings per rep")
    ax.yaxis.set_major_formatter("{x:+.0%}")
    ax.set_title("All remedies together, by starting situation (dashed: the claim)")
    return figure


MORE_LEADS = 1.5
SAME = 0.03  # a change of wins whose whole interval lies within this share is none


def _leads() -> Trial:
    name = "operations.marketing_leads_per_week"
    leads = float(Scenario.load("lean_before")[name])
    return Trial("lean_before", {"leads": {name: MORE_LEADS * leads}}, _readings(), weeks=LAST)


def _test_n2(effort: Effort) -> Finding:
    trial = _leads()
    found = run(trial, effort)
    more, base = found["leads"], found["as_is"]
    wins = difference("wins", more["wins"], base["wins"])
    numbers = (
        difference("open opportunities", more["open"], base["open"], needed="above 0"),
        _same(wins),
        difference("win rate", more["win_rate"], base["win_rate"], needed="below 0"),
        difference("bookings", more["bookings"], base["bookings"]),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["N2"]
        gain = {name: mean_gain(part["leads"][name], part["as_is"][name]) for name in ("open", "wins", "win_rate")}
        return gain["open"] > 0.0 and gain["wins"] < SAME and gain["win_rate"] < 0.0

    lower = numbers[1].met is False and wins.high is not None and wins.high < 0.0
    return Finding(
        "N2",
        verdict_of(numbers),
        f"Half as many leads again change open opportunities by {numbers[0].value:+.1%}, wins by {wins.value:+.1%} and "
        f"the win rate by {numbers[2].value:+.1%}.",
        numbers,
        tried="Wins do not stay the same, they fall: where hours are short already, more leads take them from better "
        "opportunities. The claim, that treating the symptom does not help, holds the more."
        if lower
        else "",
        table=numbers_table(numbers),
        robustness=in_draws(
            {"N2": trial}, effort, holds, "mean open opportunities above 0, wins below +3%, win rate below 0"
        ),
    )


def _same(number: Number) -> Number:
    """Judge whether the whole interval lies within +-3%."""
    needed = "interval within -3% and +3%"
    if number.low is None or number.high is None:
        return replace(number, needed=needed)
    return replace(number, needed=needed, met=number.low > -SAME and number.high < SAME)


def _figure_n2(finding: Finding) -> Figure:
    return points(finding, "change with half as many leads again")


LOADS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0)  # needs per account, times those of `lean_before`

_FROM = 26  # weeks until the load has settled

BEST_EFFORT = 1.1209
"""Effort with the most effect per hour under the S-curve, in units of h0: the root of exp(x^2) = 1 + 2 x^2."""


def _utilisation(world: World) -> float:
    """Hours for opportunities over all that could be given them: the rest of the free time goes into prospecting."""
    past = weeks_of(world, _FROM)
    kept = float(world.scenario[PROTECTED]) * len(past.weekly)
    used, left = past.sum("hours_opportunities"), max(past.sum("hours_prospecting") - kept, 0.0)
    return used / (used + left) if used + left > 0.0 else 0.0


def _lead_time(world: World) -> float:
    """Mean weeks from need to close."""
    deals = weeks_of(world, _FROM).deals
    return float(np.mean(deals["closed"] - deals["created"])) if len(deals) else float("nan")


def _loaded(*, threshold: bool) -> Trial:
    """Chasing everything at a given load: no leads and no outreach, so that needs alone make it."""
    needs = "market.needs_per_account_year"
    usual = float(Scenario.load("lean_before")[needs])
    cases: dict[str, Changes] = {f"{load:g}": {needs: usual * load} for load in LOADS}
    readings = {"utilisation": _utilisation, "lead": _lead_time, "wins": over("won_per_year", _FROM)}
    start = {"mechanisms.prospecting": False, "mechanisms.marketing": False, "mechanisms.effort_threshold": threshold}
    return Trial("lean_before", cases, readings, weeks=104, start=start)


_CURVES = {"with a threshold": True, "plain saturation": False}


def _by_load(found: Outcome, name: str) -> Floats:
    """A reading by seed and load. [seeds, loads]."""
    return np.array([found[f"{load:g}"][name] for load in LOADS]).T


def _test_n3(effort: Effort) -> Finding:
    trials = {name: _loaded(threshold=threshold) for name, threshold in _CURVES.items()}
    found = run_all(trials, effort.share(0.25, least=6))
    judged = found["with a threshold"]
    wins, use, lead = (_by_load(judged, name) for name in ("wins", "utilisation", "lead"))
    peak = int(np.argmax(wins.mean(axis=0)))
    plain = int(np.argmax(_by_load(found["plain saturation"], "wins").mean(axis=0)))
    usual = float(parameter("buyers.effort_steepness").default)
    best = [best_effort(steepness) for steepness in (1.0, 0.0, usual)]
    numbers = (
        level("lead time against utilisation, curvature", _curvature(use, lead), "weeks", needed="above 0"),
        inside(
            Number("load with most wins", LOADS[peak], "x lean_before", n=len(wins)), 0.0, LOADS[-2], "not the highest"
        ),
        difference("wins at the highest load, against the peak", wins[:, -1], wins[:, peak], needed="below 0"),
        level("utilisation at the peak", use[:, peak], "share", needed="below 0.95", limit=0.95),
        inside(Number("best effort per deal, full S-curve", best[0], "h0", n=5), 1.1208, 1.121, "1.1209"),
        inside(Number("best effort per deal, plain saturation", best[1], "h0", n=5), 0.0, 0.01, "none (towards 0)"),
        Number(f"best effort per deal, steepness {usual:g} of the defaults", best[2], "h0"),
        Number("load with most wins, plain saturation", LOADS[plain], "x lean_before", n=len(wins)),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["with a threshold"]
        mean = _by_load(part, "wins").mean(axis=0)
        bend = _curvature(*(_by_load(part, name).mean(axis=0)[None] for name in ("utilisation", "lead")))
        return bool(np.argmax(mean) < len(LOADS) - 1 and bend[0] > 0.0)

    return Finding(
        "N3",
        verdict_of(numbers),
        f"Wins per rep are greatest at {LOADS[peak]:g} times the needs of lean_before, with {numbers[3].value:.0%} of "
        f"the hours in use; at {LOADS[-1]:g} times they are {numbers[2].value:+.0%} against that, and lead time has "
        f"gone from {lead[:, peak].mean():.0f} to {lead[:, -1].mean():.0f} weeks.",
        numbers,
        table=pd.concat([_load_table(name, one) for name, one in found.items()], ignore_index=True),
        robustness=in_draws(
            {"with a threshold": trials["with a threshold"]},
            effort,
            holds,
            "most wins below the highest load, and mean lead time bends upwards",
            most=100,
        ),
    )


def _curvature(use: Floats, lead: Floats) -> Floats:
    """Quadratic term of lead time over utilisation by seed; above 0 if lead time bends upwards. [weeks]."""
    fits = [np.polynomial.polynomial.polyfit(x, y, 2) for x, y in zip(use, lead, strict=True)]
    return np.array([float(fit[2]) for fit in fits])


def best_effort(steepness: float) -> float:
    """Effort with the most effect per hour under the engine's own response to it. [h0]."""
    response = uncompiled(effort_response)
    found = scipy.optimize.minimize_scalar(
        lambda effort: -response(effort, 1.0, steepness) / effort,
        bounds=(1e-3, 5.0),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(found.x)


def _load_table(name: str, found: Outcome) -> pd.DataFrame:
    use = _by_load(found, "utilisation").mean(axis=0)
    parts = []
    for measure, values in (("lead time, weeks", _by_load(found, "lead")), ("wins / year", _by_load(found, "wins"))):
        parts.append(band_table(values, LOADS, "load", panel=measure, case=name).assign(utilisation=use))
    return pd.concat(parts, ignore_index=True)


def _figure_n3(finding: Finding) -> Figure:
    rows = table_of(finding)
    figure, panels = blank(9.6, 3.4, 3)
    shown = (("lead time, weeks", "utilisation"), ("wins / year", "utilisation"), ("wins / year", "load"))
    for ax, (measure, axis) in zip(panels, shown, strict=True):
        draw_lines(ax, rows[rows["panel"] == measure], axis)
        ax.set_title(measure.capitalize())
        ax.set_xlabel(axis if axis == "utilisation" else "needs, times those of lean_before")
    for ax in panels[:2]:
        ax.xaxis.set_major_formatter("{x:.0%}")
    return figure


PATTERNS = (
    Pattern(
        "N1",
        "Remedies alone and together",
        "lean",
        ("L-a", "L-b", "L-c"),
        Plan(
            "lean_before, lean_after, lean_starved",
            "to lean_after's values: wip_limit, capacity_sense and qualification_threshold; alignment; icp_clarity; "
            "all that differs; on lean_starved protected_prospecting_hours",
            "weeks 39 to 51",
            "paired differences of win rate (of all closed) and bookings; share of 100 starting situations reaching "
            "+100% bookings per rep and +20% win rate",
            "each alone above 0 in win rate or bookings; prospecting above 0 in bookings; together at least +60% "
            "bookings per rep and +20% win rate",
        ),
        _test_n1,
        _figure_n1,
        scenarios=("lean_before", "lean_after", "lean_starved"),
    ),
    Pattern(
        "N2",
        "More leads",
        "lean",
        ("L-e",),
        Plan(
            "lean_before",
            "operations.marketing_leads_per_week +50%",
            "weeks 39 to 51",
            "paired differences of open opportunities, wins and win rate",
            "opportunities above 0; wins within -3% and +3%; win rate below 0",
        ),
        _test_n2,
        _figure_n2,
        scenarios=("lean_before",),
    ),
    Pattern(
        "N3",
        "Load and neglect",
        "lean",
        ("L-c",),
        Plan(
            "lean_before, prospecting and marketing off",
            "market.needs_per_account_year 0.25 to 2 times; mechanisms.effort_threshold on and off",
            "weeks 26 to 103",
            "lead time and wins by utilisation; effort with the most effect per hour",
            "curvature of lead time over utilisation above 0; most wins below the highest load and below 95% "
            "utilisation; best effort 1.1209 h0 with a full S-curve, none without",
        ),
        _test_n3,
        _figure_n3,
        scenarios=("lean_before",),
    ),
)
