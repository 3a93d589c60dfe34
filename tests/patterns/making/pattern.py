"""What a pattern of the model is: its fixed plan, the test of it, and what a test finds.

A pattern is one statistical test on paired runs with a fixed name, scenario, lever sizes, window and threshold. Modules
in `tests/patterns/` each declare `PATTERNS: tuple[Pattern, ...]`; `tests.patterns.making.registry` imports them
by name and lists all. A module looks like this::

    def _test(effort: Effort) -> Finding:
        ...  # run it with effort.seeds paired seeds; a small effort must work too
        numbers = (Number("bookings, paired difference", 12.1, "% of base", 3.0, 21.2, 200, "interval above 0", True),)
        return Finding("S2", verdict_of(numbers), "One sentence with the measured numbers.", numbers, table=frame)

    def _figure(finding: Finding) -> Figure:
        ...  # drawn from finding.table alone, which is stored: the page is made again without running anything

    PATTERNS = (Pattern("S2", "Going straight to the close", "sales", ("F2",), Plan(...), _test, _figure),)

Nothing in a test may depend on what it should find: a pattern that fails is reported as failing, with what was tried.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd
    from matplotlib.figure import Figure

Verdict = Literal["holds", "fails", "holds in part", "undecided"]
VERDICTS: tuple[str, ...] = get_args(Verdict)
"""What a test may say. "holds in part": only where the numbers say; "undecided": too few replicates for a verdict."""

GROUPS = {
    "sales": "The sales flywheel",
    "leader": "The leader's flywheel",
    "evil": "The evil flywheel",
    "lean": "Lean selling",
    "art": "Art and science",
    "drivers": "Drivers",
    "reality": "Reality",
    "responses": "Answers to a change",
    "docking": "Exact and published results",
}
"""Headings of the page by the group of a pattern, in their order."""


@dataclass(frozen=True, slots=True)
class Number:
    """One measured number of a pattern.

    Attributes:
        name: What was measured, such as "bookings of year 3, paired difference".
        value: The mean, or another point estimate.
        unit: Its unit, such as "% of base", "weeks", "share"; shares are given from 0 to 1.
        low, high: Ends of its 95% interval; None where there is none (an exact or a counted number).
        n: Replicates it rests on; None where that has no meaning.
        needed: The threshold in words, such as "interval above 0"; empty for a number that is only reported.
        met: Whether the threshold is met; None for a number that is only reported, or if there are too few replicates.
    """

    name: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    n: int | None = None
    needed: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Robustness:
    """Share of draws of the assumed parameters in which a pattern holds.

    Attributes:
        share: Of the draws that could be judged. [0 to 1]
        draws: Draws that could be judged.
        seeds: Seeds a draw.
        low, high: Ends of the 95% interval of the share (Wilson).
        rule: What counts as holding in one draw, in words.
    """

    share: float
    draws: int
    seeds: int
    low: float
    high: float
    rule: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a test found.

    Attributes:
        pattern: Id of the pattern.
        verdict: One of `VERDICTS`.
        sentence: What was found, in one or two sentences with the numbers that decide.
        numbers: Everything measured, those with a threshold first.
        tried: Where it does not hold: what was tried and what it means.
        table: What the figure is drawn from, plain columns of numbers and words; None without a figure.
        where: Where it holds and where not, if a map was made.
        robustness: Share of success over draws of the assumed parameters; None if it was not measured.
    """

    pattern: str
    verdict: Verdict
    sentence: str
    numbers: tuple[Number, ...]
    tried: str = ""
    table: pd.DataFrame | None = None
    where: str = ""
    robustness: Robustness | None = None


@dataclass(frozen=True, slots=True)
class Effort:
    """How much to run.

    Attributes:
        seeds: Paired seeds, 0, 1, ...; a test that needs fewer or can afford only fewer says how many it used.
        draws: Draws of the assumed parameters for robustness; 0 leaves it out.
        draw_seeds: Seeds of each draw.
        workers: Threads; as many as there are cores by default.
        progress: Told how many runs of the pattern are done and how many there are.
        crm: Folder of a CRM export, for the patterns that need one.
    """

    seeds: int = 200
    draws: int = 200
    draw_seeds: int = 2
    workers: int | None = None
    progress: Callable[[int, int], None] | None = None
    crm: Path | None = None

    @classmethod
    def quick(cls, workers: int | None = None) -> Effort:
        """Little enough for a test: 6 seeds, 2 draws of 2 seeds. The verdicts of a quick effort mean little."""
        return cls(seeds=6, draws=2, draw_seeds=2, workers=workers)

    def share(self, part: float, least: int = 4) -> Effort:
        """An effort with this part of the seeds, for tests with many runs a seed; never fewer than `least`."""
        return replace(self, seeds=min(self.seeds, max(least, round(self.seeds * part))))


@dataclass(frozen=True, slots=True)
class Plan:
    """The fixed plan of a test, as it stands in the table of the page.

    Attributes:
        scenario: Shipped scenarios, such as "baseline".
        levers: What is changed, with sizes, such as "training.hours_per_quarter +12".
        window: Weeks that count, such as "156 weeks from week 0".
        statistic: What is computed.
        threshold: What must be so for "holds".
    """

    scenario: str
    levers: str
    window: str
    statistic: str
    threshold: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern the model must show, and how it is tested.

    Attributes:
        id: Such as "S1".
        title: In a few words.
        group: One of `GROUPS`.
        claims: Ids of the claims it bears on, such as "F1"; see `sim.scenario.claims`.
        plan: What is done, in words.
        test: Runs it. Must work with a small effort and say "undecided" where that is too small for a verdict.
        figure: Draws it from `Finding.table`; None without a figure. The caller sets the style and saves.
        modules: Further modules whose change makes stored results stale, such as "sim.questions.wheel.gain";
            the pattern's own module, the rules and the scenarios named in `scenarios` count anyway.
        scenarios: Names of the shipped scenarios it runs.
        needs_export: Whether it needs a CRM export; without one its stored finding is kept.
        files: Further files that say what it runs; a change of one makes stored results stale.
    """

    id: str
    title: str
    group: str
    claims: tuple[str, ...]
    plan: Plan
    test: Callable[[Effort], Finding]
    figure: Callable[[Finding], Figure] | None = None
    modules: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    needs_export: bool = False
    files: tuple[Path, ...] = ()

    @property
    def module(self) -> str:
        """Module that declares the test."""
        return self.test.__module__


def verdict_of(numbers: Sequence[Number]) -> Verdict:
    """Join the thresholds of a finding: all met "holds", none met "fails", some met "holds in part".

    A threshold that could not be judged (`needed` without `met`) makes the whole "undecided". Tests for which one
    threshold decides on its own (or a part that is not enough) join them in their own way.
    """
    judged = [one.met for one in numbers if one.needed]
    if not judged or None in judged:
        return "undecided"
    return "holds" if all(judged) else ("holds in part" if any(judged) else "fails")


def above(value: float, low: float | None, high: float | None, limit: float = 0.0) -> bool | None:
    """Judge "the interval lies above the limit"; None if there is no interval (too few replicates)."""
    return None if low is None or high is None or math.isnan(low) or math.isnan(value) else low > limit


def below(value: float, low: float | None, high: float | None, limit: float = 0.0) -> bool | None:
    """Judge "the interval lies below the limit"; None if there is no interval (too few replicates)."""
    return None if low is None or high is None or math.isnan(high) or math.isnan(value) else high < limit
