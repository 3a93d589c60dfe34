"""How `flywheel app` starts the page, and what it says when it cannot."""

import os
import socket
import sys

import pytest

from sim.cli import main as cli

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing is bound here


def app(*words: str) -> int:
    return cli._run(["app", *words], debug=False)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple]:
    """The commands that would have been started."""
    commands: list[tuple] = []
    monkeypatch.setattr(os, "execve", lambda *what: commands.append(what))
    return commands


@pytest.fixture
def free() -> str:
    """A port where nothing listens."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return str(listener.getsockname()[1])


def test_the_page_is_served_and_the_browser_opened(started: list[tuple], free: str):
    assert app("--port", free) == 0
    ((program, words, surroundings),) = started
    assert (program, words[:4]) == (sys.executable, [sys.executable, "-m", "solara", "run"])
    assert words[4].endswith("app.py")
    assert words[-5:] == ["--host", "localhost", "--port", free, "--open"]
    assert "--no-check-version" in words
    assert surroundings["SOLARA_TELEMETRY_MIXPANEL_ENABLE"] == "False"


def test_it_is_served_to_the_network_without_a_browser(started: list[tuple], free: str):
    assert app("--host", EVERYWHERE, "--port", free, "--no-browser") == 0
    assert started[0][1][-5:] == ["--host", EVERYWHERE, "--port", free, "--no-open"]


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("no name", "no such name or address"), ("192.0.2.1", "nothing can listen there"), ("x" * 80, "no such name")],
)
def test_a_host_that_is_none_is_told(
    host: str, sentence: str, started: list[tuple], capsys: pytest.CaptureFixture[str]
):
    assert app("--host", host) == 2
    assert sentence in capsys.readouterr().err
    assert started == []


def test_a_port_in_use_is_told(started: list[tuple], capsys: pytest.CaptureFixture[str]):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert app("--host", "127.0.0.1", "--port", str(port)) == 2
    assert f"--port {port}: another program listens there; name another port" in capsys.readouterr().err
    assert started == []
