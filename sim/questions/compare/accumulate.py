"""Gather the runs of a comparison seed by seed, and make its tables."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.studies.bands import Bands, quarterly_values
from sim.studies.cases import AS_IS, Case
from sim.studies.drivers import FACTORS, TOTALS, parts_of
from sim.studies.statistics import Effect, holm, mean_interval, paired_effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.measures.run import Run
    from sim.studies.replicate import Failure, Replicate
    from sim.studies.statistics import Floats


class SeedResults:
    """What is gathered from the seeds, in their order.

    Attributes:
        names: Names of the cases, `as_is` first.
        seeds: Seeds taken in.
        measured: Headline measures by case: one list for each seed, in the order of `MEASURES`.
        parts: Factors and totals by case, as `parts_of` gives them.
        weekly, quarterly: Bands.
        failures, runs, flips: Those of all seeds.
    """

    def __init__(self, cases: Sequence[Case], weeks: int) -> None:
        self.names = [case.name for case in cases]
        self.seeds: list[int] = []
        self.measured: dict[str, list[list[float]]] = {name: [] for name in self.names}
        self.parts: dict[str, list[Floats]] = {name: [] for name in self.names}
        self.weekly, self.quarterly = Bands(self.names, weeks), Bands(self.names, weeks // WEEKS_PER_QUARTER)
        self.failures: list[Failure] = []
        self.runs: dict[tuple[str, int], Run] = {}
        self.flips: list[pd.DataFrame] = []

    def add(self, replicate: Replicate) -> None:
        """Take in a seed; InputError if the first one shows that a case cannot be run."""
        if not self.seeds:
            for failure in replicate.failures:
                if isinstance(failure.cause, InputError):
                    raise failure.cause
        self.seeds.append(replicate.seed)
        gap, no_parts = [math.nan] * len(MEASURES), np.full(len(FACTORS) + len(TOTALS), np.nan)
        for name in self.names:
            finished = name in replicate.summaries
            self.measured[name].append([replicate.summaries[name][key] for key in MEASURES] if finished else gap)
            self.parts[name].append(parts_of(replicate.weekly[name]) if finished else no_parts)
        self.weekly.add(replicate.weekly)
        self.quarterly.add({name: quarterly_values(matrix) for name, matrix in replicate.weekly.items()})
        self.failures += replicate.failures
        self.runs |= {(name, replicate.seed): run for name, run in replicate.runs.items()}
        self.flips += replicate.flips

    def of(self, name: str, measure: str) -> Floats:
        """Values of a measure in a case by seed, not a number where a run failed. [seeds]."""
        column = list(MEASURES).index(measure)
        return np.array([row[column] for row in self.measured[name]])


def means_frame(results: SeedResults, alpha: float) -> pd.DataFrame:
    """Make the table of means by case and measure, with the columns of `Comparison.table`."""
    rows = [
        {"case": name, "measure": measure, "unit": item.unit, **asdict(mean_interval(results.of(name, measure), alpha))}
        for name in results.names
        for measure, item in MEASURES.items()
    ]
    return pd.DataFrame(rows)


def effects_frame(results: SeedResults, main: str, alpha: float) -> pd.DataFrame:
    """Make the table of effects by case and measure, with the columns of `Comparison.effects`."""
    rows = []
    for name in results.names[1:]:
        for measure, item in MEASURES.items():
            effect = paired_effect(results.of(name, measure), results.of(AS_IS, measure), item.better, alpha)
            rows.append({"case": name, "measure": measure, "unit": item.unit, "better": item.better, **_row(effect)})
    empty = {"case": "", "measure": "", "unit": "", "better": 0, **_row(paired_effect([], []))}
    table = pd.DataFrame(rows, columns=list(empty))
    is_main = table["measure"] == main
    table["p_holm"] = np.nan
    for group in (is_main, ~is_main):
        table.loc[group, "p_holm"] = holm(table.loc[group, "p"].to_numpy(dtype=float))
    return table


def _row(effect: Effect) -> dict[str, float]:
    difference, relative = effect.difference, effect.relative
    return {
        "n": difference.n, "base": effect.base, "difference": difference.mean, "low": difference.low,
        "high": difference.high, "relative": relative[0], "relative_low": relative[1], "relative_high": relative[2],
        "effect_size": effect.size, "share_better": effect.better, "p": effect.p,
    }  # fmt: skip


def per_seed_frame(results: SeedResults) -> pd.DataFrame:
    """Make the long table of every measure by case and seed."""
    seeds, measures = np.array(results.seeds, dtype=np.int64), list(MEASURES)
    parts = [
        pd.DataFrame({
            "case": name, "seed": np.repeat(seeds, len(measures)), "measure": measures * len(seeds),
            "value": np.array(results.measured[name], dtype=float).ravel(),
        })
        for name in results.names
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def deals_frame(results: SeedResults) -> pd.DataFrame:
    """Put the deal logs of the whole runs under each other."""
    parts = []
    for (name, seed), run in results.runs.items():
        deals = run.deals.copy()
        deals.insert(0, "seed", seed)
        deals.insert(0, "case", name)
        parts.append(deals)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["case", "seed"])
