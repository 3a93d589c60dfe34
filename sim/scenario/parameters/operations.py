"""The working week, the CRM, leads, and limits on work in progress."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Operations(Section):
    """The working week, the CRM, leads, and limits on work in progress."""

    name = "operations"

    week_hours: float = param(
        45.0,
        low=1.0,
        high=100.0,
        unit="hours / week",
        doc="A rep's working week.",
        source=evidence("TIM-14", note="50 hours for low performers; 45 assumed for all"),
    )
    admin_hours: float = param(
        17.5,
        low=0.0,
        high=60.0,
        unit="hours / week",
        doc="Administration, planning and internal meetings.",
        source=evidence("TIM-05", note="31% of the week, of which reports apart"),
    )
    reporting_hours: float = param(
        2.5,
        low=0.0,
        high=40.0,
        unit="hours / week",
        doc="Reports and forecasts.",
        source=assumed("half an hour a day"),
    )
    inspection_hours: float = param(
        8.0,
        low=0.0,
        high=40.0,
        unit="hours / week",
        doc="Hours a fully prescriptive manager costs a rep.",
        source=evidence("TIM-09", note="internal reporting above 40% in the extreme"),
    )
    switching_hours: float = param(
        0.1,
        low=0.0,
        high=5.0,
        unit="hours / week / opportunity",
        doc="Cost of each further opportunity worked in a week.",
        source=assumed("six minutes to find one's place again"),
    )
    wip_limit: float = param(
        12.0,
        low=0.0,
        high=500.0,
        unit="opportunities",
        doc="Open opportunities worked at a time; 0 chases all.",
        source=model("section 8: the baseline works some 12"),
        lever="rep",
    )
    wanted_hours_per_cycle: float = param(
        2.2,
        low=0.1,
        high=20.0,
        unit="ratio",
        doc="Hours an opportunity is given over one cycle, in units of h0, if there are enough.",
        source=assumed("granted access and a margin included"),
    )
    score_floor: float = param(
        0.35,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Weight of fit alone when a rep judges an opportunity.",
        source=assumed("the rest follows preference shown"),
    )
    score_from_stage: float = param(
        0.7,
        low=0.0,
        high=0.99,
        unit="share",
        doc="Work that is behind an opportunity at its end, when a rep judges what it is worth now.",
        source=assumed("what is nearly closed comes first; 0 does not look at stages"),
    )
    attention_bias: float = param(
        0.7,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of the hours for opportunities that follows expected value; the rest goes to all alike.",
        source=assumed("no study measures it; 0 spreads hours evenly"),
    )
    protected_prospecting_hours: float = param(
        3.0,
        low=0.0,
        high=40.0,
        unit="hours / week",
        doc="Hours kept free for prospecting.",
        source=evidence("TIM-01", note="lead generation and research take 0.19 to 0.24 of the week"),
        lever="rep",
    )
    needs_per_prospecting_hour: float = param(
        0.1,
        low=0.0,
        high=2.0,
        unit="needs / hour",
        doc="Needs found per hour of prospecting at usual capability.",
        source=assumed("about seven hours a need"),
    )
    marketing_leads_per_week: float = param(
        0.25,
        low=0.0,
        high=50.0,
        unit="leads / rep / week",
        doc="Marketing leads that become needs.",
        source=assumed("about a fifth of all needs"),
        lever="rep",
    )
    marketing_quality: float = param(
        0.7,
        low=0.0,
        high=3.0,
        unit="ratio",
        doc="Strength of a need marketing brought.",
        source=evidence("WIN-22", note="website leads close at less than half the rate of referred ones"),
        lever="organization",
    )
    marketing_cost_per_lead: float = param(
        200.0,
        low=0.0,
        high=10_000,
        unit="currency / lead",
        doc="Cost of a marketing lead.",
        source=assumed("usual order of size"),
    )
    crm_fidelity: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Buying influences that are recorded at all.",
        source=evidence("CRM-01", "CRM-03"),
        lever="organization",
    )
    crm_noise: float = param(
        0.6,
        low=0.0,
        high=3.0,
        unit="log-sd",
        doc="Blur of a rep's figures with nothing recorded.",
        source=evidence("FCS-03", note="median forecast miss 15% with half recorded"),
    )
    distortion: float = param(
        1.2,
        low=0.0,
        high=5.0,
        unit="ratio",
        doc="Bending of figures by a wholly dishonest report.",
        source=evidence("FCS-06", note="no measured size; assumed"),
    )
    measurement_quality: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="How well star practice can be seen.",
        source=assumed("half of it"),
        lever="organization",
    )
