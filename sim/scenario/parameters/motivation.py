"""Trust, motivation, energy and honesty of reps."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Motivation(Section):
    """Trust, motivation, energy and honesty of reps."""

    name = "motivation"

    initial_trust: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Trust of a new rep in management.",
        source=evidence("MGR-16", note="not far above the middle"),
    )
    initial: float = param(
        0.75,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Motivation of a new rep.",
        source=assumed("keen"),
    )
    rate: float = param(
        0.06,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which motivation follows.",
        source=assumed("about a quarter"),
    )
    best_difficulty: float = param(
        1.1,
        low=0.0,
        high=3.0,
        unit="ratio",
        doc="Quota over expectation at which motivation is greatest.",
        source=evidence("GOA-01", "GOA-03"),
    )
    difficulty_cost: float = param(
        0.6,
        low=0.0,
        high=5.0,
        unit="share",
        doc="Motivation lost at a distance of 1 from the best difficulty.",
        source=evidence("GOA-02", "GOA-03", note="shape; the size is assumed"),
    )
    recognition: float = param(
        0.25,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Motivation won or lost with attainment.",
        source=evidence("GOA-04"),
    )
    attainment_cap: float = param(
        1.5,
        low=1.0,
        high=10.0,
        unit="ratio",
        doc="Attainment above which more moves neither motivation, leaving nor adoption.",
        source=assumed("half above quota is luck and territory in everyone's eyes"),
    )
    from_trust: float = param(
        0.2,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Motivation won or lost with trust.",
        source=evidence("TRU-01", "TRU-07", note="a small direct effect"),
    )
    effort_range: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Free hours an unmotivated rep does not use.",
        source=evidence("GOA-04"),
    )
    energy_rate: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which energy follows the load.",
        source=assumed("some weeks"),
    )
    needed_hours_per_cycle: float = param(
        2.2,
        low=0.0,
        high=20.0,
        unit="ratio",
        doc="Hours an open opportunity asks of its rep over a cycle, in units of h0; more than a week holds tires.",
        source=assumed("as operations.wanted_hours_per_cycle; hours spent beyond need do not tire"),
    )
    overload_cost: float = param(
        0.8,
        low=0.0,
        high=5.0,
        unit="ratio",
        doc="Energy lost per unit of overload.",
        source=evidence("TUR-10", note="89% report burnout; the size is assumed"),
    )
    energy_weight: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Conversation value lost without energy.",
        source=assumed("tired people listen worse"),
    )
    expectation_rate: float = param(
        0.02,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which a rep learns what own territory brings.",
        source=assumed("about a year"),
    )
    honesty_floor: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Honesty of reports without any trust.",
        source=evidence("WLO-01", "WLO-03"),
    )
    sandbagging: float = param(
        0.35,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Share of distrustful reps who report too little instead of too much.",
        source=evidence("FCS-06"),
    )
    trust_per_coaching_hour: float = param(
        0.008,
        low=0.0,
        high=1.0,
        unit="trust / hour",
        doc="Trust won per hour of coaching.",
        source=assumed("no field measurement found"),
    )
    trust_per_dive_hour: float = param(
        0.02,
        low=0.0,
        high=1.0,
        unit="trust / hour",
        doc="Trust won per hour of joint field time.",
        source=assumed("no field measurement found"),
    )
    trust_recovery: float = param(
        0.003,
        low=0.0,
        high=1.0,
        unit="trust / week",
        doc="Trust that returns by itself.",
        source=assumed("slow"),
    )
    trust_loss_control: float = param(
        0.012,
        low=0.0,
        high=1.0,
        unit="trust / week",
        doc="Trust lost under full prescriptive control.",
        source=assumed("no field measurement found"),
    )
    trust_loss_ownership: float = param(
        0.003,
        low=0.0,
        high=1.0,
        unit="trust / week / person",
        doc="Trust lost per extra face on one's deals.",
        source=assumed("no field measurement found"),
    )
    trust_loss_ratio: float = param(
        2.0,
        low=0.0,
        high=10.0,
        unit="ratio",
        doc="How much faster trust is lost than won.",
        source=model("section 8: swept from 1 to 4"),
    )
    trust_loss_unfair_miss: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Trust lost with a miss wholly the target's fault.",
        source=evidence("TRU-10", note="sign; the size is assumed"),
    )
    trust_gain_fair_target: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Trust won when a target is met.",
        source=evidence("TRU-10", note="sign; the size is assumed"),
    )
    heeded_without_trust: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of what management says and asks for that a rep without trust heeds.",
        source=assumed("half, for the sake of the job"),
    )
