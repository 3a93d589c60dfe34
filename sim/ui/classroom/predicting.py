"""Predictions on the page: the trainer asks and reveals, phones answer, and a histogram grows on the wall."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from sim.scenario.measures import WEEKLY_MEASURES
from sim.ui.classroom.predictions import ask, predict, predictions_csv, reveal, withdraw
from sim.ui.classroom.questions import ABOUT, FARTHEST, FORMS, MEASURES
from sim.ui.classroom.widgets import Histogram, refusals_in
from sim.ui.lessons.asked import Asked
from sim.ui.parts import Heading, Problem, add_menu

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.ui.classroom.gathering import Gathering, Predicted
    from sim.ui.classroom.room import Room

_EXPLAINED = (
    "Ask before something is seen. Everybody answers; answers are shown together, without names, and the run says what "
    "came true. About the organization left alone it can say so at once, about the class when the quarter was played."
)


@solara.component
def Predictions(room: Room, do: Callable[..., None], turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """The trainer's card: ask, watch the answers, reveal; another turn is drawn anew."""
    now = room.question
    open_now = now is not None and not now.told
    with solara.Div(classes=["fw-layers"]):
        Heading("Predictions", _EXPLAINED)
        if now:
            histogram(room, now)
        if open_now:
            with solara.Div(classes=["fw-actions"]):
                solara.Button("Reveal what came true", on_click=partial(do, partial(reveal, room)), color="primary")
                solara.Button("Withdraw the question", on_click=partial(do, partial(withdraw, room)), outlined=True)
        else:
            Asking(room, do)
        if room.questions:
            with solara.Div(classes=["fw-actions"]):
                solara.FileDownload(
                    lambda: predictions_csv(room).encode(), f"predictions-{room.code}.csv", label="Predictions (CSV)"
                )


@solara.component
def Asking(room: Room, do: Callable[..., None]) -> None:  # noqa: N802
    """What is asked next."""
    about, measure = solara.use_reactive("alone"), solara.use_reactive("bookings")
    quarters, form = solara.use_reactive("4"), solara.use_reactive("direction")
    ahead = {str(one): f"In {one} quarter{'s' * (one > 1)}" for one in range(1, FARTHEST + 1)}
    measures = {name: WEEKLY_MEASURES[weekly].label for name, weekly in MEASURES.items()}

    def press() -> None:
        asked = {"about": about.value, "measure": measure.value, "form": form.value, "quarters": int(quarters.value)}
        do(partial(ask, room, **asked))

    def choose(chosen: solara.Reactive[str], texts: dict[str, str], text: str) -> None:
        if text in texts:  # anything else is made up
            chosen.set(text)

    with solara.Div(classes=["fw-actions"]):
        for label, chosen, texts in (
            ("Of whom", about, {name: f"{text[:1].upper()}{text[1:]}" for name, text in ABOUT.items()}),
            ("What", measure, measures),
            ("When", quarters, ahead),
            ("Answered by", form, FORMS),
        ):
            add_menu(texts, chosen.value, partial(choose, chosen, texts), label=label)
        solara.Button("Ask everybody", on_click=press, outlined=True)


def histogram(room: Gathering[Any], question: Predicted, *, asks: bool = True) -> None:
    """The question, if it `asks`, what was predicted by how many, and what came true once it is revealed."""
    shown = question.histogram(room.currency)
    answered = f"Answered: {len(question.guesses)} of {len(room.tokens())}."
    Histogram({**shown, "question": shown["question"] if asks else "", "answered": answered})


@solara.component
def Prediction(room: Gathering[Any], token: str, turn: tuple[Any, ...]) -> None:  # noqa: N802, ARG001 - as Running
    """The question that is open, for one who takes part; once it is revealed, what came true and what all predicted."""
    problem, drawn = solara.use_reactive(""), solara.use_reactive(0)
    drawn.get()  # who reads it is drawn anew when it rises
    with room.lock:
        question = room.question
        mine = question.guesses.get(token) if question else None
    if question is None:
        return

    def guess(value: Any) -> None:
        with refusals_in(problem):
            predict(room, token, question.heard(value, room.currency))
        drawn.set(drawn.peek() + 1)

    with solara.Div(classes=["fw-card", "fw-wide"]):
        Problem(problem)
        Asked(**question.asking(mine, room.currency), revealed=question.told, closed=room.watching, event_guess=guess)
        if question.told:
            with rv.Html(tag="div", class_="fw-predicted"):
                histogram(room, question, asks=False)
