"""What the organization starts with."""

from agents.machinery.rule import rule
from agents.machinery.state import State


@rule(agent="organization")
def initialize_organization(s: State, row: int) -> None:
    """Playbook, focus, belief in the vision and pay elsewhere on the first day."""
    p = s.p[0]
    org = s.org[row]
    org.playbook = p.training_initial_playbook
    org.icp_clarity = p.strategy_icp_clarity
    org.vision_credibility = p.strategy_initial_credibility
    org.market_pay = p.talent_market_pay if p.talent_market_pay > 0.0 else p.talent_on_target_earnings
    filled = 0
    for i in range(len(s.reps)):
        filled += s.reps[i].active
    org.n_active = filled
    org.n_planned = filled
