"""Scenarios: how values are resolved, written and compared."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import FrozenInstanceError
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.parameters import all_parameters
from sim.scenario.scenario import Scenario
from sim.scenario.schema import HEAD, ROWS, json_schema
from sim.scenario.writing import diff, fixed_overnight, new_scenario_text

if TYPE_CHECKING:
    from sim.scenario.parameters.base import Parameter

BASE = Scenario.from_text("")
FOR_ALL = next(item for item in all_parameters() if item.lever == "organization" and item.type in (int, float))
FOR_REPS = next(item for item in all_parameters() if item.lever == "rep" and item.type is float)
TEAMS = """
[structure]
n_reps = 4
span_of_control = 2
[[teams]]
manager = "Ada"
region = "East"
sellers = ["Bo", "Cy"]
[[teams]]
manager = "Di"
sellers = ["Ed", "Flo"]
"""


def values_of(item: Parameter) -> st.SearchStrategy[Any]:
    """Draw any valid value of a parameter."""
    if item.type is bool:
        return st.booleans()
    if item.type is str:
        return st.sampled_from(item.choices)
    assert item.low is not None
    assert item.high is not None
    if item.type is int:
        return st.integers(int(item.low), int(item.high))
    return st.floats(item.low, item.high)


any_overrides = st.lists(st.sampled_from(all_parameters()), max_size=6, unique=True).flatmap(
    lambda items: st.fixed_dictionaries({item.dotted: values_of(item) for item in items})
)


def test_later_layers_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults, then presets from general to special, then the file, then overrides."""
    table = {
        ("*", "under_15k"): {"structure.n_reps": 11, "training.hours_per_quarter": 1, "organization.weeks": 101},
        ("pmf", "*"): {"structure.n_reps": 12, "training.hours_per_quarter": 2},
        ("pmf", "under_15k"): {"structure.n_reps": 13},
    }
    monkeypatch.setattr("sim.scenario.scenario.cell_presets", lambda: table)
    cell = Scenario.from_text('[market]\nphase = "pmf"\nacv_band = "under_15k"\n')
    names = ("structure.n_reps", "training.hours_per_quarter", "organization.weeks")
    assert [cell[name] for name in names] == [13, 2, 101]
    assert [str(cell.origins[name]) for name in names] == ["preset pmf/under_15k", "preset pmf/*", "preset */under_15k"]
    own = Scenario.from_text('[structure]\nn_reps = 14\n[market]\nphase = "pmf"\nacv_band = "under_15k"\n', "a.toml")
    assert (own["structure.n_reps"], str(own.origins["structure.n_reps"])) == (14, "a.toml, line 2")
    assert own.override({"structure.n_reps": 15})["structure.n_reps"] == 15
    moved = BASE.override({"market.phase": "pmf", "market.acv_band": "under_15k"})
    assert moved["structure.n_reps"] == 13, "an overridden phase brings its presets"


def test_an_empty_scenario_is_the_defaults() -> None:
    assert BASE.name == "scenario"
    assert (BASE.currency, BASE.format_version) == ("USD", 1)
    assert BASE.start_date.weekday() == 0
    given_by_nobody = {"default"} | {origin.text for origin in BASE.origins.values() if "preset" in origin.text}
    assert {origin.text for origin in BASE.origins.values()} <= given_by_nobody


def test_changed_names_value_default_and_origin() -> None:
    changed = {item.parameter.dotted: item for item in BASE.override({"structure.n_reps": 3}, "--set").changed()}
    item = changed["structure.n_reps"]
    assert (item.value, item.default, str(item.origin)) == (3, item.parameter.default, "--set")


def test_a_scenario_cannot_be_changed_and_travels() -> None:
    with pytest.raises(FrozenInstanceError):
        BASE.name = "other"  # type: ignore[misc]
    one = BASE.override({"structure.n_reps": 9})
    for other in (copy.deepcopy(one), pickle.loads(pickle.dumps(one))):  # noqa: S301 - our own bytes
        assert other == one
        assert hash(other) == hash(one)
        assert other.override({"structure.n_reps": 10})["structure.n_reps"] == 10


def test_the_digest_is_of_what_a_run_depends_on() -> None:
    one = Scenario.from_text('name = "a"\n[structure]\nn_reps = 7\nspan_of_control = 5\n')
    same = Scenario.from_text('title = "b"\n[structure]  # words\nspan_of_control = 5\nn_reps = 7\n')
    assert one.digest() == same.digest()
    assert len(one.digest()) == 32
    assert one != one.override({"structure.n_reps": 8})
    assert one != Scenario.from_text('currency = "EUR"\n[structure]\nn_reps = 7\nspan_of_control = 5\n')
    week = [{"week": 3, "parameter": FOR_ALL.dotted, "value": FOR_ALL.default}]
    assert one.with_interventions(week) != one


def test_numpy_numbers_are_taken_for_what_they_are() -> None:
    scenario = BASE.override({"structure.n_reps": np.int64(9), "training.hours_per_quarter": np.float64(2.5)})
    assert type(scenario["structure.n_reps"]) is int
    assert type(scenario["training.hours_per_quarter"]) is float


@settings(max_examples=30)
@given(any_overrides)
def test_any_valid_override_survives_writing_and_reading(overrides: dict[str, Any]) -> None:
    scenario = BASE.override(overrides)
    for text in (scenario.to_toml(), new_scenario_text(Scenario.from_text(scenario.to_toml()))):
        again = Scenario.from_text(text)
        assert again.values == scenario.values
        assert again == scenario


def test_rows_and_head_survive_writing_and_reading() -> None:
    text = f"""
name = "the \\"north\\""
claims = ["E1", "tab\\t and \\u007f"]
start_date = 2017-01-02
{TEAMS}
[[lines]]
name = "one"
share = 0.25
price = 10
[[lines]]
name = "two"
share = 0.75
price = 2.5e3
amount_sd = 0.1
[[sellers]]
name = "Bo"
accounts = {{"Dot Com, Inc." = 2, plain = 1}}
[[sellers]]
name = "Cy"
[[sellers]]
name = "Ed"
potential = 2.5
[[sellers]]
name = "Flo"
[[interventions]]
week = 2
until = 8
target = {{teams = ["Ada", 1]}}
action = "scale"
parameter = "{FOR_REPS.dotted}"
value = 1.5
label = "more"
[[interventions]]
week = 4
event = "star_leaves"
"""
    scenario = Scenario.from_text(text)
    again = Scenario.from_text(scenario.to_toml())
    assert [getattr(again, key) for key in (*HEAD, *ROWS)] == [getattr(scenario, key) for key in (*HEAD, *ROWS)]
    assert scenario.sellers[0].accounts == {"Dot Com, Inc.": 2, "plain": 1}
    assert scenario.interventions[1].target.everyone
    assert Scenario.from_text(new_scenario_text(scenario)) == scenario
    assert scenario.override({"organization.weeks": 104}).teams == scenario.teams


def test_a_new_scenario_sets_only_what_its_base_sets() -> None:
    text = new_scenario_text(BASE.override({"structure.n_reps": 21}))
    set_lines = [line for line in text.splitlines() if " = " in line and not line.startswith("#")]
    assert [line.split(" = ")[0] for line in set_lines] == [*HEAD, "n_reps"]
    assert sum(line.startswith("# ") for line in text.splitlines()) >= len(all_parameters()) - 1


def test_diff_lists_head_parameters_and_rows() -> None:
    other = BASE.override({"structure.n_reps": 5}).with_interventions([{"week": 1, "event": "star_leaves"}])
    rows = diff(BASE, other)
    assert [row.name for row in rows] == ["structure.n_reps", "interventions 1"]
    assert rows[0].parameter is not None
    assert (rows[0].second, rows[1].first) == (5, None)
    assert diff(BASE, BASE) == []
    assert [item.dotted for item in fixed_overnight(BASE, other)] == ["structure.n_reps"]


def test_the_schema_is_json_and_names_every_section() -> None:
    schema = json.loads(json.dumps(json_schema()))
    assert set(schema["properties"]) >= {*HEAD, *ROWS, "structure", "mechanisms"}
    assert schema["additionalProperties"] is False
