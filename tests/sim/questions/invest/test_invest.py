"""The best use of a budget: prices as the model books them, levers, what is refused, and the answer end to end."""

from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from sim.answers.invest import analysis_of
from sim.engine.world import World
from sim.questions.invest.find import invest
from sim.questions.invest.levers import PriceBook, affordable, levers_of
from sim.questions.invest.runs import Runs, goal_of
from sim.questions.invest.runs import SeededOrganization as Drawn
from sim.questions.over_worlds import NO_PROBABILITY
from sim.scenario.errors import InputError
from sim.studies.plan import StudyPlan
from sim.studies.run import run_study
from tests.worlds import small

TRAINING = "training.hours_per_quarter"
PLAYBOOK = "training.codification_hours_per_quarter"
PRODUCT = "structure.product_specialists"
COACHING = "enablement.coaching_hours_per_month"
GROWTH = "talent.headcount_growth_per_year"
LEADS = "operations.marketing_leads_per_week"

STEADY = {
    "mechanisms.attrition": False,
    "mechanisms.vacancies": False,
    "talent.variable_share": 0.0,
    "management.response": "none",
    "structure.growth_room": 1.0,
    "organization.weeks": 52,
}
"""Nobody leaves, seats are filled at once, pay is fixed and misses have no answer: cost is what was decided."""


def lever(text, scenario, budget=1e6, **options):
    prices = PriceBook(scenario, 52, from_start=options.pop("from_start", False))
    return levers_of(prices, budget, [text], reallocate=options.pop("reallocate", False))[0][0]


@pytest.mark.parametrize(
    "changes",
    [
        {PRODUCT: 3},
        {PRODUCT: 0},
        {"structure.telesales_specialists": 1, "structure.industry_specialists": 2},
        {TRAINING: 14.0},
        {PLAYBOOK: 260.0},
        {LEADS: 0.75},
        {GROWTH: 0.6},
        {GROWTH: 0.6, TRAINING: 12.0, LEADS: 0.5, PRODUCT: 2},
    ],
    ids=lambda changes: "+".join(name.split(".")[1] for name in changes),
)
def test_the_spend_of_a_mix_is_what_the_model_books_for_it(changes):
    scenario = small(STEADY)
    plan = StudyPlan.of(scenario, {"as is": {}, "mix": changes}, 2, measures=["cost"])
    cost = run_study(plan, workers=1).matrix("cost")
    booked = (cost.loc["mix"] - cost.loc["as is"]).mean()
    assert abs(booked) > 1000.0
    assert booked == pytest.approx(PriceBook(scenario, 52).spend(changes), rel=0.01)


@pytest.mark.parametrize("changes", [{COACHING: 9.0}, {"structure.field_hours_per_week": 12.0}])
def test_time_costs_nothing_neither_here_nor_in_the_books(changes):
    scenario = small(STEADY)
    plan = StudyPlan.of(scenario, {"as is": {}, "mix": changes}, 2, measures=["cost"])
    cost = run_study(plan, workers=1).matrix("cost")
    assert np.allclose(cost.loc["mix"], cost.loc["as is"], rtol=1e-12)
    assert PriceBook(scenario, 52).spend(changes) == 0.0


def test_more_seats_from_the_start_cost_their_pay_and_their_managers():
    scenario = small(STEADY, {GROWTH: 0.0})
    changes = {"structure.n_reps": 9}
    plan = StudyPlan.of(scenario, {"as is": {}, "mix": changes}, 2, from_start=True, measures=["cost"])
    cost = run_study(plan, workers=1).matrix("cost")
    booked = (cost.loc["mix"] - cost.loc["as is"]).mean()
    assert booked == pytest.approx(PriceBook(scenario, 52, from_start=True).spend(changes), rel=0.01)


@pytest.mark.parametrize("growth", [0.05, 0.4, 3.0, -0.5])
def test_planned_seats_are_those_of_the_rule(growth):
    scenario = small({"structure.growth_room": 0.7})
    world = World.begin(scenario, 1, 60, deals=False, tables=False).fork({GROWTH: growth})
    planned = PriceBook(scenario, 60).planned({GROWTH: growth})
    seen = [int(world.state.org[0].n_planned)]
    for _ in range(60):
        world.advance(1)
        seen.append(int(world.state.org[0].n_planned))
    assert planned.tolist() == seen


def test_the_shares_of_a_mix_add_up_to_its_spend():
    prices = PriceBook(small(STEADY), 52)
    changes = {GROWTH: 0.6, TRAINING: 12.0, COACHING: 6.0, PRODUCT: 2}
    shares = prices.shares(changes)
    assert set(shares) == {GROWTH, TRAINING, PRODUCT}
    assert sum(shares.values()) == pytest.approx(prices.spend(changes))


def test_a_lever_goes_as_far_as_the_money():
    found = lever(PRODUCT, small(), budget=650_000.0)
    assert found.grid == (1, 2, 3, 4)
    assert (found.home, found.price) == (0, 200_000.0)
    hours = lever(TRAINING, small(), budget=50_000.0)
    assert hours.grid[0] == 6.0
    prices = PriceBook(small(), 52)
    assert prices.spend({TRAINING: hours.grid[-1]}) <= 50_000.0 < prices.spend({TRAINING: hours.grid[-1] + 1.0})


def test_what_is_spent_today_is_cut_only_where_that_is_asked_for():
    assert lever(PRODUCT, small(), budget=200_000.0, reallocate=True).grid == (0, 1, 2, 3)
    assert lever(PRODUCT, small(), budget=200_000.0).grid == (1, 2)


def test_coaching_goes_as_far_as_managers_have_hours():
    found = lever(COACHING, small())
    # 48 - 26 hours for a team of 3: 22 / 3 hours a week, or 31.8 a month.
    assert (found.grid[0], found.grid[-1], found.price) == (0.0, 31.5, 0.0)


def test_a_range_may_be_given_with_a_step():
    assert lever(f"{TRAINING}=0..18/6", small()).grid == (0.0, 6.0, 12.0, 18.0)
    assert lever("enablement.alignment=0.3..0.8/0.1", small()).grid == pytest.approx((0.3, 0.4, 0.5, 0.6, 0.7, 0.8))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("training.hours", r"training\.hours is not a parameter"),
        ("training.hours_per_quarter=6", "a range is written"),
        ("training.hours_per_quarter=a..b", "a range is written"),
        ("training.hours_per_quarter=0..900", "900 is not allowed; it must be a number from 0 to 520"),
        ("training.hours_per_quarter=8..20", "contain the value as it is, 6"),
        ("training.hours_per_quarter=0..20/0", "step must be above 0"),
        ("enablement.alignment", "no usual range"),
        ("structure.n_reps", "cannot change overnight"),
        ("market.demand", "not something an organization decides on"),
        ("management.response", "not something an organization decides on"),
        ("training.cost_per_hour", "not something an organization decides on"),
        ("structure.role_specialisation=0..1", "no list price"),
    ],
)
def test_a_lever_that_cannot_be_mixed_is_refused(text, sentence):
    with pytest.raises(InputError, match=sentence):
        lever(text, small())


def test_a_lever_the_timeline_moves_is_refused_by_name_and_left_out_otherwise():
    moved = small().with_interventions([{"week": 20, "parameter": TRAINING, "value": 9.0}])
    with pytest.raises(InputError, match=r"own timeline changes training\.hours_per_quarter in week 20"):
        lever(TRAINING, moved)
    found, notes = levers_of(PriceBook(moved, 52), 1e6, None, reallocate=False)
    assert TRAINING not in [one.dotted for one in found]
    assert any("timeline" in note for note in notes)


def test_without_spare_seats_head_count_takes_no_part():
    with pytest.raises(InputError, match=r"raise structure\.growth_room"):
        lever(GROWTH, small({"structure.growth_room": 0.0}))


def test_with_burn_ins_of_their_own_mixes_may_have_other_seats():
    found = lever("structure.n_reps", small(), budget=500_000.0, from_start=True)
    assert found.grid == (6, 7), "the seventh wants a third manager, too"
    assert 240_000 + 180_000 < found.price < 500_000


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"budget": -1}, "a budget of -1 is not allowed"),
        ({"budget": "much"}, "a budget of much is not allowed"),
        ({"budget": float("nan")}, "a budget of nan is not allowed"),
        ({"budget": 1000}, r"smaller than any option: the cheapest is more training \(from 6, .* at 2,"),
        ({"budget": 90_000, "levers": [PRODUCT]}, r"cheapest is more product specialists .* at 200,000"),
        ({"budget": 0, "levers": [PRODUCT]}, "smaller than any option"),
        ({"goal": "profit"}, "there is no such measure"),
        ({"goal": "top20_share"}, "neither better nor worse"),
        ({"robust": "worst"}, "choose one of mean, worst_decile, regret"),
        ({"seeds": 2}, "--seeds 2 is not allowed; it must be a whole number from 4"),
        ({"fresh": 3}, "--fresh 3 is not allowed"),
        ({"evaluations": 5}, "--evaluations 5 is too few for"),
        ({"robust": "regret", "worlds": 3}, "--worlds 3 is not allowed"),
        ({"worlds": 4}, "--worlds 4 is not allowed"),
        ({"evaluations": 10**7, "seeds": 4}, "are the most"),
        ({"goal": "loop_gain", "weeks": 52}, "--weeks cannot be given"),
        ({"levers": [TRAINING, f"{TRAINING}=0..12"]}, "given twice"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_wrong_input_is_refused_before_anything_is_run(asked, sentence):
    def never(*_):
        raise AssertionError("something was run")

    with pytest.raises(InputError, match=sentence):
        invest(small(), **{"budget": 500_000.0, **asked}, runs=never)


def test_a_budget_of_nothing_asks_what_time_alone_can_do():
    prices = PriceBook(small(), 52)
    found = affordable(levers_of(prices, 0.0, None, reallocate=False)[0], 0.0, "EUR", reallocate=False)
    assert {one.dotted for one in found} == {COACHING, "structure.field_hours_per_week"}


def made_up(worth, noise=1.0):
    """Something that runs mixes: what they are worth by their changes, and luck that depends on the seed."""

    def run(mixes, worlds):
        seeds = [seed for world in worlds for seed in world.seeds]
        rng = np.random.default_rng(5)
        luck = noise * rng.normal(size=100_000)
        return np.array(
            [[1000.0 + 50.0 * luck[seed] + worth(mix, luck[seed + 50_000]) for seed in seeds] for mix in mixes]
        )

    return run


def test_the_best_mix_is_found_with_its_interval_and_what_each_part_adds():
    def worth(mix, luck):
        hours = mix.get(TRAINING, 6.0) - 6.0
        return 4.0 * hours - 0.1 * hours**2 + (3.0 + luck) * (mix.get(COACHING, 3.0) != 3.0)

    found = invest(
        small(), 300_000, levers=[TRAINING, COACHING, PRODUCT], evaluations=150, seeds=8, fresh=40, runs=made_up(worth)
    )
    best = found.recommendation
    assert 21.0 <= best.changes[TRAINING] <= 31.0, "20 hours more are best"
    assert PRODUCT not in best.changes
    assert best.spend <= 300_000
    assert found.pays
    assert found.against_as_is.low <= 43.0 <= found.against_as_is.high + 3.0
    parts = found.parts.set_index("lever")["difference"]
    assert parts[TRAINING] > 35.0
    assert 1.0 < parts[COACHING] < 5.0
    assert found.frontier["difference"].max() == pytest.approx(found.against_as_is.mean, abs=2.0)
    assert len(set(found.seeds)) == 8 + 40 + 40


def test_doing_nothing_is_recommended_where_all_else_is_worse():
    def worth(mix, luck):
        return -10.0 * len(mix) + 0.1 * luck

    found = invest(small(), 400_000, levers=[TRAINING, PRODUCT], evaluations=40, seeds=4, fresh=20, runs=made_up(worth))
    assert found.recommendation.is_as_is
    assert not found.pays
    assert found.against_as_is.mean == 0.0
    assert found.parts.empty
    assert found.runner_up is not None
    assert found.against_runner_up.low > 0.0


def test_what_luck_favoured_in_the_search_is_found_out_on_fresh_seeds():
    def worth(mix, luck):
        return 60.0 * luck * mix.get(PRODUCT, 1) * (1.0 + len(mix))  # much noise, nothing behind it

    found = invest(small(), 600_000, levers=[PRODUCT, TRAINING], evaluations=60, seeds=4, fresh=60, runs=made_up(worth))
    assert found.evaluated["score"].max() > found.evaluated["score"].min()
    assert not found.pays


def test_a_measure_of_which_less_is_better_is_lowered():
    scenario = small({"organization.weeks": 26})
    goal = goal_of("cost")
    values = Runs(scenario, goal, 26, workers=1)([{}, {PRODUCT: 3}], [Drawn({}, (0, 1))])
    assert values.shape == (2, 2)
    assert (values < 0.0).all()
    assert (values[1] < values[0]).all(), "more specialists cost more, which is worse"


def test_runs_in_several_worlds_are_means_over_each_worlds_seeds():
    scenario = small({"organization.weeks": 13})
    runs = Runs(scenario, goal_of("net_contribution"), 13, workers=1)
    drawn = [Drawn({"market.competitor_strength": value}, (4, 5)) for value in (-0.5, 0.5)]
    both = runs([{}], drawn)
    each = [runs([{}], [one]).mean() for one in drawn]
    assert both.shape == (1, 2)
    assert both[0] == pytest.approx(each)
    assert each[0] != each[1]


def test_mixes_that_were_run_are_looked_up_where_they_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    scenario, worlds = small({"organization.weeks": 13}), [Drawn({}, (4, 5))]
    mixes = [{}, {PRODUCT: 2}]
    runs = Runs(scenario, goal_of("net_contribution"), 13, workers=1, folder=tmp_path)
    first = runs(mixes, worlds)
    monkeypatch.setattr(import_module("sim.questions.invest.runs"), "run_study", partial(run_study, run=None))
    assert (runs(mixes, worlds) == first).all()
    with pytest.raises(TypeError):
        runs([{PRODUCT: 3}], worlds)


@pytest.mark.slow
def test_a_whole_study_of_regret_runs_the_model():
    scenario = small({"organization.weeks": 26})
    found = invest(
        scenario, 250_000, robust="regret", levers=[f"{TRAINING}=0..12/6", PRODUCT], evaluations=12, worlds=10,
        fresh=10, reallocate=True, workers=1,
    )  # fmt: skip
    assert found.exhaustive
    assert set(zip(found.evaluated[TRAINING], found.evaluated[PRODUCT], strict=True)) == {
        (hours, people) for hours in (0.0, 6.0, 12.0) for people in (0, 1, 2)
    }
    assert found.evaluated["spend"].max() == pytest.approx(200_000 + 6 * 6 * 4 * 85, rel=0.01)
    assert (found.evaluated["score"] <= 0.0).all()
    assert found.result.mean >= 0.0
    assert len(found.replicates) == 10
    assert found.seeds == list(range(30))
    assert NO_PROBABILITY in analysis_of(found).notes


def test_the_gain_of_the_wheel_can_be_the_goal():
    scenario = small()
    runs = Runs(scenario, goal_of("loop_gain"), 169, workers=1)
    values = runs([{}, {TRAINING: 20.0}], [Drawn({}, (0, 1, 2))])
    assert values.shape == (2, 3)
    assert np.isfinite(values).all()
    assert (values[0] != values[1]).any()
