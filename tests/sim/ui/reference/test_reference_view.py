"""The view to look things up: all of every registry is there, with words for it."""

import ipyvuetify
import solara

from agents.machinery.rule import RULES
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import all_parameters
from sim.ui.choice import Choice
from sim.ui.reference.contents import measure_items, parameter_items, read_words, rule_items, words
from sim.ui.reference.view import ReferenceView, contents
from tests.sim.ui.views import desk_of


def test_every_parameter_is_there_with_its_source():
    items = parameter_items()
    assert [item["name"] for item in items] == [item.dotted for item in all_parameters()]
    assert all(item["text"] and item["source"] for item in items)
    assert all(item["evidence"] for item in items if item["kind"] == "evidence")


def test_what_the_open_scenario_sets_is_shown_and_forgotten_again():
    entries = contents(Choice("healthy", overrides=(("structure.n_reps", 12),)))
    here = {item["name"]: item["here"] for item in entries["parameters"]}
    assert here["structure.n_reps"] == "12 seats"
    assert not any(item["here"] for item in parameter_items())
    assert not any(item["here"] for item in contents(Choice("no such"))["parameters"])


def test_every_rule_and_measure_has_words():
    rules = {rule["name"]: rule["text"] for phase in rule_items() for rule in phase["rules"]}
    assert set(RULES) <= set(rules)
    assert all(rules.values())
    measures = measure_items()
    assert set(MEASURES) <= {item["name"] for item in measures}
    assert all(item["text"] for item in measures)


def test_the_glossary_is_read():
    assert {"access", "as is", "seed"} <= {item["name"] for item in words()}
    table = "| word | meaning | unit |\n|---|---|---|\n| ramp | A way, `at0`. | weeks |\n| luck | Chance. | |\n"
    assert read_words(table) == [
        {"name": "ramp", "text": "A way, at0.", "unit": "weeks"},
        {"name": "luck", "text": "Chance.", "unit": ""},
    ]


def test_all_of_it_goes_to_the_browser_once():
    _, context = solara.render(ReferenceView(desk_of()), handle_error=False)
    (field,) = context.find(ipyvuetify.VuetifyTemplate).widgets
    assert field.entries.value["open"] == "Yours: A small one"
    context.close()
