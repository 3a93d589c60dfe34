"""A manager's week: coaching, joint visits, inspection, and what is learned of the field."""

from agents.machinery.formulas import clip, half_saturated, kept_share, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="manager")
def spend_week(s: State, m: int) -> None:
    """Office and inspection come first; coaching and field time share what is left, as far as they are adopted.

    What then remains goes to the team's deals.
    """
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
    manager.supported = support(s, m, free - (coaching + dives) * share)
    manager.dive_hours = dives * share
    manager.dive_hours_per_rep = manager.dive_hours / max(team, 1.0) if manager.level == 1 else 0.0
    formality = manager.enablement_coaching_formality
    manager.coaching_quality = 1.0 + p.enablement_coaching_formality_gain * (formality - 0.5)
    manager.cost = p.management_cost / 52.0


@helper
def support(s: State, m: int, hours: float) -> float:
    """How far the team's open deals get the advice, approvals and forecasts they ask for in these hours. [share]."""
    p = s.p[0]
    manager = s.managers[m]
    deals = 0
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        deals += s.reps[s.roster[k]].n_open
    asked = deals * p.management_support_hours_per_deal * p.mechanisms_deal_support
    return min(1.0, max(0.0, hours) / asked) if asked > 0.0 else 1.0


@rule(agent="manager")
def show_practice(s: State, m: int) -> None:
    """What a team shows its members: its mean method; the more it meets, the nearer to that of its best."""
    manager = s.managers[m]
    hours = manager.enablement_peer_hours_per_month * 12.0 / 52.0 * s.p[0].mechanisms_colleagues
    met = half_saturated(hours, s.p[0].training_peer_half_hours)
    team = max(team_size(s, m), 1.0)
    pipeline = conversation = driving = growth = followed = 0.0
    best_pipeline = best_conversation = best_driving = best_growth = 0.0
    for k in range(manager.first_member, manager.first_member + manager.n_members):
        rep = s.reps[s.roster[k]]
        if rep.active == 0:
            continue
        followed += rep.adherence / team
        pipeline += rep.method_pipeline / team
        conversation += rep.method_conversation / team
        driving += rep.method_driving / team
        growth += rep.method_growth / team
        best_pipeline = max(best_pipeline, rep.method_pipeline)
        best_conversation = max(best_conversation, rep.method_conversation)
        best_driving = max(best_driving, rep.method_driving)
        best_growth = max(best_growth, rep.method_growth)
    # A mean of shares that are all 1 may round to a little more.
    manager.team_adherence = min(1.0, followed)
    manager.shown_pipeline = min(1.0, toward(pipeline, best_pipeline, met))
    manager.shown_conversation = min(1.0, toward(conversation, best_conversation, met))
    manager.shown_driving = min(1.0, toward(driving, best_driving, met))
    manager.shown_growth = min(1.0, toward(growth, best_growth, met))


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
