"""Sweeps: what they find of a function that is known, when they stop, and what they refuse."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.answers.sweep import analysis_of, answer, map_table
from sim.questions.sweep.responses import interval_of
from sim.questions.sweep.run import plan_sweep, shard_of, sweep
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.cases import AS_IS
from sim.studies.designs import full_factorial, latin_hypercube, one_at_a_time
from sim.studies.effects import effects_of, not_told_from
from sim.studies.factors import factor
from sim.studies.plan import StudyCase
from sim.studies.run import run_study
from sim.studies.statistics import paired_effect
from sim.studies.work import IDS, Done

BASE = Scenario.from_text("").override({"structure.product_specialists": 3, "operations.wip_limit": 12.0})
MODULE = import_module("sim.questions.sweep.run")
OVERLAYS, WIP = "structure.product_specialists", "operations.wip_limit"
MEASURES = ("net_contribution", "bookings", "win_rate")


def noise(case: str, seed: int) -> float:
    """Luck of a seed, and a little of a case with it."""
    shared = np.random.default_rng(seed).normal(0.0, 50.0)
    return shared + np.random.default_rng((seed, *case.encode())).normal(0.0, 1.0)


def model(changes, case, seed):
    """1000 + 10 x overlays - (wip - 12)^2, with noise that mostly cancels in pairs."""
    overlays, wip = changes.get(OVERLAYS, 3), changes.get(WIP, 12.0)
    return 1000.0 + 10.0 * overlays - (wip - 12.0) ** 2 + noise(case, seed)


def standing_for(function):
    """A chunk's runner that calls a function instead of the simulator."""

    def run(plan, chunk, _stop=None):
        rows = []
        for case, seed, name in chunk.runs:
            try:
                value, error = function(dict(case.changes), case.name, seed), ""
            except ArithmeticError as broken:
                value, error = np.nan, str(broken)
            values = [-value if measure == "bookings" else value for measure in plan.measures]
            rows.append((name, case.name, seed, error, *values))
        return Done(pd.DataFrame(rows, columns=[*IDS, *plan.measures]).astype({"seed": "int64"}))

    return run


@pytest.fixture(autouse=True)
def known(monkeypatch):
    """Every study of these tests runs the known function."""
    monkeypatch.setattr(MODULE, "run_study", partial(run_study, run=standing_for(model)))


def use(monkeypatch, function):
    monkeypatch.setattr(MODULE, "run_study", partial(run_study, run=standing_for(function)))


CASES = {"six": {OVERLAYS: 6}, "none": {OVERLAYS: 0}, "chase": {WIP: 20.0}}


def test_effects_are_the_paired_differences_of_each_case():
    found = sweep(BASE, CASES, 8, measures=MEASURES)
    rows = found.effects.set_index(["measure", "case"])
    for measure in MEASURES:
        values = found.study.matrix(measure)
        for case in CASES:
            one = paired_effect(values.loc[case], values.loc["as_is"])
            row = rows.loc[(measure, case)]
            assert (row["difference"], row["low"], row["high"], row["p"]) == pytest.approx(
                (one.difference.mean, one.difference.low, one.difference.high, one.p)
            )
            wide = stats.t.isf(0.05 / 3 / 2, 7) / stats.t.isf(0.05 / 2, 7)
            assert row["high_all"] - row["difference"] == pytest.approx(wide * (row["high"] - row["difference"]))
    assert rows.loc[("net_contribution", "six"), "difference"] == pytest.approx(30.0, abs=3.0)


def test_the_best_and_the_worst_case_follow_the_direction_that_is_better():
    found = sweep(BASE, CASES, 8, measures=MEASURES)
    assert list(found.ranked()["case"]) == ["six", "none", "chase"]
    assert list(found.ranked("bookings")["case"]) == ["chase", "none", "six"]
    ends = found.extremes().set_index("measure")
    assert (ends.loc["bookings", "best_case"], ends.loc["bookings", "worst_case"]) == ("chase", "six")
    said = list(answer(found))
    assert said[0].startswith("The best net contribution of 3 cases has “six” (product specialists 6): +")
    assert "it is told from every other case" in said[1]
    assert "Least brings “chase”" in said[2]
    with pytest.raises(InputError, match="quota was not kept"):
        found.ranked("quota")


def test_cases_that_do_the_same_are_not_told_apart():
    found = sweep(BASE, {"a": {OVERLAYS: 6}, "b": {OVERLAYS: 6, WIP: 12.01}, "c": {WIP: 12.02}}, 10)
    best = found.ranked()["case"].iloc[0]
    assert {best, *found.not_told_from_best()} == {"a", "b"}
    assert set(not_told_from(found.study, "net_contribution", "c")) == {"as_is"}


def test_without_any_effect_no_case_is_called_better(monkeypatch):
    use(monkeypatch, lambda _changes, case, seed: 1000.0 + noise(case, seed))
    found = sweep(BASE, {f"c{n}": {WIP: 2.0 + n} for n in range(9)}, 10)
    assert (found.effects["p_holm"] > 0.05).all()
    assert next(answer(found)).startswith("None of 9 cases is clearly better")
    assert AS_IS in found.not_told_from_best()


def test_intervals_for_all_cases_hold_together_as_often_as_they_say():
    plan = plan_sweep(BASE, {f"c{n}": {WIP: 20.0 + n} for n in range(12)}, 6, measures=["net_contribution"])
    missed = 0
    for trial in range(200):
        values = pd.DataFrame(np.random.default_rng(trial).normal(9, 1, (13, 6)))
        rows = effects_of(SimpleNamespace(plan=plan, matrix=lambda _, kept=values: kept), "net_contribution")
        missed += bool(((rows["low_all"] > 0) | (rows["high_all"] < 0)).any())
    assert 0 < missed <= 18  # of 200; 10 are expected at most, 19 or more have a chance below 1%


def test_the_table_has_values_and_means_of_every_case():
    table = sweep(BASE, CASES, 4, measures=MEASURES).table.set_index("case")
    assert list(table.columns) == [OVERLAYS, WIP, *MEASURES]
    assert (table.loc["as_is", OVERLAYS], table.loc["chase", WIP]) == (3, 20.0)
    assert table.loc["six", "bookings"] == -table.loc["six", "net_contribution"]


def test_one_at_a_time_gives_the_response_with_as_is_in_it():
    factors = [factor(BASE, OVERLAYS, [0, 6]), factor(BASE, WIP, [6, 18])]
    found = sweep(BASE, one_at_a_time(BASE, factors), 10)
    rows = found.responses[found.responses["measure"] == "net_contribution"].set_index(["parameter", "value"])
    expected = {(OVERLAYS, 0.0): -30, (OVERLAYS, 3.0): 0, (OVERLAYS, 6.0): 30, (WIP, 6.0): -36, (WIP, 12.0): 0}
    for key, value in expected.items():
        assert rows.loc[key, "low"] <= rows.loc[key, "difference"] <= rows.loc[key, "high"]
        assert rows.loc[key, "difference"] == pytest.approx(value, abs=2.5)
    assert rows.loc[(WIP, 12.0), "high"] == 0.0


def test_a_factorial_gives_main_effects_over_the_whole_grid_and_a_map():
    factors = [factor(BASE, OVERLAYS, {"levels": [0, 3, 6]}), factor(BASE, WIP, {"levels": [12, 18]})]
    found = sweep(BASE, full_factorial(BASE, factors), 10)
    assert len(found.design.cases) == 5
    rows = found.responses[found.responses["measure"] == "net_contribution"].set_index(["parameter", "value"])
    assert rows.loc[(OVERLAYS, 3.0), "cases"] == 2
    assert rows.loc[(OVERLAYS, 0.0), "difference"] == pytest.approx(-30 - 18, abs=2)
    assert rows.loc[(WIP, 12.0), "difference"] == pytest.approx(0, abs=2)
    table = map_table(found, OVERLAYS, WIP)
    assert list(table.index) == [12, 18]
    assert table.loc[12, 3] == 0.0
    assert table.loc[18, 6] == pytest.approx(30 - 36, abs=2.5)


def test_a_grid_without_as_is_has_no_cell_for_it():
    factors = [factor(BASE, OVERLAYS, {"levels": [0, 6]}), factor(BASE, WIP, {"levels": [9, 18]})]
    assert map_table(sweep(BASE, full_factorial(BASE, factors), 3), OVERLAYS, WIP).shape == (2, 2)


def test_a_sample_gives_the_response_over_parts_of_the_range():
    factors = [factor(BASE, OVERLAYS, [0, 30]), factor(BASE, WIP, [6, 18])]
    found = sweep(BASE, latin_hypercube(BASE, factors, 64), 6)
    rows = found.responses[found.responses["measure"] == "net_contribution"]
    wip = rows[rows["parameter"] == WIP]
    assert len(wip) == 8
    assert wip["cases"].sum() == 64
    inside = (wip["low"] <= 120 - (wip["value"] - 12) ** 2) & (120 - (wip["value"] - 12) ** 2 <= wip["high"])
    assert inside.sum() >= 7
    overlays = rows[rows["parameter"] == OVERLAYS]
    assert np.polyfit(overlays["value"], overlays["difference"], 1)[0] == pytest.approx(10.0, abs=1.0)


def test_intervals_of_a_sample_hold_over_cases_and_seeds():
    hit = 0
    for trial in range(300):
        random = np.random.default_rng(trial)
        gaps = random.normal(0, 3, (12, 1)) + random.normal(0, 2, (1, 6)) + random.normal(0, 1, (12, 6))
        _, _, low, high = interval_of(gaps, 0.05, sampled=True)
        hit += low <= 0.0 <= high
    assert hit / 300 > 0.92
    gaps = np.array([[1.0, 3.0], [2.0, 4.0]])
    assert interval_of(gaps, 0.05, sampled=False)[:2] == (2, 2.5)


def test_seeds_are_added_until_every_case_is_known_well_enough(tmp_path):
    found = sweep(BASE, CASES, precision="0.08%", measures=["net_contribution"], folder=tmp_path / "kept")
    assert found.precision.enough
    assert len(found.study.plan.seeds) in (40, 80)
    worst = found.effects.eval("(high - low) / 2 / abs(base)").max()
    assert worst == pytest.approx(found.precision.reached, rel=1e-3)
    assert worst <= 0.0008
    assert found.alpha < 0.05
    again = sweep(BASE, CASES, precision="0.08%", measures=["net_contribution"])
    pd.testing.assert_frame_equal(again.effects, found.effects)
    assert len(pd.read_parquet(tmp_path / "kept" / "results")) == found.study.plan.runs


def test_a_precision_out_of_reach_is_said():
    found = sweep(BASE, CASES, precision=0.0001, max_seeds=30)
    assert not found.precision.enough
    assert len(found.study.plan.seeds) == 30
    assert any("was asked for in every case and was not reached" in note for note in found.notes)


def test_a_precision_of_what_may_be_zero_is_refused(monkeypatch):
    use(monkeypatch, lambda _changes, case, seed: noise(case, seed))
    with pytest.raises(InputError, match="contains 0"):
        sweep(BASE, CASES, precision="2%")


def test_a_run_that_breaks_is_left_out_and_said(monkeypatch):
    def breaks(changes, case, seed):
        if case == "six" and seed == 2:
            raise ArithmeticError("it broke")
        return model(changes, case, seed)

    use(monkeypatch, breaks)
    found = sweep(BASE, CASES, 6)
    assert found.effects.set_index(["measure", "case"]).loc[("net_contribution", "six"), "n"] == 5
    assert any("1 runs failed and were left out; first: case six, seed 2: it broke" in note for note in found.notes)


def test_nothing_to_compare_with_is_a_failure(monkeypatch):
    def breaks(_changes, case, _seed):
        raise ArithmeticError(case)

    use(monkeypatch, breaks)
    with pytest.raises(RuntimeError, match="no run of as_is finished; the first: as_is"):
        sweep(BASE, CASES, 3)


def test_shards_are_the_whole_study_once():
    plan = plan_sweep(BASE, {f"c{n}": {WIP: 2.0 + n} for n in range(9)}, 4)
    parts = [shard_of(plan, number, 3) for number in (1, 2, 3)]
    cases = [case.name for part in parts for case in part.cases]
    assert sorted(cases) == sorted(case.name for case in plan.cases)
    assert {part.seeds for part in parts} == {plan.seeds}
    for part in parts:
        assert all(part.run_id(case.name, 3) == plan.run_id(case.name, 3) for case in part.cases)
    for wrong in ((0, 3), (4, 3)):
        with pytest.raises(InputError, match="there is no such part"):
            shard_of(plan, *wrong)
    with pytest.raises(InputError, match="10 cases cannot be cut into 11 parts"):
        shard_of(plan, 1, 11)


@pytest.mark.parametrize(
    ("cases", "options", "part"),
    [
        (CASES, {"seeds": 1}, "seeds = 1 is not enough; an interval of a difference needs at least 2"),
        (CASES, {"seeds": [3]}, "seeds = 1 is not enough"),
        (CASES, {"seeds": 3_000_000}, "4 cases (with as_is) x 3,000,000 seeds are 12,000,000 runs, and a study has at"),
        (CASES, {"seeds": 4, "precision": "2%"}, "either a number of seeds or a precision"),
        (CASES, {"precision": "many"}, "precision many is not allowed"),
        (CASES, {"max_seeds": 50}, "max_seeds belongs to a precision"),
        (CASES, {"measure": "netcontribution"}, "did you mean net_contribution?"),
        (CASES, {"measures": ["win_rate"]}, "net_contribution decides, so it must be among"),
        (CASES, {"weeks": 0}, "weeks = 0"),
        ({}, {}, "no case changes anything"),
        ({"a": {"structure.n_reps": 9}}, {}, "cannot change overnight"),
        ([StudyCase("a", {WIP: 1.0}), StudyCase("a", {WIP: 2.0})], {}, "two cases have this name"),
    ],
)
def test_what_cannot_be_swept_is_told_before_anything_runs(monkeypatch, cases, options, part):
    def never(*_):
        raise AssertionError("it ran")

    use(monkeypatch, never)
    with pytest.raises(InputError) as caught:
        sweep(BASE, cases, **options)
    assert part in str(caught.value)


def test_the_report_holds_figures_tables_and_the_answer(tmp_path):
    factors = [factor(BASE, OVERLAYS, [0, 6]), factor(BASE, "management.response", ["none", "train"])]
    found = sweep(BASE, full_factorial(BASE, factors), 4, measures=MEASURES)
    analysis_of(found, "Which?", "flywheel sweep x").write(tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"report.html", "analysis.json", "cases.csv", "effects.parquet", "map.png", "responses.svg"} <= names
    assert next(answer(found)) in (tmp_path / "out" / "report.html").read_text().replace("&#39;", "'")
    kept = pd.read_csv(tmp_path / "out" / "cases.csv")
    assert len(kept) == len(found.design.cases) + 1
