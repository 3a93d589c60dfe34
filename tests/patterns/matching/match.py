"""The match: screening, two waves, candidates, finalists; every stage is kept and gone on with.

1. Screening: quasi-random places of the whole space, one seed each; at most 40 parameters turn out active.
2. Two waves: places not ruled out by their third-largest implausibility, two seeds each.
3. Candidates: places not ruled out by their second-largest, and the defaults, four fresh seeds each, judged by runs;
   and further ones, places of the screening and the waves that stand by their own runs, on the same fresh seeds.
4. Finalists: candidates that stand, four more seeds each. Those that still stand are the plausible worlds.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.engine.digest import model_digest
from sim.scenario.errors import InputError, write_error
from sim.studies.folders import check_writable
from sim.studies.worlds import MODEL
from tests.patterns.matching.outputs import evaluated, outputs
from tests.patterns.matching.points import Space
from tests.patterns.matching.running import Kept, run_missing
from tests.patterns.matching.waves import CUT, Wave, learned, not_ruled_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from sim.studies.statistics import Floats
    from tests.patterns.matching.outputs import Output, Runs

KEY = 2026
LUCK_SEEDS = tuple(range(100, 124))
"""Seeds at the defaults from which the luck of each output is known."""

SEEDS = {
    "luck": LUCK_SEEDS,
    "screening": (0,),
    "wave1": (1, 2),
    "wave2": (3, 4),
    "candidates": (10, 11, 12, 13),
    "further": (10, 11, 12, 13),
    "finalists": (14, 15, 16, 17),
}
"""Seeds by stage; no two stages that judge the same place share one."""

WAVES = ("screening", "wave1", "wave2")
"""Stages surrogates learn from."""

CANDIDATES = ("candidates", "further")
"""Stages whose places are judged by their own runs."""

EVENLY_SEEDS = (40, 41, 42, 43)
"""Seeds of places all over the space, judged with the model discrepancy as it is and doubled."""

JUDGING_SEEDS = tuple(range(30, 38))
"""Seeds on which rows held aside are read, in worlds that were found on others."""

_RECORD = "match.json"

ASIDE = re.compile(r"runs-(judging|luck|evenly)-[0-9a-f]+\.jsonl")
"""Runs that judge, kept in the folder of a match that may not have begun."""


@dataclass(frozen=True, slots=True)
class MatchEffort:
    """Places a stage.

    Attributes:
        screening, wave, candidates: Places of the screening, of each wave, of candidates.
        further: Most further candidates.
        finalists: Most finalists.
    """

    screening: int = 2000
    wave: int = 2500
    candidates: int = 800
    further: int = 400
    finalists: int = 400


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a place stands by its own runs.

    Attributes:
        values: Outputs by id, on the scale of their ranges.
        errors: Their standard errors over seeds.
        second: Second-largest implausibility.
        inside: Outputs within their range.
    """

    values: Mapping[str, float]
    errors: Mapping[str, float]
    second: float
    inside: int

    @property
    def stands(self) -> bool:
        """Whether it is a world that could be true."""
        return self.second <= CUT


class Match:
    """A match in a folder.

    Args:
        folder: Where runs and places are kept; made if it is not there.
        effort: Places a stage.

    Raises:
        InputError: The folder holds a match of other rules or of another effort.
    """

    def __init__(self, folder: Path, effort: MatchEffort) -> None:
        self.folder, self.effort, self.space = folder, effort, Space.whole()
        made(folder)
        self.digest = model_digest(MODEL)
        self._check_record()
        self.outputs = outputs()
        self.stages: dict[str, tuple[Floats, Kept]] = {}
        self.left: dict[str, float] = {}

    def _check_record(self) -> None:
        facts = {"model": self.digest, **asdict(self.effort)}
        file = self.folder / _RECORD
        if not file.exists():
            if any(not ASIDE.fullmatch(file.name) for file in self.folder.iterdir()):
                raise InputError(f"--out {self.folder}: the folder holds other files; name a new or an empty folder")
            file.write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
            return
        try:
            old = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise InputError(f"{file} cannot be read: {error}; name another folder") from error
        if old != facts:
            told = ", ".join(f"{name} {old.get(name)} there, {value} here" for name, value in facts.items()
                             if old.get(name) != value)  # fmt: skip
            raise InputError(f"{self.folder} holds another match ({told}); name another folder")

    def go_on(
        self, pool: Executor, workers: int, until: float, progress: Callable[[str, int, int], None]
    ) -> dict[int, Verdict] | None:
        """Run what is missing, stage by stage, until a time on the monotonic clock.

        Returns:
            Verdicts on the finalists by number, or None if time ran out first.
        """
        for stage, seeds in SEEDS.items():
            places = self._places(stage)
            kept = Kept(self.folder / f"runs-{stage}.jsonl")
            self.stages[stage] = (places, kept)
            whole = run_missing(
                kept, self._values(places), seeds, len(places), pool=pool, workers=workers, until=until,
                progress=lambda done, total, stage=stage: progress(stage, done, total),
            )  # fmt: skip
            if not whole:
                return None
        return self.verdicts("finalists")

    def _values(self, places: Floats) -> Callable[[int], dict[str, float]]:
        return lambda number: self.space.values(places[number])

    def _places(self, stage: str) -> Floats:
        """Give a stage's places: those it began with, or new ones from what the stages before have taught."""
        file = self.folder / f"places-{stage}.npz"
        if file.exists():
            with np.load(file) as found:
                self.left[stage] = float(found["left"])
                return np.asarray(found["places"])
        places, self.left[stage] = self._chosen(stage)
        draft = file.with_suffix(".draft.npz")
        np.savez_compressed(draft, places=places, left=self.left[stage])
        draft.replace(file)
        return places

    def _chosen(self, stage: str) -> tuple[Floats, float]:
        size, effort = self.space.size, self.effort
        middle = self.space.middle[None, :]
        if stage == "luck":
            return middle, 1.0
        if stage == "screening":
            return self.space.sobol(effort.screening, KEY), 1.0
        if stage == "further":
            places, left = self._standing(WAVES)
            order = np.random.default_rng(KEY).permutation(len(places))
            return places[order[: effort.further]], left
        if stage == "finalists":
            places, left = self._standing(CANDIDATES)
            if not len(places):
                raise InputError("no candidate stands by its own runs; see which rows exclude each other")
            return places[: effort.finalists], left
        nth, count = (2, effort.candidates) if stage == "candidates" else (3, effort.wave)
        places, left = not_ruled_out(self.wave(), size, count, nth, KEY + len(self.stages))
        return (np.concatenate([middle, places[1:]]) if stage == "candidates" else places), left

    def _standing(self, stages: Sequence[str]) -> tuple[Floats, float]:
        """Give the places of some stages that stand by their own runs, the surest first, and their share."""
        found, count = [], 0
        for stage in stages:
            verdicts = self.verdicts(stage)
            count += len(verdicts)
            kept = sorted((one.second, number) for number, one in verdicts.items() if one.stands)
            found.append(self.stages[stage][0][[number for _, number in kept]])
        places = np.concatenate(found)
        return places, len(places) / max(count, 1)

    @cached_property
    def luck(self) -> dict[str, float]:
        """Variance of each output by luck with one seed, at the defaults."""
        return by_luck(self.stages["luck"][1].runs.get(0, {}))

    def runs(self, stage: str, number: int) -> list[Runs]:
        """Give the runs of a place in a stage; those that broke off are left out."""
        found = self.stages[stage][1].runs.get(number, {})
        return [one for _, one in sorted(found.items()) if one is not None]

    def wave(self) -> Wave:
        """Learn from all waves that are there."""
        known = [stage for stage in WAVES if stage in self.stages]
        places = np.concatenate([self.stages[stage][0] for stage in known])
        seeds = np.concatenate([np.full(len(self.stages[stage][0]), len(SEEDS[stage])) for stage in known])
        rows = [self.computed(self.runs(stage, n)) for stage in known for n in range(len(self.stages[stage][0]))]
        values = {one.id: np.array([row.get(one.id, np.nan) for row in rows]) for one in self.outputs}
        return learned(self.outputs, places, values, seeds.astype(float), self.luck)

    def computed(self, runs: Sequence[Runs]) -> dict[str, float]:
        """Compute the outputs of runs; nothing of no run."""
        return {name: value for name, (value, _) in evaluated(runs, errors=False).items()} if runs else {}

    def verdicts(self, stage: str) -> dict[int, Verdict]:
        """Judge the places of a stage by their runs; of finalists those as candidates are among them."""
        return {
            number: verdict(self.outputs, runs, self.luck)
            for number in range(len(self.stages[stage][0]))
            if (runs := self._every_run(stage, number))
        }

    def _every_run(self, stage: str, number: int) -> list[Runs]:
        runs = self.runs(stage, number)
        if stage != "finalists":
            return runs
        place = self.stages[stage][0][number]
        before = [
            (name, int(same[0]))
            for name in CANDIDATES
            if len(same := np.flatnonzero((self.stages[name][0] == place).all(axis=1)))
        ]
        return self.runs(*before[0]) + runs


def verdict(
    outputs: Sequence[Output], runs: Sequence[Runs], luck: Mapping[str, float], *, wrong: float = 1.0
) -> Verdict:
    """Judge a place by its runs.

    Args:
        outputs: What it is held against.
        runs: Readings, one a seed.
        luck: Variance of each output by luck with one seed.
        wrong: Times the model discrepancy.
    """
    found = evaluated(runs)
    far, inside = [], 0
    for one in outputs:
        value = found[one.id][0]
        if not np.isfinite(value):
            far.append(np.inf)
            continue
        outside = float(one.outside(value))
        inside += outside == 0.0
        far.append(outside / float(np.sqrt(luck[one.id] / len(runs) + (wrong * one.discrepancy) ** 2)))
    return Verdict(
        {name: value for name, (value, _) in found.items()}, {name: error for name, (_, error) in found.items()},
        float(np.sort(far)[-2]), int(inside),
    )  # fmt: skip


def by_luck(runs: Mapping[int, Runs | None]) -> dict[str, float]:
    """Give the variance of each output by luck with one seed, from runs of one place by seed."""
    known = [one for one in runs.values() if one is not None]
    return {name: error**2 * len(known) for name, (_, error) in evaluated(known).items()}


def made(folder: Path) -> Path:
    """Make a folder for runs where there is none; InputError if nothing can be written there."""
    check_writable(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(f"--out {folder}", error) from error
    return folder


def minutes_from_now(minutes: float | None) -> float:
    """Give the time on the monotonic clock after which nothing is begun."""
    return float("inf") if minutes is None else time.monotonic() + 60.0 * minutes


def summary(match: Match, verdicts: Mapping[int, Verdict]) -> dict[str, Any]:
    """Say how the match went: places and what was left of the space by stage, and how good surrogates are."""
    wave = match.wave()
    by_id = {one.id: one for one in match.outputs}
    return {
        "stages": {
            stage: {"places": len(places), "seeds": len(SEEDS[stage]), "left": match.left[stage]}
            for stage, (places, _) in match.stages.items()
        },
        "active": [match.space.names[column] for column in wave.active],
        "settled": wave.settled(),
        "outputs": {
            name: {
                "what": by_id[name].what, "explained": one.explained, "covered": one.covered, "cuts": one.cuts,
                "error": one.variance**0.5, "luck": match.luck[name] ** 0.5, "discrepancy": by_id[name].discrepancy,
                "inside": float(np.mean([by_id[name].outside(v.values[name]) == 0.0 for v in verdicts.values()
                                         if v.stands])),
            }
            for name, one in wave.every.items()
        },
        "coverage": left_out(match),
    }  # fmt: skip


def left_out(match: Match, folds: int = 5) -> list[dict[str, float]]:
    """Judge places without each fifth of the rows, and see how often what was left out lies in its range.

    Of all candidates and places of waves whose runs keep all other rows (third-largest implausibility), against all.
    """
    rows: list[dict[str, float]] = []
    for stage in (*WAVES, "candidates"):
        computed = (match.computed(match.runs(stage, n)) for n in range(len(match.stages[stage][0])))
        rows += [row for row in computed if row]
    values = np.array([[row.get(one.id, np.nan) for one in match.outputs] for row in rows])
    outside = np.stack([one.outside(values[:, n]) for n, one in enumerate(match.outputs)], axis=1)
    outside = np.where(np.isfinite(outside), outside, np.inf)
    spread = np.array([np.sqrt(match.luck[one.id] + one.discrepancy**2) for one in match.outputs])
    far, inside = outside / spread, outside == 0.0
    found = []
    for fold in range(min(folds, len(match.outputs))):
        out = np.arange(len(match.outputs)) % folds == fold
        keeps = np.sort(far[:, ~out], axis=1)[:, -min(3, int((~out).sum()))] <= CUT
        found.append({
            "kept": int(keeps.sum()), "of": len(rows),
            "inside_kept": float(inside[keeps][:, out].mean()) if keeps.any() else float("nan"),
            "inside_all": float(inside[:, out].mean()),
        })  # fmt: skip
    return found
