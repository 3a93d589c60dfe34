"""From a scenario to an answer, with a known function in the simulator's place, and once with the simulator."""

import json
from math import cos
from types import SimpleNamespace

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
def bent():
    """What is added to the sum of slopes, from the values of the parameters; nothing, unless a test sets `add`."""
    return SimpleNamespace(add=lambda _values: 0.0)


@pytest.fixture
def plans(monkeypatch, bent):
    """Plans that were run; a run's measure is the sum of the parameters' slopes, with luck of its seed."""
    seen = []

    def stand_in(plan, folder=None, *, workers=None, progress=None):
        del folder, workers
        seen.append(plan)
        rows = []
        for case in plan.cases:
            number = int(case.name.split()[-1])
            at = {name: float(case.changes.get(name, plan.scenario[name])) for name in SLOPES}
            value = sum(slope * at[name] for name, slope in SLOPES.items()) + bent.add(at)
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
    assert found.runs == sum(plan.runs for plan in plans) == 3 * (20 * 6 + 256)
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
    assert {name for case in plans[1].cases for name in case.changes} == {*SLOPES}
    assert [*found.sobol["parameter"]] == [*found.kept, "all others"]


def test_each_method_alone(plans):
    screened = sensitivity(small(), "bookings", ASKED, method="morris", trajectories=20)
    assert screened.sobol.empty
    assert screened.second.empty
    assert "stretch" in next(answer(screened))
    for method, runs in (("chaos", 2 * 256), ("saltelli", 2 * 64 * 12), ("sobol", 2 * 64 * 12)):
        shared = sensitivity(small(), "bookings", ASKED, method=method, samples=64)
        assert shared.morris.empty
        assert (len(shared.sobol), len(shared.second), shared.runs) == (5, 10, runs)
        assert shared.method == method.replace("sobol", "saltelli")
    assert len(plans) == 4


def test_a_polynomial_that_explains_enough_says_so(plans):
    found = sensitivity(small(), "bookings", ASKED, method="chaos")
    assert found.variance is found.chaos
    said = [*answer(found)][-1]
    assert said.startswith("The shares are from a polynomial of degree 2 through 256 points, which explains 100.0% of")
    assert report_of(found).facts["polynomial"]["enough"] is True
    assert report_of(found).facts["method"] == "chaos"
    assert len(plans) == 1


def test_points_are_added_until_the_polynomial_explains_enough(plans, bent):
    bent.add = lambda at: 12.0 * cos(7.0 * at["strategy.stretch"])
    told = []
    found = sensitivity(
        small(), "bookings", ASKED[:3], method="chaos", points=32,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert [len(plan.cases) for plan in plans] == [64, 64, 128][: len(plans)], "ten terms have four points each"
    assert len(plans) > 1
    names = [case.name for plan in plans for case in plan.cases]
    assert names == [f"chaos {number}" for number in range(len(names))], "no point is run again"
    assert found.chaos.design.blocks == len(names)
    assert found.variance is found.chaos
    assert found.runs == 2 * len(names)
    assert all(done == total for done, total in told)
    at_once = sensitivity(small(), "bookings", ASKED[:3], method="chaos", points=len(names))
    assert at_once.sobol.equals(found.sobol)


@pytest.mark.parametrize(("times", "tried"), [(60.0, [64]), (18.0, [64, 64, 128])])
def test_saltellis_design_answers_where_the_polynomial_explains_too_little(plans, bent, times, tried):
    bent.add = lambda at: (50.0 if times > 50.0 else 8.0) * cos(times * at["strategy.stretch"])
    found = sensitivity(small(), "bookings", ASKED[:3], method="chaos", points=64, samples=64)
    assert [len(plan.cases) for plan in plans] == [*tried, 64 * 8], "where there is no hope, no point is added"
    assert found.variance.design.kind == "sobol"
    said = [*answer(found)][-1]
    assert said.startswith(f"A polynomial through {sum(tried)} points explains only ")
    assert said.endswith("less than 95%; so the shares are from Saltelli's design.")
    assert report_of(found).facts["polynomial"]["enough"] is False


def test_after_a_screening_a_polynomial_has_no_more_points_than_saltellis_design(plans):
    found = sensitivity(small(), "bookings", ASKED, keep=2, trajectories=20, samples=8)
    assert found.chaos is None
    assert len(plans[1].cases) == 8 * 8
    said = [*answer(found)][-1]
    assert said == "The shares are from Saltelli's design of 64 points; a polynomial would begin with 256."


def test_what_chance_drowns_is_not_asked_again_by_another_design(plans):
    narrow = [f"{name}=0.1:0.1001" for name in SLOPES]
    found = sensitivity(small(), "bookings", narrow, method="chaos")
    assert len(plans) == 1
    assert next(answer(found)).startswith("Chance drowns")


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
    assert said.startswith("About two thirds of what is uncertain about bookings comes from stretch (rise of ")
    assert "Next: " in said
    assert "The 3 others together come to" in said
    assert "Chance makes up 0." in said
    assert "With stretch in the lowest fifth of its range bookings is" in said
    table = summary(found)
    assert {len(row) for row in table.rows} == {len(table.columns)}
    assert table.rows[0][0].startswith("Stretch\n")
    assert [*notes(found)][-1].startswith("In commands and files stretch is strategy.stretch")
    charts = [chart for part in report_of(found).sections for chart in part.charts]
    assert charts
    assert all(chart.categories[0] == "stretch" for chart in charts)


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
        ({"method": "fast"}, "choose one of both, morris, chaos, saltelli"),
        ({"points": 100}, "points = 100 is not allowed; a Sobol sequence needs a power of 2, such as 64 or 128"),
        ({"points": 8}, "points = 8 is not allowed"),
        ({"points": 16_384}, "points = 16384 is not allowed"),
        ({"parameters": None, "method": "chaos"}, "screen them first (--method both), or name fewer"),
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


def test_a_polynomials_runs_are_kept_resumed_and_extended(tmp_path):
    asked = ["operations.admin_hours=2:12", "training.hours_per_quarter=0:60"]
    options = {"method": "chaos", "weeks": 13, "store": tmp_path / "kept", "from_start": False}

    class Stop(Exception):  # noqa: N818 - it is no error
        pass

    def stop(done, total):
        if 0 < done < total:
            raise Stop

    with pytest.raises(Stop):
        sensitivity(small(), "selling_share", asked, points=32, progress=stop, workers=1, **options)
    told = []
    found = sensitivity(
        small(), "selling_share", asked, points=32, progress=lambda done, _: told.append(done), **options
    )  # fmt: skip
    assert told[0] > 0, "what was finished is not run again"
    assert len(found.chaos.design.points) == 32
    told.clear()
    again = sensitivity(
        small(), "selling_share", asked, points=64, progress=lambda done, _: told.append(done), **options
    )  # fmt: skip
    assert told[0] == found.runs
    assert found.sobol.equals(
        sensitivity(small(), "selling_share", asked, points=32, **(options | {"store": None})).sobol
    )
    assert len(again.chaos.design.points) == 64
    with pytest.raises(InputError, match='case "chaos 0"'):
        sensitivity(small(), "selling_share", [asked[0], "training.hours_per_quarter=0:40"], points=32, **options)


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
