"""The components without a browser: they follow the run, open whoever is chosen, and keep to it."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import solara

from sim.scenario.scenario import Scenario
from sim.ui.choice import Choice
from sim.ui.desk import Desk
from sim.ui.live.readings import read
from sim.ui.organization import view
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session
from tests.sim.ui.views import drawn_by

TEXT = "[structure]\nn_reps = 12\nproduct_specialists = 2\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def begun() -> Session:
    return Session.begin(Scenario.from_text(TEXT), seed=3)


@pytest.fixture
def player(begun: Session) -> Player:
    session = Session(begun.world.snapshot())
    values = {"frame": read(session), "playing": False, "pace": "fast", "problem": ""}
    held = {name: solara.reactive(value) for name, value in values.items()}
    return Player(Branches(session), **held, drawn=threading.Event())


def desk(player: Player) -> Desk:
    return Desk(solara.reactive(Choice()), player, solara.reactive("live"))


@pytest.fixture
def shown(player: Player) -> Iterator[Any]:
    _, context = solara.render(view.Organization(desk(player)), handle_error=False)
    yield context
    context.close()


def network(context: Any) -> Any:
    return drawn_by(context, "Network.vue")[0]


def panel(context: Any) -> Any:
    return drawn_by(context, "Agent.vue")[0]


def test_the_drawing_stays_and_its_numbers_follow_the_run(shown: Any, player: Player):
    drawing, present = network(shown).drawing, network(shown).present
    player.do(player.session.advance)
    assert network(shown).drawing.value is drawing.value
    assert network(shown).present is not present
    assert len(network(shown).present.value["values"]) == len(drawing.value["nodes"])


def test_an_agent_is_opened_stays_while_the_run_goes_on_and_is_closed(shown: Any, player: Player):
    assert not drawn_by(shown, "Agent.vue")
    network(shown).vue_pick("rep:3")
    assert panel(shown).agent.value["name"] == "R003"
    before = panel(shown).agent
    player.do(player.session.advance)
    assert panel(shown).agent is not before
    assert panel(shown).agent.value["key"] == "rep:3"
    panel(shown).vue_shut({})
    assert not drawn_by(shown, "Agent.vue")


def test_it_is_coloured_by_what_is_chosen(shown: Any):
    before = network(shown).present.value["values"]
    network(shown).vue_paint("load")
    assert network(shown).measure == "load"
    assert network(shown).present.value["values"] != before


def test_a_manager_is_drawn_alone_from_the_panel(shown: Any):
    network(shown).vue_pick("manager:1")
    agent = panel(shown)
    assert agent.agent.value["opens"] == 1 != agent.focus
    agent.vue_open(1)
    assert network(shown).drawing.value["nodes"][0]["key"] == "manager:1"
    assert panel(shown).focus == 1


def test_a_team_is_opened_and_whoever_stands_elsewhere_is_found(shown: Any, player: Player):
    network(shown).vue_open(0)
    assert network(shown).drawing.value["path"][-1]["row"] == 0
    elsewhere = next(seat for seat, row in enumerate(player.session.world.state.reps["manager"].tolist()) if row != 0)
    network(shown).vue_pick(f"rep:{elsewhere}")
    keys = [node["key"] for node in network(shown).drawing.value["nodes"]]
    assert f"rep:{elsewhere}" in keys


def test_what_a_browser_makes_up_is_ignored(shown: Any):
    network(shown).vue_pick("rep:99999")
    network(shown).vue_open(12345)
    network(shown).vue_paint("shoe size")
    assert not drawn_by(shown, "Agent.vue")
    assert network(shown).measure == "trust"


def test_accounts_follow_the_run_and_the_stage_asked_for(player: Player):
    _, context = solara.render(view.Accounts(desk(player)), handle_error=False)
    matrix = drawn_by(context, "Matrix.vue")[0]
    before = matrix.table
    player.do(player.session.advance)
    assert matrix.table is not before
    matrix.vue_turn("sales_stage")
    assert drawn_by(context, "Matrix.vue")[0].stage == "sales_stage"
    matrix.vue_turn("no stage")
    assert drawn_by(context, "Matrix.vue")[0].stage == "sales_stage"
    context.close()
