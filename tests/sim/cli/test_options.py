"""Options that every command has alike: where results go is looked at before any work is done."""

import errno
import inspect
import tempfile

import pytest

from sim.cli import main as cli
from sim.cli.options import _writable_answer, _writable_file, _writable_folder

FORMS = (_writable_answer, _writable_file, _writable_folder)
WRITING = {
    (command.__name__, name): parameter.annotation.__metadata__[0].parser
    for commands in cli.PANELS.values()
    for command in commands
    for name, parameter in inspect.signature(command).parameters.items()
    if name in ("out", "store")
}


def test_every_place_to_write_to_is_looked_at_first():
    assert len(WRITING) >= 14
    assert {check for check in WRITING.values() if check not in FORMS} == set()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("s3://bucket/x", "this command writes to folders of this machine only"),
        ("file:///tmp/x", "this command writes to folders of this machine only"),
        ("", "a folder or file to write to has a name"),
        ("a\0b", "a folder or file to write to has a name"),
        ("{file}", "this is a file; name a folder"),
        ("{file}/inside", "nothing can be written there (Not a directory)"),
        ("/proc/nowhere", "nothing can be written there"),
    ],
)
def test_a_place_that_cannot_be_is_told_before_anything_runs(place, said, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.engine.world.World.begin", None)
    file = tmp_path / "file"
    file.touch()
    assert cli._run(["run", "baseline", "--out", place.format(file=file)], debug=False) == 2
    assert said in capsys.readouterr().err


def test_a_folder_cannot_be_a_file(tmp_path, capsys):
    assert cli._run(["deals", str(tmp_path), "--out", str(tmp_path)], debug=False) == 2
    assert "is a folder; name a file in it" in capsys.readouterr().err


def test_the_usual_place_is_looked_at_too(monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.engine.world.World.begin", None)

    def read_only(**_options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    assert cli._run(["run", "baseline", "--weeks", "1"], debug=False) == 2
    assert "nothing can be written there (Read-only file system)" in capsys.readouterr().err
