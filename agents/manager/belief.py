"""Belief: formed from reports and from field time; nobody here reads the truth."""

import math

from agents.machinery.chance import DECISION, draw, normal_at, uniform
from agents.machinery.formulas import toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State

MOST_LEVELS = 32
"""More levels of management than there are: even at a span of 2 it is enough for four billion reps."""


@rule(agent="manager")
def gather_team(s: State, m: int) -> None:
    """Add up the team's quarter from its reps, front line and higher managers alike."""
    manager = s.managers[m]
    booked = 0.0
    honesty = 0.0
    reps = 0.0
    clear_quarter(s, m)
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        rep = s.reps[s.roster[k]]
        if rep.active == 1:
            reps += 1.0
            honesty += rep.honesty
            manager.truth += 13.0 * rep.expected
        booked += rep.booked_quarter
        manager.team_quota += rep.quota
        manager.team_feasible += rep.feasible
        manager.lost_time += rep.lost_time
        manager.lost_targeting += rep.lost_targeting
        manager.lost_capability += rep.lost_capability
        manager.lost_product += rep.lost_product
    manager.honesty_heard = honesty / max(reps, 1.0)
    manager.attainment = booked / manager.team_quota if manager.team_quota > 0.0 else 0.0


@helper
def clear_quarter(s: State, m: int) -> None:
    """Start the team's sums at zero."""
    manager = s.managers[m]
    manager.truth = 0.0
    manager.team_quota = 0.0
    manager.team_feasible = 0.0
    manager.lost_time = 0.0
    manager.lost_targeting = 0.0
    manager.lost_capability = 0.0
    manager.lost_product = 0.0


@rule(agent="manager")
def form_belief(s: State, m: int) -> None:
    """Belief about the team's potential mixes what was understood with what the CRM says."""
    p = s.p[0]
    manager = s.managers[m]
    seen = manager.understanding
    signal = reported_potential(s, m)
    manager.belief = toward(manager.belief, seen * manager.truth + (1.0 - seen) * signal, p.management_belief_rate)


@helper
def reported_potential(s: State, m: int) -> float:
    """The team's potential as the CRM shows it: incomplete, and bent by distrust. [currency / quarter].

    Missing records blur each rep's figure anew every quarter; distrust bends it the same way
    every time, so more of the same signals does not help.
    """
    p = s.p[0]
    clock = s.clock[0]
    manager = s.managers[m]
    total = 0.0
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        i = s.roster[k]
        rep = s.reps[i]
        if rep.active == 1:
            blur = p.operations_crm_noise * (1.0 - p.operations_crm_fidelity)
            noise = math.exp(
                blur * normal_at(uniform(clock.seed, DECISION.CRM_NOISE, i, clock.week)) - blur * blur / 2.0
            )
            lean = uniform(clock.seed, DECISION.CRM_LEAN, i, rep.holder) - p.motivation_sandbagging
            total += 13.0 * rep.expected * noise * (1.0 + p.operations_distortion * (1.0 - rep.honesty) * lean)
    return total


@rule(agent="manager")
def pass_on(s: State, m: int) -> None:
    """Whether the team met its quota is told upward; in the retelling option each level may turn it round."""
    p = s.p[0]
    manager = s.managers[m]
    manager.heard_met = 1 if manager.attainment >= 1.0 - p.management_miss_tolerance else 0
    if p.mechanisms_retelling == 0.0 or manager.level > 1:
        return
    at = m
    for level in range(s.managers[len(s.managers) - 1].level):
        if draw(s, DECISION.RETELL, MOST_LEVELS * m + level) < p.management_retelling_error:
            manager.heard_met = 1 - manager.heard_met
        if s.managers[at].boss == at:
            return
        at = s.managers[at].boss
