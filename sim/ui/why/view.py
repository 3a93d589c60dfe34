"""The view that asks why a measure is missed: a form, a chain of cards down to a lever, and what is said instead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv
from solara.toestand import Singleton

from sim.answers.why.tables import sayings_rows, team_rows
from sim.answers.why.words import contrast, ending, opening, path_text, sentences, uncertain
from sim.questions.why.explain import SEEDS, explain
from sim.questions.why.reference import HEALTHY
from sim.scenario.errors import InputError
from sim.ui.choice import shipped, titles
from sim.ui.forms.fields import Choose, Downloads, Promise, ScenarioField, Start, Table, Typed, Weeks, columns, setters
from sim.ui.forms.work import (
    OPEN,
    Subject,
    command_of,
    lasting_job,
    read_weeks,
    read_whole,
    subject_of,
    workers,
    zipped,
)
from sim.ui.parts import Chart, Heading, Working
from sim.ui.theme import use_theme
from sim.ui.why.result import askable, chain_items, level_items, said_chart

if TYPE_CHECKING:
    from sim.questions.why.explain import Why
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

MOST_SEEDS = 500
MOST_TEAMS = 12
"""Teams in the tables; all are in the files."""

WHY_HINT = (
    "Every cause is put at its reference in runs with the same week 0 and the same luck. The chain follows what "
    "recovers most, level by level, down to a lever somebody can pull."
)
GOAL_HINT = "What it should be, in its unit; usually 1 for attainment, and what the reference gives for others."
SEEN_HINT = (
    "Potential: what a team could book a quarter, as its manager believes, as reports in the CRM say, and as it is. "
    "Pipeline: open amounts weighted by the stage as logged and by the buyer's own stage. In brackets the error."
)


@dataclass(frozen=True, slots=True)
class WhyForm:
    """What is asked.

    Attributes:
        scenario: The organization.
        measure: What is missed.
        goal: What it should be; empty for 1 of attainment, and what the reference gives of others.
        reference: Scenario whose levers are the reference.
        seeds: Pairs of runs.
        weeks: Weeks of each run; empty for the scenario's own.
        branches: Whether to follow every certain cause.
    """

    scenario: str = OPEN
    measure: str = "net_contribution"
    goal: str = ""
    reference: str = HEALTHY
    seeds: str = str(SEEDS)
    weeks: str = ""
    branches: bool = False


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """An answer with the command that repeats it."""

    why: Why
    command: str


NOTHING = (
    "Five whys, computed.",
    (
        "Choose a measure and ask. The answer is a chain from the measure down to a lever: what each cause would "
        "recover if it were at its reference, with its interval, and what is left unexplained. Beside it stands "
        "what reps report and managers name. It takes about a minute."
    ),
)
"""What stands here before anything was asked."""

FORM = solara.reactive(WhyForm())
JOB: Singleton[Job[WhyAnswer]] = Singleton(lasting_job)


def ask(choice: Choice, form: WhyForm, job: Job[WhyAnswer]) -> WhyAnswer:
    """Look for the causes, telling how far it is.

    Raises:
        InputError: Something asked for cannot be used.
        Stopped: Somebody asked to stop.
    """
    subject = subject_of(choice, form.scenario)
    seeds, weeks = read_whole(form.seeds, "pairs of runs", 2, MOST_SEEDS), read_weeks(form.weeks)
    found = explain(
        subject.scenario, form.measure, reference=shipped(form.reference), goal=_goal(form.goal), seeds=seeds,
        weeks=weeks, workers=workers(), branches=form.branches,
        progress=lambda done, total: job.tell(done, total, "Simulating."),
    )  # fmt: skip
    return WhyAnswer(found, _command(subject, form, seeds, weeks))


def _goal(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        goal = float(text)
    except ValueError:
        goal = math.nan
    if not math.isfinite(goal):
        raise InputError(f'goal = "{text}" is not allowed; it must be a number, such as 1 for attainment')
    return goal


def _command(subject: Subject, form: WhyForm, seeds: int, weeks: int | None) -> str:
    words = ["--measure", form.measure, "--seeds", str(seeds)]
    words += ["--reference", form.reference] if form.reference != HEALTHY else []
    words += ["--goal", form.goal.strip()] if form.goal.strip() else []
    words += ["--weeks", str(weeks)] if weeks else []
    return command_of("why", subject, *words, *(["--branches"] if form.branches else []))


@solara.component
def WhyView(desk: Desk) -> None:  # noqa: N802 - a component
    """Ask why, and see the answer."""
    job = JOB.value
    status = job.status.value
    answer = status.result
    with solara.Div(classes=["fw-view"]):
        Asking(desk.choice.value, job)
        if answer is None and not status.busy:
            Promise(*NOTHING)
        elif answer is not None:
            Found(answer).key(f"answer {id(answer)}")


@solara.component
def Asking(choice: Choice, job: Job[WhyAnswer]) -> None:  # noqa: N802
    """What to ask, and how far the answer is."""
    form, put = FORM.value, setters(FORM)
    with solara.Div(classes=["fw-card"]):
        Heading("Why is it missed?", WHY_HINT)
        with solara.Div(classes=["fw-form"]):
            ScenarioField(choice, form.scenario, put("scenario"), hint="The organization that is asked about.")
            Choose(
                "Measure that is missed", askable(), form.measure, put("measure"), hint="What is too low, or too high."
            )
            Typed("Goal", form.goal, put("goal"), empty="usual", hint=GOAL_HINT)
            Choose("Reference", titles(), form.reference, put("reference"), wide=True,
                   hint="The scenario whose levers count as good practice.")  # fmt: skip
            Typed("Pairs of runs", form.seeds, put("seeds"), hint=f"2 to {MOST_SEEDS}; more make narrower intervals.")
            Weeks(form.weeks, put("weeks"))
            rv.Checkbox(v_model=form.branches, on_v_model=put("branches"), label="Follow every certain cause",
                        dense=True, hide_details=True)  # fmt: skip
            Start("Ask why", "mdi-magnify", job, lambda told: ask(choice, FORM.peek(), told))
        Working(job)


@solara.component
def Found(answer: WhyAnswer) -> None:  # noqa: N802
    """The answer."""
    why = answer.why

    def data() -> str:
        from sim.answers.why.output import as_json  # noqa: PLC0415 - figures are slow to import

        return as_json(why)

    def pack() -> bytes:
        from sim.answers.why.output import write_folder  # noqa: PLC0415 - as above

        return zipped(lambda folder: write_folder(why, folder, sentences(why), answer.command))

    with solara.Div(classes=["fw-stack"]):
        with solara.Div(classes=["fw-card"]):
            with solara.Div(classes=["fw-head"]):
                pairs = f"{why.seeds} pairs of runs of {why.weeks} weeks, {why.runs} runs in all"
                Heading(why.scenario.title or why.scenario.name, f"{pairs}, against the scenario {why.reference}.")
                Downloads([
                    ("Answer", "why.txt", "\n".join(sentences(why)) + "\n"),
                    ("Data", "why.json", data),
                    ("All files", "why.zip", pack),
                ])  # fmt: skip
            for place, sentence in enumerate(opening(why)):
                rv.Html(tag="p", class_="fw-say fw-say-first" if place == 0 else "fw-say", children=[sentence])
            if why.ends:
                ChainCards(items=chain_items(why, why.ends[0]))
            for sentence in (*ending(why), *uncertain(why), *(f"Also: {path_text(end)}." for end in why.ends[1:])):
                rv.Html(tag="p", class_="fw-say", children=[sentence])
        if why.levels:
            LevelCards(items=level_items(why))
        Said(why)
        Teams(why)
        rv.Html(tag="code", class_="fw-command", children=[answer.command])


@solara.component
def Said(why: Why) -> None:  # noqa: N802
    """What is most often said, against what is so."""
    theme, said = use_theme(), why.said
    with solara.Div(classes=["fw-card"]):
        Heading("What is said instead", "The most reported cause is what a dashboard would show; the true one is what "
                "the simulation knows. Counts over all runs.")  # fmt: skip
        for sentence in contrast(why):
            rv.Html(tag="p", class_="fw-say", children=[sentence])
        if not contrast(why):
            solara.Text("No loss with a reason and no miss of a team happened in these runs.", classes=["fw-muted"])
        with solara.Div(classes=["fw-pair"]):
            if said.told:
                with solara.Div(classes=["fw-plot", "fw-titled"]):
                    Heading("Why deals were lost", "Share of losses with a reason: as reps report it, and in truth.")
                    Chart("Why deals were lost", lambda: said_chart(said.told, said.true, ("Reported", "True"), theme))
            if said.named:
                with solara.Div(classes=["fw-plot", "fw-titled"]):
                    Heading(
                        "Why teams missed", "Share of missed team quarters: the cause managers named, and the true one."
                    )
                    Chart("Why teams missed", lambda: said_chart(said.named, said.causes, ("Named", "True"), theme))


@solara.component
def Teams(why: Why) -> None:  # noqa: N802
    """The dashboard against the truth, by team."""
    currency = why.scenario.currency
    hints = {
        1: "Bookings over quota of the whole run.", 2: f"{currency} a quarter, at the end of the run.",
        3: f"{currency} a quarter, from reports of pipeline.", 4: f"{currency} a quarter.",
        5: f"{currency}; open amounts times the stage as logged.", 6: f"{currency}; times the buyer's own stage.",
    }  # fmt: skip
    told = {
        1: "Honesty of reports as managers hear them, 0 to 1.", 6: "Misses of the team's quota a run.",
        7: "Share of misses whose true cause was named.",
    }  # fmt: skip
    with solara.Div(classes=["fw-card"]):
        Heading("The dashboard against the truth", SEEN_HINT)
        head = ("Team", "Attainment", "Potential: manager believes", "CRM says", "It is", "Pipeline: logged", "It is")
        Table(
            head=columns(*head, right=range(1, 7), hints=hints),
            rows=team_rows(why)[:MOST_TEAMS],
            caption="What is seen and what is",
        )
        names = ("Team", "Honesty", "Losses: told", "True", "Misses: named", "True", "Misses a run", "Named truly")
        Table(
            head=columns(*names, right=(1, 6, 7), hints=told),
            rows=sayings_rows(why)[:MOST_TEAMS],
            caption="What is said and what is so",
        )
        if len(why.teams) > MOST_TEAMS:
            solara.Text(f"{len(why.teams) - MOST_TEAMS} more teams are in all files.", classes=["fw-muted"])


@solara.component_vue("Chain.vue")
def ChainCards(items: list[dict[str, Any]]) -> None:  # noqa: N802
    """The chain: a card for each step, from the measure to the lever."""


@solara.component_vue("Levels.vue")
def LevelCards(items: list[dict[str, Any]]) -> None:  # noqa: N802
    """A card for each level: its causes as bars with intervals on one scale, and the remainder."""
