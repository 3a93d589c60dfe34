"""Every measure: what it is called, its unit, its definition and whether more of it is better.

Measures of a week and of a quarter are fields of the agents' records and declared there; derived ones are sums and
quotients of a week's. Measures of a whole run are declared here, because scenario files name them: `[[data_checks]]`
hold measures of a CRM export. The arithmetic is in `sim.measures`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from agents.manager.record import MANAGERS
from agents.organization.measuring import WEEKLY
from agents.rep.record import CUSTOMER_HOURS, HOURS, INTERNAL_HOURS, REPS
from sim.scenario.errors import InputError, nearest

if TYPE_CHECKING:
    from agents.machinery.record import Direction, Record

Span = Literal["week", "quarter", "run"]


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured."""

    name: str  # key in the tables of a run
    unit: str  # its unit; shares are from 0 to 1
    doc: str  # its definition
    better: Direction = 0  # 1 if more is better, -1 if less is, 0 if neither
    label: str = ""  # what a reader sees; the name in words unless given
    span: Span = "run"  # what it is measured over
    flow: bool = False  # whether weeks of it add up
    parts: tuple[str, ...] = ()  # fields of the weekly record that are added up
    times: str = ""  # field the parts are multiplied by; none unless given
    whole: tuple[str, ...] = ()  # fields whose sum the parts are divided by; none where it is no quotient
    each_rep: bool = False  # whether the parts are means over reps that have to be added up over them first
    rest: bool = False  # whether it is what the parts leave of 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", self.label or self.name.replace("_", " ").capitalize())

    @property
    def total_unit(self) -> str:
        """Unit of a sum of weeks, for a flow; else its own."""
        return self.unit.removesuffix(" / week") if self.flow else self.unit


def _fields(record: Record, span: Span) -> dict[str, Measure]:
    return {
        field.name: Measure(
            field.name, field.unit, field.doc, field.better, field.label, span, bool(field.flow), (field.name,)
        )
        for field in record
        if field.name != "week"
    }


RECORDED = _fields(WEEKLY, "week")
"""Measures of a week that the rules write, by name."""

_derived = partial(Measure, span="week")
_PER_WEEK = "hours / rep / week"
DERIVED: dict[str, Measure] = {measure.name: measure for measure in (
    _derived("win_rate", "share", "Won / all closed opportunities, the disqualified included.", 1,
             parts=("won",), whole=("won", "lost", "no_decision")),
    _derived("attainment", "share", "Bookings / quota.", 1, parts=("bookings",), whole=("quota",)),
    _derived("selling_share", "share", "Hours that reach a buyer / working hours of reps.", 1,
             parts=CUSTOMER_HOURS, whole=HOURS),
    _derived("customer_hours", _PER_WEEK, "Hours for open opportunities, prospecting and tending customers.", 1,
             "Hours with buyers", parts=CUSTOMER_HOURS),
    _derived("internal_hours", _PER_WEEK,
             "Hours of administration, reports, inspection, coordination, switching, training and coaching.", -1,
             "Hours inside", parts=INTERNAL_HOURS),
    _derived("worth_of_conversations", "good hours / week",
             "Hours with buyers, each counted by the capability of whoever spends it.", 1, "Value of conversations",
             parts=CUSTOMER_HOURS, times="capability", each_rep=True),
    _derived("learned_by_buyers", "opportunities",
             "Open opportunities, each counted by how instructive its buyer finds it.", 1, "What buyers learn",
             parts=("experience",), times="opportunities"),
    _derived("engagement", "opportunities",
             "Open opportunities, each counted by the share of our hours its buyer grants.", 1, "Engagement granted",
             parts=("access",), times="opportunities"),
    _derived("hours_per_deal", "hours / deal / week", "Hours for open opportunities / open opportunities.", 0,
             "Hours per open deal", parts=("hours_opportunities",), whole=("opportunities",), each_rep=True),
    _derived("bookings_per_rep", "currency / rep / week", "Bookings / filled seats.", 1,
             parts=("bookings",), whole=("reps",)),
    _derived("won_per_rep", "deals / rep / week", "Won / filled seats.", 1, "Wins per rep",
             parts=("won",), whole=("reps",)),
    _derived("open_per_rep", "deals / rep", "Open opportunities / filled seats.", 0, "Open deals per rep",
             parts=("opportunities",), whole=("reps",)),
    _derived("external_reported_share", "share",
             "Share of losses reported as price, competition or offering, of losses with a reason.", -1,
             "Losses blamed on the outside", parts=("external_reported",), whole=("losses_known",)),
    _derived("external_true_share", "share", "Share of losses truly due to price or fit, of losses with a reason.", -1,
             "Losses truly from the outside", parts=("external_true",), whole=("losses_known",)),
    _derived("potential_in_use", "share", "Part of the playbook's quality that reps use.", 1,
             parts=("latent",), whole=("playbook",), rest=True),
    _derived("distrust", "share", "One minus reps' trust in management.", -1, parts=("rep_trust",), rest=True),
    _derived("false_reports", "share", "One minus the honesty of reported reasons.", -1,
             parts=("honesty",), rest=True),
)}  # fmt: skip
"""Measures of a week that are made of recorded ones, by name."""

WEEKLY_MEASURES = RECORDED | DERIVED
"""Every measure of a week, by name, in the order of tables."""

QUARTERLY_MEASURES = {record.name: _fields(record, "quarter") for record in (REPS, MANAGERS)}
"""Measures of a quarter, by table of a run, then by name."""


def over_run(name: str, unit: str = "") -> Measure:
    """A run's measure of a weekly one: the sum of a flow, total over total of a quotient, else the mean."""
    measure = WEEKLY_MEASURES[name]
    mean = not (measure.flow or measure.whole)
    doc = f"{measure.doc.removesuffix('.')}, mean over the run." if mean else measure.doc
    return replace(measure, span="run", unit=unit or measure.total_unit, doc=doc)


MEASURES: dict[str, Measure] = {measure.name: measure for measure in (
    over_run("net_contribution"),
    over_run("bookings"),
    Measure("bookings_per_quarter", "currency / quarter", "Bookings / quarter of 13 weeks.", 1),
    over_run("renewed"),
    Measure("recurring_end", "currency / year", "Recurring revenue in the last week.", 1,
            "Recurring revenue at the end"),
    over_run("cost"),
    Measure("sales_efficiency", "ratio", "(Bookings + renewals) / sales cost.", 1),
    Measure("cost_of_new_value", "ratio", "Sales cost / bookings.", -1, "Sales cost per unit of new value"),
    over_run("win_rate"),
    Measure("win_rate_qualified", "share", "Won / closed opportunities that were not disqualified.", 1),
    Measure("no_decision_rate", "share", "Ended in no decision / all closed opportunities, the disqualified included.",
            -1),
    Measure("loss_rate", "share", "Lost to a competitor / all closed opportunities.", -1),
    Measure("won_per_year", "opportunities / year", "Opportunities won a year.", 1),
    over_run("attainment", "ratio"),
    Measure("share_at_quota", "share",
            "Share of reps whose year's bookings reach the year's quota, mean over complete years.", 1,
            "Reps at quota"),
    Measure("median_attainment", "ratio",
            "Median over reps of the year's bookings / the year's quota, mean over complete years.", 1),
    Measure("cycle_days", "days",
            "Median time from the need to the order, of opportunities won, interpolated within its week.", -1,
            "Sales cycle"),
    Measure("cycle_closed_days", "days",
            "Median time from the need to its end, of closed opportunities not disqualified, interpolated within its "
            "week.", -1, "Sales cycle, all closed"),
    Measure("deal_size", "currency", "Mean amount of opportunities won.", 1),
    Measure("bookings_per_rep_year", "currency / rep / year", "Bookings / filled seat and year.", 1,
            "Bookings per rep and year"),
    Measure("top20_share", "share", "Share of the last year's bookings that the best fifth of the reps brought.", 0,
            "Share of the best fifth of reps"),
    over_run("selling_share"),
    Measure("coordination_hours", _PER_WEEK, "Hours reps spend staying in step with colleagues.", -1),
    Measure("opportunities_per_rep", "opportunities / rep", "Open opportunities per filled seat.", 0,
            "Open opportunities per rep"),
    over_run("rep_trust"),
    over_run("honesty"),
    over_run("buyer_trust"),
    over_run("satisfaction"),
    Measure("turnover", "leavers / rep / year", "Reps who left / filled seat and year.", -1),
    Measure("churn_rate", "share", "Contract value lost at renewal / contract value up for renewal.", -1),
    over_run("perception_error"),
    over_run("understanding"),
    Measure("overlay_ratio_end", "specialists / rep", "Overlay specialists / filled seats in the last week.", 0,
            "Overlay ratio at the end"),
    over_run("external_reported_share"),
    over_run("external_true_share"),
)}  # fmt: skip
"""Every headline measure of a run by name, in the order of listings."""


def check_measure(measure: str) -> None:
    """Raise InputError, with the nearest, for a measure of a run that does not exist."""
    if measure not in MEASURES:
        raise InputError(f"there is no measure {measure}{nearest(measure, MEASURES)}")


EVERY_MEASURE: dict[str, dict[str, Measure]] = {
    "run": MEASURES,
    "week": WEEKLY_MEASURES,
    **{f"quarter, {table}": measures for table, measures in QUARTERLY_MEASURES.items()},
}
"""Every measure by what it is over, then by name; listings and documents go over it."""
