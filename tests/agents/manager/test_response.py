"""How a missed target is explained and answered, and how targets are set."""

import pytest

from agents.machinery.chance import DECISION
from agents.machinery.codes import CAUSE, KIND, RESPONSE
from agents.manager import response
from tests.tiny import plain, put, run, tiny, uniform

EXPLAIN, RESPOND = uniform(DECISION.EXPLAIN, 0, 1), uniform(DECISION.RESPONSE, 0, 1)
LOSSES = {"lost_time": 1.0, "lost_targeting": 5.0, "lost_capability": 2.0, "lost_product": 2.0}


def missed(**parameters):
    """A team at 80% of a feasible target that lost most for want of targeting."""
    s = tiny(management_miss_tolerance=0.05, **parameters)
    put(s.managers[0], attainment=0.8, team_quota=100.0, team_feasible=100.0, **LOSSES)
    return s


@pytest.mark.parametrize(("more", "named"), [(0.01, CAUSE.TARGETING), (-0.01, CAUSE.CAPABILITY)])
def test_the_true_cause_is_named_with_probability_understanding_and_else_sales_lacks_capability(more, named):
    s = missed()
    s.managers[0].understanding = EXPLAIN + more
    run("explain_miss", s)
    assert (s.managers[0].true_cause, s.managers[0].named_cause) == (CAUSE.TARGETING, named)


@pytest.mark.parametrize("fields", [{"attainment": 0.951}, {"level": 2}])
def test_there_is_nothing_to_explain_within_tolerance_or_above_the_front_line(fields):
    s = missed()
    put(s.managers[0], named_cause=CAUSE.TIME, **fields)
    run("explain_miss", s)
    assert (s.managers[0].true_cause, s.managers[0].named_cause) == (CAUSE.NONE, CAUSE.NONE)


@pytest.mark.parametrize(
    ("fields", "cause"),
    [
        ({"lost_time": 6.0}, CAUSE.TIME),
        ({}, CAUSE.TARGETING),
        ({"lost_capability": 6.0}, CAUSE.CAPABILITY),
        ({"lost_product": 6.0}, CAUSE.PRODUCT),
        ({"team_feasible": 50.0}, CAUSE.TARGET),  # twice the feasible: 1 x 10 losses x weight 1 against 5
        ({"team_feasible": 80.0}, CAUSE.TARGETING),  # a quarter above: 2.5 against 5
    ],
)
def test_the_true_cause_is_what_lost_most_or_a_target_beyond_reach(fields, cause):
    s = missed(management_weight_of_target=1.0)
    put(s.managers[0], **fields)
    assert plain(response.largest_cause)(s, 0) == cause


def answering(policy, cause=CAUSE.TARGETING, **parameters):
    """A manager with a policy who has named (and knows) a cause."""
    s = missed(**parameters)
    put(s.managers[0], management_response=policy, named_cause=cause, true_cause=cause, prescriptiveness=0.2)
    return s


def test_met_targets_relax_control_and_remedies_fade():
    s = answering(RESPONSE.OVERLAY, CAUSE.NONE, management_control_relaxation=0.5, management_remedy_fade=0.1)
    put(s.managers[0], overlay_request=2.0, icp_request=0.1, programme_training=6.0)
    put(s.managers[0], extra_coaching=1.0, quota_relief=0.2, time_freed=0.3)
    run("respond_to_miss", s)
    one = s.managers[0]
    assert (one.prescriptiveness, one.response_made) == (0.1, RESPONSE.NONE)
    assert (one.overlay_request, one.icp_request, one.programme_training) == (0.0, 0.0, 0.0)
    assert [one.extra_coaching, one.quota_relief, one.time_freed] == pytest.approx([0.9, 0.18, 0.27])


@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        (CAUSE.CAPABILITY, KIND.PRODUCT),
        (CAUSE.PRODUCT, KIND.PRODUCT),
        (CAUSE.TARGETING, KIND.INDUSTRY),
        (CAUSE.TIME, KIND.TELESALES),
        (CAUSE.TARGET, KIND.INSTALLED_BASE),
    ],
)
def test_the_overlay_asked_for_is_the_kind_that_seems_to_answer_the_cause(cause, kind):
    s = answering(RESPONSE.OVERLAY, cause, management_overlays_per_response=2.0)
    run("respond_to_miss", s)
    assert (s.managers[0].overlay_request, s.managers[0].overlay_kind) == (2.0, kind)
    assert s.managers[0].response_made == RESPONSE.OVERLAY


def test_prescribing_closes_part_of_the_way_to_full_control():
    s = answering(RESPONSE.PRESCRIBE, management_prescription_step=0.25)
    run("respond_to_miss", s)
    assert s.managers[0].prescriptiveness == pytest.approx(0.4)


def test_training_is_a_programme_for_one_quarter():
    s = answering(RESPONSE.TRAIN, management_programme_training_hours=12.0)
    for _ in range(2):
        run("respond_to_miss", s)
        assert s.managers[0].programme_training == 12.0


def test_doing_nothing_changes_nothing():
    s = answering(RESPONSE.NONE)
    run("respond_to_miss", s)
    assert (s.managers[0].response_made, s.managers[0].prescriptiveness) == (RESPONSE.NONE, 0.2)


REVIEW = {
    "management_review_cost": 50.0,
    "management_review_insight": 0.5,
    "management_control_relaxation": 0.5,
    "management_relief_share": 0.5,
    "management_time_freed_step": 0.1,
    "management_icp_step": 0.2,
    "management_extra_coaching_step": 1.5,
    "management_extra_coaching_limit": 20.0,
    "management_review_limit": 0.5,
}


@pytest.mark.parametrize(
    ("cause", "field", "value"),
    [
        (CAUSE.TARGET, "quota_relief", 0.1),  # half of 1 - 80 / 100
        (CAUSE.TIME, "time_freed", 0.1),
        (CAUSE.TARGETING, "icp_request", 0.2),
        (CAUSE.PRODUCT, "icp_request", 0.2),
        (CAUSE.CAPABILITY, "extra_coaching", 1.5),
    ],
)
def test_a_root_cause_review_finds_the_cause_and_acts_on_it(cause, field, value):
    s = answering(RESPONSE.ROOT_CAUSE, **REVIEW)
    put(s.managers[0], true_cause=cause, understanding=0.4, team_feasible=80.0, cost=7.0)
    run("respond_to_miss", s)
    one = s.managers[0]
    assert (one.reviews, one.cost, one.named_cause) == (1, 57.0, cause)
    assert one.understanding == pytest.approx(0.7)
    assert one.prescriptiveness == pytest.approx(0.1)
    remedies = ("quota_relief", "time_freed", "icp_request", "extra_coaching")
    assert {name: one[name] for name in remedies} == pytest.approx(
        {name: value if name == field else 0.0 for name in remedies}
    )


@pytest.mark.parametrize(
    ("cause", "field", "limit"),
    [(CAUSE.TARGET, "quota_relief", 0.3), (CAUSE.TIME, "time_freed", 0.3), (CAUSE.CAPABILITY, "extra_coaching", 2.0)],
)
def test_what_reviews_bring_is_limited(cause, field, limit):
    limits = {"management_review_limit": 0.3, "management_extra_coaching_limit": 2.0}
    s = answering(RESPONSE.ROOT_CAUSE, **{**REVIEW, **limits})
    for _ in range(9):
        put(s.managers[0], true_cause=cause, team_feasible=20.0)
        run("respond_to_miss", s)
    assert s.managers[0][field] == pytest.approx(limit)


@pytest.mark.parametrize("policy", [RESPONSE.OVERLAY, RESPONSE.PRESCRIBE, RESPONSE.TRAIN, RESPONSE.ROOT_CAUSE, 0])
def test_a_mixed_policy_draws_by_its_weights(policy):
    order = ("overlay", "prescribe", "train", "root_cause", "none")
    chosen = order[policy - 1]
    # two weights of the draw's share and the rest of 1: the draw falls on the second wherever it stands in the order
    first, last = RESPOND - 1e-6, 1.0 - RESPOND + 1e-6
    names = {"overlay": ("overlay", first + 2e-6), "none": ("none", last)}
    s = answering(5, **{f"management_weight_{chosen}": names.get(chosen, (chosen, last))[1]})
    if chosen == "overlay":
        s.p[0].management_weight_none = 1.0 - s.p[0].management_weight_overlay
    else:
        s.p[0].management_weight_overlay = first
    assert plain(response.choose_response)(s, 0) == policy


def test_a_team_gets_its_share_of_the_target_by_belief():
    s = tiny(strategy_quota_from_history=0.5)
    put(s.org[0], target_year=1000.0, belief_total=200.0)
    put(s.managers[0], belief=50.0, understanding=0.25)
    for rep in s.reps:
        put(rep, planned=1, territory=100.0, expected=4.0)
    run("take_target", s)
    assert s.managers[0].target == 250.0
    # each territory: a quarter of the truth, the rest half history (52) and half potential (100)
    assert s.managers[0].believed_total == pytest.approx(2 * (0.25 * 100 + 0.75 * 76))
    s.managers[0].level = 2
    run("take_target", s)
    assert s.managers[0].target == 1000.0


def test_a_reps_quota_is_the_believed_share_with_over_assignment():
    s = tiny(strategy_over_assignment=0.1)
    put(s.managers[0], target=300.0, believed_total=150.0, understanding=1.0)
    put(s.reps[0], territory=100.0, booked_year=5.0, quota_year=5.0)
    run("take_quota", s)
    assert s.reps[0].annual_quota == pytest.approx(300 * 100 / 150 * 1.1)
    assert (s.reps[0].booked_year, s.reps[0].quota_year) == (0.0, 0.0)
    s.reps[0].idle = 1
    run("take_quota", s)
    assert s.reps[0].annual_quota == 0.0
