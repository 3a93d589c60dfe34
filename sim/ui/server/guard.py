"""What stands between the network and the page: an ASGI application around the framework's own."""

from __future__ import annotations

import logging
from http.cookies import CookieError, SimpleCookie
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

from sim.ui.server.access import CLIENT, Access, client_of, without_forwarding
from sim.ui.server.frames import FrameError, check_frame
from sim.ui.server.memory import trim_soon
from sim.ui.server.visitors import Pace, PaceError, PageOwner, Visitors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger(__name__)

COOKIE = "solara-session-id"
_CDN = "/_solara/cdn/"
_CLOSE = "/_solara/api/close/"
_CLOSED = ("/resourcez", "/_solara/api/evict")
"""What nobody is shown."""

_PARTS = ("/static/", "/_solara/", "/jupyter/", "/readyz")
"""Beginnings of what a page consists of, and that is no page itself."""

_MOST_BODY = 10_000
_REFUSED = 1008  # code of a websocket that is closed because of what was sent

# Vue compiles templates in the browser and the framework's own page has scripts in it, hence the two exceptions.
POLICY = """\
default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; \
img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'"""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guard:
    """Refuses what is not the page's own, counts visitors, reads frames first, and adds the headers of a careful page.

    Args:
        app: The framework's application.
        access: The names the page answers to.
        pages: The visitor of every page the framework keeps, by the page's name.
        assets: Folder of the libraries the browser loads; what is not in it is not fetched from elsewhere.
    """

    def __init__(
        self, app: ASGIApp, access: Access, pages: Callable[[], Mapping[str, str]], assets: Path | None = None
    ) -> None:
        self._app, self._access = app, access
        self._pages, self._assets = pages, assets
        self._visitors = Visitors(pages)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or hand it on."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        scope = self._known(scope)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["type"] == "websocket":
            await self._websocket(scope, headers, receive, send)
        else:
            await self._request(scope, headers, receive, send)

    def _known(self, scope: Scope) -> Scope:
        """The request with headers that can be relied on."""
        sent = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        proxy = self._access.behind_proxy
        client = client_of(scope, sent.get("x-forwarded-for", "") if proxy else "")
        headers = scope["headers"] if proxy else without_forwarding(scope["headers"])
        headers = [(name, value) for name, value in headers if name.decode("latin-1").lower() != CLIENT]
        secure = proxy and sent.get("x-forwarded-proto") == "https" and scope["type"] == "http"
        return {
            **scope,
            "headers": [*headers, (CLIENT.encode(), client.encode("latin-1", "replace"))],
            "client": (client, 0),
            "scheme": "https" if secure else scope.get("scheme", "http"),
        }

    async def _request(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        status, why = self._refused_request(scope, headers)
        sending = _with_headers(send, secure=scope.get("scheme") == "https")
        if why:
            await PlainTextResponse(f"{why[:1].upper()}{why[1:]}", status)(scope, receive, sending)
        else:
            await self._app(scope, receive, sending)

    def _refused_request(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str]:
        """Status and sentence of a request that is refused; 200 and nothing for others."""
        path = scope["path"]
        status, why = self._access.refusal(headers, _reached(scope))
        if why:
            return status, why
        size = headers.get("content-length", "0")
        if not size.isdigit() or int(size) > _MOST_BODY or "transfer-encoding" in headers:
            return 413, "this page reads nothing of that size"
        if path.startswith(_CLOSED) or (path.startswith(_CDN) and not self._has(path.removeprefix(_CDN))):
            return 404, "this does not travel with the page, and nothing is fetched from elsewhere"
        if path.startswith(_CLOSE):
            return self._refused_close(path.removeprefix(_CLOSE), _cookie(headers))
        if scope["method"] == "GET" and not path.startswith(_PARTS):
            return 503, self._visitors.refusal(_owner(scope, headers))
        return 200, ""

    def _refused_close(self, page: str, visitor: str) -> tuple[int, str]:
        """A page is closed by its own visitor alone; one that is gone, or left before it was there, is closed."""
        pages = self._pages()
        if page not in pages:
            return 200, "this page is closed"
        return (200, "") if pages[page] == visitor else (403, "this is somebody else's page")

    def _has(self, name: str) -> bool:
        """Whether a library travels with the page."""
        if self._assets is None:
            return True
        files = (self._assets / name, self._assets / name / "__main.js")
        try:
            return any(file.is_file() and file.resolve().is_relative_to(self._assets.resolve()) for file in files)
        except (OSError, ValueError):  # no name of a file
            return False

    async def _websocket(self, scope: Scope, headers: dict[str, str], receive: Receive, send: Send) -> None:
        _, why = self._access.refusal(headers, _reached(scope), needs_origin=True)
        page = PurePosixPath(scope["path"]).parent.name  # of /jupyter/api/kernels/PAGE/channels
        why = why or self._visitors.connect(page, _owner(scope, headers))
        if why:
            await _close(send, why)
            return
        try:
            await self._app(scope, _checked(receive, send), send)
        finally:
            self._visitors.disconnect(page)
            trim_soon()


def _checked(receive: Receive, send: Send) -> Receive:
    """Receive messages that have been looked at; the first that must not be read ends the connection."""
    pace = Pace()

    async def checked() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive":
            return message
        try:
            text = message.get("text")
            frame = text if text is not None else message.get("bytes") or b""
            pace.count(len(frame))
            check_frame(frame)
        except (FrameError, PaceError) as error:
            _log.warning("a connection was closed: %s", error)
            await _close(send, str(error))
            return {"type": "websocket.disconnect", "code": _REFUSED}
        return message

    return checked


async def _close(send: Send, why: str) -> None:
    longest = 120  # the protocol has room for 123 bytes
    await send({"type": "websocket.close", "code": _REFUSED, "reason": why[:longest]})


def _with_headers(send: Send, *, secure: bool) -> Send:
    """Add the headers of a careful page to whatever is answered."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            cookies = headers.getlist("set-cookie")
            del headers["set-cookie"]
            for cookie in cookies:
                headers.append("set-cookie", careful_cookie(cookie, secure=secure))
        await send(message)

    return sending


def careful_cookie(text: str, *, secure: bool) -> str:
    """A Set-Cookie header that no script can read and no other site's request carries."""
    value, *attributes = (part.strip() for part in text.split(";"))
    kept = [part for part in attributes if part.lower().partition("=")[0] not in ("samesite", "secure", "httponly")]
    return "; ".join([value, *kept, "HttpOnly", "SameSite=Lax", *(["Secure"] if secure else [])])


def _owner(scope: Scope, headers: dict[str, str]) -> PageOwner:
    return PageOwner(_cookie(headers), client_of(scope))


def _cookie(headers: dict[str, str]) -> str:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _reached(scope: Any) -> str:
    return str((scope.get("server") or ("",))[0] or "")
