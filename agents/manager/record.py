"""What a manager has.

Front-line managers come first; a higher manager spans the seats and front-line managers
below.
"""

from agents.machinery.record import Field, Record

MANAGERS = Record(
    "managers",
    "Manager of reps or of managers, up to the leader",
    [
        Field("level", "i8", "level", "1 for a front-line manager; the leader has the highest."),
        Field("boss", "i8", "row of managers", "Own manager; the leader's is the leader."),
        Field("first_member", "i8", "row of roster", "First seat below."),
        Field("n_members", "i8", "seats", "Seats below."),
        Field("region", "i8", "code", "Region (office) of a front-line team."),
        Field("understanding", "f8", "share", "Understanding of the field.", low=0.0, high=1.0, start=0.3),
        Field("prescriptiveness", "f8", "share", "How far reps are told what to do and inspected.", low=0.0, high=1.0),
        Field("adoption", "f8", "share", "How far the new way of leading is one's own.", low=0.0, high=1.0, start=0.5),
        Field("belief", "f8", "currency / quarter", "Believed potential of the team.", low=0.0, high=1e13),
        Field(
            "truth",
            "f8",
            "currency / quarter",
            "True potential of the team, unknown to the manager.",
            low=0.0,
            high=1e13,
        ),
        Field("target", "f8", "currency / year", "Target of the team.", low=0.0, high=1e13),
        Field(
            "believed_total",
            "f8",
            "currency / quarter",
            "Believed potential of the team's planned territories.",
            low=0.0,
            high=1e13,
        ),
        Field(
            "attainment", "f8", "ratio", "Team's bookings over quota of the last quarter.", low=0.0, high=1e6, start=1.0
        ),
        Field("team_quota", "f8", "currency", "Team's quota of the last quarter.", low=0.0, high=1e13),
        Field("team_feasible", "f8", "currency", "What the team's reps held feasible.", low=0.0, high=1e13),
        Field("honesty_heard", "f8", "share", "Mean honesty of the team's reports.", low=0.0, high=1.0, start=0.6),
        Field(
            "lost_time", "f8", "opportunities", "Team's losses for want of attention, last quarter.", low=0.0, high=1e9
        ),
        Field("lost_targeting", "f8", "opportunities", "Team's losses for want of fit.", low=0.0, high=1e9),
        Field("lost_capability", "f8", "opportunities", "Team's losses for want of capability.", low=0.0, high=1e9),
        Field("lost_product", "f8", "opportunities", "Team's losses for price or product.", low=0.0, high=1e9),
        Field("heard_met", "i8", "0 | 1", "Whether the team met its quota, as the leader hears it."),
        Field("true_cause", "i8", "code", "True cause of the last miss."),
        Field("named_cause", "i8", "code", "Cause the manager named."),
        Field("response_made", "i8", "code", "Response to the last miss."),
        Field("coaching_done", "f8", "hours / rep / week", "Coaching each rep gets.", low=0.0, high=60.0),
        Field(
            "coaching_quality",
            "f8",
            "ratio",
            "Worth of an hour of coaching; formal coaching is worth more.",
            low=0.0,
            high=3.0,
            start=1.0,
        ),
        Field(
            "dive_hours",
            "f8",
            "hours / week",
            "Field time done: deep dives into accounts and deals.",
            low=0.0,
            high=60.0,
        ),
        Field("dive_hours_per_rep", "f8", "hours / rep / week", "Field time with each rep.", low=0.0, high=60.0),
        Field("inspection_hours", "f8", "hours / week", "Inspecting reps.", low=0.0, high=60.0),
        Field("office_hours", "f8", "hours / week", "Reporting upward and everything else.", low=0.0, high=60.0),
        Field("overlay_request", "f8", "specialists", "Specialists asked for this quarter.", low=0.0, high=100.0),
        Field("overlay_kind", "i8", "code", "Kind of specialist asked for."),
        Field("icp_request", "f8", "share", "Rise in ICP clarity asked for this quarter.", low=0.0, high=1.0),
        Field(
            "programme_training",
            "f8",
            "hours / quarter",
            "Extra training as a response to a miss.",
            low=0.0,
            high=520.0,
        ),
        Field(
            "extra_coaching",
            "f8",
            "hours / rep / month",
            "Extra coaching after a root-cause review.",
            low=0.0,
            high=40.0,
        ),
        Field("quota_relief", "f8", "share", "Quota taken back after a root-cause review.", low=0.0, high=0.9),
        Field("time_freed", "f8", "share", "Administration taken off reps after a review.", low=0.0, high=0.9),
        Field("reviews", "i8", "reviews", "Root-cause reviews held so far."),
        Field(
            "enablement_coaching_hours_per_month", "f8", "hours / rep / month", "Lever: coaching.", low=0.0, high=40.0
        ),
        Field("enablement_coaching_formality", "f8", "share", "Lever: formality of coaching.", low=0.0, high=1.0),
        Field("structure_field_hours_per_week", "f8", "hours / week", "Lever: field time.", low=0.0, high=40.0),
        Field("management_response", "f8", "code", "Lever: policy after a miss.", low=0.0, high=5.0),
        Field("cost", "f8", "currency / week", "Pay, reviews and programmes.", low=0.0, high=1e12),
    ],
)
