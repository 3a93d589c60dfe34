"""Every question is written as slides, workbook, page and JSON by the suffix of --out, from one small run."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pptx import Presentation

from sim.answers import media
from sim.cli import main as cli
from sim.studies.executor import Batch

TEAMS = """name = "teams"
[structure]
n_reps = 6
span_of_control = 3
[market]
accounts_per_rep = 12
[organization]
burn_in_weeks = 13
weeks = 39
"""
TARGETS = """scenario = "teams.toml"
[targets]
cycle_days = { low = 40, high = 70 }
[parameters]
market.cycle_weeks = { low = 3, high = 16 }
operations.admin_hours = {}
"""
STUDY = """scenario = "teams.toml"
design = "one-at-a-time"
seeds = 2
weeks = 13
[parameters]
"structure.product_specialists" = [0, 5]
"""
FILES = {"teams.toml": TEAMS, "targets.toml": TARGETS, "mine.toml": STUDY}
CASE = ["--case", "overlays: structure.product_specialists=4"]
QUESTIONS = {
    "run": ["run", "teams.toml"],
    "compare": ["compare", "teams.toml", *CASE, "--seeds", "3"],
    "capacity": ["capacity", "teams.toml", "--set", "organization.burn_in_weeks=52", "--seeds", "2", "--weeks", "26"],
    "retention": ["retention", "teams.toml", "--set", "organization.burn_in_weeks=52", "--seeds", "2", "--weeks", "26"],
    "sweep": ["sweep", "mine.toml", "--worlds", "2"],
    "sensitivity": ["sensitivity", "teams.toml", "--parameter", "operations.week_hours", "--parameter",
                    "buyers.value_scale", "--method", "both", "--trajectories", "4", "--samples", "16",
                    "--weeks", "13", "--worlds", "2"],
    "discover": ["discover", "teams.toml", *CASE, "--vary", "market.complexity=0.1:0.9", "--only", "--samples", "40",
                 "--seeds", "1", "--weeks", "13"],
    "invest": ["invest", "teams.toml", "--budget", "50000", "--lever", "training.hours_per_quarter", "--seeds", "4",
               "--fresh", "12", "--evaluations", "8"],
    "calibrate": ["calibrate", "targets.toml", "--particles", "50", "--populations", "2", "--runs", "200", "--workers",
                  "1"],
    "conditioned": ["calibrate", "targets.toml", "--worlds", "20", "--workers", "1"],
    "pilot": ["pilot", "teams.toml", "--lever", "operations.wip_limit=8", "--teams", "1", "--quarters", "1", "--worlds",
              "20", "--weeks", "52"],
    "why": ["why", "teams.toml", "--measure", "win_rate", "--seeds", "4", "--worlds", "2"],
    "deals": ["why", "teams.toml", *CASE, "--seeds", "2"],
    "wheel": ["wheel", "teams.toml", "--seeds", "5", "--worlds", "2"],
    "map": ["wheel", "teams.toml", "--map", "strategy.stretch=0,0.1", "--map", "strategy.over_assignment=0,0.1",
            "--seeds", "5"],
    "cut": ["wheel", "teams.toml", "--cut", "--window", "52", "--seeds", "5"],
}  # fmt: skip
KEPT = ("capacity", "retention", "calibrate", "conditioned", "pilot", "why", "deals", "wheel", "map", "cut")
"""What keeps seeds; comparisons and studies keep their runs, and are tested where they are."""
SLOW = ("sensitivity", "discover", "invest", "calibrate", "pilot", "wheel", "map", "cut")


@pytest.fixture
def everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Whatever is written, is written in every form."""
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    write = media.write_answer

    def all_forms(analysis, out, **how):
        for suffix in media.FORMS:
            write(analysis, out.with_suffix(suffix))
        return write(analysis, out, **how)

    monkeypatch.setattr(media, "write_answer", all_forms)
    return tmp_path


@pytest.mark.parametrize(
    "question",
    [pytest.param(name, marks=pytest.mark.slow if name in SLOW else []) for name in QUESTIONS if name != "sweep"],
)
def test_a_question_has_every_form_and_another_form_runs_nothing_again(question, everywhere, monkeypatch, capsys):
    assert cli._run([*QUESTIONS[question], "--out", "answer.pptx"], debug=False) == 0
    assert "Wrote answer.pptx" in capsys.readouterr().out
    found = read_again(everywhere)
    if question in KEPT:
        run, ran = Batch._run, []
        monkeypatch.setattr(Batch, "_run", lambda batch, seeds: ran.extend(seeds) or run(batch, seeds))
        assert cli._run([*QUESTIONS[question], "--out", "answer.xlsx"], debug=False) == 0
        assert (read_again(everywhere)["answer"], ran) == (found["answer"], [])


@pytest.mark.slow
def test_a_sweep_has_every_form_and_another_form_runs_nothing_again(everywhere, monkeypatch, capsys):
    assert cli._run([*QUESTIONS["sweep"], "--out", "answer.pptx"], debug=False) == 0
    assert "Its runs are kept in answer; " in capsys.readouterr().out
    read_again(everywhere)
    (everywhere / "answer.xlsx").unlink()
    monkeypatch.setattr("sim.engine.world.World.begin", None)
    assert cli._run([*QUESTIONS["sweep"], "--out", "answer.xlsx"], debug=False) == 0
    assert (everywhere / "answer.xlsx").is_file()


@pytest.mark.slow
@pytest.mark.parametrize("question", ["capacity", "retention", "deals", "cut", "wheel"])
def test_more_seeds_give_what_they_give_when_nothing_is_kept(question, everywhere):
    def asked(seeds: int, out: str) -> Any:
        words = ["wheel", "teams.toml"] if question == "wheel" else QUESTIONS[question]
        assert cli._run([*words, "--seeds", str(seeds), "--out", f"{out}.pptx"], debug=False) == 0
        record = json.loads((everywhere / f"{out}.json").read_text("utf-8"))
        return record["answer"], record["tables"], record["charts"]

    few = asked(5, "kept")
    more = asked(12, "kept")
    assert more == asked(12, "fresh") != few


def read_again(folder: Path) -> dict[str, Any]:
    """Open every form, hold them against each other, and give what the JSON says."""
    record = json.loads((folder / "answer.json").read_text("utf-8"))
    deck = Presentation(BytesIO((folder / "answer.pptx").read_bytes()))
    said = "\n".join(shape.text_frame.text for slide in deck.slides for shape in slide.shapes if shape.has_text_frame)
    assert record["charts"] or " is left out, because there are no values for it" in said
    drawn = [shape.chart for slide in deck.slides for shape in slide.shapes if shape.has_chart]
    assert len(drawn) == len(record["charts"])
    book = openpyxl.load_workbook(BytesIO((folder / "answer.xlsx").read_bytes()))
    assert len(book.sheetnames) == 3 + len(record["charts"]) + len(record["tables"])
    titles = [slide.shapes.title.text for slide in list(deck.slides)[1:]]
    assert titles[0] == "The answer"
    assert titles[-1] == "How to repeat it"
    assert [row.value for row in book["Answer"]["A"]][1:3] == [record["question"], record["answer"][0]]
    assert record["question"] in (folder / "answer.html").read_text("utf-8").replace("&#39;", "'")
    return record


def test_a_bad_place_ends_with_2_before_anything_runs(everywhere, monkeypatch, capsys):
    monkeypatch.setattr("sim.engine.world.World.begin", None)
    (everywhere / "open.xlsx").touch()
    (everywhere / ".~lock.open.xlsx#").touch()
    for words in QUESTIONS.values():
        for place, said in (("answer.pdf", "no answer is written as .pdf"), ("open.xlsx", "is open elsewhere")):
            assert cli._run([*words, "--out", place], debug=False) == 2
            assert said in capsys.readouterr().err
