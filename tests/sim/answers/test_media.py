"""The suffix chooses the form; what cannot be is refused before anything is run, and an earlier file is never lost."""

import json
import os
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from pptx import Presentation

from sim.answers import media
from sim.answers.analysis import Analysis, ReportSection, TextTable
from sim.answers.chart import Chart, ChartSeries
from sim.answers.compare.report import analysis_of
from sim.answers.media import FORMS, check_out, check_place, home_of, is_file, write_answer
from sim.answers.slides import pptx_bytes
from sim.answers.workbook import xlsx_bytes
from sim.cli.kept import runs_home
from sim.scenario.errors import DiskError, InputError

pytestmark = pytest.mark.usefixtures("drawn_once")
STARTS = {".pptx": b"PK", ".xlsx": b"PK", ".html": b"<!doctype html>", ".json": b"{"}


@pytest.fixture(scope="module")
def analysis(material) -> Analysis:
    return analysis_of(material)


@pytest.mark.parametrize("suffix", FORMS)
def test_the_suffix_chooses_the_form(analysis, suffix, tmp_path):
    for name in (f"answer{suffix}", f"LOUD{suffix.upper()}"):
        out = tmp_path / "new folder" / name
        check_place(out)
        assert write_answer(analysis, out) == out
        assert out.read_bytes().lower().startswith(STARTS[suffix].lower())
    assert len(list((tmp_path / "new folder").iterdir())) == 2, "no draft is left"


def test_a_name_without_suffix_is_a_folder(analysis, tmp_path):
    for name in ("answer", "v1.2", ".hidden"):
        check_place(tmp_path / name)
        assert not is_file(tmp_path / name)
    write_answer(analysis, tmp_path / "answer")
    assert {"report.html", "analysis.json", "effects.csv"} <= {path.name for path in (tmp_path / "answer").iterdir()}


def test_json_holds_all_of_it(analysis, tmp_path):
    out = write_answer(analysis, tmp_path / "answer.json")
    record = json.loads(out.read_text("utf-8"))
    assert record["answer"] == list(analysis.answer)
    assert record["charts"][0]["series"][0]["label"] == "difference"
    assert len(record["tables"]["effects"]["case"]) == len(analysis.tables["effects"])
    assert record["command"] == analysis.command


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("answer.pdf", "no answer is written as .pdf; name a file ending in .pptx, .xlsx, .html or .json, or a folder"),
        ("answer.PPT", "no answer is written as .ppt;"),
        ("report.toml", "this is a file; name a folder, or a file ending in .pptx"),
        ("file", "this is a file; name a folder"),
        ("folder.pptx", "is a folder; name a file, or a folder without the suffix .pptx"),
        ("file/answer.xlsx", "nothing can be written there (Not a directory)"),
        ("open.xlsx", "is open elsewhere (~$open.xlsx says so); close it there, or name another file"),
        ("shown.pptx", "is open elsewhere (.~lock.shown.pptx# says so)"),
    ],
)
def test_a_bad_place_is_one_sentence(name, said, tmp_path):
    (tmp_path / "folder.pptx").mkdir()
    for file in ("file", "report.toml", "open.xlsx", "~$open.xlsx", "shown.pptx", ".~lock.shown.pptx#"):
        (tmp_path / file).touch()
    with pytest.raises(InputError) as error:
        check_place(tmp_path / name)
    assert said in str(error.value)


def test_a_folder_that_exists_may_have_any_name(tmp_path):
    (tmp_path / "old.results").mkdir()
    check_place(tmp_path / "old.results")


@pytest.mark.parametrize(("suffix", "package"), [(".pptx", "python-pptx"), (".xlsx", "XlsxWriter")])
def test_a_missing_package_is_named(suffix, package, tmp_path, monkeypatch):
    monkeypatch.setattr(media, "find_spec", lambda _name: None)
    with pytest.raises(InputError, match=f"need {package}; install it with: pip install {package}"):
        check_place(tmp_path / f"answer{suffix}")
    check_place(tmp_path / "answer.html")


def test_a_file_that_may_not_be_changed_is_refused(tmp_path, monkeypatch):
    out = tmp_path / "answer.xlsx"
    out.touch()

    def denied(*_words, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(InputError, match=r"cannot be written: Permission denied; close it where it is open"):
        check_place(out)


def test_an_earlier_file_stays_where_the_new_one_fails(analysis, tmp_path, monkeypatch):
    out = tmp_path / "answer.html"
    out.write_text("earlier")

    def full(*_words):
        raise OSError(28, "No space left on device", str(out))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(DiskError, match="No space left on device"):
            write_answer(analysis, out)
    assert out.read_text() == "earlier"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.html"]
    monkeypatch.setattr(Analysis, "html", full)
    with pytest.raises(OSError, match="No space"):
        write_answer(analysis, out)
    assert out.read_text() == "earlier"


def test_a_file_opened_meanwhile_does_not_cost_the_answer(analysis, tmp_path, monkeypatch):
    out = tmp_path / "answer.json"
    out.write_text("open in Excel")
    replace = Path.replace

    def held(self, target):
        if Path(target).name == "answer.json":
            raise PermissionError(13, "Permission denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held)
    written = write_answer(analysis, out)
    assert written != out
    assert json.loads(written.read_text("utf-8"))["question"] == analysis.question
    assert out.read_text() == "open in Excel"


def test_runs_of_a_file_are_kept_in_a_folder_of_its_name(tmp_path):
    assert home_of(tmp_path / "deck.pptx") == home_of(tmp_path / "deck.xlsx") == home_of(tmp_path / "deck")
    (tmp_path / "deck").mkdir()
    (tmp_path / "deck" / "mine.txt").touch()
    with pytest.raises(InputError, match=r"deck holds other files \(mine.txt\), of an earlier version"):
        runs_home(tmp_path / "deck.pptx")
    check_out(tmp_path / "deck.pptx")


def test_texts_of_an_answer_lie_beside_its_file(analysis, tmp_path):
    object.__setattr__(analysis, "texts", {"calibrated.toml": 'name = "x"\n'})
    write_answer(analysis, tmp_path / "fit.json")
    assert (tmp_path / "fit-calibrated.toml").read_text() == 'name = "x"\n'


HOSTILE = ("a\x01b<&>\"'\x0b", "x" * 40_000, "", "\u202eabc 日本語 العربية", "=1+1", "[a]:*?/\\'")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_whatever_names_and_titles_hold_the_files_open_again(text, analysis):
    series = [ChartSeries(text, [0.5, float("nan")], [0.1, float("nan")], [0.9, float("inf")])]
    charts = [Chart(f"{kind} {text}", text, kind, [text, "b"], series, along=text) for kind in ("bar", "line")]
    table = TextTable([text, "n"], [[text, text]], (1,), text)
    hostile = replace(
        analysis, question=text, answer=[text], notes=[text], command=text, facts={text: text},
        sections=[ReportSection(text, text, tables=[table], charts=charts)],
        tables={text: pd.DataFrame({text: [text]})}, texts={},
    )  # fmt: skip
    assert len(Presentation(BytesIO(pptx_bytes(hostile))).slides) >= 6
    assert len(openpyxl.load_workbook(BytesIO(xlsx_bytes(hostile))).sheetnames) == 6
