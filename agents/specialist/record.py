"""What an overlay specialist has, and what the specialists of one kind have in common."""

from agents.machinery.record import Field, Record

KINDS = Record(
    "kinds",
    "What the specialists of one kind have in common",
    [
        Field("count", "i8", "specialists", "Specialists of the kind employed now."),
        Field("added", "i8", "specialists", "Of these, added as a response to missed targets."),
        Field("expertise", "f8", "share", "Part of the missing depth a specialist supplies.", low=0.0, high=1.0),
    ],
)

SPECIALISTS = Record(
    "specialists",
    "Overlay specialist",
    [
        Field("kind", "i8", "code", "Product, industry, installed base or telesales."),
        Field("number", "i8", "count", "Number within the kind."),
        Field("idle", "i8", "0 | 1", "A specialist outside the model, for tests: covers nobody."),
        Field("active", "i8", "0 | 1", "Whether employed."),
        Field("candidates", "i8", "deals", "Deals of the reps covered that could be joined."),
        Field("load", "i8", "deals", "Deals joined."),
        Field("target", "f8", "deals", "Own target: deals to be on.", low=0.0, high=1000.0),
        Field("hours_coordination", "f8", "hours / week", "Staying in step with others.", low=0.0, high=1e4),
        Field("hours_on_deals", "f8", "hours / week", "Hours spent on deals.", low=0.0, high=168.0),
        Field("hours_left", "f8", "hours / week", "Hours nobody asked for.", low=0.0, high=168.0),
        Field("served", "f8", "share", "Part of the hours asked for that was given.", low=0.0, high=1.0, start=1.0),
        Field("free_at", "f8", "week", "When the jobs taken are done (first come, first served).", low=0.0),
        Field("jobs", "i8", "jobs", "Jobs taken so far."),
        Field("waited", "f8", "weeks", "Time the jobs taken so far waited for their beginning.", low=0.0),
        Field("worked", "f8", "weeks", "Work of the jobs taken so far.", low=0.0),
        Field("cost", "f8", "currency / week", "Pay and burden.", low=0.0, high=1e12),
    ],
)
