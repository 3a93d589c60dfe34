"""Segments: cut alike on both sides, with sampling errors worked by hand, and used by the fit."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim.crm import CrmData, RepairKind, load_crm
from sim.crm.assumed import assumed_settings
from sim.crm.scenario_text import own_size
from sim.crm.segments import LEAST_ROWS, Segments, _share_error, origin_of
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario


def export(folder: Path, *, lost_amounts: bool = True, sources: bool = True) -> Path:
    """Three quarters: Ann wins 3 of 4 of Core at 100 from the web in 50 days, Bo 1 of 4 of Plus at 900, cold, in 20."""
    rows = []
    for number, day in enumerate(pd.date_range("2024-01-01", "2024-09-30", freq="2D")):
        for seller, line, amount, wins, source, took in (
            ("Ann", "Core", 100, 3, "Web campaign", 50),
            ("Bo", "Plus", 900, 1, "Cold call", 20),
        ):
            won = number % 4 < wins
            rows.append((
                f"{seller}{number}", seller, f"{seller}'s boss", "North" if seller == "Ann" else "South",
                f"{line} {number % 20}", line, "Won" if won else "Lost", day - pd.Timedelta(days=took), day,
                amount if won or lost_amounts else None, source if sources else None, "blue",
            ))  # fmt: skip
    columns = ["ID", "Owner", "Manager", "Region", "Account", "Product", "Stage", "Created Date", "Close Date"]
    frame = pd.DataFrame(rows, columns=[*columns, "Amount", "Lead Source", "Mood"])
    frame.to_csv(folder / "deals.csv", index=False)
    return folder / "deals.csv"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> CrmData:
    return load_crm(export(tmp_path_factory.mktemp("crm")))


def test_cells_and_errors_are_those_of_hand(data: CrmData):
    segments = Segments.of(data)
    table = segments.errors().set_index(["segment", "cell"])
    n, wins = 137, 103  # every other day of 274; three of four, the last of them one of a new four
    assert table.loc[("line", "Core"), "rows"] == n
    assert table.loc[("line", "Core"), "data"] == pytest.approx(wins / n)
    share = (wins + 2) / (n + 4)
    assert table.loc[("line", "Core"), "error"] == pytest.approx(np.sqrt(share * (1 - share) / (n + 4)))
    assert {cell for segment, cell in table.index if segment == "region"} == {"North", "South"}
    assert {cell for segment, cell in table.index if segment == "source"} == {"marketing", "prospecting"}
    assert table.loc[("cycle", "won"), "data"] == pytest.approx(50, abs=1)
    assert table.loc[("cycle", "lost"), "data"] == pytest.approx(20, abs=1)


def test_an_export_lies_within_its_own_errors(data: CrmData):
    segments = Segments.of(data)
    table = segments.beside([segments.cells(segments.frame)])
    assert table["inside"].all()
    other = segments.frame.assign(won=~segments.frame["won"])
    assert not segments.beside([segments.cells(other)]).query("segment == 'line'")["inside"].any()


def test_amounts_are_cut_where_the_export_is(data: CrmData):
    segments = Segments.of(data)
    assert len(segments.prices) == 0
    deals = pd.DataFrame({
        "line": ["Core"] * 4, "manager": ["Ann's boss"] * 4, "rep": ["Ann"] * 4, "created": [0] * 4,
        "closed": [2, 4, 6, 8], "amount": [50.0, 100.0, 950.0, 5.0], "true_reason": ["", "", "", "disqualified"],
        "outcome": ["won", "lost", "won", "no_decision"],
        "origin": ["buyer", "marketing", "prospecting", "buyer"],
    })  # fmt: skip
    frame = segments.closed(deals)
    assert frame["region"].tolist() == ["North"] * 3
    assert frame["source"].tolist() == ["inbound", "marketing", "prospecting"]
    assert frame["days"].tolist() == [14.0, 28.0, 42.0]
    cells = segments.cells(frame, 7.0)
    assert cells["line", "Core"] == pytest.approx(2 / 3)
    assert cells["cycle", "lost"] == pytest.approx(28.0)


def test_where_lost_ones_have_no_amount_both_sides_are_valued_by_line(tmp_path: Path):
    segments = Segments.of(load_crm(export(tmp_path, lost_amounts=False)))
    assert segments.prices.to_dict() == {"Core": 100.0, "Plus": 900.0}
    assert set(segments.frame["value"]) == {100.0, 900.0}


def test_the_contrast_is_the_log_odds_of_the_larger_half_less_the_smaller(data: CrmData):
    segments = Segments.of(data)
    wins, n, large = 103, 137, 35
    by_hand = np.log((large + 0.5) / (n - large + 0.5)) - np.log((wins + 0.5) / (n - wins + 0.5))
    assert segments.contrast(segments.frame) == pytest.approx(by_hand)
    alike = segments.frame.assign(value=100.0)
    assert np.isnan(segments.contrast(alike))


def test_the_luck_of_who_sells_is_part_of_the_error():
    sellers = pd.Series(np.repeat(["a", "b", "c", "d", "e", "f"], 50))
    won = pd.Series(np.repeat([True, True, True, False, False, False], 50))  # a seller wins all or nothing
    by_hand = np.sqrt(6 * 25.0**2 * 6 / 5) / 300
    assert _share_error(won, sellers) == pytest.approx(by_hand)
    mixed = pd.Series([True, False] * 150)
    assert _share_error(mixed, sellers) == pytest.approx(np.sqrt(0.25 / 304))
    assert _share_error(won, pd.Series(["a"] * 300)) == pytest.approx(np.sqrt(0.25 / 304))


def test_few_closings_make_no_cell(tmp_path: Path):
    frame = pd.read_csv(export(tmp_path)).head(LEAST_ROWS)
    frame.to_csv(tmp_path / "few.csv", index=False)
    table = Segments.of(load_crm(tmp_path / "few.csv")).errors()
    assert table.empty


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("Web", "marketing"), ("Trade Show", "marketing"), ("COLD CALL", "prospecting"), ("Zebra", "zebra"),
        ("Partner Referral", "referral"), ("Existing customer", "existing customer"), ("Inbound", "inbound"),
        ("Telesales", "telesales"),
    ],
)  # fmt: skip
def test_lead_sources_are_read_as_origins(source: str, origin: str):
    assert origin_of(source) == origin


def test_what_segments_tell_is_used(data: CrmData):
    settings = assumed_settings(data, Scenario.load("scale_under_15k"))
    assert "by the lead source of 274 opportunities" in settings["operations.marketing_leads_per_week"].source
    assert settings["operations.marketing_leads_per_week"].value == pytest.approx(0.5 * 274 / 3 / 13 / 2, rel=0.02)
    # Two sellers over 322 and 292 days, and nobody fell silent; one in four seller-years before.
    assert settings["talent.attrition_per_year"].value == pytest.approx(1 / (4 + (322 + 292) / 365.25), rel=0.01)


def test_who_fell_silent_has_left(tmp_path: Path):
    frame = pd.read_csv(export(tmp_path))
    gone = frame[(frame["Owner"] == "Ann") | (frame["Close Date"] < "2024-05-01")]
    gone.to_csv(tmp_path / "gone.csv", index=False)
    settings = assumed_settings(load_crm(tmp_path / "gone.csv"), Scenario.load("scale_under_15k"))
    assert settings["talent.attrition_per_year"].source.startswith("1 sellers fell silent in 1 seller-years")


def test_columns_that_are_not_used_are_named(data: CrmData, tmp_path: Path):
    notes = {finding.what: finding.count for finding in data.quality.of(RepairKind.NOTED)}
    assert notes["columns that are not used: Mood"] == 1
    bare = load_crm(export(tmp_path, sources=False))
    assert "lead source" in {finding.where for finding in bare.quality.of(RepairKind.UNKNOWN)}
    assert "source" not in set(Segments.of(bare).errors()["segment"])


@pytest.mark.skipif(
    not (Path(__file__).resolve().parents[4] / "shared" / "data" / "crm").is_dir(), reason="no public export"
)
def test_the_public_export_has_lines_regions_and_no_sources():
    data = load_crm(Path(__file__).resolve().parents[4] / "shared" / "data" / "crm")
    table = Segments.of(data).errors()
    assert table["segment"].value_counts().to_dict() == {"line": 6, "amount": 5, "region": 3, "sellers": 1, "cycle": 2}
    assert data.moments.season is None
    assert not any("closings where" in reason for reason in data.moments.quarters["reason"])


def test_sellers_with_larger_deals_have_more_potential_as_far_as_chance_does_not_explain_it(tmp_path: Path):
    frame = pd.read_csv(export(tmp_path))
    frame["Product"] = "Core"
    frame["Amount"] = np.where(frame["Owner"] == "Ann", 300.0, 100.0)
    frame.to_csv(tmp_path / "sizes.csv", index=False)
    sizes = own_size(load_crm(tmp_path / "sizes.csv"))
    wins = {"Ann": 103, "Bo": 35}
    mean = (300 * wins["Ann"] + 100 * wins["Bo"]) / sum(wins.values())
    assert sizes["Ann"] == pytest.approx(300 / mean), "nothing varies within a seller, so nothing is chance"
    frame["Amount"] = np.random.default_rng(0).lognormal(4.0, 1.0, len(frame))
    frame.to_csv(tmp_path / "luck.csv", index=False)
    luck = own_size(load_crm(tmp_path / "luck.csv"))
    assert (luck - 1.0).abs().max() < 0.1


def test_disqualified_ones_are_left_out_unless_their_stage_is_said(tmp_path: Path):
    frame = pd.read_csv(export(tmp_path))
    frame.loc[frame.index % 10 == 0, "Stage"] = "Disqualified"
    frame.to_csv(tmp_path / "some.csv", index=False)
    left = load_crm(tmp_path / "some.csv")
    assert len(left.opportunities) == 274 - 28
    assert left.quality.count(RepairKind.LEFT_OUT, "opportunities, stage") == 28
    kept = load_crm(tmp_path / "some.csv", ["stage.no_decision=Disqualified"])
    assert (kept.opportunities["outcome"] == "no_decision").sum() == 28
    frame.assign(Stage="Disqualified").to_csv(tmp_path / "all.csv", index=False)
    with pytest.raises(InputError, match="no stage means won"):
        load_crm(tmp_path / "all.csv")


def humps(data: CrmData) -> list[str]:
    return [finding.what for finding in data.quality.of(RepairKind.UNKNOWN) if finding.where == "opportunities, cycle"]


def test_two_humps_of_cycles_are_told_with_the_segment_that_tells_them_apart(tmp_path: Path):
    (said,) = humps(load_crm(export(tmp_path)))
    assert said.startswith(
        "cycles have two humps, around 20 days (50%) and 50 days; as is meets their median and neither hump"
    )
    assert said.endswith("line tells them apart: import each by itself, such as --segment line='Core'")


def test_humps_that_no_segment_tells_apart_are_said_to_be_so(tmp_path: Path):
    file = export(tmp_path)
    table = pd.read_csv(file)
    table[["Product", "Region", "Owner", "Manager"]] = "All"
    table["Lead Source"] = ["Web", "Web", "Cold call", "Cold call"] * (len(table) // 4) + ["Web"] * (len(table) % 4)
    table.to_csv(file, index=False)
    assert humps(load_crm(file))[0].endswith("none of line, source, region, manager tells them apart")


def test_one_segment_is_imported_by_itself(tmp_path: Path):
    file = export(tmp_path)
    data = load_crm(file, segment="line = CORE")
    assert set(data.opportunities["seller"]) == {"Ann"}
    assert data.moments.cycle_median_days.value == 50
    assert not humps(data)
    noted = [finding for finding in data.quality.of(RepairKind.NOTED) if "of other segments" in finding.what]
    assert [(finding.count, finding.total) for finding in noted] == [
        (len(data.opportunities), 2 * len(data.opportunities))
    ]
    assert data.as_of == load_crm(file).as_of


@pytest.mark.parametrize(
    "segment", ["line=core", "source=web campaign", "region=north", "manager=Ann's boss", "seller=ANN"]
)
def test_every_field_cuts_an_export_to_one_segment(tmp_path: Path, segment: str):
    assert set(load_crm(export(tmp_path), segment=segment).opportunities["seller"]) == {"Ann"}


@pytest.mark.parametrize(
    ("segment", "said"),
    [
        ("line", "name a field and its value"),
        ("colour=red", "name a field and its value, such as line=Core"),
        ("line=Cor", r"no opportunity has this line; did you mean Core\?"),
        ("sector=x", "no opportunity has this sector"),
        ("seller=x", "no opportunity has this seller; choose one of Ann, Bo"),
    ],
)
def test_a_segment_that_is_none_is_refused(tmp_path: Path, segment: str, said: str):
    with pytest.raises(InputError, match=said) as error:
        load_crm(export(tmp_path), segment=segment)
    assert "\n" not in str(error.value)
