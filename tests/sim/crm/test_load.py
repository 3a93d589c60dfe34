"""Small exports written here, sound and hostile, through the whole reader."""

import csv
import io
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from sim.crm import Quality, RepairKind, Setting, load_crm, scenario_text
from sim.crm.centres import NO_ACCOUNT
from sim.crm.limits import scenario_of
from sim.crm.names import alike, is_formula, near_known, one_spelling
from sim.scenario.errors import InputError

HEADER = ["Opportunity ID", "Owner", "Account Name", "Product", "Stage", "Created Date", "Close Date", "Amount"]
SOUND = [
    ["1", "Ann", "Acme", "Core", "Closed Won", "2024-01-02", "2024-02-01", "100"],
    ["2", "Ann", "Acme", "Core", "Closed Lost", "2024-01-03", "2024-03-20", ""],
    ["3", "Bo", "Beta", "Plus", "Closed Won", "2024-01-05", "2024-01-30", "900"],
    ["4", "Bo", "Beta", "Plus", "Proposal", "2024-03-20", "2024-06-30", "900"],
]


def write(folder: Path, rows: list[list[str]], header: list[str] | None = None, name: str = "deals.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or HEADER, *rows])
    return folder / name


def changed(row: int, **cells: str) -> list[list[str]]:
    """Copy the sound rows with some cells of one row changed, by the column's first word in lower case."""
    rows = [list(cells_of) for cells_of in SOUND]
    for name, value in cells.items():
        rows[row][next(i for i, column in enumerate(HEADER) if column.lower().startswith(name))] = value
    return rows


def found(quality: Quality, kind: RepairKind, words: str) -> int:
    """Count what the findings of a kind with these words concern."""
    return sum(finding.count for finding in quality.of(kind) if words in finding.what)


def test_one_file_is_enough(tmp_path: Path):
    data = load_crm(write(tmp_path, SOUND))
    assert data.opportunities["outcome"].tolist() == ["won", "lost", "won", "open"]
    assert data.moments.win_rate.value == pytest.approx(2 / 3)
    assert data.moments.cycle_median_days.value == 30
    assert data.lines["share"].tolist() == [0.5, 0.5]
    assert set(data.sellers["manager"]) == {"All sellers"}
    assert found(data.quality, RepairKind.UNKNOWN, "no manager") == 2
    table = tomllib.loads(scenario_text(data))
    assert table["sellers"][0]["accounts"] == {"Acme": 2}  # both were open in January
    assert [line["price"] for line in table["lines"]] == [100, 900]


def test_several_files_are_one_export(tmp_path: Path):
    first, second = write(tmp_path, SOUND[:2], name="a.csv"), write(tmp_path, SOUND[2:], name="b.csv")
    teams = write(tmp_path, [["Ann", "Mia"], ["Bo", "Max"]], ["Rep", "Manager"], name="people.csv")
    data = load_crm([first, second, teams])
    assert len(data.opportunities) == 4
    assert dict(zip(data.sellers["seller"], data.sellers["manager"], strict=True)) == {"Ann": "Mia", "Bo": "Max"}
    assert load_crm(tmp_path).files == {"a.csv": "opportunities", "b.csv": "opportunities", "people.csv": "teams"}


def test_a_stranger_in_the_folder_is_ignored_and_said(tmp_path: Path):
    write(tmp_path, SOUND)
    write(tmp_path, [["a", "b"]], ["Table", "Description"], name="data_dictionary.csv")
    assert found(load_crm(tmp_path).quality, RepairKind.NOTED, "ignored") == 1


def test_row_limit_counts_all_files(tmp_path: Path):
    write(tmp_path, SOUND, name="a.csv")
    write(tmp_path, SOUND, name="b.csv")
    with pytest.raises(InputError, match="more than 3 rows"):
        load_crm(tmp_path, row_limit=7)


def test_mapping_makes_a_foreign_export_readable(tmp_path: Path):
    header = ["Nr", "Wer", "Kunde", "Sparte", "Stand", "Auf", "Zu", "Wert"]
    rows = [
        [*row[:4], {"Closed Won": "Auftrag", "Closed Lost": "Absage"}.get(row[4], row[4]), *row[5:]] for row in SOUND
    ]
    file = write(tmp_path, rows, header)
    with pytest.raises(InputError, match="no column found for"):
        load_crm(file)
    columns = ["seller=Wer", "account=Kunde", "line=Sparte", "stage=Stand", "created=Auf", "closed=Zu", "amount=Wert"]
    with pytest.raises(InputError, match="no stage means won"):
        load_crm(file, columns)
    data = load_crm(file, [*columns, "stage.won=Auftrag", "stage.lost=Absage"])
    assert data.opportunities["outcome"].tolist() == ["won", "lost", "won", "open"]
    assert found(data.quality, RepairKind.REPAIRED, "without an identifier") == 4


def test_duplicate_identifiers_keep_the_closed_row(tmp_path: Path):
    rows = [*SOUND, SOUND[0], ["4", "Bo", "Beta", "Plus", "Closed Lost", "2024-03-20", "2024-03-25", ""]]
    rows += [["1", "Ann", "Acme", "Core", "Proposal", "2024-01-02", "", ""]]
    data = load_crm(write(tmp_path, rows))
    outcomes = dict(zip(data.opportunities["opportunity"], data.opportunities["outcome"], strict=True))
    assert outcomes == {"1": "won", "2": "lost", "3": "won", "4": "lost"}
    assert found(data.quality, RepairKind.DROPPED, "repeat another in full") == 1
    assert found(data.quality, RepairKind.DROPPED, "identifier that another row has") == 2


@pytest.mark.parametrize(
    ("cells", "kind", "words"),
    [
        ({"amount": "-100"}, RepairKind.REPAIRED, "negative amounts"),
        ({"amount": "=cmd()"}, RepairKind.REPAIRED, "no number"),
        ({"amount": "=cmd()"}, RepairKind.NOTED, "formulas"),
        ({"amount": ""}, RepairKind.LEFT_OUT, "won without an amount"),
        ({"created": "soon"}, RepairKind.REPAIRED, "cannot be read"),
        ({"created": "2024-12-02"}, RepairKind.REPAIRED, "closed before they were opened"),
        ({"created": ""}, RepairKind.LEFT_OUT, "without an opening date"),
        ({"close": ""}, RepairKind.LEFT_OUT, "without a closing date"),
        ({"close": "2042-02-01"}, RepairKind.REPAIRED, "years away"),
        ({"account": ""}, RepairKind.NOTED, "name no account"),
        ({"owner": ""}, RepairKind.DROPPED, "without a seller"),
        ({"stage": "n/a"}, RepairKind.DROPPED, "without a stage"),
        ({"product": ""}, RepairKind.REPAIRED, "without a product line"),
        ({"product": "CORE"}, RepairKind.REPAIRED, '"CORE" is "Core"'),
        ({"owner": "ann"}, RepairKind.REPAIRED, '"ann" is "Ann"'),
        ({"account": "=HYPERLINK()"}, RepairKind.NOTED, "formulas"),
        ({"account": "Ac\x1b[31mme"}, RepairKind.REPAIRED, "control characters"),
        ({"account": "x" * 5_000}, RepairKind.REPAIRED, "excess length"),
    ],
)
def test_one_bad_cell_is_repaired_or_left_out_with_a_count(
    tmp_path: Path, cells: dict[str, str], kind: RepairKind, words: str
):
    rows = [*changed(0, **cells), ["9", "Ann", "Acme", "Core", "Closed Won", "2024-02-02", "2024-03-01", "120"]]
    data = load_crm(write(tmp_path, rows))
    assert found(data.quality, kind, words) == 1
    tomllib.loads(scenario_text(data))


def test_what_matters_first_is_what_touches_most_rows_or_money(tmp_path: Path):
    rows = [[str(i), "Ann", "Acme", "Core", "Closed Won", "2024-01-02", "2024-02-01", "10"] for i in range(8)]
    rows[0][3:8:4] = "CORE", "930"  # one row of ten, 930 of 1,000 that were won
    rows[1][5] = rows[2][5] = "soon"  # two rows of ten, 20 of 1,000
    rows += [["8", "Ann", "Acme", "Core", "Open", "", "", ""], ["9", *rows[3][1:4], "Closed Lost", *rows[3][5:7], ""]]
    quarter, *first = load_crm(write(tmp_path, rows)).quality.first()
    assert quarter.what.startswith("2024Q1 is not a whole quarter")
    assert [finding.what for finding in first] == ['"CORE" is "Core"', "dates that cannot be read; taken as unknown"]
    assert (first[0].rows, first[0].money, first[1].rows, first[1].money) == pytest.approx((0.1, 0.93, 0.2, 0.02))
    assert first[0].text == 'opportunities, line: "CORE" is "Core" (repaired, 1 of 10 rows, 93% of what was won)'


@pytest.mark.parametrize(("other", "read"), [("2.500,50", "thousands"), ("2.50", "decimals")])
def test_how_a_point_before_three_digits_is_read_is_said(tmp_path: Path, other: str, read: str):
    rows = changed(2, amount=other)
    rows[0][7] = "1.500"
    data = load_crm(write(tmp_path, rows))
    assert found(data.quality, RepairKind.NOTED, f"amounts such as 1.500; read as {read}") == 1
    assert data.opportunities["amount"][0] == (1500.0 if read == "thousands" else 1.5)


def test_blank_rows_are_dropped(tmp_path: Path):
    data = load_crm(write(tmp_path, [*SOUND, [""] * 8, ["-"] * 8]))
    assert found(data.quality, RepairKind.DROPPED, "blank rows") == 2


def test_dates_in_three_formats(tmp_path: Path):
    rows = changed(0, created="02/01/2024", close="01-Feb-2024")
    rows[1][5] = "25/01/2024"
    data = load_crm(write(tmp_path, rows))
    assert data.opportunities["created"].dt.strftime("%m-%d").tolist() == ["01-02", "01-25", "01-05", "03-20"]
    formats = [finding.what for finding in data.quality.of(RepairKind.REPAIRED) if "formats" in finding.what]
    assert len(formats) == 2


def test_ambiguous_dates_are_reported_and_can_be_settled(tmp_path: Path):
    rows = changed(0, created="03/01/2024")
    file = write(tmp_path, rows)
    data = load_crm(file)
    assert found(data.quality, RepairKind.UNKNOWN, "date_order=dmy") == 1
    assert pd.isna(data.opportunities["created"][0])  # read as 1 March, after the deal was closed
    settled = load_crm(file, ["date_order=dmy"])
    assert settled.opportunities["created"][0] == pd.Timestamp("2024-01-03")
    assert not found(settled.quality, RepairKind.UNKNOWN, "date_order")


def test_the_closing_date_of_an_open_opportunity_is_a_plan(tmp_path: Path):
    data = load_crm(write(tmp_path, SOUND))
    assert found(data.quality, RepairKind.NOTED, "are plans") == 1
    assert data.as_of == pd.Timestamp("2024-03-20")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "has column names and no rows"),
        ([[""] * 8], "no row with a seller and a stage"),
        ([SOUND[1], SOUND[3]], r"Lost, Proposal\); export what was won too, .* --map stage.won='Proposal'$"),
        ([SOUND[1]], r"no stage means won .* --map stage.won='\.\.\.'$"),
        ([[*row[:5], "x", "y", row[7]] for row in SOUND], "no opportunity has a date"),
        ([[*row[:7], "-1"] for row in SOUND], r"nothing to go by; first look at .*: negative amounts.* 4 of 4 rows\)$"),
        ([["1", *row[1:]] for row in [*SOUND[2:], SOUND[1]]], r"nothing to go by; .* 2 of 3 rows\)$"),
    ],
)
def test_nothing_usable_gets_one_sentence(tmp_path: Path, rows: list[list[str]], said: str):
    with pytest.raises(InputError, match=said) as error:
        load_crm(write(tmp_path, rows))
    assert "\n" not in str(error.value)


def test_missing_and_wrong_places_get_one_sentence(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        load_crm(tmp_path / "no")
    with pytest.raises(InputError, match="no CRM export was given"):
        load_crm([])
    write(tmp_path, [["Ann", "Mia"]], ["Rep", "Manager"], name="sales_teams.csv")
    with pytest.raises(InputError, match="holds opportunities"):
        load_crm(tmp_path)
    (tmp_path / "sales_pipeline.csv").mkdir()
    with pytest.raises(InputError, match="holds opportunities"):
        load_crm(tmp_path)


def test_parents_sectors_and_prices_come_from_their_tables(tmp_path: Path):
    write(tmp_path, SOUND[:2] + changed(2, stage="Closed Lost")[2:])
    accounts = [["Acme", "technolgy", ""], ["Beta", "retail", "acme"], ["Beta", "retail", ""], ["", "", ""]]
    write(tmp_path, accounts, ["account", "sector", "subsidiary_of"], "accounts.csv")
    write(tmp_path, [["Core", "50"], ["Plus", "800"], ["Idle", "-3"]], ["product", "sales_price"], "products.csv")
    data = load_crm(tmp_path)
    assert data.accounts.set_index("account")["parent"].dropna().to_dict() == {"Beta": "Acme"}
    assert data.accounts.set_index("account").loc["Acme", "sector"] == "technology"
    prices = data.lines.set_index("line")
    assert prices["mean_amount"].to_dict() == {"Core": 100, "Plus": 800}
    assert prices["price_source"].to_dict() == {"Core": "won", "Plus": "list"}


def test_hostile_names_stay_text_everywhere(tmp_path: Path):
    name = 'x"]\n[[sellers]] = <script> | [red]'
    data = load_crm(write(tmp_path, changed(0, owner=name, account='a"b\\')))
    table = tomllib.loads(scenario_text(data, {"market.acv_band": Setting("under_15k", "a\nb = 1")}))
    assert 'x"] [[sellers]] = <script> | [red]' in [seller["name"] for seller in table["sellers"]]
    data.quality.add(RepairKind.NOTED, name, name)
    out = io.StringIO()
    Console(file=out, width=300).print(data.quality.table())
    assert "[red]" in out.getvalue()
    assert len(data.quality.rows()) == len(data.quality.findings)


def test_a_whole_quarter_needs_its_months_and_the_rest_is_scaled(tmp_path: Path):
    days = pd.date_range("2024-01-01", "2024-07-20", freq="2D").strftime("%Y-%m-%d")
    rows = [[str(i), "Ann", "Acme", "Core", "Won", "2023-12-20", day, "10"] for i, day in enumerate(days)]
    moments = load_crm(write(tmp_path, rows)).moments
    assert moments.quarters["full"].tolist() == [True, True, False]
    assert moments.bookings_per_quarter.value == pytest.approx(10 * sum(day < "2024-07" for day in days) / 2)
    short = load_crm(write(tmp_path, rows[:20])).moments
    assert "scaled" in short.bookings_per_quarter.source
    assert short.bookings_per_quarter.value == pytest.approx(200 * 91.3125 / 39)


def test_too_many_lines_are_merged_and_wild_amounts_tamed(tmp_path: Path):
    rows = [[str(i), "Ann", "Acme", f"P{i}", "Won", "2024-01-01", "2024-02-01", "10"] for i in range(30)]
    rows += [[f"x{i}", "Ann", "Acme", "P0", "Won", "2024-01-01", "2024-02-01", "1e9"] for i in range(3)]
    data = load_crm(write(tmp_path, rows))
    assert len(data.lines) == 20
    assert found(data.quality, RepairKind.REPAIRED, "11 rarest") == 11
    assert found(data.quality, RepairKind.REPAIRED, "spread by more") == 1
    assert data.lines.set_index("line").loc["P0", "amount_log_sd"] == 3.0


def test_a_team_too_large_for_a_manager_is_split(tmp_path: Path):
    rows = [[str(i), f"S{i}", "Acme", "Core", "Won", "2024-01-01", "2024-02-01", "10"] for i in range(120)]
    data = load_crm(write(tmp_path, rows))
    sizes = data.sellers["manager"].value_counts().to_dict()
    assert sizes == {"All sellers": 50, "All sellers (2)": 50, "All sellers (3)": 20}
    assert found(data.quality, RepairKind.REPAIRED, "beyond the first 50") == 70
    assert tomllib.loads(scenario_text(data))["structure"]["span_of_control"] == 50


def test_teams_disagreeing_about_their_region_take_the_most_frequent(tmp_path: Path):
    write(tmp_path, [*SOUND, ["5", "Cy", "Acme", "Core", "Won", "2024-01-02", "2024-02-01", "100"]])
    teams = [["Ann", "Mia", "East"], ["Bo", "Mia", "West"], ["Dee", "Mia", "East"], ["Ann", "Max", "West"]]
    write(tmp_path, teams, ["sales_agent", "manager", "regional_office"], "sales_teams.csv")
    data = load_crm(tmp_path)
    assert data.sellers.set_index("seller")["manager"].to_dict() == {
        "Ann": "Mia",
        "Bo": "Mia",
        "Dee": "Mia",
        "Cy": "No manager recorded",
    }
    assert data.sellers.set_index("seller")["region"].to_dict() == {
        "Ann": "East",
        "Bo": "East",
        "Dee": "East",
        "Cy": "",
    }
    assert found(data.quality, RepairKind.NOTED, "without any opportunity") == 1
    assert len(data.active_sellers) == 3


def test_an_export_without_accounts_has_unnamed_ones(tmp_path: Path):
    header = [name for name in HEADER if name != "Account Name"]
    data = load_crm(write(tmp_path, [[*row[:2], *row[3:]] for row in SOUND], header))
    assert not data.quality.of(RepairKind.REPAIRED)
    unknown = [finding.what for finding in data.quality.of(RepairKind.UNKNOWN)]
    assert any(what.startswith("no account is recorded") for what in unknown)
    assert data.centres.frame.set_index("seller")["centres"].to_dict() == {"Ann": 2, "Bo": 1}  # Ann's two overlap
    scenario = scenario_of(scenario_text(data), data.name)
    assert [seller.accounts for seller in scenario.sellers] == [{NO_ACCOUNT: 2}, {NO_ACCOUNT: 1}]


def test_a_region_of_each_deal_is_none_of_teams_and_not_called_repaired(tmp_path: Path):
    header = [*HEADER, "Territory", "Manager"]
    rows = [[*row, ("East", "West")[i % 2], "Mia"] for i, row in enumerate(SOUND)]
    data = load_crm(write(tmp_path, rows, header))
    assert not data.quality.of(RepairKind.REPAIRED)
    assert found(data.quality, RepairKind.NOTED, "trait of each deal here") == 2
    assert set(data.sellers["region"]) == {""}


def test_a_seller_who_changed_has_the_manager_and_region_of_most_deals(tmp_path: Path):
    header = [*HEADER, "Territory", "Manager"]
    ann = [["East", "Max"], ["West", "Mia"], ["West", "Mia"]]
    rows = [[str(i), *SOUND[0][1:], *traits] for i, traits in enumerate(ann)]
    rows += [[f"b{i}", *row[1:], "East", "Max"] for i in range(2) for row in SOUND[2:]]
    rows += [[f"c{i}", "Cy", *SOUND[0][2:], "East", "Max"] for i in range(2)]
    data = load_crm(write(tmp_path, rows, header))
    assert data.sellers.set_index("seller").loc["Ann", ["manager", "region"]].tolist() == ["Mia", "West"]
    assert found(data.quality, RepairKind.NOTED, "under several managers") == 1


def test_spellings_and_typing_errors():
    changes = one_spelling({"GTX Pro": 5, "GTXPro": 9, "gtx-pro": 1}, ["GTX Pro"])
    assert changes == {"GTXPro": "GTX Pro", "gtx-pro": "GTX Pro"}
    assert one_spelling({"a b": 1, "AB": 2}) == {"a b": "AB"}
    known = ["technology", "Philippines", "Model 1", "retail"]
    changes = near_known(["technolgy", "Philipines", "Model 2", "retail"], known)
    assert changes == {"technolgy": "technology", "Philipines": "Philippines"}


def test_sellers_whose_names_are_nearly_alike_are_told_and_kept_apart(tmp_path: Path):
    assert alike(["Jon Smith", "Smith, John", "Jane Doe", "S 12", "S 13"]) == [("Jon Smith", "Smith, John")]
    data = load_crm(write(tmp_path, [*changed(0, owner="Anna Maria Lee"), ["9", "Ana Maria Lee", *SOUND[0][2:]]]))
    assert found(data.quality, RepairKind.NOTED, "nearly alike; kept apart") == 1
    assert {"Anna Maria Lee", "Ana Maria Lee"} < set(data.sellers["seller"])


@pytest.mark.parametrize("text", ["=1", "@x", "+cmd", "-cmd|' /C calc'!A0", "=HYPERLINK()"])
def test_what_a_spreadsheet_would_run_is_a_formula(text: str):
    assert is_formula(text)


@pytest.mark.parametrize("text", ["-5", "-", "+1 (2)", "-1,234.50", "Ann", "a=b", ""])
def test_numbers_and_names_are_no_formulas(text: str):
    assert not is_formula(text)


FAMILIAR = ["Won", "Lost", "Ann", "2024-01-02", "1/2/2024", "100", "-1", "=1"]
CELL = st.one_of(st.text(max_size=12), st.sampled_from(FAMILIAR))


@pytest.mark.slow
@settings(max_examples=20)
@given(rows=st.lists(st.lists(CELL, min_size=8, max_size=8), max_size=6))
def test_any_cells_give_a_scenario_or_one_sentence(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]):
    file = write(tmp_path_factory.mktemp("any"), [*SOUND, *rows])
    try:
        data = load_crm(file)
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
        return
    table = tomllib.loads(scenario_text(data))
    assert sum(line["share"] for line in table["lines"]) == pytest.approx(1)
    assert len(table["sellers"]) == len(data.active_sellers)
    assert 0 <= data.moments.win_rate.value <= 1
    assert all(0.0 <= finding.weight <= 1.0 for finding in data.quality.findings)
