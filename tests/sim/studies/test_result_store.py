"""What a question has run is kept and not run again; what else lies in its folder is run anew, never executed."""

import errno
import json
import os
import pickle
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.errors import DiskError, InputError
from sim.scenario.measures import Measure
from sim.studies.executor import Batch
from sim.studies.manifest import STUDY
from sim.studies.replicate import Failure
from sim.studies.result_store import ResultStore, keeping
from sim.studies.storage import Folder


@dataclass
class Squares:
    """A job that knows which seeds it ran."""

    ran: list[int]
    stop_after: int = 1_000

    def __call__(self, seed: int, stopped: threading.Event) -> tuple[int, np.ndarray]:
        self.ran.append(seed)
        if seed >= self.stop_after:
            stopped.set()
        return seed * seed, np.arange(seed, dtype=float)


def squares(folder: Path, seeds: range, key: str = "one", **given: int) -> tuple[list[int], list[int]]:
    """Squares by seed, and which seeds were run for them."""
    job = Squares([], **given)
    with keeping(folder, key):
        found = list(Batch(job, 1).results(seeds))
    assert all(np.array_equal(array, np.arange(len(array))) for _, array in found)
    return [square for square, _ in found], sorted(job.ran)


def test_what_is_kept_is_not_run_again_and_more_seeds_are_added(tmp_path):
    assert squares(tmp_path, range(3)) == ([0, 1, 4], [0, 1, 2])
    assert squares(tmp_path, range(5)) == ([0, 1, 4, 9, 16], [3, 4])


def test_a_question_that_was_stopped_goes_on(tmp_path):
    found, ran = squares(tmp_path, range(40), stop_after=5)
    assert found == [seed * seed for seed in range(len(found))]
    assert len(found) < 40
    again, others = squares(tmp_path, range(40))
    assert again == [seed * seed for seed in range(40)]
    assert not set(ran[: len(found)]) & set(others)


def test_batches_of_a_question_are_told_apart_by_their_order(tmp_path):
    for _ in range(2):
        jobs = [Squares([]), Squares([])]
        with keeping(tmp_path, "one"):
            rows = [list(Batch(job, 1).results(range(2, 4))) for job in jobs]
    assert [[square for square, _ in row] for row in rows] == [[4, 9], [4, 9]]
    assert [job.ran for job in jobs] == [[], []]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["results", STUDY]
    kept = sorted(file.name for file in (tmp_path / "results").iterdir())
    assert kept == ["1-2.bin", "1-3.bin", "2-2.bin", "2-3.bin"]


def test_a_batch_that_is_run_in_parts_has_one_number(tmp_path):
    job = Squares([])
    with keeping(tmp_path, "one"):
        batch = Batch(job, 1)
        assert [seed for part in (range(2), range(2, 5)) for seed, _ in batch.run(part)] == [0, 1, 2, 3, 4]
    assert squares(tmp_path, range(5))[1] == [], "what was run in two parts is there when all is run at once"


def test_a_folder_of_another_question_is_refused_and_keeps_its_results(tmp_path):
    squares(tmp_path, range(3))
    with pytest.raises(InputError, match=r"keeps the runs of another question \(\); ask anew into another folder"):
        squares(tmp_path, range(2), key="another")
    assert squares(tmp_path, range(3))[1] == []


def test_results_whose_record_was_lost_are_not_taken_for_those_of_another_question(tmp_path):
    squares(tmp_path, range(3))
    (tmp_path / STUDY).unlink()
    assert squares(tmp_path, range(2), key="another") == ([0, 1], [0, 1])


@pytest.mark.parametrize("name", ["thesis.docx", "question.json", "replicates.json", "1-0.bin", "seed-4.bin"])
def test_a_folder_with_something_else_or_of_an_earlier_version_is_refused(tmp_path, name):
    (tmp_path / name).touch()
    with pytest.raises(
        InputError, match=rf"holds other files \({name}\), of an earlier version or another program; move"
    ):
        squares(tmp_path, range(2))
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"model": "abc"}, "was made by another version: model = abc, but this program has model = "),
        ({"format": 99}, "was made by another version: format = 99, but this program has format = 1; "),
        ({"kind": "study"}, "is not what is kept for this: kind = 'study'"),
        ({"kind": ["x"] * 10_000}, "is not what is kept for this: kind = "),
        ({"program": "another"}, "is damaged \\(program = 'another' is not allowed"),
        ({"versions": [1]}, "is damaged \\(versions = \\[1\\] is not allowed"),
        ({"more": 1}, "is damaged \\(more = 1 is not allowed"),
        ({"world": 7}, "is damaged \\(world = 7 is not allowed"),
    ],
)
def test_a_record_that_is_not_ours_is_refused_in_one_short_sentence(tmp_path, fields, sentence):
    squares(tmp_path, range(2))
    record = json.loads((tmp_path / STUDY).read_text())
    (tmp_path / STUDY).write_text(json.dumps(record | fields))
    with pytest.raises(InputError, match=sentence) as error:
        squares(tmp_path, range(2))
    assert len(str(error.value)) < 500
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["", '{"program"', "[]", "null", "[" * 100_000, '{"kind": NaN}', "\ud800", "9" * 5_000]
)
def test_a_record_that_is_no_record_is_refused(tmp_path, text):
    squares(tmp_path, range(2))
    (tmp_path / STUDY).write_text(text, "utf-8", "surrogatepass")
    with pytest.raises(InputError, match=rf"{STUDY} is (damaged|not what is kept)"):
        squares(tmp_path, range(2))


def test_a_finished_question_is_read_from_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    squares(tmp_path, range(3))

    def refuse(*_):
        raise PermissionError(errno.EACCES, "Permission denied")

    for name in ("write", "tidy", "remove"):
        monkeypatch.setattr(Folder, name, refuse)
    assert squares(tmp_path, range(3)) == ([0, 1, 4], [])
    with pytest.raises(DiskError, match=r"cannot be written: Permission denied"):
        squares(tmp_path, range(4))


@pytest.mark.parametrize("content", [b"", b"no such thing", b"\0" * 64])
def test_a_damaged_file_is_run_again(tmp_path, content):
    squares(tmp_path, range(3))
    (tmp_path / "results" / "1-1.bin").write_bytes(content)
    assert squares(tmp_path, range(3)) == ([0, 1, 4], [1])


def test_the_draft_of_a_killed_process_is_removed_once_something_is_written(tmp_path):
    squares(tmp_path, range(2))
    draft = tmp_path / "results" / ".1-2.bin.0123abcd.tmp"
    draft.write_bytes(b"half")
    assert squares(tmp_path, range(2))[1] == []
    assert draft.exists()
    assert squares(tmp_path, range(3)) == ([0, 1, 4], [2])
    assert not draft.exists()


class Harm:
    """What would run a command when it is read."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "sim.studies.result_store.keeping", "numpy.load"])
def test_a_file_that_names_a_function_is_not_followed(tmp_path, name):
    kept = ResultStore(tmp_path, "one")
    module, _, function = name.rpartition(".")
    kept._put("1-0.bin", f"c{module}\n{function}\n.".encode())
    assert kept.read(1, 0) is None


def test_a_file_that_would_do_harm_is_run_again(tmp_path):
    mark, folder = tmp_path / "harm", tmp_path / "runs"
    squares(folder, range(2))
    kept = ResultStore(folder, "one")
    kept._put("1-1.bin", pickle.dumps(Harm(mark)))
    assert squares(folder, range(2)) == ([0, 1], [1])
    assert not mark.exists()


def test_records_and_numbers_come_back_as_they_were(tmp_path):
    kept = ResultStore(tmp_path, "one")
    result = {frozenset({"a"}): (np.float64(1.5), np.arange(3)), "which": Measure}
    kept.write(1, 0, result)
    found = kept.read(1, 0)
    assert found is not None
    ((value, array), which) = found[0].values()
    assert (value, array.tolist(), which) == (1.5, [0, 1, 2], Measure)


def test_what_cannot_be_read_again_is_not_kept(tmp_path):
    kept = ResultStore(tmp_path, "one")
    for result in (threading.Event(), lambda: 1, Failure("as_is", 0, ValueError("broke"), "")):
        kept.write(1, 0, result)
        assert kept.read(1, 0) is None
