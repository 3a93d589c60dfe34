"""What is measured: each function gives the rows of the table that belong together."""

from __future__ import annotations

import shlex
import statistics
import tempfile
import time
from typing import TYPE_CHECKING

from agents.machinery.clock import WEEKS_PER_YEAR
from benchmarks.chance import replicates
from benchmarks.chaos import chaos
from benchmarks.child import ask, command
from benchmarks.crew import Crew
from benchmarks.plain_model import PlainOrg
from benchmarks.reference import reference
from benchmarks.sizes import agents_of, defaults, of_size
from benchmarks.studies import studies
from benchmarks.table import Row, interleaved, judged, left_out, ratio, times
from sim.engine.bounds import keeps_bounds
from sim.engine.compiler import FOLDER_VARIABLE
from sim.engine.cores import usable_cores
from sim.engine.sales_org import SalesOrg
from sim.engine.world import World
from sim.measures.conservation import hold_laws
from sim.measures.whole_run import summary_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def drives(*, quick: bool) -> list[Row]:
    """Compiled drive, agent drive and plain Mesa model, week against week."""
    return [*_drives(1, 100, quick=quick), *_drives(3, 90, quick=quick)]


def _drives(n_lines: int, least: int, *, quick: bool) -> list[Row]:
    burn_in, rounds = (4, 1) if quick else (52, 7)
    organization = defaults(organization__burn_in_weeks=burn_in, market__n_lines=n_lines)
    compiled = World.begin(organization, 1)
    agent = SalesOrg(organization, rng=1)
    plain = PlainOrg(organization, 1)
    for _ in range(burn_in):
        plain.step()
    # A quarter each, so that what only quarters bring is counted.
    jobs = (lambda: compiled.advance(13), lambda: agent.run_for(13), lambda: [plain.step() for _ in range(13)])
    fast, middle, slow = interleaved(jobs, rounds)
    first, second, third = ratio(slow, fast), ratio(middle, fast), ratio(slow, middle)
    each = statistics.median(slow) / 13.0 / (len(plain.buyers) + len(plain.reps)) * 1e6
    note = (
        f"default organization after {burn_in} weeks, {rounds} rounds of a quarter each, processor time; "
        f"the plain model takes {each:.1f} microseconds per agent-week"
    )
    goal, lines = f"{least} times or more", f"{n_lines} line{'s' if n_lines > 1 else ''}"
    what = f"compiled drive against a plain-object Mesa model, {lines}"
    return [
        judged(what, goal, times(first), met=first >= least, note=note),
        Row(f"compiled drive against the agent drive, {lines}", "", times(second), "no goal", note),
        Row(f"agent drive against a plain-object Mesa model, {lines}", "", times(third), "no goal", note),
    ]


def whole_run(*, quick: bool) -> list[Row]:
    """A run of the default scenario, burn-in and summary included, and what the checks of its laws take of it."""
    organization = defaults()
    world = World.begin(organization, 1, deals=False, tables=False).finish()
    years = (world.burn_in + world.week) // WEEKS_PER_YEAR

    def check() -> None:
        for _ in range(years):
            keeps_bounds(world.state)
        hold_laws(world)

    jobs = (lambda: summary_of(World.begin(organization, 1, deals=False, tables=False).finish()), check)
    check()
    taken, checking = interleaved(jobs, 1 if quick else 9)
    best, share = statistics.median(taken) * 1000.0, 1.0 / ratio(taken, checking)
    note = "48 reps, 5,760 accounts, 3 lines; a year of burn-in and 3 years; one core, median of processor times"
    looked = f"every number at the end of each of {years} years, hours, money, opportunities and people at the end"
    return [
        judged("default scenario, one run", "30 ms or less", f"{best:.0f} ms", met=best <= 30.0, note=note),
        judged("checks of laws, share of a run", "3% or less", f"{share:.1%}", met=share <= 0.03, note=looked),
    ]


def size(*, quick: bool) -> list[Row]:
    """Cost per agent-week by size of the organization."""
    sizes = (50, 500) if quick else (50, 500, 5000, 50_000)
    small = sizes[:-1] if not quick else sizes
    rounds = 1 if quick else 5
    found = dict(zip(small, interleaved([_quarter_of(n) for n in small], rounds), strict=True))
    if not quick:
        found |= dict(zip(sizes[-1:], interleaved([_quarter_of(sizes[-1])], 1), strict=True))
    cost = {n: statistics.median(found[n]) / _weeks_of(n) / agents_of(n) * 1e9 for n in sizes}
    least = min(cost.values())
    figures = ", ".join(f"{n:,}: {cost[n] / least:.2f}" for n in sizes)
    widest, medium = (max(cost[n] for n in sizes if n <= most) / least for most in (sizes[-1], 5000))
    note = (
        "40 accounts a rep, one line, one specialist for 16 reps; the quarter after a quarter of burn-in, median of "
        f"processor times, relative to the cheapest, {least:.0f} ns"
    )
    shown = f"{times(widest)} ({figures})"
    return [
        judged(
            f"cost per agent-week, {sizes[0]} to {sizes[-1]:,} reps",
            "within 1.8 times up to 5,000, 2.2 times up to 50,000",
            shown,
            met=medium <= 1.8 and widest <= 2.2,
            note=note,
        )
    ]


def _weeks_of(n_reps: int) -> int:
    """Weeks timed: the small organizations run many times over. [weeks]."""
    return 13 * max(1, 2000 // n_reps)


def _quarter_of(n_reps: int) -> Callable[[], object]:
    """Make a job that runs the second quarter, of many equal organizations where they are small."""
    scenario = of_size(n_reps)
    worlds = [World.begin(scenario, seed) for seed in range(_weeks_of(n_reps) // 13)]

    def run() -> None:
        for world in worlds:
            world.advance(13)

    return run


def start(*, quick: bool) -> list[Row]:
    """Start-up in a fresh process, with a warm and with an empty cache of machine code."""
    ask("start", timeout=600.0)
    tries = [ask("start", timeout=600.0) for _ in range(1 if quick else 7)]
    best = min(tries, key=lambda one: one.wall)
    shares = ", ".join(f"{name} {taken:.2f} s" for name, taken in best.found.items())
    goal, name = "1.5 s or less", "start-up with a warm kernel cache"
    note = (
        f"fresh process that runs one week, the quickest of {len(tries)}, {best.cpu:.2f} s of processor time; {shares}"
    )
    rows = [judged(name, goal, f"{best.wall:.2f} s", met=best.wall <= 1.5, note=note)]
    if quick:
        return [*rows, left_out("first compilation, cold", "45 s or less")]
    with tempfile.TemporaryDirectory() as folder:
        cold = ask("start", timeout=900.0, **{FOLDER_VARIABLE: folder})
    note = f"fresh process with an empty cache, once, {cold.cpu:.0f} s of processor time"
    name = "first compilation, cold"
    return [*rows, judged(name, "45 s or less", f"{cold.wall:.0f} s", met=cold.wall <= 45.0, note=note)]


def workers(*, quick: bool) -> list[Row]:
    """Two workers against one."""
    goal, name = "1.9 times or more", "two workers against one"
    if usable_cores() < 2:
        return [Row(name, goal, "-", "left out", "this machine has one core")]
    runs = 2 if quick else 12
    alone, together = Crew(defaults(), 1), Crew(defaults(), 2)
    one, two = interleaved(
        [lambda: alone.work(runs), lambda: together.work(runs)], 1 if quick else 7, time.perf_counter
    )
    gain = ratio(one, two)
    note = f"{runs} runs of the default scenario a round, median of rounds, as the clock on the wall has it"
    rows = [judged(name, goal, f"{gain:.2f} times", met=gain >= 1.9, note=note)]
    if alone.waits and together.waits:
        ready = ratio(
            *[
                [taken - wait for taken, wait in zip(*pair, strict=True)]
                for pair in ((one, alone.waits), (two, together.waits))
            ]
        )
        note = "the same rounds, without the time in which threads stood ready and other programs had the processors"
        rows.append(judged(f"{name}, waiting taken off", goal, f"{ready:.2f} times", met=ready >= 1.9, note=note))
    return rows


def chance(*, quick: bool) -> list[Row]:
    """Keyed draws against one stream, in replicates needed."""
    seeds = 2 if quick else 60
    changes: Sequence[tuple[str, dict[str, float]]] = (
        ("2 more training hours a quarter", {"training.hours_per_quarter": 2.0}),
        ("1 more product specialist", {"structure.product_specialists": 1.0}),
    )
    rows = []
    for words, change in changes:
        found = replicates(defaults(), change, seeds)
        note = (
            f"bookings of a year, {seeds} seeds; variance of the difference of the two cases. The single stream is "
            "stood in for by another key from week 0 on in one case: same organization, same past, chance reshuffled, "
            f"as one stream is by the first draw more or less. Keyed: standard deviation {found.keyed:.2%} of "
            f"bookings, one stream {found.stream:.2%}"
        )
        name = f"keyed draws against one stream, replicates: {words}"
        gain = found.gain
        rows.append(judged(name, "10 times fewer or more", f"{times(gain)} fewer", met=gain >= 10.0, note=note))
    return rows


def large(*, quick: bool) -> list[Row]:
    """A year of a very large organization: it finishes, and in how much memory."""
    n_reps = 100 if quick else 50_000
    answer = ask("large", str(n_reps), timeout=1800.0)
    found = answer.found
    shown = f"{found['bytes'] / 1e9:.2f} GB, {found['seconds']:.0f} s"
    name = f"a year of {n_reps:,} reps and {found['accounts']:,.0f} accounts, 3 lines"
    note = (
        "compiled drive, one core, a quarter of burn-in and 52 weeks; peak memory of its process, "
        f"{answer.cpu:.0f} s of processor time with start and layout"
    )
    held = found["bookings"] > 0.0 and found["bytes"] <= 2.7e9
    return [judged(name, "2.7 GB or less", shown, met=held, note=note)]


def questions(*, quick: bool) -> list[Row]:
    """The commands that answer one question, whole."""
    asked = (
        ("wheel diagnostics of the baseline", 60.0, ("wheel", "baseline")),
        ("why: good opportunities, lean_starved", 60.0, ("why", "lean_starved", "--measure", "good_opportunities")),
        ("why: attainment, evil", 60.0, ("why", "evil")),
        ("compare: three cases, 200 pairs and 20 plausible worlds x 8", 60.0,
         ("compare", "baseline", "--case", "overlays: structure.product_specialists=9",
          "--case", "training: training.hours_per_quarter=24", "--case", "focus: operations.wip_limit=8")),
    )  # fmt: skip
    rows = []
    for name, limit, words in asked:
        if quick and words[0] != "wheel":
            rows.append(left_out(name, f"{limit:.0f} s or less"))
            continue
        few = ("--seeds", "5") if quick else ()
        tries = [command(*words, *few, timeout=1800.0) for _ in range(1 if quick else 3)]
        best = min(tries, key=lambda one: one.wall)
        note = (
            f"`flywheel {shlex.join((*words, *few))}`, start and figures included, both cores, the quickest of "
            f"{len(tries)}; {best.cpu:.0f} s of processor time"
        )
        rows.append(judged(name, f"{limit:.0f} s or less", f"{best.wall:.0f} s", met=best.wall <= limit, note=note))
    return rows


ROWS: tuple[Callable[..., list[Row]], ...] = (
    drives,
    reference,
    whole_run,
    size,
    start,
    workers,
    chance,
    large,
    questions,
    studies,
    chaos,
)
"""What `python -m benchmarks` measures, in order; each takes `quick`."""
