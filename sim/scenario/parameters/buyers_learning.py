"""How buyers learn and trust: the first half of the section `buyers`."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class BuyersLearning(Section):
    """How buyers learn and trust."""

    effort_scale: float = param(
        9.0,
        low=0.1,
        high=200.0,
        unit="hours",
        doc="h0: effective contact hours at which 63% of the effect is reached.",
        source=model("section 8: 4.2 / 8.5 / 18 by band"),
    )
    contact_scale: float = param(
        0.2,
        low=0.01,
        high=10.0,
        unit="hours",
        doc="Contact in a week below which the memory of earlier contact fades.",
        source=assumed("a short call a week keeps a deal warm"),
    )
    neglect_fade: float = param(
        0.12,
        low=0.0,
        high=1.0,
        unit="share / week",
        doc="Effort forgotten in a week without contact.",
        source=assumed("neglect lets a deal cool in about two months"),
    )
    pace_hours: float = param(
        0.3,
        low=0.01,
        high=20.0,
        unit="hours / week",
        doc="Contact at which the buyer's process runs at half its greatest pace.",
        source=assumed("the process pauses without contact"),
    )
    uninformed_stage: float = param(
        0.45,
        low=0.0,
        high=1.0,
        unit="share",
        doc="How far a buyer goes without insight from us.",
        source=evidence("BUY-14", note="57% before first contact, disputed"),
    )
    insight_needed: float = param(
        0.45,
        low=0.05,
        high=1.0,
        unit="share",
        doc="Insight at which a buyer can go the whole way.",
        source=assumed("some understanding is needed to conclude"),
    )
    patience: float = param(
        3.0,
        low=1.0,
        high=10.0,
        unit="cycles",
        doc="Age, in multiples of the cycle, past which the process ends in no decision.",
        source=assumed("stale opportunities end after about three cycles"),
    )
    rest_weeks: float = param(
        26.0,
        low=1.0,
        high=104.0,
        unit="weeks",
        doc="Weeks a line rests after its process has ended.",
        source=model("section 8: 13 / 26 / 26 by band"),
    )
    first_access: float = param(
        0.6,
        low=0.05,
        high=1.0,
        unit="share",
        doc="Planned hours an account without history grants.",
        source=evidence("PRF-06", "BUY-12", note="buyers find a third of meetings valuable; the level is assumed"),
    )
    access_from_experience: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Rise of access with the best experience.",
        source=evidence("BUY-13", note="useful information opens doors; the size is assumed"),
    )
    access_from_trust: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share / trust",
        doc="Rise of access with trust.",
        source=evidence("PRF-08", note="moderate effect"),
    )
    least_access: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Least share of planned hours a buyer grants.",
        source=assumed("a door is never quite shut"),
    )
    access_pace: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="ratio",
        doc="Speed at which access follows, against that of learning.",
        source=assumed("habits change more slowly than opinions"),
    )
    learning_per_cycle: float = param(
        5.0,
        low=0.0,
        high=50.0,
        unit="1 / cycle",
        doc="Speed at which buyers learn from contact, in gaps closed over one cycle.",
        source=assumed("four fifths are learned in a third of a cycle"),
    )
    learning_limit: float = param(
        0.9,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Greatest part of a gap that a buyer closes in a week.",
        source=assumed("not all in one week, however short the cycle"),
    )
    value_scale: float = param(
        2.2,
        low=0.1,
        high=20.0,
        unit="ratio",
        doc="Scale that makes usual practice worth 1 an hour.",
        source=assumed("norming"),
    )
    value_half: float = param(
        0.5,
        low=0.05,
        high=5.0,
        unit="ratio",
        doc="Half-saturation of conversation value in the buyer's experience.",
        source=assumed("better conversations help less and less"),
    )
    intimacy_weight: float = param(
        0.35,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Conversation value lost with an account one does not know.",
        source=assumed("understanding the account matters, not decisively"),
    )
    intimacy_gain: float = param(
        0.03,
        low=0.0,
        high=1.0,
        unit="1 / hour",
        doc="Knowledge of the account gained per contact hour.",
        source=assumed("some 20 hours to know an account well"),
    )
    intimacy_fade: float = param(
        0.012,
        low=0.0,
        high=0.5,
        unit="share / week",
        doc="Knowledge of the account lost per week.",
        source=evidence("CRM-02", note="contact data decay 2.1% a month; people forget faster"),
    )
    intimacy_handover: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Knowledge kept when the rep changes.",
        source=assumed("less than half is written down"),
    )
    initial_intimacy: float = param(
        0.13,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Knowledge of accounts at the start.",
        source=assumed("a running organization"),
        when="start",
    )
    initial_trust: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Buyers' trust at the start and without contact.",
        source=assumed("neutral"),
        when="start",
    )
    trust_gain: float = param(
        0.03,
        low=0.0,
        high=1.0,
        unit="trust / hour",
        doc="Trust won per contact hour and unit of experience above expectation.",
        source=evidence("PRF-08", note="modest influence"),
    )
    trust_loss_pushed: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="trust / hour",
        doc="Trust lost per contact hour and unit of misalignment.",
        source=assumed("lost faster than won"),
    )
    trust_fade: float = param(
        0.01,
        low=0.0,
        high=0.5,
        unit="share / week",
        doc="Return of trust to neutral.",
        source=assumed("a memory of about two years"),
    )
    trust_from_satisfaction: float = param(
        0.6,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Where trust settles with satisfied customers.",
        source=evidence("PRF-01", note="experience explains half of loyalty"),
    )
    expected_experience: float = param(
        0.3,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Experience a buyer expects.",
        source=evidence("PRF-06"),
    )
