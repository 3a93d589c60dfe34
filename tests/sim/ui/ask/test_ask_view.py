"""The view that asks: it shows the question's fields, what is refused beside them, and the answer."""

import ipyvuetify
import pytest
import solara

from sim.answers.analysis import ReportSection, TextTable
from sim.answers.html import ReportPicture
from sim.answers.outline import Outline
from sim.cli.questions import QUESTIONS
from sim.ui.ask import view
from sim.ui.ask.run import AskedAnswer
from sim.ui.ask.view import AskView
from sim.ui.jobs import JobStatus
from tests.sim.ui.ask.asked import filled
from tests.sim.ui.views import SMALL, desk_of, fresh_job, shown, texts, until_done


@pytest.fixture
def render():
    opened = []

    def draw(form):
        view.FORM.set(form)
        _, context = solara.render(AskView(desk_of()), handle_error=False)
        opened.append(context)
        return context

    yield draw
    for context in opened:
        context.close()
    view.FORM.set(None)
    view.ASKED.set(None)
    view.JOB.value.status.set(JobStatus())


def labels(context) -> set[str]:
    """What the fields are called."""
    drawn = context.find(ipyvuetify.VuetifyTemplate).widgets
    boxes = context.find(ipyvuetify.Checkbox).widgets
    return {one.label for one in [*drawn, *boxes] if one.has_trait("label")}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_has_its_form(render, question: str):
    context = render(filled(question))
    expected = {one.label for one in view.fields_of(question) if one.kind in ("number", "text", "switch", "choice")}
    assert expected <= labels(context)
    assert "Run" in texts(context)


def test_what_is_refused_stands_beside_its_field_and_is_not_asked(render):
    context = render(filled("capacity", seeds="1"))
    assert told_beside(context) == ["seeds = 1 is not allowed; it must be at least 2"]
    (button,) = [one for one in context.find(ipyvuetify.Btn).widgets if "Run" in one.children]
    button.click()
    assert view.JOB.value.status.peek() == JobStatus()


def test_what_the_command_refuses_stands_beside_the_field_until_it_is_changed(render):
    form = filled("invest", evaluations="10")
    view.ASKED.set(form)
    view.JOB.value.status.set(JobStatus("failed", problem="--evaluations 10 is too few for 9 levers"))
    context = render(form)
    assert told_beside(context) == ["“Evaluations” 10 is too few for 9 levers"]
    view.FORM.set(form.with_given("evaluations", "12"))
    assert told_beside(context) == []


def told_beside(context) -> list[str]:
    """What is said beside fields."""
    return [text for one in shown(context, "p") if one.class_ == "fw-ask-refused" for text in one.children]


def test_what_was_typed_last_is_asked_though_an_older_form_is_drawn(render, monkeypatch: pytest.MonkeyPatch):
    asked = []
    monkeypatch.setattr(view, "run", lambda _choice, form, _place, _job: asked.append(form))
    render(filled("capacity", seeds="1"))
    view.FORM.set(filled("capacity", seeds="3"))
    job = fresh_job()
    view.ask(SMALL, view.PLACE.value, job)
    until_done(job)
    assert [form.values()["seeds"] for form in asked] == [3]


def test_what_is_missing_is_told_once_it_was_asked_without(render):
    form = filled("invest", budget="")
    context = render(form)
    assert "budget is missing" not in texts(context)
    (button,) = [one for one in context.find(ipyvuetify.Btn).widgets if "Run" in one.children]
    button.click()
    assert "budget is missing" in texts(context)


def test_an_answer_is_shown_with_notes_tables_pictures_files_and_command(render):
    picture = ReportPicture("<svg/>", "What it shows.")
    section = ReportSection("A part", tables=[TextTable(["a"], [["1"]])], pictures=[picture])
    outline = Outline("pilot", "Does it pay?", ["It pays."], ["Few runs."], [section], "flywheel pilot baseline")
    view.JOB.value.status.set(JobStatus("done", result=AskedAnswer(outline, (("Data (JSON)", "pilot.json", b"{}"),))))
    context = render(filled("pilot"))
    told = texts(context)
    assert all(text in told for text in ("Does it pay?", "It pays.", "Few runs.", "A part", "flywheel pilot baseline"))
    assert "Data (JSON)" in told
    (image,) = shown(context, "img")
    assert image.attributes == {"src": "data:image/svg+xml;base64,PHN2Zy8+", "alt": "What it shows."}
