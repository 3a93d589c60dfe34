"""Patterns: all are there, with claims, plans and scenarios that exist; their statistics on made-up numbers."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios import list_scenarios
from sim.scenario.claims import claims
from sim.scenario.errors import InputError
from sim.scenario.evidence import evidence_row
from sim.scenario.parameters import by_name, parameter
from sim.scenario.parameters.base import DRIVERS
from sim.scenario.scenario import Scenario
from tests.loops import for_each
from tests.patterns import art, drivers, evil, lean, overlays, sales
from tests.patterns.making.pattern import GROUPS, VERDICTS, Effort, Number, above, below, verdict_of
from tests.patterns.making.registry import chosen, patterns

OF_THE_MODEL = [
    *(f"S{number}" for number in range(1, 8)),
    *(f"L{number}" for number in range(1, 4)),
    *(f"E{number}" for number in range(1, 6)),
    "E3b",
    *(f"N{number}" for number in range(1, 5)),
    *(f"A{number}" for number in range(1, 4)),
    "D1",
    *(f"R{number}" for number in range(1, 5)),
    "V1",
    "V2",
    *(f"X{number}" for number in range(1, 8)),
]


def test_every_pattern_is_there_once_in_the_order_of_the_page():
    assert sorted(patterns()) == sorted(OF_THE_MODEL)
    groups = [list(GROUPS).index(one.group) for one in patterns().values()]
    assert groups == sorted(groups)


@for_each("one", patterns().values(), ids=lambda one: one.id)
def test_a_pattern_says_what_it_does(one: object):
    plan = one.plan
    assert all((plan.scenario, plan.levers, plan.window, plan.statistic, plan.threshold, one.title))
    assert set(one.claims) <= set(claims())
    assert set(one.scenarios) <= set(list_scenarios())


def test_every_claim_has_a_pattern_or_says_what_shows_it():
    for claim in claims().values():
        assert set(claim.patterns) <= set(OF_THE_MODEL)
        assert bool(claim.patterns) != bool(claim.shown)


def test_every_claim_a_scenario_names_is_known():
    for name in list_scenarios():
        assert set(Scenario.load(name).claims) <= set(claims())


def test_patterns_are_chosen_by_id():
    assert [one.id for one in chosen(["E3", "S2", "E3"])] == ["E3", "S2"]
    assert [one.id for one in chosen([])] == list(patterns())
    with pytest.raises(InputError, match="there is no pattern S22; did you mean"):
        chosen(["S22"])


@pytest.mark.parametrize(
    ("met", "verdict"),
    [
        ((True, True), "holds"),
        ((True, False), "holds in part"),
        ((False, False), "fails"),
        ((True, None), "undecided"),
        ((), "undecided"),
    ],
)
def test_thresholds_are_joined_to_a_verdict(met: tuple[bool | None, ...], verdict: str):
    numbers = [Number("", 1.0, "", needed="above 0", met=one) for one in met]
    assert verdict_of([*numbers, Number("only reported", 1.0, "")]) == verdict
    assert verdict in VERDICTS


def test_an_interval_is_judged_by_its_end_and_not_without_one():
    assert above(1.0, 0.1, 2.0) is True
    assert above(1.0, -0.1, 2.0) is False
    assert below(-1.0, -2.0, 0.0) is False
    assert below(-1.0, None, None) is None
    assert above(math.nan, math.nan, math.nan) is None


def test_an_effort_is_shared_but_never_below_the_least():
    assert Effort().share(0.1).seeds == 20
    assert Effort.quick().share(0.1).seeds == 4
    assert Effort(seeds=2).share(0.5).seeds == 2


def unmet(numbers: list[Number]) -> list[str]:
    return [one.name for one in numbers if one.needed and not one.met]


class TestSales:
    """S2, S6, S7."""

    def test_the_levers_start_from_the_baseline(self):
        baseline = Scenario.load("baseline")
        assert baseline["training.hours_per_quarter"] == sales._BASE_HOURS
        assert baseline["training.value_content"] == sales._BASE_CONTENT
        assert baseline["enablement.coaching_hours_per_month"] == sales._BASE_COACHING
        assert baseline["strategy.new_product_push"] == sales._BASE_PUSH

    def test_hours_on_value_stay_what_they_were(self):
        hours, content = sales.CLOSING["training.hours_per_quarter"], sales.CLOSING["training.value_content"]
        assert hours * content == pytest.approx(sales._BASE_HOURS * sales._BASE_CONTENT)

    def test_stop_and_go_has_the_same_total(self):
        for first in (0, 1):
            on = [one for one in sales._spells(first) if one["parameter"] == "training.hours_per_quarter"]
            total = sum(one["value"] * (one.get("until", 156) - one["week"]) for one in on)
            assert total == sales._BASE_HOURS * 156

    def test_half_life_is_read_from_the_slope(self):
        weeks = np.arange(110)
        excess = np.array([0.2 * 0.5 ** (weeks / 30.0), 0.1 * 0.5 ** (weeks / 40.0)])
        np.testing.assert_allclose(sales.half_life(excess), [30.0, 40.0])


class TestOverlays:
    """E1 and E2."""

    @staticmethod
    def outcome(net: np.ndarray, pay: float = 0.0) -> dict[str, dict[str, np.ndarray]]:
        luck = np.random.default_rng(2).normal(0.0, 0.01, (12, len(net)))
        hours = 20.0 - np.arange(len(net)) + luck
        return {
            overlays._name(each): {
                "net": net[at] + luck[:, at],
                "pay": np.full(12, pay * each),
                "hours": hours[:, at],
                "intimacy": hours[:, at] / 20.0,
            }
            for at, each in enumerate(overlays.EACH)
        }

    def test_one_peak_between_is_found(self):
        peak, numbers = overlays._peak("over", self.outcome(np.array([1.0, 1.2, 1.5, 1.9, 1.6, 1.3, 1.0])))
        assert peak == 3
        assert verdict_of(numbers) == "holds"

    def test_a_second_rise_is_found(self):
        _, numbers = overlays._peak("over", self.outcome(np.array([1.0, 1.2, 1.5, 1.9, 1.3, 1.6, 1.0])))
        assert [one.name for one in numbers if one.needed and not one.met] == [
            "over: significant steps against one peak"
        ]

    def test_idle_cost_alone_is_told_apart(self):
        _, numbers = overlays._peak("over", self.outcome(np.array([1.0, 1.2, 1.5, 1.9, 1.6, 1.3, 1.0]), pay=1.0))
        free = next(one for one in numbers if one.name == "over: full overlay, pay 0 against its peak")
        assert free.value == pytest.approx(0.0, abs=0.01), "nothing is lost but pay"

    def test_adding_pay_back_is_the_run_without_pay(self):
        trial = replace(overlays._overlays("pmf_under_15k", (3,)), weeks=26)
        free = replace(trial, start={**trial.start, "structure.specialist_cost": 0.0})
        from tests.patterns.making.paired import run  # noqa: PLC0415 - compiles

        effort = Effort(seeds=2, draws=0, workers=1)
        paid, unpaid = (run(one, effort)[overlays._name(3)] for one in (trial, free))
        np.testing.assert_allclose(paid["net"] + paid["pay"], unpaid["net"])

    def test_channels_are_exact_on_a_hand_built_team(self):
        worst, most = overlays.by_hand()
        assert worst == 0.0
        assert most >= 4


class TestEvil:
    """E3 and E4."""

    def test_the_treatment_is_that_of_the_scenario(self):
        names = {one["parameter"] for one in evil.treatment()}
        assert {"management.response", "structure.field_hours_per_week"} <= names
        assert all(one["week"] == evil.CURE_FROM for one in evil.treatment())

    def test_the_map_undoes_the_stretch_of_the_scenario(self):
        specs = {one.parameter or one.event: one for one in Scenario.load("evil").interventions}
        assert specs["strategy.stretch"].value == evil._OWN_STRETCH
        assert specs["quota_change"].arguments["factor"] == 1.0 + evil._OWN_STRETCH


class TestLean:
    """N1 to N3."""

    def test_remedies_are_levers_that_lean_after_has(self):
        known = lean.remedies()
        assert {name for levers in lean.ALONE.values() for name in levers} <= set(known)
        assert all(parameter(name).when == "now" for name in known)

    def test_the_best_effort_is_that_of_the_formula(self):
        assert lean.best_effort(1.0) == pytest.approx(lean.BEST_EFFORT, abs=1e-4)
        assert lean.best_effort(0.0) < 0.01

    @pytest.mark.parametrize(("low", "high", "met"), [(-0.02, 0.01, True), (-0.05, 0.01, False), (None, None, None)])
    def test_the_same_means_within_three_percent(self, low: float | None, high: float | None, met: object):
        assert lean._same(Number("wins", 0.0, "of base", low, high, 10)).met is met

    def test_lead_time_that_bends_upwards_has_a_curvature_above_0(self):
        use = np.linspace(0.1, 0.95, 7)[None]
        assert lean._curvature(use, 1.0 / (1.0 - use))[0] > 0.0
        assert lean._curvature(use, np.sqrt(use))[0] < 0.0

    def test_situations_that_reach_the_claim_are_counted(self):
        rows = pd.DataFrame({"bookings": [1.2, 0.7, 1.5], "win_rate": [0.3, 0.5, 0.1]})
        assert lean._reached(rows, 1.0) == pytest.approx(1 / 3)
        assert lean._reached(rows, 0.6) == pytest.approx(2 / 3)


class TestArt:
    """A1 to A3."""

    def test_codifying_keeps_the_people(self):
        levers = art.codify_and_train()
        assert "capabilities.art_share" not in levers
        assert "training.codification_hours_per_quarter" in levers

    def test_a_rank_correlation_has_an_interval(self):
        one = pd.Series(np.arange(50.0))
        other = one + np.random.default_rng(3).normal(0.0, 10.0, 50)
        found = art._correlation("", one, other)
        assert found.met is True
        assert found.low < found.value < found.high
        assert art._correlation("", one[:4], other[:4]).met is None

    def test_means_rise_in_the_order_of_the_evidence(self):
        assert art._steps("", [0.1, 0.2, 0.3], 9, enough=True).met is True
        assert art._steps("", [0.1, 0.2, 0.15], 9, enough=True).met is False
        assert art._steps("", [0.1, 0.2, 0.3], 3, enough=False).met is None


class TestDrivers:
    """D1."""

    def test_every_driver_has_four_lasting_levers_with_a_source(self):
        assert tuple(drivers.LEVERS) == DRIVERS
        names = [one.name for levers in drivers.LEVERS.values() for one in levers]
        assert len(set(names)) == 32
        for driver, levers in drivers.LEVERS.items():
            assert len(levers) == 4
            for one in levers:
                item = by_name()[one.name]
                assert (item.driver == driver) != (one.name in drivers.BORROWED)
                assert item.when == "now"
                assert one.good in (-1, 1)
                assert one.sd > 0.0
                ids = one.source.partition(";")[0]
                assert ids == "assumed" or all(evidence_row(each) for each in ids.split(", "))
                assert one.name in one.said

    def test_a_lever_says_where_its_move_ends_at_the_bound(self):
        cells = [Scenario.load(name) for name in drivers.CELLS]
        for one in (one for levers in drivers.LEVERS.values() for one in levers):
            moves = [one.good * (float(one.moved(cell)) - float(cell[one.name])) for cell in cells]
            assert min(moves) > 0.0
            assert one.clipped == (min(moves) < one.sd - 1e-9)

    def test_holm_is_that_of_the_textbook(self):
        p = pd.Series([0.01, 0.04, 0.03, 0.005])
        np.testing.assert_allclose(drivers.holm(p), [0.03, 0.06, 0.06, 0.02])

    def test_effects_are_told_from_0_on_either_side(self):
        luck = np.random.default_rng(4)

        def cell(*by: float) -> dict[str, dict[str, np.ndarray]]:
            base = luck.normal(100.0, 20.0, 40)
            moved = {
                driver: {"bookings": base + each + luck.normal(0.0, 1.0, 40)}
                for driver, each in zip(DRIVERS, by, strict=True)
            }
            return {"as_is": {"bookings": base}, **moved}

        rows = drivers.judged({"one": cell(2, 3, 4, 5, 6, 7, 8, 9), "other": cell(-2, 0, 4, 5, 6, 7, 8, 9)})
        assert rows["above"].sum() == 14
        assert rows.loc[rows["below"], ["cell", "driver"]].to_numpy().tolist() == [["other", "strategy"]]
        assert rows.loc[rows["rank"] == 1, "driver"].tolist() == ["motivation", "motivation"]
        assert "strategy is below 0 in other" in drivers._tried(rows)

    def test_what_changes_nothing_is_not_told_from_0(self):
        assert drivers._p(np.zeros(5)) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["S2", "S6", "S7", "E2", "E4", "N2", "N3", "A1", "A2"])
def test_a_small_effort_gives_a_finding_and_a_figure(name: str):
    (pattern,) = chosen([name])
    found = pattern.test(Effort(seeds=2, draws=1, draw_seeds=1))
    assert found.pattern == name
    assert found.verdict in VERDICTS
    assert found.numbers
    assert found.robustness is not None
    assert found.robustness.draws == 1
    assert pattern.figure is not None
    assert pattern.figure(found).axes
