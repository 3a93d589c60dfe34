"""The command explains to somebody who has never seen it, and gives data to a program."""

import json
import sys

import pytest

from sim.cli import main as cli

TOML = """
name = "small"
title = "A small organization"
[structure]
n_reps = 8
span_of_control = 4
[market]
accounts_per_rep = 40
[enablement]
alignment = 0.0
[organization]
burn_in_weeks = 26
weeks = 52
"""


@pytest.fixture
def small(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(TOML, encoding="utf-8")
    return tmp_path


def flywheel(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["flywheel", *words])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


def test_it_prints_a_chain_and_the_views(small, monkeypatch, capsys):
    out = small / "answer"
    words = ("why", "small.toml", "--measure", "win_rate", "--seeds", "4", "--out", str(out))
    assert flywheel(monkeypatch, *words) == 0
    text = capsys.readouterr().out
    assert "win rate \N{LEFTWARDS ARROW} " in text
    assert "1. Why? What lies behind win rate" in text
    assert "What managers see, what the CRM says, what is" in text
    tables = {f"{name}.{end}" for name in ("causes", "teams") for end in ("csv", "parquet")}
    written = tables | {"analysis.json", "why.png", "why.svg", "scenario.toml", "report.html"}
    assert {path.name for path in out.iterdir()} == written | {"runs"}
    assert (out / "why.png").read_bytes().startswith(b"\x89PNG")
    assert "4 pairs" in text


@pytest.mark.usefixtures("small")
def test_it_gives_json(monkeypatch, capsys):
    assert flywheel(monkeypatch, "why", "small.toml", "--measure", "win_rate", "--seeds", "4", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["verdict"] == "missed"
    assert data["goal"] is None
    assert data["ends"][0]["path"][0] == "win_rate"
    assert data["levels"][0]["causes"][0]["recovered"]["n"] == 4
    assert len(data["teams"]) == 2


def test_it_tells_why_deals_flip(small, monkeypatch, capsys):
    words = ("why", "small.toml", "--case", "aligned: enablement.alignment=0.9", "--seeds", "2", "--out", "deals")
    assert flywheel(monkeypatch, *words) == 0
    text = capsys.readouterr().out
    assert "With aligned, the difference in attainment is +" in text
    assert "first difference" in text
    names = {path.name for path in (small / "deals").iterdir()}
    tables = {f"{name}.{end}" for name in ("reasons", "deals") for end in ("csv", "parquet")}
    assert names == tables | {"analysis.json", "scenario.toml", "report.html", "runs"}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--measure", "atainment"), "there is no measure atainment; did you mean attainment?"),
        (("--measure", "cycle_days"), "no causes of cycle_days are declared"),
        (("--reference", "helthy"), "did you mean healthy?"),
        (("--case", "nothing"), 'a case is written "name: key=value, key=value"'),
        (("--case", "a: operations.wip_limit=8", "--goal", "1"), "do not go with it"),
        (("--seeds", "1"), "1 seeds are not allowed"),
    ],
)
def test_wrong_input_is_one_sentence(words, message, monkeypatch, capsys):
    assert flywheel(monkeypatch, "why", "small.toml", *words) == 2
    said = capsys.readouterr().err
    assert message in said
    assert "Traceback" not in said


@pytest.mark.usefixtures("small")
def test_a_measure_that_is_met_is_nothing_to_explain(monkeypatch, capsys):
    assert flywheel(monkeypatch, "why", "small.toml", "--goal", "0.01", "--seeds", "2", "--weeks", "26") == 0
    assert "Nothing to explain: attainment is " in capsys.readouterr().out
