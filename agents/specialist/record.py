"""What an overlay specialist has, and what the specialists of one kind have in common."""

from agents.machinery.record import Record, amount, code, flag, hours, money, number, share, whole

KINDS = Record(
    "kinds",
    "What the specialists of one kind have in common",
    [
        whole("count", "specialists", "Specialists of the kind employed now.", label="Employed of this kind"),
        whole("added", "specialists", "Of these, added as a response to missed targets.", label="Added after misses"),
        share("expertise", "Part of the missing depth a specialist supplies.", label="Expertise supplied"),
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
        whole("candidates", "deals", "Deals of the reps covered that could be joined.", label="Deals without one"),
        amount("complexity_of_candidates", "share", "Sum of the complexity of these deals.", high=1e9),
        whole("load", "deals", "Deals joined.", label="Deals joined"),
        amount("target", "deals", "Own target: deals to be on.", high=1000, label="Own target"),
        hours("hours_coordination", "Staying in step with others.", high=1e4, label="Coordination"),
        hours("hours_on_deals", "Hours spent on deals.", label="On deals"),
        hours("hours_left", "Hours nobody asked for.", label="Left"),
        share(
            "served",
            "Part of the hours asked for that was given.",
            start=1.0,
            label="Hours given, of those asked",
            better=1,
        ),
        number("free_at", "week", "When the jobs taken are done (first come, first served).", low=0.0),
        whole("jobs", "jobs", "Jobs taken so far.", label="Jobs taken so far"),
        number("waited", "weeks", "Time the jobs taken so far waited for their beginning.", low=0.0),
        number("worked", "weeks", "Work of the jobs taken so far.", low=0.0),
        money("cost", "Pay and burden.", per="week"),
    ],
)
