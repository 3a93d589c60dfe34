"""Compare what two trees of the program give, byte for byte: weekly measures, deals, quarters of many runs.

Every shipped scenario runs, and the baseline in some plausible worlds.

python -m benchmarks.same OTHER [--seeds 0,7]    OTHER is a checkout of another version; exit code 1 if anything differs

Each tree runs in a process of its own. Columns that only one of them has are named, not compared.
"""

import argparse
import math
import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
IN_WORLDS = 8
TABLES = ("weekly", "deals", "open_deals", "reps", "managers")
_DUMP = """
import pickle, sys
import sim
from scenarios import WORLDS, list_scenarios
from sim.scenario.scenario import Scenario
from tests.patterns.matching.shipped import read_shipped

def content(column):
    return column.to_numpy().tobytes() if column.dtype.kind in "fiuM" else [str(value) for value in column]

seeds, tables, some, file = sys.argv[1], sys.argv[2].split(), int(sys.argv[3]), sys.argv[4]
worlds = zip(*read_shipped(WORLDS)[1:])
chosen = {name: Scenario.load(name) for name in list_scenarios()}
chosen |= {name: Scenario.load("baseline").override(values) for name, values in list(worlds)[:some]}
found = {}
for name, scenario in chosen.items():
    for seed in map(int, seeds.split(",")):
        run = sim.simulate(scenario, seed)
        found[name, seed] = {table: {key: content(frame[key]) for key in frame} for table in tables
                             for frame in [getattr(run, table)]}
        found[name, seed]["summary"] = dict(run.summary)
pickle.dump(found, open(file, "wb"))
"""


def dumped(tree: Path, seeds: str) -> dict[Any, dict[str, dict[str, Any]]]:
    """Run every scenario that a tree ships and give its columns as bytes, by scenario and seed, table and name."""
    environment = {**os.environ, "PYTHONPATH": str(tree), "FLYWHEEL_CACHE_DIR": str(tree / ".cache")}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "columns")
        command = [sys.executable, "-c", _DUMP, seeds, " ".join(TABLES), str(IN_WORLDS), str(file)]
        subprocess.run(command, cwd=tree, env=environment, check=True)
        return pickle.loads(file.read_bytes())  # noqa: S301 - written by the line above


def same(one: Any, other: Any) -> bool:
    """Whether two columns or numbers are the same; nan is nan."""
    return bool(one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other)))


def compared(other: Path, seeds: str) -> list[tuple[str, int, str, str]]:
    """Print what was compared with another tree; return scenario, seed, table and column of what differs."""
    here, there = dumped(HERE, seeds), dumped(other, seeds)
    count, differ, alone = 0, [], set()
    for run in here.keys() & there.keys():
        for table, columns in here[run].items():
            alone |= {f"{table}.{name}" for name in columns.keys() ^ there[run][table].keys()}
            for name in columns.keys() & there[run][table].keys():
                count += 1
                if not same(columns[name], there[run][table][name]):
                    differ.append((*run, table, name))
    print(f"{len(here.keys() & there.keys())} runs, {count:,} columns compared, {len(differ):,} differ")
    print(f"in one tree only: {', '.join(sorted(alone)) or 'nothing'}")
    return sorted(differ)


def main() -> int:
    """Print what was compared and what differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--seeds", default="0,7")
    options = parser.parse_args()
    differ = compared(options.other.resolve(), options.seeds)
    for place in differ[:20]:
        print("differs:", *place)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
