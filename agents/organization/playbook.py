"""Playbook and focus: what stars do is written down, and whom to sell to is kept clear."""

import math

from agents.machinery.formulas import clip, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="organization")
def keep_focus(s: State, row: int) -> None:
    """ICP clarity is worked towards its lever and drifts away as the market moves."""
    p = s.p[0]
    org = s.org[row]
    drift = p.strategy_icp_drift / 13.0 * p.mechanisms_icp_drift
    aim = toward(org.icp_clarity, p.strategy_icp_clarity, p.strategy_icp_learning_rate)
    org.icp_clarity = clip(aim - drift * aim, 0.0, 1.0)


@rule(agent="organization")
def codify(s: State, row: int) -> None:
    """The playbook takes in what the best reps do, as far as it is measured, and ages with the market."""
    p = s.p[0]
    org = s.org[row]
    org.star_practice = star_practice(s)
    effort = p.training_codification_hours_per_quarter / 13.0
    rate = p.training_codification_gain_per_hour * effort * p.operations_measurement_quality
    ageing = p.training_playbook_ageing / 52.0 * p.mechanisms_playbook_ageing
    gap = max(0.0, org.star_practice - org.playbook)
    org.playbook = clip(org.playbook + min(rate, 1.0) * gap - ageing * org.playbook, 0.0, 1.0)


@helper
def star_practice(s: State) -> float:
    """Practice of the stars by bookings over territory potential, on the playbook's scale. [share].

    The mean capability of those whose yield is in the top `training.star_share`; gifts count as far as they can be
    described, so the scale saturates.
    """
    low = 0.0
    high = 20.0
    wanted = s.p[0].training_star_share * max(s.org[0].n_active, 1)
    for _ in range(12):
        middle = (low + high) / 2.0
        if reps_above(s, middle) > wanted:
            low = middle
        else:
            high = middle
    total = 0.0
    stars = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        if rep.active == 1 and 13.0 * rep.expected >= low * rep.territory:
            stars += 1.0
            total += rep.capability_conversation
    return 1.0 - math.exp(-total / max(stars, 1.0) / s.p[0].training_star_scale)


@helper
def reps_above(s: State, bar: float) -> float:
    """Reps whose expected bookings exceed a multiple of their territory's potential. [reps]."""
    count = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        if rep.active == 1 and 13.0 * rep.expected > bar * rep.territory:
            count += 1.0
    return count
