"""Classes on the server's disk: one SQLite file, of which one server at a time writes down each change as it happens.

What is read from it is checked like what a stranger sends: somebody may have written the file by hand.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import platformdirs

from sim.scenario.errors import InputError
from sim.ui.classroom.kept import KeptClass, KeptMember, KeptPace, KeptQuestion, KeptSeat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sim.scenario.parameters.base import Value

FILE = "classes.sqlite"
MOST_CLASSES = 200
KEPT_FOR = 30 * 86_400.0  # seconds after which a class nobody has used is dropped

_APPLICATION, _VERSION = 0x464C5957, 7  # in the head of the file: whose it is, and which layout it has
_MAGIC = b"SQLite format 3\x00"
_HEAD = 72  # bytes up to the end of the application's number
_PATIENCE = 2.0  # seconds for which a server that is ending may still hold the file
_LONGEST, _MOST_ROWS = 1_000_000, 10_000  # bytes of a text in the file, and rows of a class, that are read
_TABLES = {
    "class": """CREATE TABLE class (
        code TEXT PRIMARY KEY, trainer TEXT NOT NULL, rules TEXT NOT NULL, scenario TEXT NOT NULL,
        seed INTEGER NOT NULL, budget REAL NOT NULL, quarters INTEGER NOT NULL, offered TEXT NOT NULL,
        phase TEXT NOT NULL, quarter INTEGER NOT NULL, used REAL NOT NULL)""",
    "seat": """CREATE TABLE seat (
        token TEXT PRIMARY KEY, class TEXT NOT NULL REFERENCES class ON DELETE CASCADE, name TEXT NOT NULL)""",
    "decision": """CREATE TABLE decision (
        seat TEXT NOT NULL REFERENCES seat ON DELETE CASCADE, quarter INTEGER NOT NULL, options TEXT NOT NULL,
        PRIMARY KEY (seat, quarter))""",
    "seat_class": "CREATE INDEX seat_class ON seat (class)",
    "pace": """CREATE TABLE pace (
        class TEXT PRIMARY KEY REFERENCES class ON DELETE CASCADE, minutes REAL NOT NULL, ends REAL, held REAL,
        reopened INTEGER NOT NULL, revealed INTEGER NOT NULL)""",
    "late": """CREATE TABLE late (
        seat TEXT PRIMARY KEY REFERENCES seat ON DELETE CASCADE, quarters INTEGER NOT NULL)""",
    "question": """CREATE TABLE question (
        class TEXT NOT NULL REFERENCES class ON DELETE CASCADE, number INTEGER NOT NULL, about TEXT NOT NULL,
        measure TEXT NOT NULL, form TEXT NOT NULL, asked INTEGER NOT NULL, target INTEGER NOT NULL, now REAL NOT NULL,
        truth REAL, revealed INTEGER, PRIMARY KEY (class, number))""",
    "guess": """CREATE TABLE guess (
        class TEXT NOT NULL, number INTEGER NOT NULL, who TEXT NOT NULL, value REAL NOT NULL,
        PRIMARY KEY (class, number, who), FOREIGN KEY (class, number) REFERENCES question ON DELETE CASCADE)""",
    "team": """CREATE TABLE team (
        class TEXT PRIMARY KEY REFERENCES class ON DELETE CASCADE, size INTEGER NOT NULL)""",
    "member": """CREATE TABLE member (
        token TEXT PRIMARY KEY, seat TEXT NOT NULL REFERENCES seat ON DELETE CASCADE, place INTEGER NOT NULL,
        name TEXT NOT NULL, proposal TEXT)""",
    "seat_member": "CREATE INDEX seat_member ON member (seat)",
    "played": """CREATE TABLE played (
        seat TEXT PRIMARY KEY REFERENCES seat ON DELETE CASCADE, character TEXT NOT NULL)""",
    "demand": """CREATE TABLE demand (
        class TEXT NOT NULL REFERENCES class ON DELETE CASCADE, quarter INTEGER NOT NULL, percent REAL NOT NULL,
        PRIMARY KEY (class, quarter))""",
    "lesson": """CREATE TABLE lesson (
        class TEXT PRIMARY KEY REFERENCES class ON DELETE CASCADE, name TEXT NOT NULL)""",
}
_SINCE = {
    "pace": 2,
    "late": 2,
    "question": 3,
    "guess": 3,
    "team": 4,
    "member": 4,
    "seat_member": 4,
    "played": 5,
    "demand": 6,
    "lesson": 7,
}
"""Layouts that have a table first, where it is not the first one."""


class FolderError(InputError):
    """Nothing can be written in a folder."""


class ClassStore:
    """The file of a server's classes; safe to use from several threads. Every change is one transaction."""

    def __init__(self, path: Path, now: Callable[[], float] = time.time) -> None:
        """Open the file, which is made if there is none, and drop what is old.

        Raises:
            InputError: It is damaged, or no file of classes, or of a newer program, or another server has it.
        """
        self.path, self._now = path, now
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_head(path)
            self._connection = sqlite3.connect(path, _PATIENCE, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise FolderError(f"{path}: classes cannot be kept there ({error}); {_ELSEWHERE}") from error
        try:
            self._begin()
            with self._change():
                self._drop_old()
        except BaseException as error:
            self._connection.close()
            if isinstance(error, sqlite3.Error):
                raise _refusal(path, error) from error
            raise

    @classmethod
    def in_folder(cls, folder: Path) -> ClassStore:
        """The classes of a folder."""
        return cls(folder / FILE)

    def close(self) -> None:
        """Let another server have the file."""
        with self._lock, suppress(sqlite3.Error):
            self._connection.close()

    def put(self, kept: KeptClass) -> None:
        """Keep a class as it is now, instead of what was kept of it."""
        with self._change() as do:
            do("DELETE FROM class WHERE code = ?", kept.code)
            do(
                "INSERT INTO class VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                kept.code, kept.trainer, kept.rules, kept.scenario, kept.seed, kept.budget, kept.quarters,
                json.dumps(kept.offered), kept.phase, kept.quarter, self._now(),
            )  # fmt: skip
            do("INSERT INTO pace VALUES (?, ?, ?, ?, ?, ?)", kept.code, *kept.pace.model_dump().values())
            if kept.lesson:
                do("INSERT INTO lesson VALUES (?, ?)", kept.code, kept.lesson)
            if kept.team > 1:
                do("INSERT INTO team VALUES (?, ?)", kept.code, kept.team)
            for seat in kept.seats:
                _add_seat(do, kept.code, seat.token, seat.name, seat.late)
                _put_members(do, seat.token, seat.members)
                if seat.character:
                    do("INSERT INTO played VALUES (?, ?)", seat.token, seat.character)
                for quarter, values in seat.decisions.items():
                    do("INSERT INTO decision VALUES (?, ?, ?)", seat.token, quarter, json.dumps(values))
            for quarter, percent in kept.demand.items():
                do("INSERT INTO demand VALUES (?, ?, ?)", kept.code, quarter, percent)
            for number, question in enumerate(kept.questions, start=1):
                _ask(do, kept.code, number, question)
            self._drop_old()

    def turn(self, code: str, phase: str, quarter: int, pace: KeptPace) -> None:
        """Keep where a class is, and how it goes on."""
        with self._change() as do:
            asked = "UPDATE class SET phase = ?, quarter = ?, used = ? WHERE code = ?"
            if not do(asked, phase, quarter, self._now(), code).rowcount:
                raise sqlite3.IntegrityError("it was dropped meanwhile")
            do("INSERT OR REPLACE INTO pace VALUES (?, ?, ?, ?, ?, ?)", code, *pace.model_dump().values())

    def add_seat(self, code: str, token: str, name: str, late: int) -> None:
        """Keep a seat, taken when `late` quarters had been played."""
        with self._change() as do:
            _add_seat(do, code, token, name, late)
            do("UPDATE class SET used = ? WHERE code = ?", self._now(), code)

    def drop_seat(self, token: str) -> None:
        """Keep a seat no longer, nor what it decided."""
        with self._change() as do:
            do("DELETE FROM guess WHERE who = ? OR who IN (SELECT token FROM member WHERE seat = ?)", token, token)
            do("DELETE FROM seat WHERE token = ?", token)

    def put_members(self, seat: str, members: Sequence[KeptMember]) -> None:
        """Keep who holds a seat and what they propose, instead of what was kept of that."""
        with self._change() as do:
            do("DELETE FROM member WHERE seat = ?", seat)
            _put_members(do, seat, members)

    def drop_member(self, token: str) -> None:
        """Keep a member of a team no longer, nor what was predicted."""
        with self._change() as do:
            do("DELETE FROM guess WHERE who = ?", token)
            do("DELETE FROM member WHERE token = ?", token)

    def decide(self, token: str, quarter: int, values: Mapping[str, Value]) -> None:
        """Keep what a seat has decided for a quarter, instead of what it decided before."""
        with self._change() as do:
            do("INSERT OR REPLACE INTO decision VALUES (?, ?, ?)", token, quarter, json.dumps(dict(values)))

    def set_demand(self, code: str, quarter: int, percent: float) -> None:
        """Keep what the trainer has set in secret for a quarter, instead of what was set before."""
        with self._change() as do:
            do("INSERT OR REPLACE INTO demand VALUES (?, ?, ?)", code, quarter, percent)

    def ask(self, code: str, number: int, question: KeptQuestion) -> None:
        """Keep a question to a class with what was predicted, instead of what was kept of it."""
        with self._change() as do:
            do("DELETE FROM question WHERE class = ? AND number = ?", code, number)
            _ask(do, code, number, question)

    def withdraw(self, code: str, number: int) -> None:
        """Keep a question no longer."""
        with self._change() as do:
            do("DELETE FROM question WHERE class = ? AND number = ?", code, number)

    def predict(self, code: str, number: int, token: str, value: float) -> None:
        """Keep what somebody predicts, instead of what was predicted before."""
        with self._change() as do:
            asked = "INSERT INTO guess VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"
            do(asked, code, number, token, value)

    def drop(self, code: str) -> None:
        """Keep a class no longer; what it said is overwritten."""
        with self._change() as do:
            do("DELETE FROM class WHERE code = ?", code)
        with self._lock, suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def has(self, code: str) -> bool:
        """Whether a class is kept; no if nothing can be read."""
        with suppress(sqlite3.Error), self._lock:
            return self._connection.execute("SELECT 1 FROM class WHERE code = ?", (code,)).fetchone() is not None
        return False

    def read(self, code: str) -> KeptClass:
        """What is kept of a class.

        Raises:
            InputError: Nothing is, or it is damaged.
        """
        try:
            with self._lock:
                return self._read(code)
        except (sqlite3.Error, ValueError, TypeError, KeyError, RecursionError) as error:
            raise InputError(f"what is kept of the class {code} is damaged, so it cannot go on") from error

    def _read(self, code: str) -> KeptClass:
        do = self._connection.execute
        row = do("SELECT * FROM class WHERE code = ?", (code,)).fetchone()
        if row is None:
            raise InputError(f"the class {code} is not kept (any more)")
        by_token: dict[str, dict[str, Any]] = {
            token: {
                "token": token, "name": name, "decisions": {}, "late": late or 0, "members": (), "character": by or "",
            }
            for token, name, late, by in do(
                "SELECT token, name, quarters, character FROM seat LEFT JOIN late ON late.seat = token "
                "LEFT JOIN played ON played.seat = token WHERE class = ? ORDER BY seat.rowid LIMIT ?",
                (code, _MOST_ROWS),
            )
        }  # fmt: skip
        asked = "SELECT seat, quarter, options FROM decision JOIN seat ON seat = token WHERE class = ? LIMIT ?"
        for token, quarter, options in do(asked, (code, _MOST_ROWS)):
            by_token[token]["decisions"][quarter] = json.loads(options)
        asked = (
            "SELECT seat, member.token, member.name, proposal FROM member JOIN seat ON seat = seat.token "
            "WHERE class = ? ORDER BY place LIMIT ?"
        )
        for token, own, name, proposal in do(asked, (code, _MOST_ROWS)):
            member = KeptMember(token=own, name=name, proposal=json.loads(proposal) if proposal else None)
            by_token[token]["members"] += (member,)
        kept = dict(zip(KeptClass.model_fields, row[:-1], strict=False))
        offered = tuple(json.loads(kept["offered"]))
        seats = tuple(KeptSeat.model_validate(seat) for seat in by_token.values())
        paced = do("SELECT minutes, ends, held, reopened, revealed FROM pace WHERE class = ?", (code,)).fetchone()
        pace = KeptPace.model_validate(dict(zip(KeptPace.model_fields, paced or (), strict=False)))
        demand = dict(do("SELECT quarter, percent FROM demand WHERE class = ? LIMIT ?", (code, _MOST_ROWS)).fetchall())
        parts = {
            "offered": offered, "seats": seats, "pace": pace, "questions": self._questions(code), "demand": demand,
        }  # fmt: skip
        if team := do("SELECT size FROM team WHERE class = ?", (code,)).fetchone():
            parts["team"] = team[0]
        if lesson := do("SELECT name FROM lesson WHERE class = ?", (code,)).fetchone():
            parts["lesson"] = lesson[0]
        return KeptClass.model_validate({**kept, **parts})

    def _questions(self, code: str) -> tuple[KeptQuestion, ...]:
        do = self._connection.execute
        found: dict[int, dict[str, Any]] = {}
        for row in do("SELECT * FROM question WHERE class = ? ORDER BY number LIMIT ?", (code, _MOST_ROWS)):
            found[row[1]] = {**dict(zip(KeptQuestion.model_fields, row[2:], strict=False)), "guesses": {}}
        for number, who, value in do(
            "SELECT number, who, value FROM guess WHERE class = ? ORDER BY rowid LIMIT ?", (code, _MOST_ROWS)
        ):
            found[number]["guesses"][who] = value
        return tuple(KeptQuestion.model_validate(one) for one in found.values())

    def _begin(self) -> None:
        """Take the file for this server alone, make its tables where it is new, and look whether it is sound."""
        do = self._connection.execute
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST)
        # One who has the file alone needs no memory shared with others, and is known to be there by its lock.
        for setting in ("locking_mode = EXCLUSIVE", "foreign_keys = ON", "secure_delete = ON", "trusted_schema = OFF"):
            do(f"PRAGMA {setting}")
        do("PRAGMA synchronous = FULL")
        do("BEGIN EXCLUSIVE")
        version = do("PRAGMA user_version").fetchone()[0]
        if version or not do("PRAGMA schema_version").fetchone()[0]:
            for name, statement in _TABLES.items():
                if version < _SINCE.get(name, 1):
                    do(statement)
            do(f"PRAGMA application_id = {_APPLICATION}")
            do(f"PRAGMA user_version = {_VERSION}")
        if do("PRAGMA quick_check(1)").fetchone()[0] != "ok" or do("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError("it is damaged")
        if dict(do("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")) != _TABLES:
            raise sqlite3.DatabaseError("its tables are not those of this program")
        do("COMMIT")
        do("PRAGMA journal_mode = WAL")

    @contextmanager
    def _change(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """One transaction: all of it is kept, or nothing."""

        def do(statement: str, *values: Any) -> sqlite3.Cursor:
            return self._connection.execute(statement, values)

        with self._lock:
            if not self.path.exists():  # the system would go on writing to a file nobody can open again
                raise sqlite3.OperationalError("the file was taken away")
            do("BEGIN IMMEDIATE")
            try:
                yield do
                do("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    do("ROLLBACK")
                raise

    def _drop_old(self) -> None:
        """Drop what nobody has used for long, and the least recently used of too many."""
        do = self._connection.execute
        do("DELETE FROM class WHERE used < ?", (self._now() - KEPT_FOR,))
        kept = "SELECT code FROM class ORDER BY used DESC, rowid DESC LIMIT ?"
        do(f"DELETE FROM class WHERE code NOT IN ({kept})", (MOST_CLASSES,))  # noqa: S608 - no value is in it


def _add_seat(do: Callable[..., sqlite3.Cursor], code: str, token: str, name: str, late: int) -> None:
    do("INSERT INTO seat VALUES (?, ?, ?)", token, code, name)
    if late:
        do("INSERT INTO late VALUES (?, ?)", token, late)


def _put_members(do: Callable[..., sqlite3.Cursor], seat: str, members: Sequence[KeptMember]) -> None:
    for place, member in enumerate(members):
        proposal = None if member.proposal is None else json.dumps(member.proposal)
        do("INSERT INTO member VALUES (?, ?, ?, ?, ?)", member.token, seat, place, member.name, proposal)


def _ask(do: Callable[..., sqlite3.Cursor], code: str, number: int, question: KeptQuestion) -> None:
    asked = [*question.model_dump().values()][:-1]
    do("INSERT INTO question VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", code, number, *asked)
    for token, value in question.guesses.items():
        do("INSERT INTO guess VALUES (?, ?, ?, ?)", code, number, token, value)


_ELSEWHERE = "name another folder with --data DIR"


def _check_head(path: Path) -> None:
    """Look at the head of a file before anything may write there; one that only its owner reads is made if none is."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    if not stat.S_ISREG(path.stat().st_mode):
        raise InputError(f"{path} is no file; {_ELSEWHERE}")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return
    version, application = int.from_bytes(head[60:64], "big"), int.from_bytes(head[68:72], "big")
    if len(head) < _HEAD or not head.startswith(_MAGIC) or application != _APPLICATION:
        raise InputError(f"{path} is damaged or no file of classes, and was left as it is; {_ELSEWHERE}")
    if version > _VERSION:
        raise InputError(f"{path} was written by a newer version of this program, and was left as it is; {_ELSEWHERE}")


def _refusal(path: Path, error: sqlite3.Error) -> InputError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return FolderError(f"{path}: classes cannot be kept there ({error}); {_ELSEWHERE}")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return InputError(f"another server keeps its classes in {path}; stop it, or {_ELSEWHERE}")
    return InputError(f"{path} cannot be used, and was left as it is ({error}); {_ELSEWHERE}")


class ClassRecord:
    """Writes down what happens in one class; where that fails, the class goes on and `problem` says so."""

    def __init__(self, store: ClassStore, code: str) -> None:
        self.store, self.code = store, code
        self.problem = ""  # why the class is not kept, one sentence; empty as it should be

    def write(self, change: Callable[[ClassStore], None], whole: Callable[[], KeptClass]) -> None:
        """Write a change down or, where that is not enough, the whole class with it."""
        if not self.problem:
            with suppress(sqlite3.Error):
                change(self.store)
                return
        try:
            self.store.put(whole())
            self.problem = ""
        except sqlite3.Error as error:
            self.problem = (
                f"This class is not kept: it goes on, and is lost when the page stops, since nothing can be written in "
                f"{self.store.path.parent} ({error}); the next change tries it again."
            )


STORES: list[ClassStore] = []
"""Where this server keeps its classes, the last one last; empty if it keeps none."""


def usual_folder() -> Path:
    """The folder of this user's data."""
    return platformdirs.user_data_path("sales-flywheel", appauthor=False)


@contextmanager
def keeping(folder: Path | None, say: Callable[[str], object]) -> Iterator[None]:
    """Keep the classes of this server within, in a folder or, without one, where this user's data are.

    Args:
        folder: One that somebody has named; it must be usable.
        say: Told where classes are kept, or that they are not.

    Raises:
        InputError: As `ClassStore`.
    """
    store = None
    try:
        store = ClassStore.in_folder(folder or usual_folder())
    except FolderError as error:
        if folder:
            raise
        say(f"Classes are not kept, and are lost when the page stops: {error}.")
    else:
        say(f"Classes are kept in {store.path.parent}.")
        STORES.append(store)
    try:
        yield
    finally:
        if store:
            STORES.remove(store)
            store.close()
