"""Which parameters decide in other plausible worlds, with a known function in the simulator's place."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.answers.sensitivity.report import report_of
from sim.answers.sensitivity.worlds import with_worlds
from sim.questions.sensitivity import run as module
from sim.questions.sensitivity.run import check_runs, sensitivity, sensitivity_worlds
from sim.scenario.errors import InputError
from sim.studies.run import Study
from sim.studies.worlds import PlausibleWorld
from tests.worlds import small

STRETCH, RATCHET, SIZE, FIT = "strategy.stretch", "strategy.ratchet", "market.deal_size", "buyers.fit_noise"
WORLDS = tuple(
    PlausibleWorld(name, {SIZE: size, FIT: 0.2}) for name, size in (("w1", 3000.0), ("w2", 1000.0), ("w3", 4000.0))
)
"""A hundredth of the deal size is the slope of stretch; that of the ratchet is -20 everywhere."""


@pytest.fixture(autouse=True)
def plans(monkeypatch):
    """Plans that were run; where deals are worth 13 every run fails, and where they are worth 17 there is only luck."""
    seen = []

    def stand_in(plan, folder=None, *, workers=None, progress=None):
        del workers
        seen.append((plan, folder))
        size, rows = float(plan.scenario[SIZE]) / 100.0, []
        for number, case in enumerate(plan.cases):
            value = 0.0 if size == 17.0 else size * case.changes[STRETCH] - 20.0 * case.changes[RATCHET]
            for seed in plan.seeds:
                luck = np.random.default_rng([number, seed]).standard_normal() * (3.0 if size == 17.0 else 0.1)
                result = np.nan if size == 13.0 else value + 1000.0 * seed + luck
                rows.append({"run": f"{number}-{seed}", "case": case.name, "seed": seed,
                             "error": "it broke" if size == 13.0 else "", "bookings": result})  # fmt: skip
        if progress:
            progress(plan.runs, plan.runs)
        return Study(plan, pd.DataFrame(rows))

    monkeypatch.setattr(module, "run_study", stand_in)
    use(monkeypatch, *WORLDS)
    return seen


def use(monkeypatch, *worlds):
    monkeypatch.setattr(module, "worlds", lambda count: worlds[:count])


@pytest.fixture
def found(plans):
    study = sensitivity(
        small({SIZE: 3000.0}), "bookings", [f"{STRETCH}=0:1", f"{RATCHET}=0:1"], method="chaos", points=32, weeks=13
    )
    plans.clear()
    return replace(study, scenario=small())  # an organization that leaves the size of deals to the world


def test_each_world_ranks_them_by_its_own_shares(found):
    told = []
    over = sensitivity_worlds(found, 3, progress=lambda done, total: told.append((done, total)))
    shares = over.shares().set_index(["world", "parameter"])
    for world, slope in (("w1", 30.0), ("w2", 10.0), ("w3", 40.0)):
        part = slope**2 / (slope**2 + 400.0)
        assert shares.loc[(world, STRETCH), "st"] == pytest.approx(part, abs=0.01)
        assert shares.loc[(world, STRETCH), "rank"] == (1.0 if slope > 20.0 else 2.0)
    ranks = over.ranks().set_index("parameter")
    assert ranks["rank"].to_dict() == pytest.approx({STRETCH: 4 / 3, RATCHET: 5 / 3})
    assert ranks["first"].to_dict() == {STRETCH: 2, RATCHET: 1}
    assert ranks.loc[STRETCH, ["rank_low", "rank_high", "clear"]].tolist() == [1.0, 2.0, 3]
    assert (ranks.loc[STRETCH, "st_low"], ranks.loc[STRETCH, "st_high"]) == pytest.approx((0.2, 0.8), abs=0.01)
    assert over.orders().to_dict() == {(STRETCH, RATCHET): 2, (RATCHET, STRETCH): 1}
    assert (over.points, over.seeds, over.rough) == (32, 2, 0)
    assert told == [(64, 192), (128, 192), (192, 192)]


def test_all_that_is_not_kept_is_as_in_the_world_and_ranges_are_the_same(found, plans, tmp_path):
    sensitivity_worlds(found, 2, store=tmp_path)
    assert [folder for _, folder in plans] == [tmp_path / "worlds" / name / "chaos" for name in ("w1", "w2")]
    for (plan, _), world in zip(plans, WORLDS, strict=False):
        assert {name: plan.scenario[name] for name in world.assumed} == world.assumed
        assert {frozenset(case.changes) for case in plan.cases} == {frozenset((STRETCH, RATCHET))}
    first, second = ([dict(case.changes) for case in plan.cases] for plan, _ in plans)
    assert first == second


def test_a_world_in_which_shares_cannot_be_told_is_left_out(found, monkeypatch):
    use(monkeypatch, WORLDS[0], *(PlausibleWorld(f"x{size}", {SIZE: size}) for size in (1300.0, 1700.0)))
    over = sensitivity_worlds(found, 3)
    assert list(over.found) == ["w1"]
    assert "2 plausible worlds left out: no shares can be told there." in with_worlds(report_of(found), over).notes
    use(monkeypatch, PlausibleWorld("x", {SIZE: 1300.0}))
    with pytest.raises(InputError, match="in no plausible world the shares can be told from chance"):
        sensitivity_worlds(found, 1)


def test_one_that_is_stopped_keeps_the_worlds_that_are_finished(found, monkeypatch):
    run, stop = module.run_study, iter([False, True, True])

    def stopping(plan, *arguments, **options):
        study = run(plan, *arguments, **options)
        study.interrupted = next(stop)
        return study

    monkeypatch.setattr(module, "run_study", stopping)
    over = sensitivity_worlds(found, 3)
    assert (list(over.found), over.interrupted) == (["w1"], True)
    assert "It was stopped: 1 of 3 plausible worlds count." in with_worlds(report_of(found), over).notes
    with pytest.raises(KeyboardInterrupt):
        sensitivity_worlds(found, 3)


def test_too_many_runs_are_refused():
    assert check_runs(20, 64, 2) == 2560
    with pytest.raises(InputError, match="226 plausible worlds x 256 points x 2 seeds are 115,712 runs, and 50,000"):
        check_runs(226, 256, 2)


def test_the_answer_tells_places_and_shares(found):
    answer = with_worlds(report_of(found), sensitivity_worlds(found, 3))
    text = " ".join(answer.answer)
    assert "stretch decides most in 2 of 3" in text
    assert "stretch is at place 1.3 (1 to 2) with a share of " in text
    assert "The most frequent order of all 2 is that of 2 worlds of 3." in text
    assert "is no probability" in text
    assert {"world_ranks", "world_shares"} <= answer.tables.keys()
    assert answer.sections[-1].charts[0].categories == ["stretch", "ratchet"]
    assert "In plausible worlds" in answer.html()
