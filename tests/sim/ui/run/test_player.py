"""The pace of play, on a clock of the test's own, and why play rests."""

import threading
from types import SimpleNamespace

import numpy as np
import pytest
import solara

from sim.measures.wheel import STAGES
from sim.scenario.scenario import Scenario
from sim.ui.live.readings import read
from sim.ui.run import player
from sim.ui.run.branches import Branches
from sim.ui.run.noise import NoiseSought, TwinNoise
from sim.ui.run.player import MOST_AT_ONCE, Beat, Player
from sim.ui.run.session import Session


class Clock:
    """Stands for the time and for whoever may cancel; waiting takes no time but its own."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(player, "time", clock)
    return clock


@pytest.mark.parametrize("drawing", [0.0, 0.05, 0.09, 0.2, 0.37])
def test_the_pace_is_kept_on_the_whole_however_long_a_drawing_takes(clock: Clock, drawing: float):
    beat, weeks, shown = Beat(), 1, 0
    while clock.now < 160.0:
        clock.now += drawing
        shown += weeks
        weeks = beat.wait(weeks, 12.0, clock)
    assert shown == pytest.approx(60.0 * 12.0, rel=0.02)


def test_what_came_much_too_late_is_not_caught_up(clock: Clock):
    beat = Beat()
    clock.now += 300.0
    assert beat.wait(1, 12.0, clock) == MOST_AT_ONCE
    assert beat.wait(MOST_AT_ONCE, 12.0, clock) <= 2
    assert clock.now < 400.0 + 1.0


def test_a_quick_drawing_shows_every_week(clock: Clock):
    beat = Beat()
    assert {beat.wait(1, 4.0, clock) for _ in range(40)} == {1}


@pytest.fixture(scope="module")
def begun() -> Session:
    return Session.begin(
        Scenario.from_text("[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n")
    )


def playing(begun: Session, *, drawn: bool) -> Player:
    """A player that plays as fast as it can, in a browser that draws at once or never."""
    branches = Branches(Session(begun.world.snapshot()))
    answer = SimpleNamespace(clear=lambda: None, wait=lambda _: drawn)
    given = {"playing": True, "pace": "fast", "problem": ""}
    values = {name: solara.reactive(value) for name, value in given.items()}
    return Player(branches, solara.reactive(read(branches.session)), **values, drawn=answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("drawn", "sentence"),
    [(True, "Play rests after 3 years, in case nobody looks. Press Play to go on."), (False, player.UNDRAWN)],
)
def test_play_that_rests_says_why(begun: Session, monkeypatch: pytest.MonkeyPatch, drawn: bool, sentence: str):  # noqa: FBT001
    monkeypatch.setattr(player, "REST_AFTER", 156)
    monkeypatch.setitem(player.PACES, "fast", 1e6)
    one = playing(begun, drawn=drawn)
    one.play(threading.Event())
    assert (one.playing.value, one.rest.value, one.problem.value) == (False, sentence, "")
    one.do(one.branches.advance)
    assert one.rest.value == "", "whoever does something need not be told"


def waiting(begun: Session, monkeypatch: pytest.MonkeyPatch, *, playing_on: bool) -> tuple[Player, NoiseSought]:
    """A player whose untouched run parts from its run by luck nobody has measured yet."""
    sought = NoiseSought()
    monkeypatch.setattr("sim.ui.run.untouched.noise_of", lambda _: sought)
    one = playing(begun, drawn=True)
    one.playing.set(playing_on)
    one.branches.session.intervene({"parameter": "operations.wip_limit", "action": "set", "value": 6})
    one.do(lambda: one.branches.advance(3))
    assert one.frame.value.untouched is not None
    assert one.frame.value.arrived is None
    return one, sought


@pytest.mark.parametrize("playing_on", [False, True])
def test_a_run_at_rest_shows_how_far_luck_parts_it_when_that_is_known(
    begun: Session, monkeypatch: pytest.MonkeyPatch, *, playing_on: bool
):
    one, sought = waiting(begun, monkeypatch, playing_on=playing_on)
    sought.noise = TwinNoise({loop: np.full((4, len(stages)), 0.1) for loop, stages in STAGES.items()})
    sought.settled.set()
    one.await_noise(threading.Event())
    assert (one.frame.value.arrived is None) == playing_on, "play draws by itself"


def test_nobody_waits_for_a_noise_that_is_not_shown_any_more_or_cannot_be_measured(
    begun: Session, monkeypatch: pytest.MonkeyPatch
):
    one, sought = waiting(begun, monkeypatch, playing_on=False)
    gone = threading.Event()
    gone.set()
    one.await_noise(gone)
    sought.settled.set()
    one.await_noise(threading.Event())
    assert one.frame.value.arrived is None
