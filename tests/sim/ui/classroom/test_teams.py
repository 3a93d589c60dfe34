"""Teams: all propose, the captain decides, silence is visible, and whoever is there longest takes over."""

import sqlite3
from pathlib import Path

import pytest
import solara

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import trainer, visitor, words
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.predictions import ask, predict
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.store import FILE, ClassStore
from sim.ui.classroom.team_view import roster_shown, taken_over
from sim.ui.classroom.teams import arrive, depart, enter, hand_over, leave, propose, team_text
from sim.ui.classroom.terms import ClassTerms
from tests.sim.ui.classroom.drawn import part_of, wait
from tests.sim.ui.views import drawn_by

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"


@pytest.fixture
def room(scenario: Scenario) -> Room:
    return Room("ABCDEF", ClassTerms(scenario, 3, 60_000.0, 4, team=3), Yardstick.empty(4, 6, 4))


def names(room: Room) -> list[list[str]]:
    return [[one.name for one in seat.members] for seat in room.seats.values()]


def test_members_propose_and_the_captain_decides(room: Room):
    ada, bob, cyd = (enter(room, "Reds", name) for name in ("Ada", "Bob", "Cyd"))
    dan = enter(room, "Blues", "Dan")
    assert names(room) == [["Ada", "Bob", "Cyd"], ["Dan"]]
    assert len({ada, bob, cyd, dan, *room.seats}) == 6
    reds, blues = room.seats.values()
    with pytest.raises(InputError, match="no quarter is open"):
        propose(room, bob, {WIP: 6})
    room.open(room.trainer)
    propose(room, bob, {WIP: 6})
    propose(room, bob, {WIP: 7, TRAINING: 10.0})
    assert team_text(reds, deciding=True) == "Ada, Bob, Cyd (silent)"
    assert [one["text"] for one in roster_shown(room, cyd)["members"]] == [
        "has not decided yet", "proposes: WIP limit 7, Training 10", "silent so far"
    ]  # fmt: skip
    for member in (bob, cyd):
        with pytest.raises(InputError, match="Ada is the captain and decides"):
            room.decide(member, {WIP: 6})
    assert not reds.decided
    room.decide(ada, taken_over(room, ada, 1))
    assert reds.decision.values == {WIP: 7, TRAINING: 10.0}
    assert (reds.decided, blues.decided) == (True, False)
    room.close(room.trainer)
    assert [one.proposal for one in reds.members] == [None] * 3
    assert [standing.name for standing in room.board()] == sorted(
        ("Reds", "Blues"), key=lambda name: -(reds if name == "Reds" else blues).past[-1].total
    )


def test_who_is_there_longest_takes_over_when_the_captain_leaves(room: Room):
    ada, bob, cyd = (enter(room, "Reds", name) for name in ("Ada", "Bob", "Cyd"))
    room.open(room.trainer)
    ask(room, room.trainer, about="alone", measure="trust", quarters=1, form="direction")
    predict(room, ada, 1)
    predict(room, bob, 0)
    leave(room, ada)
    assert names(room) == [["Bob", "Cyd"]]
    assert room.questions[-1].guesses == {bob: 0.0}
    for act in (lambda: room.decide(ada, {}), lambda: propose(room, ada, {}), lambda: leave(room, ada)):
        with pytest.raises(InputError, match="does not exist"):
            act()
    room.decide(bob, {WIP: 6})
    arrive(room, cyd)
    leave(room, bob)
    assert names(room) == [["Cyd"]]
    leave(room, cyd)
    assert names(room) == [[]]
    assert room.seats
    enter(room, "reds", "Eve")
    assert names(room) == [["Eve"]]


def test_a_captain_who_is_away_for_long_hands_over_to_who_is_there(room: Room):
    ada, bob, cyd = (enter(room, "Reds", name) for name in ("Ada", "Bob", "Cyd"))
    for token in (ada, ada, cyd):
        arrive(room, token)
    depart(room, ada, after=0.0)  # another page of hers is open
    assert names(room) == [["Ada", "Bob", "Cyd"]]
    depart(room, ada, after=0.05)
    arrive(room, ada)  # a reload
    hand_over(room, ada)
    assert names(room) == [["Ada", "Bob", "Cyd"]]
    depart(room, ada, after=0.01)
    wait(lambda: names(room) == [["Cyd", "Ada", "Bob"]])
    room.open(room.trainer)
    room.decide(cyd, {WIP: 6})
    leave(room, bob)
    assert names(room) == [["Cyd", "Ada"]]
    depart(room, cyd, after=0.0)
    hand_over(room, cyd)  # nobody else is there
    assert names(room) == [["Cyd", "Ada"]]


def test_what_is_hostile_is_refused(room: Room, scenario: Scenario):
    ada = enter(room, "<b>Reds</b>", "<i>Ada</i>")
    for team, name in (("", "Bob"), (None, "Bob"), ("x" * 25, "Bob"), ("Blues", "a\u202eb"), ("Blues", 5)):
        with pytest.raises(InputError, match="a name is"):
            enter(room, team, name)
    assert len(room.seats) == 1
    with pytest.raises(InputError, match="taken in this team"):
        enter(room, "<B>REDS</B>", " <i>ada</i> ")
    for name in ("Bob", "Cyd"):
        enter(room, "<b>Reds</b>", name)
    with pytest.raises(InputError, match="is full: it has 3 people"):
        enter(room, "<b>Reds</b>", "Dan")
    room.open(room.trainer)
    seat_token = next(iter(room.seats))
    for token in ("guessed", seat_token, ""):
        with pytest.raises(InputError, match="does not exist"):
            room.decide(token, {})
    bob = next(iter(room.seats.values())).members[1].token
    with pytest.raises(InputError, match="more than the budget"):
        propose(room, bob, {TRAINING: room.menu.options[TRAINING].values[-1], "icp_project": 5})
    with pytest.raises(InputError, match="only the captain"):
        taken_over(room, bob, 0)
    for place in (-1, 3, "1", None, 1):
        with pytest.raises(InputError, match=r"nothing is proposed there|has proposed nothing"):
            taken_over(room, ada, place)
    with pytest.raises(InputError, match="it must be 1 to 5"):
        Room("X", ClassTerms(scenario, 3, 60_000.0, 4, team=6))
    room.end(room.trainer)
    with pytest.raises(InputError, match="over"):
        enter(room, "Blues", "Dan")


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scenario: Scenario):
    monkeypatch.setattr(Yardstick, "begin", lambda *_: None)
    store = ClassStore.in_folder(tmp_path)
    room = Rooms(store=lambda: store).open(ClassTerms(scenario, 3, 60_000.0, 4, team=3), Yardstick.empty(4, 2, 2))
    yield room, tmp_path
    store.close()


def again(room: Room, folder: Path, spoil: str = "") -> Room:
    room.record.store.close()
    if spoil:
        with sqlite3.connect(folder / FILE) as db:
            db.execute(spoil)
        db.close()
    store = ClassStore.in_folder(folder)
    try:
        return Rooms(store=lambda: store).find(room.code, Yardstick.empty(4, 2, 2)).wait(60)
    finally:
        store.close()


def seen(room: Room) -> list:
    questions = [question.kept() for question in room.questions]
    return [[(seat.kept(), seat.past) for seat in room.seats.values()], room.terms.team, questions, room.phase]


def test_a_team_is_the_same_after_a_restart(stored: tuple[Room, Path]):
    room, folder = stored
    ada, bob, cyd = (enter(room, "Reds", name) for name in ("Ada", "Bob", "Cyd"))
    dan, eve = enter(room, "Blues", "Dan"), enter(room, "Blues", "Eve")
    room.open(room.trainer)
    propose(room, bob, {WIP: 5})
    room.decide(ada, {WIP: 6})
    room.close(room.trainer)
    room.open(room.trainer)
    propose(room, cyd, {WIP: 7})
    propose(room, eve, {TRAINING: 10.0})
    ask(room, room.trainer, about="class", measure="bookings", quarters=1, form="direction")
    for token in (ada, bob, eve):
        predict(room, token, 1)
    leave(room, ada)
    arrive(room, eve)
    hand_over(room, dan)
    other = again(room, folder)
    assert other is not room
    assert names(other) == names(room) == [["Bob", "Cyd"], ["Eve", "Dan"]]
    assert seen(other) == seen(room)
    assert other.questions[-1].guesses == {bob: 1.0, eve: 1.0}
    other.record = None
    other.decide(bob, {WIP: 8})
    with pytest.raises(InputError, match="does not exist"):
        other.decide(ada, {})
    other.undo(other.trainer)
    assert [one.proposal for seat in other.seats.values() for one in seat.members] == [None] * 4


@pytest.mark.parametrize(
    "spoil",
    ["UPDATE team SET size = 9", "UPDATE team SET size = 1", "UPDATE member SET name = '\u202e'",
     "UPDATE member SET token = 'short' WHERE place = 1", "UPDATE member SET proposal = '[['",
     "INSERT INTO member SELECT hex(randomblob(16)), token, 9, 'M', NULL FROM seat, pragma_table_info('class')"],
)  # fmt: skip
def test_what_is_kept_of_a_team_is_checked(stored: tuple[Room, Path], spoil: str):
    room, folder = stored
    enter(room, "Reds", "Ada")
    enter(room, "Reds", "Bob")
    with pytest.raises(InputError):
        again(room, folder, spoil)


def test_a_proposal_that_is_damaged_was_not_made(stored: tuple[Room, Path]):
    room, folder = stored
    enter(room, "Reds", "Ada")
    bob = enter(room, "Reds", "Bob")
    room.open(room.trainer)
    propose(room, bob, {WIP: 5})
    other = again(room, folder, """UPDATE member SET proposal = '{"operations.wip_limit": -7}' WHERE place = 1""")
    assert [one.proposal for one in next(iter(other.seats.values())).members] == [None, None]


def test_a_class_of_single_seats_knows_no_teams(scenario: Scenario):
    room = Room("ABCDEF", ClassTerms(scenario, 3, 60_000.0, 4), Yardstick.empty(4, 2, 2))
    seat = room.join("Ada")
    room.open(room.trainer)
    room.decide(seat.token, {WIP: 6})
    assert words.deciding(room, seat, {}, "", seat.token)["verbs"][0] == "Decide"
    with pytest.raises(InputError, match="in no team"):
        propose(room, seat.token, {WIP: 6})
    with pytest.raises(InputError, match="a seat of one's own"):
        enter(room, "Ada", "Bob")
    assert restored(room.kept(), Yardstick.empty(4, 2, 2)).tokens() == [seat.token]


class Page:
    """A member's page."""

    def __init__(self, room: Room, team: str, name: str) -> None:
        _, self.context = solara.render(visitor.AtRoom(room), handle_error=False)
        self.part("Keep").vue_act({"found": ""})
        self.part("Joining").vue_act({"name": name, "team": team})

    def part(self, name: str):
        return part_of(self.context, name)

    def shown(self, name: str) -> dict:
        return self.part(name).shown.value


def test_a_team_on_its_pages(room: Room):
    ada, bob = Page(room, "Reds", "Ada"), Page(room, "Reds", "Bob")
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    assert set(room.tokens()) == {page.shown("Keep")["value"] for page in (ada, bob)}
    room.open(room.trainer)
    for page, verb in ((ada, "Decide"), (bob, "Propose")):
        wait(lambda page=page: drawn_by(page.context, "Deciding.vue"))
        assert page.shown("Deciding")["verbs"][0] == verb
    at = room.menu.options[WIP].values.index(6)
    bob.part("Deciding").vue_act({"name": WIP, "at": at})
    bob.part("Deciding").vue_act({"decide": True})
    wait(lambda: bob.shown("Deciding")["decided"] and ada.shown("Roster")["members"][1]["take"])
    wait(lambda: part_of(lead, "Seats").shown.value["seats"][0]["team"] == "Ada, Bob")
    ada.part("Roster").vue_act({"take": 1})
    wait(lambda: ada.shown("Deciding")["changed"])
    ada.part("Deciding").vue_act({"decide": True})
    wait(lambda: next(iter(room.seats.values())).decision.values == {WIP: 6})
    wait(lambda: bob.shown("Roster")["members"][0]["text"] == "has decided: WIP limit 6")
    ada.part("Roster").vue_act({"leave": True})
    wait(lambda: drawn_by(ada.context, "Joining.vue"))
    assert ada.shown("Joining")["teams"] == ["Reds"]
    wait(lambda: bob.shown("Deciding")["verbs"][0] == "Decide")
    assert names(room) == [["Bob"]]
    for context in (ada.context, bob.context, lead):
        context.close()
