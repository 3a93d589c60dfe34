"""Plausible worlds: those that travel with the program, what they change of a scenario, and when they are refused."""

import json

import pytest

from scenarios import WORLDS
from sim.scenario.errors import InputError
from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from sim.studies import worlds as plausible
from sim.studies.draws import is_uncertain, plausible_range
from sim.studies.worlds import PlausibleWorld, drawing_from, how_found, plausible_draws, worlds, worlds_text
from tests.worlds import small

ONE = PlausibleWorld("w1", {"buyers.trust_fade": 0.02, "buyers.fit_noise": 0.3})


def test_what_is_at_its_default_takes_the_worlds_value_and_what_is_set_stays():
    scenario = Scenario.load("baseline").override({"buyers.fit_noise": 0.2})
    moved = ONE.of(scenario)
    assert (moved["buyers.trust_fade"], moved["buyers.fit_noise"]) == (0.02, 0.2)
    assert str(moved.origins["buyers.trust_fade"]) == "plausible world w1"


def test_what_is_marked_unknown_moves_by_the_ratio_within_its_range():
    text = """format_version = 1
name = "mine"
[buyers]
fit_noise = 0.2
[[unknowns]]
name = "noise"
parameter = "buyers.fit_noise"
low = 0.1
high = 0.4
why = "nobody has said"
"""
    scenario = Scenario.from_text(text)
    assert ONE.of(scenario)["buyers.fit_noise"] == pytest.approx(0.4)  # .2 x .3 / .12 = .5, and .4 is the most


def test_every_shipped_world_is_a_valid_scenario_and_has_all_that_is_assumed():
    known = {item.dotted for item in all_parameters()
             if is_uncertain(item) and plausible_range(item, float(item.default))}  # fmt: skip
    every = worlds()
    for one in every:
        assert one.assumed.keys() == known
        one.of(Scenario.load("baseline"))
    assert len({one.name for one in every}) == len(every) == how_found()["worlds"]


def test_values_of_worlds_lie_within_their_plausible_ranges():
    for item in all_parameters():
        ends = plausible_range(item, float(item.default)) if is_uncertain(item) else None
        if ends:
            assert all(ends[0] <= one.assumed[item.dotted] <= ends[1] for one in worlds())


@pytest.mark.parametrize("n", [0, -1, 100_000])
def test_a_number_of_worlds_there_are_not_is_refused(n):
    with pytest.raises(InputError, match="plausible worlds are not to be had"):
        worlds(n)


def test_worlds_of_other_rules_are_refused_with_the_way_out(tmp_path, monkeypatch):
    facts = json.loads((WORLDS / "match.json").read_text(encoding="utf-8"))
    (tmp_path / "match.json").write_text(json.dumps(facts | {"model": "000000000000"}), encoding="utf-8")
    (tmp_path / "worlds.csv").write_text((WORLDS / "worlds.csv").read_text(encoding="utf-8"), encoding="utf-8")
    _elsewhere(tmp_path, monkeypatch)
    with pytest.raises(InputError, match=r"found for other rules .*flywheel match --recheck"):
        worlds()


@pytest.mark.parametrize("table", ["", "world,buyers.trust_fade\nw1,much\n"])
def test_a_folder_that_is_none_of_ours_is_refused_in_a_sentence(tmp_path, monkeypatch, table):
    if table:
        (tmp_path / "worlds.csv").write_text(table, encoding="utf-8")
        (tmp_path / "match.json").write_text('{"model": "x"}', encoding="utf-8")
    _elsewhere(tmp_path, monkeypatch)
    with pytest.raises(InputError, match="cannot be read as plausible worlds"):
        worlds()


def _elsewhere(folder, monkeypatch):
    monkeypatch.setattr(plausible, "WORLDS", folder)
    monkeypatch.setattr(plausible, "_read", plausible._read.__wrapped__)


def test_draws_are_worlds_in_an_order_of_the_key_and_come_again_when_they_run_out():
    scenario, many = Scenario.load("baseline"), len(worlds())
    drawn = plausible_draws(many + 3, 1, scenario)
    assert drawn[:3] == drawn[many:]
    assert drawn == plausible_draws(many + 3, 1, scenario) != plausible_draws(many + 3, 2, scenario)
    scenario.override(drawn[0])


def test_a_whole_section_adds_what_is_measured_in_it():
    scenario = small({})
    few, more = plausible_draws(1, 1, scenario)[0], plausible_draws(1, 1, scenario, ["training"])[0]
    assert "training.half_life_months" in more.keys() - few.keys()
    assert {name: more[name] for name in few} == few


def test_draws_within_a_file_are_worlds_of_that_file_alone(tmp_path):
    file, scenario = tmp_path / "worlds.json", Scenario.load("baseline")
    file.write_text(worlds_text(worlds()[5:7], "two of them"), encoding="utf-8")
    with drawing_from(file):
        drawn = plausible_draws(4, 1, scenario)
    assert drawn[:2] == drawn[2:]
    assert sorted(map(str, drawn[:2])) == sorted(str(world.within(scenario)) for world in worlds()[5:7])
    assert plausible_draws(4, 1, scenario) != drawn, "only within"


def test_a_file_to_draw_from_is_looked_at_at_once(tmp_path):
    with pytest.raises(InputError, match="no file of plausible worlds"), drawing_from(tmp_path / "none.json"):
        pass
