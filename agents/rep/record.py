"""What a rep has.

A rep holds a seat of the sales force; a seat has a territory of accounts and, over time,
several holders.
"""

from typing import Literal, NamedTuple

from agents.machinery.codes import KIND_NAMES
from agents.machinery.record import Direction, Record, amount, flag, hours, money, ratio, row, share, whole


class Use(NamedTuple):
    """One use of a rep's hours; of each there is a field here and a weekly measure.

    Attributes:
        name: Name of the field.
        label: What charts call it.
        doc: What the hours are for.
        kind: Whether they reach a buyer ("customer"), do not ("internal"), or are not worked ("unused").
        better: 1 if more of them is better, -1 if less is, 0 if neither.
    """

    name: str
    label: str
    doc: str
    kind: Literal["customer", "internal", "unused"] = "internal"
    better: Direction = -1

    @property
    def measure(self) -> str:
        """Label of its weekly measure."""
        return f"Hours {'' if self.kind == 'unused' else 'on '}{self.label.lower()}"


USES = (
    Use("hours_opportunities", "Open opportunities", "Hours for open opportunities.", "customer", 1),
    Use("hours_prospecting", "Prospecting", "Hours of prospecting.", "customer", 1),
    Use("hours_growth", "Tending customers", "Hours tending customers.", "customer", 1),
    Use("hours_admin", "Administration", "Administration and internal meetings."),
    Use("hours_reporting", "Reporting", "Reports and forecasts."),
    Use("hours_inspection", "Inspection", "Being inspected."),
    Use("hours_coordination", "Coordination", "Staying in step with colleagues on deals."),
    Use("hours_switching", "Switching", "Switching between opportunities."),
    Use("hours_training", "Training", "In training.", better=0),
    Use("hours_coaching", "Coaching", "Being coached.", better=0),
    Use("hours_peers", "Meetings of colleagues", "Showing each other how.", better=0),
    Use("hours_unused", "Not used", "Hours an unmotivated rep does not use.", "unused"),
)
"""Every use of a rep's hours, declared once: rules, measures, checks and charts take them from here."""

HOURS = tuple(one.name for one in USES)
CUSTOMER_HOURS = tuple(one.name for one in USES if one.kind == "customer")
"""Uses of hours that reach a buyer."""

INTERNAL_HOURS = tuple(one.name for one in USES if one.kind == "internal")
"""Uses of hours that do not."""

REPS = Record(
    "reps",
    "Seat of a quota-carrying seller, with its present holder",
    [
        row("manager", "managers", "Front-line manager of the seat."),
        row("first_account", "buyers", "First account of the territory."),
        whole("n_accounts", "accounts", "Accounts of the territory.", label="Accounts"),
        ratio("potential", "Potential of the territory relative to the mean; 0 is drawn.", high=1e6),
        money(
            "territory",
            "Bookings the territory brings at the force's usual win rate.",
            per="quarter",
            label="Territory brings",
        ),
        flag("idle", "A seat outside the model, for tests: no accounts, no quota, no pay."),
        flag("active", "Whether the seat is filled."),
        flag("good_fit", "Whether the holder suits the job (exponential tenure only)."),
        flag("appointed", "Whether a Poisson hire is due for the seat."),
        money("annual_quota", "Quota of the year.", per="year"),
        flag("planned", "Whether the seat is in the head-count plan."),
        whole("vacant_weeks", "weeks", "Weeks the seat has been empty.", label="Weeks vacant"),
        whole("holder", "count", "How many people have held the seat.", label="Holders so far"),
        whole("holder_known", "count", "Holder the accounts know."),
        flag("left", "Whether the holder left this week."),
        whole("quits", "count", "Holders who have quit.", label="Quits so far"),
        whole("dismissals", "count", "Holders who were dismissed or laid off.", label="Dismissals so far"),
        whole("tenure", "weeks", "Weeks the holder has been here.", label="Weeks here"),
        ratio("art_pipeline", "Innate gift for filling the pipeline; mean 1.", high=1e9, start=1.0),
        ratio("art_conversation", "Innate gift for conversation; mean 1.", high=1e9, start=1.0),
        ratio("art_driving", "Innate gift for driving opportunities; mean 1.", high=1e9, start=1.0),
        ratio("art_growth", "Innate gift for growing accounts; mean 1.", high=1e9, start=1.0),
        share("method_pipeline", "Trained method of filling the pipeline."),
        share("method_conversation", "Trained method of conversation."),
        share("method_driving", "Trained method of driving opportunities."),
        share("method_growth", "Trained method of growing accounts."),
        share("closing", "Trained closing tactics."),
        share("adherence", "How far the playbook is followed.", start=0.5, label="Follows the playbook", better=1),
        ratio(
            "capability_pipeline",
            "Capability in use for filling the pipeline; 1 is usual.",
            high=1e9,
            start=1.0,
            label="Filling the pipeline",
            better=1,
        ),
        ratio(
            "capability_conversation",
            "Capability in use for conversation; 1 is usual.",
            high=1e9,
            start=1.0,
            label="Conversation",
            better=1,
        ),
        ratio(
            "capability_driving",
            "Capability in use for driving; 1 is usual.",
            high=1e9,
            start=1.0,
            label="Driving opportunities",
            better=1,
        ),
        ratio(
            "capability_growth",
            "Capability in use for growing accounts; 1 is usual.",
            high=1e9,
            start=1.0,
            label="Growing accounts",
            better=1,
        ),
        share(
            "latent", "Method the playbook would allow and that is not in use.", label="Method not in use", better=-1
        ),
        share("paired", "Share of the work done as a pair with the seat beside."),
        ratio("conversation_power", "Capability x energy brought to a conversation.", high=1e9, start=1.0),
        share("rep_trust", "Trust in management.", start=0.6, label="Trust", better=1),
        share("honesty", "Probability of reporting a true reason.", start=0.6, better=1),
        share("goal_clarity", "How well goals are understood.", start=0.5, better=1),
        share("motivation", "Motivation.", start=0.7, better=1),
        share("energy", "Energy.", start=0.9, better=1),
        money("quota", "Quota of a quarter.", per="quarter"),
        money("booked", "Booked this week."),
        money("renewed", "Contract value renewed this week."),
        money("churned", "Contract value lost this week."),
        money("booked_quarter", "Booked this quarter so far.", label="Booked so far", better=1),
        money("booked_year", "Booked this year so far."),
        money("quota_year", "Quota of the quarters of this year that have ended."),
        ratio(
            "attainment",
            "Bookings over quota of the last quarter.",
            high=1e15,
            start=1.0,
            label="Attainment, last quarter",
            better=1,
        ),
        money("expected", "What the rep has learned to expect of own week.", per="week"),
        money("feasible", "Target the rep held feasible at the last quarter's end.", per="quarter"),
        whole("n_asking", "needs", "Needs the rep is asked about and has not looked at yet."),
        whole("n_open", "opportunities", "Open opportunities.", label="Open opportunities"),
        whole("customers_seen", "accounts", "Accounts with something installed as the week ended."),
        whole(
            "n_customers", "accounts", "Accounts with something installed, as last booked.", label="Customers", better=1
        ),
        money("recurring", "Value installed at all accounts.", per="year"),
        money("results", "Value installed times satisfaction, all accounts.", per="year"),
        amount("trust_of_accounts", "accounts", "Sum of the accounts' trust.", high=1e9),
        amount("intimacy_of_accounts", "accounts", "Sum of how well the accounts are known.", high=1e9),
        amount("satisfaction_of_customers", "accounts", "Sum of the customers' satisfaction.", high=1e9),
        amount("experience_of_open", "opportunities", "Sum of the buyers' experience on open ones.", high=1e9),
        amount("access_of_open", "opportunities", "Sum of the access granted on open ones.", high=1e9),
        amount("preference_of_open", "opportunities", "Sum of the preference for us on open ones.", high=1e9),
        amount("lead_of_open", "opportunities", "Sum of the logged stages' lead on open ones.", high=1e9),
        amount("channels_of_open", "channels", "Communication channels on open ones.", high=1e9),
        money("pipeline_value", "Amount of open opportunities, weighted by logged stage."),
        money("usual_score", "Mean expected value of the deals pursued."),
        amount("extra_faces", "people", "Mean number of specialists on the rep's deals.", high=len(KIND_NAMES)),
        amount("work_weight", "weight", "Sum of the planning weights of the pipeline.", high=1e6),
        *(hours(one.name, one.doc) for one in USES),
        amount("prospecting_rate", "needs / account / week", "Needs the rep's prospecting finds.", high=1e7),
        amount("marketing_rate", "needs / account / week", "Leads from marketing.", high=1e7),
        amount("telesales_rate", "needs / account / week", "Opportunities telesales creates.", high=1e7),
        amount("most_needs", "needs / account / week", "Most needs any account can have.", high=1e9),
        amount("foreseen", "needs / account / week", "Rate up to which the quarter's needs are foreseen.", high=1e10),
        share("account_care", "Care customers get, of what they need."),
        share("follow_through", "Follow-through on what was sold.", start=1.0),
        whole("won", "opportunities", "Won this week."),
        whole("lost", "opportunities", "Lost this week."),
        whole("undecided", "opportunities", "Ended in no decision this week."),
        amount("lost_time", "opportunities", "Not won this quarter for want of attention.", high=1e6),
        amount("lost_targeting", "opportunities", "Not won this quarter for want of fit.", high=1e6),
        amount(
            "lost_capability",
            "opportunities",
            "Not won this quarter for want of value, alignment, relationship or consensus.",
            high=1e6,
        ),
        amount("lost_product", "opportunities", "Not won this quarter for price or an unready product.", high=1e6),
        whole("closed_known", "opportunities", "Losses with a reason this week."),
        whole("external_reported", "opportunities", "Of these, reported as price, competition or offering."),
        whole("external_true", "opportunities", "Of these, truly price or fit."),
        whole("honest_reports", "opportunities", "Of these, reported truly."),
        share("unfair", "How far the last miss was the target's fault."),
        hours("training_hours_per_quarter", "Lever: training.", high=520, per="quarter"),
        amount(
            "operations_wip_limit", "opportunities", "Lever: open opportunities worked at a time, 0 for all.", high=500
        ),
        hours("operations_protected_prospecting_hours", "Lever: hours kept free for prospecting.", high=40),
        amount("operations_marketing_leads_per_week", "leads / week", "Lever: leads from marketing per rep.", high=50),
        share("enablement_alignment", "Lever: alignment of sales and buying stages."),
        share("enablement_process_formality", "Lever: formality of the sales process."),
        share("strategy_qualification_threshold", "Lever: least fit a rep takes up."),
        share("structure_paired_work", "Lever: work in pairs."),
        share("training_value_content", "Lever: share of training on creating value."),
        money("cost", "Pay, training and hiring cost of the week.", per="week"),
    ],
)
