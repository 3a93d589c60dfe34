"""Fields of the forms: every question has one for all that visitors may give, held to the bounds of its command."""

from typing import Any

import pytest

from sim.cli.offered import KEPT_BACK
from sim.cli.on_page import SERVERS_OWN
from sim.cli.questions import QUESTIONS, schema_of
from sim.ui.ask.fields import AskField, fields_of
from sim.ui.ask.form import refused_of
from sim.ui.ask.offered import OFFERED, in_labels
from tests.sim.ui.ask.asked import filled
from tests.sim.ui.views import SMALL


def ends() -> list[Any]:
    """Every end of a number: question, field, and a value beyond it."""
    found = []
    for question in QUESTIONS:
        for name, declared in schema_of(question)["properties"].items():
            for one in declared.get("anyOf", [declared]):
                beyond = [one[key] + step for key, step in (("minimum", -1), ("maximum", 1)) if key in one]
                found += [pytest.param(question, name, value, id=f"{question}-{name}-{value}") for value in beyond]
    return [one for one in found if one.values[1] not in KEPT_BACK]


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_form_has_a_field_for_all_a_question_takes_but_what_is_the_servers(question: str):
    declared = schema_of(question)["properties"]
    closed = {name for name, one in declared.items() if name in KEPT_BACK or one["written"] in SERVERS_OWN}
    fields = {one.name: one for one in fields_of(question)}
    assert list(fields) == [name for name in declared if name not in closed]
    assert all(len(one.meaning) > 5 and one.label[:1].isupper() for one in fields.values())
    assert {one.name for one in fields.values() if one.effort} == {
        name for name, one in declared.items() if one["changes"] == "effort" and name not in closed
    }


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_form_holds_at_first_is_accepted_and_changes_nothing(question: str):
    form = filled(question)
    assert refused_of(SMALL, form) == {}
    needed = {one.name for one in fields_of(question) if one.required or one.kind == "scenario"}
    assert set(form.values()) == needed


@pytest.mark.parametrize(("question", "name", "value"), ends())
def test_what_lies_beyond_an_end_is_refused_beside_its_field(question: str, name: str, value: int):
    told = refused_of(SMALL, filled(question, **{name: str(value)}))[name]
    assert told.startswith(f"{name} = {value}")
    assert "\n" not in told


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_no_number_is_refused_where_a_number_is_asked_for(question: str):
    for one in fields_of(question):
        if one.kind == "number":
            assert one.name in refused_of(SMALL, filled(question, **{one.name: "many"}))


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_chosen_is_one_of_the_list(question: str):
    for one in fields_of(question):
        if one.options:
            strange = ("../secret",) if one.kind == "list" else "../secret"
            told = refused_of(SMALL, filled(question, **{one.name: strange}))[one.name]
            assert told == f"{one.name} = ../secret: choose one of the list"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_says_what_it_asks_without_the_keys_of_a_terminal(question: str):
    says = OFFERED[question].says
    assert says[0][-1] in ".?"
    assert not [text for text in says if "Ctrl-C" in text or "flywheel " in text]
    told = [*says, *(text for one in fields_of(question) for text in (one.meaning, one.usual))]
    assert not [text for text in told if "--" in text], "fields are called by their labels"


def test_options_are_called_by_the_labels_of_their_fields():
    assert in_labels("60, 12 with --cut") == "60, 12 with “Cut”"
    assert field_of("compare", "max_seeds").label == "Max seeds"
    assert in_labels("--max-seeds is too few") == "“Max seeds” is too few"
    assert in_labels("a range -- or none, well--known") == "a range -- or none, well--known"


def field_of(question: str, name: str) -> AskField:
    return next(one for one in fields_of(question) if one.name == name)


def test_a_name_that_was_found_goes_on_from_what_is_typed():
    case, lever, target = field_of("compare", "case"), field_of("pilot", "lever"), field_of("compare", "target")
    begun = case.gone_on("", "operations.wip_limit")
    assert begun == "my case: operations.wip_limit="
    assert case.gone_on(f"{begun}8", "structure.n_reps") == "my case: operations.wip_limit=8, structure.n_reps="
    assert lever.gone_on("", "operations.wip_limit") == "operations.wip_limit="
    assert target.gone_on("", "win_rate") == "win_rate>="
    assert field_of("sensitivity", "parameter").gone_on("x", "operations.wip_limit") == "operations.wip_limit"


def test_what_may_be_neither_on_nor_off_has_three_states():
    from_start = field_of("sensitivity", "from_start")
    assert [from_start.value(given) for given in ("", "yes", "no")] == [None, True, False]
