"""The page as `flywheel app` serves it, and Chromium as Debian has it; nothing is downloaded, nothing leaves here."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import PLAYING

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is not this machine's own, as a class has it.
    "--host-resolver-rules=MAP class.example 127.0.0.1",
)
# What asks for another host gets no answer, as with the network off.
NOWHERE = "http://127.0.0.1:9"
OFFLINE = {name: NOWHERE for one in ("http_proxy", "https_proxy", "all_proxy") for name in (one, one.upper())}
STARTING = 150  # seconds
MOST_SAID = 2_000  # characters of a page or a server that a failure repeats
TRAINER_CODE = "Sesame99"
Found = TypeVar("Found")

# A machine that is busy otherwise answers late, and that is no failure.
expect.set_options(timeout=PLAYING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say with a failure what stood on every page that is open, and what the test's own server had said."""
    report = yield
    given = getattr(item, "funcargs", {})
    if report.when == "call" and report.failed and "browser" in given:
        for page in [page for context in given["browser"].contexts for page in context.pages]:
            with suppress(Exception):  # a page that cannot be asked any more has nothing to say
                report.sections.append((f"page {page.url}", page.locator("body").inner_text(timeout=5_000)[:MOST_SAID]))
        for said in given["tmp_path"].rglob("said.txt") if "tmp_path" in given else ():
            report.sections.append(("server", said.read_text()[-MOST_SAID:]))
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": list(QUIET)}


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of its own."""
    with serving(tmp_path_factory.mktemp("server")) as url:
        yield url


def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as free:
        free.bind(("localhost", 0))
        return int(free.getsockname()[1])


def start(folder: Path, port: int, *words: str) -> subprocess.Popen:
    """Start `flywheel app` with further words; what it says lies in the folder, and so do its classes."""
    said = folder / "said.txt"
    command = [Path(sys.executable).with_name("flywheel"), "app", "--port", str(port), "--trainer-code", TRAINER_CODE]
    with said.open("w") as out:
        server = subprocess.Popen(
            [*command, "--data", str(folder / "classes"), *words],
            cwd=Path(__file__).resolve().parents[2],
            env={**os.environ, **OFFLINE, "no_proxy": "localhost", "BROWSER": "true"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(f"http://localhost:{port}", server, said)
    except BaseException:
        stop(server)
        raise
    return server


def stop(server: subprocess.Popen) -> None:
    """End a server that was started."""
    server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[str]:
    """Start `flywheel app` with further words on a free port, and give its address; what it says lies in the folder."""
    port = free_port()
    server = start(folder, port, *words)
    try:
        yield f"http://localhost:{port}"
    finally:
        stop(server)


def in_own_loop(work: Coroutine[object, object, Found]) -> Found:
    """Run something asynchronous in a thread of its own: the browser's driver has a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def wait_for(url: str, server: subprocess.Popen, said: Path) -> None:
    """Wait until the server answers."""
    ask = build_opener(ProxyHandler({})).open
    end = time.monotonic() + STARTING
    while time.monotonic() < end and server.poll() is None:
        try:
            with ask(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the page did not start:\n{said.read_text()}")
