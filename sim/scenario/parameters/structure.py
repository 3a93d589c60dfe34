"""How the sales force is arranged: seats, span, roles and overlays."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Structure(Section):
    """How the sales force is arranged: seats, span, roles and overlays."""

    name = "structure"

    n_reps: int = param(
        48,
        low=1,
        high=50_000,
        unit="seats",
        doc="Quota-carrying seats filled at the start.",
        source=model("default scenario of the design"),
        when="start",
    )
    growth_room: float = param(
        0.125,
        low=0.0,
        high=20.0,
        unit="share",
        doc="Further seats with territories of their own that may be opened later.",
        source=assumed("room for a quarter more"),
        when="start",
    )
    span_of_control: float = param(
        8.0,
        low=2.0,
        high=50.0,
        unit="reps / manager",
        doc="Reps per front-line manager, managers per higher manager.",
        source=evidence("MGR-01"),
        when="start",
    )
    product_specialists: int = param(
        3,
        low=0,
        high=50_000,
        unit="specialists",
        doc="Product overlay specialists.",
        source=model("section 8: the best ratio is small in mid-market"),
        lever="organization",
    )
    industry_specialists: int = param(
        0,
        low=0,
        high=50_000,
        unit="specialists",
        doc="Industry overlay specialists.",
        source=assumed("none at the start"),
        lever="organization",
    )
    installed_base_specialists: int = param(
        0,
        low=0,
        high=50_000,
        unit="specialists",
        doc="Installed-base overlay specialists.",
        source=assumed("none at the start"),
        lever="organization",
    )
    telesales_specialists: int = param(
        0,
        low=0,
        high=50_000,
        unit="specialists",
        doc="Telesales overlay specialists.",
        source=assumed("none at the start"),
        lever="organization",
    )
    hours_per_channel: float = param(
        0.5,
        low=0.0,
        high=4.0,
        unit="hours / week / channel",
        doc="Cost of staying in step, over both ends of a channel.",
        source=evidence("OVL-13"),
        lever="organization",
    )
    field_hours_per_week: float = param(
        3.0,
        low=0.0,
        high=40.0,
        unit="hours / manager / week",
        doc="Managers' field time: deep dives into accounts and deals.",
        source=evidence("MGR-15", note="15% of the week is the upper end of what calendars show"),
        lever="manager",
    )
    role_specialisation: float = param(
        0.0,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Prospecting and account care done by dedicated roles.",
        source=assumed("reps do it all at the start"),
        lever="organization",
    )
    dedicated_efficiency: float = param(
        1.2,
        low=0.0,
        high=5.0,
        unit="ratio",
        doc="Yield of an hour of a dedicated role against a rep's.",
        source=assumed("practice makes a little better"),
    )
    dedicated_cost_per_hour: float = param(
        55.0,
        low=0.0,
        high=1000.0,
        unit="currency / hour",
        doc="Cost of a dedicated role.",
        source=assumed("about 100,000 a year"),
    )
    ownership_dilution: float = param(
        0.3,
        low=0.0,
        high=2.0,
        unit="ratio / person",
        doc="How far a rep puts off deals that others work on too.",
        source=evidence("OVL-16", note="role ambiguity lowers performance; the size is assumed"),
    )
    intimacy_dilution: float = param(
        0.8,
        low=0.0,
        high=5.0,
        unit="ratio / person",
        doc="How much less an account is got to know per extra face.",
        source=assumed("a second face halves the gain by a third"),
    )
    follow_through_dilution: float = param(
        0.15,
        low=0.0,
        high=2.0,
        unit="ratio / person",
        doc="Follow-through lost per extra face.",
        source=assumed("everybody's deal is nobody's"),
    )
    specialist_hours: float = param(
        38.0,
        low=0.0,
        high=80.0,
        unit="hours / week",
        doc="Hours of a specialist for deals and coordination.",
        source=assumed("a week less own meetings"),
    )
    specialist_hours_per_deal: float = param(
        0.95,
        low=0.1,
        high=40.0,
        unit="hours / week",
        doc="Hours of a specialist a deal asks for.",
        source=assumed("preparation and one meeting"),
    )
    specialist_target_deals: float = param(
        36.0,
        low=0.0,
        high=200.0,
        unit="deals",
        doc="Deals a specialist is to be on by own target.",
        source=assumed("fills the week and a little more"),
        lever="organization",
    )
    specialist_pool: int = param(
        1,
        low=1,
        high=1000,
        unit="specialists",
        doc="Product specialists who share one queue, first come, first served only.",
        source=model("pattern X2: pooled against dedicated"),
    )
    specialist_job_weeks: float = param(
        4.0,
        low=0.01,
        high=520.0,
        unit="weeks",
        doc="Mean work of a job, first come, first served only.",
        source=model("pattern X2: work much longer than a week"),
    )
    specialist_cost: float = param(
        200_000,
        low=0.0,
        high=2_000_000,
        unit="currency / year",
        doc="Cost of a specialist, fully loaded.",
        source=evidence("OVL-02"),
    )
    specialist_hiring_cost: float = param(
        20_000,
        low=0.0,
        high=500_000,
        unit="currency",
        doc="Cost of hiring a specialist after a miss.",
        source=assumed("recruiting and set-up"),
    )
    product_expertise: float = param(
        0.83,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Missing depth a product specialist supplies.",
        source=model("section 8: depth 0.4 alone, 0.9 with a specialist"),
    )
    industry_expertise: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Missing depth an industry specialist supplies.",
        source=assumed("less than product knowledge"),
    )
    installed_base_expertise: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Missing depth an installed-base specialist supplies.",
        source=assumed("knows the installation"),
    )
    telesales_expertise: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Missing depth a telesales specialist supplies.",
        source=assumed("little"),
    )
    telesales_needs_per_week: float = param(
        0.6,
        low=0.0,
        high=50.0,
        unit="needs / week",
        doc="Early opportunities a telesales specialist creates.",
        source=assumed("some 75 a year"),
    )
    telesales_quality: float = param(
        0.5,
        low=0.0,
        high=3.0,
        unit="ratio",
        doc="Strength of a need telesales created.",
        source=evidence("WIN-22", note="non-referral leads convert at 0.01 to 0.0155"),
    )
    telesales_leaves_at: float = param(
        0.35,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Buying stage at which telesales hands over.",
        source=assumed("a third of the way"),
    )
    waiting_cost: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Pace lost while a deal waits for a specialist.",
        source=assumed("half of the process can go on"),
    )
    overlay_budget_share: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Share of gross margin for overlay specialists where the force funds itself.",
        source=assumed("a sixth of what reps get, as the usual ratio of 1:3 to 1:6 (OVL-01) suggests"),
    )
    overlay_ceiling: float = param(
        1.0,
        low=0.0,
        high=5.0,
        unit="specialists / rep",
        doc="Ratio above which no further overlay is approved.",
        source=evidence("OVL-01", note="1:3 to 1:6 is usual; the ceiling is assumed"),
    )
