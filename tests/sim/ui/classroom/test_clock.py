"""The clock closes a quarter by itself; it is held, given more and restored; a quarter is taken back; who is late."""

import math

import ipyvuetify
import pytest
import solara

from sim.scenario.errors import InputError
from sim.ui.classroom import trainer, visitor, words
from sim.ui.classroom.clock import QuarterClock
from sim.ui.classroom.luck import Yardstick
from sim.ui.classroom.pace import give_minutes, move_clock, pace_shown
from sim.ui.classroom.restoring import restored
from sim.ui.classroom.room import Room
from tests.sim.ui.classroom.drawn import labels, part_of, press, texts, wait
from tests.sim.ui.views import drawn_by

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"


class Wall:
    """A clock on the wall that is moved by hand."""

    def __init__(self) -> None:
        self.now, self.struck = 1000.0, []
        self.clock = QuarterClock(self.struck.append, lambda: self.now)


def test_the_clock_is_held_goes_on_and_is_given_a_minute():
    wall = Wall()
    clock = wall.clock
    clock.start()
    assert clock.left is None
    clock.set(2)
    clock.start()
    wall.now += 30.0
    assert (clock.left, clock.ends) == (90.0, 1120.0)
    clock.hold()
    wall.now += 500.0
    assert (clock.left, clock.ends) == (90.0, None)
    clock.add()
    clock.resume()
    assert (clock.left, clock.held) == (150.0, None)
    wall.now += 1000.0
    assert clock.left == 0.0
    clock.stop()
    assert clock.left is None


def test_the_clock_refuses_what_it_cannot_do():
    clock = Wall().clock
    for wrong in (-1, 181, math.nan, math.inf, "5", True, None, "<b>"):
        with pytest.raises(InputError, match="it must be 0, for no clock, to 180"):
            clock.set(wrong)
    for move, why in ((clock.hold, "no clock runs"), (clock.resume, "not held"), (clock.add, "has no clock")):
        with pytest.raises(InputError, match=why):
            move()
    clock.set(180)
    clock.start()
    with pytest.raises(InputError, match="at most 180 minutes"):
        clock.add()
    clock.stop()


def test_a_clock_that_ran_out_while_nobody_could_decide_waits_with_a_minute():
    wall = Wall()
    wall.clock.restore(5.0, 1200.0, None)
    assert (wall.clock.ends, wall.clock.held) == (1200.0, None)
    wall.clock.restore(5.0, 400.0, None)
    assert (wall.clock.ends, wall.clock.held) == (None, 60.0)
    wall.clock.restore(5.0, None, 12.5)
    assert wall.clock.left == 12.5
    for ends, held in ((math.nan, None), (-1.0, None), (None, -1.0), (None, 1e9)):
        with pytest.raises(InputError, match="damaged"):
            wall.clock.restore(5.0, ends, held)


def test_at_zero_the_quarter_closes_as_if_the_trainer_had_closed_it(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    give_minutes(room, room.trainer, 0.005)
    room.open(room.trainer)
    room.decide(ada.token, {WIP: 6})
    wait(lambda: room.phase == "closed")
    by_hand = restored(room.kept(), Yardstick.empty(4, 2, 2))
    by_hand.undo(by_hand.trainer)
    by_hand.close(by_hand.trainer)
    assert [seat.past for seat in by_hand.seats.values()] == [ada.past, bob.past]
    assert room.clock.left is None
    room.open(room.trainer)
    wait(lambda: room.phase == "closed" and room.quarter == 2)


def test_a_moment_that_was_changed_closes_nothing(room: Room):
    room.join("Ada")
    give_minutes(room, room.trainer, 5)
    room.open(room.trainer)
    ends = room.clock.ends
    assert ends is not None
    move_clock(room, "add", room.trainer)
    room._time_up(ends)
    assert room.phase == "deciding"
    room._time_up(room.clock.ends or 0.0)
    assert room.phase == "closed"
    room._time_up(ends)
    assert room.quarter == 1


def test_only_the_trainer_has_a_hand_on_the_clock_and_takes_quarters_back(room: Room):
    seat = room.join("Ada")
    give_minutes(room, room.trainer, 5)
    room.open(room.trainer)
    for act in (lambda: give_minutes(room, seat.token, 0), lambda: move_clock(room, "hold", seat.token),
                lambda: room.undo(seat.token)):  # fmt: skip
        with pytest.raises(InputError, match="only the trainer"):
            act()
    with pytest.raises(InputError, match="no quarter has been played"):
        room.undo(room.trainer)
    room.clock.stop()


def test_a_quarter_that_is_taken_back_is_open_again_with_its_decisions(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    for values in ({WIP: 6}, {WIP: 9, TRAINING: 10.0}):
        room.open(room.trainer)
        room.decide(ada.token, values)
        room.close(room.trainer)
    room.reveal(room.trainer)
    first, played = ada.past[:2], list(ada.past)
    room.open(room.trainer)
    room.decide(ada.token, {WIP: 2})
    room.undo(room.trainer)
    assert (room.phase, room.quarter, room.reopened, room.revealed) == ("deciding", 2, 2, 1)
    again = room.seats[ada.token]
    assert (again.past, again.decision.values, again.decided) == (first, {WIP: 9, TRAINING: 10.0}, True)
    assert not room.seats[bob.token].decided
    assert "has taken quarter 2 back" in words.what_now(room, again)
    room.close(room.trainer)
    assert room.seats[ada.token].past == played
    assert room.reopened == 0
    room.undo(room.trainer)
    room.decide(ada.token, {WIP: 3})
    room.close(room.trainer)
    assert room.seats[ada.token].past != played
    assert room.seats[ada.token].past[:2] == first


def test_a_class_that_is_over_goes_on_when_its_last_quarter_is_taken_back(room: Room):
    seat = room.join("Ada")
    for _ in range(4):
        room.open(room.trainer)
        room.close(room.trainer)
    room.reveal(room.trainer)
    room.debrief(room.trainer)
    old = room.review
    room.undo(room.trainer)
    assert (room.phase, room.quarter, room.review.stage) == ("deciding", 4, "idle")
    assert room.review is not old
    assert old._stop.is_set()
    room.close(room.trainer)
    room.reveal(room.trainer)
    assert room.phase == "over"
    assert len(room.seats[seat.token].past) == 5


def test_who_is_late_is_told_the_rule(room: Room):
    early = room.join("Early")
    assert visitor.welcome(room) == visitor.WELCOME
    for _ in range(2):
        room.open(room.trainer)
        room.close(room.trainer)
    assert "2 quarters have been played: your organization was left alone in what is past" in visitor.welcome(room)
    late = room.join("Late")
    assert words.results(room, early)["late"] == ""
    assert words.results(room, late)["late"].startswith("You joined after quarters 1 to 2 had been played: your org")
    room.reveal(room.trainer)
    shown = words.board(room) or {}
    assert {row["name"]: row["late"] for row in shown["rows"]} == {"Early": "", "Late": "from quarter 3 on"}


def test_every_seat_and_the_trainer_see_the_clock_and_who_has_decided(room: Room):
    seat = room.join("Ada")
    room.join("Bob")
    _, page = solara.render(visitor.AtRoom(room), handle_error=False)
    part_of(page, "Keep").vue_act({"found": seat.token})
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    assert "Hold the clock" not in labels(lead)
    give_minutes(room, room.trainer, 5)
    press(lead, "Open quarter 1")
    for each in (page, lead):
        wait(lambda each=each: part_of(each, "Clock").shown.value["decided"] == "Decided 0 of 2")
        assert 290 < part_of(each, "Clock").shown.value["left"] <= 300
    room.decide(seat.token, {WIP: 6})
    for each in (page, lead):
        wait(lambda each=each: part_of(each, "Clock").shown.value["decided"] == "Decided 1 of 2")
    press(lead, "Hold the clock")
    wait(lambda: part_of(page, "Clock").shown.value["running"] is False)
    press(lead, "Add a minute")
    wait(lambda: part_of(page, "Clock").shown.value["left"] > 350)
    press(lead, "Let it run")
    wait(lambda: part_of(page, "Clock").shown.value["running"])
    press(lead, "Close the quarter")
    for each in (page, lead):
        wait(lambda each=each: part_of(each, "Clock").shown.value == {"left": None, "running": False, "decided": ""})
    press(lead, "Take quarter 1 back")
    wait(lambda: drawn_by(page, "Deciding.vue"))
    wait(lambda: "has taken quarter 1 back" in texts(page))
    assert pace_shown(room)["left"] == 300.0
    for each in (page, lead):
        each.close()


def test_the_clock_is_set_without_switching_a_button_off_in_between(room: Room):
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    (button,) = [one for one in lead.find(ipyvuetify.Btn).widgets if "Open quarter 1" in one.children]
    seen: list[bool] = []
    button.observe(lambda change: seen.append(change["new"]), "disabled")
    (menu,) = [one for one in drawn_by(lead, "Menu.vue") if one.label == "Time for a quarter"]
    menu.vue_settle("10")
    assert room.clock.minutes == 10.0
    wait(lambda: menu.value == "10")
    assert seen == [], "who presses just then would press a button that hears nothing"
    lead.close()
