"""Quotas of the year and of the quarter, and what became of them."""

from agents.machinery.formulas import clip
from agents.machinery.rule import rule
from agents.machinery.state import State
from agents.manager.targets import believed_territory


@rule(agent="rep")
def take_quota(s: State, i: int) -> None:
    """The team's target is split over reps by believed potential, with over-assignment on top."""
    rep = s.reps[i]
    manager = s.managers[rep.manager]
    share = believed_territory(s, rep.manager, i) / max(manager.believed_total, 1.0)
    rep.annual_quota = manager.target * share * (1.0 + s.p[0].strategy_over_assignment)
    rep.booked_year = 0.0
    rep.quota_year = 0.0


@rule(agent="rep")
def close_quarter(s: State, i: int) -> None:
    """Attainment of the quarter, and whether a miss was the target's fault in the rep's eyes."""
    p = s.p[0]
    rep = s.reps[i]
    rep.feasible = 13.0 * rep.expected
    rep.attainment = rep.booked_quarter / rep.quota if rep.quota > 0.0 else 0.0
    rep.quota_year += rep.quota
    rep.unfair = 0.0
    if rep.active == 1 and rep.quota > 0.0:
        if rep.attainment < 1.0:
            rep.unfair = clip(rep.quota / max(rep.feasible, 1.0) - 1.0, 0.0, 1.0)
            loss = p.motivation_trust_loss_unfair_miss * rep.unfair * p.motivation_trust_loss_ratio
            rep.rep_trust = clip(rep.rep_trust * (1.0 - loss), 0.0, 1.0)
        else:
            rep.rep_trust = clip(rep.rep_trust + p.motivation_trust_gain_fair_target * (1.0 - rep.rep_trust), 0.0, 1.0)


@rule(agent="rep")
def start_quarter(s: State, i: int) -> None:
    """Quota of the coming quarter: a quarter of the year's, less while ramping and where a review found it too high."""
    p = s.p[0]
    rep = s.reps[i]
    if s.clock[0].week_of_quarter == 13:
        rep.booked_quarter = 0.0
        rep.lost_time = 0.0
        rep.lost_targeting = 0.0
        rep.lost_capability = 0.0
        rep.lost_product = 0.0
    ramped = 1.0
    if rep.tenure < p.talent_ramp_weeks:
        ramped = 1.0 - p.talent_ramp_quota_relief * (1.0 - rep.tenure / p.talent_ramp_weeks) * p.mechanisms_ramp
    rep.quota = rep.annual_quota / 4.0 * ramped * (1.0 - s.managers[rep.manager].quota_relief)
