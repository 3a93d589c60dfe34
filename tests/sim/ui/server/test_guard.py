"""The guard around an application: what reaches it, and what goes out."""

import asyncio
import json
import struct
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from sim.ui.server.access import CLIENT, Access
from sim.ui.server.guard import COOKIE, HEADERS, Guard, careful_cookie
from sim.ui.server.visitors import MOST_PER_VISITOR

OWN = {"Host": "localhost", "Origin": "http://localhost"}
LINE = "/jupyter/api/kernels/{}/channels?session_id=1"
MESSAGE = json.dumps({"header": {"msg_type": "comm_msg"}, "content": {}, "channel": "shell"})


async def answer(request):
    answered = PlainTextResponse(json.dumps(dict(request.headers)))
    answered.set_cookie(COOKIE, "mine", samesite="none", secure=True)
    return answered


async def repeat(line):
    await line.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await line.send_text(await line.receive_text())


@pytest.fixture
def pages():
    return {}


@pytest.fixture
def client(pages, tmp_path):
    (tmp_path / "there.js").touch()
    (tmp_path.parent / "secret.js").touch()
    app = Starlette(
        routes=[
            WebSocketRoute("/jupyter/api/kernels/{kernel}/{name}", repeat),
            Route("/{path:path}", answer, methods=["GET", "POST"]),
        ]
    )
    guard = Guard(app, Access.of("localhost"), lambda: pages, tmp_path)
    return TestClient(guard, base_url="http://localhost")


def test_a_page_is_answered_with_careful_headers(client):
    got = client.get("/")
    assert got.status_code == 200
    assert HEADERS.items() <= got.headers.items()
    assert got.headers["set-cookie"] == f"{COOKIE}=mine; Path=/; HttpOnly; SameSite=Lax"
    assert careful_cookie("a=b; Path=/", secure=True) == "a=b; Path=/; HttpOnly; SameSite=Lax; Secure"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", {"Host": "evil.example"}, 421),
        ("/", {"Origin": "http://evil.example"}, 403),
        ("/", {"Origin": "http://ghost.example"}, 403),
        ("/resourcez", {}, 404),
        ("/resourcez/", {}, 404),
        ("/_solara/api/evict/1", {}, 404),
        ("/_solara/cdn/left-pad/index.js", {}, 404),
        ("/_solara/cdn/%2e%2e/secret.js", {}, 404),
        ("/_solara/cdn/" + "a" * 5000, {}, 404),
        ("/_solara/cdn/a%00b", {}, 404),
        ("/", {"Content-Length": "20000"}, 413),
        ("/", {"Content-Length": "-1"}, 413),
        ("/", {"Transfer-Encoding": "chunked"}, 413),
    ],
)
def test_what_is_not_the_pages_own_is_refused_in_a_sentence(client, path, headers, status):
    got = client.get(path, headers=headers)
    assert got.status_code == status
    assert got.text[0].isupper()
    assert HEADERS.items() <= got.headers.items()


def test_a_library_that_travels_with_the_page_is_served(client):
    assert client.get("/_solara/cdn/there.js").status_code == 200


def test_headers_of_a_proxy_and_of_the_guard_cannot_be_forged(client):
    sent = {"X-Script-Name": "//evil", "X-Forwarded-For": "1.2.3.4", CLIENT: "1.2.3.4"}
    got = client.get("/", headers=sent).json()
    assert "x-script-name" not in got
    assert "x-forwarded-for" not in got
    assert got[CLIENT] == "testclient"


def test_a_page_is_closed_by_its_own_visitor_alone(client, pages):
    pages["p"] = "ann"
    close = "/_solara/api/close/p?session_id=1"
    assert client.post(close, headers={"Cookie": f"{COOKIE}=bob"}).status_code == 403
    assert client.post(close).status_code == 403
    assert client.post(close, headers={"Cookie": f"{COOKIE}=ann"}).status_code == 200


def test_a_page_that_is_left_before_it_is_there_is_closed(client):
    answer = client.post("/_solara/api/close/unknown?session_id=1", headers={"Cookie": f"{COOKIE}=ann"})
    assert (answer.status_code, answer.text) == (200, "This page is closed")


def test_messages_pass(client):
    with client.websocket_connect(LINE.format("p"), headers=OWN) as line:
        line.send_text(MESSAGE)
        assert line.receive_text() == MESSAGE


@pytest.mark.parametrize(
    "headers", [{"Host": "localhost"}, {**OWN, "Origin": "http://evil"}, {"Host": "evil", "Origin": "http://evil"}]
)
def test_a_connection_of_others_is_refused(client, headers):
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LINE.format("p"), headers=headers):
        pass


@pytest.mark.parametrize("frame", [struct.pack("!17I", 2**31, *[0] * 16), b"", "no JSON"])
def test_a_bad_frame_ends_its_connection_alone(client, frame):
    with (
        client.websocket_connect(LINE.format("p"), headers=OWN) as bad,
        client.websocket_connect(LINE.format("q"), headers=OWN) as good,
    ):
        bad.send_bytes(frame) if isinstance(frame, bytes) else bad.send_text(frame)
        with pytest.raises(WebSocketDisconnect) as ended:
            bad.receive_text()
        assert ended.value.code == 1008
        assert ended.value.reason.startswith("a message ")
        good.send_text(MESSAGE)
        assert good.receive_text() == MESSAGE


def test_a_visitor_with_too_many_pages_is_told_on_the_next_one(client, pages):
    cookie = {"Cookie": f"{COOKIE}=ann"}
    for number in range(MOST_PER_VISITOR):
        with client.websocket_connect(LINE.format(number), headers=OWN | cookie):
            pages[str(number)] = "ann"
    got = client.get("/", headers=cookie)
    assert (got.status_code, got.text[:8]) == (503, "You have")
    assert client.get("/static/main.js", headers=cookie).status_code == 200, "what is open goes on"
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(LINE.format("x"), headers=OWN | cookie):
        pass


def test_what_is_neither_request_nor_websocket_is_handed_on():
    handed = []

    async def app(scope, _receive, _send):
        handed.append(scope["type"])

    asyncio.run(Guard(app, Access.of("localhost"), dict)({"type": "lifespan"}, None, None))
    assert handed == ["lifespan"]
