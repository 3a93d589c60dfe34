"""R2: an export as of an earlier day, the cells of a quarter, the naive forecast, and the verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.cli import main as cli
from sim.crm import load_crm
from sim.crm.until import data_until, last_quarter
from sim.scenario.errors import InputError
from tests.patterns import forecast as pattern
from tests.patterns.making.holdout import ALL, CELLS, LARGEST, cells_of, closings, naive_cells
from tests.patterns.making.pattern import Effort
from tests.patterns.making.registry import chosen

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "crm"

DEALS = pd.DataFrame({
    "team": ["a", "a", "a", "b"], "line": ["x", "big", "x", "x"], "won": [True, True, False, True],
    "amount": [10.0, 100.0, 0.0, 20.0], "days": [10.0, 20.0, 30.0, 50.0],
})  # fmt: skip


def export(folder: Path) -> Path:
    """Two teams over three quarters: a deal of each every third day, opened 20 days before, every second won."""
    days = pd.date_range("2021-01-01", "2021-09-30", freq="3D")
    rows = [
        (f"{team}{number}", f"seller {team}", f"boss {team}", "account", "line", day - pd.Timedelta(days=20), day,
         "Won" if number % 2 else "Lost", 100.0 if number % 2 else 0.0)
        for number, day in enumerate(days)
        for team in "ab"
    ]  # fmt: skip
    columns = ["opportunity_id", "sales_agent", "manager", "account", "product", "engage_date", "close_date"]
    frame = pd.DataFrame(rows, columns=[*columns, "deal_stage", "close_value"])
    for name in ("engage_date", "close_date"):
        frame[name] = frame[name].dt.strftime("%Y-%m-%d")
    frame.to_csv(folder / "sales_pipeline.csv", index=False)
    return folder


def test_an_earlier_day_knows_nothing_of_what_came_after(tmp_path: Path):
    data = load_crm(export(tmp_path))
    day = pd.Timestamp("2021-06-30")
    past = data_until(data, day)
    frame = past.opportunities
    assert last_quarter(data) == pd.Period("2021Q3")
    assert past.as_of == day
    assert (frame["created"] <= day).all()
    assert (frame["closed"].dropna() <= day).all()
    late = frame[frame["outcome"] == "open"]
    assert len(late) > 0
    assert late[["closed", "amount", "cycle_days"]].isna().all().all()
    assert list(past.moments.quarters["quarter"]) == ["2021Q1", "2021Q2"]
    assert int(past.sellers["wins"].sum()) == int((frame["outcome"] == "won").sum())
    assert (data.opportunities["closed"].dropna() > day).any(), "the export itself stays as it was"


def test_the_past_needs_something_won(tmp_path: Path):
    data = load_crm(export(tmp_path))
    with pytest.raises(InputError, match="nothing was won until 2020-12-31"):
        data_until(data, pd.Timestamp("2020-12-31"))


def test_one_quarter_alone_cannot_be_split(tmp_path: Path):
    data = load_crm(export(tmp_path))
    quarters = data.moments.quarters.assign(full=[False, False, True])
    with pytest.raises(InputError, match="has 1 whole quarters"):
        last_quarter(replace(data, moments=replace(data.moments, quarters=quarters)))


def test_cells_are_those_of_hand():
    found = cells_of(DEALS, "big")
    assert found["a", "wins"] == 2
    assert found["a", "win_rate"] == pytest.approx(2 / 3)
    assert found["a", "cycle_days"] == pytest.approx(20.0)
    assert found["a", "bookings"] == 10.0
    assert found["a", LARGEST] == 100.0
    assert found[ALL, "bookings"] == 30.0


def test_what_was_lost_books_nothing(tmp_path: Path):
    file = export(tmp_path) / "sales_pipeline.csv"
    frame = pd.read_csv(file)
    frame["close_value"] = 100.0
    frame.to_csv(file, index=False)
    closed = closings(load_crm(tmp_path))
    assert closed.loc[~closed["won"], "amount"].eq(0.0).all()
    assert closed.loc[closed["won"], "amount"].eq(100.0).all()


@pytest.mark.slow
def test_the_naive_forecast_lies_around_the_mean_quarter():
    many = pd.concat([DEALS] * 200, ignore_index=True)
    draws = naive_cells(many, 2, "big")
    assert draws["a", "wins"].mean() == pytest.approx(200.0, rel=0.03)
    assert draws["b", "wins"].std() == pytest.approx(np.sqrt(100.0), rel=0.2)
    assert draws["b", "win_rate"].eq(1.0).all()


def made_up(inside: int, runs: int) -> SimpleNamespace:
    cells = pd.DataFrame([
        {"team": f"boss {team}", "measure": measure, "data": 10.0, "median": 11.0, "low": 8.0, "high": 12.0,
         "naive_median": 10.0, "naive_low": 9.0, "naive_high": 11.0, "naive_inside": True}
        for team in range(5) for measure in CELLS
    ])  # fmt: skip
    cells["inside"] = [number < inside for number in range(len(cells))]
    plan = SimpleNamespace(priors=(1, 2), targets=(SimpleNamespace(measure="wins"),))
    posterior = pd.DataFrame({"parameter": ["p"], "verdict": ["the data cannot tell"]})
    populations = pd.DataFrame({"tolerance": [3.0]})
    fit = SimpleNamespace(
        plan=plan, runs=100, draws=cells, posterior=posterior, populations=populations, tolerance=2.2
    )  # fmt: skip
    return SimpleNamespace(judged=cells, cells=cells, calibration=fit, quarter="2021Q3", runs=runs)


@pytest.mark.parametrize(
    ("inside", "runs", "high", "verdict"),
    [
        (20, 200, 10.5, "holds"),
        (18, 200, 10.5, "holds"),
        (17, 200, 10.5, "holds in part"),
        (17, 200, 14.0, "fails"),
        (20, 50, 10.5, "undecided"),
    ],
)
def test_nine_cells_in_ten_and_a_better_score_than_the_naive_one_decide(
    inside: int, runs: int, high: float, verdict: str
):
    one = made_up(inside, runs)
    one.cells["high"] = high
    one.cells["low"] = 9.5
    finding = pattern.judged({"an export": one})
    assert finding.verdict == verdict
    assert finding.numbers[0].value == inside / 20
    assert finding.numbers[2].value == pytest.approx((high - 9.5) / 2.0)
    assert "The data cannot tell p." in finding.tried
    pattern._figure(finding)


def test_every_export_has_to_be_forecast():
    good, bad = made_up(20, 200), made_up(0, 200)
    good.cells["low"], good.cells["high"] = 9.5, 10.5
    assert pattern.judged({"own": good}).verdict == "holds"
    both = pattern.judged({"own": good, "public": bad})
    assert both.verdict == "holds in part"
    assert both.sentence.startswith("Public: ")


def test_a_miss_counts_forty_times_its_distance():
    cells = pd.DataFrame({"data": [10.0], "low": [11.0], "high": [12.0], "naive_low": [9.0], "naive_high": [11.0]})
    assert pattern.scored(cells) == pytest.approx((1.0 + 40.0 * 1.0) / 2.0)


def test_what_is_stored_names_nobody_and_copies_nothing():
    stored = pattern.judged({"an export": made_up(20, 200)}).table
    assert set(stored["team"]) == {f"an export, team {number}" for number in range(1, 6)}
    assert "data" not in stored
    assert stored["low"].unique() == pytest.approx([0.8])


def test_without_an_export_it_is_left_out_of_all_and_refused_by_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert "R2" not in [one.id for one in chosen([], export=False)]
    assert "R2" in [one.id for one in chosen([])]
    assert cli._run(["validate", "--pattern", "R2", "--out", str(tmp_path)], debug=False) == 2
    assert "pattern R2 needs a CRM export" in capsys.readouterr().err
    with pytest.raises(InputError, match="needs a CRM export"):
        pattern._test(Effort.quick())


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no folder shared/data/crm beside the repository")
def test_the_real_export_splits_into_two_quarters_and_the_last():
    data = load_crm(FOLDER)
    past = data_until(data, pd.Timestamp("2017-09-30"))
    full = past.moments.quarters
    assert list(full.loc[full["full"], "quarter"]) == ["2017Q2", "2017Q3"]
    assert past.moments.win_rate_full_quarters.value == pytest.approx((1254 + 1257) / (2032 + 2047))
    last = cells_of(closings(data)[lambda frame: frame["quarter"] == "2017Q4"], "GTK 500")
    assert last[ALL, "wins"] == 1196
    assert last[ALL, "bookings"] + last[ALL, LARGEST] == pytest.approx(2_802_496.0)
