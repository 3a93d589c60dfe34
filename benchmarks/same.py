"""Compare what two trees of the program give, byte for byte: every shipped scenario, weekly measures, deals, quarters.

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
TABLES = ("weekly", "deals", "open_deals", "reps", "managers")
_DUMP = """
import pickle, sys
import sim
from scenarios import list_scenarios

def content(column):
    return column.to_numpy().tobytes() if column.dtype.kind in "fiuM" else [str(value) for value in column]

seeds, tables, file = sys.argv[1], sys.argv[2].split(), sys.argv[3]
found = {}
for name in list_scenarios():
    for seed in map(int, seeds.split(",")):
        run = sim.simulate(name, seed)
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
        command = [sys.executable, "-c", _DUMP, seeds, " ".join(TABLES), str(file)]
        subprocess.run(command, cwd=tree, env=environment, check=True)
        return pickle.loads(file.read_bytes())  # noqa: S301 - written by the line above


def same(one: Any, other: Any) -> bool:
    """Whether two columns or numbers are the same; nan is nan."""
    return bool(one == other or (isinstance(one, float) and math.isnan(one) and math.isnan(other)))


def main() -> int:
    """Print what was compared and what differs."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("other", type=Path)
    parser.add_argument("--seeds", default="0,7")
    options = parser.parse_args()
    here, there = dumped(HERE, options.seeds), dumped(options.other.resolve(), options.seeds)
    compared, differ, alone = 0, [], set()
    for run in here.keys() & there.keys():
        for table, columns in here[run].items():
            alone |= {f"{table}.{name}" for name in columns.keys() ^ there[run][table].keys()}
            for name in columns.keys() & there[run][table].keys():
                compared += 1
                if not same(columns[name], there[run][table][name]):
                    differ.append((*run, table, name))
    print(f"{len(here.keys() & there.keys())} runs, {compared:,} columns compared, {len(differ):,} differ")
    print(f"in one tree only: {', '.join(sorted(alone)) or 'nothing'}")
    for place in sorted(differ)[:20]:
        print("differs:", *place)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
