"""Asks a question of a visitor in a process of its own: it tells how far it is, and a stop keeps what is finished."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from solara.server.kernel_context import get_current_context, has_current_context

import sim
from sim.answers.handed import ANSWER, OUTLINE, PROBLEM, PROGRESS
from sim.engine.compiler import FOLDER_VARIABLE
from sim.scenario.errors import InputError
from sim.ui.ask.form import AskForm, key_of, refused_of, request_of
from sim.ui.ask.offered import OFFERED
from sim.ui.forms.answers import FILE_LABELS
from sim.ui.jobs import LEAST_BETWEEN, JobStatus, JobStopped
from sim.ui.kept import cache_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.answers.outline import Outline
    from sim.ui.choice import Choice
    from sim.ui.jobs import Job

MOST_MINUTES = 20  # a question of a visitor; assumed, others wait for their turn meanwhile
LEFT_BEHIND = 86_400  # seconds after which nobody comes back to a folder
PATIENCE = 90  # seconds a stopped question may take to say what it has found

KEPT = "Stopped before there was an answer; what is finished is kept until you ask something else: run it to go on."
LATE = (
    f"It was ended after {MOST_MINUTES} minutes, the longest a question may take on the page; what was finished stands "
    "below, and the command below has no such limit."
)
PARTIAL = "It was stopped; this is from what was finished until then. Run it again to go on."


@dataclass(frozen=True, slots=True)
class AskedAnswer:
    """An answer as a screen shows it, and its files: label, name and content of each."""

    outline: Outline
    files: tuple[tuple[str, str, bytes], ...]


def _new_folder() -> tempfile.TemporaryDirectory[str]:
    """Make a folder for a visitor; what a server that was killed has left goes."""
    home = cache_folder() / "asked"
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in home.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(dir=home, ignore_cleanup_errors=True)


@dataclass(eq=False)
class AskingPlace:
    """A folder for one visitor in which questions are asked; runs of the last question stay until the next one."""

    folder: tempfile.TemporaryDirectory[str] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, key: str, files: Mapping[str, bytes]) -> Path:
        """Lay a request into the folder of its question; what other questions kept goes."""
        self.folder = self.folder or _new_folder()
        home = Path(self.folder.name)
        os.utime(home)
        for other in home.iterdir():
            if other.name != key:
                shutil.rmtree(other, ignore_errors=True)
        place = home / key
        place.mkdir(mode=0o700, exist_ok=True)
        for old in place.iterdir():
            if old.is_file():
                old.unlink()
        for name, data in files.items():
            (place / name).write_bytes(data)
        return place

    def close(self) -> None:
        """Remove it, once nothing is asked in it any more."""
        with self.lock:
            if self.folder:
                self.folder.cleanup()


def asking_place() -> AskingPlace:
    """A place that goes when its visitor leaves; to be made once for each visitor."""
    place = AskingPlace()
    if has_current_context():
        # Whoever closes a visitor must not wait until a question has ended.
        get_current_context().on_close(lambda: threading.Thread(target=place.close, daemon=True).start())
    return place


def run(choice: Choice, form: AskForm, place: AskingPlace, job: Job[AskedAnswer]) -> AskedAnswer:
    """Ask, telling how far it is; a stop keeps what is finished.

    Raises:
        InputError: Something asked for cannot be used.
        JobStopped: It was stopped before there was an answer.
    """
    if refused := refused_of(choice, form):
        raise InputError("\n".join(refused.values()))
    files = request_of(choice, form)
    with place.lock:
        folder = place.prepare(key_of(form, files), files)
        code, late = _attend(OFFERED[form.question].program, folder, job)
        if job.stopping and not (folder / OUTLINE).is_file():
            raise JobStopped(KEPT)
        return _read(form.question, folder, code, late=late)


def _attend(program: tuple[str, ...], folder: Path, job: Job[AskedAnswer]) -> tuple[int, bool]:
    """Run a question's process to its end; its exit code, and whether it was ended because it took too long."""
    process = subprocess.Popen(  # noqa: S603 - words of this program alone
        program, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    end = time.monotonic() + MOST_MINUTES * 60
    stopped_at = 0.0
    try:
        while process.poll() is None:
            now = time.monotonic()
            if stopped_at and now > stopped_at + PATIENCE:
                process.kill()
            elif not stopped_at and (job.stopping or now > end):
                stopped_at = now
                process.send_signal(signal.SIGINT)
                job.status.set(JobStatus("working", text="Stopping; what is finished is put together."))
            elif not stopped_at:
                _tell(folder, job)
            time.sleep(LEAST_BETWEEN)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return process.returncode, bool(stopped_at) and not job.stopping


def _environment() -> dict[str, str]:
    """The environment of a process that finds this program and what it has compiled from another folder."""
    home = str(Path(str(sim.__file__)).resolve().parents[1])
    paths = os.pathsep.join(path for path in (home, os.environ.get("PYTHONPATH", "")) if path)
    return {**os.environ, "PYTHONPATH": paths, FOLDER_VARIABLE: str(cache_folder().resolve())}


def _tell(folder: Path, job: Job[AskedAnswer]) -> None:
    try:
        done, total, text = json.loads((folder / PROGRESS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        done, total, text = 0, 0, "Making it ready."
    try:
        job.tell(done, total, text)
    except JobStopped:
        return  # the process is told so too, and has its say


def _read(question: str, folder: Path, code: int, *, late: bool) -> AskedAnswer:
    """Read what a question's process has left."""
    from sim.answers.outline import Outline  # noqa: PLC0415 - figures are slow to import

    if (folder / PROBLEM).is_file():
        raise InputError((folder / PROBLEM).read_text(encoding="utf-8"))
    if not (folder / OUTLINE).is_file():
        if late:
            raise InputError(f"it took longer than {MOST_MINUTES} minutes, the most on the page; ask for less")
        raise RuntimeError(f"the process that asked it ended without an answer (code {code})")
    outline = Outline.from_text((folder / OUTLINE).read_text(encoding="utf-8"))
    if note := LATE if late else PARTIAL if code else "":
        outline = replace(outline, notes=(note, *outline.notes))
    files = tuple(
        (label, f"{question}.{form}", (folder / f"{ANSWER}.{form}").read_bytes()) for form, label in FILE_LABELS.items()
    )
    return AskedAnswer(outline, files)
