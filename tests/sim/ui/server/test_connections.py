"""Connections that send nothing are closed, and one address has a bounded number."""

import asyncio
from contextlib import suppress

import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from sim.ui.server import connections
from sim.ui.server.connections import PatientProtocol

HALF = b"GET / HTTP/1.1\r\nHost: a"
WHOLE = HALF + b"\r\n\r\n"


async def answered(scenario, app=PlainTextResponse("here")) -> None:  # noqa: B008 - it has no state
    """Run something against a server of its own."""
    config = uvicorn.Config(app, port=0, log_level="error", http=PatientProtocol, lifespan="off", timeout_keep_alive=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        await scenario(port)
    finally:
        server.should_exit = True
        await serving


async def ask(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(WHOLE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    got = await reader.read()
    writer.close()
    return got


@pytest.mark.parametrize("sent", [b"", HALF, WHOLE + HALF], ids=["nothing", "half a request", "one and a half"])
def test_who_sends_nothing_whole_is_closed(sent: bytes, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.2)

    async def scenario(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        with suppress(ConnectionError):
            await asyncio.wait_for(reader.read(), 5)
        writer.close()
        assert b"here" in await ask(port)

    asyncio.run(answered(scenario))
    assert not connections._open


def test_one_address_has_a_bounded_number(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "MOST_PER_ADDRESS", 5)

    async def scenario(port: int) -> None:
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        await asyncio.sleep(0.1)
        refused = b""
        with suppress(ConnectionError):
            refused = await ask(port)
        assert refused == b""
        for _, writer in lines:
            writer.close()
        await asyncio.sleep(0.1)
        assert b"here" in await ask(port)

    asyncio.run(answered(scenario))
    assert not connections._open


def test_a_websocket_is_not_closed_for_being_quiet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.2)
    upgrade = WHOLE.replace(
        b"\r\n\r\n",
        b"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n",
    )

    async def accept(_scope, receive, send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()

    async def scenario(port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(upgrade)
        assert b"101" in await reader.readline()
        await reader.readuntil(b"\r\n\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.6)
        writer.close()

    asyncio.run(answered(scenario, accept))
    assert not connections._open
