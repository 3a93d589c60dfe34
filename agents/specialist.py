"""Overlay specialists: four kinds, shared by reps, each with a target of its own."""

from agents.chance import DECISION, draw
from agents.codes import KIND, ORIGIN, PURSUIT
from agents.formulas import clip, coordination_hours_each
from agents.on_demand import mesa_class
from agents.opportunity import people_on
from agents.queueing import queues
from agents.record import Field, Record
from agents.rule import helper, rule
from agents.state_type import State

KINDS = Record(
    "kinds",
    "What the specialists of one kind have in common",
    [
        Field("count", "i8", "specialists", "Specialists of the kind employed now."),
        Field("added", "i8", "specialists", "Of these, added as a response to missed targets."),
        Field("expertise", "f8", "share", "Part of the missing depth a specialist supplies.", low=0.0, high=1.0),
    ],
)

SPECIALISTS = Record(
    "specialists",
    "Overlay specialist",
    [
        Field("kind", "i8", "code", "Product, industry, installed base or telesales."),
        Field("number", "i8", "count", "Number within the kind."),
        Field("idle", "i8", "0 | 1", "A specialist outside the model, for tests: covers nobody."),
        Field("active", "i8", "0 | 1", "Whether employed."),
        Field("candidates", "i8", "deals", "Deals of the reps covered that could be joined."),
        Field("load", "i8", "deals", "Deals joined."),
        Field("target", "f8", "deals", "Own target: deals to be on.", low=0.0, high=1000.0),
        Field("hours_coordination", "f8", "hours / week", "Staying in step with others.", low=0.0, high=1e4),
        Field("hours_on_deals", "f8", "hours / week", "Hours spent on deals.", low=0.0, high=168.0),
        Field("hours_left", "f8", "hours / week", "Hours nobody asked for.", low=0.0, high=168.0),
        Field("served", "f8", "share", "Part of the hours asked for that was given.", low=0.0, high=1.0, start=1.0),
        Field("free_at", "f8", "week", "When the jobs taken are done (first come, first served).", low=0.0),
        Field("jobs", "i8", "jobs", "Jobs taken so far."),
        Field("waited", "f8", "weeks", "Time the jobs taken so far waited for their beginning.", low=0.0),
        Field("worked", "f8", "weeks", "Work of the jobs taken so far.", low=0.0),
        Field("cost", "f8", "currency / week", "Pay and burden.", low=0.0, high=1e12),
    ],
)


@rule(agent="specialist")
def look_for_deals(s: State, j: int) -> None:
    """Count the deals one is on and those one could join, among the reps one covers."""
    specialist = s.specialists[j]
    specialist.candidates = 0
    specialist.load = 0
    specialist.active = 1 if specialist.idle == 0 and specialist.number < s.kinds[specialist.kind].count else 0
    if specialist.active == 0:
        return
    if queues(s, specialist.kind):
        specialist.load = 1 if specialist.free_at > s.clock[0].week else 0
        return
    bit = 1 << specialist.kind
    for seat in range(specialist.number, len(s.reps), s.kinds[specialist.kind].count):
        o = s.reps[seat].first_open
        while o >= 0:
            opp = s.opportunities[o]
            if opp.age == 0 or not wanted(s, o, specialist.kind):
                opp.joined = opp.joined & ~bit
            if (opp.joined & bit) != 0:
                specialist.load += 1
            elif wanted(s, o, specialist.kind):
                specialist.candidates += 1
            o = opp.next_open


@helper
def wanted(s: State, o: int, kind: int) -> bool:
    """Whether a kind of specialist has business on a deal, needed or not."""
    opp = s.opportunities[o]
    if opp.pursuit != PURSUIT.PURSUED:
        return False
    if kind == KIND.INSTALLED_BASE:
        return s.buyers[o // len(s.lines)].customer_lines > 0
    if kind == KIND.TELESALES:
        return opp.origin == ORIGIN.TELESALES and opp.buying_stage < s.p[0].structure_telesales_leaves_at
    return True


@rule(agent="specialist")
def join_deals(s: State, j: int) -> None:
    """Join deals up to one's own target; which ones is a matter of keyed chance, not of need."""
    specialist = s.specialists[j]
    if specialist.active == 0 or queues(s, specialist.kind):
        return
    p = s.p[0]
    specialist.target = p.structure_specialist_target_deals
    room = specialist.target - specialist.load
    if room > 0.0 and specialist.candidates > 0:
        chance = room / specialist.candidates
        bit = 1 << specialist.kind
        for seat in range(specialist.number, len(s.reps), s.kinds[specialist.kind].count):
            o = s.reps[seat].first_open
            while o >= 0:
                opp = s.opportunities[o]
                free = (opp.joined & bit) == 0 and wanted(s, o, specialist.kind)
                if free and draw(s, DECISION.JOIN, 4 * o + specialist.kind) < chance:
                    opp.joined = opp.joined | bit
                    specialist.load += 1
                o = opp.next_open


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
    asked = specialist.load * p.structure_specialist_hours_per_deal
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
        o = s.reps[seat].first_open
        while o >= 0:
            opp = s.opportunities[o]
            if (opp.joined >> specialist.kind) & 1 == 1:
                total += coordination_hours_each(people_on(s, o), per_channel)
            o = opp.next_open
    return total


__getattr__ = mesa_class(
    __name__, "OverlaySpecialist", "A specialist who joins deals of the reps covered.", "specialist", SPECIALISTS
)
