"""The page docs/benchmarks.md, made from the rows of a run."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

import numba
import numpy as np

from benchmarks import plain_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.table import Row

_INTRODUCTION = """# How fast it is

Made by `python -m benchmarks --write`; `make bench` prints the same table. Ratios are medians over rounds in which
everything compared takes its turn, so a busy minute falls on all of them. Times and memory hold for the machine named
below. Goals are what the design set out to reach; what is missed is shown as missed.
"""

_WHY = """## Why the misses are what they are

Profiles of the compiled drive say where a week goes. At the default size (17,000 slots, in the processor's cache) a
fifth each goes to needs (fading, four rates and a draw for every account) and to conversations, a seventh to the
plans of reps, a tenth each to results and decisions. No phase stands out, so a miss is the sum of many small pieces
of work on every account. The plain model loses less than reduced models do because it, too, visits only what is
awake: most of its accounts do nothing in a week but let a relationship fade and draw for a need.

A larger organization costs more per agent because its records no longer fit into the cache. Phases read an account's
row of 160 bytes, and an opportunity's of 272, some nine times a week for a few fields each, so from some 20,000
accounts on memory sets the pace: what only looks through accounts (`collect`, the measures, the sums of money) grows
most, and rules full of arithmetic least. The number of operations per agent-week is the same at every size. Running
the phases of one territory after another, as far as they read nothing else, gave the same bytes in a trial, 1.24
times as fast at 5,000 reps and no faster at 48.

Most of a start is imports: numba with its extensions, which look for scipy's linear algebra, and the classes of
parameters.

The Sobol study is 10,000 times a run of the baseline and little else; it cannot be faster than they are.

The page's weeks per second are not measured here.
"""


def page(rows: Sequence[Row]) -> str:
    """Give the whole page as Markdown."""
    table = ["| what | goal | measured | verdict |", "|---|---|---|---|"]
    table += [f"| {row.what} | {row.goal or '-'} | {row.measured} | {row.verdict} |" for row in rows]
    how = dict.fromkeys(row.note for row in rows if row.note)
    notes = [f"- {', '.join(row.what for row in rows if row.note == note)}: {note}." for note in how]
    compared = (plain_model.__doc__ or "").partition("\n\n")[2].strip()
    parts = [
        _INTRODUCTION,
        "\n".join(table),
        "## How each was measured\n\n" + "\n".join(notes),
        _WHY.strip(),
        "## The plain-object Mesa model\n\n" + compared,
        f"## The machine\n\n{machine()}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def machine() -> str:
    """Describe the machine and the versions in a sentence, without names and paths."""
    return (
        f"{os.cpu_count()} cores of {_processor()}, {_memory()}, {platform.system()}, Python "
        f"{platform.python_version()}, numba {numba.__version__}, numpy {np.__version__}. Other programs may have "
        "had a share of it."
    )


def _processor() -> str:
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
