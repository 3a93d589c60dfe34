"""Starting the page: the framework's application behind its guard, on one port of this machine."""

from __future__ import annotations

import errno
import os
import re
import socket
import threading
import warnings
import webbrowser
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.ui.server.access import LOOPBACK, Access
from sim.ui.server.frames import MOST_BYTES
from sim.ui.server.memory import share_arenas
from sim.ui.server.reach import EVERYWHERE, SERVED, Listening, is_loopback, network_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

_VIEWPORT = re.compile(r'(<meta name="viewport") content="[^"]*"')
_ENLARGED = "width=device-width, initial-scale=1"
_BUSY = '<v-progress-linear :style="{visibility: (kernelBusyLong'
_NAMED = _BUSY.replace(" ", ' aria-label="The page is working" ', 1)
_STOPPING = 3  # seconds that open connections are waited for when the server ends


@dataclass(frozen=True)
class ServerOptions:
    """Where the page listens and to whom."""

    app: str  # module file of the page
    host: str = "localhost"  # name or address to listen at
    port: int = 8765  # from 1
    allowed: tuple[str, ...] = field(default=())  # further names the page answers to, "*" for any
    behind_proxy: bool = False  # whether a proxy in front says who asks and for which host
    root_path: str = ""  # path under which a proxy shows the page, such as "/flywheel"; empty for none
    browser: bool = False  # whether a browser is opened

    @property
    def url(self) -> str:
        """Address of the page as a browser on this machine opens it."""
        host = "localhost" if self.host in EVERYWHERE else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}{self.root_path}"

    @property
    def urls(self) -> list[str]:
        """Addresses of the page as others in the network open it; its only one where it listens at one name."""
        if self.host not in EVERYWHERE:
            return [self.url]
        names = {socket.gethostname(), *_own_addresses()}
        return [f"http://{name}:{self.port}{self.root_path}" for name in sorted(names - LOOPBACK)] or [self.url]

    def check(self) -> None:
        """Refuse to start where nothing can listen.

        Raises:
            InputError: Another program listens there, it is no address of this machine, or a path is none.
        """
        if self.root_path and (not self.root_path.startswith("/") or self.root_path.endswith("/")):
            raise InputError(
                f"--root-path {self.root_path}: it begins with a slash and ends without, such as /flywheel"
            )
        if any(mark in self.root_path for mark in "\"'<>?# \\") or "//" in self.root_path:
            raise InputError(f"--root-path {self.root_path}: a path has letters, digits and slashes only")
        try:
            addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        except (OSError, UnicodeError) as error:
            raise InputError(
                f"--host {self.host}: this machine has no such name or address; try localhost or 0.0.0.0"
            ) from error
        family, kind, protocol, _, address = addresses[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(address)
            except OSError as error:
                if error.errno == errno.EADDRINUSE:
                    raise InputError(f"--port {self.port}: another program listens there; name another port") from error
                raise InputError(
                    f"--host {self.host} --port {self.port}: nothing can listen there ({error.strerror})"
                ) from error


def _own_addresses() -> set[str]:
    """Addresses of this machine, as far as it can say: those of its name, and the one it would reach others from."""
    addresses = {network_address()}
    with suppress(OSError):
        addresses |= {str(place[4][0]) for place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    return {address for address in addresses if address and not is_loopback(address)}


def guarded(options: ServerOptions) -> ASGIApp:
    """The page behind its guard, for a server of one's own.

    The framework reads which page it serves when it is imported, so this is called before anything else imports it.
    """
    os.environ["SOLARA_APP"] = options.app
    SERVED.append(Listening(options.host, options.port, options.root_path))
    share_arenas()

    # They read the environment just set.
    from solara.server import kernel_context, server, settings, starlette  # noqa: PLC0415

    from sim.ui.server.guard import Guard  # noqa: PLC0415 - it needs the framework's extra

    # Its cookies are mended by the guard.
    warnings.filterwarnings("ignore", message="Cookies with samesite=none", module=r"solara\.server\.starlette")
    settings.main.root_path = options.root_path
    settings.main.base_url = f"{options.url}/"
    server.read_root = _open_to_all(server.read_root)
    access = Access.of(options.host, options.allowed, behind_proxy=options.behind_proxy)
    return Guard(
        starlette.app,
        access,
        lambda: {page: context.session_id for page, context in list(kernel_context.contexts.items())},
        settings.assets.proxy_cache_dir,
    )


def _open_to_all(read: Callable[..., str | None]) -> Callable[..., str | None]:
    """Read the document of a page as the framework does, then say its language, name its bar and let it be enlarged."""

    def read_open(*args: Any, **given: Any) -> str | None:
        document = read(*args, **given)
        if document is None:
            return None
        spoken = document.replace("<html>", '<html lang="en">', 1)
        spoken = spoken.replace(_BUSY, _NAMED, 1)
        return _VIEWPORT.sub(rf'\1 content="{_ENLARGED}"', spoken)

    return read_open


def serve(options: ServerOptions, say: Callable[[str], None]) -> None:
    """Serve the page until it is stopped.

    Args:
        options: What `check` has found possible.
        say: Told once it answers.
    """
    import uvicorn  # noqa: PLC0415 - it needs the framework's extra

    from sim.ui.server.connections import PatientProtocol, open_more_files  # noqa: PLC0415 - the same

    open_more_files()

    class Server(uvicorn.Server):
        """Says when it answers, and opens the browser then."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            """Begin to listen."""
            await super().startup(sockets)
            if self.started:
                say(f"The page is at {' or '.join(options.urls)} (Ctrl-C ends it).")
                if options.browser:
                    threading.Thread(target=webbrowser.open, args=(options.url,), daemon=True).start()

    config = uvicorn.Config(
        guarded(options),
        host=options.host,
        port=options.port,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        http=PatientProtocol,
        ws_max_size=MOST_BYTES,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=_STOPPING,
        loop="asyncio",
    )
    Server(config).run()
