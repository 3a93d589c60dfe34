"""What is shown of users and files steers no terminal."""

import pytest

from sim.cli import main as cli
from sim.cli.console import escape


def test_letters_that_steer_a_terminal_are_not_shown():
    assert escape("a\x1b[2Jb\x07\n[bold]") == "a\ufffd[2Jb\ufffd\n\\[bold]"
    assert escape("Ünïcödé → 数") == "Ünïcödé → 数"


def test_what_a_file_says_is_shown_without_them(tmp_path, capsys: pytest.CaptureFixture[str]):
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\ntitle = "A\\u001b[2J"\nshows = "B\\u001b]0;pwn\\u0007"\n')
    assert cli._run(["scenarios", str(file)], debug=False) == 0
    assert cli._run(["check", f"{file}\x1b[31m"], debug=False) == 2
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err
    assert "A\ufffd[2J" in said.out
