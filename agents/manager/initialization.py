"""What managers know at the start."""

from agents.machinery.rule import rule
from agents.machinery.state import State


@rule(agent="manager")
def take_office(s: State, m: int) -> None:
    """What a manager understands and believes on the first day."""
    p = s.p[0]
    manager = s.managers[m]
    manager.understanding = p.management_initial_understanding
    manager.prescriptiveness = p.management_initial_prescriptiveness
    manager.adoption = p.management_initial_adoption
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        rep = s.reps[s.roster[k]]
        manager.belief += rep.territory * rep.active
        manager.truth += rep.territory * rep.active
