"""A class goes on after a restart: the same seats, decisions and numbers, from what is kept and nothing else."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import words
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.pace import give_minutes, move_clock
from sim.ui.classroom.paths import paths_of
from sim.ui.classroom.predictions import ask, predict, reveal, withdraw
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import PUT_ASIDE, Rooms
from sim.ui.classroom.store import _SINCE, FILE, ClassStore
from sim.ui.classroom.terms import ClassTerms

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"


def small(quarters: int = 4) -> Yardstick:
    return Yardstick.empty(quarters, 2, 2)


class Machine:
    """A server without a page, which is stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        self.store = ClassStore.in_folder(self.folder)
        self.rooms = Rooms(store=lambda: self.store)

    def restart(self) -> None:
        self.store.close()
        self.start()

    def get(self, room: Room) -> Room:
        return self.rooms.find(room.code, small()).wait(60)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    monkeypatch.setattr(Yardstick, "begin", lambda *_: None)
    monkeypatch.setattr("sim.ui.classroom.review.Review.begin", lambda *_: None)
    server = Machine(tmp_path)
    yield server
    server.store.close()


@pytest.fixture
def opened(machine: Machine, scenario: Scenario) -> Room:
    return machine.rooms.open(ClassTerms(scenario, 3, 120_000.0, 4), small())


def everything(room: Room) -> dict[str, str]:
    """All that is seen of a class, to the last digit; what is not known is nan, which equals nothing."""
    seen = {
        "at": (room.code, room.trainer, room.phase, room.quarter, room.terms.offered, room.terms.budget),
        "pace": room.pace(),
        "questions": [(question.kept(), question.answer) for question in room.questions],
        "paths": paths_of(room, room.revealed),
        "board": room.board(),
        "seats": [
            (
                seat.name,
                token,
                seat.decision,
                seat.decided,
                seat.opened,
                seat.past,
                seat.taken,
                seat.problem,
                seat.late,
                seat.kept_members(),
            )
            for token, seat in room.seats.items()
        ],
        "table": words.table(room),
    }
    return {name: repr(value) for name, value in seen.items()}


def play_on(room: Room, values: dict[str, Any]) -> None:
    room.open(room.trainer)
    room.decide(next(iter(room.seats)), values)
    room.close(room.trainer)


def asked(room: Room, about: str, form: str = "direction") -> None:
    ask(room, room.trainer, about=about, measure="bookings", quarters=1, form=form)


STAGES: dict[str, list[Callable[[Room], object]]] = {
    "lobby": [],
    "open quarter": [lambda room: play_on(room, {TRAINING: 10.0, WIP: 6}), lambda room: room.open(room.trainer),
                     lambda room: room.join("Late"), lambda room: room.decide([*room.seats][1], {"icp_project": 1})],
    "between quarters": [lambda room: play_on(room, {"hire": 1, WIP: 3}), lambda room: room.open(room.trainer),
                         lambda room: room.close(room.trainer)],
    "revealed": [lambda room: play_on(room, {TRAINING: 10.0}), lambda room: room.reveal(room.trainer)],
    "ended in an open quarter": [lambda room: play_on(room, {WIP: 6}), lambda room: room.open(room.trainer),
                                 lambda room: room.decide(next(iter(room.seats)), {WIP: 7}),
                                 lambda room: room.remove(room.trainer, "Bob"), lambda room: room.end(room.trainer)],
    "clock held": [lambda room: give_minutes(room, room.trainer, 5), lambda room: room.open(room.trainer),
                   lambda room: move_clock(room, "hold", room.trainer)],
    "clock runs": [lambda room: room.open(room.trainer), lambda room: give_minutes(room, room.trainer, 5),
                   lambda room: move_clock(room, "add", room.trainer)],
    "taken back": [lambda room: play_on(room, {TRAINING: 10.0, "hire": 1}), lambda room: room.join("Late"),
                   lambda room: play_on(room, {}), lambda room: room.reveal(room.trainer),
                   lambda room: play_on(room, {WIP: 6}), lambda room: room.undo(room.trainer),
                   lambda room: room.undo(room.trainer)],
    "taken back and closed": [lambda room: play_on(room, {WIP: 6}), lambda room: room.undo(room.trainer),
                              lambda room: room.decide(next(iter(room.seats)), {WIP: 3}),
                              lambda room: room.close(room.trainer)],
    "asked": [lambda room: asked(room, "alone"), lambda room: predict(room, [*room.seats][1], 1),
              lambda room: predict(room, next(iter(room.seats)), 0), lambda room: predict(room, [*room.seats][1], -1)],
    "predicted": [lambda room: asked(room, "class", "number"), lambda room: predict(room, [*room.seats][1], 7e6),
                  lambda room: play_on(room, {}), lambda room: reveal(room, room.trainer),
                  lambda room: asked(room, "alone"), lambda room: predict(room, [*room.seats][2], 1),
                  lambda room: withdraw(room, room.trainer), lambda room: asked(room, "class"),
                  lambda room: predict(room, [*room.seats][2], 1), lambda room: room.remove(room.trainer, "Bob")],
    "researched": [lambda room: play_on(room, {"survey": 25, WIP: 6}), lambda room: play_on(room, {WIP: 6}),
                   lambda room: play_on(room, {"survey": 50}), lambda room: room.undo(room.trainer)],
    "over": [lambda room: [(play_on(room, {WIP: 4 + at}), room.reveal(room.trainer)) for at in range(4)]],
}  # fmt: skip


@pytest.mark.parametrize("stage", STAGES)
def test_a_class_is_the_same_after_a_restart(machine: Machine, opened: Room, stage: str):
    room = opened
    room.join("Ada")
    room.join("<b>Bob</b>")
    room.join("Bob")
    for step in STAGES[stage]:
        step(room)
    before = everything(room)
    machine.restart()
    again = machine.get(room)
    assert again is not room
    assert everything(again) == before
    if again.phase != "over":
        for each in (room, again):
            each.record = None
            if each.phase == "deciding":
                each.close(each.trainer)
            play_on(each, {WIP: 9})
        assert everything(again) == everything(room)


def test_a_class_that_goes_on_after_a_restart_is_kept_again(machine: Machine, opened: Room):
    opened.join("Ada")
    machine.restart()
    again = machine.get(opened)
    play_on(again, {WIP: 6})
    machine.restart()
    third = machine.get(opened)
    assert everything(third) == everything(again)
    assert third.kept() == again.kept() == machine.store.read(opened.code)


KILLED = """
import sys
from pathlib import Path
from sim.scenario.scenario import Scenario
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.terms import ClassTerms
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.store import ClassStore
Yardstick.begin = lambda *_: None
store = ClassStore.in_folder(Path(sys.argv[1]))
room = Rooms(store=lambda: store).open(ClassTerms(Scenario.from_text(sys.argv[2]), 3, 60_000.0, 4))
seat = room.join("Ada")
room.open(room.trainer)
room.decide(seat.token, {"operations.wip_limit": 6})
room.close(room.trainer)
room.open(room.trainer)
room.decide(seat.token, {"operations.wip_limit": 7})
print(room.code, seat.token, repr(seat.past[-1].total), flush=True)
sys.stdin.read()
"""


def test_a_killed_process_loses_nothing_that_was_confirmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from tests.sim.ui.classroom.conftest import SMALL  # noqa: PLC0415 - the scenario of the fixture as text

    monkeypatch.setattr(Yardstick, "begin", lambda *_: None)
    words = [sys.executable, "-c", KILLED, str(tmp_path), SMALL]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        code, token, total = process.stdout.readline().split()
        with pytest.raises(InputError, match="another server keeps its classes in"):
            ClassStore.in_folder(tmp_path)
        process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        process.wait(20)
    store = ClassStore.in_folder(tmp_path)
    room = Rooms(store=lambda: store).find(code, small()).wait(60)
    seat = room.seats[token]
    assert (room.phase, room.quarter, seat.decided, seat.decision.values) == ("deciding", 2, True, {WIP: 7})
    assert repr(seat.past[-1].total) == total
    store.close()


def test_a_class_is_computed_once_however_many_ask(machine: Machine, opened: Room):
    opened.join("Ada")
    machine.restart()
    asked = [machine.rooms.find(opened.code, small()) for _ in range(5)]
    assert len({id(one.wait(60)) for one in asked}) == 1
    assert machine.rooms.find(opened.code.lower()).room is asked[0].room


def test_a_class_put_aside_takes_no_more_and_comes_back_when_asked_for(machine: Machine, opened: Room):
    now = [0.0]
    machine.rooms._now, machine.rooms._idle = (lambda: now[0]), 10.0
    seat, opened.touched = opened.join("Ada"), 0.0
    now[0] = 20.0
    again = machine.get(opened)
    assert again is not opened
    assert [*again.seats] == [seat.token]
    for act in (lambda: opened.join("Bob"), lambda: opened.open(opened.trainer), lambda: opened.decide(seat.token, {})):
        with pytest.raises(InputError, match=PUT_ASIDE[:20]):
            act()


def test_a_class_that_is_over_makes_room_and_comes_back(machine: Machine, opened: Room, scenario: Scenario):
    machine.rooms._most = 1
    opened.join("Ada")
    play_on(opened, {WIP: 6})
    opened.end(opened.trainer)
    before = everything(opened)
    other = machine.rooms.open(ClassTerms(scenario, 4, 120_000.0, 4), small())
    with pytest.raises(InputError, match=PUT_ASIDE[:20]):
        opened.remove(opened.trainer, "Ada")
    with pytest.raises(InputError, match="1 classes are open"):
        machine.get(opened)
    other.end(other.trainer)
    assert everything(machine.get(opened)) == before


def test_a_class_that_could_not_be_written_is_not_put_aside(machine: Machine, opened: Room, scenario: Scenario):
    machine.rooms._most = 1
    opened.end(opened.trainer)
    no_writing(machine.store)
    machine.rooms.open(ClassTerms(scenario, 4, 120_000.0, 4), small())
    assert not opened.gone


def test_a_class_is_deleted_by_its_trainer_alone(machine: Machine, opened: Room):
    seat = opened.join("Somebody Unmistakable")
    play_on(opened, {WIP: 6})
    with pytest.raises(InputError, match="only the trainer"):
        machine.rooms.delete(opened, seat.token)
    machine.rooms.delete(opened, opened.trainer)
    with pytest.raises(InputError, match="deleted by its trainer"):
        opened.open(opened.trainer)
    with pytest.raises(InputError, match="There is no class"):
        machine.rooms.find(opened.code)
    machine.restart()
    with pytest.raises(InputError, match="There is no class"):
        machine.rooms.find(opened.code)
    machine.store.close()
    assert all(b"Unmistakable" not in file.read_bytes() for file in machine.folder.iterdir())


def kept_rows(machine: Machine) -> int:
    return int(machine.store._connection.execute("SELECT count(*) FROM class").fetchone()[0])


def test_old_classes_and_those_beyond_the_bound_are_dropped(
    machine: Machine, opened: Room, monkeypatch: pytest.MonkeyPatch
):
    opened.join("Ada")
    kept, day = opened.kept(), 86_400.0
    monkeypatch.setattr("sim.ui.classroom.store.MOST_CLASSES", 3)
    for number in range(5):
        machine.store._now = lambda number=number: time.time() + number
        copy = {"code": f"CQPY{'ABCDE'[number]}", "trainer": f"{number}" * 24, "seats": ()}
        machine.store.put(kept.model_copy(update=copy))
    assert kept_rows(machine) == 3
    assert not machine.store.has(opened.code)
    opened.open(opened.trainer)  # it is written anew, whole
    assert machine.store.read(opened.code) == opened.kept()
    assert not opened.record.problem
    machine.store.close()
    machine.store = ClassStore(machine.folder / FILE, lambda: time.time() + 31 * day)
    assert kept_rows(machine) == 0


def no_room(store: ClassStore) -> Callable[[], object]:
    """Fill the disk; give what frees it."""
    do = store._connection.execute
    pages = do("PRAGMA page_count").fetchone()[0]
    do(f"PRAGMA max_page_count = {pages}")
    return lambda: do("PRAGMA max_page_count = 1000000")


def no_writing(store: ClassStore) -> Callable[[], object]:
    """Make it read-only; give what ends that."""
    store._connection.execute("PRAGMA query_only = ON")
    return lambda: store._connection.execute("PRAGMA query_only = OFF")


@pytest.mark.parametrize("fail", [no_room, no_writing])
def test_where_nothing_can_be_written_the_class_goes_on_and_is_kept_again_later(
    machine: Machine, opened: Room, fail: Callable
):
    mend = fail(machine.store)
    seats = [opened.join(f"Visitor {number} of many") for number in range(40)]
    opened.open(opened.trainer)
    for seat in seats:
        opened.decide(seat.token, {TRAINING: 10.0, WIP: 6, "icp_project": 1})
    assert opened.record.problem.startswith("This class is not kept: it goes on")
    assert str(machine.folder) in opened.record.problem
    opened.close(opened.trainer)
    assert opened.phase == "closed"
    mend()
    opened.reveal(opened.trainer)
    assert not opened.record.problem
    before = everything(opened)
    machine.restart()
    assert everything(machine.get(opened)) == before


@pytest.mark.skipif(os.name != "posix", reason="a file that is open cannot be taken away")
def test_a_file_that_is_taken_away_is_told(machine: Machine, opened: Room):
    (machine.folder / FILE).unlink()
    opened.join("Ada")
    assert "the file was taken away" in opened.record.problem
    opened.open(opened.trainer)
    assert opened.phase == "deciding"


def change(**values: object) -> Callable[[sqlite3.Connection], object]:
    (name,) = values
    return lambda db: db.execute(f"UPDATE class SET {name} = ?", (values[name],))  # noqa: S608 - names of this file


def question(db: sqlite3.Connection, wrong: str) -> None:
    asked = "'alone', 'bookings', 'direction', 0, 1, 5.0, NULL, NULL"
    db.execute(f"INSERT INTO question SELECT code, 1, {asked} FROM class")  # noqa: S608 - of this file
    db.execute(f"UPDATE question SET {wrong}")  # noqa: S608 - as above


HOSTILE: dict[str, Callable[[sqlite3.Connection], object]] = {
    "scenario": change(scenario="[structure]\nn_reps = -5\n"),
    "no TOML": change(scenario="\x00]["),
    "large": change(scenario="[structure]\nn_reps = 5000\n"),
    "seed": change(seed="-1"),
    "seed of words": change(seed="<script>"),
    "budget": change(budget=-1.0),
    "quarters": change(quarters=10**6),
    "offered": change(offered='["market.demand"]'),
    "offered deep": change(offered="[" * 100_000),
    "rules": change(rules="<b>"),
    "phase": change(phase="<b>"),
    "quarter": change(quarter=4000),
    "clock": lambda db: db.execute("UPDATE pace SET minutes = -1"),
    "clock of words": lambda db: db.execute("UPDATE pace SET ends = '<b>'"),
    "revealed": lambda db: db.execute("UPDATE pace SET revealed = 900"),
    "taken back": lambda db: db.execute("UPDATE pace SET reopened = -1"),
    "late": lambda db: db.execute("INSERT INTO late SELECT token, 9 FROM seat LIMIT 1"),
    "question": lambda db: question(db, "about = 'market'"),
    "question far ahead": lambda db: question(db, "target = 400"),
    "question without a number": lambda db: question(db, "now = 9e999"),
    "question of words": lambda db: question(db, "asked = '<b>'"),
    "prediction": lambda db: [question(db, "target = 1"),
                              db.execute("INSERT INTO guess SELECT class, 1, token, 17.0 FROM seat")],
    "quarter before": change(quarter=-1),
    "gathering in a quarter": change(phase="gathering"),
    "trainer": change(trainer=""),
    "blob": change(scenario=b"\xff\xfe"),
    "name": lambda db: db.execute("UPDATE seat SET name = ?", ("a\u202eb",)),
    "long name": lambda db: db.execute("UPDATE seat SET name = ?", ("x" * 5000,)),
    "same names": lambda db: db.execute("UPDATE seat SET name = 'Ada'"),
    "token": lambda db: db.execute("INSERT INTO seat SELECT 'short', code, 'Cyd' FROM class"),
    "seats": lambda db: [db.execute("INSERT INTO seat SELECT ?, code, ? FROM class", (f"{n:024}", f"V{n}"))
                         for n in range(60)],
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_kept_is_checked_like_what_a_stranger_sends(machine: Machine, opened: Room, what: str):
    opened.join("Ada")
    opened.join("Bob")
    play_on(opened, {WIP: 6})
    machine.store.close()
    with sqlite3.connect(machine.folder / FILE) as db:
        HOSTILE[what](db)
    db.close()
    machine.start()
    with pytest.raises(InputError):
        machine.get(opened)


@pytest.mark.parametrize(
    "options",
    [{WIP: 10**400}, {WIP: -3}, {"market.demand": 1}, {WIP: float("nan")}, {"hire": 10**6}, {TRAINING: 1e300},
     {"icp_project": 5, "hire": 1}],
)  # fmt: skip
def test_a_decision_that_is_not_allowed_stops_its_seat_and_no_other(machine: Machine, opened: Room, options: dict):
    ada, bob = opened.join("Ada"), opened.join("Bob")
    play_on(opened, {WIP: 6})
    opened.open(opened.trainer)
    machine.store.close()
    with sqlite3.connect(machine.folder / FILE) as db:
        db.execute("UPDATE decision SET options = ? WHERE seat = ?", (json.dumps(options), ada.token))
    db.close()
    machine.start()
    again = machine.get(opened)
    assert "What is kept of its quarter 1 is damaged" in again.seats[ada.token].problem
    assert again.seats[bob.token].past == bob.past


def test_a_class_that_is_kept_by_nobody_is_restored_from_what_it_says_of_itself(room: Room):
    room.join("Ada")
    play_on(room, {WIP: 6})
    room.open(room.trainer)
    again = restored(room.kept(), small())
    assert everything(again) == everything(room)


def test_a_file_of_the_version_before_goes_on(machine: Machine, opened: Room):
    opened.join("Ada")
    play_on(opened, {WIP: 6})
    opened.reveal(opened.trainer)
    before = everything(opened)
    machine.store.close()
    with sqlite3.connect(machine.folder / FILE) as db:
        for table in reversed(_SINCE):
            db.execute(f"DROP {'INDEX' if table == 'seat_member' else 'TABLE'} {table}")
        db.execute("PRAGMA user_version = 1")
    db.close()
    machine.start()
    again = machine.get(opened)
    assert everything(again) == before
    again.undo(again.trainer)
    machine.restart()
    assert everything(machine.get(again)) == everything(again)
