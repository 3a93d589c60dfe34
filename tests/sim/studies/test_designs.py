"""Which combinations a design tries: all of them, evenly, by its own seed alone, and none twice."""

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS
from sim.studies.designs import (
    full_factorial,
    latin_hypercube,
    listed_cases,
    make_design,
    one_at_a_time,
    sobol_sequence,
)
from sim.studies.factors import factor
from sim.studies.plan import StudyCase, StudyPlan

BASE = Scenario.from_text("").override({"structure.product_specialists": 3, "operations.wip_limit": 12.0})
TWO = [factor(BASE, "structure.product_specialists", [0, 6]), factor(BASE, "operations.wip_limit", [6, 18])]
WIP = "operations.wip_limit"
OVERLAYS = "structure.product_specialists"


def test_a_factorial_is_every_combination_but_as_is():
    design = full_factorial(BASE, TWO)
    pairs = {(case.changes[OVERLAYS], case.changes[WIP]) for case in design.cases}
    assert pairs == {(one, two) for one in (0, 3, 6) for two in (6.0, 12.0, 18.0)} - {(3, 12.0)}
    assert len(design.cases) == 8
    assert design.holds_as_is
    assert design.notes == ()
    assert design.cases[0].name == "product_specialists=0 + wip_limit=6"


def test_a_factorial_says_where_whole_numbers_are_fewer_than_levels():
    design = full_factorial(BASE, [factor(BASE, OVERLAYS, [0, 1])], levels=4)
    assert len(design.cases) == 2
    assert design.notes == (f"{OVERLAYS} takes 2 levels rather than 4: 0 to 1 holds no more whole numbers.",)


def test_a_factorial_too_large_is_refused_before_it_is_made():
    many = [factor(BASE, name, {"low": 1, "high": 500, "levels": 500}) for name in (OVERLAYS, WIP)]
    with pytest.raises(InputError, match=r"full factorial of 500 x 500 x 6 levels has 1,500,000 cases, and at most"):
        full_factorial(BASE, [*many, factor(BASE, "management.response")])


@pytest.mark.parametrize("make", [latin_hypercube, sobol_sequence])
def test_each_part_of_a_range_is_used_equally_often(make):
    design = make(BASE, TWO[1:], 16)
    parts = np.floor((np.array([case.changes[WIP] for case in design.cases]) - 6.0) / 12.0 * 16)
    assert sorted(parts) == list(range(16))


@pytest.mark.parametrize("make", [latin_hypercube, sobol_sequence])
def test_a_sample_depends_on_its_own_seed_only(make):
    first = make(BASE, TWO, 8, seed=5)
    np.random.seed(1)  # noqa: NPY002 - a global generator must not matter
    assert make(BASE, TWO, 8, seed=5).cases == first.cases
    assert make(BASE, TWO, 8, seed=6).cases != first.cases


def test_a_longer_sobol_sequence_begins_with_the_shorter_one():
    short, long = (sobol_sequence(BASE, TWO[1:], n) for n in (8, 16))
    assert [one.changes for one in long.cases[:8]] == [one.changes for one in short.cases]


def test_a_sobol_sequence_of_no_power_of_two_is_said():
    assert sobol_sequence(BASE, TWO, 8).notes == ()
    design = sobol_sequence(BASE, TWO[1:], 10)
    assert len(design.cases) == 10
    assert "10 samples are no power of two" in design.notes[0]
    assert "8 or 16 would be" in design.notes[0]


def test_samples_that_repeat_are_left_out_and_said():
    design = latin_hypercube(BASE, TWO[:1], 20)
    assert sorted(case.changes[OVERLAYS] for case in design.cases) == [0, 1, 2, 4, 5, 6]
    assert "14 cases were left out that repeat another or as_is, which leaves 6" in design.notes[0]


def test_one_at_a_time_changes_one_parameter_in_each_case():
    design = one_at_a_time(BASE, [*TWO, factor(BASE, "management.response", ["none", "mixed", "train"])], levels=3)
    assert [dict(case.changes) for case in design.cases] == [
        {OVERLAYS: 0},
        {OVERLAYS: 6},
        {WIP: 6.0},
        {WIP: 18.0},
        {"management.response": "none"},
        {"management.response": "train"},
    ]
    assert design.notes == ()


def test_listed_cases_that_are_the_same_are_left_out_by_name():
    cases = [StudyCase("a", {OVERLAYS: 4}), StudyCase("b", {OVERLAYS: 4}), StudyCase("c", {WIP: 12.0})]
    design = listed_cases(BASE, cases)
    assert [case.name for case in design.cases] == ["a"]
    assert design.notes == ('2 cases were left out: "b" is the same as "a"; "c" is the same as "as_is".',)


def test_the_name_of_no_change_is_reserved():
    assert listed_cases(BASE, [StudyCase(AS_IS), StudyCase("a", {WIP: 3.0})]).cases[0].name == "a"
    with pytest.raises(InputError, match="reserved"):
        listed_cases(BASE, [StudyCase(AS_IS, {WIP: 3.0})])
    with pytest.raises(InputError, match="no case changes anything"):
        listed_cases(BASE, [StudyCase("b", {WIP: 12.0})])


def test_every_design_is_a_study():
    switch = factor(BASE, "mechanisms.ratchet")
    for kind in ("factorial", "latin", "sobol", "one-at-a-time"):
        design = make_design(kind, BASE, [*TWO, switch], samples=8 if kind in ("latin", "sobol") else None)
        plan = StudyPlan.of(BASE, [StudyCase(AS_IS), *design.cases], 2)
        assert len(set(plan.case_digests.values())) == len(plan.cases), kind


def test_long_names_become_numbers():
    leaves = ("ratchet", "fading", "churn", "vision", "ramp", "energy")
    design = full_factorial(BASE, [factor(BASE, f"mechanisms.{leaf}") for leaf in leaves])
    assert {len(case.name) for case in design.cases} <= {len("case 01"), *range(60, 81)}
    assert len({case.name for case in design.cases}) == len(design.cases) == 63


@pytest.mark.parametrize(
    ("kind", "factors", "options", "part"),
    [
        ("latin", TWO, {}, "needs samples"),
        ("latin", TWO, {"samples": 1}, "samples = 1 is not allowed; it must be a whole number from 2"),
        ("sobol", TWO, {"samples": 2_000_000}, "from 2 to 1,000,000"),
        ("sobol", TWO, {"samples": 8, "seed": -1}, "seed = -1"),
        ("latin", [], {"samples": 8}, "at least one parameter"),
        ("factorial", [TWO[0], TWO[0]], {}, f"{OVERLAYS} is varied twice"),
        ("factorial", TWO, {"levels": 1}, "levels = 1"),
        ("random", TWO, {}, 'there is no design "random"'),
    ],
)
def test_what_is_no_design_is_told_in_a_sentence(kind, factors, options, part):
    with pytest.raises(InputError) as caught:
        make_design(kind, BASE, factors, **options)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
