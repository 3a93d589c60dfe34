"""The folder of an answer: put in place whole, beside runs that stay where they are; what is not ours is refused."""

import errno
import json
import threading
from pathlib import Path

import pytest

from sim.scenario.errors import DiskError, InputError
from sim.studies.folders import ANSWER, RUNS, check_folder, fresh_folder


def put(folder: Path, *names: str) -> None:
    with fresh_folder(folder) as draft:
        (draft / ANSWER).write_text(json.dumps({"program": "sales-flywheel", "of": names}))
        for name in names:
            (draft / name).write_text(f"{name} of {names}")


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def answered(tmp_path: Path) -> Path:
    """An answer of two tables, and a run that is kept beside it."""
    folder = tmp_path / "answer"
    (folder / RUNS).mkdir(parents=True)
    (folder / RUNS / "kept").write_text("hours of work")
    put(folder, "a.csv", "b.csv")
    return folder


def test_another_answer_leaves_no_file_of_the_earlier_one_and_runs_where_they_are(answered: Path):
    before = (answered / RUNS).stat().st_ino
    put(answered, "b.csv", "c.csv")
    assert set(contents(answered)) == {ANSWER, "b.csv", "c.csv", f"{RUNS}/kept"}
    assert (answered / "b.csv").read_text() == "b.csv of ('b.csv', 'c.csv')"
    assert (answered / RUNS).stat().st_ino == before, "somebody may be at them"
    assert {path.name for path in answered.iterdir()} == {ANSWER, "b.csv", "c.csv", RUNS}


@pytest.mark.parametrize("fails_at", range(1, 7))
def test_a_move_that_fails_leaves_the_earlier_answer(answered: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int):
    before, replace, calls = contents(answered), Path.replace, []

    def failing(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == fails_at:
            raise OSError(errno.EIO, "Input/output error", str(path))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(InputError, match="Input/output error"):
        put(answered, "b.csv", "c.csv")
    assert contents(answered) == before


def test_answers_written_at_the_same_time_take_turns(tmp_path: Path):
    def ask(who: str) -> None:
        try:
            for turn in range(20):
                put(tmp_path / "answer", *(f"{who}{turn}{number}.csv" for number in range(5)))
        except InputError as error:
            refused.append(error)

    refused: list[InputError] = []
    askers = [threading.Thread(target=ask, args=(who,)) for who in "abc"]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert not refused
    assert len({name[0] for name in contents(tmp_path / "answer") if name != ANSWER}) == 1
    assert len(list((tmp_path / "answer").iterdir())) == 6


def test_what_a_killed_writer_left_is_cleared_away(answered: Path):
    (answered / ".draft-killed" / ".draft-").mkdir(parents=True)
    (answered / ".draft-lock").touch()
    put(answered, "c.csv")
    assert {path.name for path in answered.iterdir()} == {ANSWER, "c.csv", RUNS}


def test_an_answer_that_fails_leaves_no_folder_made_for_it(tmp_path: Path):
    with pytest.raises(InputError, match="No space left"), fresh_folder(tmp_path / "new" / "answer"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_folder_under_a_link_to_nothing_is_refused_before_anything_runs(tmp_path: Path):
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for link, said in (("gone", "No such file"), ("loop", "Too many levels of symbolic links")):
        with pytest.raises(InputError, match=rf"(nothing can be written there \(|cannot be used: ){said}"):
            check_folder(tmp_path / link / "answer")


@pytest.mark.parametrize(
    ("name", "said"),
    [("x" * 300, "File name too long"), ("a\0b", "embedded null"), ("\ud800", "surrogates not allowed")],
)
def test_a_name_no_folder_can_have_is_refused_in_a_sentence(tmp_path: Path, name: str, said: str):
    with pytest.raises(InputError, match=rf"cannot be used: .*{said}"), fresh_folder(f"{tmp_path}/{name}"):
        pass
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_in_the_words_of_the_system(tmp_path: Path):
    with pytest.raises(DiskError, match=r"written: No space left on device$"), fresh_folder(tmp_path):
        raise OSError(errno.ENOSPC, "Error writing bytes to file. Detail: [errno 28] No space left on device")


def test_a_folder_within_an_answer_is_not_ours_and_nothing_is_lost(answered: Path):
    (answered / "study").mkdir()
    (answered / "study" / "part").write_text("an earlier version's")
    before = contents(answered)
    with pytest.raises(
        InputError, match=r"holds other files \(study\), of an earlier version or another program; move"
    ):
        put(answered, "c.csv")
    assert contents(answered) == before


def test_what_somebody_put_beside_an_answer_is_not_lost(answered: Path):
    (answered / ".DS_Store").write_text("how a window stood")
    put(answered, "c.csv")
    (answered / "notes.txt").write_text("what the board said")
    before = contents(answered)
    with pytest.raises(InputError, match=r"holds other files \(notes.txt\)"):
        put(answered, "b.csv")
    assert contents(answered) == before
    assert set(before) == {ANSWER, "c.csv", ".DS_Store", "notes.txt", f"{RUNS}/kept"}


@pytest.mark.parametrize(
    "record",
    [
        "",
        "[]",
        "null",
        '{"program": "another"}',
        "[" * 100_000,
        '{"program": ["x"]}',
        '{"program": "sales-flywheel", "files": 5}',
    ],
)
def test_a_record_that_is_no_answer_of_this_program_is_refused(tmp_path: Path, record: str):
    (tmp_path / ANSWER).write_text(record)
    with pytest.raises(InputError, match=rf"holds other files \({ANSWER}\)"):
        check_folder(tmp_path)


@pytest.mark.parametrize("name", ["run.json", "why.json", "pilot.json", "study.json", "wheel.json"])
def test_an_answer_of_an_earlier_version_is_refused_by_name(tmp_path: Path, name: str):
    (tmp_path / name).write_text('{"program": "sales-flywheel", "kind": "compare"}')
    with pytest.raises(
        InputError, match=rf"\({name}\), of an earlier version .*; move them away, or ask anew into ano"
    ):
        put(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [name]
