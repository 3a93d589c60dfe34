"""A question in a file: the command line it stands for, and what is refused."""

import json
import sys
from pathlib import Path

import pytest
import typer

from sim.cli.ask import read_request
from sim.cli.main import app
from sim.cli.questions import QUESTIONS, words_of
from sim.scenario.errors import InputError

COMMANDS = typer.main.get_command(app).commands


def words(**request):
    return words_of(request)


def test_every_question_is_a_command():
    assert set(QUESTIONS) <= COMMANDS.keys()


def test_a_request_is_the_command_that_would_be_typed():
    assert words(question="compare", scenario="baseline", case=["a: x=1", "b: x=2"], seeds=50, from_start=True) == [
        "compare", "--case=a: x=1", "--case=b: x=2", "--seeds=50", "--from-start", "--", "baseline",
    ]  # fmt: skip


def test_a_switch_that_is_off_is_left_out_or_said_by_its_own_flag():
    assert words(question="compare", scenario="x", from_start=False) == ["compare", "--", "x"]
    assert words(question="sensitivity", scenario="x", from_start=False)[1] == "--from-today"


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({}, "^question is missing; choose one of run, compare, .*, wheel$"),
        ({"question": "comparison"}, "did you mean compare"),
        ({"question": "app"}, 'question = "app": there is no such question'),
        ({"question": "compare", "scenari": "x"}, r"^scenari: compare takes no such thing; did you mean scenario\?$"),
        ({"question": "sensitivity", "zz": "x"}, "^zz: sensitivity takes no such thing; it takes scenario, .*, json$"),
        ({"question": "compare", "scenario": "x", "seeds": [2, 3]}, r"seeds = \[2, 3\]: it is given once"),
        ({"question": "compare", "scenario": "x", "seeds": []}, r"seeds = \[\]: it is given once"),
        ({"question": "compare", "scenario": ["x", "y"]}, "it is given once"),
        ({"question": "compare", "scenario": "x", "from_start": "yes"}, "it must be true or false"),
        ({"question": "compare", "scenario": {"a": 1}}, "it must be a word or a number"),
        ({"question": "compare", "scenario": "x", "seeds": True}, "it must be a word or a number"),
        ({"question": "compare", "scenario": None}, "it must be a word or a number"),
    ],
)
def test_what_a_command_does_not_take_is_refused(request_, told):
    with pytest.raises(InputError, match=told):
        words_of(request_)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.toml", "question = ", "is no TOML"),
        ("a.json", "{", "is no JSON"),
        ("a.json", "[1]", "holds no table"),
        ("a.toml", b"\xff\xfe", "cannot be read: it is no UTF-8 text; save it as UTF-8$"),
        ("a.toml", "x" * 1_000_001, "larger than"),
        ("a.json", "[" * 100_000, "is no JSON: it is nested too deeply$"),
        ("a.json", '{"seeds": 2, "seeds": 3}', "seeds is given twice"),
    ],
)
def test_a_file_that_is_no_question_is_refused_in_a_sentence(tmp_path, name, content, told):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=told):
        read_request(file)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_without_end_is_refused_at_once():
    with pytest.raises(InputError, match=r"^/dev/zero is larger than 1,000,000 bytes"):
        read_request(Path("/dev/zero"))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        read_request(tmp_path / "none.toml")


def test_it_answers_as_the_command_does_and_says_how_it_is_repeated(tmp_path, monkeypatch, capsys):
    file, out = tmp_path / "plan.json", tmp_path / "plan"
    asked = {"question": "run", "scenario": "baseline", "weeks": 13, "out": str(out)}
    file.write_text(json.dumps(asked), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["flywheel", "ask", str(file)])
    app(args=["ask", str(file)], prog_name="flywheel", standalone_mode=False)
    assert "bookings" in capsys.readouterr().out.lower()
    assert json.loads((out / "analysis.json").read_text(encoding="utf-8"))["command"].startswith(
        "flywheel run --weeks=13"
    )
