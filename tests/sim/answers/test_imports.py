"""The report of an import: what matters first, every finding, model against data, what could not be known."""

import json
from pathlib import Path

import pandas as pd
import pytest

from sim.answers.imports import analysis_of, match_table, segment_table
from sim.cli import main as cli
from sim.crm import RepairKind, load_crm
from sim.crm.check import COLUMNS
from sim.crm.fit import Fit, usual_text
from sim.crm.segments import COLUMNS as SEGMENT_COLUMNS
from sim.scenario.scenario import Scenario

HEADER = "Opportunity ID,Owner,Account Name,Product,Stage,Created Date,Close Date,Amount\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Forty deals, one of a seller with a hostile name, a tenth without an amount."""
    rows = [
        f"{i},{'<script>x</script>' if i == 7 else 'Ann'},Acme {i},Core,Closed {'Won' if i % 2 else 'Lost'},"
        f"2024-01-02,2024-02-{1 + i % 28:02},{'' if i % 20 == 1 else 100}"
        for i in range(40)
    ]
    file = tmp_path / "deals.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return file


def run(*words: object) -> int:
    return cli._run(["crm", *map(str, words), "--no-fit"], debug=False)


def test_the_report_is_kept_as_a_page(export: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    page = tmp_path / "data.html"
    assert run(export, "--out", tmp_path / "mine.toml", "--quality", page) == 0
    said, text = capsys.readouterr().out, page.read_text(encoding="utf-8")
    assert "What matters first, by the rows or the money it touches:" in said
    assert "2. opportunities, amount: won without an amount" in " ".join(said.split())
    assert f"Wrote {tmp_path / 'mine.toml'} and {page}." in " ".join(said.split())
    for words in ("What matters first (2): opportunities, amount: won without an amount", "gross margin", "--ranges"):
        assert words in text
    assert "<script>x" not in text


def test_the_report_is_kept_as_data(export: Path, tmp_path: Path):
    file = tmp_path / "data.json"
    assert run(export, "--out", tmp_path / "mine.toml", "--quality", file, "--gross-margin", "40%") == 0
    record = json.loads(file.read_text(encoding="utf-8"))
    quality = pd.DataFrame(record["tables"]["quality"])
    left_out = quality[quality["what"].str.startswith("won without an amount")]
    assert left_out[["kind", "count", "total"]].to_numpy().tolist() == [[str(RepairKind.LEFT_OUT), 2, 20]]
    assert "win_rate" in record["tables"]["moments"]["measure"]
    assert "40 opportunities up to 28 February 2024, of which 20 are won and 0 open" in record["answer"][0]
    assert not record["seeds"]


def test_what_could_not_be_known_stands_before_all_tables(export: Path):
    data = load_crm(export)
    (note,) = analysis_of(data, Scenario.from_text(usual_text(data))).notes
    assert all(f" {what};" in note for what in ("hours", "quotas", "trust", "gross margin", "pay"))


def test_a_place_that_cannot_be_written_is_refused_before_the_work(export: Path, tmp_path: Path):
    assert run(export, "--out", tmp_path / "mine.toml", "--quality", tmp_path / "data.docx") == 2
    assert not (tmp_path / "mine.toml").exists()


def test_what_the_match_found_stands_in_it(export: Path):
    data = load_crm(export)
    text = usual_text(data)
    check = ("win_rate_qualified", "share", 0.5, 0.51, 0.5, 0.52, 0.4, 0.6, 0.45, 0.55, 0.02, True, "agrees")
    segment = ("cycle", "won", 20, 40.0, 2.0, 41.0, True)
    fit = Fit(
        text, pd.DataFrame([check], columns=list(COLUMNS)), 3, 8, 50, [],
        pd.DataFrame([segment], columns=list(SEGMENT_COLUMNS)),
    )  # fmt: skip
    assert segment_table(fit).rows == [["cycle: won", "20", "40 ± 3.9", "41", "within"]]
    assert match_table(fit).rows[0][-1] == "agrees (fitted)"
    page = analysis_of(data, Scenario.from_text(text), fit, "flywheel crm deals.csv").html()
    assert "50 seeds the search has not seen (3 rounds)" in page
    assert "1 of 1 within the sampling error of the data" in page
    assert "flywheel crm deals.csv" in page
