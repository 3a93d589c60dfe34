"""The leader's quarter and the year's target."""

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.formulas import clip, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.organization.money import start_up_weeks


@rule(agent="organization")
def note_referral(s: State, row: int) -> None:
    """The greatest lift of needs any account has from its neighbours."""
    most = 0.0
    for b in range(len(s.buyers)):
        most = max(most, s.buyers[b].referral)
    s.org[row].most_referral = most


@rule(agent="organization")
def review_quarter(s: State, row: int) -> None:
    """The leader's quarter: attainment, and whether the vision is believed, for targets met and for progress seen."""
    p = s.p[0]
    org = s.org[row]
    booked = 0.0
    quota = 0.0
    for i in range(len(s.reps)):
        booked += s.reps[i].booked_quarter
        quota += s.reps[i].quota
    org.attainment = booked / quota if quota > 0.0 else 0.0
    above = org.attainment * (1.0 + p.strategy_over_assignment) - p.strategy_credibility_start
    met = clip(above / p.strategy_credibility_range, 0.0, 1.0)
    earned = met
    if p.mechanisms_progress > 0.0:
        earned = toward(met, progress_seen(s, booked), p.strategy_credibility_from_progress)
    org.vision_credibility = toward(org.vision_credibility, earned, p.strategy_credibility_rate)


@helper
def progress_seen(s: State, booked: float) -> float:
    """How far growth over a year looks like what the vision promises: none of it 0, twice as much 1. [share].

    Bookings of half a year against the year before; until buying processes have ended there is none to be seen.
    """
    p = s.p[0]
    org = s.org[0]
    if s.clock[0].week < start_up_weeks(s) + WEEKS_PER_QUARTER:
        org.pace = booked
        org.usual_pace = booked
    org.pace = toward(org.pace, booked, 0.5)
    growth = org.pace / max(org.usual_pace, 1.0) - 1.0
    org.usual_pace = toward(org.usual_pace, org.pace, 0.2)
    return clip(0.5 + (growth - p.strategy_growth_goal) / p.strategy_growth_range, 0.0, 1.0)


@rule(agent="organization")
def set_year_target(s: State, row: int) -> None:
    """Target = (last + ratchet x max(0, last - the year before)) x (1 + stretch)."""
    p = s.p[0]
    org = s.org[row]
    last = org.booked_year
    if s.clock[0].week <= 52:
        last *= 52.0 / (52.0 - start_up_weeks(s))
    before = org.booked_last_year if org.booked_last_year > 0.0 else last
    growth = max(0.0, last - before) * p.mechanisms_ratchet
    org.target_year = (last + p.strategy_ratchet * growth) * (1.0 + p.strategy_stretch)
    org.booked_year_before = before
    org.booked_last_year = last
    org.booked_year = 0.0
    org.belief_total = 0.0
    for m in range(len(s.managers)):
        if s.managers[m].level == 1:
            org.belief_total += s.managers[m].belief
