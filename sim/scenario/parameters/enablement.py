"""Coaching, sales process, alignment with the buyer, tools."""

from sim.scenario.parameters.base import Section, assumed, evidence, hours, in_weeks, number, ratio, share


class Enablement(Section):
    """Coaching, sales process, alignment with the buyer, tools."""

    name = "enablement"

    coaching_hours_per_month: float = hours(
        3.0, 0, 40, evidence("MGR-02, DER-07"), label="coaching", per="rep / month", lever="manager"
    )
    """Coaching each rep is to get."""
    peer_hours_per_month: float = hours(
        0.0, 0, 40, assumed("none at the start"), label="meetings of colleagues", per="rep / month", lever="manager"
    )
    """Hours in which a team's reps show each other how."""
    coaching_formality: float = share(
        0.4, evidence("MGR-11: 30% formal, 35% informal, 35% random"), label="formality of coaching", lever="manager"
    )
    """Formality of coaching."""
    coaching_formality_gain: float = ratio(1.4, 0, 2, evidence("MGR-07, MGR-09: order of win rates; size assumed"))
    """Worth of formal against informal coaching."""
    process_formality: float = share(0.5, evidence("SRP-03"), label="formality of process", lever="rep")
    """Formality of the sales process."""
    process_cost_to_art: float = share(0.1, assumed("a process constrains the gifted a little"))
    """Art lost under a fully formal process."""
    adherence_weight: float = share(0.7, assumed("matched with the answer to formality, V1"))
    """Method lost where the playbook is not followed."""
    adherence_rate: float = number(0.04, 0, 1, "1 / week", assumed("half a year"))
    """Speed at which adherence follows."""
    adherence_floor: float = share(0.2, assumed("some of it is common sense"))
    """Adherence to the playbook that nobody asks for."""
    heeded_without_goals: float = share(0.4, assumed("new behaviour needs a reason"))
    """Part of what is asked for that is done where no goal is understood."""
    adherence_from_process: float = share(0.5, assumed("the process counts most"))
    """Further adherence under a fully formal process."""
    adherence_from_coaching: float = share(0.3, assumed("less than the process"))
    """Further adherence with full coaching."""
    adherence_from_adoption: float = share(0.2, assumed("less than coaching"))
    """Further adherence where the manager lives by it."""
    alignment: float = share(0.5, assumed("half-hearted is usual"), label="alignment with buyers", lever="rep")
    """Alignment of the sales stage with the buyer's stage."""
    misalignment_cost: float = share(0.38, assumed("who is wholly ahead of the buyer still gets 60% across"), high=3)
    """Conversation value lost per unit the logged stage runs ahead."""
    push_base: float = share(0.25, assumed("optimism"))
    """Lead of the logged stage without alignment."""
    push_quarter_end: float = share(0.25, assumed("months of a quarter win 49%, 55% and 80% in a public CRM export"))
    """Further lead at the end of a quarter."""
    quarter_end_weeks: float = in_weeks(2.0, 0.1, 13, assumed("felt in the last month"))
    """Time constant of the pressure that builds up before the end of a quarter."""
    push_at_quota: float = ratio(0.5, 0, 5, assumed("a third of what a rep with nothing booked shows"))
    """Part of the further lead at quarter end of a rep at quota; what is missing to quota adds to it."""
    push_prescriptive: float = share(0.2, assumed("stages are logged to please"))
    """Further lead under full prescriptive control."""
    push_closing: float = share(0.3, assumed("pushing is what they teach"))
    """Further lead with closing tactics."""
    push_speed: float = ratio(0.5, 0, 5, assumed("a modest effect"))
    """How much pushing hastens the buyer's process."""
    tools_saving: float = share(
        0.0, assumed("none at first"), label="time saved by tools", high=0.9, lever="organization"
    )
    """Administration saved by tools."""
    care_hours: float = hours(0.05, 0, 5, evidence("SDA-05: a meeting a year and its work"), per="customer / week")
    """Care a customer needs."""
    care_limit: float = share(0.4, assumed("new business keeps more than half"))
    """Most of the free hours that care for customers takes."""
