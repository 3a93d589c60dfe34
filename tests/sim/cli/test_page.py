"""How `flywheel app` starts the page, and what it says when it cannot."""

import os
import socket

import pytest

from sim.cli import main as cli
from sim.ui.server.codes import TRAINER_CODE
from sim.ui.server.start import ServerOptions

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound here


def app(*words: str) -> int:
    return cli._run(["app", *words], debug=False)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[ServerOptions]:
    """What would have been started."""
    options: list[ServerOptions] = []
    monkeypatch.setattr("sim.ui.server.start.serve", lambda given, _say: options.append(given))
    monkeypatch.setenv(TRAINER_CODE, "")  # so that it is taken back afterwards
    monkeypatch.delenv(TRAINER_CODE)
    return options


@pytest.fixture
def free() -> str:
    """A port where nothing listens."""
    with socket.socket() as one:
        one.bind(("localhost", 0))
        return str(one.getsockname()[1])


def test_the_page_is_served_and_the_browser_opened(
    started: list[ServerOptions], free: str, capsys: pytest.CaptureFixture[str]
):
    assert app("--port", free) == 0
    (options,) = started
    assert options.app.endswith("app.py")
    assert (options.url, options.browser, options.behind_proxy) == (f"http://localhost:{free}", True, False)
    assert f"Trainer code, to open a class: {os.environ[TRAINER_CODE]}" in capsys.readouterr().out


def test_it_is_served_to_the_network_without_a_browser(started: list[ServerOptions], free: str):
    words = ["--host", EVERYWHERE, "--port", free, "--no-browser", "--allow-host", "a.example", "--allow-host", "b"]
    assert app(*words, "--behind-proxy", "--root-path", "/sales", "--trainer-code", "Sesame99") == 0
    (options,) = started
    assert (options.host, options.allowed, options.behind_proxy) == (EVERYWHERE, ("a.example", "b"), True)
    assert options.url == f"http://localhost:{free}/sales"
    assert os.environ[TRAINER_CODE] == "Sesame99"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--trainer-code", "abc"), "a code has 6 to 64 letters"),
        (("--root-path", "sales"), "it begins with a slash"),
        (("--root-path", "/sales/"), "it begins with a slash"),
        (("--root-path", "//evil.example"), "a path has letters"),
        (("--root-path", '/"><script>'), "a path has letters"),
    ],
)
def test_what_cannot_be_is_told(
    words: tuple[str, ...], sentence: str, started: list[ServerOptions], free: str, capsys: pytest.CaptureFixture[str]
):
    assert app("--port", free, *words) == 2
    assert sentence in capsys.readouterr().err
    assert started == []


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("no name", "no such name or address"), ("192.0.2.1", "nothing can listen there"), ("x" * 80, "no such name")],
)
def test_a_host_that_is_none_is_told(
    host: str, sentence: str, started: list[ServerOptions], capsys: pytest.CaptureFixture[str]
):
    assert app("--host", host) == 2
    assert sentence in capsys.readouterr().err
    assert started == []


def test_a_port_in_use_is_told(started: list[ServerOptions], capsys: pytest.CaptureFixture[str]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert app("--host", "127.0.0.1", "--port", str(port)) == 2
    assert f"--port {port}: another program listens there; name another port" in capsys.readouterr().err
    assert started == []
