"""Runs kept on the server: under names nobody guesses, in bounded number and size, and read as strangers' files."""

import os
from pathlib import Path

import pytest

from sim.scenario.errors import InputError
from sim.ui import kept
from sim.ui.address import read_address
from sim.ui.choice import Choice
from sim.ui.kept import KeptRuns, kept_runs
from sim.ui.links import encode

SMALL = "[structure]\nn_reps = 6\n"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KeptRuns:
    monkeypatch.setenv("FLYWHEEL_CACHE_DIR", str(tmp_path))
    return kept_runs()


def test_what_is_kept_is_read_by_its_name_alone(store: KeptRuns):
    choice = Choice(text=SMALL, seed=4, weeks=3)
    name = store.keep(encode(choice))
    assert (len(name), store.keep(encode(choice)) == name) == (20, False)
    asked = read_address(f"kept={name}&view=twin")
    assert (asked.choice, asked.view, asked.kept, asked.problem) == (choice, "twin", name, "")
    store.forget(name)
    assert "does not keep any more" in read_address(f"kept={name}").problem


@pytest.mark.parametrize("name", ["", "..", "../runs/x", "/etc/passwd", "A" * 20, "0" * 19, "0" * 20 + "\n", "٣" * 20])
def test_what_is_no_name_is_looked_for_nowhere(store: KeptRuns, name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("a file was opened"))
    with pytest.raises(InputError, match="in a way that no run is named"):
        store.read(name)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the link is damaged"),
        (b"\xff\xfe" * 50, "damaged on this server"),
        (b"1.00000000.AAAA", "the link is damaged"),
        (b"x" * (kept.LONGEST_KEPT + 9), "a link has at most 3,000,000"),
    ],
)
def test_a_file_that_was_changed_is_refused_in_a_sentence(store: KeptRuns, content: bytes, sentence: str):
    name = store.keep(encode(Choice(seed=1)))
    (store.folder / name).write_bytes(content)
    assert sentence in read_address(f"kept={name}").problem


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_to_another_file_and_a_folder_are_not_read(store: KeptRuns, tmp_path: Path):
    store.keep("x")
    (tmp_path / "secret").write_text("secret")
    (store.folder / ("a" * 20)).symlink_to(tmp_path / "secret")
    (store.folder / ("b" * 20)).mkdir()
    for name in ("a" * 20, "b" * 20):
        with pytest.raises(InputError):
            store.read(name)


def test_the_least_recently_used_are_dropped(tmp_path: Path):
    store = KeptRuns(tmp_path, most_files=40, most_bytes=2_000)
    names = [store.keep("x" * 10) for _ in range(60)]
    for age, name in enumerate(names):
        if (tmp_path / name).exists():
            os.utime(tmp_path / name, (age, age))
    store.tidy()
    left = {path.name for path in tmp_path.iterdir()}
    assert 10 < len(left) <= 40
    assert left == set(names[-len(left) :])
    large = store.keep("y" * 1_990)
    store.tidy()
    assert {path.name for path in tmp_path.iterdir()} - set(names) == {large}
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2_000


def test_a_folder_that_cannot_be_written_costs_a_sentence(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be kept on this server"):
        KeptRuns(tmp_path / "file" / "runs").keep("x")
