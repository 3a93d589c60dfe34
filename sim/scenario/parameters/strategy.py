"""Where to play, what to aim for, and how clearly it is said."""

from sim.scenario.parameters.base import Section, assumed, evidence, param


class Strategy(Section):
    """Where to play, what to aim for, and how clearly it is said."""

    name = "strategy"

    icp_clarity: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Clarity of the ideal customer profile that is worked towards.",
        source=assumed("a rough profile is usual"),
        lever="organization",
    )
    icp_drift: float = param(
        0.03,
        low=0.0,
        high=1.0,
        unit="share / quarter",
        doc="Clarity lost as the market moves.",
        source=assumed("a profile ages in years"),
    )
    icp_learning_rate: float = param(
        0.08,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which clarity follows the work on it.",
        source=assumed("a quarter to take hold"),
    )
    icp_bar: float = param(
        0.65,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Least fit a rep short of hours takes up where the ideal customer profile is fully clear.",
        source=assumed("0.65 turns away about half of all needs; a higher qualification_threshold goes first"),
    )
    icp_steering: float = param(
        1.5,
        low=0.0,
        high=10.0,
        unit="ratio",
        doc="How strongly a clear profile steers outreach to fitting accounts.",
        source=assumed("with full clarity the best accounts get about twice the outreach"),
    )
    fit_from_intimacy: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of judging fit that rests on knowing the account.",
        source=assumed("the rest rests on the profile"),
    )
    fit_guess_spread: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Spread of a guess of fit where neither profile nor account is clear.",
        source=assumed("guesses spread wider than fit itself"),
    )
    qualification_threshold: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Least perceived fit a rep takes up.",
        source=assumed("only clear misfits are refused"),
        lever="rep",
    )
    new_product_push: float = param(
        0.15,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of outreach that must go to the newest line.",
        source=assumed("a modest push"),
        lever="organization",
    )
    vision_clarity: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Clarity of vision and goals.",
        source=evidence("MGR-16", note="two thirds of sellers find leaders disconnected"),
        lever="organization",
    )
    goal_communication: float = param(
        0.8,
        low=0.0,
        high=1.0,
        unit="share",
        doc="How often and well goals are communicated.",
        source=assumed("regular communication"),
        lever="organization",
    )
    goal_clarity_scale: float = param(
        2.0,
        low=0.0,
        high=20.0,
        unit="ratio",
        doc="Goal clarity per unit of what is said, believed and heeded (bounded by 1).",
        source=assumed("norming: usual credibility, clarity and communication give about half"),
    )
    goal_learning_rate: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which goal clarity follows.",
        source=assumed("about a quarter"),
    )
    stretch: float = param(
        0.035,
        low=-0.5,
        high=2.0,
        unit="share",
        doc="Rise of the year's target above last year.",
        source=assumed("a usual ask"),
        lever="organization",
    )
    ratchet: float = param(
        0.2,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Part of last year's growth added to the next target.",
        source=assumed("planning fallacy made policy"),
        lever="organization",
    )
    over_assignment: float = param(
        0.01,
        low=-0.5,
        high=1.0,
        unit="share",
        doc="Quotas handed out above the target.",
        source=evidence("QUO-02", note="plan met at 1.01 while 57% of reps make quota"),
        lever="organization",
    )
    quota_from_history: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Weight of own past bookings in the belief about a territory.",
        source=assumed("history and potential count alike"),
    )
    initial_credibility: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Belief in the vision at the start.",
        source=assumed("neutral to friendly"),
        when="start",
    )
    credibility_start: float = param(
        0.7,
        low=0.0,
        high=1.5,
        unit="ratio",
        doc="Attainment at which the vision loses all credit.",
        source=assumed("missing by 30% ends belief; credibility_range on, at 120%, it is whole"),
    )
    credibility_range: float = param(
        0.5,
        low=0.05,
        high=3.0,
        unit="ratio",
        doc="Further attainment at which the vision has full credit.",
        source=assumed("as credibility_start"),
    )
    credibility_rate: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="1 / quarter",
        doc="Speed at which credibility follows results.",
        source=assumed("about a year"),
    )
