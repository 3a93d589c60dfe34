"""Visitors who come and go leave no memory behind that keeps growing."""

import asyncio
import json
import subprocess
import time
import uuid
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from websockets.asyncio.client import connect

from tests.browser.conftest import in_own_loop, serving

pytestmark = [pytest.mark.browser, pytest.mark.alone, pytest.mark.long]

ROUNDS, VISITORS, TOGETHER = 3, 40, 10
STAYING = 6.0
"""Seconds a visitor stays, which is enough to draw the whole page."""

TRIMMED = 25.0
"""Seconds after which free memory has been given back."""

MOST_GROWTH = 1.3


def memory_of(port: str) -> float:
    """Resident memory of the server of a port. [MB]."""
    found = subprocess.run(["pgrep", "-f", f"app --port {port}"], capture_output=True, text=True, check=True)
    status = Path(f"/proc/{found.stdout.split()[0]}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


async def visit(host: str) -> None:
    """Open the page, stay a while, close it as a browser does."""
    page, session, visitor = (str(uuid.uuid4()) for _ in range(3))
    cookie = {"Cookie": f"solara-session-id={visitor}"}
    where = f"ws://{host}/jupyter/api/kernels/{page}/channels?session_id={session}"
    async with connect(where, additional_headers=cookie, origin=f"http://{host}", proxy=None, max_size=None) as line:
        control = {"comm_id": uuid.uuid4().hex}
        run = {"method": "run", "args": {"path": "/", "dark": False, "themes": {"light": {}, "dark": {}}}}
        await line.send(message("comm_open", control | {"target_name": "solara.control", "data": {}}))
        await line.send(message("comm_msg", control | {"data": run}))
        end = time.monotonic() + STAYING
        while time.monotonic() < end:
            try:
                await asyncio.wait_for(line.recv(), 0.5)
            except TimeoutError:
                continue
    close = Request(f"http://{host}/_solara/api/close/{page}?session_id={session}", method="POST", headers=cookie)
    await asyncio.to_thread(lambda: build_opener(ProxyHandler({})).open(close, timeout=30).read())


def message(kind: str, content: dict) -> str:
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "s", "username": "", "version": "5.3"}
    whole = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    return json.dumps(whole | {"buffers": []})


def test_forty_visitors_who_come_three_times_take_no_more_than_once(tmp_path: Path):
    with serving(tmp_path) as url:
        host = url.removeprefix("http://")
        after = []
        for _ in range(ROUNDS):
            for _ in range(VISITORS // TOGETHER):
                in_own_loop(together(host))
            time.sleep(TRIMMED)
            after.append(memory_of(host.partition(":")[2]))
    (tmp_path / "memory.txt").write_text(f"{after} MB")
    assert max(after[1:]) < MOST_GROWTH * after[0], after


async def together(host: str) -> None:
    await asyncio.gather(*(visit(host) for _ in range(TOGETHER)))
