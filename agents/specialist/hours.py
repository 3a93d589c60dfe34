"""How a specialist's hours are shared out, and what coordination takes of them."""

from agents.buyer.conversations import people_on
from agents.machinery.formulas import clip, coordination_hours_each, deal_hours
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import pipeline_of
from agents.specialist.queueing import queues


@rule(agent="specialist")
def share_hours(s: State, j: int) -> None:
    """Share the week among the deals joined; what coordination takes is missing there."""
    p = s.p[0]
    specialist = s.specialists[j]
    specialist.served = 1.0
    specialist.hours_coordination = 0.0
    specialist.hours_on_deals = 0.0
    specialist.hours_left = 0.0
    specialist.cost = 0.0
    if specialist.active == 0:
        return
    asked = deal_hours(specialist.load, p.structure_specialist_hours_per_deal)
    specialist.hours_coordination = coordination_of(s, j) * p.mechanisms_coordination
    free = max(0.0, p.structure_specialist_hours - specialist.hours_coordination)
    specialist.hours_on_deals = min(asked, free)
    specialist.hours_left = free - specialist.hours_on_deals
    if asked > 0.0:
        specialist.served = clip(free / asked, 0.0, 1.0)
    specialist.cost = p.structure_specialist_cost / 52.0


@helper
def coordination_of(s: State, j: int) -> float:
    """Hours a specialist spends staying in step on all deals joined. [hours / week]."""
    specialist = s.specialists[j]
    per_channel = s.p[0].structure_hours_per_channel
    if queues(s, specialist.kind):
        return specialist.load * coordination_hours_each(2.0, per_channel)
    total = 0.0
    for seat in range(specialist.number, len(s.reps), s.kinds[specialist.kind].count):
        for o in pipeline_of(s, seat):
            if (s.opportunities[o].joined >> specialist.kind) & 1 == 1:
                total += coordination_hours_each(people_on(s, o), per_channel)
    return total
