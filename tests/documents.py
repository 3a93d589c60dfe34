"""What README and docs tell their reader to run, and two ways to follow them.

`follow` runs every step literally, as processes in a copy of the tree. `rehearse` runs the same steps in this process
with little to compute: every command is parsed as it stands and then run with its effort capped.

A ``console`` block holds lines that begin with ``$`` (and the output one sees, which is not compared); a ``python``
block is a script. A comment above a block says what is special: ``<!-- slow -->`` means that it takes minutes,
``<!-- serves -->`` that it runs until it is stopped, and is stopped once it has named its address.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer

from sim.cli import main as cli

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
_ALL = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
DOCUMENTS = [path for path in _ALL if path.name != "extend.md"]  # tests/test_extend.py does what that one says
BLOCK = re.compile(
    r"(?:<!-- (?P<tag>slow|serves) -->\n+)?^```(?P<kind>console|python)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL
)
SHOWN_ELSEWHERE = {
    "make test": "runs this test",
    "make lint": "another net",
    "pipx install .": "tests/test_package.py installs the wheel elsewhere",
}
LONGEST = 600  # seconds a command may take

CAPS = {
    "seeds": 5,
    "weeks": 26,
    "worlds": 20,
    "samples": 40,
    "fresh": 10,
    "evaluations": 9,
    "runs": 110,
    "window": 52,
    "quarters": 1,
}
"""What a rehearsal computes at most, by the name of an option or argument; fewer are refused by some command."""

NOT_LEFT_OUT = ("seeds", "weeks", "quarters")
"""Options that stand for much work where a command has them and a reader leaves them out."""


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


def rehearse(step: Step, patch: pytest.MonkeyPatch) -> None:
    """Run one step in this process and folder with its effort capped; fail if it ends as an error."""
    if step.kind == "python":
        _script(step.text)
        return
    text = step.text.replace("\\\n", " ")
    text = re.sub(r"\$\((python -c '[^']*')\)", lambda found: _said(found[1]), text)
    words = shlex.split(text)
    if words[0] == "make":
        words = shlex.split(_recipe(words[1:]))
    if words[0] == "flywheel":
        _flywheel(words[1:], step, patch)
    elif words[:2] == ["python", "-c"]:
        _script(words[2])
    else:
        subprocess.run(["bash", "-euo", "pipefail", "-c", step.text], check=True)


def _said(command: str) -> str:
    with redirect_stdout(io.StringIO()) as said:
        _script(shlex.split(command)[2])
    return said.getvalue().strip()


def _recipe(targets: list[str]) -> str:
    """Ask make for the one command of a target, with everything installed."""
    installed = ["--old-file=.venv/.installed-core", "--old-file=.venv/.installed-test"]
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *installed, *targets],
        cwd=ROOT, env=surroundings(ROOT), capture_output=True, text=True, check=True,
    )  # fmt: skip
    (line,) = done.stdout.splitlines()
    return line.removeprefix(".venv/bin/")


def _script(text: str) -> None:
    exec(compile(capped_script(text), "<document>", "exec"), {"__name__": "__main__"})  # noqa: S102 - our own text


def capped_script(text: str) -> str:
    """Lower the numbers a script gives to arguments named in `CAPS`."""
    pattern = rf"\b({'|'.join(CAPS)})=(\d+)\b"
    return re.sub(pattern, lambda found: f"{found[1]}={min(CAPS[found[1]], int(found[2]))}", text)


def _flywheel(words: list[str], step: Step, patch: pytest.MonkeyPatch) -> None:
    command: Any = typer.main.get_command(cli.app)
    rest = words
    while hasattr(command, "commands"):
        command, rest = command.commands[rest[0]], rest[1:]
    with suppress(typer.Exit):  # of an option that prints and ends
        command.make_context("flywheel", list(rest))
    if step.tag == "serves":
        return
    capped = capped_words(words, [option for one in command.params for option in one.opts])
    patch.setattr(sys, "argv", ["flywheel", *capped])
    code = cli._run(capped, debug=True)
    assert code == 0, f"$ {step.text}\nended with {code}; run as flywheel {shlex.join(capped)}"


def capped_words(words: list[str], options: list[str]) -> list[str]:
    """Lower what is said after options named in `CAPS`, and say those that are `NOT_LEFT_OUT`."""
    capped = list(words)
    for name, cap in CAPS.items():
        if f"--{name}" in capped:
            place = capped.index(f"--{name}") + 1
            capped[place] = str(min(cap, int(capped[place])))
        elif name in NOT_LEFT_OUT and f"--{name}" in options:
            capped += [f"--{name}", str(cap)]
    return capped
