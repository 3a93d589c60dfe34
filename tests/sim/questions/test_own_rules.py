"""Rules of one's own reach every question: same luck, other rules, other names."""

import pytest

from agents import Rep
from sim import SalesOrg, Scenario, compare, simulate
from sim.engine.world import World
from sim.measures.loops import LOOPS
from sim.questions.capacity import capacity
from sim.questions.wheel.gain import turn_wheel
from sim.questions.why.deals import compare_deals
from sim.scenario.errors import InputError
from sim.studies.executor import Batch
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import run_study

WEEKS = 13
FEW = {"structure.n_reps": 4, "market.accounts_per_rep": 12, "organization.burn_in_weeks": 13}
MORE = {"structure.product_specialists": 6}


class Attentive(Rep):
    """Gives customers an hour a week that went into prospecting."""

    def plan_hours(self):
        super().plan_hours()
        moved = min(1.0, self.hours_prospecting)
        self.hours_prospecting -= moved
        self.hours_growth += moved


class Counting(Rep):
    """Remembers something that is no field: how many weeks it has planned."""

    def __init__(self, model, row):
        super().__init__(model, row)
        self.planned_weeks = 0

    def plan_hours(self):
        super().plan_hours()
        self.planned_weeks += 1
        if self.planned_weeks > 17:
            self.hours_prospecting = 0.0


class AttentiveOrg(SalesOrg):
    rep_class = Attentive


class CountingOrg(SalesOrg):
    rep_class = Counting


@pytest.fixture(scope="module")
def small():
    return Scenario.load("baseline").override(FEW)


@pytest.fixture(scope="module")
def own(small):
    return small.with_model(AttentiveOrg)


def test_a_scenario_with_rules_of_its_own_runs_as_the_model_itself_does(small, own):
    expected = simulate(small, seed=3, weeks=WEEKS, rep_class=Attentive)
    found = simulate(own, seed=3, weeks=WEEKS)
    assert found.weekly.equals(expected.weekly)
    assert not found.weekly.equals(simulate(small, seed=3, weeks=WEEKS).weekly)


def test_rules_survive_a_change_of_parameters_and_of_the_timeline(own):
    changed = own.override(MORE).with_interventions([{"week": 3, "parameter": "operations.wip_limit", "value": 8}])
    assert changed.rules.model is AttentiveOrg


def test_runs_of_other_rules_have_other_names(small, own):
    class AttentiveToo(SalesOrg):
        class Rep2(Attentive):
            def plan_hours(self):
                super().plan_hours()
                self.hours_growth += 0.0

        rep_class = Rep2

    names = {one.digest() for one in (small, own, small.with_model(AttentiveToo), small.with_model(CountingOrg))}
    assert len(names) == 4
    assert own == small.with_model(AttentiveOrg)


def test_twins_that_share_a_burn_in_remember_each_for_itself(small):
    scenario = small.with_model(CountingOrg)
    base = World.begin(scenario, 1, WEEKS)
    twins = [base.fork() for _ in range(2)]
    for twin in twins:
        twin.finish()
    assert base.week == 0
    assert twins[0].state.weekly.tobytes() == twins[1].state.weekly.tobytes()
    assert twins[0].state.weekly.tobytes() == World.begin(scenario, 1, WEEKS).finish().state.weekly.tobytes()
    late = twins[0].weekly()["hours_prospecting"]
    assert late[0] > 0.0
    assert not late[5:].any()


@pytest.mark.slow
def test_a_comparison_is_the_same_in_one_process_and_in_two(own, small):
    found = [compare(own, {"more": MORE}, seeds=2, weeks=WEEKS, workers=workers) for workers in (1, 2)]
    assert found[0].effects.equals(found[1].effects)
    assert not found[0].failures
    shipped = compare(small, {"more": MORE}, seeds=2, weeks=WEEKS, workers=1)
    assert not found[0].table.equals(shipped.table)


@pytest.mark.slow
def test_a_study_keeps_and_resumes_runs_of_own_rules(own, small, tmp_path):
    def plan(scenario, *seeds):
        return StudyPlan.of(scenario, [StudyCase("as_is"), StudyCase("more", MORE)], seeds, weeks=WEEKS)

    one = run_study(plan(own, 0), tmp_path / "kept", workers=2)
    alone = run_study(plan(own, 0), workers=1)
    assert one.matrix("bookings").equals(alone.matrix("bookings"))
    expected = simulate(small, seed=0, weeks=WEEKS, rep_class=Attentive).summary["bookings"]
    assert one.matrix("bookings").loc["as_is", 0] == expected
    assert plan(own, 0).world != plan(small, 0).world
    with pytest.raises(InputError):
        run_study(plan(small, 0), tmp_path / "kept", workers=1)


@pytest.mark.slow
def test_deals_and_plans_are_explained_under_own_rules(own):
    deals = compare_deals(own, "more", {"operations.wip_limit": 4}, seeds=2, weeks=WEEKS, workers=2)
    assert deals.seeds == 2
    assert capacity(own.override({"organization.burn_in_weeks": 52}), seeds=2, weeks=13, workers=2).seeds == [0, 1]


@pytest.mark.slow
def test_a_function_that_no_module_has_runs_in_processes(own):
    number = 7
    batch = Batch(lambda seed, _stopped: seed * number, 2, own)
    assert list(batch.run(range(3))) == [(0, 0), (1, 7), (2, 14)]


def test_what_is_no_model_or_cannot_be_run_by_others_is_refused(small):
    class Stepping(SalesOrg):
        def step(self):
            super().step()

    with pytest.raises(InputError, match=r"derive a class from sim\.SalesOrg"):
        small.with_model(Attentive)
    with pytest.raises(InputError, match="a step of its own"):
        World.begin(small.with_model(Stepping), 1, 1)
    with pytest.raises(InputError, match="shipped rules only"):
        turn_wheel(small.with_model(AttentiveOrg), LOOPS["sales"], seeds=2, workers=1)
