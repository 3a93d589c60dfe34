"""The three wheels of a week and what brakes them, as the page draws them; `sim.measures.wheel` measures them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.measures.wheel import STAGES, Momentum, series
from sim.measures.words import MINUS, NONE
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.live.passing import Passing, passing

if TYPE_CHECKING:
    from sim.measures.weekly import Floats
    from sim.scenario.scenario import Scenario

USUAL = 6.0  # turns a minute of a wheel as fast as before the start
STEEPNESS = 1.6  # exponent of its speed in turns: a fifth more or less is seen from the back row
FASTEST = 20.0  # most turns a minute
FRICTION_WEEKS = 4  # weeks whose mean friction is shown
FULL_BRAKE = 12.0  # hours of friction that fill a bar [hours / rep / week]
NOISY = 2.0  # standard deviations of its own noise by which a stage must stand out
LEAST = 0.01  # least lag of an index that is looked at
STEADY = 4  # weeks for which it must


@dataclass(frozen=True, slots=True)
class WheelKind:
    """What is said about one of the three wheels."""

    name: str  # Loop of `sim.measures.wheel`
    label: str  # What the switch calls it
    title: str  # What its heading calls it
    hint: str  # What it is, and how it is measured
    output: str  # What its speed is
    mark: str  # Word at the marked stage
    vicious: bool = False  # Whether it is a vicious circle, which turns the other way
    fallers: tuple[str, ...] = ()  # Series of the stages that worsen by falling, where others worsen by rising


KINDS = (
    WheelKind(
        "sales",
        "Sales wheel",
        "The sales flywheel",
        "What reps can do shapes what buyers experience; that opens doors, wins preference and brings results, which "
        "turn the wheel again.\n",
        "orders",
        "weakest",
    ),
    WheelKind(
        "leader",
        "Leader's wheel",
        "The leader's flywheel",
        "A vision that is believed makes goals understood; that brings new behaviour, uses potential and lets the "
        "organization grow, which makes the vision credible.\n",
        "orders",
        "weakest",
    ),
    WheelKind(
        "evil",
        "Evil wheel",
        "The evil flywheel",
        "A wrong picture of the field sets targets out of reach; missed targets breed distrust and false reports, "
        "answered by control and overlays, whose coordination takes the time for customers. It turns the other way, as "
        "fast as hours of coordination are lost.\n",
        "coordination",
        "worst",
        vicious=True,
        fallers=("attainment", "customer_hours"),
    ),
)
"""The wheels in the order of the switch."""

_SPEED = (
    "Its speed is the level of {output}, a mean of 13 weeks: "
    f"{USUAL:.0f} turns a minute as it was before the start, the faster the more. "
    "In its middle stands what the last year gained or lost against the year before, once there is one to look back "
    "on. "
    "The dashed ring is the index 100: the mean of the 13 weeks before the start. A stage at 200 fills its segment. "
    f"One is marked that has stood out beyond its own noise for {STEADY} weeks."
)

BRAKES = {
    "coordination": ("Coordination", "Hours of staying in step with colleagues on shared deals."),
    "distrust": ("Distrust", "Inspection by managers, and the hours of reports that are not true."),
    "reporting": ("Reporting", "Hours of true reports and forecasts; untrue ones, and inspection, count as distrust."),
    "switching": ("Switching", "Hours lost between opportunities."),
    "waiting": ("Waiting", "Hours for opportunities that are lost while specialists owe theirs."),
    "misalignment": ("Misalignment", "Hours for opportunities whose logged stage runs ahead of the buyer's."),
    "churn": ("Churn", "Customer hours that only win again what was lost at renewal."),
    "forgetting": ("Forgetting", "Training and coaching that only replace what was forgotten."),
}
"""Label and definition of each cause of friction, in the order of the page."""


def kind_of(name: str) -> WheelKind:
    """Find a wheel by its name."""
    return next(kind for kind in KINDS if kind.name == name)


@dataclass(frozen=True, eq=False, slots=True)
class Turning:
    """A wheel at one week."""

    kind: WheelKind
    stages: tuple[dict[str, Any], ...]  # Name, label, index (1 = before the start; None = not known), text and hint
    marked: str  # Name of the stage with the lowest index, or of the one that worsened most; empty if none stands out
    level: float  # Speed relative to that before the start, nan if not known
    growth: float  # Growth of its speed over a year, nan if not known [share / year]
    turns: float  # Speed; below 0 it turns the other way [turns / minute]
    passing: Passing  # What its links pass on

    @property
    def stage(self) -> dict[str, Any] | None:
        """The marked stage."""
        return next((stage for stage in self.stages if stage["name"] == self.marked), None)

    @property
    def about(self) -> str:
        """What the wheel is, how its speed is measured, and what its segments and links show."""
        return f"{self.kind.hint}{_SPEED.format(output=self.kind.output)}\n{self.passing.about}"


def turning(momentum: Momentum, kind: WheelKind, opened: Scenario | None = None) -> Turning:
    """Measure one wheel in the last week there is; `opened` is the scenario without what was done by hand."""
    indices, level, growth = dict.fromkeys(dict(STAGES[kind.name]), math.nan), math.nan, math.nan
    if len(momentum.weekly):
        indices, growth = momentum.latest(kind.name), momentum.latest_speed(kind.name)
        level = momentum.latest_level(kind.name)
    stages = tuple(_stage(name, column, indices[name], momentum) for name, column in STAGES[kind.name])
    spinning = turns(level)
    links = passing(opened or momentum.scenario, kind.name)
    return Turning(kind, stages, _marked(momentum, kind), level, growth, -spinning if kind.vicious else spinning, links)


def turns(level: float) -> float:
    """Turns a minute at a speed relative to that before the start; a wheel whose speed is not known stands still."""
    return min(FASTEST, USUAL * max(0.0, level) ** STEEPNESS) if math.isfinite(level) else 0.0


def friction(momentum: Momentum) -> tuple[dict[str, Any], ...]:
    """What brakes the wheels, mean of the last four weeks."""
    rows = momentum.weekly[-FRICTION_WEEKS:]
    hours = dict.fromkeys(BRAKES, 0.0)
    if len(rows):
        hours |= momentum.latest_friction(FRICTION_WEEKS)
        hours["reporting"] = float((rows["hours_reporting"] * rows["honesty"]).mean())
        hours["switching"] = float(rows["hours_switching"].mean())
    unit = f"Unit: hours / rep / week, mean of the last {FRICTION_WEEKS} weeks. A full bar is {FULL_BRAKE:.0f} hours."
    return tuple(
        {
            "label": label,
            "text": f"{hours[cause]:.1f} h",
            "hours": round(hours[cause], 2),
            "size": round(min(1.0, max(0.0, hours[cause] / FULL_BRAKE)), 3),
            "hint": f"{doc}\n{unit}",
        }
        for cause, (label, doc) in BRAKES.items()
    )


@cache
def definition(column: str) -> str:
    """Definition and unit of a weekly measure."""
    measure = WEEKLY_MEASURES[column]
    return f"{measure.doc} Unit: {measure.unit}."


def yearly(growth: float) -> str:
    """Growth as a signed percentage; beyond tenfold, the factor."""
    if math.isnan(growth):
        return NONE
    if growth >= 9:
        return f"{growth + 1:.0f}-fold"
    return f"{signed(round(growth * 100))} %"


def signed(number: int) -> str:
    """Write a number with its sign, which for 0 is both."""
    sign = "+" if number > 0 else MINUS if number < 0 else "\N{PLUS-MINUS SIGN}"
    return f"{sign}{abs(number)}"


def _stage(name: str, column: str, index: float, momentum: Momentum) -> dict[str, Any]:
    is_known = math.isfinite(index)
    about = "Index: mean of the last 13 weeks over that of the 13 weeks before the start, which is 100."
    if len(momentum.weekly):
        now = float(series(momentum.weekly if column == "attainment" else momentum.weekly[-1:], column)[-1])
        about = f"{about} Now {now:,.3g}."
    if not is_known:
        about = f"{about} It was 0 before the start, so it has none."
    return {
        "name": name,
        "label": name.capitalize(),
        "index": round(index, 3) if is_known else None,
        "text": _of_hundred(index) if is_known else NONE,
        "hint": f"{name.capitalize()}. {definition(column)}\n{about}",
    }


def _of_hundred(index: float) -> str:
    """An index as the page writes it; beyond tenfold, more would say no more."""
    return "1,000+" if index >= 10.0 else f"{index * 100:.0f}"


def _marked(momentum: Momentum, kind: WheelKind) -> str:
    """The stage that stands out on the bad side, beyond its own noise and for some weeks; empty where none does.

    Of the sales and the leader's wheel it is the one that lags the others' mean most, of the vicious one the one that
    worsened most. Noise is how far a stage lagged by itself in the burn-in's last year.
    """
    lags = _lags(momentum.table(kind.name), kind) if len(momentum.weekly) else np.empty((0, 0))
    last, before = lags[-STEADY:], lags[max(0, momentum.first - WEEKS_PER_YEAR) : momentum.first]
    if len(last) < STEADY or not len(before) or np.isnan(lags[-1]).all():
        return ""
    worst = int(np.nanargmax(last[-1]))
    beyond = last[:, worst] > max(NOISY * float(before[:, worst].std()), LEAST)
    leads = last[:, worst] >= np.nanmax(last, axis=1)
    return STAGES[kind.name][worst][0] if bool((beyond & leads).all()) else ""


def _lags(indices: Floats, kind: WheelKind) -> Floats:
    """How far each stage stands on the bad side. [weeks, stages]."""
    if not kind.vicious:
        known = np.isfinite(indices)
        usual = np.where(known, indices, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        lag: Floats = usual[:, None] - indices
        return lag
    falls = np.array([column in kind.fallers for _, column in STAGES[kind.name]])
    worse: Floats = (1.0 - indices) * np.where(falls, 1.0, -1.0)
    return worse
