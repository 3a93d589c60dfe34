"""The view that compares cases with doing nothing: put them together, run them, read the answer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import solara
from solara.alias import rv
from solara.toestand import Singleton

from sim.answers.compare.words import answer, confidence
from sim.measures.words import counted, title_of
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.ui.choice import titles
from sim.ui.compare.cases import Draft, done_live, free_name, shipped_cases
from sim.ui.compare.result import CompareOutcome, effect_table, intervals_chart
from sim.ui.compare.run import MOST_SEEDS, CompareForm, run
from sim.ui.forms.answers import Command, Downloads, Inquiry, Table, answer_files, columns
from sim.ui.forms.fields import (
    Checkbox,
    Chip,
    Choose,
    Examples,
    MeasureField,
    ParameterField,
    PlausibleWorlds,
    ScenarioField,
    Start,
    Typed,
    Weeks,
)
from sim.ui.forms.live import TryLive
from sim.ui.forms.work import lasting_job, setters
from sim.ui.parts import Chart, Heading, Quiet, Working, add_sentences
from sim.ui.scenarios import groups, scenario_titles
from sim.ui.theme import use_theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.answers.analysis import Analysis
    from sim.answers.compare.material import Material
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

HINT = (
    "Every case goes on from the same organization on the same day, and meets the same luck as the case as is, which "
    "changes nothing. Each pair of runs has a seed of its own."
)
INTERVAL_HINT = "The bar is the 95% interval: where it holds the line at 0, the difference cannot be told from none."
PRECISION_HINT = (
    f"Such as 2%: pairs are added until every difference is known that well, at most {MOST_SEEDS:,}; a share of the "
    "measure as is."
)
EFFECTS_HINT = (
    "Paired difference, in brackets its share of the value as is, below it the 95% interval. "
    "\N{BLACK UP-POINTING TRIANGLE} better, \N{BLACK DOWN-POINTING TRIANGLE} worse, \N{UPWARDS ARROW} more, "
    "\N{DOWNWARDS ARROW} less, \N{ALMOST EQUAL TO} cannot be told from none."
)
PROMISE = (
    "Put cases together and compare them with doing nothing. Differences appear after a few pairs of runs and "
    "their intervals shrink while you watch; at the end there is an answer in words, a table of all measures, "
    "and a report that needs nothing but a browser."
)
"""What stands here before anything was asked."""

EXAMPLES = {
    "Overlays or training": (
        "A usual sales force over two years: which of the two pays?", CompareForm("baseline", seeds="6", weeks="104"),
    ),
    "The evil flywheel, treated": (
        "Does trust come back where leaders look for root causes from week 78 on?",
        CompareForm("evil", (Draft("evil_treated", scenario="evil_treated"),), "rep_trust", "6", weeks="156"),
    ),
    "Fewer, better opportunities": (
        "Chasing everything against a limit on work in progress and clear qualification.",
        CompareForm("lean_before", (Draft("lean_after", scenario="lean_after"),), seeds="6", weeks="104"),
    ),
}  # fmt: skip
"""Worked examples, each answered in seconds."""

FORM = solara.reactive(CompareForm())
JOB: Singleton[Job[CompareOutcome]] = Singleton(lasting_job)


def laid_out(material: Material) -> Analysis:
    """Lay out a comparison for its files."""
    from sim.answers.compare.report import analysis_of  # noqa: PLC0415 - figures are slow to import

    return analysis_of(material)


@solara.component
def CompareView(desk: Desk) -> None:  # noqa: N802 - a component
    """Put cases together, run them, and see what they do."""
    Inquiry(JOB.value, lambda: Asking(desk), partial(Answer, desk), "From an opinion to evidence.", PROMISE)


@solara.component
def Asking(desk: Desk) -> None:  # noqa: N802
    """What to compare, and how far it is."""
    choice, live = desk.choice.value, done_live(desk.player.session)
    job, form, put = JOB.value, FORM.value, setters(FORM)
    with solara.Div(classes=["fw-card"]):
        Heading("What would it do?", HINT)
        with solara.Div(classes=["fw-form"]):
            ScenarioField(choice, form.scenario, put("scenario"), label="As is", hint="The organization as it is.")
            MeasureField("Measure that decides", form.measure, put("measure"))
            Typed("Pairs of runs", form.seeds, put("seeds"), hint=f"2 to {MOST_SEEDS:,}; more make intervals narrower.")
            Typed("Or a precision", form.precision, put("precision"), empty="none", hint=PRECISION_HINT)
            Weeks(form.weeks, put("weeks"))
            PlausibleWorlds(form.worlds, put("worlds"), "it is repeated with 8 pairs of runs")
            Checkbox(
                label="Each case from the start", v_model=form.from_start or form.whole, on_v_model=put("from_start"),
                disabled=form.whole,
            )  # fmt: skip
        Cases(form.cases, put("cases"), live)
        with solara.Div(classes=["fw-form"]):
            Start(
                "Compare", "mdi-scale-balance", job, lambda job: run(choice, FORM.peek(), job), ready=bool(form.cases)
            )
            Working(job)
        Examples(job, EXAMPLES, FORM.set, partial(run, choice))


@solara.component
def Cases(  # noqa: N802
    cases: tuple[Draft, ...], on_cases: Callable[[tuple[Draft, ...]], None], live: Draft | None
) -> None:
    """The cases, each with its changes, and buttons to add more."""
    at = solara.use_reactive(0)

    def add(draft: Draft) -> None:
        on_cases((*cases, replace(draft, name=free_name(draft.name, [case.name for case in cases]))))
        at.set(len(cases))

    def change(place: int, draft: Draft | None) -> None:
        on_cases((*cases[:place], *([draft] if draft else []), *cases[place + 1 :]))

    with solara.Div(classes=["fw-cases"]):
        for place, case in enumerate(cases):
            CaseRow(case, here=place == at.value, on_here=partial(at.set, place), on_change=partial(change, place)).key(
                f"case {place} of {len(cases)}"
            )
        if not cases:
            Quiet("No case yet. Add one that comes with the program, or one of your own.")
        with solara.Div(classes=["fw-form", "fw-adding"]):
            ready = shipped_cases() | ({"what was done live": live} if live else {})
            drafts = {title_of(name).lower(): draft for name, draft in ready.items()}
            for name, draft in {**drafts, "a case of your own": Draft("my case")}.items():
                solara.Button(f"Add {name}", text=True, icon_name="mdi-plus", on_click=partial(add, draft))
            Choose(
                "Add another scenario as a case", scenario_titles(), "", lambda name: add(Draft(name, scenario=name)),
                wide=True, groups=groups(), hint="A whole scenario; every case then has a burn-in of its own.",
            )  # fmt: skip


@solara.component
def CaseRow(  # noqa: N802
    case: Draft, *, here: bool, on_here: Callable[[], None], on_change: Callable[[Draft | None], None]
) -> None:
    """One case: its name and changes; the one that is open can be changed."""
    changing = here and not case.fixed
    with solara.Div(classes=["fw-case", "fw-case-here"] if here else ["fw-case"]):
        with solara.Div(classes=["fw-head"]):
            with solara.Div(classes=["fw-case-words"]):
                if changing:
                    Typed("Name of the case", case.name, lambda text: on_change(replace(case, name=text.strip())),
                          wide=True)  # fmt: skip
                else:
                    rv.Html(tag="b", children=[title_of(case.name)])
                if case.scenario:
                    Quiet(f"the scenario {titles().get(case.scenario, case.scenario)} as a whole")
                if case.actions:
                    Quiet(f"{counted(len(case.actions), 'intervention')} by hand in the live run, each in its week")
                for name, value in case.settings:
                    item, remove = parameter(name), (lambda name=name: on_change(case.without(name))) if here else None
                    Chip(f"{item.title}: {value}", item.label, remove)
                if not case.settings and not case.fixed:
                    Quiet("changes nothing yet")
            with solara.Div(classes=["fw-case-acts"]):
                if not here and not case.fixed:
                    solara.Button("Change", text=True, on_click=on_here)
                solara.Button("Remove", text=True, on_click=lambda: on_change(None))
        if changing:
            Adding(lambda name, value: on_change(case.with_setting(name, value)))


@solara.component
def Adding(on_add: Callable[[str, str], None]) -> None:  # noqa: N802
    """Fields for one more change."""
    name, value = solara.use_reactive(""), solara.use_reactive("")

    def add() -> None:
        on_add(name.value, value.value.strip())
        name.set("")
        value.set("")

    with solara.Div(classes=["fw-form"]):
        ParameterField("Parameter to change", name.value, name.set)
        Typed("To the value", value.value, value.set, hint="In the parameter's unit, such as 9 or 0.5 or on.")
        solara.Button("Add the change", outlined=True, on_click=add, disabled=not name.value or not value.value.strip())


@solara.component
def Answer(desk: Desk, outcome: CompareOutcome) -> None:  # noqa: N802
    """What was found, or is known so far."""
    theme, sight = use_theme(), outcome.sight
    about, pairs = MEASURES[sight.measure], counted(sight.seeds, "pair")
    with solara.Div(classes=["fw-stack"]):
        with solara.Div(classes=["fw-card"]):
            if outcome.material:
                Verdict(outcome, outcome.material)
            Heading(f"{about.label}: differences from as is, {pairs} of runs", f"{about.doc} {INTERVAL_HINT}")
            height = f"{90 + 78 * len(sight.lines)}px"
            with solara.Div(classes=["fw-plot"], style={"height": height, "min-height": "0"}):
                Chart(f"{about.label}, differences", lambda: intervals_chart(sight, theme))
            if outcome.live:
                with solara.Div(classes=["fw-downloads", "fw-tries"]):
                    for name, run in outcome.live:
                        TryLive(desk, f"Try this live: {title_of(name).lower()}", run)
            if not outcome.material:
                Quiet("So far. Intervals of a study that still runs are a first sight, no result.")
        if outcome.material:
            Effects(outcome.material)


@solara.component
def Verdict(outcome: CompareOutcome, material: Material) -> None:  # noqa: N802
    """The answer in words, and what can be downloaded."""
    more = (confidence(material), *material.notes, material.verified)
    with solara.Div(classes=["fw-verdict"]):
        with solara.Div(classes=["fw-head"]):
            rv.Html(tag="h2", children=[material.question])
            forms = answer_files("comparison", partial(laid_out, material))[:-1]
            Downloads([*forms, ("All files (ZIP)", "comparison.zip", outcome.files)])
        add_sentences([answer(material), *filter(None, more)], first=True)


@solara.component
def Effects(material: Material) -> None:  # noqa: N802
    """The table of paired differences."""
    every = solara.use_reactive(False)
    rows, hints, strong = effect_table(material, every=every.value)
    names = ["Measure", "As is", *(f"{title_of(case)}: difference" for case in material.cases)]
    changes = {place: "; ".join(texts) for place, texts in enumerate(material.cases.values(), start=2)}
    with solara.Div(classes=["fw-card"]):
        with solara.Div(classes=["fw-head"]):
            Heading("What else changes", EFFECTS_HINT)
            solara.Button("Headline measures only" if every.value else "All measures", text=True,
                          on_click=lambda: every.set(not every.value))  # fmt: skip
        Table(header=columns(*names, right=range(1, len(names)), hints=changes), rows=rows, hints=hints, strong=strong,
              caption="Paired differences by measure and case")  # fmt: skip
        if material.command:
            Command(material.command)
