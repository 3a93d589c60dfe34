"""Every command the documents show is run, in a copy of the tree, in the order in which a reader meets them.

A ``console`` block holds lines that begin with ``$`` (and the output one sees, which is not compared); a ``python``
block is a script. A comment above a block says what is special: ``<!-- slow -->`` leaves its document to the slow half
of the tests, ``<!-- serves -->`` means that it runs until it is stopped, and is stopped once it has named its address.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [path for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))] if path.exists()]
BLOCK = re.compile(
    r"(?:<!-- (?P<tag>slow|serves) -->\n+)?^```(?P<kind>console|python)\n(?P<body>.*?)^```",
    re.MULTILINE | re.DOTALL,
)
SHOWN_ELSEWHERE = {
    "make test": "runs this test",
    "pipx install .": "tests/test_package.py installs the wheel elsewhere",
}
LONGEST = 600  # seconds a command may take


@dataclass(frozen=True)
class Step:
    """One command or script of a document."""

    kind: str
    tag: str
    text: str


def steps(document: Path) -> Iterator[Step]:
    """Yield what a document tells its reader to run."""
    for block in BLOCK.finditer(document.read_text(encoding="utf-8")):
        kind, tag, body = block["kind"], block["tag"] or "", block["body"]
        texts = re.findall(r"^\$ ((?:.*\\\n)*.*)$", body, re.MULTILINE) if kind == "console" else [body]
        yield from (Step(kind, tag, text) for text in texts if text not in SHOWN_ELSEWHERE)


def surroundings(copy: Path) -> dict[str, str]:
    """Return the environment of a reader who has installed the copy and has no browser to open."""
    path = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "MAKE", "MFLAGS"))}
    return {**kept, "PATH": path, "PYTHONPATH": str(copy), "BROWSER": "true", "PYTHONUNBUFFERED": "1"}


def command_of(step: Step) -> list[str]:
    """Return the program to start; make is told that the environment is installed, since it is this one."""
    if step.kind == "python":
        return [sys.executable, "-c", step.text]
    installed = "make --old-file=.venv/.installed-core --old-file=.venv/.installed-test "
    return ["bash", "-euo", "pipefail", "-c", re.sub(r"^make ", installed, step.text)]


def serve(step: Step, copy: Path) -> None:
    """Start a server, wait until it names its address, and stop it."""
    with subprocess.Popen(
        ["timeout", str(LONGEST), *command_of(step)],
        cwd=copy, env=surroundings(copy), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as server:  # fmt: skip
        said = []
        for line in server.stdout or ():
            said.append(line)
            if "http://" in line:
                server.terminate()
                return
    pytest.fail(f"$ {step.text}\nended without naming an address:\n{''.join(said)}")


def follow(document: Path, copy: Path, tags: set[str]) -> None:
    """Run the steps of a document that carry one of the tags; fail on the first that fails, with what it said."""
    for step in steps(document):
        if step.tag not in tags:
            continue
        if step.tag == "serves":
            serve(step, copy)
            continue
        done = subprocess.run(
            command_of(step), cwd=copy, env=surroundings(copy), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{document.name}: $ {step.text}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"


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


def is_slow(document: Path) -> bool:
    """Whether a document shows something that takes long."""
    return any(step.tag == "slow" for step in steps(document))


@pytest.mark.parametrize(
    "document",
    [pytest.param(one, id=one.name, marks=[pytest.mark.slow] if is_slow(one) else []) for one in DOCUMENTS],
)
def test_its_commands_run(document: Path, copy: Path):
    follow(document, copy, {"", "slow", "serves"})


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
