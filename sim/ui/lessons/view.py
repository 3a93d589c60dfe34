"""The lessons: cards to choose from, and the one that is opened, which is played like a talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.questions.lesson.reading import Broken, Lesson
from sim.scenario.checks import show
from sim.scenario.claims import claims
from sim.scenario.errors import nearest
from sim.ui.lessons.player import LessonPlayer
from sim.ui.lessons.shelf import listed, playable_of
from sim.ui.lessons.spot import ENTERED, SPOT, Spot, enter
from sim.ui.parts import Message, Notice

if TYPE_CHECKING:
    from sim.ui.desk import Desk


@solara.component
def Lessons(desk: Desk) -> None:  # noqa: N802 - a component
    """The list of lessons, or the one that is opened."""
    solara.use_effect(lambda: desk.player.playing.set(False), [])
    own, shipped, problem = listed()
    playable = playable_of([*own, *shipped])
    turn, name = ENTERED.value, SPOT.peek().lesson
    if lesson := playable.get(name):
        LessonPlayer(lesson, lambda: enter(Spot())).key(f"{lesson.name} {turn}")
        return
    with solara.Div(classes=["fw-view", "fw-lessons"]):
        rv.Html(tag="h1", children=["Lessons"])
        solara.Text(
            "Each leads through a run chapter by chapter: predict, watch, compare. The answers are measured in the run "
            "itself. Keys: space plays and reveals, the arrows change chapters, f fills the screen, Esc leaves.",
            classes=["fw-muted"],
        )
        if name:
            text = f"There is no lesson {show(name)} here{nearest(name, playable)}."
            Notice(text, lambda: enter(Spot()))
        if problem:
            Message("No lessons of your own", problem)
        if own:
            rv.Html(tag="h2", children=["Your own"])
            Cards(own)
        rv.Html(tag="h2", class_="" if own else "fw-unseen", children=["Shipped"])
        Cards(shipped)


@solara.component
def Cards(lessons: list[Lesson | Broken]) -> None:  # noqa: N802
    """A card for each lesson; one that cannot be played says why."""
    with solara.Div(classes=["fw-cards"]):
        for lesson in lessons:
            if isinstance(lesson, Lesson):
                Card(lesson)
                continue
            with solara.Div(classes=["fw-card", "fw-broken"], attributes={"role": "alert"}):
                rv.Html(tag="h3", children=[f"{lesson.file} cannot be played"])
                for line in lesson.problem.splitlines():
                    rv.Html(tag="p", children=[line])


@solara.component
def Card(lesson: Lesson) -> None:  # noqa: N802
    """Title, summary, length and claims of a lesson; a press opens it."""
    spec = lesson.spec
    with solara.Div(classes=["fw-card", "fw-lesson-card"]):
        rv.Html(tag="h3", children=[spec.title])
        rv.Html(tag="p", children=[spec.summary])
        with solara.Div(classes=["fw-lesson-claims"]):
            for claim in spec.claims:
                rv.Html(tag="span", class_="fw-claim", attributes={"title": claims()[claim].text}, children=[claim])
        with solara.Div(classes=["fw-lesson-foot"]):
            rv.Html(tag="span", class_="fw-muted", children=[f"{len(spec.chapters)} chapters, {spec.minutes} minutes"])
            solara.Div(classes=["fw-space"])
            if any(chapter.prediction for chapter in spec.chapters):
                solara.Button(
                    "With a class", icon_name="mdi-account-group", text=True,
                    on_click=lambda: enter(Spot(lesson.name), gathering=True),
                    attributes={"aria-label": f"{spec.title} with a class"},
                )  # fmt: skip
            solara.Button(
                "Open", icon_name="mdi-play-circle-outline", color="primary", on_click=lambda: enter(Spot(lesson.name)),
                attributes={"aria-label": f"Open {spec.title}"},
            )  # fmt: skip
