"""Product specialists as servers: one job at a time, first come, first served; pooled or dedicated."""

import math

from agents.machinery.chance import DECISION, draw, draw_exponential
from agents.machinery.codes import KIND, PURSUIT
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.machinery.walk import pipeline_of


@helper
def queues(s: State, kind: int) -> bool:
    """Whether specialists of a kind take jobs first come, first served."""
    return s.p[0].mechanisms_first_come_first_served > 0.0 and kind == KIND.PRODUCT


@helper
def pools_of(s: State) -> int:
    """Pools of product specialists; 0 where there is no specialist. [pools]."""
    count = s.kinds[KIND.PRODUCT].count
    if count < 1:
        return 0
    return max(1, count // int(s.p[0].structure_specialist_pool))


@helper
def asks(s: State, o: int) -> bool:
    """Whether an opportunity was taken up this week."""
    opp = s.opportunities[o]
    return opp.pursuit == PURSUIT.PURSUED and opp.created == s.clock[0].week


@helper
def gap_before(s: State, row: int) -> float:
    """Gap before a request, before it is scaled to the week. [mean 1]."""
    return -math.log(draw(s, DECISION.REQUEST, row))


@helper
def gaps_of_week(s: State, j: int, pools: int) -> float:
    """Sum of the gaps before the pool's requests of this week and after the last. [same unit]."""
    total = gap_before(s, len(s.slots) + j)
    for seat in range(s.specialists[j].number, len(s.reps), pools):
        for o in pipeline_of(s, seat):
            if asks(s, o):
                total += gap_before(s, s.opportunities[o].slot)
    return total


@helper
def first_free(s: State, j: int, pools: int) -> int:
    """Who of a pool is free first; its first specialist is given. [row of specialists]."""
    best = j
    last = j + s.kinds[s.specialists[j].kind].count - s.specialists[j].number
    for row in range(j, last, pools):
        if s.specialists[row].free_at < s.specialists[best].free_at:
            best = row
    return best


@helper
def give_job(s: State, o: int, row: int, asked: float) -> None:
    """A job begins as soon as its specialist is free and takes an exponential time."""
    one = s.specialists[row]
    opp = s.opportunities[o]
    work = s.p[0].structure_specialist_job_weeks * draw_exponential(s, DECISION.JOB, opp.slot)
    opp.helped_from = max(asked, one.free_at)
    opp.helped_until = opp.helped_from + work
    one.jobs += 1
    one.waited += opp.helped_from - asked
    one.worked += work
    one.free_at = opp.helped_until


@rule(agent="specialist")
def take_jobs(s: State, j: int) -> None:
    """The first of a pool hands out the week's requests in the order they come in, each to whoever is free first.

    Requests come in at random moments of the week: exponential gaps, scaled to it.
    """
    specialist = s.specialists[j]
    pools = pools_of(s)
    if not queues(s, specialist.kind) or specialist.number >= pools:
        return
    week = s.clock[0].week
    bit = 1 << specialist.kind
    scale = gaps_of_week(s, j, pools)
    moment = float(week)
    for seat in range(specialist.number, len(s.reps), pools):
        for o in pipeline_of(s, seat):
            opp = s.opportunities[o]
            if asks(s, o):
                moment += gap_before(s, opp.slot) / scale
                give_job(s, o, first_free(s, j, pools), moment)
            opp.joined = opp.joined & ~bit
            if opp.helped_from < week + 1.0 and opp.helped_until > week:
                opp.joined = opp.joined | bit
