"""The registry of parameters: declarations are sound, documented and sourced, and every bad value gets a sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError

from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.evidence import cited, evidence_row, evidence_rows
from sim.scenario.parameters import (
    all_parameters,
    by_name,
    cell_presets,
    parameter,
    params_dtype,
    params_record,
    sections,
)
from sim.scenario.parameters.base import Parameter, Section, assumed, evidence, model, param, switch
from sim.scenario.parameters.events import EVENTS
from sim.scenario.scenario import Scenario


class Canteen(Section):
    """What is for lunch."""

    name = "canteen"
    seats: int = param(40, low=1, high=5_000, unit="seats", doc="Seats.", source=assumed("a small one"), when="start")
    salt: float = param(1, low=0, high=2.5, unit="g / meal", doc="Salt.", source=evidence("TRN-01"), lever="rep")
    open_late: bool = switch(True, doc="Whether it opens in the evening.")
    menu: str = param("daily", choices=("daily", "weekly"), doc="Menu.", source=model("section 5"), driver="talent")


SEATS, SALT, OPEN_LATE, MENU = Canteen.parameters()


def test_a_declaration_becomes_a_parameter() -> None:
    assert (SEATS.dotted, SEATS.field_name, SEATS.type, SEATS.default) == ("canteen.seats", "canteen_seats", int, 40)
    assert (SEATS.low, SEATS.high, SEATS.unit, SEATS.when, SEATS.lever) == (1, 5000, "seats", "start", None)
    assert type(SALT.default) is float
    assert SALT.lever == "rep"
    assert SALT.source.rows == ("TRN-01",)
    assert (MENU.driver, SALT.driver) == ("talent", None)
    assert parameter("training.hours_per_quarter").driver == "training"


@pytest.mark.parametrize(
    ("item", "allowed"),
    [
        (SEATS, "a whole number from 1 to 5,000 (seats)"),
        (SALT, "a number from 0 to 2.5 (g / meal)"),
        (OPEN_LATE, "true or false"),
        (MENU, "one of daily, weekly"),
    ],
)
def test_what_is_allowed_reads_well(item: Parameter, allowed: str) -> None:
    assert item.allowed == allowed


def test_the_model_sees_numbers() -> None:
    assert [OPEN_LATE.number(True), MENU.number("weekly"), SEATS.number(7), SALT.number(0.5)] == [1, 1, 7, 0.5]


@pytest.mark.parametrize(
    ("item", "good", "bad"),
    [
        (SEATS, [1, 5000], [0, 5001, 2.0, True, "3", None, math.nan]),
        (SALT, [0, 2.5, 1], [-0.1, 2.6, math.inf, math.nan, False, "1", [1]]),
        (OPEN_LATE, [True, False], [1, 0, "true", None]),
        (MENU, ["daily", "weekly"], ["", "Daily", "daily|weekly", "daily\n", 0, None]),
    ],
)
def test_values_are_taken_as_they_are_or_refused(item: Parameter, good: list[object], bad: list[object]) -> None:
    """The parameter and the section must agree; nothing is converted or clamped."""
    for value in good:
        assert item.allows(value)
        assert getattr(Canteen.model_validate({item.leaf: value}), item.leaf) == value
    for value in bad:
        assert not item.allows(value)
        with pytest.raises(ValidationError):
            Canteen.model_validate({item.leaf: value})


def test_a_section_is_closed_and_frozen() -> None:
    with pytest.raises(ValidationError):
        Canteen.model_validate({"chairs": 3})
    with pytest.raises(ValidationError):
        Canteen().seats = 3


def test_our_own_mistakes_in_declarations_are_found_at_import() -> None:
    why = assumed("test")
    with pytest.raises(TypeError, match="low <= default <= high"):
        param(3, doc="No bounds.", source=why)
    with pytest.raises(TypeError, match="low <= default <= high"):
        param(3, low=0, high=2, doc="Outside.", source=why)
    with pytest.raises(TypeError, match="choices"):
        param("a", choices=("b",), doc="No such choice.", source=why)
    with pytest.raises(TypeError, match="row id"):
        evidence()

    class Undeclared(Section):
        name = "undeclared"
        number: int = 3

    with pytest.raises(TypeError, match=r"Undeclared\.number"):
        Undeclared.parameters()


@pytest.mark.parametrize(
    ("item", "text", "value"),
    [
        (SEATS, " 60 ", 60),
        (SEATS, "1_000", 1000),
        (SALT, "1e-1", 0.1),
        (OPEN_LATE, "off", False),
        (OPEN_LATE, "True", True),
        (MENU, '"weekly"', "weekly"),
    ],
)
def test_typed_text_is_read_by_type(item: Parameter, text: str, value: object) -> None:
    assert item.parse(text) == value


def test_text_of_another_type_gets_a_sentence() -> None:
    with pytest.raises(InputError) as error:
        SEATS.parse("6.5", "--case b")
    assert str(error.value) == ("--case b canteen.seats=6.5: the value must be a whole number from 1 to 5,000 (seats)")
    with pytest.raises(InputError, match="must be true or false"):
        OPEN_LATE.parse("maybe")


def test_the_schema_carries_unit_source_and_choices() -> None:
    schema = Canteen.model_json_schema()["properties"]
    assert schema["seats"]["maximum"] == 5000
    assert schema["salt"]["x-unit"] == "g / meal"
    assert schema["salt"]["x-source"] == "evidence: TRN-01"
    assert schema["menu"]["enum"] == ["daily", "weekly"]


def test_the_registry_is_complete_and_has_no_double_names() -> None:
    assert set(sections()) >= {"market", "structure", "training", "organization", "mechanisms"}
    assert len({item.field_name for item in all_parameters()}) == len(all_parameters()) > 0


@pytest.mark.parametrize("item", all_parameters(), ids=lambda item: item.dotted)
def test_every_parameter_is_documented_sourced_and_sound(item: Parameter) -> None:
    assert item.doc.endswith("."), "the meaning is a sentence"
    assert item.source.rows or item.source.text, "the source says something"
    assert all(row.quantity for row in cited(item.source)), "every cited row exists"
    assert item.allows(item.default)
    assert item.low is None or item.high is None or item.low < item.high


def _bad_values(item: Parameter) -> list[object]:
    if item.type is str:
        return ["no such word", 0]
    if item.type is bool:
        return [1, "true"]
    assert item.low is not None
    assert item.high is not None
    return [item.low - 1, item.high + 1, True, "1", math.nan, math.inf]


@pytest.mark.parametrize("item", all_parameters(), ids=lambda item: item.dotted)
def test_every_bad_value_is_told_in_one_sentence(item: Parameter) -> None:
    """Bad values are made from the declaration; the sentence names place, value and range."""
    base = Scenario.from_text("")
    for value in _bad_values(item):
        with pytest.raises(ScenarioError) as error:
            base.override({item.dotted: value}, origin="--set")
        (problem,) = error.value.problems
        assert (problem.file, problem.section, problem.key) == ("--set", item.section, item.leaf)
        assert "is not allowed; it must be " + item.allowed in problem.text


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(InputError, match=r"^structure\.n_repz is not a parameter; did you mean structure\.n_reps\?$"):
        parameter("structure.n_repz")


def test_the_record_holds_every_number() -> None:
    scenario = Scenario.from_text("")
    record = params_record(scenario)
    assert record.shape == (1,)
    assert record.dtype == params_dtype()
    assert set(record.dtype.names or ()) == {item.field_name for item in by_name().values()}
    for item in all_parameters():
        assert record[0][item.field_name] == item.number(scenario[item.dotted])
    assert np.isfinite(list(record[0])).all()
    phases = parameter("market.phase").choices
    changed = params_record(scenario.override({"market.phase": phases[0], "structure.n_reps": 7}))
    assert (changed[0].market_phase, changed[0].structure_n_reps) == (0, 7)


def test_presets_name_real_cells_parameters_and_values() -> None:
    assert cell_presets()


def test_wrong_presets_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [{("moon", "*"): {}}, {("*", "*"): {"structure.n_reps": 0}}, {("*", "*"): {"no.name": 1}}]
    for table in wrong:
        monkeypatch.setattr("sim.scenario.parameters.presets.PRESETS", table)
        with pytest.raises((TypeError, InputError)):
            cell_presets.__wrapped__()


def test_evidence_rows_are_ordered_and_graded() -> None:
    for row in evidence_rows().values():
        known = [number for number in (row.low, row.central, row.high) if number is not None]
        assert known == sorted(known), row.id
        assert row.confidence in "ABCD"
        assert row.source


def test_an_unknown_evidence_row_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="WIN-0"):
        evidence_row("WIN-00")


def test_events_say_what_they_do_and_take_sound_arguments() -> None:
    for name, event in EVENTS.items():
        assert event.doc.endswith("."), name
        for argument in event.arguments.values():
            assert argument.low < argument.high
            assert argument.default is None or argument.low <= argument.default <= argument.high
