"""Print how fast the model is, as ratios measured in one run.

python -m benchmarks            all rows, some five minutes on two idle cores
python -m benchmarks --quick    the same rows on smaller sizes, less than a minute
python -m benchmarks --write    all rows, and docs/benchmarks.md from them
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.page import page
from benchmarks.rows import ROWS
from benchmarks.table import as_text

PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


def main() -> None:
    """Measure every row, print the table, and write the page if that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Print how fast the model is.")
    chosen = parser.add_mutually_exclusive_group()
    chosen.add_argument("--quick", action="store_true", help="smaller sizes; what takes minutes is left out by name")
    chosen.add_argument("--write", action="store_true", help="also write docs/benchmarks.md")
    asked = parser.parse_args()
    rows = []
    for measure in ROWS:
        print(f"measuring: {(measure.__doc__ or '').partition('.')[0]}", file=sys.stderr, flush=True)
        rows += measure(quick=asked.quick)
    print(as_text(rows))
    if asked.write:
        PAGE.write_text(page(rows), encoding="utf-8")
        print(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
