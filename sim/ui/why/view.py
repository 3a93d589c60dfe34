"""The view that asks why a measure is missed: a form, a chain of cards down to a lever, and what is said instead."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.toestand import Singleton

from sim.answers.why.tables import sayings_rows, team_rows
from sim.answers.why.words import contrast, ending, opening, path_text, uncertain
from sim.answers.why.worlds import causes_table, with_worlds
from sim.answers.why.worlds import said as said_of_worlds
from sim.questions.why.deals import why_worlds
from sim.questions.why.explain import SEEDS, explain
from sim.questions.why.twins import HEALTHY, Reference
from sim.scenario.errors import InputError
from sim.ui.choice import shipped
from sim.ui.forms.answers import Command, Downloads, Inquiry, InWorlds, Table, answer_files, columns
from sim.ui.forms.fields import Checkbox, Choose, Examples, PlausibleWorlds, ScenarioField, Start, Typed, Weeks
from sim.ui.forms.live import TryLive, asked_about, pull_text, pulled
from sim.ui.forms.work import (
    OPEN,
    command_of,
    lasting_job,
    read_weeks,
    read_whole,
    read_worlds,
    setters,
    subject_of,
    workers,
)
from sim.ui.parts import Chart, Heading, Quiet, Working, add_sentences
from sim.ui.scenarios import groups, scenario_titles
from sim.ui.theme import use_theme
from sim.ui.why.result import askable, chain_items, level_items, said_chart

if TYPE_CHECKING:
    from sim.answers.analysis import Analysis
    from sim.questions.why.deals import WhyOverWorlds
    from sim.questions.why.explain import Why
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

MOST_SEEDS = 500
MOST_TEAMS = 12  # teams in the tables; all are in the files

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
    """What is asked, as typed; no goal stands for 1 of attainment, and what the reference gives of others.

    `reference` names the scenario whose levers are the reference; `branches` follows every certain cause.
    """

    scenario: str = OPEN
    measure: str = "net_contribution"
    goal: str = ""
    reference: str = HEALTHY
    seeds: str = str(SEEDS)
    weeks: str = ""
    branches: bool = False
    worlds: str = ""


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """An answer, its command, the runs in which the levers it ends at are pulled, by words, and plausible worlds."""

    why: Why
    command: str
    live: tuple[tuple[str, Choice], ...] = ()
    over: WhyOverWorlds | None = None


PROMISE = (
    "Choose a measure and ask. The answer is a chain from the measure down to a lever: what each cause would "
    "recover if it were at its reference, with its interval, and what is left unexplained. Beside it stands "
    "what reps report and managers name. It takes about a minute; a first answer from few runs comes in seconds, and "
    "Stop keeps it."
)
"""What stands here before anything was asked."""

EXAMPLES = {
    "Too few good opportunities": (
        "A sales force without target accounts: what starves it?",
        WhyForm("lean_starved", "good_opportunities", seeds="4", weeks="52"),
    ),
    "Trust that is lost": (
        "The evil flywheel after a year and a half: which lever would bring trust back?",
        WhyForm("evil", "rep_trust", seeds="4", weeks="78"),
    ),
    "A low win rate": (
        "A wheel that has lost its momentum: why so few deals are won.",
        WhyForm("stalled", "win_rate", seeds="4", weeks="104"),
    ),
}
"""Worked examples, each answered in seconds."""

FIRST_SEEDS = 5  # pairs of runs of the first answer, where at least three times as many are asked for

FORM = solara.reactive(WhyForm())
JOB: Singleton[Job[WhyAnswer]] = Singleton(lasting_job)


def ask(choice: Choice, form: WhyForm, job: Job[WhyAnswer]) -> WhyAnswer:
    """Look for the causes, telling how far it is; InputError if it cannot be, JobStopped if somebody asked to stop."""
    subject = subject_of(choice, form.scenario)
    seeds, weeks = read_whole(form.seeds, "pairs of runs", 2, MOST_SEEDS), read_weeks(form.weeks)
    count = read_worlds(form.worlds)
    first: WhyAnswer | None = None

    def explained(pairs: int) -> Why:
        text = f"The first answer, from {FIRST_SEEDS} pairs of runs, stands below." if first else "Simulating."
        return explain(
            subject.scenario, form.measure, reference=shipped(form.reference), goal=_goal(form.goal), seeds=pairs,
            weeks=weeks, workers=workers(), branches=form.branches,
            progress=lambda done, total: job.tell(done, total, text, first),
        )  # fmt: skip

    reference = form.reference if form.reference != HEALTHY else ""
    command = command_of(
        "why", subject, measure=form.measure, seeds=seeds, reference=reference, goal=form.goal.strip(), weeks=weeks,
        branches=form.branches, worlds=form.worlds.strip(),
    )  # fmt: skip
    practice, base = Reference.of(subject.scenario, shipped(form.reference)), asked_about(choice, form.scenario)

    def answered(pairs: int, command: str) -> WhyAnswer:
        why = explained(pairs)
        ends = dict.fromkeys(end.path[-1] for end in why.ends if end.reached)
        aims = {name: value for name in ends if (value := practice.off.get(name)) is not None}
        return WhyAnswer(
            why, command, tuple((pull_text(name, value), pulled(base, {name: value})) for name, value in aims.items())
        )

    if seeds >= 3 * FIRST_SEEDS:
        first = answered(FIRST_SEEDS, command.replace(f"--seeds {seeds}", f"--seeds {FIRST_SEEDS}"))
    found = answered(seeds, command)
    if not count:
        return found
    over = why_worlds(
        found.why, count, workers=workers(), reference=shipped(form.reference), goal=_goal(form.goal),
        branches=form.branches,
        progress=lambda done, total: job.tell(done, total, "Asking in plausible worlds; the answer stands.", found),
    )  # fmt: skip
    return replace(found, over=over)


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


def laid_out(answer: WhyAnswer) -> Analysis:
    """Lay out an answer for its files."""
    from sim.answers.why.report import analysis_of  # noqa: PLC0415 - figures are slow to import

    analysis = analysis_of(answer.why, answer.command)
    return with_worlds(analysis, answer.why, answer.over) if answer.over else analysis


@solara.component
def WhyView(desk: Desk) -> None:  # noqa: N802 - a component
    """Ask why, and see the answer."""

    def show(answer: WhyAnswer) -> None:
        Answer(desk, answer).key(f"answer {id(answer)}")

    Inquiry(JOB.value, lambda: Asking(desk), show, "Five whys, computed.", PROMISE)


@solara.component
def Asking(desk: Desk) -> None:  # noqa: N802
    """What to ask, and how far the answer is."""
    choice, job, form, put = desk.choice.value, JOB.value, FORM.value, setters(FORM)
    with solara.Div(classes=["fw-card"]):
        Heading("Why is it missed?", WHY_HINT)
        with solara.Div(classes=["fw-form"]):
            ScenarioField(choice, form.scenario, put("scenario"), hint="The organization that is asked about.")
            measure_hint = "What is too low, or too high."
            Choose("Measure that is missed", askable(), form.measure, put("measure"), hint=measure_hint)
            Typed("Goal", form.goal, put("goal"), empty="usual", hint=GOAL_HINT)
            Choose("Reference", scenario_titles(), form.reference, put("reference"), wide=True, groups=groups(),
                   hint="The scenario whose levers count as good practice.")  # fmt: skip
            Typed("Pairs of runs", form.seeds, put("seeds"), hint=f"2 to {MOST_SEEDS}; more make narrower intervals.")
            Weeks(form.weeks, put("weeks"))
            PlausibleWorlds(form.worlds, put("worlds"), "it is asked with 8 pairs of runs")
            Checkbox(label="Follow every certain cause", v_model=form.branches, on_v_model=put("branches"))
            Start("Ask why", "mdi-magnify", job, lambda job: ask(choice, FORM.peek(), job)).key("start")
        Examples(job, EXAMPLES, FORM.set, partial(ask, choice))
        Working(job)


@solara.component
def Answer(desk: Desk, answer: WhyAnswer) -> None:  # noqa: N802
    """The answer."""
    why = answer.why

    with solara.Div(classes=["fw-stack"]):
        with solara.Div(classes=["fw-card"]):
            with solara.Div(classes=["fw-head"]):
                pairs = f"{why.seeds} pairs of runs of {why.weeks} weeks, {why.runs} runs in all"
                Heading(why.scenario.title or why.scenario.name, f"{pairs}, against the scenario {why.reference}.")
                Downloads(answer_files("why", partial(laid_out, answer)))
            add_sentences(opening(why), first=True)
            if why.ends:
                ChainCards(items=chain_items(why, why.ends[0]))
            others = (f"Also: {path_text(end)}." for end in why.ends[1:])
            add_sentences((*ending(why), *uncertain(why), *others))
            if answer.live:
                with solara.Div(classes=["fw-downloads", "fw-tries"]):
                    for words, run in answer.live:
                        TryLive(desk, f"Try this lever live: {words}", run)
        if why.levels:
            LevelCards(items=level_items(why))
        if answer.over:
            InWorlds(said_of_worlds(why, answer.over), causes_table(why, answer.over))
        Said(why)
        Teams(why)
        Command(answer.command)


@solara.component
def Said(why: Why) -> None:  # noqa: N802
    """What is most often said, against what is so."""
    theme, said = use_theme(), why.said
    with solara.Div(classes=["fw-card"]):
        Heading("What is said instead", "The most reported cause is what a dashboard would show; the true one is what "
                "the simulation knows. Counts over all runs.")  # fmt: skip
        texts = contrast(why)
        add_sentences(texts)
        if not texts:
            Quiet("No loss with a reason and no miss of a team happened in these runs.")
        with solara.Div(classes=["fw-pair"]):
            for title, hint, claimed, true, names in (
                ("Why deals were lost", "Share of losses with a reason: as reps report it, and in truth.",
                 said.told, said.true, ("Reported", "True")),
                ("Why teams missed", "Share of missed team quarters: the cause managers named, and the true one.",
                 said.named, said.causes, ("Named", "True")),
            ):  # fmt: skip
                if claimed:
                    with solara.Div(classes=["fw-plot", "fw-titled"]):
                        Heading(title, hint)
                        Chart(title, partial(said_chart, claimed, true, names, theme))


@solara.component
def Teams(why: Why) -> None:  # noqa: N802
    """The dashboard against the truth, by team."""
    currency = why.scenario.currency
    hints = {
        1: "Bookings over quota of the whole run.", 2: f"{currency} a quarter, at the end of the run.",
        3: f"{currency} a quarter, from reports of pipeline.", 4: f"{currency} a quarter.",
        5: f"{currency}; open amounts times the stage as logged.", 6: f"{currency}; times the buyer's own stage.",
    }  # fmt: skip
    claim_hints = {
        1: "Honesty of reports as managers hear them, 0 to 1.", 6: "Misses of the team's quota a run.",
        7: "Share of misses whose true cause was named.",
    }  # fmt: skip
    with solara.Div(classes=["fw-card"]):
        Heading("The dashboard against the truth", SEEN_HINT)
        potentials = (
            "Team",
            "Attainment",
            "Potential: manager believes",
            "CRM says",
            "It is",
            "Pipeline: logged",
            "It is",
        )
        beliefs = columns(*potentials, right=range(1, 7), hints=hints)
        Table(header=beliefs, rows=team_rows(why)[:MOST_TEAMS], caption="What is seen and what is")
        names = ("Team", "Honesty", "Losses: told", "True", "Misses: named", "True", "Misses a run", "Named truly")
        claims = columns(*names, right=(1, 6, 7), hints=claim_hints)
        Table(header=claims, rows=sayings_rows(why)[:MOST_TEAMS], caption="What is said and what is so")
        if len(why.teams) > MOST_TEAMS:
            Quiet(f"{len(why.teams) - MOST_TEAMS} more teams are in all files.")


@solara.component_vue("Chain.vue")
def ChainCards(items: list[dict[str, Any]]) -> None:  # noqa: N802
    """The chain: a card for each step, from the measure to the lever."""


@solara.component_vue("Levels.vue")
def LevelCards(items: list[dict[str, Any]]) -> None:  # noqa: N802
    """A card for each level: its causes as bars with intervals on one scale, and the remainder."""
