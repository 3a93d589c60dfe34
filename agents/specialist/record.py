"""What an overlay specialist has, and what the specialists of one kind have in common."""

from agents.machinery.record import Record, amount, code, flag, hours, money, number, share, whole

KINDS = Record(
    "kinds",
    "What the specialists of one kind have in common",
    [
        whole("count", "specialists", "Specialists of the kind employed now."),
        whole("added", "specialists", "Of these, added as a response to missed targets."),
        share("expertise", "Part of the missing depth a specialist supplies."),
    ],
)

SPECIALISTS = Record(
    "specialists",
    "Overlay specialist",
    [
        code("kind", "Product, industry, installed base or telesales."),
        whole("number", "count", "Number within the kind."),
        flag("idle", "A specialist outside the model, for tests: covers nobody."),
        flag("active", "Whether employed."),
        whole("candidates", "deals", "Deals of the reps covered that could be joined."),
        whole("load", "deals", "Deals joined."),
        amount("target", "deals", "Own target: deals to be on.", high=1000),
        hours("hours_coordination", "Staying in step with others.", high=1e4),
        hours("hours_on_deals", "Hours spent on deals."),
        hours("hours_left", "Hours nobody asked for."),
        share("served", "Part of the hours asked for that was given.", start=1.0),
        number("free_at", "week", "When the jobs taken are done (first come, first served).", low=0.0),
        whole("jobs", "jobs", "Jobs taken so far."),
        number("waited", "weeks", "Time the jobs taken so far waited for their beginning.", low=0.0),
        number("worked", "weeks", "Work of the jobs taken so far.", low=0.0),
        money("cost", "Pay and burden.", per="week"),
    ],
)
