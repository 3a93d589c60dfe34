"""The moment match: the solver, what is assumed, and the export in shared/data/crm from files to a fitted scenario."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.crm import CrmData, RepairKind, load_crm
from sim.crm import fit as match
from sim.crm.check import ExportTarget, check_table, check_texts, targets
from sim.crm.fit import Fit, fit
from sim.crm.scenario_text import potentials
from sim.measures.whole_run import grouped_median
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "crm"
HEADER = "Opportunity ID,Owner,Account Name,Product,Stage,Created Date,Close Date,Amount\n"
WON = (
    "1,Ann,Acme,Core,Closed Won,2024-01-02,2024-02-01,100\n2,Ann,Acme,Core,Closed Won,2024-01-03,2024-03-20,90\n"
    "3,Bo,Beta,Plus,Closed Won,2024-01-05,2024-01-30,900\n"
)
CHECK = '[[data_checks]]\nname = "win_rate"\ntarget = 0.3\nlow = 0.27\nhigh = 0.33\n'


class Stub:
    """A market whose measures follow the unknowns by a rule, with interactions the solver does not expect."""

    seeds = 1

    def text(self, point: match.Solved) -> Any:
        return point

    def means(self, point: match.Solved, *_: int) -> dict[str, float]:
        rate = 1 / (1 + math.exp(point.offer + 0.2 * math.log(point.cycle)))
        return {
            "won_per_year": 900 * point.needs**0.7 * rate,
            "cycle_closed_days": 5 + 8 * point.cycle,
            "win_rate_qualified": rate,
            "deal_size": 2000 * point.amount / point.needs**0.1,
        }


def test_the_search_meets_what_it_is_asked_for():
    wanted = {"won_per_year": 500.0, "cycle_closed_days": 60.0, "win_rate_qualified": 0.25, "deal_size": 9000.0}
    stub: Any = Stub()
    best, rounds = match._solve(stub, match._scaled(wanted), np.zeros(4))
    assert rounds < match.ROUNDS
    found = stub.means(match.Solved.of(best))
    assert found == pytest.approx(wanted, rel=0.03)


def test_what_is_not_asked_for_is_left_alone():
    stub: Any = Stub()
    best, _ = match._solve(stub, match._scaled({"cycle_closed_days": 60.0}), np.zeros(4))
    assert best[[0, 2, 3]] == pytest.approx([0.0, 0.0, 0.0], abs=0.1)


def test_what_is_solved_for_a_measure_that_is_not_told_does_not_help_to_meet_others():
    stub: Any = Stub()
    told = {"won_per_year": 500.0, "cycle_closed_days": 60.0, "deal_size": 9000.0}
    best, _ = match._solve(stub, match._scaled(told), np.zeros(4))
    found = stub.means(match.Solved.of(best))
    assert best[2] == 0.0
    assert {name: found[name] for name in told} == pytest.approx(told, rel=0.03)


@pytest.mark.parametrize(("weeks", "median"), [([2, 2, 2, 2], 2.0), ([1, 2, 3, 4], 2.5), ([5, 5, 6], 5.25)])
def test_medians_are_interpolated_within_a_week(weeks: list[int], median: float):
    assert grouped_median(np.array(weeks)) == pytest.approx(median)


def test_model_and_data_stand_beside_each_other():
    asked = [
        ExportTarget("win_rate", 0.5, fitted=True, source="x"),
        ExportTarget("cycle_days", 40.0, fitted=False, source="y"),
    ]
    table = check_table(asked, {"win_rate": 0.52, "cycle_days": 90.0})
    assert table["verdict"].tolist() == ["agrees", "differs"]
    assert table["difference"].tolist() == pytest.approx([0.04, 1.25])
    assert check_texts(table)["Verdict"].tolist() == ["agrees (fitted)", "differs (not fitted)"]
    assert check_table(asked, {})["verdict"].tolist() == ["differs", "differs"]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.50, 0.51, 0.49, 0.50], "agrees"),
        ([0.53, 0.57, 0.54, 0.55], "cannot be told"),  # its mean lies within, and not all of its interval
        ([0.60, 0.61, 0.59, 0.60], "differs"),
        ([0.10, 0.90, 0.20, 0.85], "cannot be told"),
        ([0.50, math.nan], "agrees"),
        ([math.nan, math.nan], "differs"),
    ],
)
def test_a_fit_is_judged_on_its_spread_over_seeds(values: list[float], verdict: str):
    table = check_table([ExportTarget("win_rate", 0.5, fitted=True, source="x")], {"win_rate": values})
    assert table["verdict"].tolist() == [verdict]


def test_the_interval_and_spread_over_seeds_are_shown():
    values = [0.48, 0.50, 0.52, 0.50]  # mean 0.5, sd 0.01633, half-width 3.182 x 0.01633 / 2 = 0.026
    table = check_table([ExportTarget("win_rate", 0.5, fitted=True, source="x")], {"win_rate": values})
    assert table["mean_low"].iloc[0] == pytest.approx(0.474, abs=5e-4)
    assert table["spread_low"].iloc[0] == pytest.approx(0.4815)
    assert check_texts(table)["Difference"].tolist() == ["+0.0% ± 5.2%"]


def test_where_everything_was_won_the_rate_says_nothing(tmp_path: Path):
    (tmp_path / "deals.csv").write_text(HEADER + WON, encoding="utf-8")
    data = load_crm(tmp_path / "deals.csv")
    assert "win_rate_qualified" not in {target.name for target in targets(data)}


def test_what_an_export_does_not_tell_is_as_usual_in_the_band_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("ROUNDS", "MOST_SEEDS", "CHECK_SEEDS", "SEGMENT_SEEDS"):
        monkeypatch.setattr(match, name, 2)
    (tmp_path / "deals.csv").write_text(HEADER + re.sub("2024-01-0.", "soon", WON), encoding="utf-8")
    data = load_crm(tmp_path / "deals.csv")
    text = fit(data).text
    made, usual = Scenario.from_text(text), Scenario.load("scale_under_15k")
    untold = ["market.cycle_weeks", "market.competitor_strength", "market.status_quo"]
    assert [made[name] for name in untold] == [usual[name] for name in untold]
    said = [one.what for one in data.quality.of(RepairKind.UNKNOWN) if "not solved" in one.what]
    assert [what.split()[0] for what in said] == untold
    assert "nan" not in text + "".join(one.what for one in data.quality.findings)


def test_checks_travel_with_a_scenario_and_change_no_result():
    plain, checked = Scenario.from_text(""), Scenario.from_text(CHECK)
    assert checked.data_checks[0].target == 0.3
    assert checked.digest() == plain.digest()
    assert Scenario.from_text(checked.to_toml()).data_checks == checked.data_checks


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CHECK.replace("win_rate", "win_rat"), 'name: "win_rat" is not a measure; did you mean win_rate?'),
        (CHECK.replace("0.3\n", "0.5\n"), "target: 0.5 is not between low = 0.27 and high = 0.33"),
        (CHECK + CHECK, 'name: "win_rate" stands there 2 times; names must differ'),
    ],
)
def test_wrong_checks_are_told(text: str, said: str):
    with pytest.raises(ScenarioError) as error:
        Scenario.from_text(text)
    assert said in str(error.value)


def test_teams_of_uneven_size_are_real():
    text = '[structure]\nn_reps = 5\nspan_of_control = 4\n[[teams]]\nmanager = "A"\nsellers = ["b", "c", "d"]\n'
    text += '[[teams]]\nmanager = "E"\nsellers = ["f"]\n[[teams]]\nmanager = "G"\nsellers = ["h"]\n'
    assert len(Scenario.from_text(text).teams) == 3


def test_progress_ends_at_the_total():
    told: list[tuple[int, int]] = []
    counter = match._Counter(lambda done, total: told.append((done, total)))
    counter.total = 3
    counter.step()
    counter.finish()
    assert told == [(1, 3), (3, 3)]


def test_solved_values_say_what_they_were_solved_for():
    table = check_table([ExportTarget("won_per_year", 100.0, fitted=True, source="")], {"won_per_year": 98.0})
    sources = match._sources(table, None, {})
    assert sources["market.needs_per_account_year"] == "solved for the opportunities won a year: data 100, model 98"
    assert sources["market.cycle_weeks"].startswith("not solved")


@pytest.fixture(scope="module")
def data() -> CrmData:
    if not FOLDER.is_dir():
        pytest.skip("no folder shared/data/crm beside the repository")
    return load_crm(FOLDER)


@pytest.fixture(scope="module")
def found(data: CrmData) -> Fit:
    return fit(data)


def test_the_as_is_case_is_within_a_tenth_of_the_data(found: Fit):
    assert found.agrees, found.table.to_string()
    fitted = found.table[found.table["fitted"]]
    asked = ["win_rate_qualified", "cycle_closed_days", "won_per_year", "bookings_per_quarter"]
    assert fitted["measure"].tolist() == asked
    assert fitted["difference"].abs().max() < 0.1
    assert fitted["data"].tolist() == pytest.approx([0.611, 36, 4943, 2.957e6], rel=0.001)


def test_the_scenario_says_where_each_number_is_from(found: Fit):
    scenario = Scenario.from_text(found.text)
    assert len(scenario.data_checks) == len(found.table)
    for name in ("needs_per_account_year", "cycle_weeks", "effort_scale", "competitor_strength", "status_quo"):
        line = next(line for line in found.text.splitlines() if line.startswith(f"{name} = "))
        assert "# solved f" in line
    assert "assumed: " in found.text


def test_as_is_has_no_plan_of_its_own(found: Fit):
    scenario = Scenario.from_text(found.text)
    assert scenario["management.response"] == "none"
    plans = ("strategy.stretch", "strategy.ratchet", "strategy.growth_goal", "talent.headcount_growth_per_year")
    assert [scenario[name] for name in plans] == [0.0] * 4
    assert scenario["structure.product_specialists"] == 0


@pytest.mark.slow
def test_what_agrees_does_so_on_other_seeds(data: CrmData, found: Fit):
    search = match._Search(data, lambda: None)
    values = search.values(found.text, 3_000_000, 30)
    table = check_table([check for check in targets(data) if check.fitted], values)
    assert table["verdict"].tolist() == ["agrees"] * len(table)


def test_what_is_not_fitted_is_told(data: CrmData, found: Fit):
    notes = [one.what for one in data.quality.of(RepairKind.NOTED) if one.where == "model against data"]
    assert found.rounds <= match.ROUNDS
    assert any("49%, 55%, 80%" in what for what in notes)
    assert any("8 and 85 days" in what for what in notes)
    assert any("0.611" in what and "0.632" in what and "0.530" in what for what in notes)


def test_volume_is_in_the_accounts_and_size_in_the_potential(data: CrmData):
    table = potentials(data).set_index("seller")["potential"]
    assert table.mean() == pytest.approx(1)
    busiest = data.active_sellers.set_index("seller")["opportunities"].idxmax()
    assert table[busiest] < 2, "the busiest seller's deals are not larger for being many"
