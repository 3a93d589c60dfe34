"""Run what tries to break the program, and write docs/reliability.md with what was tested, survived and failed.

Usage: ``python -m tests.reliability`` (some ten minutes on two cores; needs Chromium for the page's part).
"""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- batteries -->", "<!-- end of batteries -->"
COUNTS = re.compile(r"(\d+) (passed|failed|error|errors|skipped)")


@dataclass(frozen=True)
class Battery:
    """Tests that try to break one part.

    Attributes:
        what: What is tried, in a sentence.
        paths: Files or folders of tests.
    """

    what: str
    paths: tuple[str, ...]

    @property
    def command(self) -> str:
        """What to type."""
        return f'pytest -m "" {" ".join(self.paths)}'

    def run(self) -> dict[str, int]:
        """Run it; numbers of cases by how they ended."""
        words = [sys.executable, "-m", "pytest", "-q", "-m", "", "-p", "no:cacheprovider", *self.paths]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        last = done.stdout.strip().splitlines()[-1]
        counts = {kind.removesuffix("s"): int(number) for number, kind in COUNTS.findall(last)}
        if not counts:
            raise RuntimeError(f"{self.command} ran nothing:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return counts


BATTERIES = (
    Battery("frames of the websocket: damaged, huge, nested, of no kind", ("tests/sim/ui/server/test_frames.py",)),
    Battery(
        "hosts, origins, forged headers, cookies, crowds, floods, idle lines, guessed codes",
        tuple(
            f"tests/sim/ui/server/test_{name}.py" for name in ("access", "guard", "visitors", "codes", "connections")
        ),
    ),
    Battery("the same against a page that runs, with others looking on", ("tests/browser/test_attacks.py",)),
    Battery("forty visitors who come and go three times, thirty at once", ("tests/browser/test_memory.py",)),
    Battery("links: cut, changed, packed, of other versions", ("tests/sim/ui/test_links.py",)),
    Battery(
        "files from visitors: too large, of other kinds, with hostile names",
        ("tests/sim/ui/share/test_upload.py", "tests/sim/ui/test_limits.py"),
    ),
    Battery(
        "2,000 organizations drawn from the whole range of every number, the ends favoured",
        ("tests/properties/test_organization.py",),
    ),
    Battery("numbers planted outside the bounds of every field", ("tests/sim/engine/test_bounds.py",)),
    Battery(
        "scenario files: wrong, contradictory, huge, no TOML at all",
        tuple(f"tests/sim/scenario/test_{name}.py" for name in ("reading", "checks", "size", "settings")),
    ),
    Battery("words and flags of every command", ("tests/sim/cli",)),
    Battery("exports from CRM systems: hostile, huge, in any encoding", ("tests/sim/crm",)),
    Battery(
        "kept studies: killed, changed bit by bit, run by several at once, on a full disk",
        tuple(f"tests/sim/studies/test_{name}.py" for name in ("survival", "tampering", "store", "merge")),
    ),
    Battery("licences of everything that is installed", ("tests/test_licences.py",)),
    Battery("the cache of machine code: damaged, read-only, two at once", ("tests/sim/engine/test_compiler.py",)),
)


def table() -> str:
    """Run every battery and put what came out side by side."""
    rows = ["| what is tried | tested | survived | failed | command |", "|---|---|---|---|---|"]
    for battery in BATTERIES:
        counts = battery.run()
        failed = counts.get("failed", 0) + counts.get("error", 0)
        tested = failed + counts.get("passed", 0)
        rows.append(f"| {battery.what} | {tested} | {counts.get('passed', 0)} | {failed} | `{battery.command}` |")
        sys.stderr.write(f"{rows[-1]}\n")
    return "\n".join(rows)


def main() -> None:
    """Write the page."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
