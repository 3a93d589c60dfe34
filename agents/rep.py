"""Reps: quota-carrying sellers.

A rep holds a seat of the sales force; a seat has a territory of accounts and, over time,
several holders. The pipeline is a chain of opportunity slots. What reps do in a week is in
`agents.week`, what they book in `agents.books`, how they grow and leave in `agents.career`.
"""

from agents.on_demand import mesa_class
from agents.record import Field, Record

WEEK = 168.0

REPS = Record(
    "reps",
    "Seat of a quota-carrying seller, with its present holder",
    [
        Field("manager", "i8", "row of managers", "Front-line manager of the seat."),
        Field("first_account", "i8", "row of buyers", "First account of the territory."),
        Field("n_accounts", "i8", "accounts", "Accounts of the territory."),
        Field(
            "potential",
            "f8",
            "ratio",
            "Potential of the territory relative to the mean; 0 is drawn.",
            low=0.0,
            high=1e6,
        ),
        Field(
            "territory",
            "f8",
            "currency / quarter",
            "Bookings the territory brings at the force's usual win rate.",
            low=0.0,
            high=1e12,
        ),
        Field("idle", "i8", "0 | 1", "A seat outside the model, for tests: no accounts, no quota, no pay."),
        Field("active", "i8", "0 | 1", "Whether the seat is filled."),
        Field("good_fit", "i8", "0 | 1", "Whether the holder suits the job (exponential tenure only)."),
        Field("appointed", "i8", "0 | 1", "Whether a Poisson hire is due for the seat."),
        Field("annual_quota", "f8", "currency / year", "Quota of the year.", low=0.0, high=1e13),
        Field("planned", "i8", "0 | 1", "Whether the seat is in the head-count plan."),
        Field("vacant_weeks", "i8", "weeks", "Weeks the seat has been empty."),
        Field("holder", "i8", "count", "How many people have held the seat."),
        Field("left", "i8", "0 | 1", "Whether the holder left this week."),
        Field("tenure", "i8", "weeks", "Weeks the holder has been here."),
        Field(
            "art_pipeline", "f8", "ratio", "Innate gift for filling the pipeline; mean 1.", low=0.0, high=1e3, start=1.0
        ),
        Field("art_conversation", "f8", "ratio", "Innate gift for conversation; mean 1.", low=0.0, high=1e3, start=1.0),
        Field(
            "art_driving", "f8", "ratio", "Innate gift for driving opportunities; mean 1.", low=0.0, high=1e3, start=1.0
        ),
        Field("art_growth", "f8", "ratio", "Innate gift for growing accounts; mean 1.", low=0.0, high=1e3, start=1.0),
        Field("method_pipeline", "f8", "share", "Trained method of filling the pipeline.", low=0.0, high=1.0),
        Field("method_conversation", "f8", "share", "Trained method of conversation.", low=0.0, high=1.0),
        Field("method_driving", "f8", "share", "Trained method of driving opportunities.", low=0.0, high=1.0),
        Field("method_growth", "f8", "share", "Trained method of growing accounts.", low=0.0, high=1.0),
        Field("closing", "f8", "share", "Trained closing tactics.", low=0.0, high=1.0),
        Field("adherence", "f8", "share", "How far the playbook is followed.", low=0.0, high=1.0, start=0.5),
        Field(
            "capability_pipeline",
            "f8",
            "ratio",
            "Capability in use for filling the pipeline; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_conversation",
            "f8",
            "ratio",
            "Capability in use for conversation; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_driving",
            "f8",
            "ratio",
            "Capability in use for driving; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field(
            "capability_growth",
            "f8",
            "ratio",
            "Capability in use for growing accounts; 1 is usual.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field("latent", "f8", "share", "Method the playbook would allow and that is not in use.", low=0.0, high=1.0),
        Field(
            "conversation_power",
            "f8",
            "ratio",
            "Capability x energy brought to a conversation.",
            low=0.0,
            high=1e3,
            start=1.0,
        ),
        Field("rep_trust", "f8", "share", "Trust in management.", low=0.0, high=1.0, start=0.6),
        Field("honesty", "f8", "share", "Probability of reporting a true reason.", low=0.0, high=1.0, start=0.6),
        Field("goal_clarity", "f8", "share", "How well goals are understood.", low=0.0, high=1.0, start=0.5),
        Field("motivation", "f8", "share", "Motivation.", low=0.0, high=1.0, start=0.7),
        Field("energy", "f8", "share", "Energy.", low=0.0, high=1.0, start=0.9),
        Field("quota", "f8", "currency / quarter", "Quota of a quarter.", low=0.0, high=1e12),
        Field("booked", "f8", "currency", "Booked this week.", low=0.0, high=1e12),
        Field("booked_quarter", "f8", "currency", "Booked this quarter so far.", low=0.0, high=1e12),
        Field("booked_year", "f8", "currency", "Booked this year so far.", low=0.0, high=1e12),
        Field(
            "quota_year", "f8", "currency", "Quota of the quarters of this year that have ended.", low=0.0, high=1e13
        ),
        Field("attainment", "f8", "ratio", "Bookings over quota of the last quarter.", low=0.0, high=1e6, start=1.0),
        Field(
            "expected", "f8", "currency / week", "What the rep has learned to expect of own week.", low=0.0, high=1e12
        ),
        Field(
            "feasible",
            "f8",
            "currency / quarter",
            "Target the rep held feasible at the last quarter's end.",
            low=0.0,
            high=1e12,
        ),
        Field("first_open", "i8", "row", "First opportunity of the pipeline, -1 for none.", start=-1),
        Field("n_open", "i8", "opportunities", "Open opportunities."),
        Field("customers_seen", "i8", "accounts", "Accounts with something installed as the week began."),
        Field("n_customers", "i8", "accounts", "Accounts with something installed, as last booked."),
        Field(
            "pipeline_value",
            "f8",
            "currency",
            "Amount of open opportunities, weighted by logged stage.",
            low=0.0,
            high=1e12,
        ),
        Field("usual_score", "f8", "currency", "Mean expected value of the deals pursued.", low=0.0, high=1e12),
        Field("extra_faces", "f8", "people", "Mean number of specialists on the rep's deals.", low=0.0, high=4.0),
        Field("work_weight", "f8", "weight", "Sum of the planning weights of the pipeline.", low=0.0, high=1e6),
        Field("hours_opportunities", "f8", "hours / week", "Hours for open opportunities.", low=0.0, high=WEEK),
        Field("hours_prospecting", "f8", "hours / week", "Hours of prospecting.", low=0.0, high=WEEK),
        Field("hours_growth", "f8", "hours / week", "Hours tending customers.", low=0.0, high=WEEK),
        Field("hours_admin", "f8", "hours / week", "Administration and internal meetings.", low=0.0, high=WEEK),
        Field("hours_reporting", "f8", "hours / week", "Reports and forecasts.", low=0.0, high=WEEK),
        Field("hours_inspection", "f8", "hours / week", "Being inspected.", low=0.0, high=WEEK),
        Field(
            "hours_coordination", "f8", "hours / week", "Staying in step with colleagues on deals.", low=0.0, high=WEEK
        ),
        Field("hours_switching", "f8", "hours / week", "Switching between opportunities.", low=0.0, high=WEEK),
        Field("hours_training", "f8", "hours / week", "In training.", low=0.0, high=WEEK),
        Field("hours_coaching", "f8", "hours / week", "Being coached.", low=0.0, high=WEEK),
        Field("hours_unused", "f8", "hours / week", "Hours an unmotivated rep does not use.", low=0.0, high=WEEK),
        Field(
            "prospecting_rate", "f8", "needs / account / week", "Needs the rep's prospecting finds.", low=0.0, high=10.0
        ),
        Field("marketing_rate", "f8", "needs / account / week", "Leads from marketing.", low=0.0, high=10.0),
        Field("telesales_rate", "f8", "needs / account / week", "Opportunities telesales creates.", low=0.0, high=10.0),
        Field(
            "most_needs",
            "f8",
            "needs / account / week",
            "Most needs any account can have.",
            low=0.0,
            high=1e9,
            start=1e9,
        ),
        Field("account_care", "f8", "share", "Care customers get, of what they need.", low=0.0, high=1.0),
        Field("follow_through", "f8", "share", "Follow-through on what was sold.", low=0.0, high=1.0, start=1.0),
        Field("won", "i8", "opportunities", "Won this week."),
        Field("lost", "i8", "opportunities", "Lost this week."),
        Field("undecided", "i8", "opportunities", "Ended in no decision this week."),
        Field("lost_time", "f8", "opportunities", "Not won this quarter for want of attention.", low=0.0, high=1e6),
        Field("lost_targeting", "f8", "opportunities", "Not won this quarter for want of fit.", low=0.0, high=1e6),
        Field(
            "lost_capability",
            "f8",
            "opportunities",
            "Not won this quarter for want of value, alignment, relationship or consensus.",
            low=0.0,
            high=1e6,
        ),
        Field(
            "lost_product",
            "f8",
            "opportunities",
            "Not won this quarter for price or an unready product.",
            low=0.0,
            high=1e6,
        ),
        Field("closed_known", "i8", "opportunities", "Losses with a reason this week."),
        Field("external_reported", "i8", "opportunities", "Of these, reported as price, competition or offering."),
        Field("external_true", "i8", "opportunities", "Of these, truly price or fit."),
        Field("honest_reports", "i8", "opportunities", "Of these, reported truly."),
        Field("unfair", "f8", "share", "How far the last miss was the target's fault.", low=0.0, high=1.0),
        Field("training_hours_per_quarter", "f8", "hours / quarter", "Lever: training.", low=0.0, high=520.0),
        Field(
            "operations_wip_limit",
            "f8",
            "opportunities",
            "Lever: open opportunities worked at a time, 0 for all.",
            low=0.0,
            high=500.0,
        ),
        Field(
            "operations_protected_prospecting_hours",
            "f8",
            "hours / week",
            "Lever: hours kept free for prospecting.",
            low=0.0,
            high=40.0,
        ),
        Field(
            "operations_marketing_leads_per_week",
            "f8",
            "leads / week",
            "Lever: leads from marketing per rep.",
            low=0.0,
            high=50.0,
        ),
        Field("enablement_alignment", "f8", "share", "Lever: alignment of sales and buying stages.", low=0.0, high=1.0),
        Field(
            "enablement_process_formality", "f8", "share", "Lever: formality of the sales process.", low=0.0, high=1.0
        ),
        Field("strategy_qualification_threshold", "f8", "share", "Lever: least fit a rep takes up.", low=0.0, high=1.0),
        Field(
            "training_value_content", "f8", "share", "Lever: share of training on creating value.", low=0.0, high=1.0
        ),
        Field("cost", "f8", "currency / week", "Pay, training and hiring cost of the week.", low=0.0, high=1e12),
    ],
)

__getattr__ = mesa_class(__name__, "Rep", "A quota-carrying seller.", "rep", REPS)
