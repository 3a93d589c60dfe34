"""Studies that need no simulator: what stands for it is quick, and its numbers are those of the run's name."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.studies.plan import StudyPlan
from sim.studies.work import IDS, Done
from tests.worlds import small

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sim.studies.work import Chunk

MEASURES = ("bookings", "win_rate", "attainment")


def fake_plan(cases: int = 5, seeds: int | list[int] = 6, keep: tuple[str, ...] = (), **options: object) -> StudyPlan:
    """Plan cases c0, c1, ... of the small organization, each with a wip limit of its own."""
    named = {f"c{number}": {"operations.wip_limit": 3 + number} for number in range(cases)}
    known = {"weeks": 13, "measures": MEASURES, **options}
    return StudyPlan.of(small(), named, seeds, keep=keep, **known)


def fake_run(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool]) -> Done:
    """Stand for the simulator. The case c3 breaks for odd seeds unless FAKE_MENDED is set; FAKE_PAUSE slows it down."""
    rows, weekly, pause = [], [], float(os.environ.get("FAKE_PAUSE", "0"))
    for case, seed, run in chunk.runs:
        if stop():
            break
        if pause:
            time.sleep(pause)
        row = {"run": run, "case": case.name, "seed": seed, "error": ""}
        if case.name == "c3" and seed % 2 and not os.environ.get("FAKE_MENDED"):
            row["error"] = f"ValueError: broke with seed {seed}"
        else:
            row |= {name: value_of(run, name) for name in plan.measures}
            weeks = range(plan.weeks if "weekly" in plan.keep else 0)
            weekly.append(pd.DataFrame({"run": run, "week": weeks, "bookings": [value_of(run, str(w)) for w in weeks]}))
        rows.append(row)
    results = pd.DataFrame(rows, columns=[*IDS, *plan.measures]).astype(dict.fromkeys(plan.measures, "float64"))
    return Done(results, pd.concat(weekly, ignore_index=True) if weekly and "weekly" in plan.keep else None)


def deadly_run(plan: StudyPlan, chunk: Chunk, stop: Callable[[], bool]) -> Done:
    """Stand for a simulator whose process is killed: once, if the file FAKE_ONCE names is not there; else always."""
    once = os.environ.get("FAKE_ONCE")
    if any(seed == 5 for _, seed, _ in chunk.runs) and not (once and os.path.exists(once)):  # noqa: PTH110
        if once:
            with open(once, "w"):  # noqa: PTH123
                pass
        os.kill(os.getpid(), signal.SIGKILL)
    return fake_run(plan, chunk, stop)


def value_of(run: str, name: str) -> float:
    """Give a number that only this run and measure have."""
    return float(np.random.default_rng([int(run, 16), *name.encode()]).normal())


def part_files(folder: Path, kind: str = "results") -> dict[str, bytes]:
    """Give what lies in a folder of parts, by name; drafts too."""
    return {one.name: one.read_bytes() for one in sorted((folder / kind).iterdir())}


def sorted_bytes(folder: Path, kind: str = "results") -> bytes:
    """Give all rows as they lie, sorted, as bytes."""
    rows = pd.concat([pd.read_parquet(one) for one in sorted((folder / kind).glob("*.parquet"))])
    return rows.sort_values(list(rows.columns[:2])).to_csv(index=False).encode()
