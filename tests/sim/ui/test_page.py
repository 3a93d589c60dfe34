"""The page without a browser: it opens, steps, plays at the browser's pace, and survives a rule that fails."""

import threading
import time

import ipyvuetify
import pytest
import solara

from sim.scenario import Scenario
from sim.ui import page
from sim.ui.choice import Choice, titles
from sim.ui.live.readings import read
from sim.ui.run import player
from sim.ui.run.branches import Branches
from sim.ui.run.player import Player
from sim.ui.run.session import Session

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"


@pytest.fixture(scope="module")
def beginning() -> Session:
    return Session.begin(Scenario.from_text(SMALL), seed=3)


@pytest.fixture
def session(beginning: Session) -> Session:
    return Session(beginning.world.snapshot())


@pytest.fixture
def stage(session: Session):
    choice, view = solara.reactive(Choice()), solara.reactive("live")
    _, context = solara.render(page.Room(session, choice, view), handle_error=False)
    yield context
    context.close()


def press(context, text: str) -> None:
    """Click the button with this text."""
    (button,) = [one for one in context.find(ipyvuetify.Btn).widgets if text in one.children]
    button.click()


def shown(context, tag: str = "b") -> str:
    """The week on the clock, or what stands in another tag of which there is one."""
    return context.find(ipyvuetify.Html, tag=tag).widget.children[0]


def test_steps_and_reset_are_shown(stage, session: Session):
    assert shown(stage) == "Week 0"
    press(stage, "Week")
    assert shown(stage) == "Week 1"
    press(stage, "Quarter")
    assert shown(stage) == "Week 13"
    press(stage, "Reset")
    assert (shown(stage), session.week) == ("Week 0", 0)


def test_a_rule_that_fails_is_told_and_the_page_goes_on(stage, session: Session, monkeypatch: pytest.MonkeyPatch):
    def fail(weeks: int = 1) -> int:
        raise ZeroDivisionError(f"no hours in {weeks}")

    monkeypatch.setattr(session, "advance", fail)
    press(stage, "Week")
    told = "The run stopped in week 0; reset to begin again. ZeroDivisionError: no hours in 1"
    assert shown(stage, "strong") == told
    monkeypatch.undo()
    press(stage, "Week")
    assert shown(stage) == "Week 1"
    assert not stage.find(ipyvuetify.Html, tag="strong").widgets


def made(session: Session) -> Player:
    """A player outside a page."""
    values = {"frame": read(session), "playing": True, "pace": "fast", "problem": ""}
    return Player(
        Branches(session), **{name: solara.reactive(value) for name, value in values.items()}, drawn=threading.Event()
    )


def test_play_waits_for_the_browser(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "LONGEST_DRAWING", 60.0)
    one = made(session)
    cancel = threading.Event()
    thread = threading.Thread(target=one.play, args=(cancel,))
    thread.start()
    time.sleep(0.5)
    assert session.week == 1
    one.drawn.set()
    deadline = time.monotonic() + 10
    while session.week == 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert 1 < session.week <= 1 + player.MOST_AT_ONCE
    cancel.set()
    one.drawn.set()
    thread.join(10)
    assert not thread.is_alive()


def test_play_pauses_when_nobody_draws(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "LONGEST_DRAWING", 0.01)
    one = made(session)
    one.play(threading.Event())
    assert not one.playing.value
    assert session.week <= player.PATIENCE * player.MOST_AT_ONCE


def test_play_rests_after_ten_years(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player, "REST_AFTER", 3)
    one = made(session)
    monkeypatch.setattr(one.drawn, "wait", lambda _: True)
    one.play(threading.Event())
    assert (one.playing.value, session.week >= 3) == (False, True)


def test_what_was_chosen_is_opened_or_refused_in_a_sentence():
    told: list[str] = []
    opened = page.open_session(Choice("baseline", seed=5), told.append)
    assert opened.session is not None
    assert opened.session.world.seed == 5
    assert told[0].startswith("Reading the scenario")
    refused = page.open_session(Choice("baselin"), told.append)
    assert refused.session is None
    assert "did you mean baseline?" in refused.problem


def test_scenarios_have_titles_and_the_baseline_comes_first():
    assert next(iter(titles())) == "baseline"
    assert all(titles().values())
