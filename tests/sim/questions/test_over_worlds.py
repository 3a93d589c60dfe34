"""An answer over plausible worlds: what helps, hurts or cannot be told; what separates them; what is worth knowing."""

import numpy as np
import pandas as pd
import pytest

from sim.questions.over_worlds import OverWorlds, frame_of, over_worlds, sentences
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.worlds import PlausibleWorld

MEASURE = "net_contribution"
KNOWN = ("buyers.trust_fade", "buyers.fit_noise", "buyers.good_trust")


def made(difference, half=1.0, places=None, measure=MEASURE):
    n = len(difference)
    places = np.linspace(0.0, 1.0, n) if places is None else places
    rng = np.random.default_rng(5)
    worlds = [
        PlausibleWorld(f"w{number}", {KNOWN[0]: float(places[number]), KNOWN[1]: rng.random(), KNOWN[2]: rng.random()})
        for number in range(n)
    ]
    difference = np.asarray(difference, float)
    return OverWorlds(measure, worlds, np.full(n, 10.0), difference, difference - half, difference + half, 8)


def test_a_world_helps_or_hurts_only_where_its_own_interval_says_so():
    found = made([2.0, 0.5, -0.5, -2.0])
    assert found.helps.tolist() == [True, False, False, False]
    assert found.hurts.tolist() == [False, False, False, True]


def test_of_a_measure_of_which_less_is_better_less_helps():
    found = made([2.0, -2.0], measure="cost")
    assert (found.helps.tolist(), found.hurts.tolist()) == ([False, True], [True, False])


def test_variance_is_split_into_worlds_and_luck():
    rng = np.random.default_rng(2)
    t = 2.3646242515927836  # 97.5% of Student's distribution with 7 degrees of freedom
    luck = 0.5
    seen = rng.normal(0.0, 1.0, 4000) + rng.normal(0.0, luck, 4000)
    assert made(seen, half=t * luck).by_worlds() == pytest.approx(1.0 / 1.25, abs=0.03)
    assert made(rng.normal(0.0, luck, 4000), half=t * luck).by_worlds() == pytest.approx(0.0, abs=0.06)


def test_of_one_world_no_variance_is_told():
    assert made([2.0]).by_worlds() == 0.0


def test_the_assumption_that_decides_is_named_with_the_range_where_it_does_not_help():
    places = np.random.default_rng(3).permutation(np.linspace(0.0, 1.0, 60))
    found = made(np.where(places > 0.5, 3.0, -3.0), places=places)
    (name, distance, first, last), *others = found.separating(KNOWN)
    assert (name, others) == (KNOWN[0], [])
    assert distance == pytest.approx(1.0)
    assert 0.0 <= first < last <= 0.5


def test_where_nothing_decides_nothing_is_named():
    assert made(np.tile([3.0, -3.0], 30)).separating(KNOWN[1:]) == []
    assert made([3.0] * 60).separating(KNOWN) == []
    assert made([3.0, -3.0]).separating(KNOWN) == []


def test_knowing_what_turns_the_decision_is_worth_what_it_saves():
    places = np.random.default_rng(3).permutation(np.linspace(0.0, 1.0, 101))
    found = made(
        4.0 * places - 2.0, places=places
    )  # deciding blind brings 0, knowing brings the mean of the upper half
    name, value = found.worth_knowing(KNOWN)
    assert name == KNOWN[0]
    assert 0.25 < value <= 0.51


def test_knowing_is_worth_nothing_where_every_world_helps():
    assert made(3.0 + np.linspace(0.0, 1.0, 50)).worth_knowing(KNOWN) is None


def test_it_is_put_together_from_the_effects_of_each_world():
    world = PlausibleWorld("w1", {})
    row = {"case": "more", "measure": MEASURE, "base": 5.0, "difference": 1.0, "low": 0.5, "high": 1.5}
    found = over_worlds([(world, pd.DataFrame([row]))], "more", MEASURE, 8)
    assert (found.base.tolist(), found.low.tolist()) == ([5.0], [0.5])
    with pytest.raises(InputError, match="less has no net_contribution"):
        over_worlds([(world, pd.DataFrame([row]))], "less", MEASURE, 8)


def test_the_answer_counts_worlds_names_the_worst_and_what_to_find_out():
    places = np.random.default_rng(3).permutation(np.linspace(0.0, 1.0, 60))
    text = " ".join(
        sentences(made(4e6 * places - 2e6, half=1e5, places=places), "overlays", Scenario.load("baseline"), KNOWN)
    )
    assert "Over 60 plausible worlds with 8 pairs each, it is surely better with overlays in 29" in text
    assert "surely worse in 29, and cannot be told in 2" in text
    assert "Worlds in which overlays cannot be told to help have trust fade (return of trust to neutral; " in text
    assert "most worth measuring is trust fade (return of trust to neutral; buyers.trust_fade)" in text


def test_a_table_of_worlds_says_what_a_case_is_in_each():
    table = frame_of({"overlays": made([2.0, 0.5, -2.0])})
    assert table["verdict"].tolist() == ["better", "cannot be told", "worse"]
    assert list(table.columns) == ["case", "world", "base", "difference", "low", "high", "verdict"]
