"""One lesson played: what is said and asked on the left, wheel and charts on the right, like a slide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv

from scenarios import list_scenarios
from sim.questions.lesson.schema import MAIN, SHOWN, Act
from sim.scenario.errors import InputError
from sim.ui.choice import Choice
from sim.ui.lessons.asked import Asked
from sim.ui.lessons.audience import Audience, Lobby, RoomAnswers, use_audience
from sim.ui.lessons.charts import ALL_STAGES, LIVE, WHEELS, hint_of, live_chart, measure_chart, stages_chart, title_of
from sim.ui.lessons.closing import text_of
from sim.ui.lessons.closing_view import Closing
from sim.ui.lessons.course import LessonCourse
from sim.ui.lessons.playback import LessonPlayback, use_playback
from sim.ui.lessons.spot import SPOT, Spot
from sim.ui.live.transport import add_pace
from sim.ui.live.widgets import Pulse, add_links_key, turning_wheel
from sim.ui.opening import open_session, sentence
from sim.ui.parts import Chart, Heading, Keys, Message, Problem
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.questions.lesson.reading import Lesson
    from sim.ui.classroom.lesson_room import LessonRoom

STEPS = {
    "begin": ("To the lesson", "mdi-arrow-right"),
    "play": ("Play", "mdi-play"),
    "pause": ("Pause", "mdi-pause"),
    "reveal": ("Reveal", "mdi-eye"),
    "next": ("Next", "mdi-arrow-right"),
    "end": ("Finish", "mdi-flag-checkered"),
    "leave": ("Leave", "mdi-check"),
}
"""What the space bar does next: its word and icon."""

KEYS = "space: play, reveal   \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}: chapters   1-6: predict   f: full screen   Esc: leave"  # noqa: E501


def choice_of(lesson: Lesson) -> Choice:
    """The lesson's run as any visitor's choice."""
    spec = lesson.spec
    beside = "" if spec.scenario in list_scenarios() else (lesson.folder / spec.scenario).read_text(encoding="utf-8")
    base = lesson.scenarios[spec.scenario].values
    changed = {name: value for name, value in lesson.scenarios[""].values.items() if value != base[name]}
    return Choice(spec.scenario, beside, spec.seed, tuple(changed.items()))


@solara.component
def LessonPlayer(lesson: Lesson, leave: Callable[[], None]) -> None:  # noqa: N802 - a component
    """Prepare the lesson's organization, show that it is done, then play."""
    step = solara.use_reactive("")
    spot = solara.use_memo(SPOT.peek, [])

    def prepare() -> LessonCourse | str:
        opened = open_session(choice_of(lesson), step.set)
        if opened.session is None:
            return opened.problem
        course = LessonCourse(lesson, opened.session)
        try:
            course.stand(spot.chapter, spot.week, begun=spot.revealed)
        except InputError as error:
            return sentence(str(error))
        return course

    result = solara.use_thread(prepare, dependencies=[], intrusive_cancel=False)
    with solara.Div(classes=["fw-lesson-player"]):
        if isinstance(result.value, LessonCourse):
            Played(result.value, spot, leave)
            return
        Keys(wanted=["escape"], event_press=lambda _: leave())
        if result.value or result.state == solara.ResultState.ERROR:
            with Message("This lesson cannot be played", result.value or str(result.error)):
                solara.Button("Back to the lessons", on_click=leave, outlined=True)
        else:
            Message(lesson.spec.title, step.value or "One moment.", busy=True)


@solara.component
def Played(course: LessonCourse, spot: Spot, leave: Callable[[], None]) -> None:  # noqa: N802
    """The slide, the bar below it, and the presenter's keys."""
    playback = use_playback(course, spot)
    audience = use_audience(playback)
    moves = PresenterMoves(playback, leave, audience)
    room = audience.room.value
    with solara.Div(classes=["fw-played"]):
        Keys(wanted=["space", "right", "left", "escape", *"123456"], event_press=moves.press)
        Problem(playback.problem)
        if audience.shown.value:
            Lobby(audience, playback)
        elif playback.ended.value:
            Closing(playback, room)
        else:
            if audience.problem.value:
                Problem(audience.problem)
            with solara.Div(classes=["fw-slide"]):
                SlideText(playback, room)
                Figures(playback)
        Bar(playback, moves)
        # The last to be sent: what it tells is that everything before it was drawn.
        Pulse(week=playback.scene.value.week, event_drawn=lambda _: playback.drawn.set())


class PresenterMoves:
    """What a presenter can do."""

    def __init__(self, playback: LessonPlayback, leave: Callable[[], None], audience: Audience | None = None) -> None:
        self.playback, self.leave, self.audience = playback, leave, audience or Audience()

    def step(self) -> None:
        """Do what comes next."""
        if self.audience.shown.peek():
            self.audience.shown.set(False)
            return
        at = self.playback.scene.value.at
        actions: dict[str, Callable[[], None]] = {
            "pause": lambda: self.playback.playing.set(False),
            "play": self.playback.start,
            "reveal": self.playback.reveal,
            "next": lambda: self.playback.go(at + 1),
            "end": lambda: self.playback.ended.set(True),
            "leave": self.leave,
        }
        actions[self.playback.step]()

    def press(self, key: str) -> None:
        """Do what a key stands for."""
        at = self.playback.scene.value.at
        if key == "space":
            self.step()
        elif key == "left" and self.playback.ended.value:
            self.playback.ended.set(False)
        elif key in ("left", "right"):
            self.playback.go(at + (1 if key == "right" else -1))
        elif key == "escape":
            self.leave()
        elif self.audience.room.peek():
            return  # phones predict
        elif (asked := self.playback.course.chapter.prediction) and int(key) <= len(asked.options):
            self.playback.guess(int(key) - 1)


@solara.component
def SlideText(playback: LessonPlayback, room: LessonRoom | None = None) -> None:  # noqa: N802
    """Title, caption, what is done, the prediction, and what the run showed."""
    scene, chapter = playback.scene.value, playback.course.chapter
    revealed = scene.at in playback.revealed.value
    lesson = playback.course.lesson.spec
    with solara.Div(classes=["fw-said-side"], attributes={"aria-live": "polite"}):
        rv.Html(tag="div", class_="fw-kicker", children=[f"{lesson.title}, {scene.at + 1} of {len(lesson.chapters)}"])
        rv.Html(tag="h1", children=[chapter.title])
        if not (revealed and chapter.prediction):
            rv.Html(tag="p", class_="fw-lesson-caption", children=[playback.course.said(chapter.caption)])
            if chapter.acts:
                Done(chapter.acts)
        if chapter.prediction and room:
            RoomAnswers(room, scene.at + 1).key(f"answers {scene.at}")
        elif chapter.prediction:
            Ask(playback)
        if revealed and scene.over:
            Revealed(pieces=scene.reveal)
            for surprise in scene.surprises:
                rv.Html(tag="p", class_="fw-surprise", children=[surprise])


@solara.component
def Done(acts: Sequence[Act]) -> None:  # noqa: N802
    """What is done when the chapter begins, each with its branch."""
    with rv.Html(tag="ul", class_="fw-done-list"):
        for act in acts:
            with rv.Html(tag="li"):
                rv.Html(tag="span", class_=f"fw-branch fw-branch-{act.branch}", children=[act.branch])
                rv.Html(tag="span", children=[text_of(act)])


@solara.component
def Ask(playback: LessonPlayback) -> None:  # noqa: N802
    """The question, with what was predicted and, once revealed, what was measured."""
    scene, asked = playback.scene.value, playback.course.chapter.prediction
    if asked is None:
        return
    shown = scene.answer if scene.at in playback.revealed.value else None
    guess = playback.guesses.value.get(scene.at)
    Asked(
        question=asked.question,
        options=[option.text for option in asked.options],
        low=asked.low,
        high=asked.high,
        unit=playback.course.unit_asked(),
        chosen=guess if guess is None or not asked.options else int(guess),
        revealed=shown is not None,
        answer=shown.row if shown else None,
        measured=shown.text if shown else "",
        event_guess=playback.guess,
    ).key(f"ask {scene.at}")  # fmt: skip


@solara.component_vue("Told.vue")
def Revealed(*, pieces: Sequence[tuple[str, bool]]) -> None:  # noqa: N802
    """A text whose measured values stand out."""


@solara.component_vue("Dots.vue")
def Dots(*, titles: Sequence[str], at: int, event_go: Callable[[int], None]) -> None:  # noqa: N802
    """A dot for each chapter; `event_go` is given the place of the one that is pressed."""


@solara.component
def Bar(playback: LessonPlayback, moves: PresenterMoves) -> None:  # noqa: N802
    """Chapters, the button for what comes next, and the week."""
    scene, busy, lesson = playback.scene.value, playback.busy.value, playback.course.lesson.spec
    word, icon = STEPS["begin" if moves.audience.shown.value else playback.step]
    room = moves.audience.room.value
    with solara.Div(classes=["fw-bar-below"]):
        solara.Button(
            "Back", icon_name="mdi-arrow-left", text=True, on_click=lambda: moves.press("left"),
            disabled=scene.at == 0 or busy,
        )  # fmt: skip
        Dots(titles=[chapter.title for chapter in lesson.chapters], at=scene.at, event_go=playback.go)
        solara.Button(
            "One moment" if busy else word, icon_name=icon, color="primary", on_click=moves.step, disabled=busy,
            classes=["fw-step"],
        )  # fmt: skip
        add_pace(playback.pace)
        if room is None:  # whose button needs the place
            rv.Html(tag="span", class_="fw-key-hints", children=[KEYS])
        solara.Div(classes=["fw-space"])
        with solara.Div(classes=["fw-clock"]):
            rv.Html(tag="b", children=[f"Week {scene.week}"])
            rv.Html(tag="span", children=[f"of {playback.course.end} in this chapter"])
        if room and not moves.audience.shown.value:
            solara.Button(
                f"Class {room.code}", icon_name="mdi-account-group", text=True,
                on_click=lambda: moves.audience.shown.set(True),
            )  # fmt: skip
        solara.Button("Leave", icon_name="mdi-close", text=True, on_click=moves.leave)


@solara.component
def Figures(playback: LessonPlayback) -> None:  # noqa: N802
    """What the chapter shows: wheels, charts of the live view, measures of every branch; and what the branches are."""
    scene, chapter = playback.scene.value, playback.course.chapter
    chosen = solara.use_reactive("")
    usual = MAIN if chapter.focus else list(scene.frames)[-1]
    branch = next(letter for letter in (chosen.value, chapter.focus, usual) if letter in scene.frames)
    with solara.Div(classes=["fw-shown-side"]):
        if len(scene.frames) > 1:
            items = [{"letter": key, "label": label, "picked": key == branch} for key, label in scene.labels.items()]
            single = any(name in SHOWN for name in chapter.show)
            Legend(items=items, pickable=single, event_pick=chosen.set)
        with solara.Div(classes=["fw-figures", f"fw-figures-{len(chapter.show)}"]):
            for name in chapter.show:
                (LessonWheel if name in WHEELS else LessonChart)(playback, name, branch).key(name)


@solara.component_vue("Branches.vue")
def Legend(*, items: Sequence[dict[str, Any]], pickable: bool, event_pick: Callable[[str], None]) -> None:  # noqa: N802
    """The branches with their lines; `event_pick` is given the letter of the one to show where only one can be."""


@solara.component
def LessonChart(playback: LessonPlayback, name: str, branch: str) -> None:  # noqa: N802
    """One chart."""
    theme, scene, course = use_theme(), playback.scene.value, playback.course
    end = max(course.end, 26)
    sessions = {key: course.sessions[key] for key in scene.frames if key in course.sessions}
    own = name in (ALL_STAGES, *LIVE) and len(scene.frames) > 1
    title = title_of(name, course.main.world.scenario.currency) + (f" ({scene.labels[branch]})" if own else "")

    def option() -> dict[str, Any]:
        if name == ALL_STAGES:
            return stages_chart(sessions.get(branch, course.main), end, theme)
        if name in LIVE:
            return live_chart(name, scene.frames[branch], theme)
        return measure_chart(name, sessions, end, theme)

    with solara.Div(classes=["fw-card", "fw-lesson-figure"]):
        Heading(title, hint_of(name), left=True)
        Chart(title, option)


@solara.component
def LessonWheel(playback: LessonPlayback, name: str, branch: str) -> None:  # noqa: N802
    """A wheel of one branch."""
    scene = playback.scene.value
    wheel = scene.frames[branch].wheels[WHEELS[name]]
    with solara.Div(classes=["fw-card", "fw-lesson-figure"]):
        of = f" ({scene.labels[branch]})" if len(scene.frames) > 1 else ""
        Heading(f"{wheel.kind.title}{of}", wheel.about)
        with solara.Div(classes=["fw-turning"]):
            turning_wheel(wheel, begun=scene.week > 0, playing=playback.playing.value, week=scene.week)
            add_links_key(wheel)
