"""Two sellers who work as a pair: each works with the capability of the better one, task by task."""

from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@helper
def partner_of(s: State, i: int) -> int:
    """Seat beside this one in its team, if both are filled; -1 where there is none. [row].

    Seats 0 and 1 sit beside each other, 2 and 3, and so on.
    """
    j = i + 1 - 2 * (i % 2)
    if j >= len(s.reps) or s.reps[i].active == 0 or s.reps[j].active == 0:
        return -1
    return j if s.reps[j].manager == s.reps[i].manager else -1


@rule(agent="rep")
def draw_on_partner(s: State, i: int) -> None:
    """In a pair, both have the capability of who is better at a task; each spends its own hours.

    capability = own + paired x max(0, the partner's - own) [ratio]; paired is the less of what the two were asked for
    [share]. Assumed; OVL-08 is what comes of it.
    """
    rep = s.reps[i]
    rep.paired = 0.0
    j = partner_of(s, i)
    if j < 0:
        return
    partner = s.reps[j]
    rep.paired = min(rep.structure_paired_work, partner.structure_paired_work)
    if rep.paired == 0.0:
        return
    own = rep.capability_conversation
    rep.capability_pipeline = lifted(rep.capability_pipeline, partner.capability_pipeline, rep.paired)
    rep.capability_conversation = lifted(own, partner.capability_conversation, rep.paired)
    rep.capability_driving = lifted(rep.capability_driving, partner.capability_driving, rep.paired)
    rep.capability_growth = lifted(rep.capability_growth, partner.capability_growth, rep.paired)
    rep.conversation_power *= rep.capability_conversation / max(own, 1e-9)


@helper
def lifted(own: float, partners: float, paired: float) -> float:
    """Capability at hand where the better of two does the work, as far as they are a pair. [ratio]."""
    return own + paired * max(0.0, partners - own)
