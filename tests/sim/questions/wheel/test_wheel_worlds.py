"""How a wheel moves in plausible worlds: verdicts counted, spreads by hand, and what has no pulse or was stopped."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.answers.analysis import Analysis
from sim.answers.wheel.worlds import with_worlds
from sim.questions.wheel import worlds as in_worlds
from sim.questions.wheel.motion import verdict
from sim.questions.wheel.worlds import wheel_worlds
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.statistics import Interval
from sim.studies.worlds import PlausibleWorld, how_found

PRICE = "market.price_gap"
MOVES = {"w1": (0.10, 0.02), "w2": (0.0, 0.02), "w3": (-0.10, 0.02), "w4": (0.06, 0.05), "w5": (-0.10, 0.02)}
"""Acceleration of each world and the half-width of its interval; misses make the last one worse."""


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Motions that were measured; in `w2` no pulse has room, `w4` is the one that cannot be told."""
    seen = []

    def measure(scenario, seeds, *, parts, whole=1.0, workers=None, progress=None):
        del workers
        name = str(scenario.origins[PRICE]).split()[-1]
        if name == "w2" and parts:
            raise InputError("the market has no room for the pulse")
        seen.append((name, seeds, parts, whole, scenario[PRICE]))
        mean, half = MOVES[name]
        moved = Interval(seeds, mean, mean - half, mean + half)
        answered = Interval(seeds, -0.1, -0.2, -0.05) if name == "w5" else None
        for done in range(1, seeds + 1):
            progress(done, seeds)
        return SimpleNamespace(
            spun=[SimpleNamespace(pulsed=(1.0,) if parts else ())] * seeds, acceleration=moved,
            verdict=verdict(moved, answered), multiplier=lambda weeks: Interval(seeds, weeks / 100.0, 1.0, 3.0),
        )  # fmt: skip

    monkeypatch.setattr(in_worlds, "measure_motion", measure)
    use(monkeypatch, *(PlausibleWorld(name, {PRICE: 0.01 * number}) for number, name in enumerate(MOVES, start=1)))
    return seen


def use(monkeypatch, *worlds):
    monkeypatch.setattr(in_worlds, "worlds", lambda count: worlds[:count])


def test_verdicts_are_counted_by_each_worlds_own_interval(asked):
    told = []
    over = wheel_worlds(Scenario.load("baseline"), 5, progress=lambda done, total: told.append((done, total)))
    assert over.counts() == {"accelerates": 1, "coasts": 1, "stalls": 1, "spins down": 1, "cannot be told": 1}
    assert [name for name, *_ in asked] == list(MOVES)
    assert [price for *_, price in asked] == pytest.approx([0.01, 0.02, 0.03, 0.04, 0.05])
    assert [parts for _, _, parts, *_ in asked] == [("pulse",), (), ("pulse",), ("pulse",), ("pulse",)]
    assert {(seeds, whole) for _, seeds, _, whole, _ in asked} == {(12, 1.0)}
    assert (told[0], told[-1], len(told)) == ((1, 60), (60, 60), 60)


def test_luck_is_told_from_worlds_and_a_market_without_room_has_no_multiplier():
    over = wheel_worlds(Scenario.load("baseline"), 5)
    values = np.array([mean for mean, _ in MOVES.values()])
    assert over.spread("acceleration") == pytest.approx((values.mean(), *np.quantile(values, (0.025, 0.975))))
    t = 2.200985160082949  # 97.5% of Student's distribution with 11 degrees of freedom
    luck = np.mean(np.array([0.02, 0.02, 0.02, 0.05, 0.02]) ** 2) / t**2
    assert over.by_worlds() == pytest.approx(1.0 - luck / values.var(ddof=1))
    assert np.isnan(over.table["multiplier"]).tolist() == [False, True, False, False, False]
    assert over.spread("multiplier") == pytest.approx((2.6, 2.6, 2.6))


def test_one_that_is_stopped_keeps_the_worlds_that_are_finished(monkeypatch):
    measure, left = in_worlds.measure_motion, iter([False, False, True])

    def stopping(*arguments, **options):
        if next(left):
            raise KeyboardInterrupt
        return measure(*arguments, **options)

    monkeypatch.setattr(in_worlds, "measure_motion", stopping)
    over = wheel_worlds(Scenario.load("baseline"), 5)
    assert ([world.name for world in over.worlds], over.interrupted) == (["w1"], True)
    assert "It was stopped: 1 of 5 plausible worlds are finished, and only they count." in answered(over).notes
    left = iter([True])
    with pytest.raises(KeyboardInterrupt):
        wheel_worlds(Scenario.load("baseline"), 5)


def test_what_tells_worlds_that_accelerate_apart_is_named(monkeypatch):
    names = [f"x{number}" for number in range(40)]
    for number, name in enumerate(names):
        monkeypatch.setitem(MOVES, name, (0.1 if number < 20 else 0.0, 0.02))
    use(monkeypatch, *(PlausibleWorld(name, {PRICE: 0.001 * number}) for number, name in enumerate(names)))
    monkeypatch.setattr(in_worlds, "how_found", lambda: {**how_found(), "active": [PRICE]})
    over = wheel_worlds(Scenario.load("baseline"), 40)
    assert [name for name, *_ in over.apart()] == [PRICE]
    assert "Worlds in which the wheel accelerates have price gap (" in " ".join(answered(over).answer)


def test_the_answer_counts_worlds_and_says_that_it_is_no_probability():
    answer = answered(wheel_worlds(Scenario.load("baseline"), 5))
    text = " ".join(answer.answer)
    assert (
        "Over 5 plausible worlds with 12 sets of twin runs each, it accelerates in 1, it coasts in 1, it stalls in 1 "
        "and it spins down in 1, and in 1 it cannot be told: bookings change by" in text
    )
    assert "has added 2.60 of bookings after 260 weeks on average" in text
    assert text.endswith("is no probability.")
    assert answer.tables["worlds"]["world"].tolist() == list(MOVES)
    assert answer.facts["worlds"] == {"accelerates": 1, "coasts": 1, "stalls": 1, "spins down": 1, "cannot be told": 1}
    assert answer.sections[-1].tables[0].rows[0][:2] == ["accelerates", "1 of 5"]
    assert "In plausible worlds" in answer.html()


def answered(over):
    empty = Analysis("wheel", Scenario.load("baseline"), "How?", ["So."], [], {}, range(12), 312)
    return with_worlds(empty, over)
