"""Trust, motivation, energy and honesty of reps."""

from sim.scenario.parameters.base import Section, assumed, evidence, number, ratio, share, trust


class Motivation(Section):
    """Trust, motivation, energy and honesty of reps."""

    name = "motivation"

    initial_trust: float = share(0.6, evidence("MGR-16: not far above the middle"), label="reps' initial trust")
    """Trust of a new rep in management."""
    initial: float = share(0.75, assumed("keen"), label="initial motivation")
    """Motivation of a new rep."""
    rate: float = number(0.06, 0, 1, "1 / week", assumed("about a quarter"), label="speed of motivation")
    """Speed at which motivation follows."""
    best_difficulty: float = ratio(1.1, 0, 3, evidence("GOA-01, GOA-03"))
    """Quota over expectation at which motivation is greatest."""
    difficulty_cost: float = share(0.6, evidence("GOA-02, GOA-03: shape; the size is assumed"), high=5)
    """Motivation lost at a distance of 1 from the best difficulty."""
    recognition: float = share(0.25, evidence("GOA-04"), high=2)
    """Motivation won or lost with attainment."""
    attainment_cap: float = ratio(1.5, 1, 10, assumed("half above quota is luck and territory in everyone's eyes"))
    """Attainment above which more moves neither motivation, leaving nor adoption."""
    from_trust: float = share(0.2, evidence("TRU-01, TRU-07: a small effect"), label="motivation from trust", high=2)
    """Motivation won or lost with trust."""
    from_variable_pay: float = ratio(0.2, 0, 2, evidence("GOA-04, GOA-05: sign; the size is assumed"))
    """Motivation won per unit of variable share above the usual."""
    usual_variable_share: float = share(0.5, evidence("PAY-01"))
    """Variable share of pay that is usual."""
    effort_range: float = share(0.4, evidence("GOA-04"))
    """Free hours an unmotivated rep does not use."""
    energy_rate: float = number(0.1, 0, 1, "1 / week", assumed("some weeks"))
    """Speed at which energy follows the load."""
    needed_hours_per_cycle: float = ratio(1.55, 0, 20, assumed("as wanted hours per cycle; more tire"))
    """Hours an open opportunity asks of its rep over a cycle, in units of h0; more than a week holds tires."""
    overload_cost: float = ratio(0.8, 0, 5, evidence("TUR-10: 89% report burnout; the size is assumed"))
    """Energy lost per unit of overload."""
    energy_weight: float = share(0.3, assumed("tired people listen worse"))
    """Conversation value lost without energy."""
    expectation_rate: float = number(0.02, 0, 1, "1 / week", assumed("about a year"))
    """Speed at which a rep learns what own territory brings."""
    honesty_floor: float = share(0.2, evidence("WLO-01, WLO-03"))
    """Honesty of reports without any trust."""
    sandbagging: float = share(0.35, evidence("FCS-06"))
    """Share of distrustful reps who report too little instead of too much."""
    trust_per_coaching_hour: float = trust(0.008, 0, 1, assumed("no field measurement found"), per="hour")
    """Trust won per hour of coaching."""
    trust_per_dive_hour: float = trust(0.02, 0, 1, assumed("no field measurement found"), per="hour")
    """Trust won per hour of joint field time."""
    trust_recovery: float = trust(0.003, 0, 1, assumed("slow"), per="week")
    """Trust that returns by itself."""
    trust_loss_control: float = trust(0.012, 0, 1, assumed("no field measurement found"), per="week")
    """Trust lost under full prescriptive control."""
    trust_loss_ownership: float = trust(0.003, 0, 1, assumed("no field measurement found"), per="week / person")
    """Trust lost per extra face on one's deals."""
    trust_loss_ratio: float = ratio(2.0, 0, 10, evidence("FLY-54: sign; the size is assumed"))
    """How much faster trust is lost than won."""
    trust_loss_unfair_miss: float = share(0.25, evidence("TRU-10: sign; the size is assumed"))
    """Trust lost with a miss wholly the target's fault."""
    trust_gain_fair_target: float = share(0.05, evidence("TRU-10: sign; the size is assumed"))
    """Trust won when a target is met."""
    heeded_without_trust: float = share(0.5, assumed("half, for the sake of the job"))
    """Part of what management says and asks for that a rep without trust heeds."""
