"""The view that turns a wheel: what each link passes on, gain, turn time and weakest link, as a ring and a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.toestand import Singleton

from sim.answers.wheel.words import cut_rows, restart_lines, summary_lines, wheel_data
from sim.measures.loops import find_loop
from sim.questions.wheel.gain import FEWEST, STEP, WINDOW, Question, Wheel, make_ready, read_push, turn_wheel
from sim.questions.wheel.hysteresis import restart
from sim.questions.wheel.motion import measure_motion
from sim.questions.wheel.worlds import wheel_worlds
from sim.scenario.errors import InputError
from sim.ui.forms.answers import Command, Downloads, Inquiry, Table, answer_files, columns
from sim.ui.forms.fields import Checkbox, Choose, PlausibleWorlds, ScenarioField, Start, Typed
from sim.ui.forms.findings import Findings
from sim.ui.forms.work import OPEN, command_of, lasting_job, read_whole, read_worlds, setters, subject_of, workers
from sim.ui.gain.result import centre, loop_titles, ring_colours, ring_stages
from sim.ui.parts import Heading, Working, add_sentences
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from sim.answers.analysis import Analysis
    from sim.measures.loops import Loop
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

MOST_SEEDS = 500
ASKED = {"motion": "Does it gather or lose speed?", "cut": "What comes round of a push?"}
"""What can be asked of a wheel, by its name in the form."""
HINT = (
    "Speed: twin runs of six years let the wheel run, coast, take a pulse, and push one lever after the other. What "
    "comes round: the wheel is cut at a stage, pushed there, and what returns is measured; a gain above 1 brings more "
    "with each turn."
)
MOTION_HINT = "Twin runs with the same luck from week 0: as it is, without what drives it, with a pulse, with a push."
RING_HINT = (
    "Numbers beside the arrows: by how many per cent a lasting push of 1% on a stage moves the next one, with the 95% "
    "interval. Green and a full line raise, red lowers, grey and dashed cannot be told from nothing."
)
CUTS_HINT = (
    "In a single ring all cuts give the same gain; where a stage can be passed by, a cut there finds only what goes "
    "through it."
)
CUT_HINTS = {
    1: "Share of a push that comes round to the stage it was made at; 1 keeps itself going.",
    2: "Weeks until half of what comes round has arrived.",
    4: f"Change of the last stage in the second year if this link is carried out {STEP * 100:.0f} points better.",
}


@dataclass(frozen=True, slots=True)
class WheelForm:
    """What is asked: of `ASKED`, scenario, loop, sets of twin runs; of a cut, push, weeks, and restart too."""

    asked: str = "motion"
    scenario: str = OPEN
    loop: str = "sales"
    seeds: str = "12"
    worlds: str = ""
    push: str = "5%"
    window: str = str(WINDOW)
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Turned:
    """A wheel that was turned, what restart costs (sentences, may be none), and the command that repeats it."""

    wheel: Wheel
    restart: tuple[str, ...]
    command: str


PROMISE = (
    "Turn a wheel and see whether it accelerates, coasts, stalls or spins down, what a unit of money put into each "
    "lever brings, which link is weakest, and how long it goes on when it is left alone. Or cut it, and see how much "
    "each stage passes on to the next. Twelve sets of twins take about half a minute."
)
"""What stands here before anything was asked."""

FORM = solara.reactive(WheelForm())
JOB: Singleton[Job[Turned | Analysis]] = Singleton(lasting_job)


def ask(choice: Choice, form: WheelForm, job: Job[Turned | Analysis]) -> Turned | Analysis:
    """Ask what the form asks, telling how far it is; InputError if it cannot be, JobStopped if it was stopped."""
    return move(choice, form, job) if form.asked == "motion" else turn(choice, form, job)


def move(choice: Choice, form: WheelForm, job: Job[Any]) -> Analysis:
    """Measure how the wheel moves, and which of its links is weakest; raises as `ask`."""
    from sim.answers.wheel.motion import LINKS, analysis_of  # noqa: PLC0415 - figures are slow to import
    from sim.answers.wheel.worlds import with_worlds  # noqa: PLC0415 - as above

    subject, loop, count = subject_of(choice, form.scenario), _loop(form), read_worlds(form.worlds)
    seeds = range(read_whole(form.seeds, "sets of twin runs", FEWEST, MOST_SEEDS))
    job.tell(0, 0, "Making the rules ready with factors on their links; the first time that takes minutes.")
    make_ready(subject.scenario, loop)
    links = partial(job.tell, text="Looking for the weakest link.")
    wheel = turn_wheel(
        subject.scenario, loop, seeds[:LINKS], question=Question(at=()), progress=links, workers=workers()
    )
    moving = partial(job.tell, text="Letting it run, coast and be pushed.")
    motion = measure_motion(subject.scenario, seeds, progress=moving, workers=workers())
    command = command_of("wheel", subject, loop=form.loop, seeds=len(seeds), worlds=form.worlds.strip())
    found = analysis_of(motion, wheel, command)
    if not count:
        return found
    asking = partial(job.tell, text="Turning it in plausible worlds; the answer stands.", result=found)
    return with_worlds(found, wheel_worlds(subject.scenario, count, workers=workers(), progress=asking))


def _loop(form: WheelForm) -> Loop:
    if form.loop not in loop_titles():
        raise InputError(f"there is no loop {form.loop}; choose one of the list")
    return find_loop(form.loop)


def turn(choice: Choice, form: WheelForm, job: Job[Any]) -> Turned:
    """Cut and turn the wheel; raises as `ask`."""
    subject = subject_of(choice, form.scenario)
    loop, seeds = _loop(form), range(read_whole(form.seeds, "sets of twin runs", FEWEST, MOST_SEEDS))
    asked = Question(push=read_push(form.push), window=read_whole(form.window, "window", 1, 520))
    asked.check(loop)
    job.tell(0, 0, "Making the rules ready with factors on their links; the first time that takes minutes.")
    make_ready(subject.scenario, loop)
    tell = partial(job.tell, text="Turning the wheel.")
    wheel = turn_wheel(subject.scenario, loop, seeds, question=asked, progress=tell, workers=workers())
    lines: list[str] = []
    if form.restart:
        tell = partial(job.tell, text="Stopping and restarting.")
        lines = restart_lines(restart(subject.scenario, seeds, progress=tell, workers=workers()))
    command = command_of(
        "wheel", subject, loop=form.loop, seeds=len(seeds), cut=True, push=form.push, window=asked.window,
        restart=form.restart,
    )  # fmt: skip
    return Turned(wheel, tuple(lines), command)


def laid_out(turned: Turned) -> Analysis:
    """Lay out a wheel that was turned for its files."""
    from sim.answers.wheel.cut import analysis_of  # noqa: PLC0415 - figures are slow to import

    wheel = turned.wheel
    return analysis_of(wheel, range(len(wheel.turns)), turned.restart, wheel_data(wheel), turned.command)


@solara.component
def GainView(desk: Desk) -> None:  # noqa: N802 - a component
    """Turn a wheel, and see what its links pass on."""

    def show(found: Turned | Analysis) -> None:
        if isinstance(found, Turned):
            Answer(found)
        else:
            Findings(found, answer_files("wheel", lambda: found), MOTION_HINT).key(f"answer {id(found)}")

    Inquiry(JOB.value, lambda: Asking(desk), show, "Is it a flywheel at all?", PROMISE)


@solara.component
def Asking(desk: Desk) -> None:  # noqa: N802
    """What to turn, and how far it is."""
    choice, job, form, put = desk.choice.value, JOB.value, FORM.value, setters(FORM)
    with solara.Div(classes=["fw-card"]):
        Heading("Does the wheel gain?", HINT)
        cut = form.asked == "cut"
        with solara.Div(classes=["fw-form"]):
            Choose("Asked", ASKED, form.asked, put("asked"), wide=True)
            ScenarioField(choice, form.scenario, put("scenario"), hint="The organization whose wheel is turned.")
            Choose("Loop", loop_titles(), form.loop, put("loop"), hint="Which ring of stages.")
            Typed("Sets of twins", form.seeds, put("seeds"), hint=f"{FEWEST} to {MOST_SEEDS}.")
            if cut:
                Typed("Push", form.push, put("push"), hint="Share by which a cut link is pushed, such as 5%.")
                Typed("Window, weeks", form.window, put("window"), hint="Weeks within which what comes back counts.")
                Checkbox(label="Restart too", v_model=form.restart, on_v_model=put("restart"))
            else:
                PlausibleWorlds(form.worlds, put("worlds"), "it is turned with a few sets of twins")
            Start("Turn the wheel", "mdi-rotate-right", job, lambda job: ask(choice, FORM.peek(), job)).key("start")
        Working(job)


@solara.component
def Answer(turned: Turned) -> None:  # noqa: N802
    """The ring, the sentences, and the table of cuts."""
    wheel, theme = turned.wheel, use_theme()

    with solara.Div(classes=["fw-stack"]):
        with solara.Div(classes=["fw-two"]):
            with solara.Div(classes=["fw-card"]):
                Heading(f"{wheel.loop.title}: {wheel.scenario.title or wheel.scenario.name}", RING_HINT)
                Ring(
                    stages=ring_stages(wheel), centre=centre(wheel), colours=ring_colours(theme), name=wheel.loop.title
                )
            with solara.Div(classes=["fw-card"]):
                Heading("What it says", f"{len(wheel.turns)} sets of twin runs of {wheel.question.weeks} weeks.")
                add_sentences((*summary_lines(wheel), *turned.restart), first=True)
                solara.Div(classes=["fw-space"])
                Downloads(answer_files("wheel", partial(laid_out, turned)))
        with solara.Div(classes=["fw-card"]):
            Heading("Cut by cut", CUTS_HINT)
            last = wheel.loop.stages[-1].name
            names = ("Cut at", "Gain there", "Turn time, weeks", "The wheel", f"Better by 10 points, {last} changes by")
            Table(header=columns(*names, right=(1, 2, 4), hints=CUT_HINTS), rows=cut_rows(wheel),
                  caption="Cuts of the wheel", strong=[wheel.weakest] if wheel.weakest_is_sure else [])  # fmt: skip
            Command(turned.command)


@solara.component_vue("Ring.vue")
def Ring(  # noqa: N802
    *, stages: list[dict[str, Any]], centre: dict[str, Any], colours: dict[str, str], name: str
) -> None:
    """The ring: stages on a circle, arrows as wide as what their links pass on; it can be saved as a picture."""
