"""Coaching, sales process, alignment with the buyer, tools."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Enablement(Section):
    """Coaching, sales process, alignment with the buyer, tools."""

    name = "enablement"

    coaching_hours_per_month: float = param(
        3.0,
        low=0.0,
        high=40.0,
        unit="hours / rep / month",
        doc="Coaching each rep is to get.",
        source=evidence("MGR-02", "DER-07"),
        lever="manager",
    )
    coaching_formality: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Formality of coaching.",
        source=evidence("MGR-11", note="30% formal, 35% informal, 35% random"),
        lever="manager",
    )
    coaching_formality_gain: float = param(
        0.8,
        low=0.0,
        high=3.0,
        unit="ratio",
        doc="Worth of formal against informal coaching.",
        source=evidence("MGR-07", "MGR-09", note="order of win rates; the size is assumed"),
    )
    process_formality: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Formality of the sales process.",
        source=evidence("SRP-03"),
        lever="rep",
    )
    process_cost_to_art: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Art lost under a fully formal process.",
        source=assumed("a process constrains the gifted a little"),
    )
    adherence_weight: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Method lost where the playbook is not followed.",
        source=assumed("half"),
    )
    adherence_rate: float = param(
        0.04,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which adherence follows.",
        source=assumed("half a year"),
    )
    adherence_floor: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Adherence to the playbook that nobody asks for.",
        source=assumed("some of it is common sense"),
    )
    adherence_from_process: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further adherence under a fully formal process.",
        source=assumed("the process counts most"),
    )
    adherence_from_coaching: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further adherence with full coaching.",
        source=assumed("less than the process"),
    )
    adherence_from_adoption: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further adherence where the manager lives by it.",
        source=assumed("less than coaching"),
    )
    alignment: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Alignment of the sales stage with the buyer's stage.",
        source=assumed("half-hearted is usual"),
        lever="rep",
    )
    misalignment_cost: float = param(
        0.4,
        low=0.0,
        high=3.0,
        unit="share",
        doc="Conversation value lost per unit the logged stage runs ahead.",
        source=model("section 8: alignment is worth some 15%"),
    )
    push_base: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Lead of the logged stage without alignment.",
        source=assumed("optimism"),
    )
    push_quarter_end: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further lead at the end of a quarter.",
        source=assumed("the months of a quarter win 49%, 55% and 80% in a public CRM export"),
    )
    quarter_end_weeks: float = param(
        2.0,
        low=0.1,
        high=13.0,
        unit="weeks",
        doc="Time constant of the pressure that builds up before the end of a quarter.",
        source=assumed("felt in the last month"),
    )
    push_at_quota: float = param(
        0.5,
        low=0.0,
        high=5.0,
        unit="ratio",
        doc="Part of the further lead at quarter end of a rep at quota; what is missing to quota adds to it.",
        source=assumed("a third of what a rep with nothing booked shows"),
    )
    push_prescriptive: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further lead under full prescriptive control.",
        source=assumed("stages are logged to please"),
    )
    push_closing: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Further lead with closing tactics.",
        source=assumed("pushing is what they teach"),
    )
    push_speed: float = param(
        0.5,
        low=0.0,
        high=5.0,
        unit="ratio",
        doc="How much pushing hastens the buyer's process.",
        source=assumed("modest, section 8 asks for it"),
    )
    tools_saving: float = param(
        0.0,
        low=0.0,
        high=0.9,
        unit="share",
        doc="Administration saved by tools.",
        source=assumed("none at the start"),
        lever="organization",
    )
    care_hours: float = param(
        0.05,
        low=0.0,
        high=5.0,
        unit="hours / customer / week",
        doc="Care a customer needs.",
        source=evidence("SDA-05", note="a maintenance meeting a year and what goes with it"),
    )
    care_limit: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Most of the free hours that care for customers takes.",
        source=assumed("new business keeps more than half"),
    )
