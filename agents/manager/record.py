"""What a manager has.

Front-line managers come first; a higher manager spans the seats and front-line managers
below.
"""

from agents.machinery.record import Record, amount, code, flag, hours, money, ratio, row, share, whole

MANAGERS = Record(
    "managers",
    "Manager of reps or of managers, up to the leader",
    [
        whole("level", "level", "1 for a front-line manager; the leader has the highest."),
        row("boss", "managers", "Own manager; the leader's is the leader."),
        row("first_member", "roster", "First seat below."),
        whole("n_members", "seats", "Seats below."),
        code("region", "Region (office) of a front-line team."),
        share("understanding", "Understanding of the field.", start=0.3, label="Understanding of the field", better=1),
        share("prescriptiveness", "How far reps are told what to do and inspected."),
        share(
            "adoption",
            "How far the new way of leading is one's own.",
            start=0.5,
            label="Adoption of the new way",
            better=1,
        ),
        money("belief", "Believed potential of the team.", per="quarter"),
        money("truth", "True potential of the team, unknown to the manager.", per="quarter"),
        money("target", "Target of the team.", per="year", label="Target of the year"),
        money("believed_total", "Believed potential of the team's planned territories.", per="quarter"),
        ratio(
            "attainment",
            "Team's bookings over quota of the last quarter.",
            high=1e15,
            start=1.0,
            label="Attainment, last quarter",
            better=1,
        ),
        money("team_quota", "Team's quota of the last quarter.", label="Quota, last quarter"),
        money("team_feasible", "What the team's reps held feasible.", label="Reps held feasible"),
        share(
            "honesty_heard",
            "Mean honesty of the team's reports.",
            start=0.6,
            label="Honesty of reports heard",
            better=1,
        ),
        amount("lost_time", "opportunities", "Team's losses for want of attention, last quarter.", high=1e9),
        amount("lost_targeting", "opportunities", "Team's losses for want of fit.", high=1e9),
        amount("lost_capability", "opportunities", "Team's losses for want of capability.", high=1e9),
        amount("lost_product", "opportunities", "Team's losses for price or product.", high=1e9),
        flag("heard_met", "Whether the team met its quota, as the leader hears it."),
        code("true_cause", "True cause of the last miss."),
        code("named_cause", "Cause the manager named."),
        code("response_made", "Response to the last miss."),
        hours("coaching_done", "Coaching each rep gets.", high=100, per="rep / week", label="Coaching, each rep"),
        ratio("coaching_quality", "Worth of an hour of coaching; formal coaching is worth more.", high=3, start=1.0),
        hours("dive_hours", "Field time done: deep dives into accounts and deals.", high=100, label="Field time"),
        hours(
            "dive_hours_per_rep", "Field time with each rep.", high=100, per="rep / week", label="Field time, each rep"
        ),
        share("supported", "Support open deals ask for that they get.", start=1.0, label="Support for deals", better=1),
        hours("inspection_hours", "Inspecting reps.", high=100, label="Inspection"),
        hours("office_hours", "Reporting upward and everything else.", high=100, label="Office"),
        amount("overlay_request", "specialists", "Specialists asked for this quarter.", high=100),
        code("overlay_kind", "Kind of specialist asked for."),
        share("icp_request", "Rise in ICP clarity asked for this quarter."),
        hours(
            "programme_training",
            "Extra training as a response to a miss.",
            high=520,
            per="quarter",
            label="Extra training",
        ),
        hours("extra_coaching", "Extra coaching after a root-cause review.", high=40, per="rep / month"),
        amount(
            "quota_relief", "share", "Quota taken back after a root-cause review.", high=0.9, label="Quota taken back"
        ),
        amount(
            "time_freed",
            "share",
            "Administration taken off reps after a review.",
            high=0.9,
            label="Administration taken off",
        ),
        whole("reviews", "reviews", "Root-cause reviews held so far.", label="Root-cause reviews so far"),
        hours("enablement_coaching_hours_per_month", "Lever: coaching.", high=40, per="rep / month"),
        share("enablement_coaching_formality", "Lever: formality of coaching."),
        hours("structure_field_hours_per_week", "Lever: field time.", high=40),
        amount("management_response", "code", "Lever: policy after a miss.", high=5),
        hours("enablement_peer_hours_per_month", "Lever: meetings of colleagues.", high=40, per="rep / month"),
        share("shown_pipeline", "Method of filling the pipeline the team shows its members."),
        share("shown_conversation", "Method of conversation the team shows its members."),
        share("shown_driving", "Method of driving opportunities the team shows its members."),
        share("shown_growth", "Method of growing accounts the team shows its members."),
        share("team_adherence", "How far the team follows the playbook.", start=0.5),
        money("cost", "Pay, reviews and programmes.", per="week"),
    ],
)
