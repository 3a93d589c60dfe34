"""A sweep in plausible worlds: each with its own burn-in, the same changes, and what holds in how many of them."""

from __future__ import annotations

from functools import partial
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.answers.sweep import analysis_of
from sim.answers.sweep_worlds import with_worlds
from sim.questions.sweep.responses import contrast_of
from sim.questions.sweep.run import Sweep, sweep
from sim.questions.sweep.worlds import best_values, runs_of, sweep_worlds
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.designs import full_factorial, latin_hypercube
from sim.studies.effects import effects_of
from sim.studies.factors import factor
from sim.studies.run import run_study
from sim.studies.statistics import mean_interval
from sim.studies.work import IDS, Done
from sim.studies.worlds import PlausibleWorld

OVERLAYS, ADMIN, SLOPE = "structure.product_specialists", "operations.admin_hours", "market.deal_size"
BASE = Scenario.from_text("").override({OVERLAYS: 3})
WORLDS = tuple(
    PlausibleWorld(name, {SLOPE: size, ADMIN: 9.0})
    for name, size in (("w1", 10_010.0), ("w2", 10_020.0), ("w3", 9_995.0), ("w4", 10_000.0))
)
"""What an overlay specialist brings is deal size less 10,000: 10, 20, -5, 0."""

SWEEPS, IN_WORLDS = (import_module(f"sim.questions.sweep.{name}") for name in ("run", "worlds"))


def known(plan, chunk, _stop=None, broken=""):
    """Overlays times their worth in this world, less administration, and luck that a seed shares."""
    rows = []
    for case, seed, name in chunk.runs:
        values = {**{key: plan.scenario[key] for key in (OVERLAYS, ADMIN, SLOPE)}, **case.changes}
        result = 1000.0 * seed + values[OVERLAYS] * (values[SLOPE] - 10_000.0) - values[ADMIN]
        failed = values[SLOPE] == 10_020.0 and case.name == broken
        row = [np.nan if failed else result] * len(plan.measures)
        rows.append((name, case.name, seed, "it broke" if failed else "", *row))
    return Done(pd.DataFrame(rows, columns=[*IDS, *plan.measures]).astype({"seed": "int64"}))


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    """The scenario's own deals are as large as those of the first world."""
    for module in (SWEEPS, IN_WORLDS):
        monkeypatch.setattr(module, "run_study", partial(run_study, run=known))
    monkeypatch.setattr(IN_WORLDS, "worlds", lambda count: WORLDS[:count])
    monkeypatch.setattr("sim.answers.sweep_worlds.how_found", lambda: {"active": [SLOPE]})


@pytest.fixture
def swept() -> Sweep:
    scenario = BASE.override({SLOPE: 10_010.0})
    return sweep(scenario, full_factorial(scenario, [factor(scenario, OVERLAYS, {"levels": [0, 3, 6]})]), 3)


@pytest.fixture
def free() -> Sweep:
    """The same of a scenario that leaves the size of deals to the world."""
    return sweep(BASE, full_factorial(BASE, [factor(BASE, OVERLAYS, {"levels": [0, 3, 6]})]), 3)


def test_each_world_has_its_own_effects_of_the_same_changes(free):
    over = sweep_worlds(free, 4)
    cases = over.cases()
    assert cases["product_specialists=6"].difference.tolist() == [30.0, 60.0, -15.0, 0.0]
    assert cases["product_specialists=0"].difference.tolist() == [-30.0, -60.0, 15.0, 0.0]
    assert over.contrasts()[OVERLAYS].difference.tolist() == [60.0, 120.0, -30.0, 0.0]
    assert over.contrasts()[OVERLAYS].helps.tolist() == [True, True, False, False]
    assert over.contrasts()[OVERLAYS].hurts.tolist() == [False, False, True, False]
    assert (over.seeds, over.interrupted) == (8, False)


def test_what_a_scenario_sets_is_the_same_in_every_world(swept):
    assert sweep_worlds(swept, 4).cases()["product_specialists=6"].difference.tolist() == [30.0] * 4


def test_the_best_case_and_value_are_counted_by_world(free):
    over = sweep_worlds(free, 4)
    assert over.best() == {"product_specialists=6": 2, "product_specialists=0": 1, "as_is": 1}
    assert over.told_apart("product_specialists=6") == 1, "in w3 fewer are surely better, in w4 all are alike"
    table = over.values().set_index("label")
    assert table["best"].to_dict() == {"0": 2, "3": 0, "6": 2}, "of equal values the first counts"
    assert table.loc["6", "difference"] == pytest.approx(75.0 / 4.0)
    assert table.loc["6", ["low", "high"]].tolist() == pytest.approx(np.quantile([30, 60, -15, 0], [0.025, 0.975]))
    assert best_values(over.values()) == {OVERLAYS: ("0", 2)}


def test_what_is_varied_stays_as_it_is_and_all_else_is_the_worlds(monkeypatch):
    plans = []
    monkeypatch.setattr(IN_WORLDS, "run_study", lambda plan, *_, **__: plans.append(plan) or run_study(plan, run=known))
    found = sweep(BASE, {"less": {ADMIN: 4.0}}, 2, weeks=13, measures=["net_contribution", "bookings"])
    sweep_worlds(found, 2, seeds=3)
    assert [plan.scenario[SLOPE] for plan in plans] == [10_010.0, 10_020.0]
    assert {plan.scenario[ADMIN] for plan in plans} == {BASE[ADMIN]}
    assert {(plan.weeks, plan.seeds, plan.measures) for plan in plans} == {(13, (0, 1, 2), found.study.plan.measures)}


def test_cases_that_were_listed_have_no_directions():
    over = sweep_worlds(sweep(BASE, {"six": {OVERLAYS: 6}}, 2), 4)
    assert over.contrasts() == {}
    assert over.values().empty
    assert over.cases()["six"].difference.tolist() == [30.0, 60.0, -15.0, 0.0]


def test_a_world_in_which_a_case_cannot_be_compared_is_left_out_and_told(free, monkeypatch):
    broken = partial(known, broken="product_specialists=6")
    monkeypatch.setattr(IN_WORLDS, "run_study", partial(run_study, run=broken))
    over = sweep_worlds(free, 4)
    assert [one.world.name for one in over.found] == ["w1", "w3", "w4"]
    notes = with_worlds(analysis_of(free), free, over, 4).notes
    assert notes[-1] == "1 plausible world left out: not every case has the measure there."
    monkeypatch.setattr(IN_WORLDS, "worlds", lambda _: WORLDS[1:2])
    with pytest.raises(InputError, match="in no plausible world every case has a net_contribution"):
        sweep_worlds(free, 1)


def test_one_that_is_stopped_keeps_the_worlds_that_are_finished(free, monkeypatch):
    stopped = iter([False, True])

    def run(plan, *_, **__):
        study = run_study(plan, run=known)
        study.interrupted = next(stopped)
        return study

    monkeypatch.setattr(IN_WORLDS, "run_study", run)
    over = sweep_worlds(free, 4)
    assert [one.world.name for one in over.found] == ["w1"]
    assert "1 of 4 plausible worlds are finished" in with_worlds(analysis_of(free), free, over, 4).notes[-1]
    stopped = iter([True])
    with pytest.raises(KeyboardInterrupt):
        sweep_worlds(free, 4)


def test_progress_counts_the_runs_of_all_worlds(free):
    told = []
    sweep_worlds(free, 2, progress=lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, 48), (48, 48))


def test_too_many_runs_are_refused_before_any(free):
    assert runs_of(free.study.plan, 4) == 96
    with pytest.raises(InputError, match=r"3 cases \(with as_is\) x 8 seeds in 500000 plausible worlds are 12,000,000"):
        runs_of(free.study.plan, 500_000)


def test_a_contrast_is_the_paired_interval_and_a_sample_adds_the_spread_of_its_cases():
    rng = np.random.default_rng(4)
    luck = rng.normal(0.0, 50.0, 6)
    first, last = (luck + rng.normal(mean, 1.0, (5, 6)) for mean in (0.0, 10.0))
    pairs = mean_interval(last.mean(axis=0) - first.mean(axis=0))
    assert contrast_of(first, last, 0.05, sampled=False) == pytest.approx((pairs.mean, pairs.low, pairs.high))
    mean, low, high = contrast_of(first, last, 0.05, sampled=True)
    parts = [np.var(last.mean(axis=0) - first.mean(axis=0), ddof=1) / 6]
    parts += [np.var(rows.mean(axis=1), ddof=1) / 5 for rows in (first, last)]
    freedom = sum(parts) ** 2 / sum(part**2 / down for part, down in zip(parts, (5, 4, 4), strict=True))
    half = stats.t.isf(0.025, freedom) * np.sqrt(sum(parts))
    assert (mean, low, high) == pytest.approx((pairs.mean, pairs.mean - half, pairs.mean + half))


def test_a_sample_goes_by_parts_of_the_range():
    design = latin_hypercube(BASE, [factor(BASE, OVERLAYS, [0, 60])], 40)
    over = sweep_worlds(sweep(BASE, design, 2), 2)
    first, second = over.contrasts()[OVERLAYS].difference
    assert first > 0.0
    assert second == pytest.approx(2.0 * first)


def test_the_answer_tells_luck_from_what_is_not_known(free):
    answer = with_worlds(analysis_of(free), free, sweep_worlds(free, 4), 4)
    best = free.design.labels[free.ranked()["case"].iloc[0]]
    text = " ".join(answer.answer)
    assert f"with “{best}” in " in text
    assert f"plausible worlds “{best}” has the best mean of all cases" in text
    assert (
        "Product specialists at 6 instead of 0 is surely better in 2 of 4 plausible worlds and surely worse in 1: net "
        "contribution +37.5 USD on average" in text
    )
    assert text.endswith("a share of them is no probability.")
    assert set(answer.tables) >= {"worlds", "world_directions", "world_values"}
    assert answer.tables["world_directions"]["verdict"].tolist() == ["better", "better", "worse", "cannot be told"]
    assert [chart.name for chart in answer.sections[-1].charts] == ["worlds", "directions"]
    assert "In plausible worlds" in answer.html()


def test_the_effects_of_a_world_are_those_of_its_study(free):
    one = sweep_worlds(free, 1).found[0]
    study = run_study(IN_WORLDS._plan_in(WORLDS[0], free.study.plan, 8), run=known)
    wanted = effects_of(study, "net_contribution")
    wanted = wanted[wanted["measure"] == "net_contribution"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one.effects, wanted)
