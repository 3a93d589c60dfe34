"""Seasons, trends and a last period that is cut short."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.cli import main as cli
from sim.crm import RepairKind, load_crm, scenario_text
from sim.crm.season import Season, season_of, trend_of
from sim.scenario.scenario import Scenario


def quarters(wins: list[float], first: str = "2021Q1") -> pd.DataFrame:
    names = pd.period_range(first, periods=len(wins), freq="Q").astype(str)
    return pd.DataFrame({"quarter": names, "full": True, "wins": wins, "bookings": [100.0 * w for w in wins]})


def test_a_season_is_told_with_weights_and_the_start_of_the_year():
    season = season_of(quarters([80, 100, 100, 120, 81, 101, 99, 121, 79, 100, 101, 119]))
    assert season is not None
    assert season.weights == pytest.approx((0.8, 1.0, 1.0, 1.2), abs=0.02)
    assert season.fiscal_start == 1
    assert "0.80, 1.00, 1.00, 1.20 of the mean; the fiscal year seems to begin in January" in season.text


def test_a_fiscal_year_may_begin_after_any_quarter():
    season = season_of(quarters([100, 140, 90, 90, 101, 141, 89, 91]))
    assert season is not None
    assert season.fiscal_start == 7


@pytest.mark.parametrize(
    "wins",
    [
        [100, 120, 90, 110, 95, 105, 115, 100],  # no pattern
        [80, 120, 100],  # too few
        [80, 100, 100, 120, 80, 100, 100],  # one fourth quarter alone
        [100, 110, 121, 133, 146, 161, 177, 195],  # growth and no season
    ],
)
def test_chance_few_quarters_and_growth_are_no_season(wins: list[float]):
    assert season_of(quarters(wins)) is None


def test_a_season_is_no_drift():
    seasonal = quarters([80, 90, 100, 130] * 2)  # rises within each year, and not from year to year
    season = season_of(seasonal)
    assert season is not None
    trend = trend_of(seasonal, "wins", season)
    assert trend.mean == pytest.approx(0.0, abs=1e-9)
    assert trend_of(seasonal, "wins").mean > 0.1


def test_a_trend_is_a_yearly_change_with_students_interval():
    values = np.exp([0.0, 0.25, 0.5, 0.75 + 0.1])  # on the line of 1 a year but for the last
    time, logs = np.arange(4) / 4, np.log(values)
    slope, start = np.polyfit(time, logs, 1)
    error = np.sqrt(np.sum((logs - start - slope * time) ** 2) / 2 / np.sum((time - time.mean()) ** 2))
    trend = trend_of(quarters([float(value) for value in values]), "bookings")
    assert trend.mean == pytest.approx(np.exp(slope) - 1)
    assert trend.high == pytest.approx(np.exp(slope + 4.3027 * error) - 1, rel=1e-4)
    assert np.isnan(trend_of(quarters([1, 2]), "wins").low)


def export(path: Path, days: pd.DatetimeIndex, *, openings_until: str = "") -> Path:
    """One deal closes a day, every second won, each opened 20 days before; more are opened, and stay open, later."""
    rows = [
        (f"{i}", "Ann", f"Acme {i % 50}", "Won" if i % 2 else "Lost", day - pd.Timedelta(days=20), day, 100)
        for i, day in enumerate(days)
    ]
    if openings_until:
        late = pd.date_range(days[-1], openings_until, freq="D")
        rows += [(f"o{i}", "Ann", "Acme 0", "Open", day, None, None) for i, day in enumerate(late)]
    columns = ["ID", "Owner", "Account", "Stage", "Created Date", "Close Date", "Amount"]
    pd.DataFrame(rows, columns=columns).to_csv(path / "deals.csv", index=False)
    return path / "deals.csv"


def test_a_last_month_cut_short_is_found_and_said(tmp_path: Path):
    days = pd.date_range("2023-01-01", "2023-12-05", freq="D")
    data = load_crm(export(tmp_path, days, openings_until="2023-12-31"))
    table = data.moments.quarters.set_index("quarter")
    assert table["full"].to_dict() == {"2023Q1": True, "2023Q2": True, "2023Q3": True, "2023Q4": False}
    assert table.loc["2023Q4", "reason"] == "December has 5 closings where its 100% that passed would have 28 or more"
    left = [finding.what for finding in data.quality.of(RepairKind.LEFT_OUT)]
    assert any("2023Q4 is not a whole quarter (December has 5 closings" in what for what in left)


@pytest.mark.parametrize(("last", "whole"), [("2023-12-31", True), ("2023-12-05", False)])
def test_a_new_year_in_which_nothing_closed_yet_says_nothing_of_the_last_quarter(
    tmp_path: Path, last: str, *, whole: bool
):
    days = pd.date_range("2023-01-01", last, freq="D")
    data = load_crm(export(tmp_path, days, openings_until="2024-01-05"))
    assert list(data.moments.quarters["full"]) == [True, True, True, whole]


@pytest.mark.parametrize("last", ["2023-12-31", "2023-12-27"])
def test_a_whole_last_month_is_not_suspected(tmp_path: Path, last: str):
    data = load_crm(export(tmp_path, pd.date_range("2023-01-01", last, freq="D")))
    assert data.moments.quarters["full"].all()


def test_a_slow_month_is_no_cut(tmp_path: Path):
    days = pd.date_range("2023-01-01", "2023-12-31", freq="D")
    slow = days[(days.month != 12) | (days.day % 5 > 1)]  # three fifths of December's closings
    data = load_crm(export(tmp_path, slow))
    assert data.moments.quarters["full"].all()


def test_a_seasonal_export_is_measured_over_whole_years(tmp_path: Path):
    days = pd.date_range("2021-10-01", "2023-12-31", freq="D")
    rate = np.where(days.quarter == 4, 4, 2)
    data = load_crm(export(tmp_path, days.repeat(rate)))
    assert data.moments.season is not None
    assert list(data.moments.quarters["full"]) == [False] + [True] * 8
    notes = [finding.what for finding in data.quality.of(RepairKind.NOTED)]
    assert any(what.startswith("a season: calendar quarters weigh 0.") for what in notes)
    unknown = [finding for finding in data.quality.of(RepairKind.UNKNOWN) if finding.where == "season"]
    assert [finding.what.partition(",")[0] for finding in unknown] == [
        "the season of wins is not simulated",
    ]  # fmt: skip
    assert "closed ones alone" in unknown[0].what
    assert "# Not simulated: a season: calendar quarters weigh 0." in scenario_text(data)
    assert data.moments.season.weights == pytest.approx((0.8, 0.8, 0.8, 1.6), abs=0.03)
    assert data.moments.wins_per_quarter.value == pytest.approx((2 + 2 + 2 + 4) / 4 / 2 * 365 / 4, rel=0.02)


def test_the_quarters_of_a_run_weigh_what_the_calendar_quarters_they_cover_do():
    season = Season((0.8, 1.0, 1.0, 1.2), 0.0)
    assert season.from_day(pd.Timestamp("2024-07-01")) == pytest.approx([1.0, 1.2, 0.8, 1.0], abs=0.01)
    half = season.from_day(pd.Timestamp("2024-11-15"))  # 47 of 91 days in the fourth quarter
    assert half[0] == pytest.approx((47 * 1.2 + 44 * 0.8) / 91)
    assert np.mean(half) == pytest.approx(1.0, abs=0.01)


def test_a_season_of_openings_is_simulated_as_one_of_needs(tmp_path: Path):
    days = pd.date_range("2021-01-01", "2023-12-31", freq="D")
    file = export(tmp_path, days.repeat(np.where(days.quarter == 3, 4, 2)), openings_until="2023-12-31")
    data = load_crm(file)
    needs = data.moments.needs_season
    assert needs is not None
    assert not [finding for finding in data.quality.of(RepairKind.UNKNOWN) if finding.where == "season"]
    text = scenario_text(data)
    assert f"# Simulated: openings by calendar quarter weigh {needs.listed} of the mean." in text
    (tmp_path / "as_is.toml").write_text(text, encoding="utf-8")
    scenario = Scenario.load(tmp_path / "as_is.toml")
    rates = [scenario[f"market.{name}_quarter_needs"] for name in ("first", "second", "third", "fourth")]
    assert rates == pytest.approx(needs.from_day(pd.Timestamp("2024-01-01")), rel=1e-5)
    assert np.argmax(rates) == 2
    assert np.mean(rates) == pytest.approx(1.0, abs=0.02)


@pytest.mark.slow
def test_a_known_season_of_needs_shows_in_when_deals_were_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    known = (0.7, 1.0, 0.9, 1.4)
    names = ("first", "second", "third", "fourth")
    market = "\n".join(f"{name}_quarter_needs = {rate}" for name, rate in zip(names, known, strict=True))
    Path("known.toml").write_text(f"start_date = 2021-01-04\n[organization]\nweeks = 208\n[market]\n{market}\n")
    for command in ("run known.toml --out known", "deals known --format salesforce --out deals.csv"):
        assert cli._run(command.split(), debug=True) == 0
    needs = load_crm(Path("deals.csv")).moments.needs_season
    assert needs is not None
    assert (np.argmin(needs.weights), np.argmax(needs.weights)) == (0, 3)
    # Flatter than that of needs: what sellers do not take up is in no export.
    assert all(abs(found - 1.0) < abs(rate - 1.0) + 0.1 for found, rate in zip(needs.weights, known, strict=True))
