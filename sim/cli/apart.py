"""Asks a question in a process of its own, in whose folder everything stays: what is asked, how far it is, the answer.

The folder is the one it is started in. It holds `request.json`, a question as `flywheel ask` takes it, and the files
it names; there come to be `progress.json`, `outline.json` and the files of the answer, or `problem.txt`. Ctrl-C stops
it as it does a command, and it exits with the codes of the command line.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from sim.answers.handed import ANSWER, OUTLINE, PROBLEM, PROGRESS, REQUEST
from sim.cli.console import HEARD, STOPPED
from sim.cli.questions import asked, check
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.answers.analysis import Analysis

MOST_MEMORY = 6_000_000_000  # bytes of data; assumed, some ten times what a question of the page takes
LEAST_BETWEEN = 0.3  # seconds between two words about how far it is


def main() -> int:
    """Ask what `request.json` asks; what is wrong with it is one sentence in `problem.txt`."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _bound_memory()
    heard = HEARD.set(_hearer(os.getppid()))
    try:
        given = json.loads(Path(REQUEST).read_text(encoding="utf-8"))
        question = given.pop("question")
        found, stopped = asked({"question": question, **check(question, given), "out": f"{ANSWER}.json"})
        if found:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is found is written whole
            _write(found)
    except InputError as error:
        Path(PROBLEM).write_text(str(error), encoding="utf-8")
        return error.exit_code
    except KeyboardInterrupt:
        return STOPPED
    except Exception as error:  # noqa: BLE001 - whatever it is, who asked gets one sentence
        traceback.print_exc()
        Path(PROBLEM).write_text(f"This failed. {type(error).__name__}: {error}", encoding="utf-8")
        return 1
    finally:
        HEARD.reset(heard)
    return STOPPED if stopped else 0


def _bound_memory() -> None:
    """Leave memory to others, where the system can say so."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - not on every system

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, hard))


def _hearer(parent: int) -> Callable[[str, int, int], None]:
    """What writes how far it is, and stops it once who started it has ended."""
    last = 0.0

    def hear(doing: str, done: int, total: int) -> None:
        nonlocal last
        if os.getppid() != parent:
            raise KeyboardInterrupt
        now = time.monotonic()
        if now - last >= LEAST_BETWEEN:
            last = now
            _put(PROGRESS, json.dumps([done, total, f"{doing}."]))

    return hear


def _put(name: str, text: str) -> None:
    """Write a file that somebody reads meanwhile."""
    draft = Path(f"{name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(name)


def _write(found: Analysis) -> None:
    """Write an answer in every form, and what a screen shows of it last."""
    import matplotlib as mpl  # noqa: PLC0415 - only once there is something to draw

    from sim.answers.media import FORMS, content_of  # noqa: PLC0415
    from sim.answers.outline import Outline  # noqa: PLC0415

    mpl.use("agg")
    _put(PROGRESS, json.dumps([0, 0, "Drawing the answer."]))
    for suffix in (*FORMS, ".zip"):
        Path(f"{ANSWER}{suffix}").write_bytes(content_of(found, suffix))
    _put(OUTLINE, Outline.of(found).text())


if __name__ == "__main__":
    sys.exit(main())
