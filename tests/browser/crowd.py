"""Many visitors at once over the websocket, and in words how long they wait.

Twelve for ten seconds, which fits every run of the tests; CLASS_VISITORS=40 CLASS_SECONDS=60 make it a whole class.
"""

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from playwright.sync_api import Page, expect

from tests.browser.visitor import PLAYING, ROOT
from tests.browser.wire import Wire

VISITORS = int(os.environ.get("CLASS_VISITORS", "12"))
SECONDS = float(os.environ.get("CLASS_SECONDS", "10"))
SLOWEST = 2.0  # s: 95% of actions are answered within this


class Crowd:
    """Visitors who come when this is entered, one after another, and go when it is left.

    Attributes:
        failed: What went wrong, once they are gone.
        answers: Seconds until each of their actions was answered, by kind, once they are gone.
    """

    def __init__(self, address: str, wires: list[Wire], file: str, kind: str) -> None:
        self.wires, self.file, self.kind = wires, ROOT / "out" / file, kind
        self.failed: list[str] = []
        self.answers: dict[str, list[float]] = {}
        self._pressed: list[tuple[str, float]] = []
        self._server = Server(address)
        self._until = threading.Event()
        self._thread = threading.Thread(target=lambda: self.failed.extend(asyncio.run(self._together())))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        used = self._server.report()
        self._until.set()
        self._thread.join(60)
        self.answers = by_kind([wait for wire in self.wires for wait in wire.waits])
        opened = by_kind([("open the page", seconds) for seconds in self.answers.pop("open", [])])
        everything = {"all actions": [seconds for waits in self.answers.values() for seconds in waits]}
        lines = [f"{len(self.wires)} visitors over the websocket: {self.kind}"]
        for waits in (opened, self.answers, everything, self._seen()):
            lines += [summary(name, seconds) for name, seconds in waits.items() if seconds]
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text("\n".join([*lines, used, ""]))

    def joined(self, within: float) -> None:
        """Wait until all have joined; what the server uses is counted from then on."""
        end = time.monotonic() + within
        while not all(any(name == "join" for name, _ in wire.waits) for wire in self.wires):
            assert time.monotonic() < end, f"not all have joined; {self.failed}"
            time.sleep(0.1)
        self._server.reset()

    def press(self, page: Page, what: str, button: str) -> None:
        """Let the trainer press a button, and remember when, and what it does for everybody."""
        found = page.get_by_role("button", name=button, exact=True)
        expect(found).to_be_enabled(timeout=PLAYING)
        self.turn(what, found.click)

    def turn(self, what: str, act: Callable[[], object]) -> None:
        """Do what everybody sees, and remember when."""
        self._pressed.append((what, time.monotonic()))
        act()

    def _seen(self) -> dict[str, list[float]]:
        """Seconds until each visitor has seen what the trainer did."""
        seen = []
        for what, moment in (turn for wire in self.wires for turn in wire.turns):
            before = [at for kind, at in self._pressed if kind == what and at <= moment]
            seen += [(f"{what}, seen by all", moment - before[-1])] if before else []
        return by_kind(seen)

    async def _together(self) -> list[str]:
        """All visitors at once; return what went wrong."""
        stop = asyncio.Event()

        async def watch() -> None:
            await asyncio.to_thread(self._until.wait)
            stop.set()

        async def visit(wire: Wire, after: float) -> None:
            await asyncio.sleep(after)
            await wire.visit(stop)

        watching = asyncio.create_task(watch())
        visits = (visit(wire, 0.2 * number) for number, wire in enumerate(self.wires))
        ends = await asyncio.gather(*visits, return_exceptions=True)
        self._until.set()
        await watching
        return [f"{type(one).__name__}: {one}" for one in ends if isinstance(one, BaseException)]


def by_kind(waits: list[tuple[str, float]]) -> dict[str, list[float]]:
    """Seconds by the kind of action or turn."""
    found: dict[str, list[float]] = {}
    for name, seconds in waits:
        found.setdefault(name, []).append(seconds)
    return found


def summary(name: str, seconds: list[float]) -> str:
    """How long one kind of action took, in words."""
    middle, late = np.percentile(seconds, [50, 95])
    return f"{name}: {len(seconds)}, p50 {middle:.3f} s, p95 {late:.3f} s, most {max(seconds):.3f} s"


class Server:
    """What the server uses, from /proc."""

    def __init__(self, address: str) -> None:
        port = address.rsplit(":", 1)[1]
        found = [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if port in read(path).split("\0")]
        self.process = found[0] if found else None
        self.reset()

    def reset(self) -> None:
        self.began, self.used = time.monotonic(), self.seconds()

    def seconds(self) -> float:
        """CPU seconds so far."""
        if self.process is None:
            return 0.0
        fields = read(self.process / "stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def report(self) -> str:
        if self.process is None:
            return "no figures of the server"
        share = (self.seconds() - self.used) / (time.monotonic() - self.began)
        memory = next(
            line.split()[1] for line in read(self.process / "status").splitlines() if line.startswith("VmRSS")
        )
        return f"server: {share:.0%} of one core, {int(memory) / 1024:.0f} MiB"


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
