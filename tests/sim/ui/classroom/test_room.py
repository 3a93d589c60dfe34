"""A class without a page: quarters, decisions, isolation, late joiners, the leaderboard, and who may do what."""

import itertools
import math
import threading
import time

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.classroom import words
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.results import what_happened
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.seats import clean_name
from sim.ui.classroom.terms import MOST_SEATS, ClassTerms
from sim.ui.server.codes import LETTERS

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"


def play(room: Room, decisions: dict[str, dict] | None = None) -> None:
    room.open(room.trainer)
    for token, values in (decisions or {}).items():
        room.decide(token, values)
    room.close(room.trainer)


def test_a_class_is_played_from_gathering_to_the_end(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    assert (room.phase, room.board(), room.luck()) == ("gathering", [], None)
    for quarter in range(1, 5):
        play(room, {ada.token: {WIP: 6}})
        assert (room.phase, room.quarter, room.shown) == ("closed", quarter, False)
        room.reveal(room.trainer)
        assert room.shown
    assert room.phase == "over"
    assert [result.quarter for result in ada.past] == [0, 1, 2, 3, 4]
    assert ada.past[-1].total == pytest.approx(sum(result.net for result in ada.past[1:]))
    assert ada.past[-1].total != bob.past[-1].total
    board = room.board()
    assert [standing.rank for standing in board] == [1, 2]
    assert board[0].total > board[1].total
    with pytest.raises(InputError, match="over"):
        room.open(room.trainer)
    with pytest.raises(InputError, match="over"):
        room.join("Cyd")


def test_the_same_decisions_bring_the_same_and_nobody_moves_another(room: Room):
    ada, bob, cyd = (room.join(name) for name in ("Ada", "Bob", "Cyd"))
    same = {TRAINING: 10.0, WIP: 8}
    play(room, {ada.token: same, bob.token: same})
    assert ada.past[-1] == bob.past[-1]
    assert cyd.past[-1] != bob.past[-1]
    assert [standing.rank for standing in room.board()] in ([1, 1, 3], [1, 2, 2])
    alone = room.start.snapshot()
    alone.advance(13)
    net = alone.state.weekly["net_contribution"][alone.burn_in + 1 : alone.burn_in + 14].sum()
    assert cyd.past[-1].net == pytest.approx(net)


def test_not_deciding_keeps_the_last_decision_but_not_what_is_done_once(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    play(room, {ada.token: {TRAINING: 10.0, "icp_project": 1}, bob.token: {TRAINING: 10.0, "icp_project": 1}})
    assert not ada.decided
    play(room, {bob.token: {TRAINING: 10.0, "icp_project": 0}})
    assert ada.decision.values == {TRAINING: 10.0}
    assert ada.past[-1] == bob.past[-1]


def test_a_late_joiner_gets_an_organization_left_alone_until_now(room: Room):
    early = room.join("Early")
    play(room)
    play(room)
    late = room.join("Late")
    assert late.past == early.past
    room.open(room.trainer)
    later = room.join("Later")
    assert len(later.past) == 3
    room.close(room.trainer)
    assert later.past == early.past


def test_over_the_budget_is_refused_and_what_was_decided_stands(room: Room):
    seat = room.join("Ada")
    with pytest.raises(InputError, match="no quarter is open"):
        room.decide(seat.token, {})
    room.open(room.trainer)
    room.decide(seat.token, {TRAINING: 10.0})
    with pytest.raises(InputError, match="more than the budget"):
        room.decide(seat.token, {TRAINING: room.menu.options[TRAINING].values[-1], "icp_project": 5})
    assert seat.decision.values == {TRAINING: 10.0}
    with pytest.raises(InputError, match="does not exist"):
        room.decide("somebody", {})


def test_seats_that_were_hired_are_paid_in_later_quarters(room: Room):
    seat = room.join("Ada")
    room.menu.budget = 1e6
    play(room, {seat.token: {"hire": 1}})
    assert seat.opened == 1
    room.open(room.trainer)
    assert room.menu.cost(seat.decision, seat.opened) > 30_000


def test_only_the_trainer_leads(room: Room):
    seat = room.join("Ada")
    for action in (room.open, room.close, room.reveal, room.end):
        with pytest.raises(InputError, match="only the trainer"):
            action(seat.token)
    with pytest.raises(InputError, match="only the trainer"):
        room.remove(seat.token, "Ada")
    with pytest.raises(InputError, match="no quarter is open"):
        room.close(room.trainer)
    with pytest.raises(InputError, match="close a quarter first"):
        room.reveal(room.trainer)
    room.open(room.trainer)
    with pytest.raises(InputError, match="open already"):
        room.open(room.trainer)
    room.remove(room.trainer, "Ada")
    assert not room.seats
    with pytest.raises(InputError, match="nobody in this class"):
        room.remove(room.trainer, "Ada")
    room.end(room.trainer)
    assert (room.phase, room.closed, room.board()) == ("over", 0, [])


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 25, "x" * 5000, "a\x00b", "a\u202eb", "a\u200bb", "e\u0301\u0320", None, 3]
)
def test_hostile_names_are_refused(room: Room, name: object):
    with pytest.raises(InputError):
        room.join(name)


def test_names_are_cleaned_and_taken_once(room: Room):
    assert clean_name("  Ada \n  L. ") == "Ada L."
    assert clean_name("<b>Zoë</b> 李") == "<b>Zoë</b> 李"
    room.join("Ada")
    with pytest.raises(InputError, match="taken"):
        room.join(" ADA ")


def test_a_class_has_an_end_of_seats(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.ui.classroom.gathering.MOST_SEATS", 2)
    room.join("A")
    room.join("B")
    with pytest.raises(InputError, match="full"):
        room.join("C")
    assert MOST_SEATS >= 30


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quarters": 0}, "quarters"),
        ({"budget": -1.0}, "budget"),
        ({"budget": math.nan}, "budget"),
        ({"seed": -1}, "seed"),
    ],
)
def test_terms_are_checked(scenario: Scenario, changed: dict, said: str):
    terms = {"scenario": scenario, "seed": 1, "budget": 1e5, "quarters": 4} | changed
    with pytest.raises(InputError, match=said):
        Room("X", ClassTerms(**terms))
    with pytest.raises(InputError, match="up to 120 reps"):
        Room("X", ClassTerms(scenario.override({"structure.n_reps": 200}), 1, 1e5, 4))


def test_a_seat_that_fails_stops_no_other(room: Room, monkeypatch: pytest.MonkeyPatch):
    ada, bob = room.join("Ada"), room.join("Bob")

    def fail(weeks: int) -> None:
        raise ZeroDivisionError(f"no hours in {weeks}")

    monkeypatch.setattr(ada.world, "advance", fail)
    play(room)
    assert ada.problem.endswith("ZeroDivisionError: no hours in 13")
    assert len(bob.past) == 2
    assert [standing.name for standing in room.board()] == ["Bob", "Ada"]
    play(room)
    assert words.board(room)["rows"][1]["problem"] == ada.problem


def test_skill_and_luck_are_told_apart(room: Room):
    seat = room.join("Ada")
    play(room)
    assert "being measured" in words.board(room)["luck"]
    room.yardstick.measure(room.start, room.menu)
    (standing,) = room.board()
    assert standing.gain == pytest.approx(0.0, abs=1e-6)
    assert standing.skill is not None
    assert standing.skill.of == 6
    luck = room.luck()
    assert luck is not None
    assert luck.of == 4
    shown = words.board(room, seat.token)
    assert shown["rows"][0]["own"]
    assert "of 4 other seeds bring" in shown["luck"]
    assert seat.token not in str(shown)


def test_what_happened_is_told_in_words(room: Room):
    seat = room.join("Ada")
    play(room, {seat.token: {TRAINING: 20.0, WIP: 0}})
    said = what_happened(seat.past[1], seat.past[0])
    assert 2 <= len(said) <= 4
    assert said[0].startswith("Bookings were")
    assert all(sentence.endswith(".") for sentence in said)
    assert words.results(room, seat)["decided"] == "Training 20, WIP limit 0"


def test_results_are_a_table_no_spreadsheet_takes_for_a_formula(room: Room):
    room.join("=1+2")
    play(room)
    play(room)
    lines = words.table(room).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("rank,name,character,quarter,bookings")
    assert lines[1].startswith("1,'=1+2,,1,")


def test_waiting_ends_when_something_changes(room: Room):
    heard: list[float] = []

    def listen() -> None:
        began = time.monotonic()
        room.wait(20.0, turns=room.turns)
        heard.append(time.monotonic() - began)

    thread = threading.Thread(target=listen)
    thread.start()
    time.sleep(0.1)
    room.join("Ada")  # is no turn
    room.open(room.trainer)
    thread.join(10)
    assert heard
    assert heard[0] < 5


def test_thirty_seats_play_a_quarter_within_two_seconds():
    room = Room("X", ClassTerms(Scenario.load("baseline"), 1, 150_000.0, 4), Yardstick.empty(4, 1, 1))
    tokens = [room.join(f"Visitor {number}").token for number in range(30)]
    room.open(room.trainer)
    for number, token in enumerate(tokens):
        room.decide(token, {TRAINING: float(number), WIP: 5 + number})
    began = time.monotonic()
    room.close(room.trainer)
    assert time.monotonic() - began < 2.0
    assert len({seat.past[-1].total for seat in room.seats.values()}) == 30
    assert np.all([not seat.problem for seat in room.seats.values()])


def test_rooms_are_found_bounded_and_forgotten(scenario: Scenario):
    now = [0.0]
    rooms = Rooms(most=2, idle=100.0, now=lambda: now[0])
    terms = ClassTerms(scenario, 3, 60_000.0, 2)

    def opened() -> Room:
        return rooms.open(terms, Yardstick.empty(2, 1, 1))

    first, second = opened(), opened()
    assert set(first.code) <= set(LETTERS)
    assert first.code != second.code
    assert first.trainer != second.trainer
    assert rooms.get(f" {first.code.lower()} ") is first
    rooms.get(second.code)
    with pytest.raises(InputError, match="2 classes are open"):
        opened()
    first.end(first.trainer)
    rooms.get(first.code)
    third = opened()
    with pytest.raises(InputError, match="There is no class"):
        rooms.get(first.code)
    now[0] = 50.0
    rooms.get(third.code)
    third.touched = 50.0
    now[0] = 120.0
    assert rooms.get(third.code) is third
    with pytest.raises(InputError, match="There is no class"):
        rooms.get(second.code)
    with pytest.raises(InputError, match="There is no class SCRIPTSCRIPT here"):
        rooms.get("<script>" * 100)


def test_a_leaderboard_is_not_refused_for_what_becomes_known_in_between(room: Room, monkeypatch: pytest.MonkeyPatch):
    looks = itertools.count()
    monkeypatch.setattr(room.yardstick, "known", lambda _: 0.01 * next(looks))
    room.join("Ada")
    for _ in range(2):
        room.open(room.trainer)
        room.close(room.trainer)
        room.reveal(room.trainer)
    assert room.phase == "revealed"
