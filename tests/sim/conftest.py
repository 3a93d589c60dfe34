"""What tests of commands, answers and the page share."""

from pathlib import Path

import pytest

TEAMS = """
name = "teams"
[structure]
n_reps = 6
span_of_control = 3
[market]
accounts_per_rep = 5
[organization]
burn_in_weeks = 13
weeks = 39
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a small scenario in it: teams.toml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "teams.toml").write_text(TEAMS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures of another report of this process, where nobody looks at them."""
    from tests.pictures import draw_once  # noqa: PLC0415 - matplotlib is loaded where something is drawn

    draw_once(monkeypatch)
