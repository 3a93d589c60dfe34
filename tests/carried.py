"""Keep what was measured with rules that give the same numbers, byte for byte: `python -m tests.carried OTHER`.

OTHER is a checkout of the version it was measured with. A rule that is new and off unless asked for, or written in
another way, gives all that was found another digest, though not a number of it changes. Both trees run every shipped
scenario and the baseline in some plausible worlds; where nothing differs, findings of patterns whose tests are the
same, plausible worlds, links and norms of the wheels and stakes of a class are said to belong to the rules of this
tree.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.same import HERE, compared
from scenarios import WORLDS, links_path, norms_path
from sim.ui.classroom.stakes import STAKES
from tests.patterns.making.store import read, write
from tests.patterns.matching.page import write_page
from tests.patterns.matching.shipped import read_shipped, write_record

DOCS = HERE / "docs"
_FACTS = """
import json
from scenarios import list_scenarios
from sim.engine.digest import model_digest
from sim.scenario.scenario import Scenario
from sim.studies.worlds import MODEL
from tests import class_stakes, wheel_norm
from tests.patterns.making import store
from tests.patterns.making.registry import patterns

found = {"worlds": model_digest(MODEL), "links": model_digest(()), "stakes": class_stakes.digest(),
         "norms": wheel_norm.digest()}
found["scenarios"] = {Scenario.load(name).digest(): name for name in list_scenarios()}
found["patterns"] = {name: store.digest_of(one) for name, one in patterns().items()}
store.model_digest = lambda _: ""
found["tests"] = {name: store.digest_of(one) for name, one in patterns().items()}
print(json.dumps(found))
"""


def facts_of(tree: Path) -> dict[str, Any]:
    """Digests of a tree: of its patterns with and without the model, of what else was measured, of its scenarios."""
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    command = [sys.executable, "-c", _FACTS]
    done = subprocess.run(command, cwd=tree, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def carry_findings(docs: Path, there: dict[str, Any], here: dict[str, Any]) -> list[str]:
    """Carry over the findings that were made with the other tree and whose tests are the same; return their names."""
    carried = []
    for name, digest in here["patterns"].items():
        one = read(docs, name)
        if one and one.digest == there["patterns"].get(name) and here["tests"][name] == there["tests"][name]:
            write(docs, replace(one, digest=digest))
            carried.append(name)
    return carried


def carry_worlds(folder: Path, there: dict[str, Any], here: dict[str, Any]) -> bool:
    """Carry over the plausible worlds, if they belong to the other tree."""
    facts = read_shipped(folder)[0]
    if facts["model"] != there["worlds"]:
        return False
    write_record(folder, {**facts, "model": here["worlds"]})
    return True


def carry_links(file: Path, there: dict[str, Any], here: dict[str, Any]) -> bool:
    """Carry over what the links of the wheels pass on, if it belongs to the other tree."""
    found = json.loads(file.read_text("utf-8"))
    if found["model"] != there["links"]:
        return False
    named = {name: digest for digest, name in here["scenarios"].items()}
    known = {named[there["scenarios"][digest]]: one for digest, one in found["scenarios"].items()}
    text = json.dumps({**found, "model": here["links"], "scenarios": known}, separators=(",", ":"))
    file.write_text(text.replace('},"', '},\n"') + "\n", "utf-8")
    return True


def carry_stakes(file: Path, there: dict[str, Any], here: dict[str, Any], name: str = "stakes") -> bool:
    """Carry over the stakes of a class, if they belong to the other tree."""
    found = json.loads(file.read_text("utf-8"))
    if found["model"] != there[name]:
        return False
    file.write_text(json.dumps({**found, "model": here[name]}, indent=1) + "\n", "utf-8")
    return True


def carry_norms(file: Path, there: dict[str, Any], here: dict[str, Any]) -> bool:
    """Carry over what better execution does in the sound organizations, if it belongs to the other tree."""
    return carry_stakes(file, there, here, "norms")


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(f"{line}\n")


def main() -> int:
    """Carry over what can be, and say what."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--seeds", default="0,7")
    options = parser.parse_args()
    other = options.other.resolve()
    if compared(other, options.seeds):
        say("Something differs, so that nothing is carried over: run what is stale anew.")
        return 1
    there, here = facts_of(other), facts_of(HERE)
    say(f"patterns: {', '.join(carry_findings(DOCS, there, here)) or 'none'}")
    for name, file, carry in (
        ("worlds", WORLDS, carry_worlds), ("links", links_path(), carry_links), ("stakes", STAKES, carry_stakes),
        ("norms", norms_path(), carry_norms),
    ):  # fmt: skip
        say(f"{name}: {'carried over' if carry(file, there, here) else 'not of the other tree, left as they are'}")
    write_page(DOCS / "worlds.md", read_shipped(WORLDS)[0])
    say("Write the page of the patterns anew: flywheel validate --page")
    return 0


if __name__ == "__main__":
    sys.exit(main())
