"""Which deals specialists look for, are wanted on, and join."""

from agents.machinery.chance import DECISION, draw
from agents.machinery.codes import KIND, ORIGIN, PURSUIT
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import pipeline_of
from agents.specialist.queueing import queues

LATER_KINDS = 1 << 38
"""Where the luck of later kinds begins, beyond that of all opportunities there can be."""


@rule(agent="specialist")
def look_for_deals(s: State, j: int) -> None:
    """Count the deals one is on and those one could join, among the reps one covers."""
    specialist = s.specialists[j]
    specialist.candidates = 0
    specialist.complexity_of_candidates = 0.0
    specialist.load = 0
    specialist.active = 1 if specialist.idle == 0 and specialist.number < s.kinds[specialist.kind].count else 0
    if specialist.active == 0:
        return
    if queues(s, specialist.kind):
        specialist.load = 1 if specialist.free_at > s.clock[0].week else 0
        return
    bit = 1 << specialist.kind
    for seat in range(specialist.number, len(s.reps), s.kinds[specialist.kind].count):
        for o in pipeline_of(s, seat):
            opp = s.opportunities[o]
            if not wanted(s, o, specialist.kind):
                opp.joined = opp.joined & ~bit
            elif (opp.joined & bit) != 0:
                specialist.load += 1
            else:
                specialist.candidates += 1
                specialist.complexity_of_candidates += opp.complexity


@helper
def wanted(s: State, o: int, kind: int) -> bool:
    """Whether a kind of specialist has business on a deal, needed or not."""
    opp = s.opportunities[o]
    if opp.pursuit != PURSUIT.PURSUED:
        return False
    if kind == KIND.INSTALLED_BASE:
        return s.customer_lines[opp.account] > 0
    if kind == KIND.TELESALES:
        return opp.origin == ORIGIN.TELESALES and opp.buying_stage < s.p[0].structure_telesales_leaves_at
    return True


@helper
def luck_of_joining(slot: int, kind: int) -> int:
    """Whose luck it is whether a kind of specialist joins a deal; kinds beyond the fourth have a range of their own."""
    return 4 * slot + kind % 4 + (kind // 4) * LATER_KINDS


@helper
def attraction_of_deal(s: State, complexity: float, usual: float) -> float:
    """How much likelier a specialist joins a deal of this complexity than the usual one. [ratio]."""
    part = s.p[0].structure_joining_by_complexity
    return 1.0 + part * (complexity / usual - 1.0) if usual > 0.0 else 1.0


@rule(agent="specialist")
def join_deals(s: State, j: int) -> None:
    """Join deals up to one's own target: in part those that are complex, in part whichever one comes across."""
    specialist = s.specialists[j]
    if specialist.active == 0 or queues(s, specialist.kind):
        return
    p = s.p[0]
    specialist.target = p.structure_specialist_target_deals
    room = specialist.target - specialist.load
    if room > 0.0 and specialist.candidates > 0:
        chance = room / specialist.candidates
        usual = specialist.complexity_of_candidates / specialist.candidates
        bit = 1 << specialist.kind
        for seat in range(specialist.number, len(s.reps), s.kinds[specialist.kind].count):
            for o in pipeline_of(s, seat):
                opp = s.opportunities[o]
                free = (opp.joined & bit) == 0 and wanted(s, o, specialist.kind)
                liking = chance * attraction_of_deal(s, opp.complexity, usual)
                if free and draw(s, DECISION.JOIN, luck_of_joining(opp.slot, specialist.kind)) < liking:
                    opp.joined = opp.joined | bit
                    specialist.load += 1
