"""How buyers learn, trust, decide and live with what they bought."""

from sim.scenario.parameters.base import assumed, evidence, model, param
from sim.scenario.parameters.buyers_learning import BuyersLearning


class Buyers(BuyersLearning):
    """How buyers learn, trust, decide and live with what they bought."""

    name = "buyers"

    fit_mean: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Mean fit of lines to accounts.",
        source=assumed("most accounts are plausible, few perfect"),
        when="start",
    )
    fit_spread: float = param(
        0.18,
        low=0.0,
        high=0.5,
        unit="share",
        doc="Spread of fit between accounts.",
        source=assumed("deals differ in quality"),
        when="start",
    )
    fit_line_spread: float = param(
        0.1,
        low=0.0,
        high=0.5,
        unit="share",
        doc="Spread of fit between the lines at one account.",
        source=assumed("lines differ less than accounts"),
        when="start",
    )
    fit_noise: float = param(
        0.12,
        low=0.0,
        high=0.5,
        unit="share",
        doc="Spread of fit between needs of one account.",
        source=assumed("needs differ"),
    )
    complexity_spread: float = param(
        0.12,
        low=0.0,
        high=0.5,
        unit="share",
        doc="Spread of complexity between accounts.",
        source=assumed("accounts differ"),
        when="start",
    )
    status_quo_spread: float = param(
        0.5,
        low=0.0,
        high=3.0,
        unit="utility",
        doc="Spread of the pull of the status quo.",
        source=evidence("WIN-16", note="most deals show some indecision"),
        when="start",
    )
    neighbours: int = param(
        3,
        low=1,
        high=20,
        unit="accounts",
        doc="Accounts an account hears from.",
        source=assumed("a sparse referral network"),
        when="start",
    )
    referral_lift: float = param(
        1.5,
        low=0.0,
        high=20.0,
        unit="ratio",
        doc="Lift of needs per satisfied neighbour, by satisfaction above the threshold.",
        source=evidence("WIN-20", "WIN-21", note="referred leads convert more than twice as well"),
    )
    referral_threshold: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Satisfaction above which a customer recommends.",
        source=assumed("the merely content keep silent"),
    )
    cross_sell_lift: float = param(
        1.2,
        low=0.0,
        high=20.0,
        unit="ratio",
        doc="Lift of needs at a satisfied and tended customer.",
        source=evidence("RET-07", "RET-10", note="expansion is about 40% of new recurring revenue"),
    )
    consensus_difficulty: float = param(
        0.25,
        low=0.0,
        high=5.0,
        unit="1 / log people",
        doc="How much harder agreement gets with the group.",
        source=evidence("BUY-07", "BUY-08", "BUY-10", note="likelihood falls from 0.81 to about 0.31 at six"),
    )
    weight_preference: float = param(
        2.6,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of preference in the choice.",
        source=assumed("set with the win rate, WIN-04"),
    )
    weight_relationship: float = param(
        2.0,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of trust in the choice.",
        source=evidence("PRF-09", note="the largest of the relational mediators"),
    )
    weight_fit: float = param(
        2.4,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of fit in the choice.",
        source=evidence("PRF-05", note="the winner is seen as superior value"),
    )
    weight_price: float = param(
        3.0,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of the price gap in the choice.",
        source=evidence("PRF-02", note="price explains 9% of loyalty"),
    )
    weight_closing: float = param(
        0.4,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of closing tactics in the choice.",
        source=assumed("closing helps a little"),
    )
    weight_consensus: float = param(
        2.2,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of missing consensus in doing nothing.",
        source=evidence("WIN-15", note="56% of no decision is indecision"),
    )
    weight_insight: float = param(
        1.2,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of insight against doing nothing.",
        source=evidence("BUY-13"),
    )
    weight_need: float = param(
        1.5,
        low=0.0,
        high=20.0,
        unit="utility",
        doc="Weight of the strength of the need against doing nothing.",
        source=evidence("WIN-18", "WIN-22", note="website leads close at half the rate of referred ones"),
    )
    prospected_need: float = param(
        0.9,
        low=0.0,
        high=3.0,
        unit="ratio",
        doc="Strength of a need that prospecting found.",
        source=assumed("a little weaker than a buyer's own"),
    )
    good_effort: float = param(
        1.3,
        low=0.1,
        high=5.0,
        unit="ratio",
        doc="Effort of good practice, in units of h0.",
        source=model("section 8: the best effort per deal is 1.12 h0"),
    )
    good_trust: float = param(
        0.65,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Trust of good practice, to name the reason of a loss.",
        source=assumed("reachable with good work"),
    )
    good_fit: float = param(
        0.65,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Fit of good practice, to name the reason of a loss.",
        source=assumed("a little above the mean"),
    )
    good_consensus: float = param(
        0.7,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Consensus of good practice, to name the reason of a loss.",
        source=assumed("reachable with good work"),
    )
    delivery_weeks: float = param(
        13.0,
        low=1.0,
        high=104.0,
        unit="weeks",
        doc="Time in which results become felt.",
        source=assumed("a quarter"),
    )
    result_scale: float = param(
        1.3,
        low=0.1,
        high=3.0,
        unit="ratio",
        doc="Satisfaction reached with full fit, promise and follow-through (bounded by 1).",
        source=assumed("fit of 0.6 well served satisfies"),
    )
    follow_through_weight: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Result lost without follow-through.",
        source=assumed("a third depends on care after the sale"),
    )
    overpromise: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Promise broken at full misalignment.",
        source=assumed("pushed deals are oversold"),
    )
    overpromise_from_closing: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="ratio",
        doc="Promise broken by closing tactics, against that by misalignment.",
        source=assumed("half as bad; the worse of the two counts"),
    )
    churn_per_year: float = param(
        0.1,
        low=0.0,
        high=3.0,
        unit="1 / year",
        doc="Hazard of losing a contract at renewal, at neutral satisfaction.",
        source=evidence("RET-05", "RET-06"),
    )
    churn_sensitivity: float = param(
        3.0,
        low=0.0,
        high=20.0,
        unit="1 / share",
        doc="Rise of the hazard with dissatisfaction.",
        source=assumed("the dissatisfied leave several times as often"),
    )
    churn_from_trust: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of dissatisfaction at renewal that is distrust; the rest is the results.",
        source=assumed("results count more than the relationship"),
    )
