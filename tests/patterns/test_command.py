"""The commands `flywheel validate` and `flywheel scenarios --claims`."""

from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.cli import validate as installed
from sim.scenario import claims
from sim.scenario.errors import InputError
from tests.patterns.making import registry, runner
from tests.patterns.making.pattern import Effort, Finding, Number, Pattern, Plan
from tests.patterns.making.replay_file import Replay
from tests.patterns.making.replay_page import BEGIN, END
from tests.patterns.making.replays import Replayed
from tests.patterns.making.store import FOLDER

MISTAKES = [
    (["--seeds", "1"], "1 seeds are not allowed"),
    (["--draws", "-1"], "--draws -1 is not allowed"),
    (["--workers", "0"], "workers = 0 is not allowed"),
    (["--pattern", "S99"], "there is no pattern S99"),
    (["--page"], "holds no finding"),
    (["--studies", "--pattern", "S1"], "--studies runs pattern V2 alone"),
    (["--studies", "--changed"], "--studies runs pattern V2 alone"),
    (["--studies", "--seeds", "1"], "1 seeds are not allowed"),
]


def made_up(name: str) -> Pattern:
    def test(effort: Effort) -> Finding:
        if effort.progress:
            effort.progress(1, effort.seeds)
        numbers = (Number("seeds", float(effort.seeds), "seeds", None, None, effort.seeds, "many", met=True),)
        return Finding(name, "holds", f"{effort.seeds} seeds, {effort.draws} draws.", numbers)

    test.__module__ = "tests.patterns.sales"
    return Pattern(name, "Made up", "sales", ("F1",), Plan("", "", "", "", ""), test)


@pytest.fixture(autouse=True)
def never_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.engine.world.prepare", lambda: None)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name: made_up(name) for name in ("S1", "S2")}
    for module in (registry, runner, __import__("tests.patterns.making.page", fromlist=["page"])):
        if hasattr(module, "patterns"):
            monkeypatch.setattr(module, "patterns", lambda: known)


def run(*words: str) -> int:
    return cli._run(list(words), debug=False)


@pytest.mark.parametrize(("words", "sentence"), MISTAKES)
def test_a_mistake_is_one_sentence_before_anything_is_compiled(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("sim.engine.world.prepare", lambda: pytest.fail("it compiled"))
    assert run("validate", *words, "--out", str(tmp_path)) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.usefixtures("two")
def test_it_says_what_each_pattern_found_and_stores_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run("validate", "--seeds", "3", "--workers", "1", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "S1 holds (0 s): 3 seeds, 200 draws." in said
    assert "2 patterns: 2 holds." in said
    assert {file.name for file in (tmp_path / FOLDER).iterdir()} == {"S1.json", "S2.json"}
    assert "**Of 2 patterns: 2 holds.**" in (tmp_path / "validation.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("two")
def test_what_has_not_changed_is_not_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run("validate", "--seeds", "3", "--out", str(tmp_path)) == 0
    capsys.readouterr()
    assert run("validate", "--changed", "--seeds", "3", "--out", str(tmp_path)) == 0
    assert "has changed since" in capsys.readouterr().out
    (tmp_path / FOLDER / "S2.json").unlink()
    assert run("validate", "--changed", "--seeds", "3", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "S2 holds" in said
    assert "S1 holds (0 s)" not in said


@pytest.mark.usefixtures("two")
def test_one_pattern_is_run_again_and_the_other_kept(tmp_path: Path):
    assert run("validate", "--seeds", "3", "--out", str(tmp_path)) == 0
    assert run("validate", "--quick", "--pattern", "S2", "--out", str(tmp_path)) == 0
    text = (tmp_path / "validation.md").read_text(encoding="utf-8")
    assert "3 seeds, 200 draws." in text
    assert "6 seeds, 2 draws." in text


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("words", [["--pattern", "S1,S2"], ["--pattern", "S1", "--pattern", "S2"]])
def test_patterns_are_named_together_or_one_by_one(words: list[str], tmp_path: Path):
    assert run("validate", "--quick", *words, "--out", str(tmp_path)) == 0
    assert {file.name for file in (tmp_path / FOLDER).iterdir()} == {"S1.json", "S2.json"}


@pytest.mark.usefixtures("two")
def test_a_quick_run_never_writes_over_the_docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert run("validate", "--quick") == 0
    assert {str(file) for file in Path().iterdir()} == {"out"}


@pytest.mark.usefixtures("two")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "taken"
    file.write_text("")
    assert run("validate", "--quick", "--out", str(file)) == 2
    assert "taken is no folder" in capsys.readouterr().err
    assert run("validate", "--quick", "--out", str(file / "below")) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_studies_are_run_alone_and_shown_as_a_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    def result(replay: Replay, effort: Effort) -> Replayed:
        return Replayed(replay, 0.5, 0.4, 0.6, effort.seeds)

    monkeypatch.setattr("tests.patterns.replays.replayed", result)
    (tmp_path / "studies-replayed.md").write_text(f"by hand\n{BEGIN}{END}", encoding="utf-8")
    assert run("validate", "--studies", "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert "FLY-01: a week's course, those who took it" in said
    assert all(word in said for word in ("+50.0%", "outside by", "35.00"))
    assert "whose step is" in said
    assert {file.name for file in (tmp_path / FOLDER).iterdir()} == {"V2.json", "V2.png"}
    assert "Over 60 pairs of runs" in (tmp_path / "studies-replayed.md").read_text(encoding="utf-8")


def test_claims_are_listed_with_what_was_found(capsys: pytest.CaptureFixture[str]):
    assert run("scenarios", "--claims") == 0
    said = capsys.readouterr().out
    assert f"S2 {claims.verdicts()['S2']}" in said
    assert "flywheel wheel" in said
    assert all(claim in said for claim in claims.claims())


def test_an_installed_program_says_where_validation_lives():
    with pytest.raises(InputError, match=r"live in the source tree \(tests/patterns\): run `make validate` there"):
        installed.validate()
