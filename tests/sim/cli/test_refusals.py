"""Every command refuses what cannot be before it compiles or simulates anything, in one sentence, with exit code 2."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer

from sim.cli import main as cli
from sim.studies.run import run_study
from sim.studies.worlds import worlds, worlds_text
from tests.studies import fake_plan, fake_run

TARGETS = """scenario = "tiny.toml"
[targets]
cycle_days = { low = 40, high = 70 }
[parameters]
market.cycle_weeks = { low = 3, high = 16 }
operations.admin_hours = {}
"""
CASE = ["--case", "few: operations.wip_limit=4"]
ASKED = {
    "demo": [],
    "run": ["tiny.toml"],
    "compare": ["tiny.toml", *CASE],
    "app": [],
    "verify": ["tiny.toml"],
    "match": ["--out", "fresh"],
    "capacity": ["baseline"],
    "retention": ["baseline"],
    "pilot": ["baseline", "--lever", "training.hours_per_quarter=+12"],
    "sweep": ["overlays_and_training"],
    "sensitivity": ["baseline"],
    "discover": ["tiny.toml", *CASE],
    "invest": ["baseline", "--budget", "500000"],
    "calibrate": ["targets.toml"],
    "why": ["baseline"],
    "wheel": ["baseline"],
    "validate": ["--pattern", "S1"],
    "study resume": ["kept"],
}
"""What is asked of each command that takes a number, so that the number alone is wrong."""

BESIDE = {("compare", "--max-seeds"): ["--precision", "2%"], ("wheel", "--window"): ["--cut"]}
"""What has to stand beside a number for it to be looked at."""

NEEDS = {"calibrate": "pyabc", "discover": "sklearn", "app": "solara"}

TOO_FEW = [
    ("demo", ["--seeds", "1"], "1 seeds are not allowed"),
    ("compare", ["--seeds", "1"], "1 seeds are not allowed"),
    ("compare", ["--precision", "2%", "--max-seeds", "1"], "1 seeds are not allowed"),
    ("verify", ["--seeds", "1"], "give at least 2"),
    ("capacity", ["--seeds", "1"], "1 seeds are not allowed"),
    ("retention", ["--seeds", "1"], "1 seeds are not allowed"),
    ("retention", ["--weeks", "12"], "no whole quarter"),
    ("match", ["--screening", "127"], "it must be from 128"),
    ("pilot", ["--worlds", "19"], "a verdict takes at least 20"),
    ("sweep", ["--seeds", "1"], "seeds = 1 is not enough"),
    ("sensitivity", ["--seeds", "1"], "fewer than 2"),
    ("sensitivity", ["--trajectories", "3"], "trajectories = 3 is not allowed"),
    ("sensitivity", ["--samples", "100"], "a power of 2"),
    ("discover", ["--samples", "39"], "39 samples are not allowed"),
    ("invest", ["--fresh", "8"], "--fresh 8 is not allowed"),
    ("invest", ["--fresh", "8", "--goal", "loop_gain"], "--fresh 8 is not allowed"),
    ("invest", ["--seeds", "3"], "--seeds 3 is not allowed"),
    ("invest", ["--worlds", "9", "--robust", "regret"], "--worlds 9 is not allowed"),
    ("calibrate", ["--particles", "49"], "49 particles are not allowed"),
    ("why", ["--seeds", "1"], "1 seeds are not allowed"),
    ("why", [*CASE, "--seeds", "1"], "1 seeds are not allowed"),
    ("wheel", ["--seeds", "3"], "--seeds 3 is not allowed"),
    ("validate", ["--seeds", "1"], "1 seeds are not allowed"),
]
OTHER = [
    ("run", ["--set", "structure.n_reps=0"], "[structure] n_reps: 0"),
    ("compare", ["--measure", "profit"], "no measure profit"),
    ("compare", ["--precision", "0%"], "precision"),
    ("compare", ["--target", "bookings"], "write MEASURE>=VALUE"),
    ("compare", ["--worlds", "nine"], "it must be a whole number"),
    ("compare", ["--ranges"], "marks no [[unknowns]]"),
    ("pilot", ["--teams", "6"], "6 pilot teams of 6"),
    ("pilot", ["--quarters", "5"], "a whole number from 1 to 4"),
    ("pilot", ["--weeks", "26"], "a run of 26 weeks is too short"),
    ("sweep", ["--executor", "thread"], 'unknown executor "thread"'),
    ("sweep", ["--shard", "5/4"], "there is no such part"),
    ("sweep", ["--worlds", "9000"], "9000 plausible worlds are not to be had"),
    ("sweep", ["--worlds", "2", "--shard", "1/4"], "give it to the command without --shard"),
    ("sensitivity", ["--method", "monte"], "is not known"),
    ("sensitivity", ["--worlds", "226", "--seeds", "8"], "57,856 runs, and 50,000 are the most"),
    ("sensitivity", ["--parameter", "operations.wip_limits"], "did you mean operations.wip_limit?"),
    ("discover", ["--vary", "market.complexities"], "did you mean market.complexity?"),
    ("discover", ["--only", "--worlds-of", "worlds.json"], "--only draws no plausible worlds"),
    ("discover", ["--worlds-of", "none.json"], "none.json is no file of plausible worlds"),
    ("pilot", ["--worlds-of", "none.json"], "none.json is no file of plausible worlds"),
    ("invest", ["--worlds-of", "worlds.json", "--seeds", "12"], "which plausible worlds are drawn, and none are"),
    ("invest", ["--lever", "training.hours"], "training.hours"),
    ("invest", ["--goal", "profit"], "profit"),
    ("calibrate", ["--fit", "market.cycle_week"], "did you mean market.cycle_weeks?"),
    ("why", ["--measure", "profit"], "profit"),
    ("why", [*CASE, "--worlds", "2"], "--worlds do not go with it"),
    ("why", ["--reference", "nosuch"], "no shipped scenario"),
    ("why", ["--goal", "nan", "--out", "fresh"], "goal = nan is not allowed"),
    ("why", ["--goal", "inf", "--out", "fresh"], "goal = inf is not allowed"),
    ("invest", ["--budget", "nan"], "a budget of nan is not allowed"),
    ("invest", ["--budget", "1e300"], "a budget of 1e+300 is not allowed"),
    ("invest", ["--budget", "much"], "'--budget': it must be a number"),
    ("compare", ["--seeds", "1e20"], "'--seeds': it must be a whole number"),
    ("pilot", ["--threshold", "inf"], "it must be a number from -1 to 5"),
    ("wheel", ["--cut", "--window", "5"], "a window of 5 weeks"),
    ("wheel", ["--loop", "x" * 300], "File name too long"),
    ("wheel", ["--sweep", "training.hours_per_quarter=6"], "at least two values"),
    ("wheel", ["--worlds", "2", "--cut"], "--worlds says how the wheel moves"),
    (
        "wheel",
        ["--restart", "--set", "training.hours_per_quarter=0", "--set", "enablement.coaching_hours_per_month=0"],
        "no upkeep",
    ),
    ("study resume", ["--executor", "thread"], 'unknown executor "thread"'),
]


def commands(app: typer.Typer, above: str = "") -> Iterator[tuple[str, Callable[..., None]]]:
    """Give every command with its words."""
    for command in app.registered_commands:
        yield f"{above}{command.name or command.callback.__name__}", command.callback
    for group in app.registered_groups:
        yield from commands(group.typer_instance, f"{group.name} ")


NUMBERS = [
    (name, f"--{option.replace('_', '-')}")
    for name, command in commands(cli.app)
    for option, kind in get_type_hints(command).items()
    if kind is int or int in get_args(kind)
]
"""Every option that takes a whole number; none of them takes one below 0."""

BEYOND = [
    (name, f"--{option.replace('_', '-')}", number + step)
    for name, command in commands(cli.app)
    for option, kind in get_type_hints(command, include_extras=True).items()
    for info in getattr(kind, "__metadata__", ())
    for end, step in (("least", -1), ("most", 1))
    if (number := getattr(info, end, None)) is not None
]
"""What lies just beyond the ends that options show."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the commands are asked about."""
    folder = tmp_path_factory.mktemp("refusals")
    (folder / "tiny.toml").write_text('name = "tiny"\n[structure]\nn_reps = 2\n', encoding="utf-8")
    (folder / "targets.toml").write_text(TARGETS, encoding="utf-8")
    (folder / "worlds.json").write_text(worlds_text(worlds(3), "three of them"), encoding="utf-8")
    run_study(fake_plan(cases=1, seeds=2), folder / "kept", workers=1, run=fake_run)
    return folder


@pytest.fixture
def refuses(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    def check(name: str, words: list[str]) -> str:
        if name in NEEDS and find_spec(NEEDS[name]) is None:
            pytest.skip(f"{NEEDS[name]} is not installed")
        monkeypatch.chdir(home)
        monkeypatch.setattr("sim.engine.compiler.ensure_compiled", lambda *_, **__: pytest.fail("it compiled"))
        monkeypatch.setattr("sim.engine.world.World.advance", lambda *_: pytest.fail("it simulated"))
        assert cli._run([*name.split(), *ASKED[name], *words], debug=False) == 2
        said = capsys.readouterr().err.strip()
        assert len(said.splitlines()) == 1, said
        return said

    return check


def test_every_command_that_takes_a_number_is_looked_at():
    assert {name for name, _ in NUMBERS} == set(ASKED)


@pytest.mark.parametrize(("name", "option"), NUMBERS)
def test_a_number_that_cannot_be_is_refused_at_once(name: str, option: str, refuses):
    said = refuses(name, [option, "-1", *BESIDE.get((name, option), [])])
    assert "-1" in said or option in said


@pytest.mark.parametrize(("name", "option", "number"), BEYOND)
def test_what_lies_beyond_the_ends_an_option_shows_is_refused_by_the_question_itself(name, option, number, refuses):
    said = refuses(name, [option, str(number), *BESIDE.get((name, option), [])])
    assert str(number) in said or f"{number:,}" in said


@pytest.mark.parametrize(("name", "words", "sentence"), TOO_FEW)
def test_too_few_runs_to_say_anything_are_refused_at_once(name: str, words: list[str], sentence: str, refuses):
    assert sentence in refuses(name, words)


@pytest.mark.parametrize(("name", "words", "sentence"), OTHER)
def test_anything_else_that_cannot_be_is_refused_at_once(name: str, words: list[str], sentence: str, refuses):
    assert sentence in refuses(name, words)
