"""The disk fails at each call that writes, one after another: a sentence, the right code, and nothing is lost."""

import errno
import io
import os
from pathlib import Path

import pytest

from sim.cli import main as cli

TINY = ["--set", "structure.n_reps=2", "--set", "market.accounts_per_rep=3", "--set", "organization.burn_in_weeks=4"]
FULL = OSError(errno.ENOSPC, "No space left on device")


class Disk:
    """A disk that fails at one call, counted from 1; never for 0."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.calls, self.fails_at = str(folder), 0, 0
        self._open, self._replace, self._mkdir = io.open, os.replace, os.mkdir
        monkeypatch.setattr(io, "open", self.open)
        monkeypatch.setattr(os, "replace", self.replace)
        monkeypatch.setattr(os, "mkdir", self.mkdir)

    def count(self, path: object) -> None:
        if str(path).startswith(self.folder):
            self.calls += 1
            if self.calls == self.fails_at:
                raise OSError(FULL.errno, FULL.strerror, str(path))

    def open(self, file, mode="r", *arguments, **options):
        if set(mode) & set("wax"):
            self.count(file)
        return self._open(file, mode, *arguments, **options)

    def replace(self, source, target, **options):
        self.count(target)
        return self._replace(source, target, **options)

    def mkdir(self, path, *arguments, **options):
        self.count(path)
        return self._mkdir(path, *arguments, **options)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


COMMANDS = {
    "run": ["run", "baseline", "--weeks", "2", *TINY, "--out", "{folder}/kept"],
    "compare": ["compare", "baseline", "--case", "few: operations.wip_limit=4", "--seeds", "2", "--weeks", "13", *TINY,
                "--out", "{folder}/kept"],
    "workbook": ["run", "baseline", "--weeks", "2", *TINY, "--out", "{folder}/kept/run.xlsx"],
    "new": ["new", "{folder}/kept/mine.toml", "--force"],
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk_is_told_with_the_file_and_leaves_what_was_kept(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.answers.figures.svg_of", lambda *_: "<svg/>")
    words = [word.format(folder=tmp_path) for word in COMMANDS[name]]
    if name == "new":
        (tmp_path / "kept").mkdir()
    disk = Disk(tmp_path, monkeypatch)
    assert cli._run(words, debug=False) == 0
    before, calls = contents(tmp_path), disk.calls
    assert calls >= 1
    for call in range(1, calls + 1):
        disk.calls, disk.fails_at = 0, call
        capsys.readouterr()
        code = cli._run(words, debug=False)
        said = capsys.readouterr().err
        if code == 0:  # a call whose failure does no harm, such as making room for what is thrown away
            before = contents(tmp_path)
            continue
        assert code in (1, 2), said
        assert "No space left on device" in said, call
        assert str(tmp_path) in said, call
        assert "Traceback" not in said
        assert contents(tmp_path) == before, f"call {call} lost or left something: {said}"
