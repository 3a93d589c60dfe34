"""S3: what counts as the weakest link, at the defaults and in plausible worlds."""

import threading
from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from sim.questions.wheel import gain
from sim.questions.wheel.gain import SOUND, Turn
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.executor import RunStopped
from tests.patterns import weakest
from tests.patterns.making.pattern import Effort
from tests.patterns.weakest import LOOKS, WORLDS, hits_of

SOUND_RISES = (0.08, 0.06, 0.02, 0.04, 0.10)
"""Rises of a sound organization: by these alone results is named, whatever is halved."""

HALVED = 1.5
"""By how much the rise of a halved link is larger."""


@pytest.fixture
def turns(monkeypatch):
    """Turns that are made up, how often each link was halved; where preference is, capability differs by luck."""
    made_up = SimpleNamespace(rises=SOUND_RISES, seen=Counter(), dead=None)

    def turn(scenario, seed, loop, asked, stopped):
        del scenario, loop
        if stopped.is_set():
            raise RunStopped
        (halved,) = asked.execution or ("",)
        made_up.seen[halved] += 1
        if halved == made_up.dead:
            raise InputError("the stage results is constantly zero here")
        rises = made_up.rises * np.where(np.array(weakest._STAGES) == halved, HALVED, 1.0)
        luck = 0.1 * (-1.0) ** seed if halved == "preference" else 0.0
        return Turn(np.ones((117, 5)), np.empty(0), 1.0 + rises + [luck, 0.0, 0.0, 0.0, 0.0])

    monkeypatch.setattr(weakest, "turn_once", turn)
    return made_up


def test_nine_replicates_of_ten_are_needed():
    assert weakest._named("access", 9, 10).met is True
    assert weakest._named("access", 8, 10).met is False
    assert weakest._named("access", 4, 4).met is None, "too few replicates"


@pytest.mark.usefixtures("turns")
def test_a_link_is_held_against_the_sound_organization_of_its_own_world():
    assert hits_of(Scenario.load("healthy"), (6,), threading.Event()) == [True] * 5


def test_where_a_link_of_the_sound_organization_does_nothing_rises_are_ranked_themselves(turns):
    turns.rises = (0.08, 0.06, -0.02, 0.04, 0.10)
    hits = hits_of(Scenario.load("healthy"), (6,), threading.Event())
    assert hits == [True, False, False, False, True], "0.12 and 0.15 are above 0.10, the other three are not"


def test_only_what_is_in_doubt_is_tried_with_more_seeds(turns):
    hits_of(Scenario.load("healthy"), (6, 12), threading.Event())
    assert turns.seen == {"": 12, "capability": 6, "experience": 6, "access": 6, "preference": 12, "results": 6}


@pytest.mark.parametrize("dead", ["", "results"])
def test_where_nothing_is_booked_no_link_is_named(turns, dead):
    turns.dead = dead
    hits = hits_of(Scenario.load("healthy"), (6, 12), threading.Event())
    assert hits[weakest._STAGES.index("results")] == (dead != "results")
    assert turns.seen[dead] <= 2, "it is not tried again with more seeds, but once as the norm"


@pytest.mark.usefixtures("turns")
def test_a_stop_is_heard_in_a_world():
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(RunStopped):
        hits_of(Scenario.load("healthy"), (6,), stopped)


def test_no_more_than_twenty_worlds_are_judged_each_by_nine_of_its_ten_links(monkeypatch):
    assert WORLDS == 20
    monkeypatch.setattr(weakest, "WORLDS", 4)
    seen = []

    def hits(scenario, looks, stopped):
        del stopped
        seen.append((scenario, looks))
        return [True] * 4 + [len(seen) <= 4]

    monkeypatch.setattr(weakest, "hits_of", hits)
    monkeypatch.setattr(weakest, "make_ready", lambda *_: None)
    worlds = weakest._in_worlds(Effort(draws=200, workers=1), LOOKS)
    assert worlds.shape == (4, 10)
    robust = weakest._robust(worlds, LOOKS)
    assert (robust.draws, robust.seeds, robust.share) == (4, LOOKS[0], 0.5)
    assert "at least 9 of the 10" in robust.rule
    assert len({scenario["market.price_gap"] for scenario, _ in seen}) == 4, "the same for both organizations"
    by_link = {one.name: one.value for one in weakest._by_link(worlds)}
    assert by_link["healthy, results halved and named in plausible worlds"] == 0.5
    assert by_link["young_healthy, access halved and named in plausible worlds"] == 1.0


def test_without_draws_nothing_is_said_of_worlds():
    worlds = weakest._in_worlds(Effort(draws=0), LOOKS)
    assert weakest._robust(worlds, LOOKS) is None
    assert weakest._by_link(worlds) == ()


def test_one_that_is_stopped_ends_there_and_judges_no_part_of_its_runs(monkeypatch):
    begun = []

    def turn(scenario, seed, loop, asked, stopped):
        del scenario, loop
        begun.append(asked.execution)
        if seed == 50:
            stopped.set()
            raise RunStopped
        return Turn(np.ones((117, 5)), np.empty(0), np.ones(5))

    monkeypatch.setattr(gain, "turn_once", turn)
    with pytest.raises(KeyboardInterrupt):
        weakest._test_s3(Effort(seeds=120, draws=0, workers=1))
    assert begun == [{"capability": 0.5}] * len(begun), "nothing is begun after a stop"


def test_both_sound_organizations_are_tried():
    (pattern,) = weakest.PATTERNS
    assert pattern.scenarios == tuple(SOUND.values())
    assert len(weakest._CASES) == 10
