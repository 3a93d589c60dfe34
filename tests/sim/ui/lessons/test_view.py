"""The lessons without a browser: cards, a broken file, and a lesson played, predicted, revealed and left."""

import threading
import time
from pathlib import Path

import ipyvuetify
import pytest
import solara

from sim.questions.lesson.reading import FOLDER, lesson_of
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.choice import Choice
from sim.ui.desk import Desk
from sim.ui.lessons import playback as playing
from sim.ui.lessons import view
from sim.ui.lessons.charts import ALL_STAGES, LIVE, hint_of, live_chart, measure_chart, stages_chart, title_of
from sim.ui.lessons.course import LessonCourse
from sim.ui.lessons.playback import LessonPlayback, scene_of
from sim.ui.lessons.player import Bar, PresenterMoves, choice_of, text_of
from sim.ui.theme import LIGHT
from tests.sim.ui.lessons.test_course import SMALL


@pytest.fixture
def lesson():
    return lesson_of(SMALL, "small.toml", Path())


@pytest.fixture
def playback(lesson) -> LessonPlayback:
    """A playback outside a page."""
    course = LessonCourse.begin(lesson)
    return LessonPlayback(course, solara.reactive(scene_of(course)))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that is never waited for."""
    monkeypatch.setattr(playing, "LONGEST_DRAWING", 0.001)
    monkeypatch.setattr(playing, "PATIENCE", 10_000)
    monkeypatch.setitem(playing.PACES, "slow", 1e6)


def left() -> list[bool]:
    return []


@pytest.mark.usefixtures("quick")
def test_space_plays_reveals_and_goes_on(playback: LessonPlayback):
    gone = left()
    moves = PresenterMoves(playback, lambda: gone.append(True))
    steps = []
    for _ in range(12):
        steps.append((playback.scene.value.at, playback.step))
        moves.press("space")
        if playback.playing.value:
            playback.play(threading.Event())
            assert not playback.playing.value
        if gone:
            break
    assert steps == [
        (0, "play"), (0, "next"), (1, "play"), (1, "reveal"), (1, "next"), (2, "play"), (2, "reveal"),
        (2, "end"), (2, "leave"),
    ]  # fmt: skip


def test_a_prediction_stands_until_the_answer_is_shown(playback: LessonPlayback):
    moves = PresenterMoves(playback, lambda: None)
    moves.press("right")
    assert playback.scene.value.at == 1
    moves.press("5")
    assert playback.guesses.value == {}
    moves.press("1")
    moves.press("2")
    assert playback.guesses.value == {1: 1}
    playback.do(playback.course.finish)
    assert playback.step == "reveal"
    assert playback.scene.value.answer.row == 1
    moves.step()
    moves.press("1")
    assert playback.guesses.value == {1: 1}
    moves.press("right")
    assert (playback.scene.value.at, playback.guesses.value, playback.revealed.value) == (2, {1: 1}, {1})
    moves.press("left")
    assert (playback.scene.value.at, playback.guesses.value, playback.revealed.value) == (1, {}, frozenset())
    assert not playback.course.begun


def test_arrows_stop_at_both_ends(playback: LessonPlayback):
    moves = PresenterMoves(playback, lambda: None)
    moves.press("left")
    assert playback.scene.value.at == 0
    for _ in range(5):
        moves.press("right")
    assert playback.scene.value.at == 2
    assert len(playback.course.lesson.spec.chapters) == 3


def test_a_failure_is_told_and_the_lesson_stands(playback: LessonPlayback, monkeypatch: pytest.MonkeyPatch):
    def fail(weeks: int = 1) -> int:
        raise ZeroDivisionError(f"{weeks}")

    monkeypatch.setattr(playback.course, "advance", fail)
    playback.playing.set(True)
    playback.play(threading.Event())
    assert playback.problem.value.startswith("The run stopped in week 0")
    assert not playback.playing.value


def test_play_waits_for_the_browser(playback: LessonPlayback, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(playing, "LONGEST_DRAWING", 60.0)
    cancel = threading.Event()
    playback.playing.set(True)
    thread = threading.Thread(target=playback.play, args=(cancel,))
    thread.start()
    time.sleep(0.5)
    assert playback.course.main.week == 1
    cancel.set()
    playback.drawn.set()
    thread.join(10)
    assert not thread.is_alive()


def test_every_chart_has_a_title_and_a_point_a_week(playback: LessonPlayback):
    playback.go(1)
    playback.do(playback.course.finish)
    course, frames = playback.course, playback.scene.value.frames
    for name in ("bookings", "win_rate", "rep_trust", "specialists"):
        option = measure_chart(name, course.sessions, 52, LIGHT)
        assert [line["name"] for line in option["series"]] == ["A", "B"]
        assert all(len(line["data"]) == 13 + 26 for line in option["series"])
        assert option["series"][0]["lineStyle"]["type"] != option["series"][1]["lineStyle"]["type"]
    assert len(stages_chart(course.main, 52, LIGHT)["series"]) == 5
    for name in LIVE:
        assert live_chart(name, frames["B"], LIGHT)["series"]
    assert all(title_of(name, "EUR") and hint_of(name) for name in [*WEEKLY_MEASURES, *LIVE, ALL_STAGES])
    assert title_of("specialists") == "Specialists"
    assert title_of("bookings", "EUR") == "Bookings, EUR / week"


def test_what_is_done_is_said_in_words(lesson):
    assert [text_of(act) for chapter in lesson.spec.chapters for act in chapter.acts] == [
        "splits off A: Training",
        "set training.hours_per_quarter 40.0",
        "star_leaves",
        "Back to week 0",
        "baseline",
        "ends",
    ]


def test_a_lesson_is_opened_as_any_choice(lesson):
    choice = choice_of(lesson)
    assert (choice.scenario, choice.text, choice.seed) == ("baseline", "", 3)
    assert choice.load() == lesson.scenarios[""]


def texts(context, tag: str) -> list[str]:
    return [element.children[0] for element in context.find(ipyvuetify.Html, tag=tag).widgets]


def test_cards_show_lessons_and_what_is_wrong_in_a_broken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "mine.toml").write_text(SMALL)
    (tmp_path / "off.toml").write_text(SMALL.replace("minutes = 5", "minutes = 0"))
    monkeypatch.setenv(FOLDER, str(tmp_path))
    playing = solara.reactive(True)
    player = type("Player", (), {"playing": playing})()
    _, context = solara.render(
        view.Lessons(Desk(solara.reactive(Choice()), player, solara.reactive("lessons"))), handle_error=False
    )
    heads = texts(context, "h3")
    assert heads[:3] == ["Small", "off.toml cannot be played", "The sales flywheel"]
    assert any(text.startswith("off.toml, line 3, minutes: 0 is not allowed") for text in texts(context, "p"))
    assert not playing.value
    context.close()


def test_the_bar_offers_what_comes_next(playback: LessonPlayback):
    _, context = solara.render(Bar(playback, PresenterMoves(playback, lambda: None)), handle_error=False)
    words = [button.children[-1] for button in context.find(ipyvuetify.Btn).widgets]
    assert words == ["Back", "Play", "Leave"]
    context.find(ipyvuetify.Btn).widgets[1].click()
    assert playback.playing.value
    context.close()
