"""Where to play, what to aim for, and how clearly it is said."""

from sim.scenario.parameters.base import Section, assumed, evidence, number, ratio, share


class Strategy(Section):
    """Where to play, what to aim for, and how clearly it is said."""

    name = "strategy"

    icp_clarity: float = share(0.4, assumed("a rough profile is usual"), lever="organization")
    """Clarity of the ideal customer profile that is worked towards."""
    icp_drift: float = share(0.03, assumed("a profile ages in years"), per="quarter")
    """Clarity lost as the market moves."""
    icp_learning_rate: float = number(0.08, 0, 1, "1 / week", assumed("a quarter to take hold"))
    """Speed at which clarity follows the work on it."""
    icp_bar: float = share(0.5, assumed("turns away a third of needs; a higher qualification_threshold goes first"))
    """Least fit a rep short of hours takes up where the ideal customer profile is fully clear."""
    icp_steering: float = ratio(2.0, 0, 10, assumed("with full clarity the best accounts get about twice the outreach"))
    """How strongly a clear profile steers outreach to fitting accounts."""
    fit_from_intimacy: float = share(0.3, assumed("the rest rests on the profile"))
    """Part of judging fit that rests on knowing the account."""
    fit_guess_spread: float = share(0.25, assumed("guesses spread wider than fit itself"))
    """Spread of a guess of fit where neither profile nor account is clear."""
    qualification_threshold: float = share(0.15, assumed("only clear misfits are refused"), lever="rep")
    """Least perceived fit a rep takes up."""
    new_product_push: float = share(0.15, assumed("a modest push"), label="new-product push", lever="organization")
    """Part of outreach that must go to the newest line."""
    vision_clarity: float = share(0.6, evidence("MGR-16: two thirds find leaders disconnected"), lever="organization")
    """Clarity of vision and goals."""
    goal_communication: float = share(0.8, assumed("regular communication"), lever="organization")
    """How often and well goals are communicated."""
    goal_clarity_scale: float = ratio(2.0, 0, 20, assumed("norming: usual clarity and communication give half"))
    """Goal clarity per unit of what is said, believed and heeded (bounded by 1)."""
    goal_learning_rate: float = number(0.05, 0, 1, "1 / week", assumed("about a quarter"))
    """Speed at which goal clarity follows."""
    stretch: float = share(0.025, assumed("a usual ask"), low=-0.5, high=2, lever="organization")
    """Rise of the year's target above last year."""
    ratchet: float = share(0.2, assumed("planning fallacy made policy"), high=2, lever="organization")
    """Part of last year's growth added to the next target."""
    over_assignment: float = share(0.01, evidence("QUO-02"), label="over-assignment", low=-0.5, lever="organization")
    """Quotas handed out above the target."""
    quota_from_history: float = share(0.5, assumed("history and potential count alike"))
    """Weight of own past bookings in the belief about a territory."""
    initial_credibility: float = share(0.6, assumed("neutral to friendly"), when="start")
    """Belief in the vision at the start."""
    credibility_start: float = ratio(
        0.7, 0, 1.5, assumed("30% missed ends belief; credibility_range on, it is whole"), within=1.2
    )
    """Attainment at which the vision loses all credit."""
    credibility_range: float = ratio(0.5, 0.05, 3, assumed("as credibility_start"), within=1.2)
    """Further attainment at which the vision has full credit."""
    credibility_from_progress: float = share(0.6, assumed("seen growth counts more than a met target"))
    """Part of belief that rests on progress seen; the rest on targets met."""
    growth_goal: float = number(0.05, -0.5, 2, "1 / year", assumed("a usual ask"))
    """Growth the vision promises."""
    growth_range: float = number(0.2, 0.01, 2, "1 / year", assumed("a tenth either way"))
    """Growth above none at which the vision is wholly believed, half of it on either side of the goal."""
    credibility_rate: float = number(0.25, 0, 1, "1 / quarter", assumed("about a year"))
    """Speed at which credibility follows results."""
