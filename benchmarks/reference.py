"""How fast a run was when the reference was kept, as a ratio, by processor.

The ratio is weeks of the plain-object Mesa model in the time of as many weeks of a whole run of the default scenario,
burn-in and summary included. A busy or a slow machine does not move it; another kind of processor does.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.page import processor
from benchmarks.plain_model import PlainOrg
from benchmarks.sizes import defaults
from benchmarks.table import Row, interleaved, judged, ratio, times
from sim.engine.world import World
from sim.measures.whole_run import summary_of

KEPT = Path(__file__).with_suffix(".json")
LOSS = 0.10  # share of the kept ratio that a change may cost
_ROUNDS = 9


def reference(*, quick: bool) -> list[Row]:
    """A whole run against the plain model, beside what was kept."""
    return [_row(measured(1 if quick else _ROUNDS), kept())]


def check() -> tuple[str, bool]:
    """Measure now; say in a sentence how that compares with what was kept, and whether it is fast enough."""
    row = _row(measured(_ROUNDS), kept())
    goal = row.goal or "nothing is kept of this processor"
    return f"{row.what}: {row.measured}; {goal}: {row.verdict}", row.verdict != "missed"


def keep() -> None:
    """Keep the present ratio."""
    record = {
        "version": version("sales-flywheel"), "ratio": round(measured(_ROUNDS), 2),
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }  # fmt: skip
    KEPT.write_text(json.dumps(_all() | {processor(): record}, indent=1) + "\n", encoding="utf-8")


def kept() -> dict[str, Any]:
    """Give what was kept on this processor: `version`, `ratio`, `date`; empty where nothing was."""
    found: dict[str, Any] = _all().get(processor(), {})
    return found


def _all() -> dict[str, Any]:
    return json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}


@cache
def measured(rounds: int) -> float:
    """Measure the ratio: median over rounds, processor time."""
    organization = defaults()
    plain = PlainOrg(organization, 1)
    run = World.begin(organization, 1, deals=False, tables=False)
    weeks = run.burn_in + run.horizon
    for _ in range(run.burn_in if rounds > 1 else 4):
        plain.step()
    jobs = (
        lambda: summary_of(World.begin(organization, 1, deals=False, tables=False).finish()),
        lambda: [plain.step() for _ in range(13)],
    )
    fast, slow = interleaved(jobs, rounds)
    return ratio(slow, fast) / 13.0 * weeks


def _row(now: float, before: dict[str, Any]) -> Row:
    what = "a run against the plain model, and the kept reference"
    note = "the default scenario with a year of burn-in, three years and the summary, processor time"
    if not before:
        return Row(what, "", times(now), "no goal", note)
    least = before["ratio"] * (1.0 - LOSS)
    goal = f"{times(least)} or more, {1.0 - LOSS:.0%} of {before['version']} ({before['date']})"
    shown = f"{times(now)}, {now / before['ratio'] - 1.0:+.0%}"
    return judged(what, goal, shown, met=now >= least, note=note)
