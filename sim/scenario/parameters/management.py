"""Managers' hours, learning and answers to a miss."""

from sim.scenario.parameters.base import Section, assumed, evidence, model, param


class Management(Section):
    """Managers' hours, learning and answers to a miss."""

    name = "management"

    response: str = param(
        "mixed",
        choices=("none", "overlay", "prescribe", "train", "root_cause", "mixed"),
        doc="Policy after a missed target; mixed draws by the weights.",
        source=model("section 5, managers"),
        lever="manager",
    )
    retelling_error: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Probability that a level of management retells a report wrongly, retelling only.",
        source=model("pattern X3"),
    )
    weight_none: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="weight",
        doc="Weight of no response under the mixed policy.",
        source=assumed("habit"),
    )
    weight_overlay: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="weight",
        doc="Weight of an overlay under the mixed policy.",
        source=assumed("habit"),
    )
    weight_prescribe: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="weight",
        doc="Weight of control under the mixed policy.",
        source=assumed("habit"),
    )
    weight_train: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="weight",
        doc="Weight of training under the mixed policy.",
        source=assumed("habit"),
    )
    weight_root_cause: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="weight",
        doc="Weight of root-cause reviews under the mixed policy.",
        source=assumed("habit"),
    )
    week_hours: float = param(
        48.0,
        low=1.0,
        high=100.0,
        unit="hours / week",
        doc="A manager's working week.",
        source=assumed("longer than a rep's"),
    )
    office_hours: float = param(
        26.0,
        low=0.0,
        high=100.0,
        unit="hours / week",
        doc="Reporting upward, meetings, hiring and the rest.",
        source=evidence("MGR-02", note="about a fifth of the time is left for coaching"),
    )
    inspection_hours_per_rep: float = param(
        1.2,
        low=0.0,
        high=40.0,
        unit="hours / rep / week",
        doc="Inspection at full prescriptive control.",
        source=assumed("an hour and a bit"),
    )
    initial_understanding: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Managers' understanding of the field at the start.",
        source=evidence("WLO-01"),
        when="start",
    )
    initial_prescriptiveness: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Prescriptive control at the start.",
        source=assumed("mild"),
        when="start",
    )
    initial_adoption: float = param(
        0.6,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Managers' adoption at the start.",
        source=assumed("a little above the middle"),
        when="start",
    )
    understanding_per_dive_hour: float = param(
        0.006,
        low=0.0,
        high=1.0,
        unit="1 / hour",
        doc="Understanding gained per hour of deep dives.",
        source=assumed("some 100 hours to understand most"),
    )
    understanding_per_report: float = param(
        0.01,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Understanding gained a week from honest and complete reports.",
        source=assumed("reports teach slowly"),
    )
    understanding_fade: float = param(
        0.01,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Understanding lost a week.",
        source=assumed("the field moves on in two years"),
    )
    belief_rate: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="1 / quarter",
        doc="Speed at which beliefs follow what is seen.",
        source=assumed("half a year"),
    )
    leader_example: float = param(
        0.7,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Example the leader sets.",
        source=assumed("by scenario"),
        lever="organization",
    )
    example_without_credibility: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of the leader's example that counts where the vision is not believed.",
        source=assumed("deeds count half without the words"),
    )
    adoption_from_results: float = param(
        0.4,
        low=0.0,
        high=2.0,
        unit="share",
        doc="Adoption won or lost with attainment.",
        source=assumed("nothing succeeds like success"),
    )
    adoption_rate: float = param(
        0.03,
        low=0.0,
        high=1.0,
        unit="1 / week",
        doc="Speed at which adoption follows.",
        source=assumed("half a year"),
    )
    carried_without_adoption: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of a programme managers carry out without adopting it.",
        source=assumed("half, while it is pushed"),
    )
    miss_tolerance: float = param(
        0.05,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Shortfall that is not called a miss.",
        source=assumed("rounding"),
    )
    weight_of_target: float = param(
        1.5,
        low=0.0,
        high=10.0,
        unit="ratio",
        doc="How heavily a target above the feasible counts among the causes.",
        source=assumed("as one third more than its share of losses"),
    )
    overlays_per_response: int = param(
        1,
        low=0,
        high=100,
        unit="specialists",
        doc="Specialists asked for after a miss.",
        source=assumed("one at a time"),
        lever="organization",
    )
    overlay_release_share: float = param(
        0.0,
        low=0.0,
        high=1.0,
        unit="1 / quarter",
        doc="Added specialists let go each quarter.",
        source=assumed("remedies become permanent"),
        lever="organization",
    )
    prescription_step: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Rise of control after a miss.",
        source=assumed("a quarter of what is left"),
    )
    control_relaxation: float = param(
        0.15,
        low=0.0,
        high=1.0,
        unit="1 / quarter",
        doc="Fall of control when targets are met or after a review.",
        source=assumed("slower than it rose"),
    )
    programme_training_hours: float = param(
        12.0,
        low=0.0,
        high=520.0,
        unit="hours / rep / quarter",
        doc="Extra training as a response.",
        source=assumed("a day and a half"),
    )
    review_cost: float = param(
        5000.0,
        low=0.0,
        high=1_000_000,
        unit="currency",
        doc="Cost of a root-cause review.",
        source=assumed("a few days of several people"),
    )
    review_insight: float = param(
        0.25,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Understanding gained by a review.",
        source=assumed("a quarter of what is left"),
    )
    relief_share: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of an infeasible quota taken back after a review.",
        source=assumed("half"),
    )
    time_freed_step: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Administration taken off reps after a review.",
        source=assumed("a tenth"),
    )
    icp_step: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Rise of ICP clarity after a review, of what is missing.",
        source=assumed("a tenth"),
    )
    extra_coaching_step: float = param(
        1.0,
        low=0.0,
        high=20.0,
        unit="hours / rep / month",
        doc="Extra coaching after a review.",
        source=assumed("an hour a month"),
    )
    extra_coaching_limit: float = param(
        20.0,
        low=0.0,
        high=40.0,
        unit="hours / rep / month",
        doc="Most extra coaching that reviews bring.",
        source=assumed("five hours a week"),
    )
    review_limit: float = param(
        0.5,
        low=0.0,
        high=0.9,
        unit="share",
        doc="Most of a quota, or of administration, that reviews take away.",
        source=assumed("half"),
    )
    remedy_fade: float = param(
        0.1,
        low=0.0,
        high=1.0,
        unit="1 / quarter",
        doc="Remedies given back each quarter.",
        source=assumed("not meant to be permanent"),
    )
    cost: float = param(
        240_000,
        low=0.0,
        high=5_000_000,
        unit="currency / year",
        doc="Cost of a manager, fully loaded.",
        source=assumed("a rep and a half"),
    )
