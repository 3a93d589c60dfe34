"""flywheel wheel: what it prints and writes, and what it refuses."""

import json

import numpy as np
import pytest

from sim.answers.wheel.cut import analysis_of
from sim.answers.wheel.words import cut_rows, interval_text, restart_lines, ring_lines, summary_lines, wheel_data
from sim.cli.main import _run
from sim.questions.wheel.gain import read_push
from sim.questions.wheel.hysteresis import Restart
from sim.scenario.errors import InputError
from sim.studies.statistics import mean_interval

TINY = """
name = "tiny"
format_version = 1
[structure]
n_reps = 4
[market]
accounts_per_rep = 12
[organization]
burn_in_weeks = 26
"""


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TINY, encoding="utf-8")
    return str(path)


def test_it_prints_the_ring_and_writes_json_and_figures(tiny, tmp_path, capsys):
    out = tmp_path / "out"
    code = _run(["wheel", tiny, "--cut", "--seeds", "5", "--window", "52", "--out", str(out)], debug=False)
    said = capsys.readouterr().out
    assert code == 0
    for word in ("1  capability", "back to capability", "friction"):
        assert word in said
    assert {"report.html", "analysis.json", "ring.svg", "ring.png", "stages.csv", "runs"} <= {
        path.name for path in out.iterdir()
    }
    assert json.loads((out / "analysis.json").read_text("utf-8"))["seeds"] == 5


def test_it_says_how_the_wheel_moves_and_writes_a_report(tiny, tmp_path, capsys):
    out = tmp_path / "moves"
    assert _run(["wheel", tiny, "--seeds", "5", "--workers", "2", "--out", str(out)], debug=False) == 0
    said = capsys.readouterr().out
    for word in ("cannot be told with 5 seeds", "Weakest link", "bookings for a unit of it", "Left to coast"):
        assert word in said
    names = {path.name for path in out.iterdir()}
    assert {"report.html", "analysis.json", "years.csv", "pushes.csv", "links.csv", "speed.svg", "echo.png"} <= names
    facts = json.loads((out / "analysis.json").read_text("utf-8"))
    assert facts["kind"] == "wheel"


def test_a_map_needs_two_levers(tiny, capsys):
    assert _run(["wheel", tiny, "--seeds", "5", "--map", "strategy.stretch=0,0.2"], debug=False) == 2
    assert "a map has two levers" in capsys.readouterr().err
    words = ["wheel", tiny, "--seeds", "5", "--map", "strategy.stretch=0", "--map", "strategy.over_assignment=0,0.1"]
    assert _run(words, debug=False) == 0
    assert "strategy.over_assignment" in capsys.readouterr().out


def test_json_and_nothing_else(tiny, capsys):
    words = ["wheel", tiny, "--seeds", "5", "--window", "52", "--json", "--sweep", "training.hours_per_quarter=0,10"]
    assert _run(words, debug=False) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["stages"][0]["name"] == "capability"
    assert data["sweep"]["values"] == [0.0, 10.0]
    assert set(data["run"]) == {"speed_per_year", "friction_hours_per_rep_week", "index_at_end"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--loop", "sale"], "did you mean sales?"),
        (["--push", "0%"], "nothing comes round from none"),
        (["--push", "much"], "--push much is not allowed"),
        (["--seeds", "0"], "--seeds 0 is not allowed"),
        (["--seed", "-1"], "seed = -1"),
        (["--sweep", "training.hours_per_quarter"], "--sweep training.hours_per_quarter is not understood"),
        (["--sweep", "training.hour=1,2"], "training.hour"),
        (["--set", "mechanisms.coordination=false", "--set", "structure.product_specialists=0", "--loop", "DEAD"],
         "is constantly zero here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_one_sentence_and_exit_code_2(words, said, tiny, tmp_path, capsys):
    dead = tmp_path / "dead.toml"
    dead.write_text(
        '[[stages]]\nname = "talk"\nfields = ["reps.hours_coordination"]\n'
        '[[stages]]\nname = "trust"\nfields = ["reps.rep_trust"]\n',
        encoding="utf-8",
    )
    asked = [str(dead) if word == "DEAD" else word for word in words]
    assert _run(["wheel", tiny, "--cut", "--window", "52", *asked], debug=False) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Traceback" not in error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--window", "52"], "add --cut"),
        (["--push", "3%"], "add --cut"),
        (["--cut", "--map", "strategy.stretch=0", "--map", "strategy.ratchet=0"], "leave out --cut"),
    ],
)
def test_words_that_say_nothing_to_what_is_asked_are_refused(words, said, tiny, capsys):
    assert _run(["wheel", tiny, *words], debug=False) == 2
    assert said in capsys.readouterr().err


def test_a_push_is_read():
    assert read_push("5%") == read_push("0.05") == 0.05
    with pytest.raises(InputError):
        read_push("five")


def test_words_for_a_wheel(turned):
    assert len(ring_lines(turned)) == 2 * len(cut_rows(turned)) == 10
    assert summary_lines(turned)[0].startswith("Gain ")
    data = wheel_data(turned)
    assert data["stages"][0]["gain"]["n"] == 6
    assert json.loads(json.dumps(data, allow_nan=False)) == data, "no number that JSON does not know"


def test_the_figure_is_drawn(turned):
    ring = analysis_of(turned, range(6), (), wheel_data(turned)).sections[0].drawings[0]
    assert ring.figure().axes[0].texts
    assert len(ring.png()) > 1000


def known(speeds, seeds=8):
    """Restarts whose speeds are known, by spend 0, 1, 2."""
    return Restart(np.array([0.0, 1.0, 2.0]), np.tile(np.array(speeds, dtype=float), (seeds, 1)), np.full(seeds, 100.0))


def test_what_is_not_known_is_said():
    assert interval_text(mean_interval([])) == "not known"
    assert interval_text(mean_interval([1.0])) == "1.00"
    assert interval_text(mean_interval([-0.001])) == "0.00"
    assert "not even 2 times" in restart_lines(known([50, 60, 70]))[0]
    assert "not known" in restart_lines(known([80, 90, 100], seeds=1))[0]
