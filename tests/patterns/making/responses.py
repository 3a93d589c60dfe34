"""Table of responses (V1): what is changed in which organization, what is read, and the range measured in the field.

A row asks one thing of a `Trial`: the answer is computed from means over paired seeds, and its interval by leaving out
one seed after the other (jackknife), so that ratios, elasticities and slopes are judged alike. Ranges of grade D are
those of experts. Rows that are matched may have guided the choice of the defaults, or of what a band sets; the others
were kept to judge it. Of a band only net retention (24) is matched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.codes import ORIGIN
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS
from sim.studies.statistics import ALPHA
from tests.patterns.making.changes import BANDS, FIRMS
from tests.patterns.making.paired import FEWEST, Outcome
from tests.patterns.making.pattern import Number

if TYPE_CHECKING:
    from collections.abc import Callable

Means = dict[str, dict[str, Any]]
"""Means over seeds by case and reading; a number, or an array of the shape of the reading."""

HALF_WIDTH = 0.25
"""Part of a range that the half-width of an interval may have."""


@dataclass(frozen=True, slots=True)
class Row:
    """One response of the table.

    Attributes:
        id: Number of the row in the table and what tells it from others of that number, such as "3 none".
        what: The change and what answers.
        trial: Key of `trials`.
        value: Computes the answer from means.
        low, high: Range, in `unit`; without one end only the other counts, and the whole interval must keep it.
        unit: Unit of the answer.
        evidence: Rows of the evidence table, or why this range.
        grade: Of the evidence, A to D; D is an expert's range.
        matched: Whether it may have guided the choice of the defaults, or of what its band sets.
    """

    id: str
    what: str
    trial: str
    value: Callable[[Means], float]
    low: float | None
    high: float | None
    unit: str
    evidence: str
    grade: str
    matched: bool

    @property
    def needed(self) -> str:
        """The range in words."""
        if self.low is not None and self.high is not None:
            return f"{self.low:g} to {self.high:g}"
        return f"above {self.low:g}" if self.low is not None else f"below {self.high:g}"

    def judged(self, outcome: Outcome) -> Number:
        """Compute the answer of one trial with its interval, and judge it."""
        value, low, high, n = jackknife(self.value, outcome)
        return Number(
            f"{self.id}: {self.what}", value, self.unit, low, high, n, self.needed, self.met(value, low, high, n)
        )

    def met(self, value: float, low: float, high: float, n: int) -> bool | None:
        """Whether the mean is inside and sure enough, or the interval keeps the one end; None with too few seeds."""
        if n < FEWEST or math.isnan(low):
            return None
        if self.low is not None and self.high is not None:
            return self.low <= value <= self.high and (high - low) / 2.0 <= HALF_WIDTH * (self.high - self.low)
        return low > self.low if self.low is not None else high < (self.high or 0.0)


def jackknife(value: Callable[[Means], float], outcome: Outcome) -> tuple[float, float, float, int]:
    """Compute a function of means over seeds with its 95% interval, leaving out one seed after the other.

    Args:
        value: The function.
        outcome: Readings by case and name, the first axis being the seeds.

    Returns:
        Its value, low and high end, and the number of seeds; ends are nan for fewer than two.
    """
    sums = {case: {name: (values.sum(0), values) for name, values in one.items()} for case, one in outcome.items()}
    n = len(next(iter(next(iter(outcome.values())).values())))
    whole = value({case: {name: both[0] / n for name, both in one.items()} for case, one in sums.items()})
    if n < 2:
        return whole, math.nan, math.nan, n
    left_out = np.array([
        value({
            case: {name: (both[0] - both[1][seed]) / (n - 1) for name, both in one.items()}
            for case, one in sums.items()
        })
        for seed in range(n)
    ])  # fmt: skip
    error = math.sqrt((n - 1) / n * float(np.sum((left_out - left_out.mean()) ** 2)))
    half = float(scipy.stats.t.ppf(1.0 - ALPHA / 2.0, n - 1)) * error
    return whole, whole - half, whole + half, n


def rise(case: str, reading: str = "bookings", base: str = AS_IS) -> Callable[[Means], float]:
    """Give a rise of a mean over its base. [of base]."""
    return lambda m: float(m[case][reading] / m[base][reading] - 1.0)


def elasticity(more: str, less: str, of: str, by: str) -> Callable[[Means], float]:
    """Give a two-sided elasticity between two cases."""
    return lambda m: float(np.log(m[more][of] / m[less][of]) / np.log(m[more][by] / m[less][by]))


def _flatness(m: Means) -> float:
    won, closed, _ = m[AS_IS]["fifths"]
    return float(np.max(np.abs(won / closed - won.sum() / closed.sum())))


def _longer(m: Means) -> float:
    won, _, weeks = m[AS_IS]["fifths"]
    return float(weeks[-1] / won[-1] / (weeks[0] / won[0]) - 1.0)


def _odds_of_referred(m: Means) -> float:
    won, closed = m[AS_IS]["origins"]
    others = [ORIGIN.BUYER, ORIGIN.MARKETING, ORIGIN.PROSPECTING, ORIGIN.TELESALES]
    odds = [float(sum(won[part]) / (sum(closed[part]) - sum(won[part]))) for part in ([ORIGIN.REFERRAL], others)]
    return odds[0] / odds[1]


def _retention(m: Means) -> float:
    base = float(m[AS_IS]["recurring"][0])
    return (base - float(m[AS_IS]["churned"]) + float(m[AS_IS]["expansion of year 1"])) / base


def _cycle_where_wins_fall(m: Means) -> float:
    """Longer cycle where the win rate is 18% lower, between the two rises that were tried."""
    lost = [0.0, *(1.0 - m[case]["win_rate"] / m[AS_IS]["win_rate"] for case in ("raised 0.3", "raised 0.6"))]
    longer = [0.0, *(m[case]["cycle"] / m[AS_IS]["cycle"] - 1.0 for case in ("raised 0.3", "raised 0.6"))]
    return float(np.interp(0.18, lost, longer))


def _points_a_point(m: Means) -> float:
    firms = [m[f"firm {number}"] for number in range(FIRMS)]
    return float(np.polyfit([one["selling"] for one in firms], [one["share"] for one in firms], 1)[0])


def _forgotten(m: Means) -> float:
    floor = float(Scenario.load("baseline")["capabilities.untrained_method"])
    before, after = (float(m["stop"]["method"][week]) for week in (0, 2 * WEEKS_PER_QUARTER - 1))
    return (before - after) / (before - floor)


def _middle_most(m: Means) -> float:
    gains = m["coaching"]["gifts"] / m[AS_IS]["gifts"] - 1.0
    return float(gains[1] - max(gains[0], gains[2]))


def _quits_in_the_middle(m: Means) -> float:
    seats, quits, _ = m[AS_IS]["leavers"]
    rates = quits / seats
    return float(rates[1] - max(rates[0], rates[2]))


def _dismissals_fall(m: Means) -> float:
    seats, _, dismissed = m[AS_IS]["leavers"]
    return float(dismissed[0] / seats[0] - dismissed[2] / seats[2])


def _involuntary(m: Means) -> float:
    _, quits, dismissed = m[AS_IS]["leavers"]
    return float(dismissed.sum() / (quits.sum() + dismissed.sum()))


def _per_seat(name: str) -> Callable[[Means], float]:
    pay = float(Scenario.load(name)["talent.on_target_earnings"])
    return lambda m: float(m[AS_IS]["per_rep"]) / pay


_HOURS = elasticity("longer week", "shorter week", "bookings", "hours")
_OF_FORCE = 10.0  # in which part of a tenth a force of whole seats grows does not matter


def _per_tenth(name: str) -> Callable[[Means], float]:
    seats = float(Scenario.load(name)["structure.n_reps"])
    return lambda m: rise("more")(m) / (round(seats * 1.1) / seats - 1.0) / _OF_FORCE


def _signs(m: Means) -> float:
    return float(max(abs(rise(case)(m)) for case in ("more variable", "less variable")))


@cache
def rows() -> tuple[Row, ...]:
    """Every row of the table, in its order."""
    yes, no = True, False
    share, of_base = "share", "of base"
    b = "baseline"
    found = [
        Row("1", "bookings to hours with buyers", b, _HOURS, 0.2, 0.6, "elasticity", "ELA-01", "A", yes),
        Row("2", "administration -10%", b, rise("less administration"), 0.015, 0.045, of_base, "with 1", "D", yes),
        Row("3 twice", "limit on open deals x 2", b, rise("twice the limit"), -0.12, 0.10, of_base, "LEA-05", "D", yes),
        Row("3 none", "no limit", b, rise("no limit"), -0.35, 0.10, of_base, "LEA-05", "D", yes),
        Row("3 lean", "limit of 20 in lean_before", "lean_before", rise("limit"), 0.10, None, of_base, "LEA-05", "D",
            yes),
        Row("4", "prospecting +3 h", b, rise("prospecting"), -0.03, 0.05, of_base, "expert range", "D", yes),
        Row("4 starved", "prospecting +3 h in lean_starved", "lean_starved", rise("prospecting"), 0.0, None, of_base,
            "expert range", "D", yes),
        Row("5", "qualification +.15", b, rise("qualification"), -0.03, 0.05, of_base, "expert range", "D", yes),
        Row("6", "clarity of the ideal customer +.2", b, rise("profile"), 0.0, 0.06, of_base, "expert range", "D", yes),
        Row("7", "training +12 h a quarter, years 2 and 3", b, rise("training", "later"), 0.03, 0.12, of_base,
            "FLY-01, TRN-01", "A", no),
        Row("8", "training with coaching over training alone", b, rise("training and coaching", "later", "training"),
            0.0,
            None, of_base, "TRN-11, TRN-12", "C", no),
        Row("9", "coaching from 1.5 to 3.5 h a month", "coached", rise("over 3"), 0.09, 0.28, of_base,
            "MGR-05, MGR-06, MGR-13", "C", no),
        Row("9 beyond", "coaching from 5 to 7 h a month", "coached much", rise("beyond 5"), -0.05, 0.05, of_base,
            "MGR-06: little more", "C", no),
        Row("10", "coaching: gain of the middle over the ends", "gifts", _middle_most, 0.0, None, of_base, "MGR-14",
            "B", no),
        Row("11", "value of an hour of the untrained, half trained", "colleagues", rise("half", "untrained"), 0.0, None,
            of_base, "FLY-02, FLY-03", "A", no),
        Row("12", "formality of process and coaching +.25", b, rise("formality"), 0.05, 0.17, of_base,
            "SRP-03, FLY-15", "C",
            yes),
        Row("13", "alignment +.2", b, rise("alignment"), 0.01, 0.10, of_base, "expert range", "D", yes),
        Row("14", "sales force +10% in the same market", "force, baseline", _per_tenth(b), 0.02, 0.06, of_base,
            "ELA-01, ELA-02", "A", yes),
        Row("15 quits", "leaving to pay", b, lambda m: float(
            np.log(m["more pay"]["turnover"] / m["less pay"]["turnover"]) / np.log(1.1 / 0.9)), -3.0, -0.5,
            "elasticity",
            "expert range", "D", yes),
        Row("15 bookings", "pay +10%", b, rise("more pay"), 0.0, 0.05, of_base, "expert range", "D", yes),
        Row("16 variable", "variable share of pay +.1 and -.1, the larger", b, _signs, 0.0, 0.05, of_base, "GOA-04",
            "D", no),
        Row("16 a little", "stretch +.1", b, rise("stretch .1"), -0.02, 0.04, of_base, "GOA-03", "A", no),
        Row("16 much", "stretch +.4", b, rise("stretch .4"), None, 0.0, of_base, "GOA-03", "A", no),
        Row("17 orders", "orders to price", "price", lambda m: float(
            np.log(m["dearer"]["orders"] / m[AS_IS]["orders"]) / np.log(1.05)), -3.5, -1.5, "elasticity", "ELA-05",
            "C", yes),
        Row("17 value", "won value to price", "price", lambda m: float(
            np.log(m["dearer"]["bookings"] / m[AS_IS]["bookings"]) / np.log(1.05)), -2.5, -0.5, "elasticity",
            "ELA-05", "C",
            yes),
        Row("18 wins", "win rate by fifth of amount, farthest from the mean", b, _flatness, 0.0, 0.06, share,
            "two exports", "B", yes),
        Row("18 cycle", "cycle of the largest fifth over the smallest", b, _longer, 0.0, None, of_base, "two exports",
            "B",
            yes),
        Row("19", "cycle where inertia costs 18% of wins", "status quo", _cycle_where_wins_fall, 0.0, 0.38, of_base,
            "WIN-26, CYC-07", "B", no),
        # Empty for 2 to 4 months (RMP-06), then worth .75 to .65 of a year (RMP-08): 1 - 10/12 x .75 to 1 - 8/12 x .65.
        Row("20", "a territory's year after its rep left", "leaving", rise("left", "year"), -0.57, -0.37, of_base,
            "RMP-06, RMP-08", "B", yes),
        Row("21 quits", "quits a quarter, middle third over the others", "leavers", _quits_in_the_middle, 0.0, None,
            share,
            "TUR-09", "A", no),
        Row("21 dismissals", "dismissals a quarter, lowest third over highest", "leavers", _dismissals_fall, 0.0, None,
            share, "TUR-02", "C", no),
        Row("21 half", "dismissals among leavers", "leavers", _involuntary, 0.40, 0.60, share, "TUR-02", "C", no),
        Row("22", "reps at quota to selling share, across firms", "firms", _points_a_point, 0.35, 0.7, "points a point",
            "DER-04", "B", no),
        Row("23", "odds of winning, referred over others", b, _odds_of_referred, 1.8, 3.5, "ratio",
            "WIN-20, WIN-21, WIN-22",
            "B", yes),
        Row("24 expansion", "orders from customers", b, lambda m: float(m[AS_IS]["expansion"] / m[AS_IS]["bookings"]),
            0.16,
            0.67, share, "RET-07", "B", yes),
        Row("24 retention", "net revenue retention of year 1", b, _retention, 1.0, 1.2, "ratio", "RET-01, RET-03",
            "C", yes),
        Row("25 per seat", "bookings a seat and year over on-target pay", b, _per_seat(b), 3.2, 4.8, "ratio",
            "PAY-03, RMP-08", "C", yes),
        Row("25 cost", "cost of the sales force per unit of new value", b,
            lambda m: float(m[AS_IS]["cost"] / m[AS_IS]["bookings"]), 0.35, 0.60, "ratio", "RET-08", "C", yes),
        Row("26 complex", "net contribution without specialists, over 50K", BANDS["over 50K"],
            rise("no specialists", "net_contribution"), None, 0.0, of_base, "OVL-07, OVL-08", "A", no),
        Row("26 simple", "net contribution without specialists, under 15K", BANDS["under 15K"],
            rise("no specialists", "net_contribution"), 0.0, None, of_base, "OVL-07", "A", no),
        Row("26 too many", "net contribution with twice as many, under 15K", BANDS["under 15K"],
            rise("twice the specialists", "net_contribution"), None, 0.0, of_base, "OVL-07", "A", no),
        Row("27", "trust in management and results, across reps", b, lambda m: float(m[AS_IS]["trust"]), 0.05, 0.25,
            "correlation", "TRU-01", "D", no),
        Row("28", "method lost in 26 weeks without training and coaching", b, _forgotten, 0.27, 0.47, "of gain",
            "TRN-06, TRN-07", "A", yes),
    ]  # fmt: skip
    for label, name in BANDS.items():
        found += [
            Row(f"1, {label}", "bookings to hours with buyers", name, _HOURS, 0.2, 0.6, "elasticity", "ELA-01", "A",
                no),
            Row(f"7, {label}", "training +12 h a quarter, years 2 and 3", name, rise("training", "later"), 0.03, 0.12,
                of_base, "FLY-01, TRN-01", "A", no),
            Row(f"14, {label}", "sales force +10% in the same market", f"force, {name}", _per_tenth(name), 0.02, 0.06,
                of_base, "ELA-01, ELA-02", "A", no),
            Row(f"24, {label}", "net revenue retention of year 1", name, _retention,
                *((1.02, 1.30) if label == "over 50K" else (0.90, 1.05)), "ratio", "RET-02, RET-04", "C", yes),
            Row(f"25 per seat, {label}", "bookings a seat and year over on-target pay", name, _per_seat(name), 3.2, 4.8,
                "ratio", "PAY-03, RMP-08", "C", no),
            Row(f"25 cost, {label}", "cost of the sales force per unit of new value", name,
                lambda m: float(m[AS_IS]["cost"] / m[AS_IS]["bookings"]), 0.35, 0.60, "ratio", "RET-08", "C", no),
        ]  # fmt: skip
    return tuple(found)
