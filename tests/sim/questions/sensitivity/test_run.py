"""From a scenario to an answer, with a known function in the simulator's place, and once with the simulator."""

import json

import numpy as np
import pandas as pd
import pytest

from sim.answers.sensitivity.report import answer, notes, report_of, summary
from sim.questions.sensitivity import run as module
from sim.questions.sensitivity.run import sensitivity
from sim.scenario.errors import InputError
from sim.studies.run import Study
from tests.worlds import small

SLOPES = {
    "strategy.stretch": 30.0,
    "strategy.ratchet": -20.0,
    "talent.onboarding": 5.0,
    "talent.selection_quality": 0.0,
    "strategy.icp_clarity": 0.0,
}
ASKED = [f"{name}=0:1" for name in SLOPES]


@pytest.fixture
def plans(monkeypatch):
    """Plans that were run; a run's measure is the sum of the parameters' slopes, with luck of its seed."""
    seen = []

    def stand_in(plan, folder=None, *, workers=None, progress=None):
        del folder, workers
        seen.append(plan)
        rows = []
        for number, case in enumerate(plan.cases):
            value = sum(slope * float(case.changes.get(name, plan.scenario[name])) for name, slope in SLOPES.items())
            for seed in plan.seeds:
                luck = np.random.default_rng([number, seed]).standard_normal() * 0.5
                rows.append({"run": f"{number}-{seed}", "case": case.name, "seed": seed, "error": "",
                             "bookings": value + 1000.0 * seed + luck, "win_rate": float("nan")})  # fmt: skip
        if progress:
            progress(plan.runs, plan.runs)
        return Study(plan, pd.DataFrame(rows))

    monkeypatch.setattr(module, "run_study", stand_in)
    return seen


def test_what_is_screened_out_is_one_group_and_shares_are_of_the_whole(plans):
    told = []
    found = sensitivity(
        small(), "bookings", ASKED, keep=2, trajectories=20, samples=128, seeds=3,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert set(found.kept) == {"strategy.stretch", "strategy.ratchet"}
    shares = found.sobol.set_index("parameter")["st"]
    assert [*found.sobol["parameter"]] == ["strategy.stretch", "strategy.ratchet", "all others"]
    assert [*shares] == pytest.approx([900 / 1325, 400 / 1325, 25 / 1325], abs=0.05)
    assert found.runs == sum(plan.runs for plan in plans) == 3 * (20 * 6 + 128 * 8)
    assert told == [(360, found.runs), (found.runs, found.runs)]
    assert {len(plan.seeds) for plan in plans} == {3}
    assert found.from_start is False, "all that is varied are decisions"


def test_those_screened_out_can_be_left_as_they_are(plans):
    found = sensitivity(small(), "bookings", ASKED, keep=2, trajectories=10, samples=64, fix_others=True)
    assert set(found.sobol["parameter"]) == {"strategy.stretch", "strategy.ratchet"}
    assert {name for case in plans[1].cases for name in case.changes} == set(found.kept)


def test_only_what_is_above_chance_is_kept(plans):
    found = sensitivity(small(), "bookings", ASKED, keep=5, trajectories=20, samples=64)
    assert set(found.kept) == {"strategy.stretch", "strategy.ratchet", "talent.onboarding"}
    assert plans[1].runs == 2 * 64 * 10


def test_each_method_alone(plans):
    screened = sensitivity(small(), "bookings", ASKED, method="morris", trajectories=20)
    assert screened.sobol.empty
    assert screened.second.empty
    assert "stretch" in next(answer(screened))
    shared = sensitivity(small(), "bookings", ASKED, method="sobol", samples=64)
    assert shared.morris.empty
    assert len(shared.sobol) == 5
    assert len(shared.second) == 10
    assert len(plans) == 2


def test_facts_about_the_world_get_a_burn_in_of_their_own(plans):
    found = sensitivity(small(), "bookings", ["buyers.contact_scale", *ASKED], method="morris")
    assert found.from_start is True
    assert plans[0].from_start is True
    forked = sensitivity(small(), "bookings", ["buyers.contact_scale", *ASKED], method="morris", from_start=False)
    assert forked.from_start is False


def test_the_answer_is_told_in_plain_words(plans):
    del plans
    found = sensitivity(small(), "bookings", ASKED, keep=2, trajectories=20, samples=256)
    said = " ".join(answer(found))
    assert said.startswith("About two thirds of what is uncertain about bookings comes from strategy.stretch (rise of ")
    assert "Next: " in said
    assert "The 3 others together come to" in said
    assert "Chance makes up 0." in said
    assert "With strategy.stretch in the lowest fifth of its range bookings is" in said
    table = summary(found)
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_measure_without_a_value_is_no_result(plans):
    del plans
    with pytest.raises(InputError, match="4 of 4 trajectories"):
        sensitivity(small(), "win_rate", ASKED, trajectories=4)


def test_an_analysis_that_was_stopped_says_so(plans, monkeypatch):
    del plans
    run = module.run_study
    monkeypatch.setattr(module, "run_study", lambda *a, **k: Study(run(*a, **k).plan, pd.DataFrame(), interrupted=True))
    with pytest.raises(KeyboardInterrupt):
        sensitivity(small(), "bookings", ASKED)


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ({"measure": "booking"}, "did you mean bookings?"),
        ({"method": "fast"}, "choose one of both, morris, sobol"),
        ({"seeds": 1}, "fewer than 2"),
        ({"seeds": [7]}, "fewer than 2"),
        ({"samples": 100}, "a power of 2, such as 64 or 128"),
        ({"samples": 4}, "samples = 4 is not allowed"),
        ({"trajectories": 3}, "trajectories = 3 is not allowed"),
        ({"keep": 1}, "keep = 1 is not allowed"),
        ({"seed": -1}, "seed = -1 is not allowed"),
        ({"weeks": 0}, "weeks = 0 is not allowed"),
        ({"samples": 65_536, "seeds": 1000}, "runs are not allowed"),
        ({"parameters": ["market.accounts_per_rep=10:20", *ASKED], "from_start": False}, "cannot change overnight"),
        ({"parameters": ["organization.weeks=52:104", *ASKED]}, "must be the same in all cases"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_run(options, part, plans):
    with pytest.raises(InputError) as caught:
        sensitivity(small(), **{"measure": "bookings", "parameters": ASKED, **options})
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not plans


def test_the_simulators_own_runs_and_the_folder(tmp_path):
    found = sensitivity(
        small(), "selling_share", ["operations.admin_hours=2:12", "training.hours_per_quarter=0:60"],
        trajectories=4, samples=8, weeks=13,
    )  # fmt: skip
    assert found.from_start is True
    assert found.sobol["parameter"][0] == "operations.admin_hours"
    assert found.morris.set_index("parameter")["mu"]["operations.admin_hours"] < 0
    assert any("too few to trust" in note for note in notes(found))
    assert found.failures.empty
    report = report_of(found, "flywheel sensitivity")
    assert {one.name for part in report.sections for one in part.drawings} == {
        "indices",
        "pairs",
        "screening",
        "screening_ranking",
        "chance",
    }
    report.write(tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert kept["indices"][0]["parameter"] == "operations.admin_hours"
    assert pd.read_parquet(tmp_path / "out" / "indices.parquet").equals(found.sobol)
    assert (tmp_path / "out" / "indices.png").stat().st_size > 10_000
