"""`flywheel verify`: everything holds in a small organization, and what is broken is found and named."""

from dataclasses import replace

import pytest

from sim.cli import main as cli
from sim.engine.world import World
from sim.measures.conservation import LAWS
from sim.questions.verify import extremes, verification
from sim.questions.verify.extremes import RELATIONS, check_relations
from sim.questions.verify.verification import backwards, verify
from sim.scenario.errors import InputError
from tests.worlds import EVERYTHING, small

SHORT = {"organization.weeks": 26, "organization.burn_in_weeks": 26}


@pytest.fixture(scope="module")
def verified():
    """Every check of a small organization with everything in it."""
    said = []
    parts = verify(small(EVERYTHING, SHORT), seeds=3, weeks=26, workers=2, progress=said.append)
    assert said == list(parts)
    return parts


def test_everything_holds_in_a_small_organization(verified):
    assert [check for found in verified.values() for check in found if not check.holds] == []
    assert {part: len(found) for part, found in verified.items()} == {
        "Conservation": len(LAWS),
        "Extreme conditions": 9,
        "Directions, equal luck": len(RELATIONS),
        "Order and luck": 5,
    }


def test_every_check_says_what_it_measured(verified):
    for found in verified.values():
        assert all(len(check.measured) > 4 for check in found)


def test_a_direction_that_goes_the_wrong_way_is_found(monkeypatch):
    wrong = replace(next(one for one in RELATIONS if one.parameter == "management.cost"), sign=-1)
    monkeypatch.setattr(extremes, "RELATIONS", (wrong,))
    (check,) = check_relations(small(SHORT), range(2), 26)
    assert not check.holds
    assert "management.cost" in check.measured


def test_a_number_at_the_end_of_its_range_is_not_moved():
    found = check_relations(small(SHORT, {"market.price_gap": 1.0}), range(2), 13)
    said = next(check.measured for check in found if check.name.startswith("a higher price gap"))
    assert said == "not tried: market.price_gap = 1 is the end of its range"


def test_agents_may_be_visited_backwards():
    world = World.begin(small(EVERYTHING, SHORT), 5)
    assert verification._order(world).holds
    visited = world.fork()
    visited.advance(3, backwards)
    assert visited.week == world.week + 3


def test_an_order_that_matters_is_found(monkeypatch):
    world = World.begin(small(SHORT), 5)

    def favouring(state, weeks):
        backwards(state, weeks)
        state.reps["energy"][0] *= 0.99

    monkeypatch.setattr(verification, "backwards", favouring)
    assert not verification._order(world).holds


@pytest.mark.parametrize(("seeds", "weeks", "says"), [(1, 26, "1 seeds are not"), (2, 12, "12 weeks are not enough")])
def test_too_little_to_show_anything_is_refused(seeds, weeks, says):
    with pytest.raises(InputError, match=says):
        verify(small(SHORT), seeds=seeds, weeks=weeks)


def test_the_command_ends_with_the_verdict_and_fails_with_it(capsys, monkeypatch, tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(small(SHORT).to_toml(), encoding="utf-8")
    monkeypatch.setattr(extremes, "_CONDITIONS", {})
    monkeypatch.setattr(extremes, "RELATIONS", RELATIONS[-2:])
    words = ["verify", str(path), "--seeds", "2", "--weeks", "13"]
    assert cli._run(words, debug=False) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Verified: 18 of 18 checks hold for this scenario."
    monkeypatch.setattr(extremes, "RELATIONS", tuple(replace(one, sign=-one.sign) for one in RELATIONS[-2:]))
    assert cli._run(words, debug=False) == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Not verified: 16 of 18 checks hold for this scenario; broken: dearer managers")


def test_the_command_refuses_with_one_sentence(capsys):
    assert cli._run(["verify", "--seeds", "1"], debug=False) == 2
    assert capsys.readouterr().err.strip() == "1 seeds are not enough to verify; give at least 2"
