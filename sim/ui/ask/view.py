"""The view that asks any question of the command line: a form made from its declaration, and its answer."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import solara
from solara.alias import rv
from solara.toestand import Singleton

from sim.scenario.errors import InputError
from sim.ui.ask.fields import fields_of, measure_names
from sim.ui.ask.form import AskForm, Upload, refused_of
from sim.ui.ask.offered import OFFERED, in_labels
from sim.ui.ask.run import AskedAnswer, asking_place, run
from sim.ui.forms.answers import Inquiry
from sim.ui.forms.fields import Checkbox, Chip, Choose, ParameterField, ScenarioField, Typed
from sim.ui.forms.findings import Findings
from sim.ui.forms.work import lasting_job
from sim.ui.limits import PAGE
from sim.ui.parts import Heading, Quiet, Working, add_sentences
from sim.ui.scenarios import groups
from sim.ui.share.upload import received
from sim.ui.share.widgets import Drop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.ui.ask.fields import AskField, Given
    from sim.ui.ask.run import AskingPlace
    from sim.ui.choice import Choice
    from sim.ui.desk import Desk
    from sim.ui.jobs import Job

HINT = (
    "Every question of the command line, with all that it takes. It goes on while you look at other "
    "views; visitors who ask at the same time take turns."
)
PROMISE = (
    "Choose a question, fill in what it takes, and run it. The answer comes in sentences, with what must be known to "
    "read it, with charts and tables, as a report, slides, a workbook and data, and with the command that repeats it."
)
"""What stands here before anything was asked."""
SPARSE = "How much is run: more makes the answer surer, and takes longer."
_OPTION = re.compile("--([a-z-]+)")
FORM: solara.Reactive[AskForm | None] = solara.reactive(None)
ASKED: solara.Reactive[AskForm | None] = solara.reactive(None)
"""The form as it was asked last."""
JOB: Singleton[Job[AskedAnswer]] = Singleton(lasting_job)
PLACE = Singleton(asking_place)


def told_beside(form: AskForm, refused: dict[str, str], job: Job[AskedAnswer]) -> dict[str, str]:
    """What is said beside fields: what is refused, what is missing once it was asked without, what the command refused.

    A command's sentence belongs to the field whose option it begins with, until something is changed.
    """
    tried = form.question in form.tried
    told = {name: text for name, text in refused.items() if tried or not text.startswith(f"{name} is missing")}
    option = _OPTION.match(job.status.value.problem) if form == ASKED.value else None
    return ({option[1].replace("-", "_"): in_labels(option.string)} if option else {}) | told


def present_form() -> AskForm:
    """The form as this visitor has it."""
    return FORM.value or AskForm(next(iter(OFFERED)))


def choose(name: str) -> None:
    """Choose another question."""
    if name in OFFERED:
        FORM.set(replace(present_form(), question=name))


def ask(choice: Choice, place: AskingPlace, job: Job[AskedAnswer]) -> None:
    """Ask what the form holds by now, which may be newer than what is drawn; nothing if something in it is refused."""
    form = present_form()
    form = replace(form, tried=form.tried | {form.question})
    FORM.set(form)
    ASKED.set(form)
    if not refused_of(choice, form):
        job.start(lambda job: run(choice, form, place, job))


@solara.component
def AskView(desk: Desk) -> None:  # noqa: N802 - a component
    """Ask a question, and see its answer."""

    def show(answer: AskedAnswer) -> None:
        Findings(answer.outline, answer.files).key(f"answer {id(answer)}")

    Inquiry(JOB.value, lambda: Questions(desk), show, "Whatever the command line answers.", PROMISE)


@solara.component
def Questions(desk: Desk) -> None:  # noqa: N802
    """Which question, what it takes, and how far it is."""
    choice, job, form, place = desk.choice.value, JOB.value, present_form(), PLACE.value
    refused = solara.use_memo(lambda: refused_of(choice, form), [choice, form])
    fields = fields_of(form.question)
    typed = told_beside(form, refused, job)
    question, *more = OFFERED[form.question].says

    with solara.Div(classes=["fw-card"]):
        Heading("What do you want to know?", HINT)
        with solara.Div(classes=["fw-form"]):
            Choose("Question", {name: name.capitalize() for name in OFFERED}, form.question, choose)
        add_sentences([question], first=True)
        for text in more:
            Quiet(text)
        Fields(desk, form, [one for one in fields if not one.effort], typed)
        if effort := [one for one in fields if one.effort]:
            with rv.Html(tag="details", class_="fw-more fw-ask-effort").key(f"effort of {form.question}"):
                wrong = any(typed.get(one.name) for one in effort)
                rv.Html(tag="summary", children=["Effort: something here cannot be" if wrong else "Effort"])
                Quiet(SPARSE)
                Fields(desk, form, effort, typed)
        Refusal(typed.get("", ""))
        with solara.Div(classes=["fw-form"]):
            solara.Button("Run", icon_name="mdi-play", color="primary", disabled=job.status.value.busy,
                          on_click=lambda: ask(choice, place, job))  # fmt: skip
        Working(job)


@solara.component
def Fields(desk: Desk, form: AskForm, fields: Iterable[AskField], refused: dict[str, str]) -> None:  # noqa: N802
    """Fields of a form: short ones beside each other, then each that takes a row."""
    rows = [one for one in fields if one.kind in ("list", "upload") or one.picks]
    with solara.Div(attributes={"data-question": form.question}).key(form.question):
        with solara.Div(classes=["fw-form", "fw-ask-form"]):
            for one in fields:
                if one not in rows:
                    with solara.Div(classes=["fw-ask-field"]).key(one.name):
                        Short(desk, form, one)
                        Refusal(refused.get(one.name, ""))
        for one in rows:
            Row(form, one, refused.get(one.name, "")).key(one.name)


def put(name: str) -> Callable[[Given], None]:
    """What sets a field of the form."""
    return lambda given: FORM.set(present_form().with_given(name, given))


@solara.component
def Refusal(text: str) -> None:  # noqa: N802
    """Why what a field holds cannot be."""
    rv.Html(tag="p", class_="fw-ask-refused", attributes={"role": "alert"}, children=[text] if text else [])


@solara.component
def Short(desk: Desk, form: AskForm, one: AskField) -> None:  # noqa: N802
    """A field that holds one thing."""
    held = form.holds(one)
    if one.kind == "scenario":
        ScenarioField(desk.choice.value, form.scenario, lambda name: FORM.set(replace(present_form(), scenario=name)),
                      hint=one.meaning)  # fmt: skip
    elif one.kind == "switch":
        with solara.Div(attributes={"title": one.meaning}):
            Checkbox(label=one.label, v_model=held, on_v_model=lambda on: put(one.name)(bool(on)))
    elif one.options:
        there = groups() if set(one.options) <= set(groups()) else None
        Choose(one.label, one.options, str(held), put(one.name), hint=one.meaning, groups=there)
    else:
        Typed(one.label, str(held), put(one.name), hint=one.meaning, empty=one.usual or one.example)


@solara.component
def Row(form: AskForm, one: AskField, refused: str) -> None:  # noqa: N802
    """A field that takes a row: what it means, what it holds, what may be added, and what is wrong."""
    held = form.holds(one)
    with solara.Div(classes=["fw-ask-row"]):
        Quiet(one.meaning)
        if one.kind == "upload":
            Sent(form, one)
        elif isinstance(held, tuple):
            if held:
                with solara.Div(classes=["fw-ask-chips"]):
                    for place, entry in enumerate(held):
                        left = (*held[:place], *held[place + 1 :])
                        Chip(one.options.get(entry, entry), entry, partial(put(one.name), left))
            Adding(one, held).key(f"adding {len(held)}")
        else:
            with solara.Div(classes=["fw-form", "fw-ask-form"]):
                add_lookup(one, str(held), put(one.name))
        Refusal(refused)


@solara.component
def Adding(one: AskField, held: tuple[str, ...]) -> None:  # noqa: N802
    """What adds an entry to a list."""
    draft = solara.use_reactive("")

    def add(entry: Given) -> None:
        text = str(entry).strip()
        draft.set(text)
        if text and not text.endswith("="):
            put(one.name)((*held, text))

    with solara.Div(classes=["fw-form", "fw-ask-form"]):
        if one.options:
            left = {name: text for name, text in one.options.items() if name not in held}
            Choose(f"Add: {one.label.lower()}", {"": "", **left}, "", add, wide=True)
        else:
            add_lookup(one, draft.value, add)
            solara.Button("Add", outlined=True, on_click=lambda: add(draft.value),
                          attributes={"aria-label": f"Add {one.label.lower()}"})  # fmt: skip


def add_lookup(one: AskField, text: str, on_text: Callable[[Given], None]) -> None:
    """A field to type in, beside one that finds a name to go on from."""
    if one.picks == "parameter":
        ParameterField("Find a parameter", "", lambda name: on_text(one.gone_on(text, name)), all_of_them=True)
    elif one.picks == "measure":
        measures = {"": "", **measure_names()}
        Choose("Find a measure", measures, "", lambda name: on_text(one.gone_on(text, name)))
    Typed(one.label, text, on_text, empty=one.example, wide=True)


@solara.component
def Sent(form: AskForm, one: AskField) -> None:  # noqa: N802
    """A file to send."""
    problem, sent = solara.use_reactive(""), form.upload(one.name)

    def take(told: dict[str, Any]) -> None:
        try:
            FORM.set(present_form().with_upload(one.name, Upload(*received(told))))
            problem.set("")
        except InputError as error:
            problem.set(str(error))

    Drop(what="a file", endings=".toml,.csv,.tsv,.txt,text/plain", largest=PAGE.text, event_taken=take)
    if sent:
        Quiet(f"{sent.name}, {len(sent.data):,} bytes.")
    Refusal(problem.value)
