"""The working week, the CRM, leads, and limits on work in progress."""

from sim.scenario.parameters.base import Section, assumed, evidence, hours, log_sd, money, number, ratio, share


class Operations(Section):
    """The working week, the CRM, leads, and limits on work in progress."""

    name = "operations"

    week_hours: float = hours(
        45.0, 1, 100, evidence("TIM-14: 50 for some; 45 assumed"), label="reps' week", per="week", within=1.15
    )
    """A rep's working week."""
    admin_hours: float = hours(
        17.9, 0, 60, evidence("TIM-05: 31% of the week, of which reports apart"), per="week", within=1.15
    )
    """Administration, planning and internal meetings."""
    reporting_hours: float = hours(2.5, 0, 40, assumed("half an hour a day"), per="week", within=1.3)
    """Reports and forecasts."""
    inspection_hours: float = hours(
        8.0, 0, 40, evidence("TIM-09: reporting above 40% in the extreme"), per="week", within=1.3
    )
    """Hours a fully prescriptive manager costs a rep."""
    switching_hours: float = hours(0.05, 0, 5, assumed("three minutes to find one's place"), per="week / opportunity")
    """Cost of each further opportunity worked in a week."""
    wip_limit: float = number(16.0, 0, 500, "opportunities", evidence("LEA-05: 10 to 15, more below 50K"), lever="rep")
    """Open opportunities worked at a time; 0 chases all."""
    capacity_sense: float = share(
        0.3, assumed("half-hearted is usual; none chases all"), label="sense of capacity", lever="organization"
    )
    """How far reps take on no more than their hours can serve."""
    useful_hours_per_cycle: float = ratio(1.2, 0.05, 10, assumed("below it the effect of effort has hardly begun"))
    """Least hours over a cycle that are of use to an opportunity, in units of h0."""
    wanted_hours_per_cycle: float = ratio(1.55, 0.1, 20, assumed("matched with the answers to hours and limits, V1"))
    """Hours an opportunity is given over one cycle, in units of h0, if there are enough."""
    score_floor: float = share(0.35, assumed("the rest follows preference shown"))
    """Weight of fit alone when a rep judges an opportunity."""
    score_from_stage: float = share(0.7, assumed("what is nearly closed comes first; 0: no stages"), high=0.99)
    """Work that is behind an opportunity at its end, when a rep judges what it is worth now."""
    attention_bias: float = share(0.6, assumed("no study measures it; 0 spreads hours evenly"), high=0.99)
    """Part of the hours for opportunities that follows expected value; the rest goes to all alike."""
    protected_prospecting_hours: float = hours(
        3.0, 0, 40, evidence("TIM-01: 0.19 to 0.24 for leads"), label="protected prospecting", per="week", lever="rep"
    )
    """Hours kept free for prospecting."""
    needs_per_prospecting_hour: float = number(0.065, 0, 2, "needs / hour", assumed("about fifteen hours a need"))
    """Needs found per hour of prospecting at usual capability."""
    marketing_leads_per_week: float = number(
        0.12, 0, 50, "leads / rep / week", assumed("about a tenth of all needs"), label="marketing leads", lever="rep"
    )
    """Marketing leads that become needs."""
    marketing_quality: float = ratio(
        0.7, 0, 3, evidence("WIN-22: web leads close under half as often"), label="lead quality", lever="organization"
    )
    """Strength of a need marketing brought."""
    marketing_cost_per_lead: float = money(200.0, 0, 10_000, assumed("usual order of size"), per="lead")
    """Cost of a marketing lead."""
    crm_fidelity: float = share(0.5, evidence("CRM-01, CRM-03"), lever="organization")
    """Buying influences that are recorded at all."""
    crm_noise: float = log_sd(0.6, 0, 3, evidence("FCS-03: median forecast miss 15% with half recorded"))
    """Blur of a rep's figures with nothing recorded."""
    distortion: float = ratio(1.2, 0, 5, evidence("FCS-06: no measured size; assumed"))
    """Bending of figures by a wholly dishonest report."""
    measurement_quality: float = share(0.5, assumed("half of it"), label="star practice seen", lever="organization")
    """How well star practice can be seen."""
