"""What a column may hold is told by its content, suggested with the flag to say, and never used unheard."""

import csv
import time
from pathlib import Path

import pytest

from sim.crm import RepairKind, load_crm
from sim.scenario.errors import InputError

SECONDS = 20  # more than ten times what it takes, and less than a tenth of what it took
KNOWN = ["ID", "Owner", "Account", "Region of sale", "Status", "Created Date", "Close Date", "Amount"]


def export(folder: Path, header: list[str], **cells: str) -> Path:
    """Forty deals of four sellers with fourteen companies, closed 10 to 49 days after they were opened on one day."""
    file = folder / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow(header)
        for i in range(40):
            row = {
                "id": f"D{i}", "owner": f"Seller {'ABCD'[i % 4]}", "account": f"Firm {chr(65 + i % 14)}",
                "region": ("East", "West")[i % 2], "stage": ("Won", "Lost", "Talking")[i % 3],
                "created": "2024-01-02", "closed": f"{12 + i % 16}.02.2024", "amount": f"€ {1000 + 37 * i}",
            }  # fmt: skip
            rows.writerow((row | cells).values())
    return file


def renamed(**names: str) -> list[str]:
    fields = ["id", "owner", "account", "region", "stage", "created", "closed", "amount"]
    return [names.get(field, known) for field, known in zip(fields, KNOWN, strict=True)]


@pytest.mark.parametrize(
    ("field", "column", "holds"),
    [
        ("closed", "Ende", "dates: --map closed='Ende'"),
        ("created", "Anfang", "dates: --map created='Anfang'"),
        ("stage", "Ergebnis", "3 different texts, such as 'Won' and 'Lost': --map stage='Ergebnis'"),
        ("amount", "Summe", "amounts in EUR: --map amount='Summe'"),
        ("owner", "Wer", "4 names, 10.0 rows each: --map seller='Wer'"),
    ],
)
def test_a_column_is_suggested_by_what_it_holds(tmp_path: Path, field: str, column: str, holds: str):
    file = export(tmp_path, renamed(**{field: column}))
    with pytest.raises(InputError, match="no column found for") as error:
        load_crm(file)
    assert f"column '{column}' holds {holds}?" in str(error.value)
    assert "\n" not in str(error.value)
    assert len(load_crm(file, [holds.rpartition("--map ")[2].replace("'", "")]).opportunities) == 40


def test_a_field_that_may_be_left_out_is_suggested_in_the_report(tmp_path: Path):
    quality = load_crm(export(tmp_path, renamed(account="Kunde"))).quality
    (found,) = quality.of(RepairKind.SUGGESTED)
    assert found.what == "column 'Kunde' holds 14 names, 2.9 rows each: --map account='Kunde'"
    assert quality.first()[0].weight == 1.0
    assert found in quality.first()


LINES = {"Basic": 1_000, "Plus": 9_000, "Max": 70_000}


def with_team_and_line(folder: Path, line: str = "", boss: str = "") -> Path:
    """Sixty deals of six sellers in two teams, of three lines whose prices differ; what is given is in every row."""
    file = folder / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow([*KNOWN[:3], "Was", "Leitung", *KNOWN[4:]])
        for i in range(60):
            sold = list(LINES)[i % 7 % 3]
            over = ("Ada Berg", "Cem Dal")[i % 6 // 3]
            rows.writerow([
                f"D{i}", f"Seller {'ABCDEF'[i % 6]}", f"Firm {chr(65 + i % 14)}", line or sold, boss or over,
                ("Won", "Lost")[i % 2], "2024-01-02", "2024-02-12", LINES[sold] + 10 * i,
            ])  # fmt: skip
    return file


def test_lines_are_told_by_amounts_and_managers_by_sellers_of_their_own(tmp_path: Path):
    file = with_team_and_line(tmp_path)
    said = {found.what for found in load_crm(file).quality.of(RepairKind.SUGGESTED)}
    assert said == {
        "column 'Was' holds 3 names whose amounts differ: --map line='Was'",
        "column 'Leitung' holds 2 names, each with sellers of one's own: --map manager='Leitung'",
    }
    data = load_crm(file, ["line=Was", "manager=Leitung"])
    assert set(data.opportunities["line"]) == set(LINES)
    assert not data.quality.of(RepairKind.SUGGESTED)


def test_names_that_amounts_or_sellers_do_not_follow_are_no_lines_and_no_managers(tmp_path: Path):
    file = with_team_and_line(tmp_path)
    rows = list(csv.reader(file.open(encoding="utf-8")))
    for i, row in enumerate(rows[1:]):
        row[3], row[4] = ("Fair", "Web")[i // 7 % 2], ("Ada Berg", "Cem Dal")[i // 6 % 2]
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target).writerows(rows)
    assert not load_crm(file).quality.of(RepairKind.SUGGESTED)


@pytest.mark.parametrize("same", [{"line": "Basic"}, {"boss": "Ada Berg"}, {"boss": "North"}])
def test_one_name_alone_tells_nothing(tmp_path: Path, same: dict[str, str]):
    said = " ".join(
        found.what for found in load_crm(with_team_and_line(tmp_path, **same)).quality.of(RepairKind.SUGGESTED)
    )
    assert ("line=" in said) == ("line" not in same)
    assert ("manager=" in said) == ("boss" not in same)


def test_all_at_once_are_told_apart(tmp_path: Path):
    names = {"owner": "a", "account": "b", "region": "c", "stage": "d", "created": "e", "closed": "f", "amount": "g"}
    with pytest.raises(InputError, match="no column found for") as error:
        load_crm(export(tmp_path, renamed(**names)))
    for said in ("seller='a'", "account='b'", "stage='d'", "created='e'", "closed='f'", "amount='g'"):
        assert f"--map {said}?" in str(error.value)


def test_days_on_the_wrong_side_of_the_opening_are_no_close_date(tmp_path: Path):
    with pytest.raises(InputError, match=r"closed \(the day it was closed\): say --map closed='...'"):
        load_crm(export(tmp_path, renamed(closed="First seen"), closed="2023-05-01"))


def test_a_column_of_a_known_name_that_does_not_hold_it_is_said_beside_the_one_that_does(tmp_path: Path):
    file = export(tmp_path, ["Stage", "Owner", "Account", "Region", "Result", "Created Date", "Close Date", "Amount"])
    with pytest.raises(InputError, match="no stage means won") as error:
        load_crm(file)
    assert "column 'Stage' holds none; column 'Result' holds 3 different texts" in str(error.value)
    file = export(tmp_path, ["Close Date", *KNOWN[1:6], "Ended", "Amount"], id="")
    with pytest.raises(InputError, match="column 'Close Date' holds none; column 'Ended' holds dates: --map closed="):
        load_crm(file)


def test_what_is_said_is_not_questioned_and_nothing_is_suggested_without_need(tmp_path: Path):
    data = load_crm(export(tmp_path, KNOWN))
    assert not data.quality.of(RepairKind.SUGGESTED)
    said = load_crm(export(tmp_path, [*KNOWN[:7], "Value of it"]), ["amount=Value of it"])
    assert not said.quality.of(RepairKind.SUGGESTED)


def test_numbers_alone_are_no_names_and_numbers_of_days_no_dates(tmp_path: Path):
    with pytest.raises(InputError, match=r"seller \(.*\): say --map seller='...'") as error:
        load_crm(export(tmp_path, renamed(owner="x", region="y"), owner="17", region="4"))
    assert "--map seller='x'" not in str(error.value)
    with pytest.raises(InputError, match="column 'x' holds numbers: --map amount='x'"):
        load_crm(export(tmp_path, renamed(amount="x"), amount="45000"))


@pytest.mark.slow
def test_hundreds_of_columns_take_no_time(tmp_path: Path):
    file = tmp_path / "deals.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        rows = csv.writer(target)
        rows.writerow([f"c{i}" for i in range(400)])
        rows.writerows(
            [
                [(("Won", "Lost")[row % 2], f"Name {'ABCDEFGHI'[row % 9]}", 5 * row)[i % 3] for i in range(400)]
                for row in range(100)
            ]
        )
    begin = time.process_time()
    with pytest.raises(InputError, match="stage='c0'"):
        load_crm(file)
    assert time.process_time() - begin < SECONDS
