"""Whom to hire, how they start, why they leave."""

from sim.scenario.parameters.base import (
    Section,
    assumed,
    evidence,
    in_weeks,
    log_sd,
    money,
    number,
    ratio,
    share,
    weight,
)


class Talent(Section):
    """Whom to hire, how they start, why they leave."""

    name = "talent"

    art_sd: float = log_sd(0.5, 0, 1.5, evidence("STA-01, DER-02: the rest is territory and luck"), when="start")
    """Spread of innate art."""
    art_correlation: float = number(0.64, 0, 1, "correlation", assumed("much of a gift serves all four"), when="start")
    """Correlation of a person's gifts for the four capabilities, on the log scale before selection."""
    selection_quality: float = share(0.2, evidence("TUR-03"), lever="organization")
    """Probability that the better of two candidates is chosen."""
    hiring_delay_weeks: float = in_weeks(13.0, 0.1, 104, evidence("RMP-06"), label="time to hire", lever="organization")
    """Mean time a seat stays empty."""
    ramp_weeks: float = in_weeks(20.0, 1, 156, evidence("RMP-03, RMP-05: 95% after three time constants"))
    """Time constant of ramp."""
    ramp_start: float = share(0.65, evidence("RMP-08: a year is worth .7, slow first deals included"))
    """Capability on the first day."""
    ramp_quota_relief: float = share(0.6, assumed("ramped quotas are usual"))
    """Quota relief on the first day, falling over the ramp."""
    onboarding: float = share(0.65, assumed("matched with a territory's year after its rep left"), lever="organization")
    """Part of the playbook a new rep is taught at once."""
    onboarding_by_colleagues: float = share(0.7, evidence("FLY-20: organizations forget by turnover; size assumed"))
    """Part of onboarding that shows what colleagues do; the rest is the playbook itself."""
    attrition_per_year: float = number(0.28, 0, 5, "1 / year", evidence("TUR-01"))
    """Hazard of leaving, for a content rep at quota."""
    attrition_sensitivity: float = number(2.0, 0, 20, "1 / share", evidence("TRU-02, TUR-11: sign and order"))
    """Rise of the hazard with distrust, low motivation and missed quotas."""
    attrition_from_trust: float = weight(0.5, 0, 5, assumed("the three reasons count alike"))
    """Weight of distrust among the reasons to leave."""
    attrition_from_motivation: float = weight(0.5, 0, 5, assumed("the three reasons count alike"))
    """Weight of low motivation among the reasons to leave."""
    attrition_from_attainment: float = weight(0.4, 0, 5, assumed("who books nothing is dismissed twice as often"))
    """Weight of missed quotas in dismissals."""
    involuntary_share: float = share(0.5, evidence("TUR-02: of all leaving; of a content rep at quota assumed"))
    """Part of leaving that is dismissal, for a content rep at quota."""
    attrition_from_middle: float = share(0.8, evidence("TUR-09: shape; the size is assumed"))
    """Part of quitting that needs middling results."""
    middle_attainment: float = ratio(0.9, 0, 3, assumed("just below quota"))
    """Attainment at which quitting is greatest."""
    middle_width: float = ratio(0.5, 0.05, 3, assumed("half of a quota"))
    """Distance from it at which a third is left of what needs middling results."""
    quit_elasticity: float = number(2.4, 0, 5, "elasticity", assumed("-.5 to -3 in labour economics, from memory"))
    """How quits fall as pay rises above that elsewhere."""
    selection_from_pay: float = number(0.5, 0, 5, "sd / log unit", assumed("better pay draws better candidates"))
    """Gift of candidates won per log unit of pay above that elsewhere."""
    market_pay: float = money(0.0, 0, 5_000_000, assumed("the firm pays what is usual as it starts"), per="year")
    """On-target earnings elsewhere; 0: those at the start."""
    content_motivation: float = share(0.6, assumed("a little below that of a new rep"))
    """Motivation of a content rep, which neither holds nor drives away."""
    early_attrition: float = ratio(1.3, 0, 10, evidence("RMP-07"))
    """Hazard while new against later."""
    early_weeks: float = in_weeks(26.0, 0, 260, assumed("half a year, in which most wrong hires are noticed"))
    """Tenure up to which the early hazard of leaving holds."""
    layoff_hazard: float = number(10.0, 0.01, 100, "1 / week", assumed("practically at once"))
    """Hazard of leaving a seat that is no longer planned."""
    replacement_cost: float = money(50_000.0, 0, 1_000_000, evidence("TUR-05"))
    """Direct cost of filling a seat."""
    on_target_earnings: float = money(150_000.0, 1000, 2_000_000, evidence("PAY-01"), per="year")
    """On-target earnings of a rep."""
    pay_burden: float = share(0.2, assumed("social charges and equipment"), high=2)
    """Overhead on pay."""
    variable_share: float = share(0.5, evidence("PAY-01"))
    """Variable part of on-target earnings."""
    commission_cap: float = ratio(2.0, 1, 10, assumed("accelerators end somewhere"))
    """Attainment up to which commission is paid."""
    headcount_growth_per_year: float = number(
        0.05, -0.9, 5, "1 / year", assumed("by phase, see presets"), label="head-count growth", lever="organization"
    )
    """Planned growth of seats."""
    budget_share: float = share(
        0.3, evidence("PAY-05: sales cost 10% of revenue, to 40%"), label="budget share for reps"
    )
    """Share of gross margin for reps where the force funds itself."""
    headcount_adjustment_weeks: float = in_weeks(86.7, 1, 520, evidence("SDF-01: 20 months"))
    """Time in which head-count follows the budget."""
    hires_per_week: float = number(0.231, 0, 1000, "hires / week", assumed("a worked example: 12 hires a year"))
    """Poisson hires where that option is on."""
    good_fit_share: float = share(0.2, assumed("a worked example: one hire in five"))
    """Good fits among hires, exponential tenure only."""
    good_fit_tenure_weeks: float = in_weeks(208.0, 1, 5000, assumed("a worked example: four years"))
    """Mean tenure of good fits, exponential tenure only."""
    poor_fit_tenure_weeks: float = in_weeks(26.0, 1, 5000, assumed("a worked example: half a year"))
    """Mean tenure of poor fits, exponential tenure only."""
