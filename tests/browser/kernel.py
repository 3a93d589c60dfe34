"""A page of the server without a browser: what is sent to it, and the messages its parts send.

It opens a kernel over the page's own websocket and runs the page. What it does not do is draw: the time a browser takes
for that is not in its figures. It reads every message it is sent.
"""

import asyncio
import contextlib
import json
import struct
import time
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from websockets.asyncio.client import ClientConnection, connect

Content = dict[str, Any]


class Kernel:
    """One page.

    Attributes:
        states: What the server has told of each part that is shown, by its comm.
    """

    def __init__(self, address: str, name: str = "a page") -> None:
        self.host, self.name = urlsplit(address).netloc, name
        self.states: dict[str, Content] = {}
        self._news = asyncio.Event()
        self._page, self._session = str(uuid.uuid4()), uuid.uuid4().hex
        self._cookie = {"Cookie": f"solara-session-id={uuid.uuid4()}"}
        self._line: ClientConnection

    @contextlib.asynccontextmanager
    async def opened(self, path: str = "/") -> AsyncIterator[None]:
        """Run the page of a path, and let go of it as a browser that loses its network does."""
        where = f"ws://{self.host}/jupyter/api/kernels/{self._page}/channels?session_id={self._session}"
        asks = {"additional_headers": self._cookie, "origin": f"http://{self.host}", "proxy": None, "max_size": None}
        async with connect(where, **asks) as self._line:
            listening = asyncio.create_task(self._listen())
            try:
                control = {"comm_id": uuid.uuid4().hex}
                run = {"path": path, "dark": False, "themes": {"light": {}, "dark": {}}}
                await self._send("comm_open", control | {"target_name": "solara.control", "data": {}})
                await self._send("comm_msg", control | {"data": {"method": "run", "args": run}})
                yield
            finally:
                listening.cancel()

    async def close(self) -> None:
        """Say that the page is closed, as a browser does."""
        where = f"http://{self.host}/_solara/api/close/{self._page}?session_id={self._session}"
        asked = Request(where, method="POST", headers=self._cookie)
        await asyncio.to_thread(lambda: build_opener(ProxyHandler({})).open(asked, timeout=30).read())

    async def tell(self, comm: str, event: str, data: object) -> None:
        """Send what a part sends when somebody types, moves a slider or presses a button."""
        await self._send(
            "comm_msg", {"comm_id": comm, "data": {"method": "custom", "content": {"event": event, "data": data}}}
        )

    async def until(self, true: Callable[[], object], seconds: float) -> None:
        """Wait until something is true of what was sent."""
        end = time.monotonic() + seconds
        while not true():
            left = end - time.monotonic()
            assert left > 0, f"{self.name} got no answer within {seconds:.0f} s; {self.sees()}"
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), min(left, 1.0))

    def sees(self) -> str:
        """What it sees, for whoever looks for a mistake."""
        return f"it sees {len(self.states)} parts"

    def see(self, comm: str, before: Content) -> None:
        """Take note of a part that was told something, and of what it was told before."""

    def lose(self, comm: str) -> None:
        """Take note of a part that is shown no more."""

    async def _send(self, kind: str, content: Content) -> None:
        header = {
            "msg_id": uuid.uuid4().hex,
            "msg_type": kind,
            "session": self._session,
            "username": "",
            "version": "5.2",
        }
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        await self._line.send(json.dumps(message | {"channel": "shell", "buffers": []}))

    async def _listen(self) -> None:
        async for data in self._line:
            message = unpacked(data)
            kind, content = message["header"]["msg_type"], message["content"]
            if kind == "comm_open" or (kind == "comm_msg" and content["data"].get("method") == "update"):
                comm = content["comm_id"]
                before = self.states.get(comm, {})
                self.states[comm] = before | content["data"].get("state", {})
                self.see(comm, before)
            elif kind == "comm_close" and self.states.pop(content["comm_id"], None) is not None:
                self.lose(content["comm_id"])
            self._news.set()


def unpacked(data: str | bytes) -> dict:
    """A message of the kernel: JSON, or JSON behind a table of offsets."""
    if isinstance(data, str):
        return json.loads(data)
    (parts,) = struct.unpack("!i", data[:4])
    offsets = [*struct.unpack(f"!{parts}I", data[4 : 4 * (parts + 1)]), len(data)]
    return json.loads(data[offsets[0] : offsets[1]])
