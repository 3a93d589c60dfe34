"""The lessons: cards to choose from, and a stage on which one is played like a talk."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.questions.lesson.reading import FOLDER, Broken, Lesson, lessons_in
from sim.scenario.claims import claims
from sim.scenario.errors import InputError
from sim.ui.lessons.player import LessonPlayer
from sim.ui.parts import Message

if TYPE_CHECKING:
    from sim.ui.desk import Desk

OPENED = solara.reactive("")
"""Name of the lesson a visitor has opened; Solara keeps one for each visitor."""


def found() -> tuple[list[Lesson | Broken], list[Lesson | Broken], str]:
    """The lessons of one's own, the shipped ones, and why there are none of one's own where there should be."""
    folder = os.environ.get(FOLDER, "")
    try:
        own = lessons_in(Path(folder)) if folder else []
    except InputError as error:
        return [], lessons_in(), str(error)
    return [replace(one, name=f"own/{one.name}") if isinstance(one, Lesson) else one for one in own], lessons_in(), ""


@solara.component
def Lessons(desk: Desk) -> None:  # noqa: N802 - a component
    """The list of lessons, or the one that is opened."""
    solara.use_effect(lambda: desk.player.playing.set(False), [])
    own, shipped, problem = found()
    lesson = next((one for one in [*own, *shipped] if isinstance(one, Lesson) and one.name == OPENED.value), None)
    if lesson:
        LessonPlayer(lesson, lambda: OPENED.set("")).key(lesson.name)
        return
    with solara.Div(classes=["fw-view", "fw-lessons"]):
        rv.Html(tag="h1", children=["Lessons"])
        solara.Text(
            "Each leads through a run chapter by chapter: predict, watch, compare. The answers are measured in the run "
            "itself. Keys: space plays and reveals, the arrows change chapters, f fills the screen, Esc leaves.",
            classes=["fw-muted"],
        )
        if problem:
            Message("No lessons of your own", problem)
        if own:
            rv.Html(tag="h2", children=["Your own"])
            Cards(own)
            rv.Html(tag="h2", children=["Shipped"])
        Cards(shipped)


@solara.component
def Cards(lessons: list[Lesson | Broken]) -> None:  # noqa: N802
    """A card for each lesson; one that cannot be played says why."""
    with solara.Div(classes=["fw-cards"]):
        for one in lessons:
            if isinstance(one, Broken):
                with solara.Div(classes=["fw-card", "fw-broken"], attributes={"role": "alert"}):
                    rv.Html(tag="h3", children=[f"{one.file} cannot be played"])
                    for line in one.problem.splitlines():
                        rv.Html(tag="p", children=[line])
            else:
                Card(one)


@solara.component
def Card(lesson: Lesson) -> None:  # noqa: N802
    """Title, summary, length and claims of a lesson; a press opens it."""
    spec = lesson.spec
    chapters = f"{len(spec.chapters)} chapters, {spec.minutes} minutes"
    with solara.Div(classes=["fw-card", "fw-lesson-card"]):
        rv.Html(tag="h3", children=[spec.title])
        rv.Html(tag="p", children=[spec.summary])
        with solara.Div(classes=["fw-lesson-claims"]):
            for claim in spec.claims:
                rv.Html(tag="span", class_="fw-claim", attributes={"title": claims()[claim].text}, children=[claim])
        with solara.Div(classes=["fw-lesson-foot"]):
            rv.Html(tag="span", class_="fw-muted", children=[chapters])
            solara.Div(classes=["fw-space"])
            solara.Button(
                "Open", icon_name="mdi-play-circle-outline", color="primary", on_click=lambda: OPENED.set(lesson.name),
                attributes={"aria-label": f"Open {spec.title}"},
            )  # fmt: skip
