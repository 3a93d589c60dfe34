"""Reps over the years: skill, trust, motivation, energy, arriving and leaving."""

import math

from agents.chance import DECISION, draw, normal_at, uniform
from agents.formulas import clip, kept_share, toward
from agents.rule import helper, rule
from agents.state_type import State
from agents.week import hours_needed


@rule(agent="rep")
def use_capability(s: State, i: int) -> None:
    """Capability in use: art and the method that is followed, for those who have been here long enough.

    capability = ramp x (art share x art + method share x method in use / usual method). 1 is usual.
    """
    p = s.p[0]
    rep = s.reps[i]
    ramp = 1.0 - (1.0 - p.talent_ramp_start) * math.exp(-rep.tenure / p.talent_ramp_weeks) * p.mechanisms_ramp
    followed = 1.0 - p.enablement_adherence_weight * (1.0 - rep.adherence)
    gift = (1.0 - p.enablement_process_cost_to_art * rep.enablement_process_formality) * p.capabilities_art_share * ramp
    craft = (1.0 - p.capabilities_art_share) * ramp * followed / p.capabilities_usual_method
    rep.capability_pipeline = gift * rep.art_pipeline + craft * rep.method_pipeline
    rep.capability_conversation = gift * rep.art_conversation + craft * rep.method_conversation
    rep.capability_driving = gift * rep.art_driving + craft * rep.method_driving
    rep.capability_growth = gift * rep.art_growth + craft * rep.method_growth
    rep.latent = clip(s.org[0].playbook - rep.method_conversation * followed, 0.0, 1.0)
    energy = 1.0 - p.motivation_energy_weight * (1.0 - rep.energy) * p.mechanisms_energy
    rep.conversation_power = rep.capability_conversation * energy


@rule(agent="rep")
def train(s: State, i: int) -> None:
    """Training moves method towards the playbook; what is neither used nor reinforced fades.

    gain = rate x hours x transfer x (playbook - method), transfer from goal clarity, trust and coaching.
    """
    p = s.p[0]
    rep = s.reps[i]
    if rep.active == 0:
        return
    coached = coached_share(s, i)
    transfer = p.training_transfer_alone + p.training_transfer_coached * coached
    left = p.training_transfer_unwilling
    transfer *= kept_share(left, rep.goal_clarity) * kept_share(left, rep.rep_trust) * kept_share(left, rep.motivation)
    value = rep.training_value_content
    gain = p.training_gain_per_hour * rep.hours_training * transfer
    gain += p.training_coaching_gain_per_hour * rep.hours_coaching * s.managers[rep.manager].coaching_quality
    fading = math.log(2.0) / (p.training_half_life_months * 52.0 / 12.0) * p.mechanisms_training_decay
    fading *= 1.0 - p.training_reinforcement * coached
    ceiling = s.org[0].playbook
    floor = p.capabilities_untrained_method
    rep.method_pipeline = learned(rep.method_pipeline, gain * value, ceiling, fading, floor)
    rep.method_conversation = learned(rep.method_conversation, gain * value, ceiling, fading, floor)
    driving = kept_share(p.training_driving_from_closing, value)
    rep.method_driving = learned(rep.method_driving, gain * driving, ceiling, fading, floor)
    rep.method_growth = learned(rep.method_growth, gain * value, ceiling, fading, floor)
    rep.closing = learned(rep.closing, gain * (1.0 - value), 1.0, fading, 0.0)


@helper
def coached_share(s: State, i: int) -> float:
    """How far coaching carries what was trained into use: half at `training.coaching_half_hours`. [share]."""
    rep = s.reps[i]
    hours = rep.hours_coaching * s.managers[rep.manager].coaching_quality
    return hours / (hours + s.p[0].training_coaching_half_hours)


@helper
def learned(level: float, gain: float, ceiling: float, fading: float, floor: float) -> float:
    """Method after a week of learning and forgetting. [share]."""
    risen = level + min(gain, 1.0) * max(0.0, ceiling - level)
    return clip(risen - fading * max(0.0, risen - floor), 0.0, 1.0)


@rule(agent="rep")
def follow_playbook(s: State, i: int) -> None:
    """Adherence grows with a formal process, coaching and the manager's own adoption, and falls with distrust."""
    p = s.p[0]
    rep = s.reps[i]
    manager = s.managers[rep.manager]
    coached = coached_share(s, i)
    pull = p.enablement_adherence_from_process * rep.enablement_process_formality
    pull += p.enablement_adherence_from_coaching * coached
    pull += p.enablement_adherence_from_adoption * manager.adoption
    pull *= kept_share(p.motivation_heeded_without_trust, rep.rep_trust)
    target = clip(p.enablement_adherence_floor + pull, 0.0, 1.0)
    rep.adherence = toward(rep.adherence, target, p.enablement_adherence_rate)


@rule(agent="rep")
def judge_management(s: State, i: int) -> None:
    """Trust in management: won by coaching, joint visits and clear goals; lost by control and lost ownership."""
    p = s.p[0]
    rep = s.reps[i]
    manager = s.managers[rep.manager]
    trust = rep.rep_trust
    won = (
        p.motivation_trust_per_coaching_hour * rep.hours_coaching
        + p.motivation_trust_per_dive_hour * manager.dive_hours_per_rep
    )
    won += p.motivation_trust_recovery
    lost = p.motivation_trust_loss_control * manager.prescriptiveness
    lost += p.motivation_trust_loss_ownership * rep.extra_faces * p.mechanisms_dilution
    ratio = p.motivation_trust_loss_ratio
    rep.rep_trust = clip(trust + won * (1.0 - trust) - ratio * lost * trust, 0.0, 1.0)
    honest = p.motivation_honesty_floor + (1.0 - p.motivation_honesty_floor) * rep.rep_trust
    rep.honesty = 1.0 - (1.0 - honest) * p.mechanisms_misreporting
    heard = s.org[0].vision_credibility * p.strategy_vision_clarity * p.strategy_goal_communication
    heard *= kept_share(p.motivation_heeded_without_trust, rep.rep_trust)
    target = clip(heard * p.strategy_goal_clarity_scale, 0.0, 1.0) if p.mechanisms_vision > 0.0 else 0.5
    rep.goal_clarity = toward(rep.goal_clarity, target, p.strategy_goal_learning_rate)


@rule(agent="rep")
def feel(s: State, i: int) -> None:
    """Motivation follows an inverted U of perceived quota difficulty and recognition; energy falls with overload."""
    p = s.p[0]
    rep = s.reps[i]
    difficulty = rep.quota / max(13.0 * rep.expected, 1.0)
    off = clip(difficulty - p.motivation_best_difficulty, -1.0, 1.0)
    target = 1.0 - p.motivation_difficulty_cost * off * off
    target += p.motivation_recognition * (min(rep.attainment, p.motivation_attainment_cap) - 1.0)
    target += p.motivation_from_trust * (rep.rep_trust - 0.5)
    rep.motivation = toward(rep.motivation, clip(target, 0.0, 1.0), p.motivation_rate)
    load = (
        p.operations_week_hours - rep.hours_opportunities - rep.hours_prospecting + hours_needed(s, i)
    ) / p.operations_week_hours
    overload = max(0.0, load - 1.0)
    rep.energy = toward(rep.energy, 1.0 / (1.0 + p.motivation_overload_cost * overload), p.motivation_energy_rate)


@rule(agent="rep")
def close_quarter(s: State, i: int) -> None:
    """Attainment of the quarter, and whether a miss was the target's fault in the rep's eyes."""
    p = s.p[0]
    rep = s.reps[i]
    rep.feasible = 13.0 * rep.expected
    rep.attainment = rep.booked_quarter / rep.quota if rep.quota > 0.0 else 0.0
    rep.quota_year += rep.quota
    rep.unfair = 0.0
    if rep.active == 1 and rep.quota > 0.0:
        if rep.attainment < 1.0:
            rep.unfair = clip(rep.quota / max(rep.feasible, 1.0) - 1.0, 0.0, 1.0)
            loss = p.motivation_trust_loss_unfair_miss * rep.unfair * p.motivation_trust_loss_ratio
            rep.rep_trust = clip(rep.rep_trust * (1.0 - loss), 0.0, 1.0)
        else:
            rep.rep_trust = clip(rep.rep_trust + p.motivation_trust_gain_fair_target * (1.0 - rep.rep_trust), 0.0, 1.0)


@rule(agent="rep")
def start_quarter(s: State, i: int) -> None:
    """Quota of the coming quarter: a quarter of the year's, less while ramping and where a review found it too high."""
    p = s.p[0]
    rep = s.reps[i]
    if s.clock[0].week_of_quarter == 13:
        rep.booked_quarter = 0.0
        rep.lost_time = 0.0
        rep.lost_targeting = 0.0
        rep.lost_capability = 0.0
        rep.lost_product = 0.0
    ramped = 1.0
    if rep.tenure < p.talent_ramp_weeks:
        ramped = 1.0 - p.talent_ramp_quota_relief * (1.0 - rep.tenure / p.talent_ramp_weeks) * p.mechanisms_ramp
    rep.quota = rep.annual_quota / 4.0 * ramped * (1.0 - s.managers[rep.manager].quota_relief)


@rule(agent="rep")
def leave_or_stay(s: State, i: int) -> None:
    """People leave: sooner with distrust, low motivation, missed quotas and little tenure."""
    p = s.p[0]
    rep = s.reps[i]
    rep.cost = 0.0
    rep.left = 0
    if rep.active == 0:
        rep.vacant_weeks += 1
        return
    rep.tenure += 1
    hazard = p.talent_attrition_per_year / 52.0
    if p.mechanisms_exponential_tenure > 0.0:
        hazard = 1.0 / (p.talent_good_fit_tenure_weeks if rep.good_fit == 1 else p.talent_poor_fit_tenure_weeks)
    else:
        push = p.talent_attrition_from_trust * (0.5 - rep.rep_trust)
        push += p.talent_attrition_from_motivation * (p.talent_content_motivation - rep.motivation)
        push += p.talent_attrition_from_attainment * (1.0 - min(rep.attainment, p.motivation_attainment_cap))
        hazard *= math.exp(p.talent_attrition_sensitivity * push)
        if rep.tenure < p.talent_early_weeks:
            hazard *= p.talent_early_attrition
    if rep.planned == 0:
        hazard = p.talent_layoff_hazard
    leaves = draw(s, DECISION.LEAVE, i) < 1.0 - math.exp(-hazard)
    if leaves and (p.mechanisms_attrition > 0.0 or rep.planned == 0):
        rep.active = 0
        rep.left = 1
        rep.vacant_weeks = 0


@rule(agent="rep")
def fill_seat(s: State, i: int) -> None:
    """A planned and empty seat is filled after the hiring delay by a new holder, who starts without quota credit."""
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


@helper
def arrive(s: State, i: int) -> None:
    """Gifts, method and attitude of a new holder, drawn for the seat and the count of its holders."""
    p = s.p[0]
    rep = s.reps[i]
    rep.art_pipeline = gift(s, i, 1)
    rep.art_conversation = gift(s, i, 2)
    rep.art_driving = gift(s, i, 3)
    rep.art_growth = gift(s, i, 4)
    method = p.capabilities_untrained_method + p.talent_onboarding * max(
        0.0, s.org[0].playbook - p.capabilities_untrained_method
    )
    rep.method_pipeline = method
    rep.method_conversation = method
    rep.method_driving = method
    rep.method_growth = method
    rep.closing = 0.0
    rep.rep_trust = p.motivation_initial_trust
    rep.motivation = p.motivation_initial
    rep.energy = 1.0
    rep.attainment = 1.0
    rep.expected = rep.territory / 13.0


@helper
def gift(s: State, i: int, which: int) -> float:
    """Art of a holder in one capability: lognormal with mean 1, in part shared by the four. [ratio].

    Selection quality shifts the draw: the better of two candidates is chosen with that probability.
    """
    p = s.p[0]
    seed = s.clock[0].seed
    holder = s.reps[i].holder
    common = normal_at(uniform(seed, DECISION.ART, i, 8 * holder))
    other = normal_at(uniform(seed, DECISION.ART, i, 8 * holder + 5))
    if uniform(seed, DECISION.SELECTION, i, holder) < p.talent_selection_quality:
        common = max(common, other)
    own = normal_at(uniform(seed, DECISION.ART, i, 8 * holder + which))
    spread = p.talent_art_sd
    shared = p.talent_art_correlation
    drawn = math.sqrt(shared) * common + math.sqrt(1.0 - shared) * own
    return math.exp(spread * drawn - spread * spread / 2.0)


@rule(agent="rep")
def draw_pay(s: State, i: int) -> None:
    """Pay, training and the hours of coaching are booked as cost of the week."""
    p = s.p[0]
    rep = s.reps[i]
    if rep.active == 0:
        return
    base = p.talent_on_target_earnings / 52.0
    variable = p.talent_variable_share * (min(rep.attainment, p.talent_commission_cap) - 1.0)
    rep.cost += base * (1.0 + p.talent_pay_burden) * (1.0 + variable)
    rep.cost += rep.hours_training * p.training_cost_per_hour
    specialised = p.structure_role_specialisation * (
        rep.operations_protected_prospecting_hours + p.enablement_care_hours * rep.n_customers
    )
    rep.cost += specialised * p.structure_dedicated_cost_per_hour
