"""Managers' hours, learning and answers to a miss."""

from sim.scenario.parameters.base import (
    Section,
    assumed,
    choice,
    evidence,
    hours,
    money,
    number,
    ratio,
    share,
    specialists,
    weight,
)

RESPONSES = ("none", "overlay", "prescribe", "train", "root_cause", "mixed")


class Management(Section):
    """Managers' hours, learning and answers to a miss."""

    name = "management"

    response: str = choice("mixed", RESPONSES, assumed("they differ"), label="after a missed target", lever="manager")
    """Policy after a missed target; mixed draws by the weights."""
    retelling_error: float = share(0.1, assumed("a worked example: one report in ten"))
    """Probability that a level of management retells a report wrongly, retelling only."""
    weight_none: float = weight(0.4, 0, 1, assumed("habit"), label="weight of no answer")
    """Weight of no response under the mixed policy."""
    weight_overlay: float = weight(0.1, 0, 1, assumed("habit"))
    """Weight of an overlay under the mixed policy."""
    weight_prescribe: float = weight(0.2, 0, 1, assumed("habit"))
    """Weight of control under the mixed policy."""
    weight_train: float = weight(0.2, 0, 1, assumed("habit"))
    """Weight of training under the mixed policy."""
    weight_root_cause: float = weight(0.1, 0, 1, assumed("habit"))
    """Weight of root-cause reviews under the mixed policy."""
    week_hours: float = hours(
        48.0, 1, 100, assumed("longer than a rep's"), label="managers' week", per="week", within=1.15
    )
    """A manager's working week."""
    office_hours: float = hours(
        26.0, 0, 100, evidence("MGR-02: a fifth of the time is left for coaching"), per="week", within=1.15
    )
    """Reporting upward, meetings, hiring and the rest."""
    inspection_hours_per_rep: float = hours(1.2, 0, 40, assumed("an hour and a bit"), per="rep / week", within=1.3)
    """Inspection at full prescriptive control."""
    support_hours_per_deal: float = hours(
        0.08, 0, 5, assumed("some ten of a manager's hours for a team's deals"), per="opportunity / week"
    )
    """Advice, approval and forecasting an open deal asks of the manager."""
    support_weight: float = share(0.37, assumed("a third"))
    """Value of conversations lost where the manager has no time for deals."""
    initial_understanding: float = share(0.4, evidence("WLO-01"), when="start")
    """Managers' understanding of the field at the start."""
    initial_prescriptiveness: float = share(0.2, assumed("mild"), when="start")
    """Prescriptive control at the start."""
    initial_adoption: float = share(0.6, assumed("a little above the middle"), when="start")
    """Managers' adoption at the start."""
    understanding_per_dive_hour: float = number(0.006, 0, 1, "1 / hour", assumed("some 100 hours to understand most"))
    """Understanding gained per hour of deep dives."""
    understanding_per_report: float = number(0.01, 0, 1, "1 / week", assumed("reports teach slowly"))
    """Understanding gained a week from honest and complete reports."""
    understanding_fade: float = number(0.01, 0, 1, "1 / week", assumed("the field moves on in two years"))
    """Understanding lost a week."""
    belief_rate: float = number(0.5, 0, 1, "1 / quarter", assumed("half a year"))
    """Speed at which beliefs follow what is seen."""
    leader_example: float = share(0.7, assumed("by scenario"), label="leader's example", lever="organization")
    """Example the leader sets."""
    example_without_credibility: float = share(0.5, assumed("deeds count half without the words"))
    """Part of the leader's example that counts where the vision is not believed."""
    adoption_from_results: float = share(0.4, assumed("nothing succeeds like success"), high=2)
    """Adoption won or lost with attainment."""
    adoption_rate: float = number(0.03, 0, 1, "1 / week", assumed("half a year"))
    """Speed at which adoption follows."""
    carried_without_adoption: float = share(0.5, assumed("half, while it is pushed"))
    """Part of a programme managers carry out without adopting it."""
    miss_tolerance: float = share(0.05, assumed("rounding"))
    """Shortfall that is not called a miss."""
    weight_of_target: float = ratio(1.5, 0, 10, assumed("as one third more than its share of losses"))
    """How heavily a target above the feasible counts among the causes."""
    overlays_per_response: int = specialists(
        1, 0, 100, assumed("one"), label="overlays after a miss", lever="organization"
    )
    """Specialists asked for after a miss."""
    overlay_release_share: float = number(
        0.0, 0, 1, "1 / quarter", assumed("remedies become permanent"), label="overlays let go", lever="organization"
    )
    """Added specialists let go each quarter."""
    prescription_step: float = share(0.25, assumed("a quarter of what is left"))
    """Rise of control after a miss."""
    control_relaxation: float = number(0.15, 0, 1, "1 / quarter", assumed("slower than it rose"))
    """Fall of control when targets are met or after a review."""
    programme_training_hours: float = hours(12.0, 0, 520, assumed("a day and a half"), per="rep / quarter")
    """Extra training as a response."""
    review_cost: float = money(5000.0, 0, 1_000_000, assumed("a few days of several people"))
    """Cost of a root-cause review."""
    review_insight: float = share(0.25, assumed("a quarter of what is left"))
    """Understanding gained by a review."""
    relief_share: float = share(0.5, assumed("half"))
    """Part of an infeasible quota taken back after a review."""
    time_freed_step: float = share(0.1, assumed("a tenth"))
    """Administration taken off reps after a review."""
    icp_step: float = share(0.1, assumed("a tenth"))
    """Rise of ICP clarity after a review, of what is missing."""
    extra_coaching_step: float = hours(1.0, 0, 20, assumed("an hour a month"), per="rep / month")
    """Extra coaching after a review."""
    extra_coaching_limit: float = hours(20.0, 0, 40, assumed("five hours a week"), per="rep / month")
    """Most extra coaching that reviews bring."""
    review_limit: float = share(0.5, assumed("half"), high=0.9)
    """Most of a quota, or of administration, that reviews take away."""
    remedy_fade: float = number(0.1, 0, 1, "1 / quarter", assumed("not meant to be permanent"))
    """Remedies given back each quarter."""
    cost: float = money(240_000.0, 0, 5_000_000, assumed("a rep and a half"), label="cost of a manager", per="year")
    """Cost of a manager, fully loaded."""
