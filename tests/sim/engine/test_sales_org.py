"""The Mesa model: the same bytes as the compiled drive, and everything one expects of a Mesa model."""

import copy
import inspect
import pickle
import subprocess
import sys

import mesa
import numpy as np
import pytest

from agents.buyer.agent import Buyer
from agents.manager.agent import Manager
from agents.rep.agent import Rep
from agents.specialist.agent import OverlaySpecialist
from scenarios import list_scenarios
from sim.engine.sales_org import SalesOrg
from sim.engine.world import World
from sim.measures.run import simulate
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from tests.worlds import bytes_of

SIZE = {
    "structure.n_reps": 5,
    "market.accounts_per_rep": 10,
    "organization.burn_in_weeks": 20,
    "organization.weeks": 40,
}
SMALL = Scenario.from_text("", "small.toml").override({**SIZE, "structure.product_specialists": 1})


NEEDS_BATCHES = pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="this Mesa has no batch_run")


class Lucky(Rep):
    """Books a thousand more every week."""

    def collect_results(self):
        """Book, and a thousand more."""
        super().collect_results()
        self.booked += 1000.0


def repickled(org: SalesOrg) -> SalesOrg:
    """The model after a journey through a pickle."""
    again: SalesOrg = pickle.loads(pickle.dumps(org))  # noqa: S301 - our own
    return again


def watched(kind: type) -> type:
    """A class of agents that steps in Python and changes nothing."""
    return type(f"Watched{kind.__name__}", (kind,), {"step": lambda self: super(kind, self).step()})


def same(one: World, other: World) -> bool:
    """Whether two worlds stand at the same moment with the same past, byte for byte."""
    equal = bytes_of(one.state) == bytes_of(other.state)
    return equal and np.concatenate(one.closed).tobytes() == np.concatenate(other.closed).tobytes()


@pytest.fixture(scope="module")
def halfway() -> SalesOrg:
    """An organization in the middle of its run; copy it."""
    org = SalesOrg(SMALL, rng=11)
    org.run_for(20)
    return org


@pytest.fixture(scope="module")
def compiled() -> World:
    """The same in the compiled drive, at its end."""
    return World.begin(SMALL, 11).finish()


def test_both_drives_give_the_same_bytes(halfway, compiled):
    org = copy.deepcopy(halfway)
    assert org.time == 20
    org.run_model()
    assert org.time == 40
    assert same(org.world, compiled)
    assert org.to_run().summary == pytest.approx(simulate(SMALL, 11).summary, nan_ok=True)


def test_agents_that_step_one_by_one_give_the_same_bytes_too(compiled):
    kinds = (Buyer, Rep, OverlaySpecialist, Manager)
    org = SalesOrg(SMALL, 11, agent_classes={kind: watched(kind) for kind in kinds})
    assert {kind.__name__ for kind in org.agents_by_type} == {f"Watched{kind.__name__}" for kind in kinds}
    org.run_model()
    assert same(org.world, compiled)


@pytest.mark.slow
@pytest.mark.parametrize("name", list_scenarios())
def test_both_drives_give_the_same_bytes_for_every_shipped_scenario(name):
    scenario = Scenario.load(name)
    weeks = 14  # past the end of a quarter
    org = SalesOrg(scenario, rng=1)
    org.run_for(weeks)
    world = World.begin(scenario, 1)
    world.advance(weeks)
    assert same(org.world, world)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, repickled])
def test_a_twin_has_the_same_future_and_leaves_the_original_alone(halfway, compiled, duplicate):
    twin = duplicate(halfway)
    twin.run_for(20)
    assert halfway.time == 20
    assert halfway.world.week == 20
    assert same(twin.world, compiled)


def test_the_agents_are_mesa_agents(halfway):
    assert set(halfway.agents_by_type) == {Buyer, Rep, OverlaySpecialist, Manager}
    reps = halfway.agents_by_type[Rep]
    assert len(reps) == len(halfway.state.reps)
    assert reps.agg("booked_year", sum) == pytest.approx(halfway.state.reps["booked_year"].sum())
    filled = reps.select(lambda rep: rep.active == 1)
    assert len(filled) == int(halfway.state.reps["active"].sum())
    assert all(isinstance(agent, mesa.Agent) for agent in halfway.agents)


def test_an_agents_attributes_are_its_row(halfway):
    org = copy.deepcopy(halfway)
    rep = next(iter(org.agents_by_type[Rep].select(lambda one: one.row == 2)))
    rep.motivation = 0.25
    assert org.state.reps["motivation"][2] == 0.25
    assert halfway.state.reps["motivation"][2] != 0.25


def test_the_data_collector_has_every_weekly_measure(halfway):
    frame = halfway.datacollector.get_model_vars_dataframe()
    weekly = halfway.to_run().weekly
    assert len(frame) == 20
    assert frame["bookings"].tolist() == weekly["bookings"].tolist()
    assert frame["rep_trust"].tolist() == weekly["rep_trust"].tolist()


def test_what_mesa_runs_to_the_end_is_the_run():
    org = SalesOrg(SMALL, 3, organization__weeks=6)
    org.run_model()
    assert (org.world.week, org.time, org.running) == (6, 6, False)
    assert org.to_run().weekly["cost"].tolist() == simulate(org.assumptions, 3).weekly["cost"].tolist()


@pytest.mark.skipif(not hasattr(mesa.Model, "run_until"), reason="this Mesa has no run_until")
def test_mesa_runs_until_a_week():
    org = SalesOrg(SMALL, 3)
    org.run_until(4)
    assert (org.world.week, org.time) == (4, 4)


@NEEDS_BATCHES
def test_batch_run():
    grid = {"scenario": [SMALL], "structure.n_reps": [3, 4], "organization.weeks": 6}
    seeds = {"rng": [1, 2]}
    own = "rng" in inspect.signature(mesa.batch_run).parameters
    rows = mesa.batch_run(SalesOrg, grid if own else grid | seeds, display_progress=False, **(seeds if own else {}))
    by_case = {(row["structure.n_reps"], row["seed"]): row["rep_trust"] for row in rows}
    assert sorted(by_case) == [(3, 1), (3, 2), (4, 1), (4, 2)]
    run = simulate(SMALL.override({"structure.n_reps": 4, "organization.weeks": 6}), 2)
    assert by_case[4, 2] == run.weekly["rep_trust"].iloc[-1]


def test_parameters_may_be_written_with_dots_or_underscores():
    dots = SalesOrg(SMALL, 1, **{"structure.n_reps": 3, "training.hours_per_quarter": 9})
    lines = SalesOrg(SMALL, np.int64(1), structure__n_reps=3, training__hours_per_quarter=9)
    assert dots.assumptions == lines.assumptions
    assert dots.assumptions["structure.n_reps"] == 3
    with pytest.raises(InputError, match=r"did you mean structure\.n_reps"):
        SalesOrg(SMALL, structure__n_rep=3)


def test_a_seed_is_drawn_and_recorded():
    org = SalesOrg(SMALL)
    org.run_for(3)
    again = simulate(SMALL, org.seed, weeks=40)
    assert org.to_run().weekly["cost"].tolist() == again.weekly["cost"].tolist()[:3]
    assert SalesOrg(SMALL, 0).seed == 0
    with pytest.raises(InputError, match="seed = 'x' is not allowed"):
        SalesOrg(SMALL, "x")


def test_a_rule_can_be_overridden_in_plain_python():
    class Org(SalesOrg):
        rep_class = Lucky

    usual, by_attribute, by_argument = SalesOrg(SMALL, 4), Org(SMALL, 4), SalesOrg(SMALL, 4, agent_classes={Rep: Lucky})
    for org in (usual, by_attribute, by_argument):
        org.run_for(5)
    assert same(by_attribute.world, by_argument.world)
    assert not same(by_attribute.world, usual.world)
    assert set(by_attribute.agents_by_type) == {Buyer, Lucky, OverlaySpecialist, Manager}
    assert by_attribute.world.state.reps["booked_year"].sum() == usual.world.state.reps["booked_year"].sum()


def test_the_burn_in_runs_the_overridden_rules_too():
    lucky = SalesOrg(SMALL, 4, agent_classes={Rep: Lucky})
    assert lucky.state.reps["booked"].min() >= 1000.0


@pytest.mark.parametrize(
    "classes", [{"rep_class": Lucky}, {"agent_classes": {Rep: Lucky}}], ids=lambda one: next(iter(one))
)
def test_simulate_runs_a_class_of_ones_own_as_an_organization_does(classes):
    org = SalesOrg(SMALL, 4, **classes)
    org.run_model()
    run = simulate(SMALL, 4, **classes)
    assert same(run.world, org.world)
    assert run.weeks == 40
    assert run.summary == pytest.approx(org.to_run().summary, nan_ok=True)
    assert not same(run.world, World.begin(SMALL, 4).finish())


def test_weeks_and_deals_are_those_asked_for_in_both_drives():
    run, compiled = (simulate(SMALL, 4, 15, deals=False, **one) for one in ({"manager_class": Manager}, {}))
    assert run.weeks == 15
    assert same(run.world, compiled.world)
    with pytest.raises(InputError, match="kept no deals"):
        _ = run.deals


@pytest.mark.parametrize("make", [SalesOrg, simulate])
@pytest.mark.parametrize(
    ("classes", "sentence"),
    [
        ({"agent_classes": {Rep: Buyer}}, "cannot stand for Rep; derive it from that class"),
        ({"rep_class": Buyer}, "cannot stand for Rep; derive it from that class"),
        ({"buyer_class": "Buyer"}, "'Buyer' cannot stand for Buyer; derive it from that class"),
        (
            {"agent_classes": {int: Rep}},
            "is no class of agents; the classes are Buyer, Rep, OverlaySpecialist, Manager",
        ),
        ({"agent_classes": {Rep: Lucky}, "rep_class": Rep}, "rep_class and agent_classes both name a class for Rep"),
    ],
)
def test_a_class_that_does_not_fit_is_refused(make, classes, sentence):
    with pytest.raises(InputError, match=sentence):
        make(SMALL, 1, **classes)


def test_interventions_work_as_in_the_compiled_drive(halfway):
    item = {"parameter": "structure.industry_specialists", "value": 30}
    org = copy.deepcopy(halfway)
    org.intervene(**item)
    org.run_for(5)
    world = World.begin(SMALL.with_interventions([{"week": 20, **item}]), 11)
    world.advance(25)
    assert same(org.world, world)
    assert org.assumptions == world.scenario
    assert len(org.agents_by_type[OverlaySpecialist]) == len(org.state.specialists) == 120
    assert [entry.week for entry in org.log] == [20]
    org.undo(org.log[0])
    org.run_for(1)
    assert org.state.kinds["count"][1] == 0


def test_a_fork_takes_overrides(halfway):
    twin = halfway.fork({"strategy.stretch": 0.5})
    assert twin.assumptions["strategy.stretch"] == 0.5
    assert halfway.assumptions["strategy.stretch"] != 0.5


def test_too_many_accounts_for_objects_are_refused():
    with pytest.raises(InputError, match="accounts are too many for Mesa objects, at most 100,000; use simulate"):
        SalesOrg(SMALL, structure__n_reps=20_000)


def test_the_compiled_drive_needs_neither_mesa_nor_pandas():
    code = "import sim.engine.world, sim.measures.run, sys; sys.exit(bool({'mesa', 'pandas'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
