"""The evil flywheel turning (E3) and treated (E4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from agents.rep.record import CUSTOMER_HOURS
from sim.measures.whole_run import measured
from sim.scenario.scenario import Scenario
from tests.patterns.making.paired import (
    Outcome,
    Trial,
    average,
    difference,
    in_draws,
    level,
    mean_gain,
    over,
    run,
    run_all,
)
from tests.patterns.making.paired import window as weeks_of
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import blank, heat, numbers_table, points, table_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.engine.world import World
    from sim.studies.cases import Changes
    from tests.patterns.making.pattern import Effort

FIRST, LAST = 104, 156
"""Year 3. [weeks]"""

CURE_FROM = 78
"""Week of the treatment."""

NO_RESPONSE = {"week": 0, "parameter": "management.response", "value": "none", "label": "Misses are not answered"}
FROZEN = {"week": CURE_FROM, "parameter": "management.response", "value": "none", "label": "No further overlay"}

STARTS = ((0, 0), (2, 1), (4, 2), (8, 4), (16, 8))
"""Product and industry specialists to begin with, of 48 reps."""

STRETCHES = (0.0, 0.125, 0.25, 0.5)

_OWN_STRETCH = 0.25  # what the scenario's own interventions bring


def _customer_hours(world: World) -> float:
    past = weeks_of(world, FIRST, LAST)
    return sum(past.mean(name) for name in CUSTOMER_HOURS)


def _gap(world: World) -> float:
    """Reported less true share of external reasons in year 3. [share]."""
    past = weeks_of(world, FIRST, LAST)
    return measured("external_reported_share", past) - measured("external_true_share", past)


def _year_3() -> dict[str, Any]:
    return {
        "trust": average("rep_trust", FIRST, LAST),
        "gap": _gap,
        "reported": over("external_reported_share", FIRST, LAST),
        "true": over("external_true_share", FIRST, LAST),
        "overlays": average("specialists", FIRST, LAST),
        "hours": _customer_hours,
        "bookings": over("bookings", FIRST, LAST),
        "attainment": over("attainment", FIRST, LAST),
        "error": average("perception_error", FIRST, LAST),
        "net": over("net_contribution"),
    }


def _evil() -> Trial:
    return Trial("evil", {"none": [NO_RESPONSE]}, _year_3())


_LINKS = {"trust": -1, "gap": 1, "overlays": 1, "hours": -1, "bookings": -1}
"""What the overlay response does to each link, as the pattern says."""


def _turns(found: dict[str, Outcome]) -> bool:
    evil, none = found["E3"]["as_is"], found["E3"]["none"]
    gains = {name: float((evil[name] - none[name]).mean()) * sign for name, sign in _LINKS.items()}
    return all(gain > 0.0 for gain in gains.values()) and float(evil["gap"].mean()) > 0.0


def _test_e3(effort: Effort) -> Finding:
    trial = _evil()
    found = run(trial, effort)
    evil, none = found["as_is"], found["none"]
    numbers = (
        difference("rep trust", evil["trust"], none["trust"], needed="below 0"),
        level("reported above true share of external reasons", evil["gap"], "share", needed="above 0"),
        difference(
            "the same gap, against none", evil["gap"], none["gap"], needed="above 0", relative=False, unit="share"
        ),
        difference("overlay specialists", evil["overlays"], none["overlays"], needed="above 0"),
        difference("customer hours", evil["hours"], none["hours"], needed="below 0"),
        difference("bookings of year 3", evil["bookings"], none["bookings"], needed="below 0"),
        difference("net contribution of three years", evil["net"], none["net"]),
        level("reported share, overlays", evil["reported"], "share"),
        level("true share, overlays", evil["true"], "share"),
        level("overlay specialists in year 3", evil["overlays"], "specialists"),
    )
    grid = _map(effort)
    worse = int((grid["high"] < 0.0).sum())
    better = int((grid["low"] > 0.0).sum())
    return Finding(
        "E3",
        verdict_of(numbers),
        f"Answering misses with overlays changes rep trust by {numbers[0].value:+.1%}, customer hours by "
        f"{numbers[4].value:+.1%} and bookings of year 3 by {numbers[5].value:+.1%}; external reasons are reported "
        f"{numbers[1].value * 100.0:+.1f} points above their true share.",
        numbers,
        table=grid,
        where=f"Of {len(grid)} combinations of starting overlays and stretch, bookings of year 3 end lower in {worse}, "
        f"higher in {better}, and cannot be told apart in {len(grid) - worse - better} ({int(grid['n'].iloc[0])} seeds "
        "each).",
        robustness=in_draws(
            {"E3": trial}, effort, _turns, "all five mean differences have their sign, and the gap is above 0", most=100
        ),
    )


def _map(effort: Effort) -> pd.DataFrame:
    """Where overlays as an answer end lower: bookings of year 3 by starting overlays and stretch."""
    part = effort.share(0.1, least=4)
    trials = {
        f"{product}+{industry}": Trial(
            "evil",
            {f"{stretch:g} {response}": _answer(stretch, response) for stretch in STRETCHES for response in _ANSWERS},
            {"bookings": over("bookings", FIRST, LAST)},
            start={"structure.product_specialists": product, "structure.industry_specialists": industry},
        )
        for product, industry in STARTS
    }
    found = run_all(trials, part)
    rows = []
    for start in STARTS:
        outcome = found[f"{start[0]}+{start[1]}"]
        for stretch in STRETCHES:
            pair = [outcome[f"{stretch:g} {response}"]["bookings"] for response in _ANSWERS]
            one = difference("", *pair)
            rows.append((f"{sum(start) / 48.0:.2f}", f"{stretch:.1%}", one.value, one.low, one.high, one.n))
    return pd.DataFrame(rows, columns=["overlay ratio at the start", "stretch", "value", "low", "high", "n"])


_ANSWERS = ("overlay", "none")


def _answer(stretch: float, response: str) -> Changes:
    """What replaces the scenario's own stretch and answer at week 0."""
    factor = (1.0 + stretch) / (1.0 + _OWN_STRETCH)
    return [
        {"week": 0, "parameter": "strategy.stretch", "value": stretch},
        {"week": 0, "event": "quota_change", "arguments": {"factor": factor}},
        {"week": 0, "parameter": "management.response", "value": response},
    ]


def _figure_e3(finding: Finding) -> Figure:
    rows = table_of(finding)
    rows = rows.assign(clear=(rows["low"] > 0.0) | (rows["high"] < 0.0))
    figure, (ax,) = blank(6.4, 3.6)
    heat(
        rows,
        ax,
        "overlay ratio at the start",
        "stretch",
        starred="clear",
        bar="bookings of year 3, overlays against none",
    )
    ax.set_title("Where overlays as an answer to misses pay (* interval excludes 0)")
    return figure


def treatment() -> list[dict[str, Any]]:
    """What `evil_treated` does from week 78 on, as its file says."""
    specs = Scenario.load("evil_treated").interventions
    return [spec.model_dump(exclude_unset=True) for spec in specs if spec.week >= CURE_FROM]


def _treated() -> Trial:
    return Trial("evil", {"treated": treatment(), "frozen": [FROZEN]}, _year_3(), fork=CURE_FROM)


_CURED = {"trust": 1, "error": -1, "attainment": 1, "bookings": 1}


def _test_e4(effort: Effort) -> Finding:
    trial = _treated()
    found = run(trial, effort)
    evil, cured, frozen = (found[name] for name in ("as_is", "treated", "frozen"))
    numbers = (
        difference("rep trust", cured["trust"], evil["trust"], needed="above 0"),
        difference("managers' error about potential", cured["error"], evil["error"], needed="below 0"),
        difference("attainment", cured["attainment"], evil["attainment"], needed="above 0"),
        difference("bookings of year 3", cured["bookings"], evil["bookings"], needed="above 0"),
        difference(
            "bookings of year 3, against frozen overlays", cured["bookings"], frozen["bookings"], needed="above 0"
        ),
        difference("frozen overlays: bookings of year 3", frozen["bookings"], evil["bookings"]),
        difference("frozen overlays: rep trust", frozen["trust"], evil["trust"]),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["E4"]
        gains = [mean_gain(part["treated"][name], part["as_is"][name]) * sign for name, sign in _CURED.items()]
        return min(gains) > 0.0 and mean_gain(part["treated"]["bookings"], part["frozen"]["bookings"]) > 0.0

    return Finding(
        "E4",
        verdict_of(numbers),
        f"Against the untreated twin, deep dives and root-cause reviews change rep trust of year 3 by "
        f"{numbers[0].value:+.1%}, managers' error by {numbers[1].value:+.1%} and bookings by {numbers[3].value:+.1%}; "
        f"against a twin that only adds no more overlays bookings by {numbers[4].value:+.1%}.",
        numbers,
        table=numbers_table(numbers),
        robustness=in_draws({"E4": trial}, effort, holds, "all five mean differences have their sign", most=100),
    )


def _figure_e4(finding: Finding) -> Figure:
    return points(finding, "year 3, against the untreated twin unless said")


PATTERNS = (
    Pattern(
        "E3",
        "The evil flywheel turns",
        "evil",
        ("E-a", "E-c", "E-d", "E-e", "E-f"),
        Plan(
            "evil",
            "management.response overlay against none from week 0; map: 0 to 0.5 specialists per rep at the start, "
            "stretch 0 to 0.5",
            "weeks 104 to 155 (year 3)",
            "paired differences of rep trust, reported less true share of external reasons, specialists, customer "
            "hours, bookings",
            "trust, customer hours and bookings below 0; the gap above 0 and above that of none; specialists above 0",
        ),
        _test_e3,
        _figure_e3,
        scenarios=("evil",),
    ),
    Pattern(
        "E4",
        "The treatment",
        "evil",
        ("E-g",),
        Plan(
            "evil, evil_treated",
            "the interventions of evil_treated at week 78, against none of them and against management.response none",
            "weeks 104 to 155 (year 3)",
            "paired differences of rep trust, managers' error about potential, attainment and bookings",
            "against the untreated twin trust, attainment and bookings above 0 and error below 0; bookings above those "
            "of frozen overlays",
        ),
        _test_e4,
        _figure_e4,
        scenarios=("evil", "evil_treated"),
    ),
)
