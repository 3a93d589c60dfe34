"""What is measured each week. Nothing here feeds back into the model."""

from numba import literal_unroll

from agents.machinery.record import Record, number, whole
from agents.machinery.rule import helper, rule
from agents.machinery.state import State
from agents.rep.record import HOURS, USES

WEEKLY = Record(
    "weekly",
    "Measures of one week, for the whole organization",
    [
        whole("week", "week", "Week since the start of the burn-in."),
        number("bookings", "currency / week", "Annual contract value of all orders signed.", better=1),
        number("renewed", "currency / week", "Contract value renewed.", label="Renewals", better=1),
        number("churned", "currency / week", "Contract value lost at renewal.", label="Contract value lost", better=-1),
        number("recurring", "currency / year", "Recurring revenue.", label="Recurring revenue", better=1),
        number("cost", "currency / week", "All sales cost.", label="Sales cost", better=-1),
        number(
            "net_contribution", "currency / week", "Gross margin x (bookings + renewals) - all sales cost.", better=1
        ),
        number("quota", "currency / week", "Quota of all reps."),
        number("won", "opportunities / week", "Won.", better=1),
        number("lost", "opportunities / week", "Lost to a competitor.", better=-1),
        number("no_decision", "opportunities / week", "Ended in no decision, disqualified included.", better=-1),
        number("opportunities", "opportunities", "Open.", label="Open opportunities"),
        number("pipeline", "currency", "Amount of open opportunities, weighted by logged stage.", better=1),
        number("reps", "reps", "Filled seats."),
        number("leavers", "reps / week", "Reps who left.", better=-1),
        number("specialists", "specialists", "Overlay specialists employed."),
        *(number(one.name, "hours / rep / week", one.doc, label=one.measure, better=one.better) for one in USES),
        number(
            "coordination_everyone",
            "hours / week",
            "Coordination hours of reps and specialists together.",
            label="Coordination of everyone",
            better=-1,
        ),
        number("channels", "channels", "Communication channels on all open deals."),
        number("capability", "ratio", "Wheel stage 1: capability in use.", label="Capability in use", better=1),
        number(
            "experience",
            "share",
            "Wheel stage 2: buyer's experience and learning.",
            label="Buyers' experience",
            better=1,
        ),
        number(
            "access", "share", "Wheel stage 3: preference to engage (access granted).", label="Access granted", better=1
        ),
        number("preference", "share", "Wheel stage 4: preference to buy.", label="Preference to buy", better=1),
        number(
            "results",
            "currency / year",
            "Wheel stage 5: installed value times satisfaction.",
            label="Client results",
            better=1,
        ),
        number("method", "share", "Trained method in use.", label="Method in use", better=1),
        number("playbook", "share", "Quality of the playbook.", better=1),
        number(
            "icp_clarity",
            "share",
            "Clarity of the ideal customer profile.",
            label="Clarity of the ideal customer",
            better=1,
        ),
        number("vision_credibility", "share", "Leader's stage 1: vision believed.", label="Vision believed", better=1),
        number("goal_clarity", "share", "Leader's stage 2: goals understood.", better=1),
        number("latent", "share", "Leader's stage 4: potential still latent.", label="Latent potential", better=-1),
        number("rep_trust", "share", "Reps' trust in management.", label="Reps' trust", better=1),
        number("honesty", "share", "Honesty of reported reasons.", better=1),
        number("motivation", "share", "Motivation.", better=1),
        number("energy", "share", "Energy.", better=1),
        number("buyer_trust", "share", "Accounts' trust in the seller.", label="Buyers' trust", better=1),
        number("intimacy", "share", "How well accounts are known.", better=1),
        number("satisfaction", "share", "Customers' satisfaction.", label="Customers' satisfaction", better=1),
        number("misalignment", "share", "Lead of the logged stage over the buyer's, open deals.", better=-1),
        number(
            "understanding", "share", "Managers' understanding of the field.", label="Managers' understanding", better=1
        ),
        number(
            "perception_error",
            "share",
            "Managers' relative error about their teams' potential.",
            label="Managers' error",
            better=-1,
        ),
        number("prescriptiveness", "share", "Prescriptive control."),
        number("target_gap", "ratio", "Quota over what reps hold feasible.", better=-1),
        number(
            "adoption",
            "share",
            "Managers' adoption of the new way of leading.",
            label="Adoption of the new way",
            better=1,
        ),
        number(
            "losses_known",
            "opportunities / week",
            "Losses with a reason (not disqualified).",
            label="Losses with a reason",
        ),
        number(
            "external_reported",
            "opportunities / week",
            "Of these, reported as price, competition or offering.",
            label="Losses reported as external",
        ),
        number("external_true", "opportunities / week", "Of these, truly price or fit.", label="Losses truly external"),
        number(
            "waiting",
            "share",
            "Part of specialists' hours asked for and not given.",
            label="Waiting for specialists",
            better=-1,
        ),
        number("delivery_delay", "weeks", "Delivery delay.", better=-1),
    ],
)


@rule(agent="organization")
def measure_money(s: State, row: int) -> None:
    """Open this week's row: bookings, renewals, cost, pipeline, head-count."""
    now = s.clock[0].week
    if now >= len(s.weekly):
        return
    week = s.weekly[now]
    org = s.org[row]
    week.week = now
    week.bookings = org.booked
    week.renewed = org.renewed
    week.churned = org.churned
    week.recurring = org.recurring
    week.cost = org.cost
    week.net_contribution = s.p[0].organization_gross_margin * (org.booked + org.renewed) - org.cost
    week.reps = org.n_active
    week.specialists = org.n_specialists
    week.playbook = org.playbook
    week.icp_clarity = org.icp_clarity
    week.vision_credibility = org.vision_credibility
    week.delivery_delay = org.delivery_delay


@rule(agent="organization")
def measure_reps(s: State, _row: int) -> None:
    """Sums and means over filled seats."""
    if s.clock[0].week >= len(s.weekly):
        return
    week = s.weekly[s.clock[0].week]
    count = 0.0
    feasible = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        week.won += rep.won
        week.lost += rep.lost
        week.no_decision += rep.undecided
        week.opportunities += rep.n_open
        week.pipeline += rep.pipeline_value
        week.leavers += rep.left
        week.losses_known += rep.closed_known
        week.external_reported += rep.external_reported
        week.external_true += rep.external_true
        if rep.active == 1:
            count += 1.0
            week.quota += rep.quota / 13.0
            feasible += rep.expected
            add_hours(s, i)
            add_attitudes(s, i)
    week.coordination_everyone = week.hours_coordination
    for j in range(len(s.specialists)):
        week.coordination_everyone += s.specialists[j].hours_coordination
    week.target_gap = week.quota / max(feasible, 1.0)
    divide_by_reps(s, max(count, 1.0))


@helper
def add_hours(s: State, i: int) -> None:
    """Add a rep's hours by use."""
    week = s.weekly[s.clock[0].week]
    rep = s.reps[i]
    for use in literal_unroll(HOURS):
        week[use] += rep[use]


@helper
def add_attitudes(s: State, i: int) -> None:
    """Add a rep's capability and attitudes."""
    week = s.weekly[s.clock[0].week]
    rep = s.reps[i]
    week.capability += rep.conversation_power
    week.method += rep.method_conversation
    week.goal_clarity += rep.goal_clarity
    week.latent += rep.latent
    week.rep_trust += rep.rep_trust
    week.honesty += rep.honesty
    week.motivation += rep.motivation
    week.energy += rep.energy


@helper
def divide_by_reps(s: State, count: float) -> None:
    """Turn sums over filled seats into means."""
    week = s.weekly[s.clock[0].week]
    for use in literal_unroll(HOURS):
        week[use] /= count
    week.capability /= count
    week.method /= count
    week.goal_clarity /= count
    week.latent /= count
    week.rep_trust /= count
    week.honesty /= count
    week.motivation /= count
    week.energy /= count


@rule(agent="organization")
def measure_buyers(s: State, row: int) -> None:
    """Means over accounts, over customers and over open opportunities."""
    if s.clock[0].week >= len(s.weekly):
        return
    week = s.weekly[s.clock[0].week]
    org = s.org[row]
    week.buyer_trust = org.buyer_trust
    week.intimacy = org.intimacy
    week.satisfaction = org.satisfaction
    week.results = org.results
    measure_open(s)


@helper
def measure_open(s: State) -> None:
    """Means over open opportunities, from what reps have noted of theirs."""
    week = s.weekly[s.clock[0].week]
    count = 0.0
    for i in range(len(s.reps)):
        rep = s.reps[i]
        count += rep.n_open
        week.experience += rep.experience_of_open
        week.access += rep.access_of_open
        week.preference += rep.preference_of_open
        week.misalignment += rep.lead_of_open
        week.channels += rep.channels_of_open
    count = max(count, 1.0)
    week.experience /= count
    week.access /= count
    week.preference /= count
    week.misalignment /= count


@rule(agent="organization")
def measure_managers(s: State, _row: int) -> None:
    """Means over front-line managers and over specialists."""
    if s.clock[0].week >= len(s.weekly):
        return
    week = s.weekly[s.clock[0].week]
    teams = 0.0
    for m in range(len(s.managers)):
        manager = s.managers[m]
        if manager.level == 1:
            teams += 1.0
            week.understanding += manager.understanding
            week.prescriptiveness += manager.prescriptiveness
            week.adoption += manager.adoption
            week.perception_error += abs(manager.belief - manager.truth) / max(manager.truth, 1.0)
    teams = max(teams, 1.0)
    week.understanding /= teams
    week.prescriptiveness /= teams
    week.adoption /= teams
    week.perception_error /= teams
    working = 0.0
    for j in range(len(s.specialists)):
        if s.specialists[j].active == 1:
            working += 1.0
            week.waiting += 1.0 - s.specialists[j].served
    week.waiting /= max(working, 1.0)
