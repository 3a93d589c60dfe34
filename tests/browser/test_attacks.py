"""What strangers send to a page that runs: it goes on for everybody else."""

import asyncio
import struct
import time
import uuid
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.browser.conftest import in_own_loop

pytestmark = pytest.mark.browser

FRAMES = {
    "billions of parts": struct.pack("!17I", 2**31, *[0] * 16),
    "starts beyond the end": struct.pack("!3I", 2, 12, 2**31),
    "nothing": b"",
    "nested lists": "[" * 500_000,
    "no kind": '{"header": {"msg_type": "execute_request"}, "content": {}, "channel": "shell"}',
}
ANSWERED = 5.0
"""Seconds in which a page that is not frozen answers, on a busy machine too."""


def ask(url: str, **headers: str) -> tuple[int, str]:
    request = Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})  # noqa: S310
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=30) as got:
            return got.status, got.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def line_to(url: str, page: str, **others):
    host = urlsplit(url).netloc
    where = f"ws://{host}/jupyter/api/kernels/{page}/channels?session_id={uuid.uuid4()}"
    own = {"origin": f"http://{host}", "proxy": None, "additional_headers": {"Cookie": f"solara-session-id={page}"}}
    return connect(where, **(own | others))


async def ends(url: str, frame: bytes | str) -> tuple[int, str]:
    """Send a frame; how the connection ended."""
    async with line_to(url, str(uuid.uuid4())) as line:
        await line.send(frame)
        await asyncio.wait_for(line.wait_closed(), ANSWERED)
        return line.close_code, line.close_reason


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_bad_frame_ends_its_connection_and_no_other(address: str, frame: bytes | str):
    code, reason = in_own_loop(ends(address, frame))
    assert code == 1008
    assert reason
    began = time.monotonic()
    assert ask(address)[0] == 200
    assert time.monotonic() - began < ANSWERED


def test_a_path_of_somebody_else_is_never_the_pages(address: str):
    for _ in range(2):
        assert "evil" not in ask(address, X_Script_Name="//evil.example", Script_Name="/evil")[1]


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403)],
)
def test_requests_of_others_are_refused(address: str, headers: dict, status: int):
    assert ask(address, **headers)[0] == status


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_connections_of_others_are_refused(address: str, origin: str | None):
    async def try_it() -> int:
        with pytest.raises(InvalidStatus) as refused:
            async with line_to(address, str(uuid.uuid4()), origin=origin):
                pass
        return refused.value.response.status_code

    assert in_own_loop(try_it()) == 403


def test_there_is_no_page_of_resources(address: str):
    assert ask(f"{address}/resourcez?verbose")[0] == 404


def test_nothing_is_fetched_from_elsewhere(address: str):
    status, text = ask(f"{address}/_solara/cdn/left-pad@1.3.0/index.js")
    assert (status, text) == (404, "This does not travel with the page, and nothing is fetched from elsewhere")
