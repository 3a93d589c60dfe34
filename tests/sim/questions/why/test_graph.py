"""The declared causes are those of the model: no edge is made up, no lever is missing, the arithmetic is exact."""

import itertools

import networkx as nx
import numpy as np
import pytest

from agents.machinery.codes import Cause
from sim.engine.state import RECORDS
from sim.engine.world import World
from sim.questions.why.graph import (
    EVENT,
    MOST_RULES,
    NODES,
    OUTSIDE,
    READINGS,
    all_levers,
    fields_of,
    is_lever,
    levers_below,
    node_of,
    readings_of,
    rules_between,
    unsupported,
)
from sim.scenario.errors import InputError
from sim.scenario.parameters import by_name
from tests.loops import for_each

CAUSAL = [node for node in NODES.values() if node.causes]
OTHER_SETTINGS = {
    "management.response": "root_cause",
    "strategy.stretch": 0.3,
    "strategy.ratchet": 1.5,
    "operations.capacity_sense": 1.0,
    "operations.wip_limit": 4.0,
}


def test_every_edge_is_supported_by_rules():
    assert unsupported() == []


@pytest.mark.parametrize(
    ("cause", "effect"),
    [("strategy.stretch", "skill"), ("market.price_gap", "gross_margin"), ("talent.onboarding", "gross_margin")],
)
def test_an_edge_that_is_made_up_is_found_out(cause, effect):
    way = rules_between(cause, effect)
    assert way is None or len(way) > MOST_RULES


def test_the_way_of_a_cause_is_told_in_rules():
    assert rules_between("operations.protected_prospecting_hours", "time_to_prospect") == ["plan_hours"]


@for_each("node", NODES.values(), ids=lambda node: node.name)
def test_a_node_names_what_there_is(node):
    assert node.measure in READINGS
    assert node.manager in ("", *(cause.name.lower() for cause in Cause))
    for array, field in fields_of(node.name):
        assert array == "p" or field in {one.name for one in RECORDS[array]}
    for cause in node.causes:
        assert cause.startswith(EVENT) or cause in NODES or by_name()[cause].lever


@for_each("node", CAUSAL, ids=lambda node: node.name)
def test_a_lever_stands_once_below_a_node(node):
    below = [lever for cause in node.causes for lever in levers_below(cause)]
    assert len(below) == len(set(below))


def test_every_lever_people_can_pull_has_a_place():
    levers = {dotted for dotted, item in by_name().items() if item.lever}
    assert levers - set(all_levers()) == set(OUTSIDE)


def test_no_cause_is_its_own_cause():
    graph = nx.DiGraph((node.name, one) for node in NODES.values() for one in (*node.factors, *node.causes))
    assert nx.is_directed_acyclic_graph(graph)
    assert all(not graph.out_degree(name) for name in graph if is_lever(name))


def other(dotted, scenario):
    """Another value of a lever, well within its range."""
    item, value = by_name()[dotted], scenario[dotted]
    if dotted in OTHER_SETTINGS:
        return OTHER_SETTINGS[dotted]
    if dotted.endswith("_specialists"):
        return value + 2
    if value == 0:
        return item.type(min(item.high, 0.5))
    return item.type(value * 2) if value * 2 <= item.high else item.type(value / 2)


@pytest.fixture(scope="module")
def moved(sound):
    """Readings of runs of three seeds with another value of one lever each, by lever; None for the runs as they are."""
    lively = sound.override(
        {
            "structure.n_reps": 20, "structure.telesales_specialists": 1, "structure.role_specialisation": 0.2,
            "structure.industry_specialists": 1, "structure.installed_base_specialists": 1, "strategy.stretch": 0.05,
            "management.overlay_release_share": 0.3, "management.response": "overlay", "organization.weeks": 182,
            "strategy.ratchet": 0.5, "market.needs_per_account_year": 1.5, "talent.attrition_per_year": 1.0,
            "operations.wip_limit": 40.0,
        }
    )  # fmt: skip
    bases = [World.begin(lively, seed) for seed in (1, 2, 3)]
    return {
        lever: [
            readings_of(base.fork({} if lever is None else {lever: other(lever, lively)}).finish()) for base in bases
        ]
        for lever in (None, *all_levers())
    }


@for_each("node", CAUSAL, ids=lambda node: node.name)
def test_every_lever_below_a_node_moves_its_measure(node, moved):
    def read(lever):
        return [readings[node.measure] for readings in moved[lever]]

    levers = [lever for lever in levers_below(node.name) if not lever.startswith(EVENT)]
    assert [lever for lever in levers if read(lever) == read(None)] == []


@for_each("node", [node for node in NODES.values() if node.factors], ids=lambda node: node.name)
def test_arithmetic_is_exact(node, moved):
    for readings in itertools.chain.from_iterable(moved.values()):
        factors = np.array([[readings[NODES[name].measure]] for name in node.factors])
        assert node.of(factors)[0] == pytest.approx(readings[node.measure], rel=1e-9)


def test_what_people_ask_about_is_found_or_told_in_a_sentence():
    assert node_of("win_rate").name == "win_rate"
    with pytest.raises(InputError, match=r"there is no measure atainment; did you mean attainment\?"):
        node_of("atainment")
    with pytest.raises(InputError, match="no causes of cycle_days are declared; choose one of attainment"):
        node_of("cycle_days")
