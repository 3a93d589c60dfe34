"""The sales flywheel in plain comparisons: the close without the momentum (S2), forgetting (S6), steady effort (S7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.scenario.evidence import evidence_row
from tests.patterns.making.paired import (
    Outcome,
    Trial,
    before,
    difference,
    in_draws,
    inside,
    level,
    mean_gain,
    over,
    path,
    run,
    total,
)
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines, numbers_table, points

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

HOURS = 12.0
"""Extra training of S1's step. [hours / rep / quarter]"""

COACHING = 2.0
"""Extra coaching of S1's step. [hours / rep / month]"""

NOT_RAISED = 0.01
"""A rise whose upper bound is below this share of the base is no rise."""

_BASE_HOURS, _BASE_CONTENT, _BASE_COACHING, _BASE_PUSH = 6.0, 0.8, 3.0, 0.15
"""The baseline's levers; a test keeps them current."""

CLOSING = {
    "training.hours_per_quarter": _BASE_HOURS + HOURS + 3.0 * COACHING,
    "training.value_content": _BASE_HOURS * _BASE_CONTENT / (_BASE_HOURS + HOURS + 3.0 * COACHING),
    "strategy.new_product_push": _BASE_PUSH + 0.25,
}
"""S1's hours, those of coaching too, as training in closing tactics; the hours on value stay what they were."""

VALUE = {
    "training.hours_per_quarter": _BASE_HOURS + HOURS,
    "enablement.coaching_hours_per_month": _BASE_COACHING + COACHING,
}
"""S1's own step, for contrast."""


def _straight_to_the_close() -> Trial:
    readings = {"bookings": over("bookings"), "buyer_trust": over("buyer_trust"), "cost": over("cost")}
    return Trial("baseline", {"closing": CLOSING, "value": VALUE}, readings, weeks=104)


def _test_s2(effort: Effort) -> Finding:
    trial = _straight_to_the_close()
    found = run(trial, effort)
    base, closing, value = (found[name] for name in ("as_is", "closing", "value"))
    raised = difference(
        "bookings, closing only", closing["bookings"], base["bookings"], needed="below +1% of base", limit=NOT_RAISED
    )
    trust = difference("buyer trust, closing only", closing["buyer_trust"], base["buyer_trust"], needed="below 0")
    numbers = (
        raised,
        trust,
        difference("bookings, the same hours on value and coaching", value["bookings"], base["bookings"]),
        difference("sales cost, closing only", closing["cost"], base["cost"]),
        difference("sales cost, value and coaching", value["cost"], base["cost"]),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["S2"]
        gains = [mean_gain(part["closing"][name], part["as_is"][name]) for name in ("bookings", "buyer_trust")]
        return gains[0] < NOT_RAISED and gains[1] < 0.0

    return Finding(
        "S2",
        verdict_of(numbers),
        f"Closing tactics and cross-sell targets alone change bookings of two years by {raised.value:+.1%} and buyer "
        f"trust by {trust.value:+.1%}; the same hours spent on value and coaching change bookings by "
        f"{numbers[2].value:+.1%}.",
        numbers,
        table=numbers_table(numbers),
        robustness=in_draws({"S2": trial}, effort, holds, "mean bookings below +1% and mean buyer trust below 0"),
    )


BURST = {"week": 0, "until": 26, "parameter": "training.hours_per_quarter", "value": 40.0, "label": "Training"}
_END = 26  # week in which the burst ends
_LATER = _END + 52

_NEITHER = {"training.hours_per_quarter": 0.0, "enablement.coaching_hours_per_month": 0.0}


def _forgetting() -> Trial:
    coached = {"training.hours_per_quarter": 0.0, "enablement.coaching_hours_per_month": _BASE_COACHING + COACHING}
    cases: dict[str, Changes] = {
        "neither": _NEITHER,
        "trained": {**_NEITHER, "interventions": [BURST]},
        "trained and coached": {**coached, "interventions": [BURST]},
        "coached": coached,
    }
    readings = {"method": path("method"), "before": before("method")}
    return Trial("baseline", cases, readings, weeks=_LATER + 27, start={"mechanisms.attrition": False})


def _test_s6(effort: Effort) -> Finding:
    trial = _forgetting()
    found = run(trial, effort.share(0.25, least=6))
    excess = {name: found[name]["method"] - found["neither"]["method"] for name in ("trained", "trained and coached")}
    months = half_life(excess["trained"]) * 12.0 / 52.0
    rows = [evidence_row("TRN-06"), evidence_row("TRN-07")]
    low, high = rows[0].central or math.nan, rows[1].high or math.nan
    kept = {name: part[:, _LATER] / part[:, _END] for name, part in excess.items()}
    half = inside(level("half-life without coaching", months, "months"), low, high, "mean within TRN-06 and TRN-07")
    numbers = (
        half,
        level("kept a year later, coached", kept["trained and coached"], "share", needed="above 1/2", limit=0.5),
        level("kept a year later, without coaching", kept["trained"], "share"),
        level("kept a year later, coached, against a coached twin", _kept(found), "share"),
        level("gain of the burst", excess["trained"][:, _END], "share of method"),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["S6"]
        gone = {name: part[name]["method"] - part["neither"]["method"] for name in excess}
        share = float(np.mean(gone["trained and coached"][:, _LATER]) / np.mean(gone["trained and coached"][:, _END]))
        return low <= float(np.mean(half_life(gone["trained"]))) * 12.0 / 52.0 <= high and share > 0.5

    return Finding(
        "S6",
        verdict_of(numbers),
        f"What half a year of training added is halved after {half.value:.1f} months without coaching (evidence: "
        f"{low:g} to {high:g}); with coaching {numbers[1].value:.0%} of it is there a year later, without "
        f"{numbers[2].value:.0%}.",
        numbers,
        table=pd.concat([_band(name, part) for name, part in excess.items()], ignore_index=True),
        where="Leavers take their skill along; attrition is off here, so that forgetting is seen alone. Coaching "
        f"teaches too: against a twin that is coached and not trained {numbers[3].value:.0%} of the burst's gain is "
        "left, since the twin catches up with the same playbook.",
        robustness=in_draws(
            {"S6": trial},
            effort,
            holds,
            "mean half-life within the evidence and over half kept with coaching",
            most=100,
        ),
    )


def _kept(found: Outcome) -> Floats:
    """Share kept where the untrained twin is coached as well, and so catches up with the same playbook."""
    ahead = found["trained and coached"]["method"] - found["coached"]["method"]
    kept: Floats = ahead[:, _LATER] / ahead[:, _END]
    return kept


def half_life(excess: Floats) -> Floats:
    """Half-life of what a burst of training added, from the slope of its logarithm over a year. [weeks], by seed.

    Args:
        excess: Method above that of the untrained twin. [seeds, weeks]
    """
    weeks = np.arange(_END, _LATER)
    logs = np.log(np.maximum(excess[:, _END:_LATER], 1e-12))
    slopes = np.polynomial.polynomial.polyfit(weeks, logs.T, 1)[1]
    found: Floats = math.log(2.0) / -slopes
    return found


def _band(name: str, excess: Floats) -> pd.DataFrame:
    return band_table(excess, range(excess.shape[1]), "week", case=name)


_SPELL = 26  # weeks of go, then of stop


def _spells(first: int) -> list[dict[str, object]]:
    """Twice the effort for half a year, none for the next; starting in week `first`."""
    doubled = {
        "training.hours_per_quarter": 2.0 * _BASE_HOURS,
        "enablement.coaching_hours_per_month": 2.0 * _BASE_COACHING,
    }
    found: list[dict[str, object]] = []
    for start in range(0, 156, _SPELL):
        on = (start // _SPELL) % 2 == first
        for dotted, value in doubled.items():
            end = start + _SPELL
            last = {} if end >= 156 else {"until": end}
            found.append({"week": start, **last, "parameter": dotted, "value": value if on else 0.0})
    return found


def _stop_and_go() -> Trial:
    names = ("bookings", "net_contribution", "cost")
    hours = {"training": total("hours_training"), "coaching": total("hours_coaching")}
    cases = {"go first": _spells(0), "stop first": _spells(1)}
    return Trial("baseline", cases, {name: over(name) for name in names} | hours)


def _test_s7(effort: Effort) -> Finding:
    trial = _stop_and_go()
    found = run(trial, effort)
    steady = found["as_is"]
    mixed = {name: (found["go first"][name] + found["stop first"][name]) / 2.0 for name in steady}
    numbers = (
        difference("bookings, steady against stop-and-go", steady["bookings"], mixed["bookings"], needed="above 0"),
        difference("net contribution", steady["net_contribution"], mixed["net_contribution"]),
        difference("bookings, against go first", steady["bookings"], found["go first"]["bookings"]),
        difference("bookings, against stop first", steady["bookings"], found["stop first"]["bookings"]),
        difference("training hours carried out", steady["training"], mixed["training"]),
        difference("coaching hours carried out", steady["coaching"], mixed["coaching"]),
    )

    def holds(outcomes: dict[str, Outcome]) -> bool:
        part = outcomes["S7"]
        base = part["as_is"]["bookings"]
        return sum(mean_gain(base, part[name]["bookings"]) for name in trial.cases) > 0.0

    return Finding(
        "S7",
        verdict_of(numbers),
        f"Training and coaching kept up steadily bring {numbers[0].value:+.1%} of bookings against the same hours in "
        f"half-years of double effort and of none ({numbers[2].value:+.1%} where the effort comes first, "
        f"{numbers[3].value:+.1%} where the pause does).",
        numbers,
        table=numbers_table(numbers),
        robustness=in_draws(
            {"S7": trial}, effort, holds, "mean bookings of steady above those of stop-and-go", most=100
        ),
    )


def _figure_s2(finding: Finding) -> Figure:
    return points(finding, "change against as is")


def _figure_s6(finding: Finding) -> Figure:
    return lines(finding, "week", "method above the untrained twin")


def _figure_s7(finding: Finding) -> Figure:
    return points(finding, "steady against stop-and-go")


PATTERNS = (
    Pattern(
        "S2",
        "Straight to the close",
        "sales",
        ("F2",),
        Plan(
            "baseline",
            "training.hours_per_quarter 6 to 24, all of the added hours closing tactics (training.value_content 0.8 to "
            "0.2); strategy.new_product_push 0.15 to 0.4",
            "104 weeks from week 0",
            "paired difference of bookings, and of mean buyer trust",
            "upper bound of bookings below +1% of the base; interval of buyer trust below 0",
        ),
        _test_s2,
        _figure_s2,
        scenarios=("baseline",),
    ),
    Pattern(
        "S6",
        "Forgetting",
        "sales",
        ("F1", "F4"),
        Plan(
            "baseline, attrition off",
            "training.hours_per_quarter 40 for weeks 0 to 25, then 0; without coaching, or with 5 hours a month",
            "52 weeks from week 26",
            "half-life of method above the twin that is neither trained nor coached; share of it left after 52 weeks",
            "mean half-life between TRN-06 and the high end of TRN-07; coached share kept above 1/2",
        ),
        _test_s6,
        _figure_s6,
        scenarios=("baseline",),
    ),
    Pattern(
        "S7",
        "Steady against stop-and-go",
        "sales",
        ("F3", "S-e"),
        Plan(
            "baseline",
            "training 6 hours a quarter and coaching 3 hours a month throughout, against 12 and 6 in every other "
            "half-year and none between, both orders",
            "156 weeks from week 0",
            "paired difference of bookings between steady and the mean of the two orders",
            "interval above 0",
        ),
        _test_s7,
        _figure_s7,
        scenarios=("baseline",),
    ),
)
