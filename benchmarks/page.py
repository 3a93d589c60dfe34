"""The page docs/benchmarks.md, made from the rows of a run."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from benchmarks import plain_model
from benchmarks.million import million

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.table import Row

_INTRODUCTION = """# How fast it is

Made by `python -m benchmarks --write`; `make bench` prints the same table. Ratios are medians over rounds in which
everything compared takes its turn, so a busy minute falls on all of them. Times and memory hold for the machine they
stand under, and ratios, too, differ with the processor. Goals are what the design set out to reach; what is missed is
shown as missed.
"""

_WHY = """## Why the misses are what they are

`python -m benchmarks.phases` times every phase of the week by itself. Counting cycles in the compiled drive says
where a run of the baseline goes (some 400 million of a processor's, with 13% of the run outside the drive):
conversations 19%, needs 16%, contracts 10%, the calendar of needs 7%, specialists 7%, deals that are collected or
decided 4% each, sizing up 4%, sharing out hours 3%, satisfaction, fading and the sums of territories 2% each. What
every account goes through every week (fading, satisfaction, sums) is a tenth of it: loops over columns, several
accounts at a time. Three quarters is work on what happens: 106,000 weeks of open opportunities at 58 ns each, 58,000
accounts whose luck allows a need and 17,500 that have one, 14,600 contracts that are due, spread over more memory
than the nearest caches hold.
The plain model loses less than reduced models do because it, too, visits only what is awake.

Of a conversation a third is one power, `x ** 1.2` in the effect of effort: with `x * x` in its place the phase took
82 instead of 134 microseconds a week (670 opportunities), and on another machine 49 instead of 74, though the power
alone takes 13 ns: it stands in a chain in which every step waits for the last. Exponential and logarithm written out in
the rule, so that no function is called, took as long as the library's. A pass of its own for effort and its effect, in
which several opportunities overlap, took a tenth off the phase, 3% off a run, for two more fields of 17,000 rows and a
phase more: not worth it. The last two were timed once, beside other work.

That pass was also built over columns, four opportunities at a time, with exponential and logarithm written out for it:
a phase in which they meet, one in which effort builds up, and the rest. The three took 0.75 of what the one takes and
a run 0.91 (two rounds of each in turn, beside other work); bookings were the same to the last digit shown. The formulas
alone take 18 ns an opportunity then, since three divisions and three functions follow each other, and a seat's dozen of
open opportunities fills few lanes. For a tenth of a run it wants five more columns of 17,000 rows, two more phases, our
own exponential and a rule cut in three: not taken. What specialists count on their walks along the pipelines is 7% of a
run; counting it while hours are shared out would add sums for each kind of specialist to every rep, for less than half
of that. So a third of the time it took is out of reach of this design on one core; what is left is work on what
happens.

Going through several phases seat by seat, while a territory is still in the cache, gave the same bytes and was no
faster at 48 reps, 1.07 times as fast at 50,000: not worth a second order of the week.

Most of a start is imports: numba with its extensions, which look for scipy's linear algebra, and the classes of
parameters.

The page's weeks per second are not measured here.
"""

_COST = """Worked out from the rows above for runs of the default scenario (`benchmarks/million.py`), each with a
burn-in of its own; the cases of a seed share it, which is one year of four. `flywheel sweep STUDY --plan` times a run
of any other study on the machine it stands on, and says the same of it.
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """What was measured on one machine.

    Attributes:
        about: The machine in a sentence.
        rows: What was measured there.
    """

    about: str
    rows: Sequence[Row]


def page(machines: Mapping[str, Machine]) -> str:
    """Give the whole page as Markdown.

    Args:
        machines: By name of the processor; how things were measured is told of the first.
    """
    rows = next(iter(machines.values())).rows
    found = [{row.what: row for row in one.rows} for one in machines.values()]
    table = [f"| what | goal | {' | '.join(machines)} |", "|---" * (2 + len(machines)) + "|"]
    table += [f"| {row.what} | {row.goal or '-'} | {' | '.join(_cell(one.get(row.what)) for one in found)} |"
              for row in rows]  # fmt: skip
    how = dict.fromkeys(row.note for row in rows if row.note)
    notes = [f"- {', '.join(row.what for row in rows if row.note == note)}: {note}." for note in how]
    compared = (plain_model.__doc__ or "").partition("\n\n")[2].strip()
    parts = [
        _INTRODUCTION,
        "\n".join(table),
        "## How each was measured\n\n" + "\n".join(notes),
        _WHY.strip(),
        *_million(rows),
        "## The plain-object Mesa model\n\n" + compared,
        "## The machines\n\n" + "\n".join(f"- {one.about}" for one in machines.values()),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _cell(row: Row | None) -> str:
    """What was measured, and whether the goal is met."""
    if row is None:
        return "-"
    return f"**{row.measured}**, missed" if row.verdict == "missed" else row.measured


def _million(rows: Sequence[Row]) -> list[str]:
    """Say what a million runs cost, once everything it rests on has been measured."""
    try:
        return [f"## What a million runs cost\n\n{_COST}\n{million(rows)}"]
    except KeyError:
        return []


def machine() -> str:
    """Describe the machine and the versions in a sentence, without names and paths."""
    return (
        f"{os.cpu_count()} cores of {processor()}, {_memory()}, {platform.system()}, Python "
        f"{platform.python_version()}, numba {numba.__version__}, numpy {np.__version__}. Other programs may have "
        "had a share of it."
    )


def processor() -> str:
    """Model of the processor as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.0f} GB of memory"
    except (AttributeError, ValueError, OSError):
        return "unknown memory"
