"""The registry of parameters: declarations are sound, documented and sourced, and every bad value gets a sentence."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from agents.machinery.rule import HELPERS, RULES
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
    shared_parameters,
)
from sim.scenario.parameters.base import (
    Parameter,
    Section,
    assumed,
    choice,
    derived,
    evidence,
    hours,
    number,
    param,
    share,
    switch,
)
from sim.scenario.parameters.events import EVENTS
from sim.scenario.scenario import Scenario
from tests.loops import for_each


class Canteen(Section):
    """What is for lunch."""

    name = "canteen"
    seats: int = number(40, 1, 5_000, "seats", assumed("a small one"), when="start")
    """Seats."""
    salt: float = number(1, 0, 2.5, "g / meal", evidence("TRN-01: as taught"), lever="rep")
    """Salt."""
    open_late: bool = switch(True, "Whether it opens in the evening.", alone="it is a canteen")
    menu: str = choice("daily", ("daily", "weekly"), derived("Best effort"), doc="Menu.", driver="talent")
    queue: float = hours(0.5, 0, 8, assumed("at noon"), label="queue at noon", per="day")
    """Time lost."""
    sated: float = share(0.9, assumed("nearly all"), low=0.1)
    """Guests who have had enough."""


SEATS, SALT, OPEN_LATE, MENU, QUEUE, SATED = Canteen.parameters()


def test_a_declaration_becomes_a_parameter() -> None:
    assert (SEATS.dotted, SEATS.field_name, SEATS.type, SEATS.default) == ("canteen.seats", "canteen_seats", int, 40)
    assert (SEATS.low, SEATS.high, SEATS.unit, SEATS.when, SEATS.lever) == (1, 5000, "seats", "start", None)
    assert type(SALT.default) is float
    assert SALT.lever == "rep"
    assert (SALT.source.rows, SALT.source.text) == (("TRN-01",), "as taught")
    assert [item.doc for item in (SEATS, MENU)] == ["Seats.", "Menu."]
    assert (QUEUE.unit, SATED.unit, SATED.low, SATED.high) == ("hours / day", "share", 0.1, 1.0)
    assert (MENU.driver, SALT.driver) == ("talent", None)
    assert parameter("training.hours_per_quarter").driver == "training"


def test_a_label_is_declared_or_made_of_the_name() -> None:
    names = ("strategy.icp_clarity", "market.deal_size_sd", "buyers.weight_fit", "management.weight_of_target")
    labels = ["ICP clarity", "spread of deal size", "weight of fit", "weight of target"]
    assert [parameter(name).label for name in names] == labels
    assert (parameter("training.hours_per_quarter").label, SEATS.title) == ("training", "Seats")
    assert parameter("mechanisms.training").label == "training (switch)"
    assert [item.title for item in (QUEUE, parameter("operations.wip_limit"))] == ["Queue at noon", "WIP limit"]


def test_no_two_parameters_have_the_same_label() -> None:
    labels = [item.label for item in all_parameters()]
    assert [label for label in labels if labels.count(label) > 1] == []
    assert not any("_" in label or label != label.strip() for label in labels)


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
        param(3, source=why)
    with pytest.raises(TypeError, match="low <= default <= high"):
        param(3, low=0, high=2, source=why)
    with pytest.raises(TypeError, match="choices"):
        param("a", choices=("b",), source=why)
    for citation in ("", "TRN-01 and more", "note: TRN-01"):
        with pytest.raises(TypeError, match="row id"):
            evidence(citation)

    class Undeclared(Section):
        name = "undeclared"
        size: int = 3

    with pytest.raises(TypeError, match=r"Undeclared\.size"):
        Undeclared.parameters()

    class Meaningless(Section):
        name = "meaningless"
        size: int = number(3, 0, 9, "people", why)

    with pytest.raises(TypeError, match=r"Meaningless\.size needs its meaning"):
        Meaningless.parameters()


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
    assert schema["salt"]["x-source"] == "evidence: TRN-01; as taught"
    assert schema["menu"]["enum"] == ["daily", "weekly"]


def test_the_registry_is_complete_and_has_no_double_names() -> None:
    assert set(sections()) >= {"market", "structure", "training", "organization", "mechanisms"}
    assert len({item.field_name for item in all_parameters()}) == len(all_parameters()) > 0


@for_each("item", all_parameters(), ids=lambda item: item.dotted)
def test_every_parameter_is_documented_sourced_and_sound(item: Parameter) -> None:
    assert item.doc.endswith("."), "the meaning is a sentence"
    assert item.source.rows or item.source.text, "the source says something"
    assert all(row.quantity for row in cited(item.source)), "every cited row exists"
    assert item.allows(item.default)
    assert item.low is None or item.high is None or item.low < item.high


ROOT = Path(__file__).resolve().parents[3]
ELSEWHERE = re.compile(r"\b(sections? \d|patterns? [A-Z]\d|specif\w+|the design\b)", re.IGNORECASE)


@pytest.mark.parametrize(
    "text", ["section 8: 13 by band", "pattern X1", "the model's specification", "default of the design"]
)
def test_what_names_a_document_elsewhere_is_found(text: str) -> None:
    assert ELSEWHERE.search(text)


@for_each("item", all_parameters(), ids=lambda item: item.dotted)
def test_no_source_names_what_is_not_in_the_tree(item: Parameter) -> None:
    assert not ELSEWHERE.search(str(item.source))
    assert all((ROOT / name).is_file() for name in re.findall(r"docs/\w+\.md", item.source.text))
    assert (item.source.kind == "switch") is (item.type is bool)


def test_no_formula_names_a_source_elsewhere() -> None:
    docs = {name: getattr(one, "py_func", one).__doc__ or "" for name, one in HELPERS.items()}
    docs |= {name: one.doc for name, one in RULES.items()}
    assert [name for name, doc in docs.items() if ELSEWHERE.search(doc)] == []


def test_every_derivation_stands_in_the_document_of_the_model() -> None:
    headings = re.findall(r"^#+ (.*)$", (ROOT / "docs" / "model.md").read_text(encoding="utf-8"), re.MULTILINE)
    cited_headings = {item.source.text for item in all_parameters() if item.source.kind == "derived"}
    assert cited_headings
    assert cited_headings <= set(headings)


def test_derived_defaults_are_what_their_arithmetic_gives() -> None:
    depth = parameter("capabilities.rep_depth").default
    assert parameter("structure.product_expertise").default == pytest.approx((0.9 - depth) / (1.0 - depth), abs=0.005)
    best = 1.1209
    assert 2.0 * best**2 == pytest.approx(math.exp(best**2) - 1.0, abs=1e-3)


def _bad_values(item: Parameter) -> list[object]:
    if item.type is str:
        return ["no such word", 0]
    if item.type is bool:
        return [1, "true"]
    assert item.low is not None
    assert item.high is not None
    return [item.low - 1, item.high + 1, True, "1", math.nan, math.inf]


@for_each("item", all_parameters(), ids=lambda item: item.dotted)
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


def test_the_record_holds_every_number_of_the_whole_organization() -> None:
    scenario = Scenario.from_text("")
    record = params_record(scenario)
    assert record.shape == (1,)
    assert record.dtype == params_dtype()
    assert set(record.dtype.names or ()) == {item.field_name for item in by_name().values() if item.array == "p"}
    for item in shared_parameters():
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
