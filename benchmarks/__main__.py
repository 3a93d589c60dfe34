"""Print how fast the model is, as ratios measured in one run.

python -m benchmarks            all rows, some twenty minutes on two idle cores
python -m benchmarks --quick    the same rows on the smallest sizes, half a minute
python -m benchmarks --check    one row only, ten seconds: a run against the plain model, beside the ratio kept in
                                benchmarks/reference.json; ends with 1 if more than a tenth of the speed is lost
python -m benchmarks --write    all rows, and docs/benchmarks.md from them; with --only studies just these are made
                                anew, and the others stay as docs/benchmarks.json has them; with --only reference the
                                ratio is kept
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks import reference
from benchmarks.page import Machine, machine, page, processor
from benchmarks.rows import ROWS
from benchmarks.table import Row, as_text, plain

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
KEPT = PAGE.with_suffix(".json")


def main() -> None:
    """Measure every row, print the table, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Print how fast the model is.")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--quick", action="store_true", help="smaller sizes; what takes minutes is left out by name")
    chosen.add_argument("--check", action="store_true", help="only whether a run has lost speed; 1 if a tenth")
    chosen.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    names = [measure.__name__ for measure in ROWS]
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="ROWS", help=", ".join(names))
    asked = parser.parse_args()
    if asked.check:
        said, fine = reference.check()
        print(said)
        sys.exit(not fine)
    found = {}
    for measure in ROWS:
        if measure.__name__ in asked.only:
            print(f"measuring: {(measure.__doc__ or '').partition('.')[0]}", file=sys.stderr, flush=True)
            found[measure.__name__] = plain(measure(quick=asked.quick))
            if asked.write:
                _write(found)
    if asked.write and "reference" in found:
        reference.keep()
    print(as_text([Row(**row) for rows in found.values() for row in rows]))


def _write(found: dict[str, list[dict[str, str]]]) -> None:
    """Keep the rows that were measured so far on this machine, and make the page from all that are kept."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    here = kept.setdefault(processor(), {"rows": {}})
    rows = here["rows"] | found
    here |= {"about": machine(), "rows": {one.__name__: rows[one.__name__] for one in ROWS if one.__name__ in rows}}
    KEPT.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    machines = {
        name: Machine(one["about"], [Row(**row) for rows in one["rows"].values() for row in rows])
        for name, one in kept.items()
    }
    PAGE.write_text(page(machines), encoding="utf-8")


if __name__ == "__main__":
    main()
