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
PARTS = {
    "keep": "value",
    "joining": "teams",
    "deciding": "budget",
    "results": "numbers",
    "roster": "members",
    "board": "rows",
}
"""Parts of the page by a field that only they show."""
COMES = {"deciding": "open a quarter", "asked": "ask", "board": "reveal the leaderboard"}
"""What a trainer has done when a part comes."""
TURNS = {"closed": "close predictions", "revealed": "reveal what came true"}
"""What a trainer has done when a question has this."""


class Wire:
    """One visitor.

    Attributes:
        shown: What each part of the page shows now, by name.
        waits: Seconds until each action was answered, with the action's name.
        turns: Moments at which it was seen what the trainer had done. [s, monotonic]
    """

    def __init__(self, address: str, code: str, name: str, seed: int, team: str = "") -> None:
        self.host, self.code, self.name = urlsplit(address).netloc, code, name
        self.joins = {"name": name, "team": team} if team else {"name": name}
        self.shown: dict[str, Any] = {}
        self.waits: list[tuple[str, float]] = []
        self.turns: list[tuple[str, float]] = []
        self.draws = random.Random(seed)  # noqa: S311 - it plays
        self._parts: dict[str, str] = {}
        self._comms: dict[str, str] = {}
        self._news = asyncio.Event()
        self._session = uuid.uuid4().hex
        self._line: ClientConnection

    async def visit(self, until: asyncio.Event) -> None:
        """Join, then predict, propose and decide until told to stop."""
        where = f"ws://{self.host}/jupyter/api/kernels/{uuid.uuid4()}/channels?session_id={uuid.uuid4()}"
        cookie = {"Cookie": f"solara-session-id={uuid.uuid4()}"}
        own = f"http://{self.host}"
        async with connect(where, additional_headers=cookie, origin=own, proxy=None, max_size=None) as self._line:
            listening = asyncio.create_task(self._listen())
            try:
                await self._run()
                await self._join()
                while not until.is_set():
                    await self._play()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(until.wait(), self.draws.uniform(0.5, 2.5))
            finally:
                listening.cancel()

    async def _run(self) -> None:
        control = uuid.uuid4().hex
        await self._send("comm_open", {"comm_id": control, "target_name": "solara.control", "data": {}})
        run = {"path": f"/?class={self.code}", "dark": False, "themes": {"light": {}, "dark": {}}}
        began = time.monotonic()
        await self._send("comm_msg", {"comm_id": control, "data": {"method": "run", "args": run}})
        await self._until(lambda: "keep" in self.shown, OPENING)
        self.waits.append(("open", time.monotonic() - began))

    async def _join(self) -> None:
        await self._act("keep", {"found": ""})
        await self._until(lambda: "joining" in self.shown, OPENING)
        await self._timed("join", "joining", self.joins, lambda: "joining" not in self.shown)

    async def _play(self) -> None:
        """Predict what is asked, and else move a slider, take a proposal over, or decide now and then."""
        asked, screen = self.shown.get("asked"), self.shown.get("deciding")
        if asked and asked["chosen"] is None and not asked["revealed"] and not asked["closed"]:
            await self._timed("predict", "asked", self._guess(asked), self._predicted, "guess")
        elif screen is None:
            return
        elif (proposed := self._proposed()) and not screen["changed"] and self.draws.random() < 0.5:
            deed = {"take": self.draws.choice(proposed)}
            await self._timed("take over", "roster", deed, lambda: self._screen("changed", gone=True))
        elif self.draws.random() < 0.25 and not screen["over"] and (screen["changed"] or not screen["decided"]):
            await self._timed(screen["verbs"][0].lower(), "deciding", {"decide": True}, self._decided)
        else:
            await self._move(self.draws.choice(screen["paid"] + screen["free"]))

    async def _move(self, one: dict) -> None:
        if len(one["texts"]) < 2:
            return
        near = min(one["home"] + 1, len(one["texts"]) - 1)
        at = one["home"] if one["at"] != one["home"] else near if near != one["home"] else one["home"] - 1
        deed = {"name": one["name"], "at": at}
        await self._timed("move", "deciding", deed, lambda: self._stands(one["name"]) in (at, None))

    def _guess(self, asked: dict) -> float:
        if asked["options"]:
            return self.draws.randrange(len(asked["options"]))
        return round(self.draws.uniform(asked["low"], asked["high"]))

    def _predicted(self) -> bool:
        asked = self.shown.get("asked")
        return asked is None or asked["chosen"] is not None or asked["revealed"] or asked["closed"]

    def _proposed(self) -> list[int]:
        """Places of what members propose that a captain may take over."""
        members = self.shown.get("roster", {"members": []})["members"]
        return [at for at, one in enumerate(members) if one["take"] and "nothing changed" not in one["text"]]

    def _screen(self, field: str, *, gone: bool) -> Any:
        """What the screen on which it decides shows; `gone` where its quarter was closed meanwhile."""
        return self.shown["deciding"][field] if "deciding" in self.shown else gone

    def _decided(self) -> bool:
        decided = self._screen("decided", gone=True) and not self._screen("changed", gone=False)
        return decided or bool(self._screen("problem", gone=False))

    def _stands(self, name: str) -> int | None:
        screen = self.shown.get("deciding")
        if screen is None:
            return None
        return next((one["at"] for one in screen["paid"] + screen["free"] if one["name"] == name), None)

    async def _timed(self, name: str, part: str, deed: object, answered: Any, event: str = "act") -> None:
        began = time.monotonic()
        await self._act(part, deed, event)
        await self._until(answered, ANSWERING)
        self.waits.append((name, time.monotonic() - began))

    async def _act(self, part: str, deed: object, event: str = "act") -> None:
        if part in self._parts:
            custom = {"method": "custom", "content": {"event": event, "data": deed}}
            await self._send("comm_msg", {"comm_id": self._parts[part], "data": custom})

    async def _until(self, true: Any, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not true():
            left = end - time.monotonic()
            assert left > 0, f"{self.name} got no answer within {seconds:.0f} s; it sees {sorted(self.shown)}"
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, 1.0))

    async def _send(self, kind: str, content: dict) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.2",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        message |= {"channel": "shell", "buffers": []}
        await self._line.send(json.dumps(message))

    async def _listen(self) -> None:
        async for data in self._line:
            message = unpacked(data)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open" or (kind == "comm_msg" and content["data"].get("method") == "update"):
                self._see(content["comm_id"], content["data"].get("state", {}))
            elif kind == "comm_close":
                self._lose(content["comm_id"])
            self._news.set()

    def _see(self, comm: str, state: dict) -> None:
        shown, before = state.get("shown"), {}
        if isinstance(shown, dict):
            name = next((name for name, field in PARTS.items() if field in shown), None)
        elif "chosen" in state or self._comms.get(comm) == "asked":  # a question sends what changes, in no box
            name, before = "asked", self.shown.get("asked", {})
            shown = {**before, **state}
        else:
            return
        if name is None:
            return
        if name in COMES and (name not in self.shown or shown.get("question") != before.get("question")):
            self._turned(COMES[name])
        for field, what in TURNS.items():
            if name == "asked" and shown[field] and not before.get(field):
                self._turned(what)
        self._parts[name], self._comms[comm], self.shown[name] = comm, name, shown

    def _lose(self, comm: str) -> None:
        name = self._comms.pop(comm, None)
        if name and self._parts.get(name) == comm:
            del self._parts[name], self.shown[name]
            if name == "deciding":
                self._turned("close a quarter")

    def _turned(self, what: str) -> None:
        self.turns.append((what, time.monotonic()))


def unpacked(data: str | bytes) -> dict:
    """A message of the kernel: JSON, or JSON behind a table of offsets."""
    if isinstance(data, str):
        return json.loads(data)
    (parts,) = struct.unpack("!i", data[:4])
    offsets = [*struct.unpack(f"!{parts}I", data[4 : 4 * (parts + 1)]), len(data)]
    return json.loads(data[offsets[0] : offsets[1]])
