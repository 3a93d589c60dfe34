"""The export in shared/data/crm, with what is known of it."""

import tomllib
from pathlib import Path

import pytest

from sim.crm import CrmData, RepairKind, Setting, load_crm, scenario_text
from sim.crm.centres import intervals, peak_concurrency
from sim.scenario.scenario import Scenario

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "crm"
FILES = ("accounts.csv", "products.csv", "sales_pipeline.csv", "sales_teams.csv")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder shared/data/crm beside the repository")


@pytest.fixture(scope="module")
def data() -> CrmData:
    return load_crm(FOLDER)


def test_all_files_are_there():
    assert [name for name in FILES if not (FOLDER / name).is_file()] == []


def test_every_opportunity_is_read(data: CrmData):
    assert len(data.opportunities) == 8_800
    assert data.opportunities["outcome"].value_counts().to_dict() == {"won": 4238, "lost": 2473, "open": 2089}
    assert not data.quality.of(RepairKind.DROPPED)


def test_teams_are_the_real_ones(data: CrmData):
    assert len(data.sellers) == 35
    assert len(data.active_sellers) == 30
    assert data.sellers["manager"].nunique() == 6
    assert set(data.sellers["region"]) == {"Central", "East", "West"}


def test_known_numbers(data: CrmData):
    moments = data.moments
    assert moments.win_rate.value == pytest.approx(0.63, abs=0.005)
    assert moments.win_rate_with_stale.value == pytest.approx(0.53, abs=0.005)
    assert moments.win_rate_full_quarters.value == pytest.approx(0.61, abs=0.005)
    assert moments.wins_per_seller.value == pytest.approx(141, abs=0.5)
    assert moments.mean_amount.value == pytest.approx(2_400, rel=0.03)
    assert moments.cycle_longest_days.value == 138
    assert moments.cycle_median_days.value == 45
    assert [round(float(rate), 2) for rate in moments.month_win_rates] == [0.49, 0.55, 0.80]


def test_stale_opportunities_are_older_than_the_longest_cycle(data: CrmData):
    engaging = data.opportunities[data.opportunities["stage"] == "Engaging"]
    assert (len(engaging), int(engaging["stale"].sum())) == (1_589, 1_291)
    assert int(data.opportunities["stale"].sum()) == 1_291


def test_cycles_have_two_modes(data: CrmData):
    assert (data.moments.cycle_short_days.value, data.moments.cycle_long_days.value) == (8, 85)
    assert 0.4 < data.moments.cycle_short_share.value < 0.6


def test_march_is_left_out_and_three_quarters_are_whole(data: CrmData):
    quarters = data.moments.quarters.set_index("quarter")
    assert quarters["full"].to_dict() == {"2017Q1": False, "2017Q2": True, "2017Q3": True, "2017Q4": True}
    assert "2017-03-01" in quarters.loc["2017Q1", "reason"]
    assert quarters.loc["2017Q1", "win_rate"] == pytest.approx(0.82, abs=0.005)
    whole = quarters[quarters["full"]]
    assert data.moments.bookings_per_quarter.value == pytest.approx(whole["bookings"].mean())
    assert data.moments.managers["bookings"].sum() == pytest.approx(whole["bookings"].sum())


def test_one_large_product_can_carry_a_managers_quarter(data: CrmData):
    # By won amounts and closing dates, in one team's second quarter.
    assert data.moments.largest_line_share.value == pytest.approx(0.366, abs=0.001)
    assert "GTK 500" in data.moments.largest_line_share.source


def test_misspelt_names_are_one(data: CrmData):
    repaired = {(finding.where, finding.what) for finding in data.quality.of(RepairKind.REPAIRED)}
    assert ("opportunities, line", '"GTXPro" is "GTX Pro"') in repaired
    assert ("accounts, sector", '"technolgy" is "technology"') in repaired
    assert len(data.lines) == 7
    assert data.lines["share"].sum() == pytest.approx(1)
    assert "technolgy" not in set(data.accounts["sector"])


def test_most_open_opportunities_name_no_account(data: CrmData):
    still = data.opportunities[data.opportunities["outcome"] == "open"]
    assert still["account"].isna().mean() == pytest.approx(0.68, abs=0.005)


def test_accounts_are_split_into_buying_centres(data: CrmData):
    peak = data.centres.peak_by_account_line
    assert (peak.max(), peak.median()) == (16, 5)
    sellers = data.centres.frame.groupby("account")["seller"].nunique()
    assert (sellers.min(), sellers.max()) == (10, 30)
    assert data.centres.frame["parent"].notna().any()
    assert data.accounts["parent"].notna().sum() == 15
    counted = [f for f in data.quality.of(RepairKind.NOTED) if f.unit == "buying centres"]
    assert [finding.count for finding in counted] == [data.centres.total]


def test_a_buying_centre_has_one_opportunity_per_line_at_a_time(data: CrmData):
    placed = data.opportunities[data.opportunities["centre"] >= 0]
    spans = intervals(data.opportunities, data.as_of).loc[placed.index]
    keys = placed[["seller", "account", "line", "centre"]].astype("str")
    assert peak_concurrency(spans, keys).max() == 1


def test_what_no_export_knows_is_listed(data: CrmData):
    assert {"hours", "quotas", "loss reasons", "no decision"} <= {f.where for f in data.quality.of(RepairKind.UNKNOWN)}


def test_scenario_is_the_real_organization(data: CrmData):
    text = scenario_text(data, {"market.acv_band": Setting("under_15k", "said again")}, name="mine")
    table = tomllib.loads(text)
    assert table["name"] == "mine"
    assert table["start_date"].isoformat() == "2018-01-01"
    assert table["structure"] == {"n_reps": 30, "span_of_control": 5}
    assert "said again" in text
    assert len(table["lines"]) == 7
    assert {team["manager"] for team in table["teams"]} == set(data.sellers["manager"])
    assert sum(sum(seller["accounts"].values()) for seller in table["sellers"]) == data.centres.total
    assert sum(seller["potential"] for seller in table["sellers"]) == pytest.approx(30, rel=1e-4)


def test_scenario_is_valid(data: CrmData, tmp_path: Path):
    file = tmp_path / "mine.toml"
    file.write_text(scenario_text(data), encoding="utf-8")
    scenario = Scenario.load(file)
    assert (len(scenario.teams), len(scenario.sellers), scenario["structure.n_reps"]) == (6, 30, 30)
