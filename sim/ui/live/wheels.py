"""The three wheels of a week and what brakes them, as the page draws them; `sim.measures.wheel` measures them."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.measures.wheel import STAGES, Momentum, series
from sim.measures.words import MINUS, NONE
from sim.scenario.measures import WEEKLY_MEASURES

FULL_TURN = 12.0  # turns a minute of a wheel at e-fold growth a year
FASTEST = 20.0  # most turns a minute
FRICTION_WEEKS = 4  # weeks whose mean friction is shown
FULL_BRAKE = 12.0  # hours of friction that fill a bar [hours / rep / week]
ALIKE = 0.005  # stages whose index is less than this from 100 have not moved; where none has, none is the weakest


@dataclass(frozen=True, slots=True)
class WheelKind:
    """What is said about one of the three wheels."""

    name: str  # Loop of `sim.measures.wheel`
    label: str  # What the switch calls it
    title: str  # What its heading calls it
    hint: str  # What it is, and how it is measured
    output: str  # What its speed is the growth of
    mark: str  # Word at the marked stage
    vicious: bool = False  # Whether it is a vicious circle, which gains speed as its output shrinks
    fallers: tuple[str, ...] = ()  # Series of the stages that worsen by falling, where others worsen by rising


KINDS = (
    WheelKind(
        "sales",
        "Sales wheel",
        "The sales flywheel",
        "What reps can do shapes what buyers experience; that opens doors, wins preference and brings results, which "
        "turn the wheel again.\n",
        "results",
        "weakest",
    ),
    WheelKind(
        "leader",
        "Leader's wheel",
        "The leader's flywheel",
        "A vision that is believed makes goals understood; that brings new behaviour, uses potential and lets the "
        "organization grow, which makes the vision credible.\n",
        "bookings",
        "weakest",
    ),
    WheelKind(
        "evil",
        "Evil wheel",
        "The evil flywheel",
        "A wrong picture of the field sets targets out of reach; missed targets breed distrust and false reports, "
        "answered by control and overlays, whose coordination takes the time for customers. It turns the other way: "
        "it gains speed as the time for customers shrinks.\n",
        "customer time",
        "worst",
        vicious=True,
        fallers=("attainment", "customer_hours"),
    ),
)
"""The wheels in the order of the switch."""

_SPEED = (
    "Its speed is the growth of {output} over a year: mean of the last 13 weeks over that a year ago. "
    f"It turns {FULL_TURN:.0f} times a minute at e-fold growth a year, and backwards where that shrinks. "
    "In the first year, that before the start included, it is not known. "
    "The dashed ring is the index 100: the mean of the 13 weeks before the start. A stage at 200 fills its segment."
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
    growth: float  # Growth of its output over a year, nan if not known [share / year]
    turns: float  # Speed; below 0 it turns the other way [turns / minute]

    @property
    def stage(self) -> dict[str, Any] | None:
        """The marked stage."""
        return next((stage for stage in self.stages if stage["name"] == self.marked), None)


def turning(momentum: Momentum, kind: WheelKind) -> Turning:
    """Measure one wheel in the last week there is."""
    indices, growth = dict.fromkeys(dict(STAGES[kind.name]), math.nan), math.nan
    if len(momentum.weekly):
        indices, growth = momentum.latest(kind.name), momentum.latest_speed(kind.name)
    stages = tuple(_stage(name, column, indices[name], momentum) for name, column in STAGES[kind.name])
    return Turning(kind, stages, _marked(indices, kind), growth, turns(growth))


def turns(growth: float) -> float:
    """Turns a minute at a growth a year; a wheel whose growth is not known stands still."""
    if math.isnan(growth):
        return 0.0
    return max(-FASTEST, min(FASTEST, FULL_TURN * math.log(max(1e-9, 1.0 + growth))))


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


def hint(kind: WheelKind) -> str:
    """What a wheel is, how its speed is measured and what its segments show."""
    return f"{kind.hint}{_SPEED.format(output=kind.output)}"


def _stage(name: str, column: str, index: float, momentum: Momentum) -> dict[str, Any]:
    is_known = math.isfinite(index)
    about = "Index: this week over the mean of the 13 weeks before the start, which is 100."
    if len(momentum.weekly):
        now = float(series(momentum.weekly if column == "attainment" else momentum.weekly[-1:], column)[-1])
        about = f"{about} Now {now:,.3g}."
    if column == "bookings":
        about = f"{about} Orders are means of 13 weeks."
    if not is_known:
        about = f"{about} It was 0 before the start, so it has none."
    return {
        "name": name,
        "label": name.capitalize(),
        "index": round(index, 3) if is_known else None,
        "text": f"{index * 100:.0f}" if is_known else NONE,
        "hint": f"{name.capitalize()}. {definition(column)}\n{about}",
    }


def _marked(indices: dict[str, float], kind: WheelKind) -> str:
    """The stage furthest on the bad side of 100; an organization where none has moved has none."""
    columns = dict(STAGES[kind.name])
    finite = {name: index for name, index in indices.items() if math.isfinite(index)}
    if all(abs(index - 1.0) < ALIKE for index in finite.values()):
        return ""

    def merit(name: str) -> float:
        index = finite[name]
        if not kind.vicious or columns[name] in kind.fallers:
            return index
        return 1.0 / index if index > 0 else math.inf

    return min(finite, key=merit)
