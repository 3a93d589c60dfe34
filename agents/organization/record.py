"""What is common to the whole organization, and its product lines."""

from agents.machinery.record import Record, amount, money, number, ratio, share, whole

ORGANIZATION = Record(
    "org",
    "What is common to the whole organization",
    [
        share("playbook", "Quality of the playbook.", start=0.5, better=1),
        share("star_practice", "What the best reps do, as far as it can be put into words."),
        share("icp_clarity", "Clarity of the ideal customer profile.", label="Clarity of the ideal customer", better=1),
        share("vision_credibility", "How far the vision is believed.", start=0.6, label="Vision believed", better=1),
        money("target_year", "Target of this year.", per="year", label="Target of the year"),
        money("booked_year", "Booked this year so far.", label="Booked this year", better=1),
        money("booked_last_year", "Booked last year."),
        money("booked_year_before", "Booked the year before."),
        money("belief_total", "Believed potential of all teams.", per="quarter"),
        ratio(
            "attainment",
            "Bookings over quota of the last quarter.",
            high=1e15,
            start=1.0,
            label="Attainment, last quarter",
            better=1,
        ),
        money("pace", "Bookings, smoothed over half a year.", per="quarter"),
        money("usual_pace", "Bookings, smoothed over a further year.", per="quarter"),
        whole("n_active", "reps", "Filled seats."),
        whole("n_planned", "reps", "Planned seats."),
        number("reps_growth", "reps", "Fractional head-count still to be planned.", low=-1e6, high=1e6),
        whole("n_specialists", "specialists", "Specialists employed.", label="Specialists"),
        whole("kinds_employed", "bit mask", "Kinds of which a specialist is employed (bit k for kind k)."),
        ratio("most_referral", "Greatest lift of needs from neighbours.", high=20),
        share("buyer_trust", "Mean trust of accounts in the seller."),
        share("intimacy", "How well accounts are known, on average."),
        share("satisfaction", "Mean satisfaction of customers."),
        money("results", "Installed value times satisfaction.", per="year"),
        share("customer_share", "Share of accounts with something installed."),
        money(
            "revenue_rate",
            "Smoothed gross margin on what was earned: deliveries (orders, where they are instant) and renewals.",
            per="week",
        ),
        share("training_afforded", "Part of the planned training and coaching the budget allows.", start=1.0),
        money("backlog", "Ordered and not yet delivered."),
        money("delivered", "Delivered this week, where delivery is limited."),
        money("delivery_capacity", "Delivery capacity.", per="week"),
        amount("delivery_delay", "weeks", "Backlog over capacity.", high=1e13),
        amount("delay_seen_by_company", "weeks", "Delay as the company knows it.", high=1e13),
        amount("delay_seen_by_market", "weeks", "Delay as buyers know it.", high=1e13),
        money("booked", "Booked this week."),
        money("renewed", "Renewed this week."),
        money("churned", "Lost at renewal this week."),
        money("recurring", "Recurring revenue.", per="year"),
        money("one_off_cost", "Hiring of specialists, booked this week."),
        money("cost", "All sales cost of the week."),
    ],
)

LINES = Record(
    "lines",
    "Product line",
    [
        share("share", "Share of needs."),
        money("price", "Mean amount of a deal of an account of usual size."),
        amount("amount_sd", "log-sd", "Spread of amounts at one account.", high=3),
        share("readiness", "How ready the line and its buyers are.", start=1.0),
    ],
)
