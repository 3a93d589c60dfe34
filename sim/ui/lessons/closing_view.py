"""The end of a lesson on the page: score, what to take away, what to discuss, and the handout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import solara
from solara.alias import rv

from sim.scenario.claims import claims
from sim.ui.lessons.audience import RoomScore, RoomSentence, of_room
from sim.ui.lessons.closing import LessonMoment, handout, moments, score

if TYPE_CHECKING:
    from sim.ui.classroom.lesson_room import LessonRoom
    from sim.ui.lessons.playback import LessonPlayback

MARKS = {True: "\N{CHECK MARK} as predicted", False: "\N{MULTIPLICATION SIGN} otherwise", None: ""}


@solara.component
def Closing(playback: LessonPlayback, room: LessonRoom | None = None) -> None:  # noqa: N802 - a component
    """What a lesson comes to, for one who predicted or for a class."""
    course = playback.course
    spec, told = course.lesson.spec, moments(course, playback.guesses.value)
    told = of_room(room, told) if room else told
    name = re.sub(r"[^A-Za-z0-9]+", "-", spec.title).strip("-").lower() or "lesson"
    with solara.Div(classes=["fw-closing"]):
        rv.Html(tag="h1", children=[f"{spec.title}: what to take away"])
        with solara.Div(classes=["fw-closing-head"]):
            if room:
                RoomSentence(room)
            else:
                rv.Html(tag="p", class_="fw-score", children=[score(told)])
            solara.FileDownload(lambda: handout(course), filename=f"{name}.html", label="Handout to print")
        with solara.Div(classes=["fw-closing-rows"]):
            if room:
                RoomScore(room)
            for one in told:
                Moment(one)
            if spec.discuss:
                with solara.Div(classes=["fw-card"]):
                    rv.Html(tag="h2", children=["To discuss"])
                    rv.Html(tag="ol", children=[rv.Html(tag="li", children=[text]) for text in spec.discuss])
            if spec.claims:
                with solara.Div(classes=["fw-card"]):
                    rv.Html(tag="h2", children=["Claims it is about"])
                    texts = [f"{claim}: {claims()[claim].text}" for claim in spec.claims]
                    rv.Html(tag="ul", children=[rv.Html(tag="li", children=[text]) for text in texts])


@solara.component
def Moment(one: LessonMoment) -> None:  # noqa: N802
    """A chapter: what was asked, predicted and measured, and what it says."""
    with solara.Div(classes=["fw-card"]):
        rv.Html(tag="h2", children=[f"{one.number}. {one.title}"])
        if one.question:
            rv.Html(tag="p", class_="fw-muted", children=[one.question])
            with solara.Div(classes=["fw-closing-both"]):
                rv.Html(tag="span", children=[f"Predicted: {one.predicted}"])
                rv.Html(tag="b", children=[f"Measured: {one.measured}"])
                if one.right is not None:
                    rv.Html(tag="span", class_="fw-tag fw-tag-true" if one.right else "fw-tag",
                            children=[MARKS[one.right]])  # fmt: skip
        if one.said:
            rv.Html(tag="p", children=[one.said])
