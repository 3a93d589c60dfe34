"""What is measured each week. Nothing here feeds back into the model."""

from agents.buyer.conversations import people_on
from agents.machinery.codes import STATUS
from agents.machinery.formulas import channels
from agents.machinery.record import Field, Record
from agents.machinery.rule import helper, rule
from agents.machinery.state import State

WEEKLY = Record(
    "weekly",
    "Measures of one week, for the whole organization",
    [
        Field("week", "i8", "week", "Week since the start of the burn-in."),
        Field("bookings", "f8", "currency / week", "Orders signed."),
        Field("renewed", "f8", "currency / week", "Contract value renewed."),
        Field("churned", "f8", "currency / week", "Contract value lost at renewal."),
        Field("recurring", "f8", "currency / year", "Recurring revenue."),
        Field("cost", "f8", "currency / week", "All sales cost."),
        Field("net_contribution", "f8", "currency / week", "Gross margin x (booked + renewed) - sales cost."),
        Field("quota", "f8", "currency / week", "Quota of the week, all reps."),
        Field("won", "f8", "opportunities / week", "Won."),
        Field("lost", "f8", "opportunities / week", "Lost to a competitor."),
        Field("no_decision", "f8", "opportunities / week", "Ended in no decision, disqualified included."),
        Field("opportunities", "f8", "opportunities", "Open."),
        Field("pipeline", "f8", "currency", "Amount of open opportunities, weighted by logged stage."),
        Field("reps", "f8", "reps", "Filled seats."),
        Field("leavers", "f8", "reps / week", "Reps who left."),
        Field("specialists", "f8", "specialists", "Overlay specialists employed."),
        Field("hours_opportunities", "f8", "hours / rep / week", "For open opportunities."),
        Field("hours_prospecting", "f8", "hours / rep / week", "Prospecting."),
        Field("hours_growth", "f8", "hours / rep / week", "Tending customers."),
        Field("hours_admin", "f8", "hours / rep / week", "Administration and internal meetings."),
        Field("hours_reporting", "f8", "hours / rep / week", "Reports and forecasts."),
        Field("hours_inspection", "f8", "hours / rep / week", "Being inspected."),
        Field("hours_coordination", "f8", "hours / rep / week", "Staying in step with colleagues."),
        Field("hours_switching", "f8", "hours / rep / week", "Switching between opportunities."),
        Field("hours_training", "f8", "hours / rep / week", "In training."),
        Field("hours_coaching", "f8", "hours / rep / week", "Being coached."),
        Field("hours_unused", "f8", "hours / rep / week", "Not used."),
        Field("coordination_everyone", "f8", "hours / week", "Coordination hours of reps and specialists together."),
        Field("channels", "f8", "channels", "Communication channels on all open deals."),
        Field("capability", "f8", "ratio", "Wheel stage 1: capability in use."),
        Field("experience", "f8", "share", "Wheel stage 2: buyer's experience and learning."),
        Field("access", "f8", "share", "Wheel stage 3: preference to engage (access granted)."),
        Field("preference", "f8", "share", "Wheel stage 4: preference to buy."),
        Field("results", "f8", "currency / year", "Wheel stage 5: installed value times satisfaction."),
        Field("method", "f8", "share", "Trained method in use."),
        Field("playbook", "f8", "share", "Quality of the playbook."),
        Field("icp_clarity", "f8", "share", "Clarity of the ideal customer profile."),
        Field("vision_credibility", "f8", "share", "Leader's stage 1: vision believed."),
        Field("goal_clarity", "f8", "share", "Leader's stage 2: goals understood."),
        Field("latent", "f8", "share", "Leader's stage 4: potential still latent."),
        Field("rep_trust", "f8", "share", "Reps' trust in management."),
        Field("honesty", "f8", "share", "Honesty of reported reasons."),
        Field("motivation", "f8", "share", "Motivation."),
        Field("energy", "f8", "share", "Energy."),
        Field("buyer_trust", "f8", "share", "Accounts' trust in the seller."),
        Field("intimacy", "f8", "share", "How well accounts are known."),
        Field("satisfaction", "f8", "share", "Customers' satisfaction."),
        Field("misalignment", "f8", "share", "Lead of the logged stage over the buyer's, open deals."),
        Field("understanding", "f8", "share", "Managers' understanding of the field."),
        Field("perception_error", "f8", "share", "Managers' relative error about their teams' potential."),
        Field("prescriptiveness", "f8", "share", "Prescriptive control."),
        Field("target_gap", "f8", "ratio", "Quota over what reps hold feasible."),
        Field("adoption", "f8", "share", "Managers' adoption of the new way of leading."),
        Field("losses_known", "f8", "opportunities / week", "Losses with a reason (not disqualified)."),
        Field(
            "external_reported", "f8", "opportunities / week", "Of these, reported as price, competition or offering."
        ),
        Field("external_true", "f8", "opportunities / week", "Of these, truly price or fit."),
        Field("waiting", "f8", "share", "Part of specialists' hours asked for and not given."),
        Field("delivery_delay", "f8", "weeks", "Delivery delay."),
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
    week.hours_opportunities += rep.hours_opportunities
    week.hours_prospecting += rep.hours_prospecting
    week.hours_growth += rep.hours_growth
    week.hours_admin += rep.hours_admin
    week.hours_reporting += rep.hours_reporting
    week.hours_inspection += rep.hours_inspection
    week.hours_coordination += rep.hours_coordination
    week.hours_switching += rep.hours_switching
    week.hours_training += rep.hours_training
    week.hours_coaching += rep.hours_coaching
    week.hours_unused += rep.hours_unused


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
    week.hours_opportunities /= count
    week.hours_prospecting /= count
    week.hours_growth /= count
    week.hours_admin /= count
    week.hours_reporting /= count
    week.hours_inspection /= count
    week.hours_coordination /= count
    week.hours_switching /= count
    week.hours_training /= count
    week.hours_coaching /= count
    week.hours_unused /= count
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
    """Means over open opportunities, along the reps' pipelines."""
    week = s.weekly[s.clock[0].week]
    count = 0.0
    for i in range(len(s.reps)):
        o = s.reps[i].first_open
        while o >= 0:
            opp = s.opportunities[o]
            if opp.status == STATUS.OPEN:
                count += 1.0
                week.experience += opp.experience
                week.access += opp.access
                week.preference += opp.preference
                week.misalignment += max(0.0, opp.sales_stage - opp.buying_stage)
                week.channels += channels(people_on(s, o))
            o = opp.next_open
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
