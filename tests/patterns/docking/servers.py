"""X2, specialists as servers: first come, first served, one job at a time, exponential work (M/M/c)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tests.patterns.docking.engine_only import expected, judged, lay_out, line_table, over_seeds
from tests.patterns.docking.measured import gap
from tests.patterns.making.pattern import Finding, Pattern, Plan, verdict_of
from tests.patterns.making.plots import band_table, lines

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from sim.scenario.parameters.base import Value
    from sim.studies.statistics import Floats
    from tests.patterns.making.pattern import Effort

POOLS, LOADS = (1, 2, 5), (0.8, 0.9)
"""Servers that share a queue, and the part of their time that is asked for."""

SERVERS = 20
"""Servers of a run: as many queues as there are pools among them."""

JOB = 4.0
"""Mean work of a job. [weeks]"""

ACCOUNTS = 150
"""Accounts of a rep; there is a rep for each server. Many, so that requests come by chance alone."""

WARM_UP, WINDOW = 2000, 4000
"""Weeks until a queue has settled, and weeks of which the jobs count."""

SLACK = 0.005
"""Part of the wait that it costs that an account does not ask twice within two weeks."""


def wait(servers: int, load: float) -> float:
    """Mean wait of M/M/c in units of service time: Erlang's C over c(1 - load).

    Source: A. K. Erlang (1917), in any text on queues.
    """
    offered = servers * load
    some = sum(offered**k / math.factorial(k) for k in range(servers))
    full = offered**servers / math.factorial(servers) / (1.0 - load)
    return full / (some + full) / (servers * (1.0 - load))


def parameters(pool: int, load: float) -> dict[str, Value]:
    """Requests that keep the specialists busy for this part of their time; a closed line rests for a week."""
    rate = load / JOB / ACCOUNTS
    hazard = -math.log(1.0 - rate / (1.0 - rate))
    return {
        "mechanisms.first_come_first_served": True,
        "mechanisms.certain_wins": True,
        "structure.specialist_pool": pool,
        "structure.specialist_job_weeks": JOB,
        "structure.product_specialists": SERVERS,
        "structure.n_reps": SERVERS,
        "market.accounts_per_rep": ACCOUNTS,
        "market.needs_per_account_year": 52.0 * hazard,
    }


def measured(pool: int, load: float, seed: int, warm_up: int = WARM_UP, window: int = WINDOW) -> tuple[float, ...]:
    """Mean wait in units of service, part of the time worked, and Little's gap of the opportunities."""
    world = lay_out(parameters(pool, load), seed)
    world.advance(warm_up)
    before = world.state.specialists.copy()
    world.advance(window)
    after = world.state.specialists
    jobs, waited, worked = (float((after[name] - before[name]).sum()) for name in ("jobs", "waited", "worked"))
    return waited / jobs / JOB, worked / SERVERS / window, gap(world)


def _test(effort: Effort) -> Finding:
    few = effort.share(0.15)
    cases = [(pool, load) for load in LOADS for pool in POOLS]
    found = np.array(over_seeds(lambda seed: [measured(*case, seed) for case in cases], few))
    numbers = [
        expected(f"mean wait, {pool} pooled, load {load:.0%}", found[:, place, 0], wait(pool, load), "jobs", SLACK)
        for place, (pool, load) in enumerate(cases)
    ]
    numbers += [
        expected(f"time worked, {pool} pooled", found[:, place, 1], load, "share")
        for place, (pool, load) in enumerate(cases)
        if load == LOADS[0]
    ]
    numbers.append(judged("Little's law, greatest gap", float(np.abs(found[:, :, 2]).max()), 0.0, 0.0, "weeks"))
    sentence = "Mean wait in units of a job: " + "; ".join(
        f"{load:.0%} load "
        + ", ".join(
            f"{numbers[place].value:.3f} ({wait(pool, load):.3f})"
            for place, (pool, own) in enumerate(cases)
            if own == load
        )
        for load in LOADS
    )
    sentence += " for 1, 2 and 5 servers to a queue, in brackets the exact result; two dedicated ones wait as one does."
    return Finding("X2", verdict_of(numbers), sentence, tuple(numbers), table=_table(found[:, :, 0]))


def _table(waits: Floats) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - slow to import, and listing patterns does without

    parts = []
    for place, load in enumerate(LOADS):
        own = waits[:, place * len(POOLS) : (place + 1) * len(POOLS)]
        parts.append(band_table(own, POOLS, "servers", case=f"engine, load {load:.0%}"))
        parts.append(line_table([wait(pool, load) for pool in POOLS], POOLS, "servers", f"exact, load {load:.0%}"))
    return pd.concat(parts, ignore_index=True)


def _figure(finding: Finding) -> Figure:
    return lines(finding, "servers", "mean wait / mean work of a job", axis_label="specialists who share a queue")


PATTERNS = (
    Pattern(
        "X2",
        "Specialists as servers",
        "docking",
        (),
        Plan(
            "everything off but product specialists, first come, first served, exponential work of 4 weeks",
            "1, 2 or 5 specialists to a queue, at 80% and 90% load",
            f"{WINDOW} weeks after {WARM_UP}, {SERVERS} specialists a run, 15% of the seeds",
            "mean wait of a job in units of mean work",
            "Erlang: 4, 1.778, 0.554 and 9, 4.263, 1.525, within 99.9%; open opportunities keep Little's identity",
        ),
        _test,
        _figure,
        modules=("tests.patterns.docking.engine_only", "tests.patterns.docking.measured"),
    ),
)
