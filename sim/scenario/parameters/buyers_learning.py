"""How buyers learn and trust: the first half of the section `buyers`."""

from sim.scenario.parameters.base import Section, assumed, evidence, hours, in_weeks, number, ratio, share, trust


class BuyersLearning(Section):
    """How buyers learn and trust."""

    effort_scale: float = hours(3.5, 0.1, 200, assumed("matched with the answer to hours, ELA-01"))
    """h0: effective contact hours at which 63% of the effect is reached."""
    effort_steepness: float = share(0.2, assumed("set with the answer to hours, ELA-01; 1 is a full S-curve"))
    """s: how much of a threshold the effect of effort has; its exponent is 1 + s."""
    effort_from_size: float = number(0.25, 0, 2, "elasticity", assumed("win rates flat in amount in two CRM exports"))
    """Elasticity of the effort a deal takes to its size."""
    cycle_from_size: float = number(0.09, 0, 2, "elasticity", evidence("CYC-01, CYC-03: size assumed"))
    """Elasticity of the time a buyer takes to the size of the deal."""
    reorder_share: float = share(0.5, assumed("cycles in a public CRM export have two humps, 8 and 85 days"))
    """Part of the needs for an installed line that are reorders."""
    reorder_effort: float = share(0.3, assumed("between a tenth, by days, and a plain deal"), low=0.01)
    """Effort and time of a reorder against a first order."""
    contact_scale: float = hours(0.2, 0.01, 10, assumed("a short call a week keeps a deal warm"))
    """Contact in a week below which the memory of earlier contact fades."""
    neglect_fade: float = share(0.09, assumed("neglect lets a deal cool in about a quarter"), per="week")
    """Effort forgotten in a week without contact."""
    pace_hours: float = hours(0.09, 0.01, 20, assumed("the process pauses without contact"), per="week")
    """Contact at which the buyer's process runs at half its greatest pace."""
    uninformed_stage: float = share(0.45, evidence("BUY-14: 57% before first contact, disputed"))
    """How far a buyer goes without insight from us."""
    insight_needed: float = share(0.45, assumed("some understanding is needed to conclude"), low=0.05)
    """Insight at which a buyer can go the whole way."""
    patience: float = number(3.0, 1, 10, "cycles", assumed("stale ones end after some three"), label="buyers' patience")
    """Age, in multiples of the cycle, past which the process ends in no decision."""
    rest_weeks: float = in_weeks(26.0, 1, 104, assumed("a line that was decided is left alone for half a year"))
    """Weeks a line rests after its process has ended."""
    first_access: float = share(0.6, evidence("PRF-06, BUY-12: a third of meetings is valuable; assumed"), low=0.05)
    """Planned hours an account without history grants."""
    access_from_experience: float = share(0.4, evidence("BUY-13: useful information opens doors; the size is assumed"))
    """Rise of access with the best experience."""
    access_from_trust: float = share(0.4, evidence("PRF-08: moderate effect"), per="trust")
    """Rise of access with trust."""
    least_access: float = share(0.05, assumed("a door is never quite shut"))
    """Least share of planned hours a buyer grants."""
    access_pace: float = ratio(0.5, 0, 1, assumed("habits change more slowly than opinions"))
    """Speed at which access follows, against that of learning."""
    learning_per_cycle: float = number(4.8, 0, 50, "1 / cycle", assumed("four fifths learned in a third of a cycle"))
    """Speed at which buyers learn from contact, in gaps closed over one cycle."""
    learning_limit: float = number(0.9, 0, 1, "1 / week", assumed("not all in one week, however short the cycle"))
    """Greatest part of a gap that a buyer closes in a week."""
    regard_pace: float = ratio(0.25, 0, 1, assumed("as access, and slower"))
    """Speed at which an account's regard follows experience, against that of learning."""
    regard_fade: float = share(0.01, assumed("a memory of two years"), high=0.5, per="week")
    """Regard lost in a week, as far as results do not keep it."""
    access_from_regard: float = share(0.2, assumed("doors open to those who were worth the time"))
    """Rise of access with full regard."""
    memory: float = ratio(0.25, 0, 2, evidence("WIN-21: set with favourite and referral_warmth; the size is assumed"))
    """Effort full regard is worth as a process begins, in units of h0."""
    favourite: float = share(0.35, evidence("FLY-37, FLY-40: first choices mostly win, and change; size assumed"))
    """Preference full regard is worth from the first day."""
    value_scale: float = ratio(2.3, 0.1, 20, assumed("norming"))
    """Scale that makes usual practice worth 1 an hour."""
    value_half: float = ratio(0.6, 0.05, 5, assumed("better conversations help less and less"))
    """Half-saturation of conversation value in the buyer's experience."""
    intimacy_weight: float = share(0.35, assumed("understanding the account matters, not decisively"))
    """Conversation value lost with an account one does not know."""
    intimacy_gain: float = number(0.03, 0, 1, "1 / hour", assumed("some 20 hours to know an account well"))
    """Knowledge of the account gained per contact hour."""
    intimacy_fade: float = share(0.012, evidence("CRM-02: data decay 2.1% a month, minds faster"), per="week", high=0.5)
    """Knowledge of the account lost per week."""
    intimacy_handover: float = share(0.4, assumed("less than half is written down"))
    """Knowledge kept when the rep changes."""
    initial_intimacy: float = share(0.13, assumed("a running organization"), when="start")
    """Knowledge of accounts at the start."""
    initial_trust: float = share(0.5, assumed("neutral"), label="buyers' initial trust", when="start")
    """Buyers' trust at the start and without contact."""
    trust_gain: float = trust(0.03, 0, 1, evidence("PRF-08: modest influence"), per="hour")
    """Trust won per contact hour and unit of experience above expectation."""
    trust_loss_pushed: float = trust(0.05, 0, 1, assumed("lost faster than won"), per="hour")
    """Trust lost per contact hour and unit of misalignment."""
    trust_fade: float = share(0.01, assumed("a memory of about two years"), per="week", high=0.5)
    """Return of trust to neutral."""
    trust_from_satisfaction: float = share(0.6, evidence("PRF-01: experience explains half of loyalty"), high=2)
    """Where trust settles with satisfied customers."""
    expected_experience: float = share(0.3, evidence("PRF-06"))
    """Experience a buyer expects."""
