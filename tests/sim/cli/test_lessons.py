"""`flywheel lessons` and `flywheel check`: what they say of lessons, and the code they end with."""

import os
from pathlib import Path

import pytest

from scenarios import list_lessons
from sim.cli import main as cli
from sim.questions.lesson.reading import FOLDER
from sim.ui.server.codes import TRAINER_CODE
from tests.sim.ui.lessons.test_course import SMALL


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small lesson, as the current one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.toml").write_text(SMALL)
    return tmp_path


def flywheel(*words: str) -> int:
    return cli._run(list(words), debug=False)


def test_shipped_lessons_are_listed(capsys: pytest.CaptureFixture[str]):
    assert flywheel("lessons") == 0
    said = capsys.readouterr().out
    assert all(name in said for name in list_lessons())


def test_a_folder_is_listed_and_ends_with_2_if_one_is_broken(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert flywheel("lessons", "--folder", ".") == 0
    (folder / "worse.toml").write_text(SMALL.replace("minutes = 5", "minutes = 0"))
    capsys.readouterr()
    assert flywheel("lessons", "--folder", ".") == 2
    out, err = capsys.readouterr()
    assert "Small" in out
    assert err.startswith("worse.toml, line 3, minutes: 0 is not allowed")
    assert flywheel("lessons", "--folder", "nowhere") == 2
    assert "is no folder" in capsys.readouterr().err


def test_a_lesson_is_played_without_the_page(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert flywheel("lessons", "small.toml") == 0
    said = capsys.readouterr().out
    assert "2. Fork (weeks 13 to 26)" in said
    assert "as expected" in said
    (folder / "other.toml").write_text(SMALL.replace('expect = "rises"', 'expect = "falls"'))
    assert flywheel("lessons", "other.toml") == 1
    assert "1 measured otherwise than the lesson expects" in capsys.readouterr().out


def test_check_reads_lessons_and_scenarios(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "worse.toml").write_text(SMALL + "[[chapters]]\ntitle = 3\n")
    (folder / "scenario.toml").write_text("[structure]\nn_reps = 6\n")
    assert flywheel("check", "small.toml") == 0
    assert "a lesson of 3 chapters" in capsys.readouterr().out
    assert flywheel("check", "worse.toml") == 2
    assert "[chapters 4] title: 3 is not allowed; it must be a title" in capsys.readouterr().err
    assert flywheel("check", "scenario.toml") == 0
    assert "parameters differ from their defaults" in capsys.readouterr().out
    assert flywheel("check", "nowhere.toml") == 2


def test_the_page_is_given_the_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(FOLDER, "")
    monkeypatch.setenv(TRAINER_CODE, "Sesame99")
    monkeypatch.setattr("sim.ui.server.start.serve", lambda *_: None)
    assert flywheel("app", "--lessons", "nowhere") == 2
    assert "is no folder" in capsys.readouterr().err
    assert flywheel("app", "--lessons", ".", "--port", "8949", "--no-browser") == 0
    assert os.environ[FOLDER] == str(folder)
