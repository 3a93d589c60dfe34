"""Twin worlds on the page: differences by hand, flipped deals as the library finds them, and what the view shows."""

import threading
import time

import ipyvuetify
import numpy as np
import pytest
import solara

from sim.questions.compare.run import compare
from sim.scenario.scenario import Scenario
from sim.ui.choice import Choice
from sim.ui.desk import Desk
from sim.ui.live.readings import read as read_frame
from sim.ui.live.readings import wheel_of
from sim.ui.live.wheels import kind_of
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session
from sim.ui.theme import DARK, LIGHT
from sim.ui.twin import readings
from sim.ui.twin.charts import DASHES, colours, difference_chart
from sim.ui.twin.flips import GivenUp, flipped
from sim.ui.twin.view import Twin, follow, sentences
from tests.sim.ui.views import drawn_by, part

LEVER = "structure.product_specialists"
SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def first_session() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=0)


@pytest.fixture
def worlds(first_session: Session) -> Branches:
    return Branches(Session(first_session.world.snapshot()))


def parted(worlds: Branches, weeks: int = 26) -> Branches:
    """B has had more specialists from week 0 on."""
    worlds.fork("More")
    worlds.session.pull(LEVER, 6)
    worlds.advance(weeks)
    return worlds


def test_differences_are_other_less_a(worlds: Branches):
    worlds.advance(4)
    worlds.fork()
    worlds.session.pull(LEVER, 6)
    worlds.advance(8)
    reading = readings.read(worlds)
    assert (reading.letters, reading.first, reading.week) == (("A", "B"), 4, 12)
    rows = [session.world.state.weekly[27:39]["bookings"] for session in worlds.sessions]
    by_hand = np.cumsum(rows[1]) - np.cumsum(rows[0])
    assert reading.differences["bookings"]["B"].tolist() == by_hand[4:].tolist()
    assert (by_hand[:4] == 0).all()
    a, b = reading.cards
    assert (a["since"], b["since"]) == ("The world as it went", "A forked in week 4, 5 product specialists more")
    assert (a["done"], b["done"], b["shown"]) == ("nothing done by hand", "", True)
    coordination = next(row for row in b["numbers"] if row["label"] == "Hours on coordination")
    assert coordination["change"].startswith("+")
    assert coordination["good"] == -1


def test_a_fork_says_what_is_done_otherwise_in_it(worlds: Branches):
    worlds.session.pull("operations.wip_limit", 12)
    worlds.advance(4)
    worlds.fork()
    assert readings.since_text(worlds.here, worlds.all) == "A forked in week 4, nothing done otherwise yet"
    worlds.session.pull(LEVER, 0)
    worlds.session.pull("enablement.coaching_hours_per_month", 5)
    worlds.session.intervene({"event": "demand_shock", "arguments": {"factor": 0.6}, "label": "Market falls"})
    said = "A forked in week 4, 1 product specialist fewer, coaching 5 h / rep / month instead of 3 h / rep / month"
    assert readings.since_text(worlds.here, worlds.all) == f"{said} and Market falls"
    worlds.advance(2)
    worlds.fork()
    worlds.session.pull("operations.wip_limit", 8)
    last = worlds.here
    assert readings.since_text(last, worlds.all) == "B forked in week 6, WIP limit 8 deals instead of 12 deals"
    worlds.close(1)
    assert readings.since_text(last, worlds.all).startswith("B forked in week 6 against A, 1 product specialist fewer")


def test_a_world_is_held_against_the_one_it_was_forked_from_and_a_variant_against_a(worlds: Branches):
    worlds.fork()
    worlds.fork()
    worlds.vary({LEVER: 3})
    letters = [readings.held_against(world, worlds.all) for world in worlds.all]
    assert [world and world.letter for world in letters] == [None, "A", "B", "A"]
    worlds.close(1)
    assert readings.held_against(worlds.all[1], worlds.all) is worlds.all[0]


def test_a_fork_of_a_fork_parts_from_a_where_the_first_did(worlds: Branches):
    worlds.advance(2)
    worlds.fork()
    worlds.advance(3)
    worlds.fork()
    assert [branch.parted for branch in worlds.all] == [0, 2, 2]
    assert [branch.since for branch in worlds.all] == [0, 2, 5]


def test_charts_name_the_worlds_by_letter_colour_and_pattern(worlds: Branches):
    reading = readings.read(parted(worlds, 5))
    for theme in (LIGHT, DARK):
        for item in readings.COMPARED:
            option = difference_chart(reading, item, theme)
            (line,) = option["series"]
            assert line["endLabel"]["formatter"] == "B"
            assert len(line["data"]) == len(option["xAxis"]["data"]) == 5
    assert len(set(map(str, DASHES.values()))) == 3
    assert len(set(colours(DARK).values())) == 4


def test_flipped_deals_are_those_of_the_library(worlds: Branches):
    parted(worlds)
    flips = flipped(worlds.all[0], worlds.all[1], threading.Event())
    case = {"interventions": worlds.session.manual_actions()}
    of_library = compare(worlds.all[0].session.opened, {"B": case}, [0, 1], weeks=26).flips
    same = of_library[of_library["seed"] == 0]
    assert flips.gained + flips.lost == len(flips.table) == len(same) > 0
    for column in ("account", "line", "amount", "parted_week", "parted_in", "created"):
        assert flips.table[column].tolist() == pytest.approx(same[column].tolist(), nan_ok=True)
    assert flips.gained_amount - flips.lost_amount == pytest.approx(
        sum(row["amount"] * (1 if row["direction"] == "won by the case only" else -1) for _, row in same.iterrows())
    )
    assert not any("in the case" in parted or "as is" in parted for *_, parted in flips.deals)


def test_flips_of_a_later_fork_begin_there_and_leave_the_worlds_alone(worlds: Branches):
    worlds.advance(6)
    worlds.fork()
    worlds.session.pull(LEVER, 6)
    worlds.advance(15)
    worlds.session.undo("0")
    worlds.session.pull("training.hours_per_quarter", 20)
    before = [session.world.state.weekly.tobytes() for session in worlds.sessions]
    flips = flipped(worlds.all[0], worlds.all[1], threading.Event())
    assert [session.world.state.weekly.tobytes() for session in worlds.sessions] == before
    assert flips.week == 21
    assert (flips.table["parted_week"].dropna() >= 6).all()
    assert worlds.session.waiting


def test_flips_that_cannot_be_found_are_told(worlds: Branches):
    worlds.fork()
    assert "just parted" in str(follow(worlds, "B", threading.Event()))
    worlds.advance(2)
    gone = threading.Event()
    gone.set()
    with pytest.raises(GivenUp):
        flipped(worlds.all[0], worlds.all[1], gone)
    assert follow(worlds, "B", gone) is None
    worlds.vary({"structure.n_reps": 8})
    assert "differ in size" in str(follow(worlds, "C", threading.Event()))


def test_what_is_the_same_is_said_to_be(worlds: Branches):
    worlds.fork()
    worlds.advance(3)
    assert sentences(readings.read(worlds))[0] == ("B goes as A does: nothing that was done has made a difference yet.")


def test_values_are_written_for_people():
    money, trust = readings.COMPARED[0], readings.COMPARED[2]
    assert readings.text_of(1.234e6, money, "EUR") == "1.23 m EUR"
    assert readings.change_text(-0.034, trust, "EUR") == "\N{MINUS SIGN}3.4 points"
    assert readings.change_text(0.0, trust, "EUR") == "same"
    assert readings.text_of(float("nan"), trust, "EUR") == "\N{EN DASH}"


def made(worlds: Branches) -> Player:
    values = {"frame": read_frame(worlds.session), "playing": False, "pace": "fast", "problem": ""}
    given = {name: solara.reactive(value) for name, value in values.items()}
    return Player(worlds, **given, drawn=threading.Event())


def wait(true) -> None:
    """What a thread of the page does comes a moment later."""
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def test_the_view_forks_names_switches_and_closes(worlds: Branches):
    player = made(worlds)
    desk = Desk(solara.reactive(Choice(text=SMALL)), player, solara.reactive("twin"))
    _, context = solara.render(Twin(desk), handle_error=False)
    (fork,) = [button for button in context.find(ipyvuetify.Btn).widgets if "Fork this world" in button.children]
    fork.click()
    player.do(lambda: player.session.pull(LEVER, 6))
    player.do(lambda: player.branches.advance(20))
    cards = part(context, "cards")
    assert [card["letter"] for card in cards.cards.value] == ["A", "B"]
    first, second = drawn_by(context, "Flywheel.vue")
    assert (first.untouched, second.than) == ({}, "in A")
    usual = wheel_of(worlds.all[0].session, kind_of("sales"))
    assert second.untouched == {stage["name"]: stage["index"] for stage in usual.stages}
    part(context, "chosen").vue_choose("evil")
    wait(lambda: [wheel.kind for wheel in drawn_by(context, "Flywheel.vue")] == ["evil", "evil"])
    wait(lambda: context.find(ipyvuetify.Html, tag="td").widgets)
    cards.vue_rename({"at": 1, "title": " <b>More</b>  people and a name that never seems to end "})
    wait(lambda: part(context, "cards").cards.value[1]["title"] == "<b>More</b> people and a")
    part(context, "cards").vue_show(0)
    assert player.branches.shown == 0
    part(context, "cards").vue_shut(1)
    assert player.branches.names == ("A",)
    context.close()
