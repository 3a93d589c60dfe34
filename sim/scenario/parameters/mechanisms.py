"""Switches: every mechanism of the model can be turned off, and idealised options on."""

from sim.scenario.parameters.base import Section, switch


class Mechanisms(Section):
    """Which submodels run."""

    name = "mechanisms"

    coordination: bool = switch(True, doc="Coordination hours on shared deals.")
    dilution: bool = switch(True, doc="Ownership and intimacy diluted by further faces.")
    waiting: bool = switch(True, doc="Deals wait for specialists without hours.")
    switching: bool = switch(True, doc="Switching time between opportunities.")
    fading: bool = switch(True, doc="Neglected deals cool.")
    effort_threshold: bool = switch(True, doc="Effort response with a threshold (off: plain saturation).")
    misalignment: bool = switch(True, doc="Logged stages run ahead of the buyer.")
    consensus: bool = switch(True, doc="A buying group must agree (off: it always does).")
    competition: bool = switch(True, doc="Competitors in the choice.")
    no_decision: bool = switch(True, doc="No decision in the choice.")
    referral: bool = switch(True, doc="Satisfied customers raise neighbours' needs.")
    cross_sell: bool = switch(True, doc="Satisfied customers have more needs.")
    churn: bool = switch(True, doc="Contracts are lost at renewal.")
    delivery: bool = switch(False, doc="Limited delivery capacity.")
    capacity_expansion: bool = switch(True, doc="Delivery capacity follows the backlog (off: it is fixed).")
    prospecting: bool = switch(True, doc="Prospecting finds needs.")
    marketing: bool = switch(True, doc="Marketing brings leads.")
    wip_limit: bool = switch(True, doc="Limits on work in progress are kept.")
    training: bool = switch(True, doc="Training.")
    training_decay: bool = switch(True, doc="Trained method fades.")
    playbook_ageing: bool = switch(True, doc="The playbook ages.")
    coaching: bool = switch(True, doc="Coaching.")
    field_time: bool = switch(True, doc="Managers' field time.")
    adoption: bool = switch(True, doc="Programmes are carried out as far as managers adopt them.")
    misreporting: bool = switch(True, doc="Distrust distorts reports.")
    motivation: bool = switch(True, doc="Motivation moves effort.")
    energy: bool = switch(True, doc="Energy moves conversation value.")
    vision: bool = switch(True, doc="Goal clarity follows vision and communication.")
    ratchet: bool = switch(True, doc="Last year's growth raises the target.")
    icp_drift: bool = switch(True, doc="The ideal customer profile drifts.")
    ramp: bool = switch(True, doc="New reps ramp.")
    attrition: bool = switch(True, doc="Reps leave.")
    vacancies: bool = switch(True, doc="Empty seats stay empty for the hiring delay.")
    self_funding: bool = switch(False, doc="Training and head-count follow revenue.")
    certain_wins: bool = switch(False, doc="Every process that ends is won (docking).")
    bass_needs: bool = switch(False, doc="Needs with hazard p + q F (docking).")
    poisson_hiring: bool = switch(False, doc="Hires arrive at a fixed rate (docking).")
    exponential_tenure: bool = switch(False, doc="Tenure is exponential by fit (docking).")
    partial_capacity: bool = switch(False, doc="A short backlog uses part of delivery capacity (docking).")
    delay_deters_needs: bool = switch(False, doc="Needs fall with the delivery delay buyers know of (docking).")
    first_come_first_served: bool = switch(
        False, doc="Product specialists take one job at a time, first come, first served (docking)."
    )
    retelling: bool = switch(False, doc="Each level of management may retell a report wrongly (docking).")
