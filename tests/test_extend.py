"""docs/extend.md, done as it says: each section's changes are made in a copy of the tree, and its commands are run.

A ``diff`` block names its file; its lines that begin with a blank or a minus stand there once, one after another, and
are replaced by those that begin with a blank or a plus; a block of another kind that names a file is that file. Rules
run as plain Python here, so that nothing is compiled, and the organization of every command is as small as it may be.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "extend.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^```(?P<kind>diff|console|python|toml)(?: (?P<file>\S+))?\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL
)
SMALL = ["structure.n_reps=4", "market.accounts_per_rep=12", "organization.burn_in_weeks=13"]
COPIED = ("agents", "sim", "scenarios")
MOST_FILES = {"A new use of a rep's hours": 3, "A new weekly measure": 1, "A fifth kind of specialist": 4}


class Section(NamedTuple):
    """One part of the guide: its title, and its blocks as (kind, file, text)."""

    title: str
    blocks: list[tuple[str, str, str]]


def sections() -> list[Section]:
    parts = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
    found = [Section(part.partition("\n")[0], [match.groups() for match in BLOCK.finditer(part)]) for part in parts]
    return [section for section in found if section.blocks]


def change(path: Path, diff: str) -> None:
    """Make one change in a file.

    Raises:
        AssertionError: What is replaced does not stand there exactly once.
    """
    lines = diff.splitlines(keepends=True)
    old = "".join(line[1:] for line in lines if line[0] in " -")
    new = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (
        f"{path.name}: what docs/extend.md changes stands there {text.count(old)} times:\n{old}"
    )
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "app.py", tmp_path)
    for room in COPIED:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


PRELUDE = """
import sys
import sim.answers.figures
sim.answers.figures.svg_of = lambda *_: "<svg/>"  # figures are drawn elsewhere

def flywheel(*words):
    from sim.cli.main import _run
    code = _run([*words], debug=True)
    assert code == 0, (words, code)
"""


def script(section: Section) -> str:
    """A section's commands and programs, one after another; organizations as small as they may be."""
    parts = [PRELUDE]
    for kind, file, body in section.blocks:
        if kind == "python" and not file:
            parts.append(body)
        if kind == "console":
            for line in re.findall(r"^\$ flywheel (.*)$", body, re.MULTILINE):
                words = shlex.split(line)
                if words[0] in ("run", "stability"):
                    words += [word for setting in SMALL for word in ("--set", setting)]
                parts.append(f"flywheel(*{words!r})")
    return "\n".join(parts)


@pytest.mark.long
@pytest.mark.parametrize("section", sections(), ids=lambda section: section.title)
def test_it_does_what_it_says(section: Section, tree: Path):
    for kind, file, body in section.blocks:
        if kind == "diff":
            change(tree / file, body)
        elif file:
            (tree / file).write_text(body, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tree), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script(section)], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{done.stdout[-2000:]}{done.stderr[-3000:]}"


@pytest.mark.parametrize("title", MOST_FILES)
def test_a_change_touches_few_files(title: str):
    (section,) = (one for one in sections() if one.title == title)
    assert 0 < len({file for kind, file, _ in section.blocks if kind == "diff"}) <= MOST_FILES[title]
