"""Whom to hire, how they start, why they leave."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Talent(Section):
    """Whom to hire, how they start, why they leave."""

    name = "talent"

    art_sd: float = param(
        0.5,
        low=0.0,
        high=1.5,
        unit="log-sd",
        doc="Spread of innate art.",
        source=evidence("STA-01", "DER-02", note="heavy-tailed; the rest of the dispersion is territory and luck"),
        when="start",
    )
    art_correlation: float = param(
        0.64,
        low=0.0,
        high=1.0,
        unit="correlation",
        doc="Correlation of a person's gifts for the four capabilities, on the log scale before selection.",
        source=assumed("most of what makes a gifted seller serves all four"),
        when="start",
    )
    selection_quality: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Probability that the better of two candidates is chosen.",
        source=evidence("TUR-03"),
        lever="organization",
    )
    hiring_delay_weeks: float = param(
        13.0,
        low=0.1,
        high=104.0,
        unit="weeks",
        doc="Mean time a seat stays empty.",
        source=evidence("RMP-06"),
        lever="organization",
    )
    ramp_weeks: float = param(
        20.0,
        low=1.0,
        high=156.0,
        unit="weeks",
        doc="Time constant of ramp.",
        source=evidence("RMP-03", "RMP-05", note="95% after three time constants"),
    )
    ramp_start: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Capability on the first day.",
        source=evidence("RMP-08"),
    )
    ramp_quota_relief: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Quota relief on the first day, falling over the ramp.",
        source=assumed("ramped quotas are usual"),
    )
    onboarding: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of the playbook a new rep is taught at once.",
        source=assumed("less than half sticks"),
        lever="organization",
    )
    attrition_per_year: float = param(
        0.25,
        low=0.0,
        high=5.0,
        unit="1 / year",
        doc="Hazard of leaving, for a content rep at quota.",
        source=evidence("TUR-01"),
    )
    attrition_sensitivity: float = param(
        2.0,
        low=0.0,
        high=20.0,
        unit="1 / share",
        doc="Rise of the hazard with distrust, low motivation and missed quotas.",
        source=evidence("TRU-02", "TUR-11", note="sign and order"),
    )
    attrition_from_trust: float = param(
        0.5,
        low=0.0,
        high=5.0,
        unit="weight",
        doc="Weight of distrust among the reasons to leave.",
        source=assumed("the three reasons count alike"),
    )
    attrition_from_motivation: float = param(
        0.5,
        low=0.0,
        high=5.0,
        unit="weight",
        doc="Weight of low motivation among the reasons to leave.",
        source=assumed("the three reasons count alike"),
    )
    attrition_from_attainment: float = param(
        0.5,
        low=0.0,
        high=5.0,
        unit="weight",
        doc="Weight of missed quotas among the reasons to leave.",
        source=assumed("the three reasons count alike"),
    )
    content_motivation: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Motivation of a content rep, which neither holds nor drives away.",
        source=assumed("a little below that of a new rep"),
    )
    early_attrition: float = param(
        1.3,
        low=0.0,
        high=10.0,
        unit="ratio",
        doc="Hazard while new against later.",
        source=evidence("RMP-07"),
    )
    early_weeks: float = param(
        26.0,
        low=0.0,
        high=260.0,
        unit="weeks",
        doc="Tenure up to which the early hazard of leaving holds.",
        source=assumed("half a year, in which most wrong hires are noticed"),
    )
    layoff_hazard: float = param(
        10.0,
        low=0.01,
        high=100.0,
        unit="1 / week",
        doc="Hazard of leaving a seat that is no longer planned.",
        source=assumed("practically at once"),
    )
    replacement_cost: float = param(
        50_000,
        low=0.0,
        high=1_000_000,
        unit="currency",
        doc="Direct cost of filling a seat.",
        source=evidence("TUR-05"),
    )
    on_target_earnings: float = param(
        150_000,
        low=1000.0,
        high=2_000_000,
        unit="currency / year",
        doc="On-target earnings of a rep.",
        source=evidence("PAY-01"),
    )
    pay_burden: float = param(
        0.2,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Overhead on pay.",
        source=assumed("social charges and equipment"),
    )
    variable_share: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Variable part of on-target earnings.",
        source=evidence("PAY-01"),
    )
    commission_cap: float = param(
        2.0,
        low=1.0,
        high=10.0,
        unit="ratio",
        doc="Attainment up to which commission is paid.",
        source=assumed("accelerators end somewhere"),
    )
    headcount_growth_per_year: float = param(
        0.05,
        low=-0.9,
        high=5.0,
        unit="1 / year",
        doc="Planned growth of seats.",
        source=assumed("by phase, see presets"),
        lever="organization",
    )
    budget_share: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Share of gross margin for reps where the force funds itself.",
        source=evidence("PAY-05", note="average sales force cost 10% of revenue, up to 40%"),
    )
    headcount_adjustment_weeks: float = param(
        86.7,
        low=1.0,
        high=520.0,
        unit="weeks",
        doc="Time in which head-count follows the budget.",
        source=evidence("SDF-01", note="20 months"),
    )
    hires_per_week: float = param(
        0.231,
        low=0.0,
        high=1000.0,
        unit="hires / week",
        doc="Poisson hires where that option is on.",
        source=model("pattern X1: 12 a year"),
    )
    good_fit_share: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Good fits among hires, exponential tenure only.",
        source=model("pattern X1"),
    )
    good_fit_tenure_weeks: float = param(
        208.0,
        low=1.0,
        high=5000.0,
        unit="weeks",
        doc="Mean tenure of good fits, exponential tenure only.",
        source=model("pattern X1"),
    )
    poor_fit_tenure_weeks: float = param(
        26.0,
        low=1.0,
        high=5000.0,
        unit="weeks",
        doc="Mean tenure of poor fits, exponential tenure only.",
        source=model("pattern X1"),
    )
