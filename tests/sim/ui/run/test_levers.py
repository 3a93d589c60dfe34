"""What the page can do to a running organization: every lever the registry allows, told with timing and source."""

from sim.scenario.parameters import all_parameters, parameter
from sim.scenario.parameters.events import EVENTS
from sim.ui.run.levers import GROUPS, LEVERS, SHOCKS, description, from_to, hint, hint_of_shock, shown, when
from tests.loops import for_each

BY_NAME = {lever.dotted: lever for lever in LEVERS}


def test_every_lever_is_on_the_page_or_a_shock():
    allowed = {item.dotted for item in all_parameters() if item.lever}
    assert allowed - set(BY_NAME) == {"market.demand", "market.competitor_strength"}
    assert {shock.event for shock in SHOCKS.values()} == set(EVENTS)
    drivers = {item.driver for item in all_parameters()} - {None}
    assert drivers <= {group.name for group in GROUPS}
    assert all(group.levers for group in GROUPS)


def test_nothing_on_the_page_is_called_alike():
    labels = [entry.label for entry in (*LEVERS, *SHOCKS.values())]
    assert sorted(set(labels)) == sorted(labels)
    assert {"WIP limit", "Training"} <= set(labels)


@for_each("lever", LEVERS, ids=lambda lever: lever.dotted)
def test_every_lever_explains_itself(lever):
    item = parameter(lever.dotted)
    assert item.lever is not None
    assert item.choices or item.low <= lever.low <= lever.high <= item.high
    text = hint(lever)
    for part in (item.doc, item.unit, "Acts "):
        assert part in text
    assert lever.dotted not in text, "a key is for commands"
    assert any(kind in text for kind in ("Evidence", "Assumed"))


@for_each("shock", SHOCKS.values(), ids=lambda shock: shock.name)
def test_every_shock_stays_within_its_range(shock):
    argument = EVENTS[shock.event].arguments[shock.argument]
    assert argument.low <= shock.low <= shock.value <= shock.high <= argument.high
    assert EVENTS[shock.event].doc in hint_of_shock(shock)
    assert shock.fields(shock.value)["label"].startswith(shock.label)


def test_when_a_lever_acts_follows_from_the_rules_that_read_it():
    acts = {"strategy.stretch": "year", "strategy.ratchet": "year", "management.response": "quarter"}
    assert {dotted: when(dotted) for dotted in acts} == acts
    assert when("structure.product_specialists") == when("operations.wip_limit") == ""


def test_values_are_written_with_their_units():
    assert shown(BY_NAME["strategy.stretch"], 0.05) == "5 %"
    assert shown(BY_NAME["operations.wip_limit"], 12.0) == "12 deals"
    assert shown(BY_NAME["management.response"], 4.0) == "root cause"
    assert shown(BY_NAME["management.response"], 2.5) == "mixed between managers"


def test_what_was_done_is_told_in_words():
    item = parameter("management.response")
    assert from_to(item, 5.0, 3.0) == "After a missed target: mixed to train"
    assert description({"event": "star_leaves", "arguments": {"count": 2}}) == "star_leaves count 2"
    assert description(SHOCKS["falls"].fields(0.7)) == "Market falls: 0.7 x"
    assert description({"parameter": "strategy.stretch", "action": "add", "value": 0.1}) == "add strategy.stretch 0.1"
