"""The file of classes: what is none of them is refused and left as it is, and one server at a time has it."""

import os
import sqlite3
from pathlib import Path

import pytest

from sim.scenario.errors import InputError
from sim.ui.classroom.store import FILE, ClassStore


def spoilt(folder: Path, how: str) -> bytes:
    path = folder / FILE
    if how == "text":
        path.write_text("these are my notes\n" * 100)
    elif how == "short":
        path.write_bytes(b"SQLite format 3\x00")
    elif how == "foreign":
        with sqlite3.connect(path) as db:
            db.execute("CREATE TABLE mine (text)")
        db.close()
    else:
        ClassStore.in_folder(folder).close()
        if how == "pages":
            data = bytearray(path.read_bytes())
            data[4096:] = os.urandom(len(data) - 4096)
            path.write_bytes(data)
        else:
            newer = {
                "newer": "PRAGMA user_version = 9",
                "trigger": "CREATE TRIGGER t AFTER INSERT ON seat BEGIN DELETE FROM class; END",
                "tables": "DROP TABLE decision",
            }
            with sqlite3.connect(path) as db:
                db.execute(newer[how])
                db.commit()
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    ("how", "said"),
    [("text", "damaged or no file of classes"), ("short", "damaged or no file of classes"),
     ("foreign", "damaged or no file of classes"), ("newer", "newer version"), ("trigger", "left as it is"),
     ("tables", "left as it is"), ("pages", "left as it is")],
)  # fmt: skip
def test_a_file_that_is_none_of_classes_is_refused_and_left_as_it_is(tmp_path: Path, how: str, said: str):
    before = spoilt(tmp_path, how)
    with pytest.raises(InputError, match=said) as told:
        ClassStore.in_folder(tmp_path)
    assert "name another folder with --data DIR" in str(told.value)
    assert (tmp_path / FILE).read_bytes() == before


def test_one_server_at_a_time_has_the_file(tmp_path: Path):
    first = ClassStore.in_folder(tmp_path)
    if os.name == "posix":
        assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    with pytest.raises(InputError, match="another server keeps its classes in"):
        ClassStore.in_folder(tmp_path)
    first.close()
    ClassStore.in_folder(tmp_path).close()


def test_a_folder_that_is_none_is_told(tmp_path: Path):
    (tmp_path / "file").write_text("")
    (tmp_path / FILE).mkdir()
    for folder in (tmp_path, tmp_path / "file"):
        with pytest.raises(InputError, match="name another folder with --data DIR"):
            ClassStore.in_folder(folder)
