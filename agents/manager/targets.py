"""Targets of teams, by what managers believe of their people's territories."""

from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="manager")
def take_target(s: State, m: int) -> None:
    """The year's target is split over teams by what their managers are believed able to bring."""
    org = s.org[0]
    manager = s.managers[m]
    share = 1.0
    if manager.level == 1:
        share = manager.belief / max(org.belief_total, 1.0)
    manager.target = org.target_year * share
    manager.believed_total = believed_sum(s, m)


@helper
def believed_territory(s: State, m: int, i: int) -> float:
    """A territory's potential as the manager believes it. [currency / quarter]."""
    rep = s.reps[i]
    if rep.idle == 1:
        return 0.0
    seen = s.managers[m].understanding
    known = s.p[0].strategy_quota_from_history
    own = known * 13.0 * rep.expected + (1.0 - known) * rep.territory
    return seen * rep.territory + (1.0 - seen) * own


@helper
def believed_sum(s: State, m: int) -> float:
    """Sum of the believed potential of the team's planned territories. [currency / quarter]."""
    manager = s.managers[m]
    total = 0.0
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        i = s.roster[k]
        total += believed_territory(s, m, i) * s.reps[i].planned
    return total
