"""Trust in management, motivation and energy."""

from agents.machinery.formulas import clip, kept_share, load, toward
from agents.machinery.rule import rule
from agents.machinery.state import State
from agents.rep.pipeline import hours_needed


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
    target += p.motivation_from_variable_pay * (p.talent_variable_share - p.motivation_usual_variable_share)
    rep.motivation = toward(rep.motivation, clip(target, 0.0, 1.0), p.motivation_rate)
    asked = hours_needed(s, i)
    overload = max(0.0, load(p.operations_week_hours, rep.hours_opportunities, rep.hours_prospecting, asked) - 1.0)
    rep.energy = toward(rep.energy, 1.0 / (1.0 + p.motivation_overload_cost * overload), p.motivation_energy_rate)
