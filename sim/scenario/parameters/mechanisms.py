"""Switches: every mechanism of the model can be turned off, and idealised options on."""

from sim.scenario.parameters.base import Section, switch


class Mechanisms(Section):
    """Which submodels run.

    Each switch names the parameters it governs: while it is off, none of them changes anything. One that serves several
    mechanisms stands under a switch only where that switch alone stills it; `talent.attrition_per_year`, from which the
    tenure of the first holders is drawn too, stands under none.
    """

    name = "mechanisms"

    coordination: bool = switch(True, "Coordination hours on shared deals.", governs="structure.hours_per_channel")
    dilution: bool = switch(
        True,
        "Ownership and intimacy diluted by further faces.",
        governs="structure.ownership_dilution structure.intimacy_dilution structure.follow_through_dilution "
        "motivation.trust_loss_ownership",
    )
    waiting: bool = switch(True, "Deals wait for specialists without hours.", governs="structure.waiting_cost")
    switching: bool = switch(True, "Switching time between opportunities.", governs="operations.switching_hours")
    fading: bool = switch(True, "Neglected deals cool.", governs="buyers.neglect_fade buyers.contact_scale")
    effort_threshold: bool = switch(
        True, "Effort response with a threshold (off: plain saturation).", governs="buyers.effort_steepness"
    )
    misalignment: bool = switch(
        True,
        "Logged stages run ahead of the buyer.",
        governs="enablement.alignment enablement.misalignment_cost enablement.push_base enablement.push_quarter_end "
        "enablement.push_at_quota enablement.push_prescriptive enablement.push_closing enablement.push_speed "
        "enablement.quarter_end_weeks buyers.trust_loss_pushed",
    )
    season: bool = switch(
        True,
        "Needs differ by the quarter of the year.",
        governs="market.first_quarter_needs market.second_quarter_needs market.third_quarter_needs "
        "market.fourth_quarter_needs",
    )
    size: bool = switch(
        True, "Larger deals take more effort and time.", governs="buyers.effort_from_size buyers.cycle_from_size"
    )
    reorders: bool = switch(
        True, "What is installed is in part reordered.", governs="buyers.reorder_share buyers.reorder_effort"
    )
    deal_support: bool = switch(
        True, "Deals ask for managers' hours.", governs="management.support_hours_per_deal management.support_weight"
    )
    pay: bool = switch(
        True,
        "Pay against that elsewhere draws and keeps.",
        governs="talent.market_pay talent.quit_elasticity talent.selection_from_pay",
    )
    consensus: bool = switch(
        True,
        "A buying group must agree (off: it always does).",
        governs="buyers.consensus_difficulty buyers.weight_consensus buyers.good_consensus market.group_size "
        "market.group_size_sd",
    )
    competition: bool = switch(True, "Competitors in the choice.", governs="market.competitor_strength")
    no_decision: bool = switch(
        True,
        "No decision in the choice.",
        governs="market.status_quo buyers.status_quo_spread buyers.weight_insight buyers.weight_need "
        "buyers.prospected_need buyers.referred_need operations.marketing_quality structure.telesales_quality",
    )
    referral: bool = switch(
        True,
        "Satisfied customers raise neighbours' needs.",
        governs="buyers.referral_lift buyers.referral_threshold buyers.referred_need buyers.referral_warmth",
    )
    regard: bool = switch(
        True,
        "Accounts remember whether time with us was worth while.",
        governs="buyers.regard_pace buyers.regard_fade buyers.access_from_regard buyers.memory buyers.favourite "
        "buyers.referral_warmth",
    )
    learned_results: bool = switch(
        True,
        "Clients get more out of what they learned to use.",
        governs="buyers.result_from_insight buyers.insight_for_result",
    )
    expansion: bool = switch(True, "What is installed is bought again smaller.", governs="buyers.expansion_size")
    cross_sell: bool = switch(True, "Satisfied customers have more needs.", governs="buyers.cross_sell_lift")
    churn: bool = switch(
        True,
        "Contracts are lost at renewal.",
        governs="buyers.churn_per_year buyers.churn_sensitivity buyers.churn_from_trust",
    )
    delivery: bool = switch(
        False,
        "Limited delivery capacity.",
        governs="organization.delivery_capacity organization.minimum_delivery_weeks organization.delivery_rest "
        "organization.delivery_goal_weeks organization.capacity_delay_weeks "
        "organization.company_notices_weeks organization.market_notices_weeks organization.delay_cost "
        "organization.delay_dissatisfaction",
    )
    capacity_expansion: bool = switch(
        True,
        "Delivery capacity follows the backlog (off: it is fixed).",
        governs="organization.delivery_goal_weeks organization.capacity_delay_weeks",
    )
    prospecting: bool = switch(
        True, "Prospecting finds needs.", governs="operations.needs_per_prospecting_hour buyers.prospected_need"
    )
    marketing: bool = switch(
        True,
        "Marketing brings leads.",
        governs="operations.marketing_leads_per_week operations.marketing_quality operations.marketing_cost_per_lead",
    )
    wip_limit: bool = switch(True, "Limits on work in progress are kept.", governs="operations.wip_limit")
    training: bool = switch(
        True,
        "Training.",
        governs="training.hours_per_quarter training.gain_per_hour training.transfer_alone training.transfer_coached "
        "training.transfer_unwilling management.programme_training_hours",
    )
    practice: bool = switch(True, "Doing teaches.", governs="training.practice_gain_per_hour")
    colleagues: bool = switch(
        True,
        "Reps learn from their colleagues.",
        governs="training.colleague_rate training.peer_half_hours enablement.peer_hours_per_month",
    )
    carried_practice: bool = switch(
        True, "Newcomers do as their colleagues do.", governs="talent.onboarding_by_colleagues"
    )
    training_decay: bool = switch(
        True, "Trained method fades.", governs="training.half_life_months training.reinforcement"
    )
    playbook_ageing: bool = switch(True, "The playbook ages.", governs="training.playbook_ageing")
    coaching: bool = switch(
        True,
        "Coaching.",
        governs="enablement.coaching_hours_per_month enablement.coaching_formality enablement.coaching_formality_gain "
        "training.coaching_middle "
        "enablement.adherence_from_coaching training.coaching_gain_per_hour training.coaching_half_hours "
        "training.transfer_coached training.reinforcement motivation.trust_per_coaching_hour "
        "management.extra_coaching_step management.extra_coaching_limit",
    )
    field_time: bool = switch(
        True,
        "Managers' field time.",
        governs="structure.field_hours_per_week management.understanding_per_dive_hour motivation.trust_per_dive_hour",
    )
    adoption: bool = switch(
        True, "Programmes are carried out as far as managers adopt them.", governs="management.carried_without_adoption"
    )
    misreporting: bool = switch(
        True,
        "Distrust distorts reports.",
        governs="motivation.honesty_floor motivation.sandbagging operations.distortion",
    )
    motivation: bool = switch(True, "Motivation moves effort.", governs="motivation.effort_range")
    energy: bool = switch(True, "Energy moves conversation value.", governs="motivation.energy_weight")
    vision: bool = switch(
        True,
        "Goal clarity follows vision and communication.",
        governs="strategy.vision_clarity strategy.goal_communication strategy.goal_clarity_scale",
    )
    goals: bool = switch(
        True, "New behaviour needs goals that are understood.", governs="enablement.heeded_without_goals"
    )
    progress: bool = switch(
        True,
        "The vision is believed for progress seen, too.",
        governs="strategy.credibility_from_progress strategy.growth_goal strategy.growth_range",
    )
    ratchet: bool = switch(True, "Last year's growth raises the target.", governs="strategy.ratchet")
    icp_drift: bool = switch(True, "The ideal customer profile drifts.", governs="strategy.icp_drift")
    ramp: bool = switch(True, "New reps ramp.", governs="talent.ramp_weeks talent.ramp_start talent.ramp_quota_relief")
    attrition: bool = switch(
        True,
        "Reps leave.",
        governs="talent.attrition_sensitivity talent.attrition_from_trust talent.attrition_from_motivation "
        "talent.attrition_from_attainment talent.content_motivation talent.early_attrition talent.early_weeks "
        "talent.involuntary_share talent.attrition_from_middle talent.middle_attainment talent.middle_width "
        "talent.quit_elasticity",
    )
    vacancies: bool = switch(True, "Empty seats stay empty for the hiring delay.", governs="talent.hiring_delay_weeks")
    self_funding: bool = switch(
        False,
        "Training and head-count follow revenue.",
        governs="talent.budget_share talent.headcount_adjustment_weeks training.budget_share "
        "structure.overlay_budget_share organization.revenue_smoothing",
    )
    one_budget: bool = switch(
        True,
        "Reps and overlays are paid from one budget, where the force funds itself.",
        alone="it decides whose budget overlays are paid from, and has no number of its own",
    )
    certain_wins: bool = switch(
        False, "Every process that ends is won (docking).", alone="on, it takes the place of the whole choice"
    )
    bass_needs: bool = switch(
        False, "Needs with hazard p + q F (docking).", governs="market.bass_innovation market.bass_imitation"
    )
    poisson_hiring: bool = switch(False, "Hires arrive at a fixed rate (docking).", governs="talent.hires_per_week")
    exponential_tenure: bool = switch(
        False,
        "Tenure is exponential by fit (docking).",
        governs="talent.good_fit_share talent.good_fit_tenure_weeks talent.poor_fit_tenure_weeks",
    )
    partial_capacity: bool = switch(
        False,
        "A short backlog uses part of delivery capacity (docking).",
        alone="the table it reads is the published one (SDF-11)",
    )
    delay_deters_needs: bool = switch(
        False,
        "Needs fall with the delivery delay buyers know of (docking).",
        alone="the table it reads is the published one (SDF-05)",
    )
    first_come_first_served: bool = switch(
        False,
        "Product specialists take one job at a time, first come, first served (docking).",
        governs="structure.specialist_pool structure.specialist_job_weeks",
    )
    retelling: bool = switch(
        False, "Each level of management may retell a report wrongly (docking).", governs="management.retelling_error"
    )
