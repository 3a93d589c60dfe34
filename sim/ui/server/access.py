"""Whose requests are answered: those that name the page by one of its own names, and come from its own pages."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
CLIENT = "x-flywheel-client"
"""Header in which the page is told who asks; whatever a browser sends under this name is replaced."""

FORWARDED = ("x-forwarded-", "x-script-name", "script-name", "x-real-ip", "forwarded")
"""Beginnings of headers that only a proxy in front of the page may set."""


@dataclass(frozen=True)
class Access:
    """The names the page answers to."""

    names: frozenset[str] = LOOPBACK  # without port, in small letters; "*" for any
    behind_proxy: bool = False  # whether a proxy in front of the page says who asks and for which host

    @classmethod
    def of(cls, host: str, allowed: Iterable[str] = (), *, behind_proxy: bool = False) -> Access:
        """The names of this machine, of the host that is listened at, and those that are allowed besides."""
        own = {socket.gethostname(), f"{socket.gethostname()}.local", host, *allowed}
        return cls(LOOPBACK | {_bare(name) for name in own}, behind_proxy)

    def refusal(self, headers: dict[str, str], reached: str, *, needs_origin: bool = False) -> tuple[int, str]:
        """Status and reason of a request that is not answered; 200 and no reason if it is.

        Args:
            headers: Of the request, names in small letters.
            reached: Address of this machine at which the request arrived.
            needs_origin: Whether a browser always says from which page it comes, as for a websocket.
        """
        host = headers.get("host", "")
        name = _name(f"//{host}")
        if "*" not in self.names and name not in self.names and name != _bare(reached):
            why = f"this page does not answer to the host {_short(host)}; start it with --allow-host {_short(name)}"
            return 421, why
        origin = headers.get("origin", "")
        if needs_origin and not origin:
            return 403, "a connection must say which page it comes from (Origin)"
        if origin and _netloc(origin) != host.lower():
            return 403, f"a page of {_short(origin)} may not speak to this one"
        return 200, ""


def without_forwarding(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers without those that only a proxy may set."""
    return [(name, value) for name, value in headers if not name.decode("latin-1").lower().startswith(FORWARDED)]


def client_of(scope: Any, forwarded: str = "") -> str:
    """Address of whoever asks; of a network of theirs where the address is one of many (IPv6).

    Of what a proxy says (X-Forwarded-For) the last entry counts, which is its own; those before it anybody can write.
    """
    address = forwarded.rpartition(",")[2].strip() or (scope.get("client") or ("",))[0]
    try:
        number = ipaddress.ip_address(address)
    except ValueError:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False)) if number.version == 6 else address


def _name(url: str) -> str:
    """The host of a URL without its port; empty if there is none."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _netloc(origin: str) -> str:
    """Host and port of an origin; empty for one that is none, such as "null"."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return ""
    return parts.netloc.lower() if parts.scheme in ("http", "https") else ""


def _bare(name: str) -> str:
    return name.strip("[]").lower()


def _short(text: str) -> str:
    """What a stranger sent, fit to be shown."""
    return "".join(letter for letter in text[:60] if letter.isascii() and letter.isprintable()) or "of no name"
