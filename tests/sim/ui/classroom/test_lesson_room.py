"""A lesson for a class: phones predict while a question is open, what comes of it is counted, kept and taken home."""

import csv
from pathlib import Path
from types import SimpleNamespace

import ipyvuetify
import pytest
import solara

from sim.questions.lesson.reading import FOLDER, Lesson, lesson_of, read_lesson
from sim.scenario.errors import InputError
from sim.ui.classroom import projector, visitor
from sim.ui.classroom.lesson_room import LessonRoom, lesson_restored
from sim.ui.classroom.lesson_seat import AtLesson, own_text, room_text
from sim.ui.classroom.predictions import predict, predictions_csv
from sim.ui.classroom.rooms import DELETED, Rooms
from sim.ui.classroom.store import ClassStore
from sim.ui.lessons import audience
from sim.ui.lessons.answers import PredictionAnswer
from sim.ui.lessons.audience import Audience, Lobby, RoomAnswers, RoomScore, RoomSentence, follow, of_room
from sim.ui.lessons.closing import moments
from sim.ui.lessons.course import LessonCourse
from sim.ui.lessons.playback import LessonPlayback, scene_of
from sim.ui.lessons.shelf import lesson_named
from tests.sim.ui.classroom.drawn import labels, part_of, press, texts, wait
from tests.sim.ui.lessons.test_course import SMALL
from tests.sim.ui.views import drawn_by

MORE = PredictionAnswer(1, 4.2, "+4.2 %")


@pytest.fixture
def room() -> LessonRoom:
    return LessonRoom("ABCDEF", lesson_of(SMALL, "small.toml", Path()))


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A server with one lesson of one's own, which keeps classes."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "small.toml").write_text(SMALL)
    monkeypatch.setenv(FOLDER, str(tmp_path / "own"))
    store = ClassStore.in_folder(tmp_path)
    yield Rooms(store=lambda: store)
    store.close()


def own_lesson() -> Lesson:
    return lesson_named("own/small")


def test_a_question_is_open_from_its_chapter_until_it_is_played(room: LessonRoom):
    ada = room.join("Ada")
    lead = room.trainer
    for chapter, begun in ((0, False), (1, False), (2, True)):
        if chapter:
            room.stand(lead, chapter, begun=begun)
        with pytest.raises(InputError, match="no question is open"):
            predict(room, ada.token, 1)
    room.stand(lead, 2, begun=False)
    predict(room, ada.token, 0)
    predict(room, ada.token, 1)
    assert room.question is not None
    assert room.question.guesses == {ada.token: 1.0}
    room.stand(lead, 2, begun=True)
    assert room.watching
    room.reveal(lead, 2, MORE)
    assert (room.phase, room.question.told, room.question.measured) == ("revealed", True, "+4.2 %")
    room.stand(lead, 2, begun=False)
    with pytest.raises(InputError, match="no question is open"):
        predict(room, ada.token, 0)
    room.stand(lead, 3, begun=False, over=True)
    assert room.question is None
    with pytest.raises(InputError, match="this lesson is over"):
        room.join("Bob")


@pytest.mark.parametrize(
    ("chapter", "value"),
    [(2, -1), (2, 2), (2, 0.5), (2, True), (2, "1"), (2, None), (2, [1]), (2, float("nan")), (2, {}),
     (3, 101), (3, -101), (3, float("inf")), (3, "5"), (3, True)],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_nothing_is_kept(room: LessonRoom, chapter: int, value: object):
    ada = room.join("Ada")
    room.stand(room.trainer, chapter, begun=False)
    with pytest.raises(InputError, match=r"predict (one of the options|a number from -100 to 100)"):
        predict(room, ada.token, value)
    assert all(not one.guesses for one in room.questions)


def test_nobody_leads_or_takes_part_without_a_token(room: LessonRoom):
    with pytest.raises(InputError, match="only the trainer"):
        room.stand("guessed", 2, begun=False)
    with pytest.raises(InputError, match="only the trainer"):
        room.reveal("guessed", 2, MORE)
    with pytest.raises(InputError, match="no chapter 4"):
        room.stand(room.trainer, 4, begun=False)
    with pytest.raises(InputError, match="nothing is asked in chapter 1"):
        room.reveal(room.trainer, 1, MORE)
    room.stand(room.trainer, 2, begun=False)
    with pytest.raises(InputError, match="seat does not exist"):
        predict(room, "guessed", 1)
    room.join("Ada")
    with pytest.raises(InputError, match="name ada is taken"):
        room.join("ada")
    with pytest.raises(InputError, match="1 to 24 characters"):
        room.join(None)


def played(room: LessonRoom) -> tuple[str, str]:
    """Two people, two questions: Ada is right twice, Bob never."""
    ada, bob = room.join("Ada"), room.join("Bob")
    room.stand(room.trainer, 2, begun=False)
    predict(room, ada.token, 1)
    predict(room, bob.token, 0)
    room.reveal(room.trainer, 2, MORE)
    room.stand(room.trainer, 3, begun=False)
    predict(room, ada.token, 20.0)
    predict(room, bob.token, 40.0)
    room.reveal(room.trainer, 3, PredictionAnswer(None, 5.0, "+5 %"))
    return ada.token, bob.token


def test_the_score_counts_options_and_numbers_within_a_tenth_of_the_range(room: LessonRoom):
    ada, bob = played(room)
    assert (room.score(ada), room.score(bob)) == ((2, 2), (0, 2))
    assert room.scores() == [("Ada", 2, 2), ("Bob", 0, 2)]
    assert own_text(room, ada) == "Yours: 2 of 2 predictions came true (100%)."
    assert room_text(room) == "The room: 2 of 4 predictions came true (50%)."


def test_what_could_not_be_measured_counts_for_nobody(room: LessonRoom):
    ada = room.join("Ada")
    room.stand(room.trainer, 2, begun=False)
    predict(room, ada.token, 1)
    room.reveal(room.trainer, 2, PredictionAnswer(None, None, "not measurable in this run"))
    assert room.score(ada.token) == (0, 0)
    assert room.questions[0].histogram("EUR")["told"] == "Measured: not measurable in this run."
    assert not any(bar["true"] for bar in room.questions[0].histogram("EUR")["bars"])


def test_predictions_leave_without_names_and_with_one_sign_for_each(room: LessonRoom):
    ada, bob = played(room)
    text = predictions_csv(room)
    rows = [*csv.DictReader(text.splitlines())]
    assert [row["prediction"] for row in rows] == ["More", "Less", "20.0", "40.0"]
    assert [row["right"] for row in rows] == ["yes", "no", "yes", "no"]
    assert [row["error"] for row in rows] == ["", "", "15.0", "35.0"]
    assert {row["about"] for row in rows} == {"lesson small, chapter 2", "lesson small, chapter 3"}
    assert rows[0]["participant"] == rows[2]["participant"] != rows[1]["participant"]
    assert not any(secret in text for secret in ("Ada", "Bob", ada, bob))


def test_who_is_removed_predicted_nothing(room: LessonRoom):
    played(room)
    room.remove(room.trainer, "Ada")
    assert room.scores() == [("Bob", 0, 2)]
    assert all(len(one.guesses) == 1 for one in room.questions)


def test_a_lesson_that_asks_nothing_is_for_no_class():
    text = SMALL[: SMALL.index('[[chapters]]\ntitle = "Fork"')]
    with pytest.raises(InputError, match="nothing is asked in this lesson"):
        LessonRoom("ABCDEF", lesson_of(text, "small.toml", Path()))


@pytest.mark.parametrize("name", ["1_sales_flywheel", "4_evil_flywheel", "9_eight_drivers"])
def test_a_shipped_lesson_can_be_predicted_by_a_class(name: str):
    room = LessonRoom("ABCDEF", read_lesson(name))
    ada = room.join("Ada")
    for question in room.questions:
        room.stand(room.trainer, question.chapter, begun=False)
        predict(room, ada.token, 0 if question.asked.options else question.asked.high)
    assert all(one.guesses for one in room.questions)


def test_after_a_restart_everything_is_there_again(rooms: Rooms, tmp_path: Path):
    room = rooms.open_lesson(own_lesson())
    ada, bob = played(room)
    rooms._store().close()
    store = ClassStore.in_folder(tmp_path)
    again = Rooms(store=lambda: store)
    back = again.get(room.code.lower())
    assert isinstance(back, LessonRoom)
    assert back.kept() == room.kept()
    assert back.leads(room.trainer)
    assert (back.score(ada), back.score(bob), back.phase) == ((2, 2), (0, 2), "revealed")
    again.delete(back, back.trainer)
    assert back.gone == DELETED
    with pytest.raises(InputError, match="There is no class"):
        again.find(room.code)
    store.close()


@pytest.mark.parametrize(
    "change",
    [{"lesson": "gone"}, {"quarter": 4}, {"questions": ()}, {"seats": 2}, {"truth": 7.0}, {"guess": 9.0},
     {"measure": "x" * 100}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_was_written_by_hand_into_the_file_is_refused(rooms: Rooms, change: dict):
    played(room := rooms.open_lesson(own_lesson()))
    kept = room.kept()
    first = kept.questions[0]
    if "seats" in change:
        change = {"seats": (*kept.seats, kept.seats[0])}
    elif "guess" in change:
        change = {"questions": (first.model_copy(update={"guesses": {kept.seats[0].token: 9.0}}), kept.questions[1])}
    elif "lesson" not in change and "quarter" not in change and "questions" not in change:
        change = {"questions": (first.model_copy(update=change), kept.questions[1])}
    with pytest.raises(InputError):
        lesson_restored(kept.model_copy(update=change))


def playback_of(room: LessonRoom) -> LessonPlayback:
    course = LessonCourse.begin(room.lesson)
    return LessonPlayback(course, solara.reactive(scene_of(course)))


def test_the_class_follows_the_trainers_page(room: LessonRoom):
    ada = room.join("Ada")
    playback, here = playback_of(room), Audience()
    here.room.set(room)

    def at(*, begun: bool) -> tuple[int, str]:
        follow(here, playback, begun=begun)
        return room.quarter, room.phase

    assert at(begun=False) == (1, "closed")
    playback.go(1)
    assert at(begun=False) == (2, "deciding")
    predict(room, ada.token, 1)
    playback.do(playback.course.finish)
    assert at(begun=True) == (2, "closed")
    playback.reveal()
    assert at(begun=True) == (2, "revealed")
    assert room.questions[0].measured == playback.scene.value.answer.text
    told = of_room(room, moments(playback.course, {}))
    assert told[0].predicted == f"{room.score(ada.token)[0]} of 1 right"
    playback.go(2)
    assert at(begun=False) == (3, "deciding")
    playback.ended.set(True)
    assert at(begun=True) == (3, "over")
    assert here.problem.value == ""


@pytest.mark.parametrize("guessed", [True, False])
def test_a_chapter_that_is_passed_over_is_told_where_somebody_predicted(room: LessonRoom, guessed: bool):  # noqa: FBT001
    ada, playback, here = room.join("Ada"), playback_of(room), Audience()
    here.room.set(room)
    playback.go(1)
    follow(here, playback, begun=False)
    if guessed:
        predict(room, ada.token, 1)
    playback.go(2)
    follow(here, playback, begun=False)
    assert (room.questions[0].told, room.phase) == (guessed, "deciding")


def test_the_browser_gives_back_the_class_of_this_lesson_only_to_who_has_its_token(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audience, "ROOMS", rooms)
    open_room = rooms.open_lesson(own_lesson())
    for lesson, kept in (
        ("own/small", f"{open_room.code}:guessed"), ("other", f"{open_room.code}:{open_room.trainer}"),
        ("own/small", ""), ("own/small", "NOSUCH:x"), ("own/small", "::::"),
    ):  # fmt: skip
        here = Audience()
        here.restore(lesson, kept)
        assert here.room.value is None
    here.restore("own/small", f"{open_room.code}:{open_room.trainer}")
    assert here.room.value is open_room


def test_a_phone_joins_predicts_and_reads_its_score(room: LessonRoom):
    _, page = solara.render(AtLesson(room), handle_error=False)
    part_of(page, "Keep").vue_act({"found": "made up"})
    part_of(page, "Joining").vue_act({"name": " "})
    assert "1 to 24 characters" in part_of(page, "Joining").shown.value["problem"]
    part_of(page, "Joining").vue_act({"name": "Ada"})
    wait(lambda: room.people)
    room.stand(room.trainer, 2, begun=False)
    wait(lambda: drawn_by(page, "Asked.vue"))
    part_of(page, "Asked").vue_guess("<b>")
    wait(lambda: "predict one of the options" in strong(page).lower())
    part_of(page, "Asked").vue_guess(1)
    wait(lambda: part_of(page, "Asked").chosen == 1)
    assert not drawn_by(page, "Histogram.vue"), "what others think is not shown before the reveal"
    room.stand(room.trainer, 2, begun=True)
    wait(lambda: part_of(page, "Asked").closed)
    room.reveal(room.trainer, 2, MORE)
    wait(lambda: part_of(page, "Asked").revealed and drawn_by(page, "Histogram.vue"))
    wait(lambda: "Yours: 1 of 1 prediction came true (100%)." in texts(page))
    room.stand(room.trainer, 3, begun=True, over=True)
    wait(lambda: "The room: 1 of 1 prediction came true (100%)." in texts(page))
    page.close()


def strong(context) -> str:
    return " ".join(str(child) for one in context.find(ipyvuetify.Html, tag="strong").widgets for child in one.children)


def test_the_screen_shows_how_many_predict_what(room: LessonRoom):
    ada = room.join("Ada")
    room.stand(room.trainer, 2, begun=False)
    _, page = solara.render(RoomAnswers(room, 2), handle_error=False)
    assert part_of(page, "Histogram").shown.value["answered"] == "Answered: 0 of 1."
    predict(room, ada.token, 1)
    wait(lambda: [bar["count"] for bar in part_of(page, "Histogram").shown.value["bars"]] == [0, 1])
    assert "Predict on your phone" in texts(page)
    room.reveal(room.trainer, 2, MORE)
    wait(lambda: part_of(page, "Histogram").shown.value["told"] == "Measured: +4.2 %.")
    page.close()
    _, closing = solara.render(RoomSentence(room), handle_error=False)
    assert "The room: 1 of 1 prediction came true (100%)." in texts(closing)
    closing.close()
    _, closing = solara.render(RoomScore(room), handle_error=False)
    cells = [one.children for one in closing.find(ipyvuetify.Html, tag="td").widgets]
    assert cells == [["Ada"], ["1 of 1"]]
    closing.close()


def test_a_class_is_opened_with_the_trainers_code_and_ended_or_deleted(rooms: Rooms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audience, "ROOMS", rooms)
    monkeypatch.setattr(audience, "check_is_trainer", lambda typed: None if typed == "Sesame" else refuse())
    here, playback = Audience(), SimpleNamespace(course=SimpleNamespace(lesson=own_lesson()))
    _, page = solara.render(Lobby(here, playback), handle_error=False)
    for typed in ("wrong", "Sesame"):
        (field,) = [one for one in text_fields(page) if one.label == "Trainer code"]
        field.v_model = typed
        assert here.room.value is None
        press(page, "Open for a class")
    wait(lambda: here.room.value and "End the class" in labels(page))
    opened = here.room.value
    opened.join("Ada")
    wait(lambda: part_of(page, "Seats").shown.value["seats"])
    part_of(page, "Seats").vue_act({"remove": "Ada"})
    wait(lambda: not opened.people)
    press(page, "End the class")
    wait(lambda: here.room.value is None)
    assert opened.phase == "over"
    page.close()


def refuse() -> None:
    raise InputError("this is not the trainer's code")


def text_fields(context):
    return context.find(ipyvuetify.TextField).widgets


def test_link_and_wall_of_a_code_lead_to_the_lesson(rooms: Rooms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(visitor, "ROOMS", rooms)
    code = (opened := rooms.open_lesson(own_lesson())).code
    _, page = solara.render(visitor.SeatPage(code), handle_error=False)
    part_of(page, "Keep").vue_act({"found": ""})
    wait(lambda: "played on the screen" in part_of(page, "Joining").shown.value["text"])
    page.close()
    _, wall = solara.render(projector.WallPage(code), handle_error=False)
    wait(lambda: "Joined so far: 0." in texts(wall))
    opened.stand(opened.trainer, 2, begun=False)
    wait(lambda: drawn_by(wall, "Histogram.vue"))
    wall.close()
