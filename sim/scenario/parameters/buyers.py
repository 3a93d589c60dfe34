"""How buyers learn, trust, decide and live with what they bought."""

from sim.scenario.parameters.base import assumed, evidence, in_weeks, number, ratio, share, utility
from sim.scenario.parameters.buyers_learning import BuyersLearning


class Buyers(BuyersLearning):
    """How buyers learn, trust, decide and live with what they bought."""

    name = "buyers"

    fit_mean: float = share(0.6, assumed("most accounts are plausible, few perfect"), when="start")
    """Mean fit of lines to accounts."""
    fit_spread: float = share(0.18, assumed("deals differ in quality"), high=0.5, when="start")
    """Spread of fit between accounts."""
    fit_line_spread: float = share(0.1, assumed("lines differ less than accounts"), high=0.5, when="start")
    """Spread of fit between the lines at one account."""
    fit_noise: float = share(0.12, assumed("needs differ"), high=0.5)
    """Spread of fit between needs of one account."""
    complexity_spread: float = share(0.12, assumed("accounts differ"), high=0.5, when="start")
    """Spread of complexity between accounts."""
    status_quo_spread: float = utility(0.5, 0, 3, evidence("WIN-16: most deals show some indecision"), when="start")
    """Spread of the pull of the status quo."""
    neighbours: int = number(3, 1, 20, "accounts", assumed("a sparse referral network"), when="start")
    """Accounts an account hears from."""
    referral_lift: float = ratio(4.0, 0, 20, evidence("WIN-20, WIN-21: referred leads convert more than twice as well"))
    """Lift of needs per satisfied neighbour, by satisfaction above the threshold."""
    referral_threshold: float = share(0.4, assumed("the merely content keep silent"))
    """Satisfaction above which a customer recommends."""
    referral_warmth: float = share(0.5, evidence("WIN-20, WIN-21: referred leads convert twice as well; size assumed"))
    """Regard an account begins with at least that was sent by a neighbour."""
    cross_sell_lift: float = ratio(1.3, 0, 20, evidence("RET-07, RET-10: expansion is about 40% of new revenue"))
    """Lift of needs at a satisfied and tended customer."""
    consensus_difficulty: float = number(0.25, 0, 5, "1 / log people", evidence("BUY-07, BUY-08, BUY-10: .81 to .31"))
    """How much harder agreement gets with the group."""
    weight_preference: float = utility(1.4, 0, 20, assumed("matched with answers and levels, V1 and R1"))
    """Weight of preference in the choice."""
    weight_relationship: float = utility(2.0, 0, 20, evidence("PRF-09: the largest of the relational mediators"))
    """Weight of trust in the choice."""
    weight_fit: float = utility(2.6, 0, 20, evidence("PRF-05: the winner is seen as superior value"))
    """Weight of fit in the choice."""
    weight_price: float = utility(4.2, 0, 20, evidence("PRF-02: price explains 9% of loyalty"))
    """Weight of the price gap in the choice."""
    weight_closing: float = utility(0.4, 0, 20, assumed("closing helps a little"))
    """Weight of closing tactics in the choice."""
    weight_consensus: float = utility(2.2, 0, 20, evidence("WIN-15: 56% of no decision is indecision"))
    """Weight of missing consensus in doing nothing."""
    weight_insight: float = utility(1.0, 0, 20, evidence("BUY-13"))
    """Weight of insight against doing nothing."""
    weight_need: float = utility(2.1, 0, 20, evidence("WIN-18, WIN-22: website leads close half as often"))
    """Weight of the strength of the need against doing nothing."""
    prospected_need: float = ratio(0.9, 0, 3, assumed("a little weaker than a buyer's own"))
    """Strength of a need that prospecting found."""
    referred_need: float = ratio(1.9, 0, 3, evidence("WIN-20, WIN-21: order only; the size is assumed"))
    """Strength of a need that a neighbour's recommendation raised."""
    good_effort: float = ratio(1.3, 0.1, 5, assumed("a little above what an hour pays best at, 1.12 (docs/model.md)"))
    """Effort of good practice, in units of h0."""
    good_trust: float = share(0.65, assumed("reachable with good work"))
    """Trust of good practice, to name the reason of a loss."""
    good_fit: float = share(0.65, assumed("a little above the mean"))
    """Fit of good practice, to name the reason of a loss."""
    good_consensus: float = share(0.7, assumed("reachable with good work"))
    """Consensus of good practice, to name the reason of a loss."""
    delivery_weeks: float = in_weeks(13.0, 1, 104, assumed("a quarter"))
    """Time in which results become felt."""
    result_scale: float = ratio(1.3, 0.1, 3, assumed("fit of 0.6 well served satisfies"))
    """Satisfaction reached with full fit, promise and follow-through (bounded by 1)."""
    follow_through_weight: float = share(0.3, assumed("a third depends on care after the sale"))
    """Result lost without follow-through."""
    overpromise: float = share(0.5, assumed("pushed deals are oversold"))
    """Promise broken at full misalignment."""
    overpromise_from_closing: float = ratio(0.5, 0, 1, assumed("half as bad; the worse of the two counts"))
    """Promise broken by closing tactics, against that by misalignment."""
    result_from_insight: float = share(0.4, assumed("who learned what to do gets more out of it"))
    """Part of a client's result that depends on what was learned before buying."""
    insight_for_result: float = share(0.6, assumed("what good practice reaches"), low=0.05)
    """Insight at which nothing of the result is lost."""
    expansion_size: float = ratio(0.7, 0, 2, assumed("what is installed mostly needs additions; by band, see presets"))
    """Size of a deal for a line that is installed already, against a first one."""
    churn_per_year: float = number(0.1, 0, 30, "1 / year", evidence("RET-05, RET-06: by band, see presets"))
    """Hazard of losing a contract at renewal, at neutral satisfaction."""
    churn_sensitivity: float = number(3.0, 0, 20, "1 / share", assumed("the dissatisfied leave several times as often"))
    """Rise of the hazard with dissatisfaction."""
    churn_from_trust: float = share(0.3, assumed("results count more than the relationship"))
    """Part of dissatisfaction at renewal that is distrust; the rest is the results."""
