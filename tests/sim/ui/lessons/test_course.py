"""Playing lessons without a page: the shipped ones come out as their texts say, and going back is exact."""

import math
import re
from pathlib import Path

import pytest

from scenarios import list_lessons
from sim.questions.lesson.measures import series, value_in, written
from sim.questions.lesson.reading import lesson_of, read_lesson
from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.lessons.course import LessonCourse
from sim.ui.run.session import Session

SMALL = """title = "Small"
summary = "Six reps."
minutes = 5
scenario = "baseline"
seed = 3
[set]
structure.n_reps = 6
organization.burn_in_weeks = 26
[[chapters]]
title = "Usual"
caption = "A quarter."
quarters = 1
[[chapters]]
title = "Fork"
caption = "Training, and a star leaves."
quarters = 1
reveal = "Capability {gain}, {gain:size}; {level}."
acts = [
  { branch = "B", fork = "A", label = "Training" },
  { branch = "B", parameter = "training.hours_per_quarter", value = 40.0 },
  { branch = "A", event = "star_leaves" },
]
measured.gain = { measure = "capability", over = "last", branch = "B", against = "A", expect = "rises" }
measured.level = { measure = "win_rate", weeks = [0, 26] }
prediction.question = "Which?"
prediction.answer = "gain"
prediction.options = [{ text = "Less", below = 0.0 }, { text = "More" }]
[[chapters]]
title = "Again"
caption = "From the start, which was {gain}."
quarters = 2
reveal = "{later}"
acts = [{ reset = true }, { branch = "C", begin = "baseline" }, { branch = "C", close = true }]
measured.later = { measure = "capability", over = "last", against = "gain", expect = "falls" }
prediction.question = "How much?"
prediction.answer = "later"
prediction.low = -100.0
prediction.high = 100.0
"""


@pytest.fixture
def course() -> LessonCourse:
    return LessonCourse.begin(lesson_of(SMALL, "small.toml", Path()))


def snapshots(course: LessonCourse) -> dict[str, tuple[int, bytes, bytes]]:
    """What the branches hold."""
    worlds = {name: session.world for name, session in course.sessions.items()}
    return {
        name: (world.week, world.state.reps.tobytes(), world.state.weekly[: world.burn_in + world.week + 1].tobytes())
        for name, world in worlds.items()
    }


@pytest.mark.parametrize("name", list_lessons())
def test_a_shipped_lesson_plays_to_its_end_and_shows_what_its_texts_say(name: str):
    lesson = read_lesson(name)
    assert 4 <= len(lesson.spec.chapters) <= 7
    assert sum(chapter.prediction is not None for chapter in lesson.spec.chapters) >= 3
    course = LessonCourse.begin(lesson)
    while True:
        course.finish()
        assert course.over
        for measured in course.chapter.measured:
            assert math.isfinite(course.values[measured].number), measured
        assert course.surprises() == []
        answer = course.answer()
        assert (answer is None) == (course.chapter.prediction is None)
        assert answer is None or math.isfinite(answer.number)
        assert "{" not in course.said(course.chapter.caption + course.chapter.reveal)
        if not course.next():
            break
    assert course.at == len(lesson.spec.chapters) - 1


def test_going_back_restores_the_beginning_of_a_chapter_exactly(course: LessonCourse):
    stood = []
    while True:
        stood.append((snapshots(course), dict(course.values), dict(course.labels)))
        if not course.next():
            break
    ended = snapshots(course)
    for chapter in (1, 2, 0, 2, 1):
        course.go(chapter)
        state, values, labels = stood[chapter]
        assert snapshots(course) == state
        assert course.values == values
        assert course.labels == labels
    course.go(2)
    course.finish()
    assert snapshots(course) == ended


def test_a_chapter_that_was_left_half_way_begins_anew(course: LessonCourse):
    course.go(1)
    stood = snapshots(course)
    course.advance(5)
    assert course.main.week == 18
    course.go(1)
    assert snapshots(course) == stood
    assert not course.begun


def test_acts_happen_once_and_weeks_end_with_the_chapter(course: LessonCourse):
    course.go(1)
    assert course.advance(400) == 13
    assert course.advance(1) == 0
    assert set(course.sessions) == {"A", "B"}
    assert [len(session.entries()) for session in course.sessions.values()] == [1, 1]
    assert course.labels == {"A": "As it is", "B": "Training"}


def test_a_text_holds_what_was_measured(course: LessonCourse):
    course.go(1)
    assert course.said(course.chapter.reveal) == "Capability \N{EN DASH}, \N{EN DASH}; \N{EN DASH}."
    course.finish()
    gain = course.values["gain"]
    assert gain.number == pytest.approx(gain.level / gain.before - 1)
    assert course.pieces(course.chapter.reveal)[1] == (gain.text(), True)
    assert gain.text().startswith("+")
    assert gain.text(sign=False) == gain.text()[1:]
    assert course.answer().row == 1


def test_what_comes_out_otherwise_is_told(course: LessonCourse):
    text = SMALL.replace('expect = "rises"', 'expect = "falls"').replace("weeks = [0, 26] }", "between = [2, 3] }")
    other = LessonCourse.begin(lesson_of(text, "small.toml", Path()))
    other.go(1)
    other.finish()
    first, second = other.surprises()
    assert first.startswith("Capability in use: the lesson expects that it falls; this run shows +")
    assert "200 % to 300 %" in second
    course.go(1)
    course.finish()
    assert course.surprises() == []


def test_measures_are_those_of_the_weekly_table(course: LessonCourse):
    course.finish()
    session = course.main
    rows = session.world.weekly(end=13)
    closed = rows["won"].sum() + rows["lost"].sum() + rows["no_decision"].sum()
    assert value_in(session, "win_rate", "mean", (0, 13)) == pytest.approx(rows["won"].sum() / closed)
    assert value_in(session, "bookings", "total", (0, 13)) == pytest.approx(rows["bookings"].sum())
    assert value_in(session, "rep_trust", "last", (0, 13)) == pytest.approx(rows["rep_trust"][-1])
    assert value_in(session, "bookings", "lowest", (0, 13)) == pytest.approx(rows["bookings"].mean())
    hours = (rows["hours_opportunities"] * rows["reps"]).sum() / rows["opportunities"].sum()
    assert value_in(session, "hours_per_deal", "mean", (0, 13)) == pytest.approx(hours)
    assert series(session, "rep_trust", 0, 13) == pytest.approx(rows["rep_trust"])
    assert series(session, "bookings", -13, 13)[-1] == pytest.approx(rows["bookings"].mean())
    for name in WEEKLY_MEASURES:
        assert len(series(session, name, -13, 13)) == 26


def test_numbers_are_written_for_people():
    assert written(0.123, "change", sign=True) == "+12 %"
    assert written(-0.004, "change", sign=True) == "\N{MINUS SIGN}0.4 %"
    assert written(-0.26, "share", sign=True, points=True) == "\N{MINUS SIGN}26 points"
    assert written(0.64, "share") == "64 %"
    assert written(3.16e7, "currency / week", "USD") == "31.6 m USD"
    assert written(2.53, "hours / rep / week") == "2.5 h a week"
    assert written(35, "specialists") == "35"
    assert written(math.nan, "share") == "\N{EN DASH}"


def test_a_lesson_shares_no_world_with_another(course: LessonCourse):
    other = LessonCourse(course.lesson, Session(course.main.world.snapshot()))
    other.finish()
    assert (course.main.week, other.main.week) == (0, 13)


def test_the_example_of_the_guide_can_be_played():
    guide = Path(__file__).resolve().parents[4] / "docs" / "lessons.md"
    (text,) = re.findall(r"^```toml\n(.*?)^```", guide.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    course = LessonCourse.begin(lesson_of(text, "coaching.toml", guide.parent))
    while course.next():
        assert course.surprises() == []
    course.finish()
    assert course.surprises() == []
    assert all(math.isfinite(value.number) for value in course.values.values())
