"""The end of a lesson: score, what was predicted and measured, questions, and a page to print."""

from pathlib import Path

import ipyvuetify
import pytest
import solara

from scenarios import list_lessons
from sim.questions.lesson.reading import lesson_of, read_lesson
from sim.ui.lessons.closing import LessonMoment, handout, moments, score
from sim.ui.lessons.course import LessonCourse
from sim.ui.lessons.playback import LessonPlayback, scene_of
from sim.ui.lessons.player import Played, PresenterMoves
from sim.ui.lessons.spot import Spot
from tests.sim.ui.lessons.test_course import SMALL

WITH_MORE = SMALL.replace("minutes = 5", 'minutes = 5\nclaims = ["F1"]\ndiscuss = ["Who <b>coaches</b>?"]')


@pytest.fixture
def course() -> LessonCourse:
    played = LessonCourse.begin(lesson_of(WITH_MORE, "small.toml", Path()))
    played.go(2)
    played.finish()
    return played


def test_every_chapter_that_asked_says_what_was_predicted_and_what_came_out(course: LessonCourse):
    later = course.answer(2).number
    told = moments(course, {1: 0, 2: later + 19.9})
    assert [(one.number, one.question, one.right) for one in told] == [(2, "Which?", False), (3, "How much?", True)]
    assert told[0].predicted == "Less"
    assert told[0].measured == f"More ({course.answer(1).text})"
    assert told[1].predicted.endswith("%")
    assert told[1].measured == course.answer(2).text
    assert "{" not in told[0].said, "measured values stand in the text"
    far = moments(course, {2: later + 20.1})
    assert [one.right for one in far] == [None, False], "a tenth of the range asked for, -100 to 100, is near"


def test_only_what_was_played_is_told():
    begun = LessonCourse.begin(lesson_of(SMALL, "small.toml", Path()))
    assert moments(begun, {}) == []
    assert score([]) == "Nothing was asked."


def test_the_score_counts_what_was_predicted():
    def told(*, right: bool | None) -> LessonMoment:
        return LessonMoment(1, "Fork", "Which?", "More", "More", right, "")

    assert score([told(right=True), told(right=False)]) == "1 of 2 predictions came true."
    assert score([told(right=True), told(right=None)]) == "1 of 1 prediction came true; 2 questions asked."
    assert score([told(right=None)]) == "1 question asked, none predicted."


def test_the_handout_holds_questions_room_for_predictions_and_notes_for_the_trainer(course: LessonCourse):
    page = handout(course)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("I predict:") == 2
    assert "Who &lt;b&gt;coaches&lt;/b&gt;?" in page, "what a file says is text"
    assert "F1: Training, experience" in page
    notes = page.partition("For the trainer")[2]
    assert "B splits off A: Training" in notes
    assert f"the run answers {course.answer(1).text}" in notes
    assert "http" not in page, "nothing is loaded from elsewhere"


def test_every_shipped_lesson_has_questions_to_discuss():
    for name in list_lessons():
        questions = read_lesson(name).spec.discuss
        assert len(questions) >= 2, name
        assert all(text.endswith("?") for text in questions)


def test_the_end_is_shown_before_the_lesson_is_left_and_leads_back(course: LessonCourse):
    _, context = solara.render(
        Played(course, Spot("small", 2, course.end, revealed=True), lambda: None), handle_error=False
    )
    (finish,) = [each for each in context.find(ipyvuetify.Btn).widgets if "Finish" in each.children]
    finish.click()
    heads = [each.children[0] for each in context.find(ipyvuetify.Html, tag="h2").widgets]
    assert heads == ["2. Fork", "3. Again", "To discuss", "Claims it is about"]
    context.close()
    playback = LessonPlayback(course, solara.reactive(scene_of(course)), revealed=solara.reactive(frozenset({2})))
    moves = PresenterMoves(playback, lambda: None)
    moves.step()
    assert (playback.ended.value, playback.step) == (True, "leave")
    moves.press("left")
    assert (playback.ended.value, playback.step, playback.scene.value.at) == (False, "end", 2)
