"""Managers: a tree up to the leader, their hours, what they understand and what they believe.

Front-line managers come first; a higher manager spans the seats and front-line managers
below. Nobody here reads the truth: belief is formed from reports and from field time.
"""

import math

from agents.chance import DECISION, draw, normal_at, uniform
from agents.formulas import clip, kept_share, toward
from agents.on_demand import mesa_class
from agents.record import Field, Record
from agents.rule import helper, rule
from agents.state_type import State

MOST_LEVELS = 32
"""More levels of management than there are: even at a span of 2 it is enough for four billion reps."""

MANAGERS = Record(
    "managers",
    "Manager of reps or of managers, up to the leader",
    [
        Field("level", "i8", "level", "1 for a front-line manager; the leader has the highest."),
        Field("boss", "i8", "row of managers", "Own manager; the leader's is the leader."),
        Field("first_member", "i8", "row of roster", "First seat below."),
        Field("n_members", "i8", "seats", "Seats below."),
        Field("region", "i8", "code", "Region (office) of a front-line team."),
        Field("understanding", "f8", "share", "Understanding of the field.", low=0.0, high=1.0, start=0.3),
        Field("prescriptiveness", "f8", "share", "How far reps are told what to do and inspected.", low=0.0, high=1.0),
        Field("adoption", "f8", "share", "How far the new way of leading is one's own.", low=0.0, high=1.0, start=0.5),
        Field("belief", "f8", "currency / quarter", "Believed potential of the team.", low=0.0, high=1e13),
        Field(
            "truth",
            "f8",
            "currency / quarter",
            "True potential of the team, unknown to the manager.",
            low=0.0,
            high=1e13,
        ),
        Field("target", "f8", "currency / year", "Target of the team.", low=0.0, high=1e13),
        Field(
            "believed_total",
            "f8",
            "currency / quarter",
            "Believed potential of the team's planned territories.",
            low=0.0,
            high=1e13,
        ),
        Field(
            "attainment", "f8", "ratio", "Team's bookings over quota of the last quarter.", low=0.0, high=1e6, start=1.0
        ),
        Field("team_quota", "f8", "currency", "Team's quota of the last quarter.", low=0.0, high=1e13),
        Field("team_feasible", "f8", "currency", "What the team's reps held feasible.", low=0.0, high=1e13),
        Field("honesty_heard", "f8", "share", "Mean honesty of the team's reports.", low=0.0, high=1.0, start=0.6),
        Field(
            "lost_time", "f8", "opportunities", "Team's losses for want of attention, last quarter.", low=0.0, high=1e9
        ),
        Field("lost_targeting", "f8", "opportunities", "Team's losses for want of fit.", low=0.0, high=1e9),
        Field("lost_capability", "f8", "opportunities", "Team's losses for want of capability.", low=0.0, high=1e9),
        Field("lost_product", "f8", "opportunities", "Team's losses for price or product.", low=0.0, high=1e9),
        Field("heard_met", "i8", "0 | 1", "Whether the team met its quota, as the leader hears it."),
        Field("true_cause", "i8", "code", "True cause of the last miss."),
        Field("named_cause", "i8", "code", "Cause the manager named."),
        Field("response_made", "i8", "code", "Response to the last miss."),
        Field("coaching_done", "f8", "hours / rep / week", "Coaching each rep gets.", low=0.0, high=60.0),
        Field(
            "coaching_quality",
            "f8",
            "ratio",
            "Worth of an hour of coaching; formal coaching is worth more.",
            low=0.0,
            high=3.0,
            start=1.0,
        ),
        Field(
            "dive_hours",
            "f8",
            "hours / week",
            "Field time done: deep dives into accounts and deals.",
            low=0.0,
            high=60.0,
        ),
        Field("dive_hours_per_rep", "f8", "hours / rep / week", "Field time with each rep.", low=0.0, high=60.0),
        Field("inspection_hours", "f8", "hours / week", "Inspecting reps.", low=0.0, high=60.0),
        Field("office_hours", "f8", "hours / week", "Reporting upward and everything else.", low=0.0, high=60.0),
        Field("overlay_request", "f8", "specialists", "Specialists asked for this quarter.", low=0.0, high=100.0),
        Field("overlay_kind", "i8", "code", "Kind of specialist asked for."),
        Field("icp_request", "f8", "share", "Rise in ICP clarity asked for this quarter.", low=0.0, high=1.0),
        Field(
            "programme_training",
            "f8",
            "hours / quarter",
            "Extra training as a response to a miss.",
            low=0.0,
            high=520.0,
        ),
        Field(
            "extra_coaching",
            "f8",
            "hours / rep / month",
            "Extra coaching after a root-cause review.",
            low=0.0,
            high=40.0,
        ),
        Field("quota_relief", "f8", "share", "Quota taken back after a root-cause review.", low=0.0, high=0.9),
        Field("time_freed", "f8", "share", "Administration taken off reps after a review.", low=0.0, high=0.9),
        Field("reviews", "i8", "reviews", "Root-cause reviews held so far."),
        Field(
            "enablement_coaching_hours_per_month", "f8", "hours / rep / month", "Lever: coaching.", low=0.0, high=40.0
        ),
        Field("enablement_coaching_formality", "f8", "share", "Lever: formality of coaching.", low=0.0, high=1.0),
        Field("structure_field_hours_per_week", "f8", "hours / week", "Lever: field time.", low=0.0, high=40.0),
        Field("management_response", "f8", "code", "Lever: policy after a miss.", low=0.0, high=5.0),
        Field("cost", "f8", "currency / week", "Pay, reviews and programmes.", low=0.0, high=1e12),
    ],
)


@rule(agent="manager")
def spend_week(s: State, m: int) -> None:
    """Office and inspection come first; coaching and field time share what is left, as far as they are adopted."""
    p = s.p[0]
    manager = s.managers[m]
    team = team_size(s, m)
    office = p.management_office_hours
    inspection = p.management_inspection_hours_per_rep * manager.prescriptiveness * team
    carried = 1.0
    if p.mechanisms_adoption > 0.0:
        carried = (
            p.management_carried_without_adoption + (1.0 - p.management_carried_without_adoption) * manager.adoption
        )
    month = manager.enablement_coaching_hours_per_month + manager.extra_coaching
    coaching = month * 12.0 / 52.0 * team * carried * p.mechanisms_coaching * s.org[0].training_afforded
    if manager.level > 1:
        coaching = 0.0
        inspection = 0.0
    dives = manager.structure_field_hours_per_week * carried * p.mechanisms_field_time
    free = max(0.0, p.management_week_hours - office - inspection)
    share = min(1.0, free / max(coaching + dives, 1e-9))
    manager.office_hours = min(office, p.management_week_hours)
    manager.inspection_hours = min(inspection, p.management_week_hours - manager.office_hours)
    manager.coaching_done = coaching * share / max(team, 1.0)
    manager.dive_hours = dives * share
    manager.dive_hours_per_rep = manager.dive_hours / max(team, 1.0) if manager.level == 1 else 0.0
    formality = manager.enablement_coaching_formality
    manager.coaching_quality = 1.0 + p.enablement_coaching_formality_gain * (formality - 0.5)
    manager.cost = p.management_cost / 52.0


@helper
def team_size(s: State, m: int) -> float:
    """Filled seats below the manager. [reps]."""
    manager = s.managers[m]
    team = 0.0
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        team += s.reps[s.roster[k]].active
    return team


@rule(agent="manager")
def learn_field(s: State, m: int) -> None:
    """Understanding rises with deep dives and honest, complete reports, and fades."""
    p = s.p[0]
    manager = s.managers[m]
    gap = 1.0 - manager.understanding
    heard = p.management_understanding_per_report * manager.honesty_heard * p.operations_crm_fidelity
    seen = p.management_understanding_per_dive_hour * manager.dive_hours
    fading = p.management_understanding_fade * manager.understanding
    manager.understanding = clip(manager.understanding + (heard + seen) * gap - fading, 0.0, 1.0)


@rule(agent="manager")
def adopt(s: State, m: int) -> None:
    """A new way of leading takes hold with the leader's example, credibility and results, and loses with misses."""
    p = s.p[0]
    manager = s.managers[m]
    example = p.management_leader_example * kept_share(
        p.management_example_without_credibility, s.org[0].vision_credibility
    )
    results = p.management_adoption_from_results * (min(manager.attainment, p.motivation_attainment_cap) - 1.0)
    manager.adoption = toward(manager.adoption, clip(example + results, 0.0, 1.0), p.management_adoption_rate)


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


__getattr__ = mesa_class(__name__, "Manager", "A manager of reps or of managers.", "manager", MANAGERS)
