"""The live view without a browser: time moves by buttons and keys, back too; panels and wheels are chosen."""

import ipyvuetify
import pytest
import solara

from sim.scenario.scenario import Scenario
from sim.ui.choice import Choice
from sim.ui.desk import Desk
from sim.ui.live.transport import TransportMoves
from sim.ui.live.view import PANELS, WELCOME, Live
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player, use_player
from sim.ui.run.session import Session
from tests.sim.ui.views import drawn_by

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 56\nweeks = 60\n"


@pytest.fixture(scope="module")
def begun() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def session(begun: Session) -> Session:
    return Session(begun.world.snapshot())


@pytest.fixture
def live(session: Session):
    """The live view of a session, and its player."""
    players: list[Player] = []

    @solara.component
    def Stage():  # noqa: N802
        player = use_player(solara.use_memo(lambda: Branches(session), []))
        players.append(player)
        Live(Desk(solara.reactive(Choice()), player, solara.reactive("live")))

    _, context = solara.render(Stage(), handle_error=False)
    yield context, players[-1]
    context.close()


def parts(context) -> list:
    """The parts that the browser draws by itself."""
    return list(context.find(ipyvuetify.VuetifyTemplate).widgets)


def vue(context, trait: str):
    """The one of them that has this trait."""
    (widget,) = [part for part in parts(context) if part.has_trait(trait)]
    return widget


def test_keys_move_time(live, session: Session):
    context, player = live
    moves = TransportMoves(player)
    weeks = []
    for key in ("right", "shift+right", "left", "left", "x"):
        moves.press(key)
        weeks.append(session.week)
    assert weeks == [1, 9, 8, 7, 7], "the quarter ends in week 9"
    moves.year()
    assert session.week == 59
    moves.reset()
    moves.press("left")
    assert session.week == 0
    assert not player.problem.value
    assert vue(context, "wanted").wanted == ["space", "left", "right", "shift+right", "f"]


def test_steps_wait_while_it_plays(live, session: Session, monkeypatch: pytest.MonkeyPatch):
    _, player = live
    monkeypatch.setattr(Player, "play", lambda _self, _cancel: None)
    moves = TransportMoves(player)
    moves.press("space")
    assert player.playing.value
    moves.press("right")
    assert session.week == 0
    moves.press("space")
    assert not player.playing.value


def test_the_line_of_time_rewinds_and_pauses(live, session: Session, monkeypatch: pytest.MonkeyPatch):
    context, player = live
    monkeypatch.setattr(Player, "play", lambda _self, _cancel: None)
    TransportMoves(player).year()
    numbers = player.frame.value.numbers
    TransportMoves(player).year()
    player.playing.set(True)
    line = vue(context, "marks")
    assert (line.week, line.end, line.marks) == (104, 130, [])
    line.vue_rewind(52)
    assert (session.week, player.playing.value) == (52, False)
    assert player.frame.value.numbers == numbers
    assert vue(context, "marks").week == 52


def test_a_week_that_is_not_past_is_told(live, session: Session):
    _, player = live
    TransportMoves(player).rewind(7)
    assert "week 7 cannot be returned to" in player.problem.value
    assert session.week == 0


def test_the_first_week_explains_itself_and_later_ones_say_what_they_show(live):
    context, player = live
    assert WELCOME in spans(context)
    TransportMoves(player).year()
    assert WELCOME not in spans(context)
    (said,) = [part.items for part in drawn_by(context, "Reading.vue")]
    terms = [term for term, _ in said if term != "Weakest link"]  # only where one stands out
    assert terms == ["Speed", "Friction", "Evil wheel"]


def spans(context) -> list[object]:
    return [element.children[0] for element in context.find(ipyvuetify.Html, tag="span").widgets if element.children]


def test_another_wheel_is_chosen(live):
    context, player = live
    TransportMoves(player).year()
    assert (vue(context, "vicious").kind, len(vue(context, "vicious").stages)) == ("sales", 5)
    (switch,) = [part for part in parts(context) if part.has_trait("chosen") and part.chosen == "sales"]
    switch.vue_choose("evil")
    wheel = vue(context, "vicious")
    assert (wheel.kind, wheel.vicious, len(wheel.stages)) == ("evil", True, 9)
    assert (wheel.playing, wheel.week) == (False, 52), "it stands while the run does, and moves with each week"


def test_a_chart_is_enlarged(live):
    context, _ = live
    chart = next(part for part in parts(context) if part.has_trait("option") and part.name == "Pipeline")
    chart.vue_resize(None)
    (alone,) = [part for part in parts(context) if part.has_trait("option")]
    assert (alone.name, alone.size) == ("Pipeline", "large")
    alone.vue_resize(None)
    assert sum(part.has_trait("option") for part in parts(context)) == 5


def test_panels_are_told_apart():
    assert [label for label, _, _ in PANELS.values()] == ["Wheel", "Organization", "Accounts"]


def test_for_a_room_only_the_wheel_and_one_chart_are_shown_until_f_or_escape(live):
    context, player = live
    keys = vue(context, "wanted")
    assert "f" in keys.wanted
    keys.vue_press("f")
    assert not [part for part in parts(context) if part.has_trait("items") and part.has_trait("chosen")]
    assert drawn_by(context, "Flywheel.vue")[0].large is True
    chart = vue(context, "option")
    assert (chart.name, chart.size) == ("Bookings and attainment", "presented")
    vue(context, "wanted").vue_press("down")
    assert vue(context, "option").name == "A rep's week, in hours"
    vue(context, "wanted").vue_press("up")
    vue(context, "wanted").vue_press("up")
    assert vue(context, "option").name == "Pipeline", "the last one comes before the first"
    vue(context, "wanted").vue_press("right")
    assert player.session.week == 1, "time goes on by the same keys"
    for key in ("escape", "f", "unfilled"):
        vue(context, "wanted").vue_press(key)
        assert len(drawn_by(context, "Chart.vue")) == 5
        vue(context, "wanted").vue_press("f")
        assert len(drawn_by(context, "Chart.vue")) == 1
