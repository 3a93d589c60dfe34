"""Learning: skill used, trained, coached, forgotten, and how far the playbook is followed."""

import math

from agents.machinery.formulas import clip, forgetting, half_saturated, kept_share, toward
from agents.machinery.rule import helper, rule
from agents.machinery.state import State


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

    gain = rate x hours x transfer x (playbook - method), transfer from goal clarity, trust and coaching. Hours of
    coaching and, as far as the playbook is followed, hours with buyers teach too.
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
    gain += p.training_coaching_gain_per_hour * hours_taken_in(s, i)
    gain += p.training_practice_gain_per_hour * rep.hours_opportunities * rep.adherence * p.mechanisms_practice
    decays = p.mechanisms_training_decay
    fading = forgetting(p.training_half_life_months, decays, p.training_reinforcement, coached)
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
    return half_saturated(hours_taken_in(s, i), s.p[0].training_coaching_half_hours)


@helper
def hours_taken_in(s: State, i: int) -> float:
    """Coaching as far as its receiver is ready for it: those of middling gift most. [hours / week].

    hours x quality x (1 - c (1 - exp(-z^2))), z = (ln art + sd^2 / 2) / sd.
    """
    p = s.p[0]
    rep = s.reps[i]
    spread = max(p.talent_art_sd, 0.01)
    z = (math.log(max(rep.art_conversation, 1e-9)) + spread * spread / 2.0) / spread
    ready = kept_share(1.0 - p.training_coaching_middle, math.exp(-z * z))
    return rep.hours_coaching * s.managers[rep.manager].coaching_quality * ready


@helper
def learned(level: float, gain: float, ceiling: float, fading: float, floor: float) -> float:
    """Method after a week of learning and forgetting. [share]."""
    risen = level + min(gain, 1.0) * max(0.0, ceiling - level)
    return clip(risen - fading * max(0.0, risen - floor), 0.0, 1.0)


@rule(agent="rep")
def learn_from_colleagues(s: State, i: int) -> None:
    """Who is below what the team shows moves up to it: the mean by working beside it, the best where it meets."""
    p = s.p[0]
    rep = s.reps[i]
    if rep.active == 0:
        return
    manager = s.managers[rep.manager]
    rate = p.training_colleague_rate * p.mechanisms_colleagues
    rep.method_pipeline += rate * max(0.0, manager.shown_pipeline - rep.method_pipeline)
    rep.method_conversation += rate * max(0.0, manager.shown_conversation - rep.method_conversation)
    rep.method_driving += rate * max(0.0, manager.shown_driving - rep.method_driving)
    rep.method_growth += rate * max(0.0, manager.shown_growth - rep.method_growth)


@rule(agent="rep")
def follow_playbook(s: State, i: int) -> None:
    """Adherence grows with a formal process, coaching and the manager's own adoption.

    What is asked for is done as far as management is trusted and the goals it serves are understood.
    """
    p = s.p[0]
    rep = s.reps[i]
    manager = s.managers[rep.manager]
    coached = coached_share(s, i)
    pull = p.enablement_adherence_from_process * rep.enablement_process_formality
    pull += p.enablement_adherence_from_coaching * coached
    pull += p.enablement_adherence_from_adoption * manager.adoption
    pull *= kept_share(p.motivation_heeded_without_trust, rep.rep_trust)
    pull *= kept_share(p.enablement_heeded_without_goals, rep.goal_clarity) if p.mechanisms_goals > 0.0 else 1.0
    target = clip(p.enablement_adherence_floor + pull, 0.0, 1.0)
    rep.adherence = toward(rep.adherence, target, p.enablement_adherence_rate)
