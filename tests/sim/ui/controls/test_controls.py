"""Levers and shocks on the page: a slider, a menu and a shock reach the run, refusals are told, worlds are switched."""

import pytest
import solara

from sim.scenario.scenario import Scenario
from sim.ui.controls import view
from sim.ui.live.readings import read
from sim.ui.run.branches import Branches
from sim.ui.run.levers import SHOCKS
from sim.ui.run.player import Player
from sim.ui.run.session import Session
from tests.sim.ui.views import part

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def first_session() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def player(first_session: Session) -> Player:
    return made(Session(first_session.world.snapshot()))


def made(session: Session) -> Player:
    """A player outside a page."""
    import threading  # noqa: PLC0415 - the tests of the page do without

    values = {"frame": read(session), "playing": False, "pace": "fast", "problem": ""}
    given = {name: solara.reactive(value) for name, value in values.items()}
    return Player(Branches(session), **given, drawn=threading.Event())


@pytest.fixture
def page(player: Player):
    _, context = solara.render(view.Controls(player), handle_error=False)
    yield context
    context.close()


def test_a_slider_a_menu_and_a_shock_reach_the_run(page, player: Player):
    levers = part(page, "now_at")
    levers.vue_settle({"name": "training.hours_per_quarter", "value": 12})
    levers.vue_settle({"name": "management.response", "value": 3})
    levers.vue_strike({"name": "falls", "value": 0.7})
    player.do(player.branches.advance)
    texts = [entry["text"] for entry in part(page, "entries").entries.value]
    assert texts == [
        "Market falls: 0.7 x",
        "After a missed target: mixed to train",
        "Training: 6 to 12 h / rep / quarter",
    ]
    assert part(page, "now_at").now_at.value["training.hours_per_quarter"] == 12
    assert player.session.world.state.p[0].market_demand == pytest.approx(0.7)
    part(page, "entries").vue_undo("0")
    assert player.session.value("training.hours_per_quarter") == 6


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda levers: levers.vue_settle({"name": "training.hours_per_quarter", "value": -3}), "is not allowed"),
        (lambda levers: levers.vue_settle({"name": "management.response", "value": 2.5}), "one of none, overlay"),
        (lambda levers: levers.vue_settle({"name": "training.hours", "value": 3}), "is not a parameter"),
        (lambda levers: levers.vue_strike({"name": "earthquake", "value": 3}), "there is no shock earthquake"),
        (lambda levers: levers.vue_strike({"name": "star", "value": 7}), "7 of 6 reps"),
    ],
)
def test_what_cannot_be_done_is_told_and_the_slider_goes_back(page, player: Player, act, sentence: str):
    before = part(page, "now_at").spoken
    act(part(page, "now_at"))
    assert sentence in player.problem.value
    assert player.session.entries() == []
    if "no shock" not in sentence and "reps" not in sentence:
        assert part(page, "now_at").spoken == before + 1


def test_worlds_are_forked_and_switched(page, player: Player):
    worlds = part(page, "full")
    worlds.vue_fork({})
    assert (part(page, "full").shown, len(part(page, "full").worlds.value)) == (1, 2)
    part(page, "full").vue_show(0)
    assert player.branches.shown == 0


def test_the_catalogue_holds_all_shocks_in_the_units_of_the_page():
    shocks = {shock["name"]: shock for group in view.catalogue() for shock in group["shocks"]}
    assert set(shocks) == set(SHOCKS)
    assert (shocks["icp"]["unit"], shocks["icp"]["value"], shocks["falls"]["value"]) == ("%", 30, 0.7)
