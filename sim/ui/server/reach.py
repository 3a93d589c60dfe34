"""How others reach the page: the address that stands on the wall of a class, and its QR code."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from sim.ui.server.access import LOOPBACK

EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened at
NOBODY = ("192.0.2.1", 9)  # address and port of nobody: nothing is sent to find out from where it would be reached

ALONE = (
    "This page listens on this machine alone, so no telephone can open it; start it with flywheel app --host 0.0.0.0 "
    "to let the network in."
)
UNKNOWN = (
    "This machine's address in the network was not found; open this page by it, not by localhost, and it stands here."
)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page of this process listens."""

    host: str  # Name or address
    port: int  # From 1
    root_path: str = ""  # Path under which a proxy shows the page; empty for none


SERVED: list[Listening] = []
"""Where the page of this process listens, the last one last; empty if somebody else serves it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """An address at which others open the page, or a sentence that says why there is none."""

    url: str = ""  # With the path, without what is asked for; empty for none
    problem: str = ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address, without port, leads no farther than this machine."""
    bare = host.strip("[]").lower().removesuffix(".")
    try:
        return ipaddress.ip_address(bare).is_loopback
    except ValueError:
        return bare in LOOPBACK or bare.endswith(".localhost")


def network_address() -> str:
    """The address under which the network knows this machine; empty if it cannot be found. Nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.connect(NOBODY)
        found = str(line.getsockname()[0])
        if not is_loopback(found) and found not in EVERYWHERE:
            return found
    named: list[str] = []
    with suppress(OSError):
        named = [str(place[4][0]) for place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    return next((address for address in named if not is_loopback(address)), "")


def reach(origin: str, at: Listening | None) -> Reach:
    """Find the address at which others open the page.

    Args:
        origin: Scheme, host and port by which the one who asks has opened it; empty if unknown.
        at: Where the page listens; None if somebody else serves it.
    """
    root = at.root_path if at else ""
    try:
        parts = urlsplit(origin)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and not is_loopback(parts.hostname or "")
    except ValueError:
        known = False
    if known:
        return Reach(f"{origin}{root}/")
    if at is None or is_loopback(at.host):
        return Reach(problem=ALONE)
    host = network_address() if at.host in EVERYWHERE else f"[{at.host}]" if ":" in at.host else at.host
    return Reach(f"http://{host}:{at.port}{root}/") if host else Reach(problem=UNKNOWN)


def class_link(url: str, code: str) -> str:
    """The address that opens a seat of a class."""
    return f"{url}?class={quote(code, safe='')}"


def qr_svg(text: str) -> str:
    """Draw a QR code as SVG, black on white with its quiet zone, that fills whatever holds it."""
    import segno  # noqa: PLC0415 - only a class needs it

    return str(segno.make_qr(text, error="m").svg_inline(omitsize=True, dark="#000", light="#fff", border=4))
