"""Every command the documents show is rehearsed, and with the mark `docs` followed as a reader would.

Only the literal way (`make docs-check`) shows that the commands do what they do with the effort that is written there,
each in a process of its own with the installed program, through make and the shell; that one goes on with what another
left; and that the page is served.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli.questions import QUESTIONS
from tests.documents import BLOCK, DOCUMENTS, ROOT, Step, capped_script, capped_words, follow, rehearse, steps
from tests.pictures import draw_once

WITH_STEPS = [one for one in DOCUMENTS if any(steps(one))]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files git keeps, as they are now, with this environment as its own."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / "tree" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, tmp_path / "tree" / name)
    (tmp_path / "tree" / ".venv").symlink_to(sys.prefix)
    return tmp_path / "tree"


def test_the_readme_shows_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "$ make demo" in text
    assert "$ make test" in text
    assert len(re.findall(r"^```\w", text, re.MULTILINE)) == len(BLOCK.findall(text)), "a block that no test would run"


@pytest.mark.parametrize("question", [one for one in QUESTIONS if one not in ("run", "demo")])
def test_the_readme_has_a_door_for_every_question(question: str):
    doors = [line for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert any(f"`flywheel {question}" in line and "](docs/" in line for line in doors)


@pytest.mark.slow
@pytest.mark.parametrize("document", WITH_STEPS, ids=lambda one: one.name)
def test_its_commands_are_right(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    draw_once(monkeypatch)
    for step in steps(document):
        rehearse(step, monkeypatch)


@pytest.mark.docs
@pytest.mark.parametrize("document", WITH_STEPS, ids=lambda one: one.name)
def test_its_commands_run(document: Path, copy: Path):
    follow(document, copy, {"", "slow", "serves"})


@pytest.mark.parametrize("text", ["flywheel run baseline --weeks many", "flywheel run baseline --sed 3", "exit 3"])
def test_a_command_that_is_wrong_is_found(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception, match=r"valid integer|--sed|exit 3"):
        rehearse(Step("console", "", text), monkeypatch)


def test_a_rehearsal_lowers_the_effort_and_nothing_else():
    words = ["why", "baseline", "--seeds", "40", "--case", "a: market.accounts_per_rep=400", "--weeks", "13"]
    assert capped_words(words, ["--seeds", "--weeks"]) == [*words[:3], "5", *words[4:]]
    assert capped_words(["run", "x"], ["--seed", "--weeks"]) == ["run", "x", "--weeks", "26"]
    assert capped_script("compare(a, seeds=9, weeks=52, n_reps=60)") == "compare(a, seeds=5, weeks=26, n_reps=60)"


def test_a_document_is_followed_to_its_first_failure(tmp_path: Path):
    document = tmp_path / "guide.md"
    document.write_text(
        "```console\n$ echo one \\\n    two > said\nwhat one sees\n$ cat said\n```\n"
        "```python\nassert open('said').read() == 'one two\\n'\n```\n"
        "<!-- serves -->\n```console\n$ echo http://localhost; sleep 60\n```\n"
        "<!-- slow -->\n```console\n$ exit 3\n```\n"
    )
    follow(document, tmp_path, {"", "serves"})
    with pytest.raises(AssertionError, match="exit 3"):
        follow(document, tmp_path, {"slow"})
