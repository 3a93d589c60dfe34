"""Arriving, leaving and being paid."""

import math

from agents.machinery.chance import DECISION, draw, normal_at, uniform
from agents.machinery.formulas import kept_share, toward, with_burden
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


@rule(agent="rep")
def leave_or_stay(s: State, i: int) -> None:
    """People quit, and are dismissed for missed quotas; newcomers sooner. One draw decides whether and which."""
    p = s.p[0]
    rep = s.reps[i]
    rep.cost = 0.0
    rep.left = 0
    if rep.active == 0:
        rep.vacant_weeks += 1
        return
    rep.tenure += 1
    dismissal = dismissal_hazard(s, i)
    hazard = dismissal + quit_hazard(s, i)
    if p.mechanisms_exponential_tenure > 0.0:
        hazard = 1.0 / (p.talent_good_fit_tenure_weeks if rep.good_fit == 1 else p.talent_poor_fit_tenure_weeks)
    if rep.planned == 0:
        hazard = p.talent_layoff_hazard
    luck = draw(s, DECISION.LEAVE, i)
    if luck < 1.0 - math.exp(-hazard) and (p.mechanisms_attrition > 0.0 or rep.planned == 0):
        rep.active = 0
        rep.left = 1
        rep.vacant_weeks = 0
        dismissed = luck < 1.0 - math.exp(-dismissal) or rep.planned == 0
        rep.quits += 0 if dismissed else 1
        rep.dismissals += 1 if dismissed else 0


@helper
def base_hazard(s: State, i: int) -> float:
    """Hazard of leaving of a content rep at quota, newcomers sooner. [1 / week]."""
    p = s.p[0]
    early = p.talent_early_attrition if s.reps[i].tenure < p.talent_early_weeks else 1.0
    return p.talent_attrition_per_year / 52.0 * early


@helper
def quit_hazard(s: State, i: int) -> float:
    """Hazard of quitting: with distrust and low motivation, with better pay elsewhere, most at middling results.

    The best are held by what they earn, the worst have nowhere to go. [1 / week].
    """
    p = s.p[0]
    rep = s.reps[i]
    push = p.talent_attrition_from_trust * (0.5 - rep.rep_trust)
    push += p.talent_attrition_from_motivation * (p.talent_content_motivation - rep.motivation)
    off = (rep.attainment - p.talent_middle_attainment) / p.talent_middle_width
    offers = kept_share(1.0 - p.talent_attrition_from_middle, math.exp(-off * off))
    paid = relative_pay(s) ** -p.talent_quit_elasticity
    quitting = (1.0 - p.talent_involuntary_share) * base_hazard(s, i)
    return quitting * math.exp(p.talent_attrition_sensitivity * push) * offers * paid


@helper
def dismissal_hazard(s: State, i: int) -> float:
    """Hazard of being dismissed: the lower, the nearer to quota and beyond. [1 / week]."""
    p = s.p[0]
    missed = 1.0 - min(s.reps[i].attainment, p.motivation_attainment_cap)
    push = p.talent_attrition_from_attainment * missed
    return p.talent_involuntary_share * base_hazard(s, i) * math.exp(p.talent_attrition_sensitivity * push)


@helper
def relative_pay(s: State) -> float:
    """On-target earnings against those elsewhere. [ratio]."""
    p = s.p[0]
    return p.talent_on_target_earnings / s.org[0].market_pay if p.mechanisms_pay > 0.0 else 1.0


@rule(agent="rep")
def fill_seat(s: State, i: int) -> None:
    """A planned and empty seat is filled after the hiring delay by a new holder, who starts without quota credit.

    A newcomer follows the playbook as far as the team does and onboarding reaches.
    """
    p = s.p[0]
    rep = s.reps[i]
    if rep.active == 1 or rep.planned == 0 or rep.idle == 1:
        return
    chance = 1.0 - math.exp(-1.0 / max(p.talent_hiring_delay_weeks, 0.1))
    if p.mechanisms_poisson_hiring > 0.0:
        if rep.appointed == 0:
            return
    elif p.mechanisms_vacancies > 0.0 and draw(s, DECISION.HIRE, i) >= chance:
        return
    rep.active = 1
    rep.holder += 1
    rep.tenure = 0
    rep.good_fit = 1 if uniform(s.clock[0].seed, DECISION.GOOD_FIT, i, rep.holder) < p.talent_good_fit_share else 0
    rep.cost += p.talent_replacement_cost
    arrive(s, i)
    if p.mechanisms_carried_practice > 0.0:
        followed = s.managers[rep.manager].team_adherence
        rep.adherence = toward(p.enablement_adherence_floor, followed, p.talent_onboarding)


@helper
def arrive(s: State, i: int) -> None:
    """Gifts, method and attitude of a new holder, drawn for the seat and the count of its holders."""
    p = s.p[0]
    rep = s.reps[i]
    rep.art_pipeline = gift(s, i, 1)
    rep.art_conversation = gift(s, i, 2)
    rep.art_driving = gift(s, i, 3)
    rep.art_growth = gift(s, i, 4)
    manager = s.managers[rep.manager]
    rep.method_pipeline = taught_at_once(s, manager.shown_pipeline)
    rep.method_conversation = taught_at_once(s, manager.shown_conversation)
    rep.method_driving = taught_at_once(s, manager.shown_driving)
    rep.method_growth = taught_at_once(s, manager.shown_growth)
    rep.closing = 0.0
    rep.rep_trust = p.motivation_initial_trust
    rep.motivation = p.motivation_initial
    rep.energy = 1.0
    rep.attainment = 1.0
    rep.expected = rep.territory / 13.0


@helper
def taught_at_once(s: State, shown: float) -> float:
    """Method of a newcomer: part of the playbook, of which part is learned from what colleagues show. [share].

    What nobody does any more, a newcomer is not shown: practice is carried by people.
    """
    p = s.p[0]
    lost = max(0.0, s.org[0].playbook - shown) * p.talent_onboarding_by_colleagues * p.mechanisms_carried_practice
    untrained = p.capabilities_untrained_method
    return untrained + p.talent_onboarding * max(0.0, s.org[0].playbook - lost - untrained)


@helper
def gift(s: State, i: int, which: int) -> float:
    """Art of a holder in one capability: lognormal with mean 1, in part shared by the four. [ratio].

    Selection quality shifts the draw: the better of two candidates is chosen with that probability. So does pay: more
    than elsewhere draws better candidates.
    """
    p = s.p[0]
    seed = s.clock[0].seed
    holder = s.reps[i].holder
    common = normal_at(uniform(seed, DECISION.ART, i, 8 * holder))
    other = normal_at(uniform(seed, DECISION.ART, i, 8 * holder + 5))
    if uniform(seed, DECISION.SELECTION, i, holder) < p.talent_selection_quality:
        common = max(common, other)
    common += p.talent_selection_from_pay * math.log(relative_pay(s))
    own = normal_at(uniform(seed, DECISION.ART, i, 8 * holder + which))
    spread = p.talent_art_sd
    shared = p.talent_art_correlation
    drawn = math.sqrt(shared) * common + math.sqrt(1.0 - shared) * own
    return math.exp(spread * drawn - spread * spread / 2.0)


@rule(agent="rep")
def draw_pay(s: State, i: int) -> None:
    """Pay, training and the work of dedicated people are booked as cost of the week."""
    p = s.p[0]
    rep = s.reps[i]
    if rep.active == 0:
        return
    base = p.talent_on_target_earnings / 52.0
    variable = p.talent_variable_share * (min(rep.attainment, p.talent_commission_cap) - 1.0)
    rep.cost += with_burden(base, p.talent_pay_burden) * (1.0 + variable)
    rep.cost += rep.hours_training * p.training_cost_per_hour
    specialised = p.structure_role_specialisation * (
        rep.operations_protected_prospecting_hours + p.enablement_care_hours * rep.n_customers
    )
    rep.cost += specialised * p.structure_dedicated_cost_per_hour
