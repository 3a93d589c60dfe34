"""A lesson's class on the trainer's page: opened, found again, told where the lesson stands, and what it predicts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.measures.words import counted
from sim.scenario.errors import InputError
from sim.ui.classroom.lesson_room import LessonRoom
from sim.ui.classroom.lesson_seat import answers_stamp, room_text
from sim.ui.classroom.news import LISTENING, resting, use_news
from sim.ui.classroom.predicting import histogram
from sim.ui.classroom.predictions import predictions_csv
from sim.ui.classroom.returning import Deletion
from sim.ui.classroom.rooms import ROOMS
from sim.ui.classroom.trainer import Wall, unkept_text
from sim.ui.classroom.widgets import Seats, keep_value, refusals_in
from sim.ui.lessons.spot import GATHERING
from sim.ui.parts import Heading, Problem, TextTable
from sim.ui.server.codes import TRAINER_GUESSES, check_is_trainer, client, guessing

if TYPE_CHECKING:
    from sim.ui.lessons.closing import LessonMoment
    from sim.ui.lessons.playback import LessonPlayback

PATIENCE = 10.0  # seconds for which a class that is made anew is waited for
LEAST_BETWEEN = 0.5  # seconds between two drawings of what is predicted

EXPLAINED = (
    "Phones join by the code. At each chapter's question everybody predicts there until you play; answers grow here, "
    "without names, and you reveal what the run shows."
)


@dataclass(frozen=True, eq=False, slots=True)
class Audience:
    """The class of a lesson that is played.

    Attributes:
        room: The class; None as long as the lesson is played without one.
        shown: Whether the page shows how to join, instead of the lesson.
        problem: What was refused last.
    """

    room: solara.Reactive[LessonRoom | None] = field(default_factory=lambda: solara.reactive(None))
    shown: solara.Reactive[bool] = field(default_factory=lambda: solara.reactive(GATHERING.peek()))
    problem: solara.Reactive[str] = field(default_factory=partial(solara.reactive, ""))

    def restore(self, lesson: str, kept: str) -> None:
        """Lead again the class of a lesson that the browser remembers, if it is one."""
        code, _, token = kept.partition(":")
        with suppress(InputError):
            found = ROOMS.find(code).wait(PATIENCE) if token else None
            if isinstance(found, LessonRoom) and found.lesson.name == lesson and found.leads(token) and not found.gone:
                self.room.set(found)

    def drop(self) -> None:
        """Play on without a class."""
        self.room.set(None)
        self.shown.set(False)


def use_audience(playback: LessonPlayback) -> Audience:
    """Hook: the class of a lesson, which follows where the lesson stands; the browser remembers it."""
    audience: Audience = solara.use_memo(Audience, [])
    room, lesson = audience.room.value, playback.course.lesson.name
    scene, revealed, ended = playback.scene.value, playback.revealed.value, playback.ended.value
    begun = playback.course.begun
    kept = f"{room.code}:{room.trainer}" if room else ""
    keep_value(f"fw-lesson-{lesson}", kept, partial(audience.restore, lesson))
    solara.use_effect(
        lambda: follow(audience, playback, begun=begun), [room, scene.at, scene.over, begun, revealed, ended]
    )
    return audience


def follow(audience: Audience, playback: LessonPlayback, *, begun: bool) -> None:
    """Let the class stand where the lesson stands, and tell it what was revealed."""
    room, scene, revealed = audience.room.peek(), playback.scene.peek(), playback.revealed.peek()
    if room is None:
        return
    with refusals_in(audience.problem):
        for one in room.questions:
            at = one.chapter - 1
            # What was passed over is told too, where somebody predicted it; else it can still be asked.
            shown = (at == scene.at and at in revealed) or (at < scene.at and one.guesses)
            if not one.told and shown and (answer := playback.course.answer(at)):
                room.reveal(room.trainer, one.chapter, answer)
        room.stand(room.trainer, scene.at + 1, begun=begun, over=playback.ended.peek())


@solara.component
def Lobby(audience: Audience, playback: LessonPlayback) -> None:  # noqa: N802 - a component
    """How to join a lesson's class, or a field for the trainer's code that opens one."""
    code = solara.use_reactive("")
    room = audience.room.value

    def open_room() -> None:
        with refusals_in(audience.problem):
            with guessing(TRAINER_GUESSES, *client()):
                check_is_trainer(code.peek())
            audience.room.set(ROOMS.open_lesson(playback.course.lesson))

    with solara.Div(classes=["fw-closing", "fw-layers"]):
        rv.Html(tag="h1", children=[f"{playback.course.lesson.spec.title}, with a class"])
        Problem(audience.problem)
        if room:
            Joined(room, audience).key(room.code)
            return
        with solara.Div(classes=["fw-card"]):
            solara.Text(EXPLAINED)
            with solara.Div(classes=["fw-actions"]):
                solara.InputText("Trainer code", code, password=True, continuous_update=True)
                solara.Button("Open for a class", color="primary", on_click=open_room, disabled=not code.value.strip())


@solara.component
def Joined(room: LessonRoom, audience: Audience) -> None:  # noqa: N802
    """Code, link and QR code of a class, who has joined, and what can be done with it."""
    use_answers(room)

    def remove(action: dict[str, Any]) -> None:
        with refusals_in(audience.problem):
            room.remove(room.trainer, str(action.get("remove")))

    def end() -> None:
        with refusals_in(audience.problem):
            room.stand(room.trainer, max(1, room.quarter), begun=True, over=True)
        audience.drop()

    def delete() -> None:
        with refusals_in(audience.problem):
            ROOMS.delete(room, room.trainer)
            audience.drop()

    with solara.Div(classes=["fw-card"]):
        Wall(room.code)
    if unkept := unkept_text(room):
        with solara.Div(classes=["fw-notice"], attributes={"role": "status"}):
            solara.Text(unkept)
    with solara.Div(classes=["fw-card"]):
        Heading(f"{len(room.people)} in this class", "Who has joined; a seat can be taken away.")
        Seats({"seats": seats_shown(room)}, remove)
    with solara.Div(classes=["fw-card"]), solara.Div(classes=["fw-actions"]):
        Taken(room)
        solara.Button("End the class", on_click=end, outlined=True)
        Deletion(delete)


def seats_shown(room: LessonRoom) -> list[dict[str, Any]]:
    """Who has joined and, while a question is open, who has predicted."""
    with room.lock:
        asked = room.question if room.phase == "deciding" else None
        done = {seat.token: asked is None or seat.token in asked.guesses for seat in room.people}
        said = {True: "predicted", False: "predicting"} if asked else {}
        return [
            {"name": seat.name, "decided": done[seat.token], "text": said.get(done[seat.token], ""), "problem": ""}
            for seat in room.people
        ]


def Taken(room: LessonRoom) -> None:  # noqa: N802 - a part of a page
    """Everything that was predicted, to take home without names."""
    solara.FileDownload(
        lambda: predictions_csv(room).encode(), f"predictions-{room.code}.csv", label="Predictions (CSV)"
    )


@solara.component
def RoomAnswers(room: LessonRoom, chapter: int) -> None:  # noqa: N802
    """What a class predicts at the question of a chapter, from 1, as it grows, and what came true."""
    use_answers(room)
    with room.lock:
        asked = next(one for one in room.questions if one.chapter == chapter)
        told, open_now = asked.told, room.phase == "deciding"
    head = "Predicted and measured" if told else "Predict on your phone" if open_now else "Predictions are closed"
    icon = "mdi-check-circle-outline" if told else "mdi-cellphone"
    styles = ["fw-ask", "fw-ask-room", *(["fw-ask-told"] if told else [])]
    with solara.Div(classes=styles, attributes={"role": "region", "aria-label": "Predictions"}):
        with rv.Html(tag="div", class_="fw-ask-head"):
            rv.Icon(children=[icon])
            rv.Html(tag="span", children=[f"{head}. Code {room.code}."])
        with room.lock:
            histogram(room, asked)


def use_answers(room: LessonRoom) -> None:
    """Hook: draw the component anew when somebody joins or predicts, or the lesson goes on."""
    use_news(
        room, lambda: answers_stamp(room), lambda _: room.wait(LISTENING, version=room.version), resting(LEAST_BETWEEN)
    )


def of_room(room: LessonRoom, told: list[LessonMoment]) -> list[LessonMoment]:
    """What chapters asked and showed, with what a class has predicted."""
    return [replace(one, predicted=_predicted(room, one.number), right=None) if one.question else one for one in told]


def _predicted(room: LessonRoom, chapter: int) -> str:
    asked = next(one for one in room.questions if one.chapter == chapter)
    found = [asked.right(token) for token in room.tokens()]
    made = [right for right in found if right is not None]
    if asked.told and made:
        return f"{sum(made)} of {len(made)} right"
    return counted(len(asked.guesses), "answer")


@solara.component
def RoomSentence(room: LessonRoom) -> None:  # noqa: N802
    """How often all who take part were right."""
    use_answers(room)
    rv.Html(tag="p", class_="fw-score", children=[room_text(room)])


@solara.component
def RoomScore(room: LessonRoom) -> None:  # noqa: N802
    """How often each who takes part was right."""
    use_answers(room)
    with solara.Div(classes=["fw-card"]):
        rv.Html(tag="h2", children=["Who predicted what came true"])
        rows = [[name, f"{right} of {made}"] for name, right, made in room.scores()]
        if rows:
            TextTable(["Name", "Came true"], rows)
        Taken(room)
