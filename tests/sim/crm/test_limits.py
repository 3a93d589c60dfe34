"""Exports too large or too odd for a scenario: refused in words of the export, or made a valid scenario, in seconds."""

import csv
import time
from pathlib import Path

import pytest

from sim.crm import RepairKind, load_crm, scenario_text
from sim.crm import limits as sizes
from sim.crm.assumed import assumed_settings
from sim.crm.clean import MOST_NAMED
from sim.crm.fit import fit
from sim.crm.limits import MATCHED_SELLERS, check_limits, check_matchable, scenario_of
from sim.crm.names import MOST_PAIRS
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.scenario.schema import LineSpec, SellerSpec

HEADER = ["ID", "Owner", "Account", "Product", "Stage", "Created Date", "Close Date", "Amount"]
SECONDS = 20  # more than ten times what it takes, and less than a tenth of what it took


def write(folder: Path, rows: list[list[str]], header: list[str] | None = None, name: str = "deals.csv") -> Path:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header or HEADER, *rows])
    return folder / name


def deal(i: int, **cells: str) -> list[str]:
    """One won or lost deal, with some cells said."""
    stage = "Won" if i % 2 else "Lost"
    usual = {"owner": "Ann", "account": "Acme", "line": "Core", "stage": stage, "created": "2024-01-02"}
    return [str(i), *(usual | {"closed": "2024-02-01", "amount": "100"} | cells).values()]


def test_the_limits_are_those_of_a_scenario():
    assert f"le={int(sizes.MOST_PRICE)}" in str(LineSpec.model_fields["price"].metadata).replace("000.0", "000")
    assert f"le={int(sizes.MOST_POTENTIAL)}" in str(SellerSpec.model_fields["potential"].metadata)
    assert f"le={sizes.MOST_CENTRES}" in str(SellerSpec.model_fields["accounts"].annotation)


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([deal(i, amount="1e11") for i in range(4)], "the mean amount won of Core is 100,000,000,000"),
        ([deal(i) for i in range(10_001)], "Ann has 10,001 opportunities of one product line open at once with Acme"),
        (
            [
                deal(i, owner=f"S{i}", line="Big" if i == 1 else "Small", amount="1e9" if i == 1 else "1")
                for i in range(3000)
            ],
            "the deals of S1 are 3,000 times those of others",
        ),
    ],
)
def test_what_no_scenario_can_hold_is_refused_in_words_of_the_export(
    tmp_path: Path, rows: list[list[str]], refusal: str
):
    with pytest.raises(InputError, match=refusal) as error:
        check_limits(load_crm(write(tmp_path, rows)))
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_more_sellers_than_seats_are_refused(tmp_path: Path):
    with pytest.raises(InputError, match="there are 50,001 sellers with opportunities"):
        check_limits(load_crm(write(tmp_path, [deal(i, owner=f"S{i}") for i in range(50_001)])))


@pytest.mark.slow
@pytest.mark.parametrize("account", ["Acme", ""])
def test_20000_sellers_are_refused_before_matching_and_written_without(tmp_path: Path, account: str):
    begin = time.process_time()
    data = load_crm(write(tmp_path, [deal(i, owner=f"S{i // 2}", account=account) for i in range(40_000)]))
    with pytest.raises(InputError, match=f"20,000 sellers; at most {MATCHED_SELLERS:,} can be matched"):
        fit(data)
    assert len(scenario_of(scenario_text(data), data.name).sellers) == 20_000
    assert time.process_time() - begin < SECONDS


def test_too_many_buying_centres_are_refused_before_matching(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    data = load_crm(write(tmp_path, [deal(i, account=f"A{i}") for i in range(40)]))
    check_matchable(data)
    monkeypatch.setattr(sizes, "MATCHED_SLOTS", 39)
    with pytest.raises(InputError, match="40 buying centres x 1 product lines; at most 39"):
        check_matchable(data)


def test_all_on_one_day_stays_in_the_ranges_and_says_so(tmp_path: Path):
    rows = [deal(i, created="2024-03-01", closed="2024-03-01", owner=f"S{i % 2}") for i in range(1000)]
    data = load_crm(write(tmp_path, rows))
    settings = assumed_settings(data, Scenario.from_text(scenario_text(data)))
    scenario_of(scenario_text(data, settings), data.name)
    kept = [found.what for found in data.quality.of(RepairKind.REPAIRED) if "the most it can be" in found.what]
    assert any(what.startswith("operations.needs_per_prospecting_hour would be") for what in kept)


def test_without_opening_days_the_load_is_that_of_the_band(tmp_path: Path):
    data = load_crm(write(tmp_path, [deal(i, created="") for i in range(40)]))
    scenario_of(scenario_text(data, assumed_settings(data, Scenario.from_text(scenario_text(data)))), data.name)


def test_what_is_left_is_said_of_the_export_and_not_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = scenario_text(load_crm(write(tmp_path, [deal(i) for i in range(4)])))
    with pytest.raises(InputError, match="no scenario can hold what deals says of structure n_reps") as error:
        scenario_of(text.replace("n_reps = 1 ", "n_reps = 0 "), "deals")
    assert "line " not in str(error.value)
    monkeypatch.setattr(sizes, "LARGEST_FILE", 1000)
    with pytest.raises(InputError, match="what is made of deals has 0 MB"):
        scenario_of(text, "deals")


def test_thousands_of_spellings_stages_and_near_names_take_no_time(tmp_path: Path):
    n = 6000
    write(tmp_path, [[f"Acount {i}"] for i in range(n)], ["account"], "accounts.csv")
    products = [[f"Produkt {i}", "5"] for i in range(MOST_PAIRS // n + 1)]
    write(tmp_path, products, ["product", "price"], "products.csv")
    rows = [deal(i, owner=("ann" if i % 2 else "ANN") + str(i // 2), line=f"Product{i} x") for i in range(n)]
    rows = [[*row[:4], row[4] if i % 2 else f"Stage {i}", *row[5:]] for i, row in enumerate(rows)]
    begin = time.process_time()
    data = load_crm(write(tmp_path, rows, name="deals.csv").parent)
    assert time.process_time() - begin < SECONDS
    assert len(data.sellers) == n // 2
    assert len(data.quality.findings) < 2 * MOST_NAMED
    assert any("too many to look for typing errors" in found.what for found in data.quality.findings)


def test_rows_that_all_have_other_cells_are_not_called_missing(tmp_path: Path):
    with pytest.raises(InputError, match="no row with as many cells as columns, of 3"):
        load_crm(write(tmp_path, [[*deal(i), ""] for i in range(3)]))


def test_a_split_team_may_have_the_name_of_another(tmp_path: Path):
    rows = [[*deal(i, owner=f"S{i // 2}"), "M (2)" if i < 10 else "M"] for i in range(260)]
    data = load_crm(write(tmp_path, rows, [*HEADER, "Manager"]))
    assert data.sellers["manager"].value_counts().max() == 50
    scenario_of(scenario_text(data), data.name)


def test_a_name_too_long_for_a_file_is_one_sentence(tmp_path: Path):
    with pytest.raises(InputError, match="cannot be read: File name too long"):
        load_crm(tmp_path / ("x" * 400 + ".csv"))


def test_an_odd_name_of_the_file_stays_text(tmp_path: Path):
    data = load_crm(write(tmp_path, [deal(i) for i in range(4)], name='x"]\x1b[1m\udcff.csv'))
    scenario_of(scenario_text(data), data.name)
