"""The view that shares a run, without a browser."""

import base64
import time
from collections.abc import Callable

import ipyvuetify
import pytest
import solara

from sim.ui import page
from sim.ui.choice import Choice
from sim.ui.links import decode
from sim.ui.run.branches import Branches
from sim.ui.run.session import Session

pytestmark = pytest.mark.usefixtures("drawn_once")

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture
def choice() -> solara.Reactive[Choice]:
    return solara.reactive(Choice(text=SMALL, seed=3, weeks=20))


@pytest.fixture
def session(choice: solara.Reactive[Choice]) -> Session:
    return choice.value.open()


@pytest.fixture
def stage(session: Session, choice: solara.Reactive[Choice]):
    _, context = solara.render(page.Room(Branches(session), choice, solara.reactive("share")), handle_error=False)
    yield context
    context.close()


def widget(context, trait: str) -> ipyvuetify.VuetifyTemplate:
    """The component that has this trait."""
    (part,) = [part for part in context.find(ipyvuetify.VuetifyTemplate).widgets if part.has_trait(trait)]
    return part


def buttons(context, text: str) -> list[ipyvuetify.Btn]:
    return [
        button for button in context.find(ipyvuetify.Btn).widgets if any(text in str(part) for part in button.children)
    ]


def wait(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def paragraphs(context) -> str:
    return " ".join(
        str(part) for element in context.find(ipyvuetify.Html, tag="p").widgets for part in element.children
    )


def test_the_link_is_the_present_run_and_follows_it(stage, session: Session, choice: solara.Reactive[Choice]):
    assert "seed 3, week 20, nothing done by hand." in paragraphs(stage)
    assert decode(widget(stage, "query").query.removeprefix("?run=")).choice == choice.value
    stage.close()
    session.pull("training.hours_per_quarter", 12)
    session.advance(2)
    _, context = solara.render(page.Room(Branches(session), choice, solara.reactive("share")), handle_error=False)
    assert "week 22, 1 intervention by hand." in paragraphs(context)
    linked = decode(widget(context, "query").query.removeprefix("?run=")).choice
    assert (linked.weeks, linked.manual_actions()) == (22, session.manual_actions())


def test_a_file_is_opened_or_refused(stage, choice: solara.Reactive[Choice]):
    drop, before = widget(stage, "largest"), choice.value
    drop.vue_event_taken({"name": "a.toml", "size": 3, "data": base64.b64encode(b"x = ").decode()})
    assert choice.value == before
    problems = [part for element in stage.find(ipyvuetify.Html, tag="strong").widgets for part in element.children]
    assert any("a.toml, line 1: this is not TOML" in part for part in problems)
    text = "[structure]\nn_reps = 4\n"
    drop.vue_event_taken({"name": "a.toml", "size": 23, "data": base64.b64encode(text.encode()).decode()})
    assert choice.value == Choice(text=text, seed=3)


def test_files_are_made_in_the_background(stage):
    (make,) = buttons(stage, "Make the files up to week 20")
    make.click()
    wait(lambda: stage.find(ipyvuetify.Html, tag="table").widgets)
    assert "Repeated from its scenario, the run gave the same numbers." in paragraphs(stage)
    assert len(buttons(stage, "CSV")) == len(buttons(stage, "Parquet")) == 5
    assert not buttons(stage, "Make the files")


def test_before_the_first_quarter_it_says_what_to_do():
    session = Choice(text=SMALL).open()
    _, context = solara.render(
        page.Room(Branches(session), solara.reactive(Choice(text=SMALL)), solara.reactive("share")), handle_error=False
    )
    assert "There is data from week 13 on; play the run first." in paragraphs(context)


def test_a_run_too_large_for_a_link_says_so(session: Session):
    noise = "".join(f"# {number * 7919 % 100_003:x}{number}\n" for number in range(8000))
    large = solara.reactive(Choice(text=SMALL + noise, seed=3))
    _, context = solara.render(page.Room(Branches(session), large, solara.reactive("share")), handle_error=False)
    assert "There is no link to this run: this run is too large for a link" in paragraphs(context)
