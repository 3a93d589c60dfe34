"""A visitor of a class without a browser.

It opens a kernel over the page's own websocket, runs the page, and sends the messages the page's parts send when
somebody types, moves a slider or presses a button.

What it does not do is draw: the time a browser takes for that is not in its figures. It reads every message it is sent.
"""

import asyncio
import contextlib
import json
import random
import struct
import time
import uuid
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

OPENING = 60.0  # s
ANSWERING = 20.0  # s
PARTS = {"keep": "value", "joining": "text", "deciding": "budget", "results": "numbers", "board": "rows"}
"""Parts of the page by a field that only they show."""


class Wire:
    """One visitor.

    Attributes:
        shown: What each part of the page shows now, by name.
        waits: Seconds until each action was answered, with the action's name.
        turns: Moments at which a quarter was seen to open or to close. [s, monotonic]
    """

    def __init__(self, address: str, code: str, name: str, seed: int) -> None:
        self.host, self.code, self.name = urlsplit(address).netloc, code, name
        self.shown: dict[str, Any] = {}
        self.waits: list[tuple[str, float]] = []
        self.turns: list[tuple[str, float]] = []
        self.draws = random.Random(seed)  # noqa: S311 - it plays
        self._parts: dict[str, str] = {}
        self._comms: dict[str, str] = {}
        self._news = asyncio.Event()
        self._session = uuid.uuid4().hex

    async def visit(self, until: asyncio.Event) -> None:
        """Join, then decide until told to stop."""
        where = f"ws://{self.host}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={uuid.uuid4()}"
        cookie = {"Cookie": f"solara-session-id={uuid.uuid4()}"}
        own = f"http://{self.host}"
        async with connect(where, additional_headers=cookie, origin=own, proxy=None, max_size=None) as line:
            listening = asyncio.create_task(self._listen(line))
            try:
                await self._run(line)
                await self._join(line)
                while not until.is_set():
                    await self._play(line)
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(until.wait(), self.draws.uniform(0.5, 2.5))
            finally:
                listening.cancel()

    async def _run(self, line: ClientConnection) -> None:
        control = uuid.uuid4().hex
        await self._send(line, "comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        run = {"path": f"/?class={self.code}", "dark": False, "themes": {"light": {}, "dark": {}}}
        began = time.monotonic()
        await self._send(line, "comm_msg", {"comm_id": control, "data": {"method": "run", "args": run}})
        await self._until(lambda: "keep" in self.shown, OPENING)
        self.waits.append(("open", time.monotonic() - began))

    async def _join(self, line: ClientConnection) -> None:
        await self._act(line, "keep", {"found": ""})
        await self._until(lambda: "joining" in self.shown, OPENING)
        await self._timed(line, "join", "joining", {"name": self.name}, lambda: "results" in self.shown)

    async def _play(self, line: ClientConnection) -> None:
        """Move a slider, and decide now and then."""
        screen = self.shown.get("deciding")
        if screen is None:
            return
        if self.draws.random() < 0.25 and not screen["over"] and (screen["changed"] or not screen["decided"]):
            await self._timed(line, "decide", "deciding", {"decide": True}, self._decided)
            return
        one = self.draws.choice(screen["paid"] + screen["free"])
        if len(one["texts"]) < 2:
            return
        near = min(one["home"] + 1, len(one["texts"]) - 1)
        at = one["home"] if one["at"] != one["home"] else near if near != one["home"] else one["home"] - 1
        deed = {"name": one["name"], "at": at}
        await self._timed(line, "move", "deciding", deed, lambda: self._stands(one["name"]) in (at, None))

    def _decided(self) -> bool:
        screen = self.shown.get("deciding")
        return screen is None or (screen["decided"] and not screen["changed"]) or bool(screen["problem"])

    def _stands(self, name: str) -> int | None:
        screen = self.shown.get("deciding")
        if screen is None:  # the quarter was closed meanwhile
            return None
        return next((one["at"] for one in screen["paid"] + screen["free"] if one["name"] == name), None)

    async def _timed(self, line: ClientConnection, name: str, part: str, deed: dict, answered: Any) -> None:
        began = time.monotonic()
        await self._act(line, part, deed)
        await self._until(answered, ANSWERING)
        self.waits.append((name, time.monotonic() - began))

    async def _act(self, line: ClientConnection, part: str, deed: dict) -> None:
        if part in self._parts:
            custom = {"method": "custom", "content": {"event": "act", "data": deed}}
            await self._send(line, "comm_msg", {"comm_id": self._parts[part], "data": custom})

    async def _until(self, true: Any, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not true():
            left = end - time.monotonic()
            assert left > 0, f"{self.name} got no answer within {seconds:.0f} s; it sees {sorted(self.shown)}"
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, 1.0))

    async def _send(self, line: ClientConnection, kind: str, content: dict) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.2",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        message |= {"channel": "shell", "buffers": []}
        await line.send(json.dumps(message))

    async def _listen(self, line: ClientConnection) -> None:
        async for data in line:
            message = unpacked(data)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open" or (kind == "comm_msg" and content["data"].get("method") == "update"):
                self._see(content["comm_id"], content["data"].get("state", {}))
            elif kind == "comm_close":
                self._lose(content["comm_id"])
            self._news.set()

    def _see(self, comm: str, state: dict) -> None:
        shown = state.get("shown")
        if not isinstance(shown, dict):
            return
        name = next((name for name, field in PARTS.items() if field in shown and "code" not in shown), None)
        name = "joining" if "code" in shown and "text" in shown else name
        if name is None:
            return
        if name == "deciding" and "deciding" not in self.shown:
            self.turns.append(("open", time.monotonic()))
        self._parts[name], self._comms[comm], self.shown[name] = comm, name, shown

    def _lose(self, comm: str) -> None:
        name = self._comms.pop(comm, None)
        if name and self._parts.get(name) == comm:
            del self._parts[name], self.shown[name]
            if name == "deciding":
                self.turns.append(("close", time.monotonic()))


def unpacked(data: str | bytes) -> dict:
    """A message of the kernel: JSON, or JSON behind a table of offsets."""
    if isinstance(data, str):
        return json.loads(data)
    (parts,) = struct.unpack("!i", data[:4])
    offsets = [*struct.unpack(f"!{parts}I", data[4 : 4 * (parts + 1)]), len(data)]
    return json.loads(data[offsets[0] : offsets[1]])
