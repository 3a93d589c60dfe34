"""The page without a browser: it opens, steps, plays at the browser's pace, and survives a rule that fails."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version

import ipyvuetify
import pytest
import solara

from sim.scenario.scenario import Scenario
from sim.ui import page
from sim.ui.choice import Choice, titles
from sim.ui.links import Link
from sim.ui.live.readings import read
from sim.ui.opening import open_session
from sim.ui.run import player
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session
from tests.sim.ui.views import part

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def first_session() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def session(first_session: Session) -> Session:
    return Session(first_session.world.snapshot())


@pytest.fixture
def context(session: Session):
    choice, view = solara.reactive(Choice()), solara.reactive("live")
    _, context = solara.render(page.Room(Branches(session), choice, view), handle_error=False)
    yield context
    context.close()


def press(context, text: str) -> None:
    """Click the button with this text."""
    (button,) = buttons(context, text)
    button.click()


def buttons(context, text: str) -> list[ipyvuetify.Btn]:
    return [button for button in context.find(ipyvuetify.Btn).widgets if text in button.children]


def shown(context, tag: str = "b") -> str:
    """The week on the clock, or what stands in another tag of which there is one."""
    return context.find(ipyvuetify.Html, tag=tag).widget.children[0]


def test_steps_and_reset_are_shown(context, session: Session):
    assert shown(context) == "Week 0"
    press(context, "Week")
    assert shown(context) == "Week 1"
    press(context, "Quarter")
    assert shown(context) == "Week 13"
    press(context, "Reset")
    assert (shown(context), session.week) == ("Week 0", 0)


def test_the_wheel_that_was_chosen_is_found_again_after_another_view(session: Session):
    view = solara.reactive("live")
    _, context = solara.render(page.Room(Branches(session), solara.reactive(Choice()), view), handle_error=False)

    def switches() -> dict[str, ipyvuetify.VuetifyTemplate]:
        widgets = context.find(ipyvuetify.VuetifyTemplate).widgets
        return {widget.name: widget for widget in widgets if widget.has_trait("chosen") and widget.has_trait("name")}

    switches()["Which wheel"].vue_choose("evil")
    view.set("reference")
    assert not switches()
    view.set("live")
    assert switches()["Which wheel"].chosen == "evil"
    switches()["What the middle shows"].vue_choose("organization")
    view.set("reference")
    view.set("live")
    assert switches()["What the middle shows"].chosen == "organization"
    context.close()


def test_a_rule_that_fails_is_told_and_the_page_goes_on(context, session: Session, monkeypatch: pytest.MonkeyPatch):
    def fail(weeks: int = 1) -> int:
        raise ZeroDivisionError(f"no hours in {weeks}")

    monkeypatch.setattr(session, "advance", fail)
    press(context, "Week")
    sentence = "The run stopped in week 0; reset to begin again. ZeroDivisionError: no hours in 1"
    assert shown(context, "strong") == sentence
    monkeypatch.undo()
    press(context, "Week")
    assert shown(context) == "Week 1"
    assert not context.find(ipyvuetify.Html, tag="strong").widgets


def made(session: Session) -> Player:
    """A player outside a page."""
    values = {"frame": read(session), "playing": True, "pace": "fast", "problem": ""}
    return Player(
        Branches(session), **{name: solara.reactive(value) for name, value in values.items()}, drawn=threading.Event()
    )


def test_play_waits_for_the_browser(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "LONGEST_DRAWING", 60.0)
    made_player = made(session)
    cancel = threading.Event()
    thread = threading.Thread(target=made_player.play, args=(cancel,))
    thread.start()
    time.sleep(0.5)
    assert session.week == 1
    made_player.drawn.set()
    deadline = time.monotonic() + 10
    while session.week == 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 1 < session.week <= 1 + player.MOST_AT_ONCE
    cancel.set()
    made_player.drawn.set()
    thread.join(10)
    assert not thread.is_alive()


def test_play_pauses_when_nobody_draws(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "LONGEST_DRAWING", 0.01)
    made_player = made(session)
    made_player.play(threading.Event())
    assert not made_player.playing.value
    assert session.week <= player.PATIENCE * player.MOST_AT_ONCE


def test_play_rests_after_ten_years(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "REST_AFTER", 3)
    made_player = made(session)
    monkeypatch.setattr(made_player.drawn, "wait", lambda _: True)
    made_player.play(threading.Event())
    assert (made_player.playing.value, session.week >= 3) == (False, True)


def test_what_was_chosen_is_opened_or_refused_in_a_sentence():
    steps: list[str] = []
    opened = open_session(Choice("baseline", seed=5), steps.append)
    assert opened.session is not None
    assert opened.session.world.seed == 5
    assert steps[0].startswith("Reading the scenario")
    refused = open_session(Choice("baselin"), steps.append)
    assert refused.session is None
    assert "did you mean baseline?" in refused.problem


def test_scenarios_have_titles_and_the_baseline_comes_first():
    assert next(iter(titles())) == "baseline"
    assert all(titles().values())


def test_the_week_asked_for_is_played_and_a_link_of_another_version_is_told():
    link = Link(Choice(text=SMALL, seed=3, weeks=5), "0.0.9", "x-y")
    opened = open_session(link.choice, lambda _: None, link)
    assert opened.session is not None
    assert opened.session.week == 5
    assert opened.warning.startswith("This link was made with version 0.0.9 of the program")
    gone = Link(replace(link.choice, overrides=(("structure.reps", 5),)), "0.0.9", "x-y")
    refused = open_session(gone.choice, lambda _: None, gone)
    assert refused.session is None
    assert "structure.reps is not a parameter" in refused.problem
    assert refused.problem.endswith(f"of the program; this is {version('sales-flywheel')}.")


def test_what_nobody_waits_for_any_more_is_not_played():
    opened = open_session(Choice(text=SMALL, weeks=500), lambda _: None, left=lambda: True)
    assert (opened.session, opened.problem) == (None, "")


def at(query: str):
    """The page at an address, in a browser that does as told."""
    where = solara.reactive(f"/{query}")

    @solara.component
    def Address():  # noqa: N802
        routes = [solara.Route("/")]
        solara.routing.router_context.provide(solara.routing.Router(where.value, routes, set_path=where.set))
        page.Page()

    _, context = solara.render(Address(), handle_error=False)
    return where, context


def wait(true: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not true() and time.monotonic() < end:
        time.sleep(0.05)
    assert true()


def go(context, text: str, there: Callable[[], object]) -> None:
    """Press a button; again where another thread was drawing it anew and the press was lost."""
    end = time.monotonic() + 60
    while not there() and time.monotonic() < end:
        if buttons(context, text):
            press(context, text)
        pause = time.monotonic() + 5
        while not there() and time.monotonic() < pause:
            time.sleep(0.05)
    assert there()


def bar(context) -> ipyvuetify.VuetifyTemplate:
    """The part that writes the browser's address."""
    return part(context, "written")


def test_the_address_follows_what_is_chosen_and_leads_when_it_changes():
    _, context = at("?room=AB&seed=3")
    wait(lambda: buttons(context, "Play"))
    go(context, "Share", lambda: bar(context).written["query"] == "?room=AB&seed=3&view=share")
    assert bar(context).written["push"], "Back leads to the view of before"
    go(context, "Live", lambda: bar(context).written["query"] == "?room=AB&seed=3" and buttons(context, "Week"))
    go(context, "Week", lambda: shown(context) == "Week 1")
    wait(lambda: "run=" in bar(context).written["query"])
    assert not bar(context).written["push"], "weeks are no steps to go back"
    bar(context).vue_went({"search": "?room=AB&seed=3&view=share", "seen": 1})
    wait(lambda: not buttons(context, "Week"))
    wait(lambda: bar(context).written["seen"] == 1)
    assert not bar(context).written["push"], "the browser is there already"
    go(context, "Live", lambda: buttons(context, "Week"))
    assert shown(context) == "Week 1", "the run went on"
    context.close()


def test_what_was_reset_is_offered_back_and_comes_back_as_it_was():
    _, context = at("?seed=3")
    wait(lambda: buttons(context, "Play"))
    go(context, "Quarter", lambda: shown(context) == "Week 13")
    go(context, "Reset", lambda: shown(context) == "Week 0")
    go(context, "Undo", lambda: buttons(context, "Week") and shown(context) == "Week 13")
    assert not buttons(context, "Undo")
    context.close()


def test_an_address_that_cannot_be_opened_says_so_and_offers_a_way_on():
    _, context = at("?scenario=../../etc/passwd")
    texts = [span.children[0] for span in context.find(ipyvuetify.Html, tag="span").widgets]
    assert 'There is no shipped scenario "../../etc/passwd".' in texts
    press(context, "Start with the baseline")
    wait(lambda: bar(context).written["number"] and bar(context).written["query"] == "")
    wait(lambda: buttons(context, "Play"))
    context.close()
