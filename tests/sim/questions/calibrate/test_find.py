"""Calibration: a toy whose posterior is known, what the data cannot tell, repeatability, and what is refused."""

from __future__ import annotations

import math
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from sim.answers.calibrate import analysis_of, answer
from sim.questions.calibrate.find import (
    Calibration,
    calibrate,
    contraction,
    drawn,
    effective,
    pairs_table,
    verdict_of,
    weighted_quantile,
    weighted_sd,
)
from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget, Prior
from sim.questions.calibrate.search import Search, check_search, least_tolerance
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario
from tests.worlds import small

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

CYCLE, ADMIN, REPORTS = "market.cycle_weeks", "operations.admin_hours", "operations.reporting_hours"
NOISE, SD = 0.5, 0.5

with_package = pytest.mark.skipif(find_spec("pyabc") is None, reason="the extra calibrate is not installed")


def toy(points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
    """One measure is a parameter with normal noise, one the sum of two others; the parameters do nothing else."""
    rows = []
    for point, seed in zip(points, seeds, strict=True):
        noise = np.random.default_rng(seed).normal(0.0, NOISE, 2)
        row = dict.fromkeys(MEASURES, 1.0) | {"cycle_days": point[CYCLE] + noise[0]}
        row |= {"coordination_hours": point.get(ADMIN, 0.0) + point.get(REPORTS, 0.0) + noise[1]}
        rows.append({"error": "", **row})
    return pd.DataFrame(rows)


def plan(
    *more: Prior, targets: Sequence[CalibrationTarget] = (), checks: Sequence[CalibrationTarget] = ()
) -> CalibrationPlan:
    """Ask for the cycle of the toy, and perhaps for more."""
    listed = [CalibrationTarget("cycle_days", 50.0, SD), *targets]
    return CalibrationPlan.of(
        Scenario.load("baseline"), listed, [Prior(CYCLE, 40.0, 60.0, "given"), *more], weeks=4, checks=checks
    )


@pytest.fixture(scope="module")
def found() -> Calibration:
    """A fit of the cycle, with office hours that nothing tells, and a check that must fail."""
    if find_spec("pyabc") is None:
        pytest.skip("the extra calibrate is not installed")
    asked = plan(Prior(ADMIN, 10.0, 20.0, "given"), checks=[CalibrationTarget("win_rate", 0.3, 0.01)])
    return calibrate(asked, Search(particles=100, seed=3), simulate=toy)


def test_the_posterior_of_a_gaussian_is_found(found: Calibration):
    row = found.posterior.set_index("parameter").loc[CYCLE]
    truth = math.hypot(NOISE, SD)
    assert found.reached
    assert row["mean"] == pytest.approx(50.0, abs=0.2)
    assert row["sd"] == pytest.approx(truth, rel=0.2)
    assert row["low"] == pytest.approx(50.0 - 1.645 * truth, abs=0.35)
    assert row["verdict"] == "told"
    assert row["contraction_low"] < row["contraction"] < row["contraction_high"]


def test_what_does_not_act_on_the_targets_cannot_be_told(found: Calibration):
    row = found.posterior.set_index("parameter").loc[ADMIN]
    assert row["verdict"] == "the data cannot tell"
    assert abs(row["contraction"]) < 0.2
    assert any(ADMIN in sentence and "cannot tell" in sentence for sentence in answer(found))


def test_the_predictive_check_sees_what_agrees_and_what_does_not(found: Calibration):
    table = found.predictive.set_index("measure")
    assert table["fitted"].to_dict() == {"cycle_days": True, "win_rate": False}
    assert table["inside"].to_dict() == {"cycle_days": True, "win_rate": False}
    spread = math.sqrt(NOISE**2 + NOISE**2 + SD**2)  # luck of the run, and of the posterior
    assert table.loc["cycle_days", "high"] - 50.0 == pytest.approx(1.645 * spread, rel=0.3)


def test_draws_have_weights_and_the_runs_they_come_from(found: Calibration):
    assert found.draws["weight"].sum() == pytest.approx(1.0)
    assert len(found.draws) == 100
    apart = (found.draws["cycle_days"] - 50.0).abs() / SD
    assert found.draws["distance"].to_numpy() == pytest.approx(apart.to_numpy())
    assert found.draws["distance"].max() <= least_tolerance(1)


def test_the_calibrated_scenario_loads_and_has_the_middle(found: Calibration):
    read = Scenario.from_text(found.scenario_text())
    assert read == found.scenario
    assert read[CYCLE] == pytest.approx(50.0, abs=0.3)
    assert {one.name: one.fitted for one in read.data_checks} == {"cycle_days": True, "win_rate": False}


def test_the_report_is_written_with_draws_and_scenario(found: Calibration, tmp_path: Path):
    analysis_of(found, "flywheel calibrate toy.toml").write(tmp_path / "toy")
    draws = pd.read_parquet(tmp_path / "toy" / "draws.parquet")
    assert list(draws[CYCLE]) == list(found.draws[CYCLE])
    assert Scenario.load(tmp_path / "toy" / "calibrated.toml") == found.scenario
    assert "cannot tell" in (tmp_path / "toy" / "report.html").read_text(encoding="utf-8")


@pytest.mark.slow
@with_package
def test_the_same_key_gives_the_same_answer_and_leaves_the_generator_of_numpy_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the generator that pyABC draws from
    search = Search(particles=50, populations=3, seed=5)
    first, again = (calibrate(plan(), search, simulate=toy) for _ in range(2))
    other = calibrate(plan(), Search(particles=50, populations=3, seed=6), simulate=toy)
    pd.testing.assert_frame_equal(first.draws, again.draws)
    assert list(first.draws[CYCLE]) != list(other.draws[CYCLE])
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002 - as above


@pytest.mark.slow
@with_package
def test_two_parameters_of_which_only_the_sum_is_seen_are_jointly_known():
    asked = plan(
        Prior(ADMIN, -10.0 + 10.001, 20.0, "given"), Prior(REPORTS, 0.001, 20.0, "given"),
        targets=[CalibrationTarget("coordination_hours", 20.0, 0.5)],
    )  # fmt: skip
    fitted = calibrate(asked, Search(particles=60, populations=5, runs=8000), simulate=linear(toy))
    tied = fitted.pairs[fitted.pairs["jointly"]]
    assert list(zip(tied["first"], tied["second"], strict=True)) == [(ADMIN, REPORTS)]
    assert tied["correlation"].iloc[0] < -0.7
    assert "only jointly known with" in fitted.posterior.set_index("parameter").loc[ADMIN, "verdict"]


def linear(inner):
    """Read places of a logarithmic scale as numbers again, so that the truth is a straight ridge."""

    def run(points, seeds):
        def straight(name: str, value: float) -> float:
            return value if name == CYCLE else 20.0 * math.log(value / 0.001) / math.log(20.0 / 0.001)

        return inner([{name: straight(name, value) for name, value in point.items()} for point in points], seeds)

    return run


@with_package
def test_a_target_beyond_the_prior_is_told_after_the_first_population():
    calls = []

    def counted(points, seeds):
        calls.append(len(points))
        return toy(points, seeds)

    asked = CalibrationPlan.of(
        Scenario.load("baseline"),
        [CalibrationTarget("cycle_days", 120.0, 1.0)],
        [Prior(CYCLE, 40.0, 60.0, "")],
        weeks=4,
    )
    with pytest.raises(InputError, match=r"cycle_days = 120 cannot be reached: 50 runs over the whole ranges"):
        calibrate(asked, Search(particles=50), simulate=counted)
    assert sum(calls) < 100


@with_package
def test_runs_that_break_are_left_out_and_told():
    def fragile(points, seeds):
        table = toy(points, seeds)
        broken = np.array(seeds) % 7 == 0
        table.loc[broken, "error"] = "ValueError: broken"
        table.loc[broken, list(MEASURES)] = np.nan
        return table

    fitted = calibrate(plan(), Search(particles=50, populations=2), simulate=fragile)
    assert len(fitted.failures) > 0
    assert (fitted.failures["seed"] % 7 == 0).all()
    assert any("runs broke and were left out" in note for note in fitted.notes)
    assert fitted.draws["cycle_days"].notna().all()


@with_package
def test_it_does_not_go_on_where_every_run_breaks():
    def broken(points, seeds):
        return pd.DataFrame(
            [{"error": "ValueError: no", **dict.fromkeys(MEASURES, math.nan)} for _ in seeds[: len(points)]]
        )

    with pytest.raises(InputError, match="all of the first 64 runs broke; the first with ValueError: no"):
        calibrate(plan(), Search(particles=64), simulate=broken)


@with_package
def test_a_search_that_ends_too_far_away_says_so():
    fitted = calibrate(plan(), Search(particles=50, populations=2), simulate=toy)
    assert not fitted.reached
    assert any("the posterior is too wide" in note for note in fitted.notes)


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        (Search(particles=49), "49 particles are not allowed; for 1 fitted parameters it must be from 50"),
        (Search(populations=1), "1 populations are not allowed; it must be from 2"),
        (Search(particles=100, runs=199), "199 runs are not allowed; it must be at least twice the particles, 200"),
    ],
)
def test_too_little_is_refused(search: Search, sentence: str):
    with pytest.raises(InputError, match=sentence):
        check_search(search, 1)


def test_without_the_package_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(import_module("sim.questions.calibrate.search"), "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"needs the package pyabc; install it with"):
        calibrate(plan(), simulate=toy)


def test_weighted_numbers_are_those_of_repeated_values():
    values, weights = [1.0, 2.0, 5.0], [1.0, 2.0, 1.0]
    assert weighted_sd(values, weights) == pytest.approx(np.std([1.0, 2.0, 2.0, 5.0]))
    assert weighted_quantile(values, weights, [0.5])[0] == pytest.approx(2.0)
    assert effective([1.0, 1.0, 0.0]) == pytest.approx(2.0)


def test_contraction_is_nothing_for_the_prior_and_half_for_half_its_width():
    even = np.linspace(0.0, 1.0, 2001)
    prior_sd = 1.0 / math.sqrt(12.0)
    assert contraction(even, np.ones(2001), prior_sd)[0] == pytest.approx(0.0, abs=0.01)
    gain, low, high = contraction(even / 2.0, np.ones(2001), prior_sd)
    assert gain == pytest.approx(0.5, abs=0.01)
    assert low < gain < high


def test_verdicts_go_by_contraction_and_partners():
    assert [verdict_of(gain, []) for gain in (0.1, 0.3, 0.6)] == ["the data cannot tell", "narrowed", "told"]
    assert verdict_of(0.1, ["b"]) == "the data cannot tell; only jointly known with b"


def test_correlation_takes_the_weights():
    draws = pd.DataFrame({CYCLE: [40.0, 60.0, 50.0], ADMIN: [10.0, 20.0, 20.0], "weight": [0.5, 0.5, 0.0]})
    pairs = pairs_table(plan(Prior(ADMIN, 10.0, 20.0, "")), draws)
    assert pairs["correlation"].iloc[0] == pytest.approx(1.0)
    assert pairs["jointly"].iloc[0]


def test_points_are_drawn_in_proportion_to_their_weights():
    draws = pd.DataFrame({"weight": [0.25, 0.75], CYCLE: [40.0, 60.0]})
    points = drawn(draws, [CYCLE], 8, 0)
    assert sorted(point[CYCLE] for point in points) == [40.0] * 2 + [60.0] * 6


@pytest.mark.slow
@with_package
def test_a_small_organization_is_fitted_alike_by_one_thread_and_two():
    asked = CalibrationPlan.of(
        small({"organization.burn_in_weeks": 13}), {"cycle_days": 60.0}, [Prior(CYCLE, 4.0, 16.0, "given")], weeks=26
    )
    search = Search(particles=50, populations=2, runs=400)
    one, two = (calibrate(asked, search, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.draws, two.draws)
    assert one.draws["cycle_days"].between(30.0, 90.0).all()
