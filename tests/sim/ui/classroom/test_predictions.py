"""Predictions of a class: asked by the trainer, answered by everybody, shown together, and decided by the run."""

import csv
import math

import pytest
import solara

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.scenario.errors import InputError
from sim.ui.classroom import trainer, visitor
from sim.ui.classroom.predictions import ask, measured, predict, predictions_csv, reveal, withdraw
from sim.ui.classroom.projector import OnWall
from sim.ui.classroom.questions import ClassQuestion, question_text
from sim.ui.classroom.room import Room
from tests.sim.ui.classroom.drawn import labels, part_of, press, wait
from tests.sim.ui.views import drawn_by


def asked(room: Room, about: str = "alone", form: str = "direction", quarters: int = 2, measure: str = "bookings"):
    ask(room, room.trainer, about=about, measure=measure, quarters=quarters, form=form)
    return room.questions[-1]


def play(room: Room) -> None:
    room.open(room.trainer)
    room.close(room.trainer)


def test_the_run_left_alone_says_what_came_true(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    question = asked(room)
    predict(room, ada.token, 1)
    predict(room, ada.token, -1)
    predict(room, bob.token, 0)
    assert question.guesses == {ada.token: -1.0, bob.token: 0.0}
    reveal(room, room.trainer)
    alone = room.start.snapshot()
    alone.advance(2 * WEEKS_PER_QUARTER)
    whole = alone.weekly(-alone.burn_in)["bookings"]
    assert question.truth == pytest.approx(float(whole[-WEEKS_PER_QUARTER:].sum()))
    assert question.now == pytest.approx(float(whole[: alone.burn_in][-WEEKS_PER_QUARTER:].sum()))
    assert [bar["count"] for bar in question.bars("USD")] == [1, 1, 0]
    assert [bar["true"] for bar in question.bars("USD")].count(True) == 1
    with pytest.raises(InputError, match="no question is open"):
        predict(room, ada.token, 1)


@pytest.mark.parametrize(
    ("measure", "now", "truth", "answer"),
    [("bookings", 100.0, 102.0, 0), ("bookings", 100.0, 102.1, 1), ("bookings", 100.0, 97.9, -1),
     ("trust", 0.5, 0.52, 0), ("trust", 0.5, 0.55, 1), ("net", -100.0, -103.0, -1), ("net", 100.0, None, None)],
)  # fmt: skip
def test_a_change_within_two_in_a_hundred_is_none(measure: str, now: float, truth: float | None, answer: int | None):
    assert ClassQuestion("alone", measure, "direction", 0, 1, now, truth).answer == answer


def test_about_the_class_is_revealed_when_its_quarter_was_played(room: Room):
    ada, bob = room.join("Ada"), room.join("Bob")
    question = asked(room, "class", "number", 1)
    predict(room, ada.token, 2.5e6)
    with pytest.raises(InputError, match="quarter 1 of the class, which has not been played"):
        reveal(room, room.trainer)
    play(room)
    reveal(room, room.trainer)
    assert question.truth == (ada.past[1].bookings + bob.past[1].bookings) / 2
    assert room.question is question
    room.open(room.trainer)
    assert room.question is None


def test_a_histogram_of_numbers_has_eight_bars_and_marks_what_came_true():
    question = ClassQuestion("alone", "bookings", "number", 0, 1, 5e6)
    assert question.bars("EUR") == []
    question.guesses = {"a": 4e6}
    assert question.bars("EUR") == [{"label": "4", "count": 1, "true": False}]
    question.guesses |= {"b": 12e6, "c": 12e6, "d": 5.5e6}
    question.truth = 7e6
    bars = question.bars("EUR")
    assert [bar["count"] for bar in bars] == [1, 1, 0, 0, 0, 0, 0, 2]
    assert [bar["label"] for bar in bars if bar["true"]] == ["7 to 8"]
    question.truth = 12e6
    assert question.bars("EUR")[-1]["true"]


def test_a_question_is_a_sentence_with_what_is_now():
    trust = ClassQuestion("class", "trust", "direction", 1, 2, 0.58)
    assert question_text(trust, "EUR") == (
        "Reps' trust of the median organization of this class in quarter 2, one quarter from now: lower, about the "
        "same (within 2 points), or higher than now (58.0%)?"
    )
    bookings = ClassQuestion("alone", "bookings", "number", 0, 4, 7.41e6)
    assert question_text(bookings, "EUR").endswith("a year from now: how much? Now it is 7.41 million EUR / quarter.")
    assert bookings.scale("EUR") == (1e6, "million EUR / quarter")


def test_what_is_hostile_is_refused(room: Room):
    seat = room.join("Ada")
    for wrong in ({"about": "market"}, {"measure": "wheel"}, {"form": "<b>"}, {"quarters": 0}, {"quarters": 5},
                  {"quarters": -1}):  # fmt: skip
        with pytest.raises(InputError):
            asked(room, **wrong)
    with pytest.raises(InputError, match="only the trainer"):
        ask(room, seat.token, about="alone", measure="bookings", quarters=1, form="number")
    with pytest.raises(InputError, match="no question is open"):
        withdraw(room, room.trainer)
    question = asked(room)
    for value in (2, 0.5, "1", True, None, math.nan, [1]):
        with pytest.raises(InputError, match="predict lower"):
            predict(room, seat.token, value)
    with pytest.raises(InputError, match="a question is open already"):
        asked(room)
    with pytest.raises(InputError, match="does not exist"):
        predict(room, "somebody", 1)
    with pytest.raises(InputError, match="only the trainer"):
        withdraw(room, seat.token)
    predict(room, seat.token, 1)
    room.remove(room.trainer, "Ada")
    assert not question.guesses
    withdraw(room, room.trainer)
    with pytest.raises(InputError, match="nobody has joined yet"):
        asked(room, "class")
    seat = room.join("Bob")
    asked(room, form="number")
    for value in (math.inf, 1e13, "7", True, {}):
        with pytest.raises(InputError, match="predict a number"):
            predict(room, seat.token, value)


def test_nothing_is_asked_beyond_the_end(room: Room):
    room.join("Ada")
    for _ in range(3):
        play(room)
    with pytest.raises(InputError, match="over after quarter 4"):
        asked(room, "class", quarters=2)
    with pytest.raises(InputError, match="does not run as long"):
        asked(room, "alone", quarters=2)
    assert measured(room, "class", "bookings", 3) > 0


def test_predictions_leave_without_names_but_with_one_sign_a_participant(room: Room):
    ada, bob = room.join("Ada"), room.join("=Bob")
    for _ in range(2):
        asked(room, quarters=1)
        predict(room, bob.token, -1)
        predict(room, ada.token, 1)
        reveal(room, room.trainer)
    asked(room, form="number", measure="trust")
    predict(room, ada.token, 0.4)
    text = predictions_csv(room)
    assert not {"Ada", "Bob", ada.token, bob.token, room.trainer} & set(text.replace(",", " ").split())
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["question"] for row in rows] == ["1", "1", "2", "2", "3"]
    assert rows[0]["participant"] == rows[2]["participant"] != rows[1]["participant"] == rows[4]["participant"]
    assert {row["right"] for row in rows[:4]} <= {"yes", "no"}
    assert (rows[4]["prediction"], rows[4]["measured"], rows[4]["right"]) == ("0.4", "", "")


def test_phones_answer_and_the_histogram_grows_on_the_wall_until_it_is_revealed(room: Room):
    seat = room.join("Ada")
    room.join("Bob")
    _, page = solara.render(visitor.AtRoom(room), handle_error=False)
    part_of(page, "Keep").vue_act({"found": seat.token})
    _, lead = solara.render(trainer.Led(room, room.trainer, lambda: None), handle_error=False)
    _, wall = solara.render(OnWall(room), handle_error=False)
    press(lead, "Ask everybody")
    wait(lambda: drawn_by(page, "Asked.vue"))
    question = part_of(page, "Asked")
    assert question.options == ["Lower", "About the same", "Higher"]
    assert not drawn_by(page, "Histogram.vue")
    question.vue_guess(2)
    wait(lambda: part_of(page, "Asked").chosen == 2)
    for each in (lead, wall):
        wait(lambda each=each: part_of(each, "Histogram").shown.value["answered"] == "Answered: 1 of 2.")
        assert [bar["count"] for bar in part_of(each, "Histogram").shown.value["bars"]] == [0, 0, 1]
        assert part_of(each, "Histogram").shown.value["told"] == ""
    for wrong in (7, "2", None, {}):
        part_of(page, "Asked").vue_guess(wrong)
    assert room.questions[-1].guesses == {seat.token: 1.0}
    press(lead, "Reveal what came true")
    for each in (page, lead, wall):
        wait(lambda each=each: part_of(each, "Histogram").shown.value["told"].startswith("Measured: "))
    assert part_of(page, "Asked").answer in (0, 1, 2)
    wait(lambda: "Predictions (CSV)" in labels(lead))
    press(lead, "Open quarter 1")
    wait(lambda: not drawn_by(page, "Asked.vue"))
    for each in (page, lead, wall):
        each.close()
