"""How the sales force is arranged: seats, span, roles and overlays."""

from sim.scenario.parameters.base import (
    Section,
    assumed,
    derived,
    evidence,
    hours,
    in_weeks,
    money,
    number,
    ratio,
    share,
    specialists,
)


class Structure(Section):
    """How the sales force is arranged: seats, span, roles and overlays."""

    name = "structure"

    n_reps: int = number(48, 1, 50_000, "seats", assumed("six teams of eight"), label="reps", when="start")
    """Quota-carrying seats filled at the start."""
    growth_room: float = share(0.125, assumed("room for a quarter more"), high=20, when="start")
    """Further seats with territories of their own that may be opened later."""
    paired_work: float = share(0.0, assumed("sellers work alone"), label="work in pairs", lever="rep")
    """Share of their work that sellers of neighbouring seats do as a pair, the better of the two at each task."""
    span_of_control: float = number(8.0, 2, 50, "reps / manager", evidence("MGR-01"), when="start")
    """Reps per front-line manager, managers per higher manager."""
    product_specialists: int = specialists(3, 0, 50_000, assumed("one for 16; OVL-01: 3 to 6"), lever="organization")
    """Product overlay specialists."""
    industry_specialists: int = specialists(0, 0, 50_000, assumed("none at the start"), lever="organization")
    """Industry overlay specialists."""
    installed_base_specialists: int = specialists(
        0, 0, 50_000, assumed("none at first"), label="installed-base specialists", lever="organization"
    )
    """Installed-base overlay specialists."""
    telesales_specialists: int = specialists(0, 0, 50_000, assumed("none at the start"), lever="organization")
    """Telesales overlay specialists."""
    hours_per_channel: float = hours(
        0.5, 0, 4, evidence("OVL-13"), label="cost of a channel", per="week / channel", lever="organization"
    )
    """Cost of staying in step, over both ends of a channel."""
    field_hours_per_week: float = hours(
        3.0, 0, 40, evidence("MGR-15: up to 15% of the week"), label="field time", per="manager / week", lever="manager"
    )
    """Managers' field time: deep dives into accounts and deals."""
    role_specialisation: float = share(0.0, assumed("reps do it all at the start"), lever="organization")
    """Prospecting and account care done by dedicated roles."""
    dedicated_efficiency: float = ratio(1.2, 0, 5, assumed("practice makes a little better"))
    """Yield of an hour of a dedicated role against a rep's."""
    dedicated_cost_per_hour: float = money(55.0, 0, 1000, assumed("about 100,000 a year"), per="hour")
    """Cost of a dedicated role."""
    ownership_dilution: float = ratio(0.3, 0, 2, evidence("OVL-16: role ambiguity; size assumed"), per="person")
    """How far a rep puts off deals that others work on too."""
    intimacy_dilution: float = ratio(0.8, 0, 5, assumed("a second face halves the gain by a third"), per="person")
    """How much less an account is got to know per extra face."""
    follow_through_dilution: float = ratio(0.15, 0, 2, assumed("everybody's deal is nobody's"), per="person")
    """Follow-through lost per extra face."""
    specialist_hours: float = hours(38.0, 0, 80, assumed("a week less own meetings"), per="week", within=1.15)
    """Hours of a specialist for deals and coordination."""
    specialist_hours_per_deal: float = hours(0.95, 0.1, 40, assumed("preparation and one meeting"), per="week")
    """Hours of a specialist a deal asks for."""
    specialist_target_deals: float = number(
        36.0, 0, 200, "deals", assumed("a little over a full week"), label="deals a specialist", lever="organization"
    )
    """Deals a specialist is to be on by own target."""
    joining_by_complexity: float = share(0.5, assumed("half by need, half by whoever asks"), lever="organization")
    """How far specialists seek complex deals; the rest comes across them."""
    specialist_pool: int = specialists(1, 1, 1000, assumed("a queue each; pools are for experiments"))
    """Product specialists who share one queue, first come, first served only."""
    specialist_job_weeks: float = in_weeks(4.0, 0.01, 520, assumed("a worked example, far longer than a week"))
    """Mean work of a job, first come, first served only."""
    specialist_cost: float = money(200_000.0, 0, 2_000_000, evidence("OVL-02"), per="year")
    """Cost of a specialist, fully loaded."""
    specialist_hiring_cost: float = money(20_000.0, 0, 500_000, assumed("recruiting and set-up"))
    """Cost of hiring a specialist after a miss."""
    product_expertise: float = share(0.83, derived("Expertise of a product specialist"))
    """Missing depth a product specialist supplies."""
    industry_expertise: float = share(0.6, assumed("less than product knowledge"))
    """Missing depth an industry specialist supplies."""
    installed_base_expertise: float = share(0.5, assumed("knows the installation"))
    """Missing depth an installed-base specialist supplies."""
    telesales_expertise: float = share(0.1, assumed("little"))
    """Missing depth a telesales specialist supplies."""
    telesales_needs_per_week: float = number(0.6, 0, 50, "needs / week", assumed("some 75 a year"))
    """Early opportunities a telesales specialist creates."""
    telesales_quality: float = ratio(0.5, 0, 3, evidence("WIN-22: non-referral leads convert at 0.01 to 0.0155"))
    """Strength of a need telesales created."""
    telesales_leaves_at: float = share(0.35, assumed("a third of the way"))
    """Buying stage at which telesales hands over."""
    waiting_cost: float = share(0.5, assumed("half of the process can go on"))
    """Pace lost while a deal waits for a specialist."""
    overlay_budget_share: float = share(0.05, assumed("a sixth of what reps get, as 1:3 to 1:6 (OVL-01) suggest"))
    """Share of gross margin for overlay specialists where the force funds itself."""
    overlay_ceiling: float = specialists(1.0, 0, 5, evidence("OVL-01: 1:3 to 1:6 is usual; assumed"), per="rep")
    """Ratio above which no further overlay is approved."""
