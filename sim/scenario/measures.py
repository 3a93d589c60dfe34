"""Measures of a whole run: what each is called, its unit, its definition; `sim.measures.whole_run` computes them.

They are declared here because scenario files name them: `[[data_checks]]` hold measures of a CRM export.
"""

from __future__ import annotations

from typing import NamedTuple


class Measure(NamedTuple):
    """One headline measure of a run.

    Attributes:
        name: Key in `run.summary`.
        label: What a reader sees.
        unit: Its unit.
        doc: Its definition.
        better: 1 if more is better, -1 if less is, 0 if neither.
    """

    name: str
    label: str
    unit: str
    doc: str
    better: int = 0


_DECLARED = (
    Measure(
        "net_contribution",
        "Net contribution",
        "currency",
        "Gross margin x (bookings + renewals) - all sales cost.",
        better=1,
    ),
    Measure("bookings", "Bookings", "currency", "Annual contract value of all orders signed.", better=1),
    Measure(
        "bookings_per_quarter",
        "Bookings per quarter",
        "currency / quarter",
        "Bookings / quarter of 13 weeks.",
        better=1,
    ),
    Measure("renewed", "Renewals", "currency", "Contract value renewed.", better=1),
    Measure(
        "recurring_end",
        "Recurring revenue at the end",
        "currency / year",
        "Recurring revenue in the last week.",
        better=1,
    ),
    Measure("cost", "Sales cost", "currency", "All sales cost.", better=-1),
    Measure("sales_efficiency", "Sales efficiency", "ratio", "(Bookings + renewals) / sales cost.", better=1),
    Measure("win_rate", "Win rate", "share", "Won / all closed opportunities, the disqualified included.", better=1),
    Measure(
        "win_rate_qualified",
        "Win rate qualified",
        "share",
        "Won / closed opportunities that were not disqualified.",
        better=1,
    ),
    Measure(
        "no_decision_rate",
        "No decision rate",
        "share",
        "Ended in no decision / all closed opportunities, the disqualified included.",
        better=-1,
    ),
    Measure("loss_rate", "Loss rate", "share", "Lost to a competitor / all closed opportunities.", better=-1),
    Measure("won_per_year", "Won per year", "opportunities / year", "Opportunities won a year.", better=1),
    Measure("attainment", "Attainment", "ratio", "Bookings / quota over the whole run.", better=1),
    Measure(
        "share_at_quota",
        "Reps at quota",
        "share",
        "Share of reps whose year's bookings reach the year's quota, mean over complete years.",
        better=1,
    ),
    Measure(
        "median_attainment",
        "Median attainment",
        "ratio",
        "Median over reps of the year's bookings / the year's quota, mean over complete years.",
        better=1,
    ),
    Measure(
        "cycle_days", "Sales cycle", "days", "Median time from the need to the order, of opportunities won.", better=-1
    ),
    Measure(
        "cycle_closed_days",
        "Cycle closed days",
        "days",
        "Median time from the need to its end, of closed opportunities not disqualified, interpolated within its week.",
        better=-1,
    ),
    Measure("deal_size", "Deal size", "currency", "Mean amount of opportunities won.", better=1),
    Measure(
        "bookings_per_rep_year",
        "Bookings per rep and year",
        "currency / rep / year",
        "Bookings / filled seat and year.",
        better=1,
    ),
    Measure(
        "top20_share",
        "Share of the best fifth of reps",
        "share",
        "Share of the last year's bookings that the best fifth of the reps brought.",
    ),
    Measure("selling_share", "Selling share", "share", "Hours that reach a buyer / working hours of reps.", better=1),
    Measure(
        "coordination_hours",
        "Coordination hours",
        "hours / rep / week",
        "Hours reps spend staying in step with colleagues.",
        better=-1,
    ),
    Measure(
        "opportunities_per_rep",
        "Open opportunities per rep",
        "opportunities / rep",
        "Open opportunities per filled seat.",
    ),
    Measure(
        "rep_trust", "Reps' trust in management", "share", "Reps' trust in management, mean over the run.", better=1
    ),
    Measure("honesty", "Honesty", "share", "Honesty of reported reasons, mean over the run.", better=1),
    Measure("buyer_trust", "Buyers' trust", "share", "Accounts' trust in the seller, mean over the run.", better=1),
    Measure("satisfaction", "Satisfaction", "share", "Customers' satisfaction, mean over the run.", better=1),
    Measure("turnover", "Turnover", "leavers / rep / year", "Reps who left / filled seat and year.", better=-1),
    Measure(
        "churn_rate",
        "Churn rate",
        "share",
        "Contract value lost at renewal / contract value up for renewal.",
        better=-1,
    ),
    Measure(
        "perception_error",
        "Perception error",
        "share",
        "Managers' relative error about their teams' potential, mean over the run.",
        better=-1,
    ),
    Measure(
        "understanding", "Understanding", "share", "Managers' understanding of the field, mean over the run.", better=1
    ),
    Measure(
        "overlay_ratio_end",
        "Overlay ratio at the end",
        "specialists / rep",
        "Overlay specialists / filled seats in the last week.",
    ),
    Measure(
        "external_reported_share",
        "Losses blamed on the outside",
        "share",
        "Share of losses reported as price, competition or offering, of losses with a reason.",
        better=-1,
    ),
    Measure(
        "external_true_share",
        "Losses truly from the outside",
        "share",
        "Share of losses truly due to price or fit, of losses with a reason.",
        better=-1,
    ),
)

MEASURES: dict[str, Measure] = {one.name: one for one in _DECLARED}
"""Every headline measure by name, in the order of listings."""
