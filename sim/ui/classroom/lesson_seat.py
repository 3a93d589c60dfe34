"""The page of whoever takes part in a lesson for a class: a name, then each chapter's question and the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.measures.words import counted
from sim.ui.classroom.news import LISTENING, resting, use_news
from sim.ui.classroom.pace import LEAST_BETWEEN
from sim.ui.classroom.predicting import Prediction, histogram
from sim.ui.classroom.returning import Gone
from sim.ui.classroom.seated import Seated
from sim.ui.classroom.trainer import Wall

if TYPE_CHECKING:
    from sim.ui.classroom.lesson_room import LessonRoom, LessonSeat

WELCOME = (
    "A lesson is played on the screen in front of you. Before each answer you predict here; everybody's answers are "
    "shown together, without names, and how often you were right is shown at the end."
)


@solara.component
def AtLesson(room: LessonRoom) -> None:  # noqa: N802 - a component
    """One visitor at a lesson for a class."""
    token: solara.Reactive[str | None] = solara.use_reactive(None)
    turn = use_news(
        room,
        lambda: (room.turns, room.seat_of(token.peek() or "") is None),
        lambda drawn: room.wait(LISTENING, turns=drawn[0]),
    )
    Seated(
        room, token, take=lambda action: room.join(action.get("name")).token,
        welcome=lambda: {"text": WELCOME, "teams": None}, desk=lambda seat: LessonDesk(room, seat, turn), turn=turn,
    )  # fmt: skip


@solara.component
def LessonDesk(room: LessonRoom, seat: LessonSeat, turn: tuple[Any, ...]) -> None:  # noqa: N802
    """The screen of a seat at a turn of its room."""
    with room.lock:
        now, own, asked = now_text(room), own_text(room, seat.token), room.question
    with rv.Html(tag="header", class_="fw-class-head"):
        rv.Html(tag="h1", children=[seat.name])
        rv.Html(tag="span", class_="fw-muted", children=[f"Class {room.code}: {room.lesson.spec.title}"])
        style = "fw-quarter fw-open" if room.phase == "deciding" else "fw-quarter"
        rv.Html(tag="span", class_=style, children=[chapter_text(room)])
        rv.Html(tag="div", class_="fw-class-now", attributes={"role": "status"}, children=[now])
    with solara.Div(classes=["fw-class-body"]):
        if asked:
            Prediction(room, seat.token, turn).key(f"chapter {asked.chapter}")
        texts = [own, room_text(room)] if room.phase == "over" else [own] if own else []
        if texts:
            with solara.Div(classes=["fw-card", "fw-wide"]):
                for text in texts:
                    rv.Html(tag="p", class_="fw-lesson-own", children=[text])


def chapter_text(room: LessonRoom) -> str:
    """Which chapter of how many it is."""
    chapters = room.lesson.spec.chapters
    if not room.quarter:
        return "Before the first chapter"
    return f"Chapter {room.quarter} of {len(chapters)}: {chapters[room.quarter - 1].title}"


def now_text(room: LessonRoom) -> str:
    """What happens now."""
    watch = "Predictions are closed: watch the screen." if room.question else "Watch the screen."
    return {
        "gathering": "The lesson begins soon: watch the screen.",
        "deciding": "Predict now: you can change it until the chapter is played.",
        "closed": watch,
        "revealed": "This is what the run shows.",
        "over": "The lesson is over.",
    }[room.phase]


def own_text(room: LessonRoom, token: str) -> str:
    """How often one who takes part was right; empty as long as nothing that was predicted has been told."""
    right, made = room.score(token)
    if not made:
        return "Yours: nothing to count." if room.phase == "over" else ""
    return f"Yours: {score_text(right, made)}"


def room_text(room: LessonRoom) -> str:
    """How often all who take part were right."""
    scores = room.scores()
    right, made = sum(one[1] for one in scores), sum(one[2] for one in scores)
    return f"The room: {score_text(right, made)}" if made else "The room: nothing was predicted."


def score_text(right: int, made: int) -> str:
    """So many of so many."""
    return f"{right} of {counted(made, 'prediction')} came true ({right / made:.0%})."


@solara.component
def LessonWall(room: LessonRoom) -> None:  # noqa: N802
    """A lesson for a class on a wall beside the one on which it plays: how to join, and what is predicted."""
    use_news(
        room, lambda: answers_stamp(room), lambda _: room.wait(LISTENING, version=room.version),
        resting(LEAST_BETWEEN),
    )  # fmt: skip
    if room.gone:
        Gone(room)
        return
    with solara.Div(classes=["fw-wall"]):
        with rv.Html(tag="header", class_="fw-wall-head"):
            rv.Html(tag="h1", children=[room.lesson.spec.title])
            rv.Html(tag="span", class_="fw-wall-code", children=[room.code])
        with room.lock:
            asked = room.question
            if asked:
                histogram(room, asked)
                return
        with solara.Div(classes=["fw-wall-join"]):
            Wall(room.code)
            rv.Html(tag="p", class_="fw-wall-text", children=[f"Joined so far: {len(room.people)}."])


def answers_stamp(room: LessonRoom) -> tuple[Any, ...]:
    """What is shown of what is predicted: another one is drawn anew."""
    with room.lock:
        return room.turns, len(room.seats), tuple(tuple(one.guesses.values()) for one in room.questions)
