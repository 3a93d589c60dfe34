"""A debrief: what decisions bring over lucks, skill told from luck, and the files it leaves as, on the page too."""

import io
import threading
import time

import numpy as np
import pytest
import solara
from openpyxl import load_workbook
from pptx import Presentation
from solara.components.file_download import FileDownloadWidget

from sim.measures.words import MINUS
from sim.scenario.claims import claims
from sim.scenario.errors import InputError
from sim.studies.statistics import mean_interval
from sim.ui.classroom import review as reviews
from sim.ui.classroom.debrief_files import Debrief, DebriefFile
from sim.ui.classroom.debrief_view import ClassDebrief
from sim.ui.classroom.debrief_words import Language, carriers, class_questions, seat_answer, seat_questions
from sim.ui.classroom.findings import ClassFinding, MoveFinding, SeatFinding, find
from sim.ui.classroom.luck import TURN, left_alone, other_seed, start_world
from sim.ui.classroom.replay import Move, play, without
from sim.ui.classroom.review import in_threads
from sim.ui.classroom.room import Room
from sim.ui.classroom.rooms import Rooms
from sim.ui.classroom.terms import ClassTerms

TRAINING, WIP = "training.hours_per_quarter", "operations.wip_limit"
HOSTILE = "<img src=x> $a"


@pytest.fixture
def played(room: Room) -> Room:
    """Two quarters: one seat decides twice, one never, one as the first."""
    ada, same = room.join("Ada"), room.join(HOSTILE)
    room.join("=Idle")
    for values in ({TRAINING: 10.0}, {TRAINING: 10.0, WIP: 6}):
        room.open(room.trainer)
        room.decide(ada.token, values)
        room.decide(same.token, values)
        room.close(room.trainer)
    room.end(room.trainer)
    return room


@pytest.fixture
def reviewed(played: Room) -> Room:
    played.review.prepare(played.played())
    played.review.work()
    return played


def seat_named(room: Room, name: str) -> SeatFinding:
    found = find(room.review, set(room.seats))
    assert found is not None
    return next(seat for seat in found.seats if seat.name == name)


def test_what_decisions_bring_is_the_mean_over_paired_lucks(reviewed: Room):
    ada = next(seat for seat in reviewed.seats.values() if seat.name == "Ada")
    gains = []
    for number in range(4):
        start = start_world(reviewed.terms.scenario, other_seed(3, number))
        alone = left_alone(start.snapshot(), 2)[-1]
        gains.append(play(start, reviewed.menu, ada.taken)[-1] - alone)
    seat = seat_named(reviewed, "Ada")
    assert seat.over.mean == pytest.approx(np.mean(gains))
    assert (seat.over.low, seat.over.high) == pytest.approx((mean_interval(gains).low, mean_interval(gains).high))
    assert seat.better == np.mean(np.array(gains) > 0)
    alone = left_alone(reviewed.start.snapshot(), 2)[-1]
    assert seat.in_run == pytest.approx(ada.past[-1].total - alone)
    assert seat.luck == pytest.approx(seat.in_run - seat.over.mean)
    assert seat.path[-1] == seat.over


def test_a_decision_contributes_what_is_missing_without_it_and_its_interval_is_widened(reviewed: Room):
    ada = next(seat for seat in reviewed.seats.values() if seat.name == "Ada")
    first, second = seat_named(reviewed, "Ada").moves
    assert (first.move.name, second.move.name) == (TRAINING, WIP)
    parts = []
    for number in range(4):
        start = start_world(reviewed.terms.scenario, other_seed(3, number))
        whole = play(start.snapshot(), reviewed.menu, ada.taken)[-1]
        parts.append(whole - play(start, reviewed.menu, without(ada.taken, second.move))[-1])
    assert second.over is not None
    assert second.over.mean == pytest.approx(np.mean(parts), abs=1e-3)
    assert second.over.half_width == pytest.approx(mean_interval(parts, 0.05 / 2).half_width, rel=1e-6)


def test_who_left_the_organization_alone_brings_nothing_with_any_luck(reviewed: Room):
    idle = seat_named(reviewed, "=Idle")
    assert (idle.in_run, idle.over.mean, idle.moves) == (0.0, 0.0, ())


def test_seats_that_decided_the_same_share_their_replays(reviewed: Room):
    assert len(reviewed.review.by_moves) == 2
    assert seat_named(reviewed, "Ada").over == seat_named(reviewed, HOSTILE).over


def test_lucks_of_the_yardstick_are_used_again(played: Room):
    played.yardstick.measure(played.start, played.menu)
    played.review.prepare(played.played())
    assert np.array_equal(played.review.alone_lucks, played.yardstick.seeds[:, :2])


def test_a_debrief_leaves_in_every_form_and_names_stay_text(reviewed: Room):
    debrief = Debrief(reviewed)
    page = debrief.file("html").decode()
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt; $a" in page
    assert Presentation(io.BytesIO(debrief.file("pptx"))).slides[0].shapes
    book = load_workbook(io.BytesIO(debrief.file("xlsx")))
    assert {"seats", "decisions", "lucks", "questions", "claims"} <= set(book.sheetnames)
    names = [cell.value for cell in book["seats"]["A"]]
    assert "=Idle" in names
    assert all(cell.data_type != "f" for cell in book["seats"]["A"])
    assert b'"debrief of a class"' in debrief.file("json")


def test_a_file_is_written_once_and_anew_when_a_seat_was_removed(reviewed: Room):
    debrief, ada = Debrief(reviewed), seat_named(reviewed, "Ada")
    assert debrief.file("json") is debrief.file("json")
    assert DebriefFile(debrief, "html", ada.token) == DebriefFile(debrief, "html", ada.token)
    before = debrief.file("html")
    reviewed.remove(reviewed.trainer, HOSTILE)
    assert b"&lt;img src" in before
    assert b"&lt;img src" not in debrief.file("html")
    assert debrief.analysis(ada.token).question == "What did the decisions of Ada bring?"


def test_a_file_asked_for_as_the_debrief_ends_is_not_lost(reviewed: Room):
    turn = solara.reactive("working")

    @solara.component
    def Drawn() -> None:  # noqa: N802
        reviewed.review.stage = turn.value
        ClassDebrief(reviewed, print, (turn.value,))

    _, page = solara.render(Drawn(), handle_error=False)
    try:
        before = page.find(FileDownloadWidget).widgets
        turn.set("done")
        assert before
        assert page.find(FileDownloadWidget).widgets == before
    finally:
        page.close()


def test_what_is_not_known_yet_is_refused_in_a_sentence(played: Room):
    with pytest.raises(InputError, match="still being made"):
        Debrief(played).analysis()
    played.review.prepare(played.played())
    played.review.work()
    with pytest.raises(InputError, match="not played to the end"):
        Debrief(played).analysis("nobody")


def test_a_class_in_which_nobody_has_played_is_refused_in_a_sentence(room: Room):
    room.join("Ada")
    with pytest.raises(InputError, match="end it first"):
        room.debrief(room.trainer)
    room.end(room.trainer)
    with pytest.raises(InputError, match="nobody has played a quarter in this class, so there is nothing to debrief"):
        room.debrief(room.trainer)
    with pytest.raises(InputError, match="only the trainer"):
        room.debrief("somebody")


def until(true) -> None:
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_class_that_is_over_is_debriefed_by_itself(scenario, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.ui.classroom.luck.Yardstick.begin", lambda *_: None)
    room = Rooms().open(ClassTerms(scenario, 3, 60_000.0, 1))
    seat = room.join("Ada")
    room.open(room.trainer)
    room.decide(seat.token, {WIP: 6})
    room.close(room.trainer)
    assert room.review.stage == "idle"
    room.reveal(room.trainer)
    until(lambda: room.review.stage != "idle")
    room.stop_debrief(room.trainer)
    until(lambda: not room.review.busy)


def test_it_stops_when_asked_and_goes_on_where_it_was(played: Room, monkeypatch: pytest.MonkeyPatch):
    stopped, begun = threading.Event(), []
    monkeypatch.setattr(reviews, "REST", 0.0)

    def begin_world(scenario, seed):
        begun.append(seed)
        if len(begun) == 2 and not stopped.is_set():
            played.stop_debrief(played.trainer)
        return start_world(scenario, seed)

    monkeypatch.setattr(reviews, "start_world", begin_world)
    played.debrief(played.trainer)
    until(lambda: played.review.stage == "stopped")
    assert not played.review.seats_known
    assert len(begun) < 4
    stopped.set()
    known = played.review.gains_known
    played.debrief(played.trainer)
    until(lambda: played.review.stage == "done")
    assert played.review.share == 1.0
    assert all(played.review.complete(seat) for seat in played.review.played)
    assert known < 1.0 == played.review.gains_known


def test_another_class_has_its_turn_between_two_seats(played: Room, monkeypatch: pytest.MonkeyPatch):
    turns: list[str] = []
    take_all_out = reviews.Review._take_all_out

    def taking(*given: object) -> None:
        assert not TURN.acquire(blocking=False)
        turns.append("seat")
        take_all_out(*given)

    monkeypatch.setattr(reviews.Review, "_take_all_out", taking)
    played.review.prepare(played.played())
    with TURN:
        waiting = threading.Thread(target=played.review.work, daemon=True)
        waiting.start()
        time.sleep(0.3)
        assert played.review.stage == "idle"
    waiting.join(60)
    assert turns == ["seat", "seat"]
    assert TURN.acquire(blocking=False)
    TURN.release()


def test_what_is_not_taken_out_yet_is_told_without_its_part(played: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reviews.Review, "_take_all_out", lambda *_: None)
    played.review.prepare(played.played())
    played.review.work()
    analysis = Debrief(played).analysis()
    assert analysis.notes == ["The decisions of 3 seats have not been taken out (yet)."]
    page = analysis.html()
    assert "Training from 6 to 10 h / rep / quarter" in page
    assert "not taken out yet" in page


def test_seats_that_cannot_go_on_are_named_and_left_out(reviewed: Room):
    ada = next(seat for seat in reviewed.seats.values() if seat.name == "Ada")
    ada.problem = "This organization cannot go on."
    assert any("could not go on: Ada." in note for note in Debrief(reviewed).analysis().notes)


def test_what_fails_in_a_thread_is_raised_and_ends_the_others():
    done: list[int] = []

    def work(task: int) -> None:
        if task == 1:
            raise InputError("no")
        done.append(task)

    with pytest.raises(InputError, match="no"):
        in_threads(range(1000), work, threading.Event(), 1)
    assert done == [0]


def finding(quarter: int, in_run: float, *parts: float) -> MoveFinding:
    return MoveFinding(Move(quarter, TRAINING, 10.0, 6.0), in_run, mean_interval(parts))


def seat_of(name: str, in_run: float, gains: tuple[float, ...], *moves: MoveFinding) -> SeatFinding:
    over = mean_interval(gains)
    return SeatFinding(name, name, in_run, in_run, over, 0.5, (0.0, in_run), (over, over), moves, complete=True)


def test_words_tell_skill_from_luck_and_ask_about_what_misled(room: Room):
    say = Language(room.menu, "USD", 4)
    lucky = finding(1, 900_000.0, -100_000.0, 100_000.0, -90_000.0, 90_000.0)
    costly = finding(2, -50_000.0, -40_000.0, -41_000.0, -42_000.0, -43_000.0)
    ada = seat_of("Ada", 500_000.0, (-10_000.0, 10_000.0, 20_000.0, -20_000.0), lucky, costly)
    bob = seat_of("Bob", 90_000.0, (100_000.0, 101_000.0, 102_000.0, 103_000.0), finding(1, -5.0, 1e5, 1.01e5, 1.02e5))
    found = ClassFinding((bob, ada), 1e6, mean_interval([1e6, 2e6]), 4, 0)
    first, luck, best, worst = seat_answer(ada, say)
    assert "cannot be told from zero" in first
    assert luck.startswith(
        "In this run they brought +500 thousand USD: 0.00 USD is what they bring on average, and +500"
    )
    assert best.startswith("Best decision: quarter 1: Training from 6 to 10 h / rep / quarter, 0.00 USD")
    assert "which cannot be told from zero; in this run +900 thousand USD" in best
    assert f"{MINUS}41.5 thousand USD" in worst
    asked = [question.text for question in seat_questions(ada, found, say)]
    assert any("looked good in this run and cannot be told from zero over 4 lucks" in text for text in asked)
    assert any("costs up to the end of the class. Would it have paid with more quarters?" in text for text in asked)
    asked = [question.text for question in class_questions(found, say)]
    assert asked[0] == "Ada stands first, and over 4 lucks Bob does. Whom would you promote?"
    assert any("looked bad in this run and pays over 4 lucks" in text for text in asked)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((0.0, 0.0, 0.0), "did nothing within the class"),
        ((-1.0, 1.0, 0.5), "cannot be told from zero"),
        ((1.0, 1.1, 1.2), "brings"),
        ((-1.0, -1.1, -1.2), "costs"),
    ],
)
def test_a_decision_is_judged_by_its_interval(room: Room, parts: tuple[float, ...], said: str):
    assert Language(room.menu, "USD", 3).verdict(finding(1, 0.0, *parts)) == said


def test_claims_are_those_of_the_scenario_and_of_lessons_that_move_what_was_decided():
    found = carriers([WIP], ["F1", "no claim"])
    assert found[0] == ("this scenario", [], ["F1"])
    lean = next(entry for entry in found if "lesson" in entry[0] and "L-a" in entry[2])
    assert lean[1] == ["WIP limit"]
    assert {claim for _, _, ids in found for claim in ids} <= set(claims())
    assert carriers(["hire"], []) == [] or all(options for _, options, _ in carriers(["hire"], []))
