"""What a question has run is kept and not run again; what else lies in its folder is run anew, never executed."""

import os
import pickle
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sim.scenario.errors import InputError
from sim.scenario.measures import Measure
from sim.studies.executor import Batch
from sim.studies.replicate import Failure
from sim.studies.result_store import HEAD, ResultStore, keeping


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
    assert sorted(file.name for file in tmp_path.iterdir()) == ["1-2.bin", "1-3.bin", "2-2.bin", "2-3.bin", HEAD]


def test_results_of_another_question_are_removed(tmp_path):
    squares(tmp_path, range(3))
    assert squares(tmp_path, range(2), key="another") == ([0, 1], [0, 1])
    assert not (tmp_path / "1-2.bin").exists()


def test_a_folder_with_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match=r"holds other files \(thesis.docx\)"):
        squares(tmp_path, range(2))


@pytest.mark.parametrize("content", [b"", b"no such thing", b"\0" * 64])
def test_a_damaged_file_is_run_again(tmp_path, content):
    squares(tmp_path, range(3))
    (tmp_path / "1-1.bin").write_bytes(content)
    assert squares(tmp_path, range(3)) == ([0, 1, 4], [1])


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
    kept._files.write("1-0.bin", f"c{module}\n{function}\n.".encode())
    assert kept.read(1, 0) is None


def test_a_file_that_would_do_harm_is_run_again(tmp_path):
    mark, folder = tmp_path / "harm", tmp_path / "runs"
    squares(folder, range(2))
    kept = ResultStore(folder, "one")
    kept._files.write("1-1.bin", pickle.dumps(Harm(mark)))
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
