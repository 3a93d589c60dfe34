"""How `flywheel app` starts the page, and what it says when it cannot."""

import os
import socket
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.ui.classroom.store import FILE, STORES, ClassStore
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


def test_classes_are_kept_where_somebody_says(
    free: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    kept: list[Path] = []
    monkeypatch.setattr("sim.ui.server.start.serve", lambda *_: kept.append(STORES[-1].path))
    monkeypatch.setenv(TRAINER_CODE, "Sesame99")
    monkeypatch.setenv("FLYWHEEL_DATA_DIR", str(tmp_path / "environment"))
    words = ["--port", free, "--trainer-code", "Sesame99"]
    assert app(*words) == app(*words, "--data", str(tmp_path / "named")) == 0
    monkeypatch.delenv("FLYWHEEL_DATA_DIR")
    monkeypatch.setattr("sim.ui.classroom.store.usual_folder", lambda: tmp_path / "usual")
    assert app(*words) == 0
    assert kept == [tmp_path / name / FILE for name in ("environment", "named", "usual")]
    assert f"Classes are kept in {tmp_path / 'usual'}." in capsys.readouterr().out
    assert STORES == []


def test_a_usual_folder_that_cannot_be_written_keeps_no_classes_and_a_named_one_is_refused(
    started: list[ServerOptions],
    free: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    (tmp_path / "file").write_text("")
    monkeypatch.delenv("FLYWHEEL_DATA_DIR")
    monkeypatch.setattr("sim.ui.classroom.store.usual_folder", lambda: tmp_path / "file")
    assert app("--port", free) == 0
    assert "Classes are not kept, and are lost when the page stops" in capsys.readouterr().out
    assert len(started) == 1
    assert app("--port", free, "--data", str(tmp_path / "file")) == 2
    assert "classes cannot be kept there" in capsys.readouterr().err
    assert len(started) == 1


@pytest.mark.parametrize("what", ["damaged", "another server"])
def test_a_file_that_cannot_be_used_is_told_before_anything_starts(
    what: str, started: list[ServerOptions], free: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    if what == "damaged":
        (tmp_path / FILE).write_text("these are my notes\n" * 100)
        assert app("--port", free, "--data", str(tmp_path)) == 2
        assert (tmp_path / FILE).read_text() == "these are my notes\n" * 100
    else:
        store = ClassStore.in_folder(tmp_path)
        assert app("--port", free, "--data", str(tmp_path)) == 2
        store.close()
    told = capsys.readouterr().err
    assert what in told
    assert len(told.strip().splitlines()) == 1
    assert started == []
