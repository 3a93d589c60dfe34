"""Workbooks of an export are read as their sheets would be as text files."""

import datetime as dt
import zipfile

import openpyxl
import pytest

from sim.cli import main as cli
from sim.crm import load_crm
from sim.crm import sheets as sheets_module
from sim.crm.vocabulary import TABLES
from sim.scenario.errors import InputError

HEADER = ["Opportunity ID", "Opportunity Owner", "Account Name", "Stage", "Created Date", "Close Date", "Amount"]
ROWS = [
    [number, f"Seller {number % 3}", f"Account {number % 7}", "Closed Won" if number % 3 else "Closed Lost",
     dt.date(2024, 1 + number % 9, 1), dt.datetime(2024, 3 + number % 9, 15), 1000.0 * (1 + number % 5)]  # noqa: DTZ001 - cells have no zone
    for number in range(60)
]  # fmt: skip


def workbook(path, **tables):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in tables.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


@pytest.fixture
def export(tmp_path):
    return workbook(tmp_path / "export.xlsx", Deals=[HEADER, *ROWS], Notes=[["made by hand"]])


def test_a_workbook_is_read_as_the_same_rows_in_a_text_file(export, tmp_path):
    text = tmp_path / "text" / "deals.csv"
    text.parent.mkdir()
    lines = [HEADER, *([*row[:4], row[4].isoformat(), row[5].date().isoformat(), int(row[6])] for row in ROWS)]
    text.write_text("\n".join(",".join(map(str, line)) for line in lines), encoding="utf-8")
    from_book, from_text = load_crm(export), load_crm(text)
    assert from_book.opportunities.equals(from_text.opportunities)
    assert from_book.name == "export"
    assert list(from_book.files) == ["export.xlsx, sheet Deals"]


def test_sheets_of_a_workbook_are_tables_of_one_export(tmp_path):
    accounts = [["Account Name", "Industry"], *([f"Account {number}", "Software"] for number in range(7))]
    data = load_crm(workbook(tmp_path / "all.xlsx", Deals=[HEADER, *ROWS], Accounts=accounts))
    assert set(data.files.values()) == {"opportunities", "accounts"}
    assert set(data.accounts["sector"].astype(str).str.lower()) == {"software"}


def test_a_workbook_in_a_folder_is_found(export):
    assert len(load_crm(export.parent).opportunities) == len(ROWS)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 no workbook", "cannot be read as a workbook"),
        (b"", "cannot be read as a workbook"),
        (b"name,stage\n1,won\n", "cannot be read as a workbook"),
    ],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(content, told, tmp_path, capsys):
    (tmp_path / "export.xlsx").write_bytes(content)
    assert cli._run(["crm", str(tmp_path / "export.xlsx"), "--out", str(tmp_path / "mine.toml")], debug=False) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "Traceback" not in said


def test_an_empty_workbook_says_what_it_lacks(tmp_path):
    with pytest.raises(InputError, match="no sheet with a line of column names"):
        load_crm(workbook(tmp_path / "empty.xlsx", Sheet=[["only a header"]]))


def test_a_workbook_that_would_fill_memory_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(sheets_module, "MOST_UNPACKED", 100_000)
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 10_000_000)
    assert bomb.stat().st_size < 100_000
    with pytest.raises(InputError, match="unpacks to 10,000,000 bytes"):
        load_crm(bomb)


def test_fields_are_listed_with_the_names_they_are_known_by_in_80_columns(capsys, monkeypatch):
    monkeypatch.setattr("sim.cli.console.WIDTH", 80)
    assert cli._run(["crm", "--fields"], debug=False) == 0
    said = capsys.readouterr().out
    for one in (one for fields in TABLES.values() for one in fields):
        assert all(f"{crm}: {label}" in " ".join(said.split()) for crm, label in one.standard.items())
    assert max(map(len, said.splitlines()[:-1])) <= 80
    assert all(table in said for table in ("opportunities", "accounts", "products", "teams"))
