"""The pages of a class after a restart of the server, while it is not kept, and when it is deleted."""

import threading
from pathlib import Path
from typing import Any

import ipyvuetify
import pytest
import solara

from sim.scenario.scenario import Scenario
from sim.ui.classroom import joining, trainer, visitor, words
from sim.ui.classroom.reading import reflection
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.store import ClassStore
from sim.ui.classroom.terms import ClassTerms
from tests.sim.ui.classroom.drawn import labels, part_of, press, texts, wait
from tests.sim.ui.views import drawn_by

TRAINING = "training.hours_per_quarter"


class Kept:
    """A server that keeps classes, seen by its pages; it is stopped and started again."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, monkeypatch
        monkeypatch.setattr("sim.ui.classroom.luck.Yardstick.begin", lambda *_: None)
        self.start()

    def start(self) -> None:
        store = self.store = ClassStore.in_folder(self.folder)
        self.rooms = Rooms(store=lambda: store)
        self.patch.setattr("sim.ui.classroom.store.STORES", [store])
        self.patch.setattr(trainer, "STORES", [store])
        for page in (trainer, visitor, joining):
            self.patch.setattr(page, "ROOMS", self.rooms)

    def restart(self) -> None:
        self.store.close()
        self.start()


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    kept = Kept(tmp_path, monkeypatch)
    yield kept
    kept.store.close()


def test_after_a_restart_pages_say_that_a_class_is_computed_then_everybody_has_what_was_theirs(
    server: Kept, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    ada = room.join("Ada")
    room.open(room.trainer)
    room.decide(ada.token, {TRAINING: 10.0})
    room.close(room.trainer)
    room.reveal(room.trainer)
    server.restart()
    held = threading.Event()

    def slow(*given: Any) -> Room:
        held.wait(20)
        return restored(*given)

    monkeypatch.setattr("sim.ui.classroom.rooms.restored", slow)
    _, page = solara.render(visitor.SeatPage(room.code), handle_error=False)
    _, lead = solara.render(trainer.Class(None), handle_error=False)
    part_of(lead, "Keep").vue_act({"found": f"{room.code}:{room.trainer}"})
    for each in (page, lead):
        wait(lambda each=each: "computed again from what was decided: 0%" in texts(each))
    assert not drawn_by(page, "Joining.vue")
    held.set()
    wait(lambda: drawn_by(page, "Keep.vue"))
    part_of(page, "Keep").vue_act({"found": ada.token})
    wait(lambda: drawn_by(page, "Board.vue"))
    again = server.rooms.get(room.code)
    assert part_of(page, "Results").shown.value == words.results(room, ada, reflection(room, ada))
    wait(lambda: part_of(lead, "Invitation").shown.value["code"] == room.code)
    assert part_of(lead, "Keep").shown.value["value"] == f"{room.code}:{room.trainer}"
    assert "is lost when the page stops" not in texts(lead)
    again.open(again.trainer)
    wait(lambda: drawn_by(page, "Deciding.vue"))
    for each in (page, lead):
        each.close()


def test_a_class_is_not_led_with_another_token_after_a_restart(server: Kept, scenario: Scenario):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    server.restart()
    _, thief = solara.render(trainer.Class(None), handle_error=False)
    part_of(thief, "Keep").vue_act({"found": f"{room.code}:{'guessed' * 4}"})
    wait(lambda: thief.find(ipyvuetify.TextField, label="Trainer code").widgets)
    assert not drawn_by(thief, "Invitation.vue")
    thief.close()


def test_a_class_that_cannot_be_computed_is_told_and_another_can_be_opened(
    server: Kept, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    server.store._connection.execute("UPDATE class SET scenario = '<b>'")
    server.restart()
    monkeypatch.setattr("sim.ui.server.codes.trainer_code", lambda: "Sesame99")
    _, lead = solara.render(trainer.Class(None), handle_error=False)
    part_of(lead, "Keep").vue_act({"found": f"{room.code}:{room.trainer}"})
    press(lead, "Open another class")
    wait(lambda: lead.find(ipyvuetify.TextField, label="Trainer code").widgets)
    lead.close()


def test_the_trainer_deletes_a_class_after_saying_so_twice(server: Kept, scenario: Scenario):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    seat, left = room.join("Ada"), []
    _, page = solara.render(visitor.AtRoom(room), handle_error=False)
    part_of(page, "Keep").vue_act({"found": seat.token})
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: left.append(True)), handle_error=False)
    press(lead, "Delete the class")
    press(lead, "Keep it")
    assert server.store.has(room.code)
    press(lead, "Delete the class")
    press(lead, "Delete it for good")
    for each in (page, lead):
        wait(lambda each=each: "This class was deleted by its trainer." in texts(each))
    assert not server.store.has(room.code)
    press(lead, "Open another class")
    assert left == [True]
    for each in (page, lead):
        each.close()


def test_a_class_that_was_put_aside_is_found_again_by_its_trainer(server: Kept, scenario: Scenario):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    _, lead = solara.render(trainer.Class(None), handle_error=False)
    kept = f"{room.code}:{room.trainer}"
    part_of(lead, "Keep").vue_act({"found": kept})
    room.touched -= 5 * 3600.0
    server.rooms._forget()
    wait(lambda: "This class was put aside" in texts(lead))
    assert "Open another class" not in labels(lead)
    assert part_of(lead, "Keep").shown.value["value"] == kept
    lead.close()
    _, again = solara.render(trainer.Class(None), handle_error=False)
    part_of(again, "Keep").vue_act({"found": kept})
    wait(lambda: drawn_by(again, "Invitation.vue"))
    again.close()


def test_the_trainer_is_told_while_a_class_is_not_kept(server: Kept, scenario: Scenario):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    do = server.store._connection.execute
    do("PRAGMA query_only = ON")
    room.join("Ada")
    wait(lambda: "This class is not kept: it goes on, and is lost when the page stops" in texts(lead))
    do("PRAGMA query_only = OFF")
    room.join("Bob")
    wait(lambda: "This class is not kept" not in texts(lead))
    lead.close()


def test_the_trainer_is_told_that_another_version_computes_other_numbers(server: Kept, scenario: Scenario):
    room = server.rooms.open(ClassTerms(scenario, 3, 60_000.0, 4))
    server.store._connection.execute("UPDATE class SET rules = ?", ("0" * 16,))
    server.restart()
    again = server.rooms.get(room.code)
    for each, told in ((room, False), (again, True)):
        _, lead = solara.render(trainer.Led(each, each.trainer, lambda: None), handle_error=False)
        wait(lambda lead=lead: drawn_by(lead, "Seats.vue"))
        assert ("begun with another version of the program" in texts(lead)) is told
        lead.close()
    assert again.kept().rules == "0" * 16
