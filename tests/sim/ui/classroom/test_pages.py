"""The pages of a class without a browser: join, decide, hear of turns, stay apart; the trainer's buttons."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import ipyvuetify
import pytest
import solara
import solara.toestand

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import joining, trainer, visitor, words
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.predictions import ask, withdraw
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.teams import enter
from sim.ui.classroom.terms import ClassTerms
from sim.ui.classroom.whole import class_json
from sim.ui.server.codes import GUESSES_OF_VISITOR, Guesses
from sim.ui.server.reach import Listening
from tests.sim.ui.classroom.drawn import labels, part_of, press, wait
from tests.sim.ui.views import drawn_by

TRAINING = "training.hours_per_quarter"


class Tab:
    """A visitor's page, with a browser that keeps one value."""

    def __init__(self, room: Room, kept: str = "") -> None:
        _, self.context = solara.render(visitor.AtRoom(room), handle_error=False)
        self.part("Keep").vue_act({"found": kept})

    def part(self, name: str) -> Any:
        return part_of(self.context, name)

    def has(self, name: str) -> bool:
        return bool(drawn_by(self.context, f"{name}.vue"))

    def join(self, name: object) -> None:
        self.part("Joining").vue_act({"name": name})

    @property
    def token(self) -> str:
        return self.part("Keep").shown.value["value"]


@pytest.fixture
def tab(room: Room):
    new_tab = Tab(room)
    yield new_tab
    new_tab.context.close()


def test_a_move_of_which_nobody_is_told_is_shown_all_the_same(room: Room, tab: Tab, monkeypatch: pytest.MonkeyPatch):
    tab.join("Ada")
    room.open(room.trainer)
    wait(lambda: tab.has("Deciding"))
    part = tab.part("Deciding")
    (before,) = [one["at"] for one in part.shown.value["paid"] if one["name"] == TRAINING]
    with monkeypatch.context() as patch:
        patch.setattr(solara.toestand.ValueBase, "fire", lambda *_: None)
        part.vue_act({"name": TRAINING, "at": before + 1})
    wait(lambda: [one["at"] for one in part.shown.value["paid"] if one["name"] == TRAINING] == [before + 1])


def test_a_visitor_joins_decides_and_sees_results(room: Room, tab: Tab):
    tab.join("")
    assert tab.part("Joining").shown.value["problem"].startswith("A name is 1 to 24 characters")
    tab.join("Ada")
    seat = room.seats[tab.token]
    assert tab.has("Results")
    assert not tab.has("Deciding")
    room.open(room.trainer)
    wait(lambda: tab.has("Deciding"))
    part = tab.part("Deciding")
    values = room.menu.options[TRAINING].values
    part.vue_act({"name": TRAINING, "at": len(values) - 1})
    part.vue_act({"name": "icp_project", "at": 5})
    wait(lambda: part.shown.value["over"])
    part.vue_act({"decide": True})
    wait(lambda: "more than the budget" in part.shown.value["problem"])
    part.vue_act({"name": TRAINING, "at": values.index(10.0)})
    wait(lambda: not part.shown.value["over"] and part.shown.value["changed"])
    part.vue_act({"decide": True})
    wait(lambda: part.shown.value["decided"])
    assert seat.decision.values[TRAINING] == 10.0
    room.close(room.trainer)
    wait(lambda: not tab.has("Deciding"))
    wait(lambda: tab.part("Results").shown.value["title"] == "Quarter 1")
    assert not tab.has("Board")
    room.reveal(room.trainer)
    wait(lambda: tab.has("Board"))


@pytest.mark.parametrize(
    "action",
    [{}, {"name": "market.demand", "at": 1}, {"name": TRAINING, "at": -1}, {"name": TRAINING, "at": 10**9},
     {"name": TRAINING, "at": "1"}, {"name": ["x"], "at": True}, {"name": None}],
)  # fmt: skip
def test_hostile_messages_are_refused(room: Room, tab: Tab, action: dict):
    tab.join("Ada")
    room.open(room.trainer)
    wait(lambda: tab.has("Deciding"))
    part = tab.part("Deciding")
    part.vue_act(action)
    wait(lambda: part.shown.value["problem"])
    part.vue_act("no dictionary")
    assert not room.seats[tab.token].decision.values


def test_a_reload_keeps_the_seat_and_a_wrong_token_gets_none(room: Room, tab: Tab):
    tab.join("Ada")
    again, stranger = Tab(room, tab.token), Tab(room, "guessed")
    assert again.token == tab.token
    assert again.has("Results")
    assert stranger.has("Joining")
    stranger.join("Ada")
    assert "taken" in stranger.part("Joining").shown.value["problem"]
    stranger.join("Bob")
    assert stranger.token != tab.token
    assert len(room.seats) == 2
    again.context.close()
    stranger.context.close()


def test_who_was_removed_is_told(room: Room, tab: Tab):
    tab.join("Ada")
    room.remove(room.trainer, "Ada")
    wait(lambda: tab.has("Joining"))
    assert "taken away by the trainer" in tab.part("Joining").shown.value["text"]


def test_a_wrong_code_gets_one_sentence():
    room, problem = visitor.find_room("NOSUCH")
    assert room is None
    assert problem == "There is no class NOSUCH here (any more); ask the trainer for the code."
    _, context = solara.render(visitor.SeatPage("<b>x"), handle_error=False)
    assert not drawn_by(context, "Joining.vue")
    assert part_of(context, "Code").shown.value["problem"].startswith("There is no class BX here")
    context.close()


def test_the_trainer_leads_a_class(room: Room):
    left: list[bool] = []
    _, context = solara.render(trainer.Led(room, room.trainer, lambda: left.append(True)), handle_error=False)
    room.join("Ada")
    wait(lambda: part_of(context, "Seats").shown.value["seats"])
    press(context, "Open quarter 1")
    wait(lambda: "Close the quarter" in labels(context))
    assert "Open quarter 2" not in labels(context)
    press(context, "Close the quarter")
    wait(lambda: "Reveal the leaderboard" in labels(context))
    assert not drawn_by(context, "Board.vue")
    press(context, "Reveal the leaderboard")
    wait(lambda: drawn_by(context, "Board.vue"))
    wait(lambda: part_of(context, "Seats").vue_act({"remove": "Ada"}) is None)
    wait(lambda: not room.seats and "End the class" in labels(context))
    press(context, "End the class")
    wait(lambda: "Open another class" in labels(context))
    press(context, "Open another class")
    assert left == [True]
    context.close()


def test_without_the_token_nothing_is_led(room: Room):
    _, context = solara.render(trainer.Led(room, "guessed", lambda: None), handle_error=False)
    press(context, "Open quarter 1")
    wait(lambda: context.find(ipyvuetify.Html, tag="strong").widgets)
    assert room.phase == "gathering"
    context.close()


def type_code(context, code: str) -> None:
    context.find(ipyvuetify.TextField, label="Trainer code").widget.v_model = code


def drawn_text(context, tag: str) -> str:
    """Text of the first part of a tag; empty where there is none."""
    return next((str(part.children[0]) for part in context.find(ipyvuetify.Html, tag=tag).widgets), "")


def test_a_class_is_opened_and_found_again_after_a_reload(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trainer, "ROOMS", rooms := Rooms())
    monkeypatch.setattr("sim.ui.server.codes.trainer_code", lambda: "Sesame99")
    monkeypatch.setattr("sim.ui.classroom.luck.Yardstick.begin", lambda *_: None)
    _, context = solara.render(trainer.Class(None), handle_error=False)
    keep = part_of(context, "Keep")
    keep.vue_act({"found": "NOSUCH:guessed"})
    type_code(context, "guessed")
    press(context, "Open the class")
    wait(lambda: drawn_text(context, "strong").startswith("This is not the trainer's code"))
    assert not rooms._rooms
    type_code(context, " SESAME99 ")
    press(context, "Open the class")
    wait(lambda: drawn_by(context, "Invitation.vue"))
    kept = keep.shown.value["value"]
    (code,) = rooms._rooms
    assert kept == f"{code}:{rooms.get(code).trainer}"
    _, again = solara.render(trainer.Class(None), handle_error=False)
    part_of(again, "Keep").vue_act({"found": kept})
    assert part_of(again, "Invitation").shown.value["code"] == code
    _, thief = solara.render(trainer.Class(None), handle_error=False)
    part_of(thief, "Keep").vue_act({"found": f"{code}:guessed"})
    assert not drawn_by(thief, "Invitation.vue")
    for page in (context, again, thief):
        page.close()


@pytest.mark.parametrize("sent", ["/etc/passwd", "../mine.toml", "mine", 5, None, {}, ["baseline"]])
def test_no_file_is_opened_whatever_a_browser_sends(sent, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").write_text('currency = "SECRET"\n')
    monkeypatch.setattr("sim.scenario.reading.read_text", None)
    form = trainer.ClassForm()
    form.scenario.set(sent)
    form.propose()
    assert form.currency() == ""
    with pytest.raises(InputError, match="there is no shipped scenario"):
        form.terms()


def test_a_visitor_guesses_a_few_codes_of_classes_and_no_more(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(visitor, "client", lambda: ("ann", "a"))
    monkeypatch.setattr(visitor, "CLASS_GUESSES", Guesses(lambda: 0.0, by_address=False))
    for _ in range(GUESSES_OF_VISITOR):
        assert visitor.find_room("NOSUCH")[1].startswith("There is no class NOSUCH here")
    assert visitor.find_room("NOSUCH")[1].startswith("Too many wrong codes were typed")


def test_a_class_that_is_over_offers_the_debrief_to_trainer_and_seats(room: Room, tab: Tab):
    tab.join("Ada")
    room.open(room.trainer)
    room.decide(tab.token, {TRAINING: 10.0})
    room.close(room.trainer)
    _, context = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    assert "Make the debrief" not in labels(context)
    room.end(room.trainer)
    press(context, "Make the debrief")
    wait(lambda: "Slides (PowerPoint)" in labels(context))
    wait(lambda: labels(context).count("Report (HTML)") == 2)
    wait(lambda: "Report (HTML)" in labels(tab.context))
    assert "Workbook (Excel)" not in labels(tab.context)
    context.close()


def test_a_class_nobody_has_played_says_that_there_is_nothing_to_debrief(room: Room, tab: Tab):
    tab.join("Ada")
    room.end(room.trainer)
    _, context = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    told = "Nobody has played a quarter in this class, so there is nothing to debrief."
    for page in (context, tab.context):
        wait(lambda page=page: told in [one.children[0] for one in page.find(ipyvuetify.Html, tag="p").widgets])
        assert not {"Make the debrief", "Report (HTML)"} & set(labels(page))
    context.close()


def test_a_code_that_is_typed_leads_to_the_class_and_a_wrong_one_is_refused(
    room: Room, monkeypatch: pytest.MonkeyPatch
):
    rooms = Rooms()
    rooms._rooms[room.code] = room
    monkeypatch.setattr(joining, "ROOMS", rooms)
    pushed: list[str] = []
    monkeypatch.setattr(solara, "use_router", lambda: SimpleNamespace(path="/", push=pushed.append))
    _, context = solara.render(joining.JoinForm(), handle_error=False)
    field = part_of(context, "Code")
    for typed, told in (
        ("NOSUCH", "There is no class NOSUCH here"),
        ("<b>", "A code of a class is a few letters and digits"),
        (5, "A code of a class is a few"),
    ):
        field.vue_act({"code": typed})
        wait(lambda told=told: part_of(context, "Code").shown.value["problem"].startswith(told))
    assert not pushed
    field.vue_act({"code": " abc-def "})
    assert pushed == ["/?class=ABCDEF"]
    context.close()


def test_the_wall_shows_a_qr_code_of_the_link_or_why_there_is_none():
    shown = joining.invitation("ABCDEF", "http://192.168.1.20:8765", None)
    assert shown["link"] == "http://192.168.1.20:8765/?class=ABCDEF"
    assert shown["qr"].startswith("<svg")
    assert not shown["problem"]
    alone = joining.invitation("ABCDEF", "http://localhost:8765", Listening("localhost", 8765))
    assert (alone["link"], alone["qr"]) == ("", "")
    assert "start it with flywheel app --host 0.0.0.0" in alone["problem"]


def test_the_whole_class_leaves_as_json_without_tokens(room: Room, tab: Tab):
    tab.join("<b>Ada</b>")
    room.join("Bob")
    room.open(room.trainer)
    room.decide(tab.token, {TRAINING: 10.0})
    room.close(room.trainer)
    text = class_json(room)
    assert all(token not in text for token in (room.trainer, *room.seats))
    told = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    ada, bob = told["seats"]
    assert (told["code"], told["closed"], ada["name"], bob["decisions"][0]["values"]) == ("ABCDEF", 1, "<b>Ada</b>", {})
    assert ada["decisions"] == [{"quarter": 1, "values": {TRAINING: 10.0}}]
    assert ada["results"][1]["total"] == room.seats[tab.token].past[1].total
    assert Scenario.from_text(told["terms"]["scenario"]) == room.terms.scenario


def test_what_is_moved_draws_nothing_of_the_page_anew_but_where_it_is_decided(
    room: Room, tab: Tab, monkeypatch: pytest.MonkeyPatch
):
    tab.join("Ada")
    room.open(room.trainer)
    wait(lambda: tab.has("Deciding"))
    drawn: list[object] = []
    results = words.results
    monkeypatch.setattr(words, "results", lambda *given: drawn.append(given) or results(*given))
    part = tab.part("Deciding")
    one = part.shown.value["free"][0]
    part.vue_act({"name": one["name"], "at": one["at"] + 1})
    wait(lambda: part.shown.value["changed"])
    assert drawn == []
    part.vue_act({"decide": True})
    wait(lambda: part.shown.value["decided"] and drawn)


def test_who_decides_what_was_moved_by_nobody_is_told_so(room: Room, tab: Tab):
    tab.join("Ada")
    room.open(room.trainer)
    wait(lambda: tab.has("Deciding"))
    part = tab.part("Deciding")
    assert not part.shown.value["decided"]
    part.vue_act({"decide": True})
    wait(lambda: part.shown.value["decided"])


def test_what_stands_on_a_page_stays_when_a_question_comes_and_goes(scenario: Scenario):
    room = Room("ABCDEF", ClassTerms(scenario, 3, 60_000.0, 4, team=2), Yardstick.empty(4, 3, 3))
    token = enter(room, "Reds", "Ada")
    tab = Tab(room, token)
    wait(lambda: tab.has("Roster"))
    parts = [tab.part("Roster"), tab.part("Results")]
    ask(room, room.trainer, about="alone", measure="bookings", quarters=1, form="direction")
    wait(lambda: tab.has("Asked"))
    assert [tab.part("Roster"), tab.part("Results")] == parts
    withdraw(room, room.trainer)
    wait(lambda: not tab.has("Asked"))
    assert [tab.part("Roster"), tab.part("Results")] == parts
    tab.context.close()
