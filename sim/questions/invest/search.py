"""Search for the best mix under a budget: a design, then differential evolution, over whatever evaluates mixes.

Mixes are points of a grid, a place on each lever's list of values. The design holds the mix as it is, each lever alone,
and a Sobol sequence scaled down to the budget. Its best points are the first population of
`scipy.optimize.differential_evolution` (Storn and Price 1997) with whole coordinates and the budget as a constraint,
so that what cannot be paid is never evaluated, and a whole generation is evaluated at once. No point is evaluated
twice. Where no more points can be paid than may be evaluated, all of them are, and the search is exhaustive.

The search is made for the full budget with half of the evaluations, then for smaller ones with the rest, each beginning
from what is known: that is where the frontier comes from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from sim.studies.executor import RunStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sim.studies.statistics import Floats

Point = tuple[int, ...]
POPULATION = 16  # mixes of a generation
LEVELS = (1.0, 0.75, 0.5, 0.25, 0.0)  # shares of the budget for which the best mix is looked for, the full one first
_MOST_LISTED = 50_000
_MOST_GENERATIONS = 300


@dataclass(frozen=True)
class SearchProblem:
    """What is searched."""

    counts: Point  # number of values of each lever [levers]
    home: Point  # the mix as it is
    paid: tuple[bool, ...]  # whether more of a lever costs money [levers]
    spend: Callable[[Point], float]  # yearly spend of a mix above that of `home` [currency / year]
    evaluate: Callable[[Sequence[Point]], Floats]  # results, more is better; nan where it failed [mixes x replicates]
    score: Callable[[Floats, Floats], Floats]  # one number a mix, from results and the best one known in each replicate
    budget: float  # most that may be spent [currency / year]


@dataclass
class Archive:
    """Every mix that was evaluated."""

    problem: SearchProblem  # what is searched
    results: dict[Point, Floats] = field(default_factory=dict)  # by mix, in the order of evaluation [replicates]
    exhaustive: bool = False  # whether that is every mix that can be paid
    interrupted: bool = False  # whether the search was stopped before its end

    @property
    def best_known(self) -> Floats:
        """Best result in each replicate. [replicates]."""
        best: Floats = np.nanmax(np.array(list(self.results.values())), axis=0)
        return best

    def scores(self, reference: Floats | None = None) -> dict[Point, float]:
        """Score of every mix; minus infinity where something failed."""
        values = np.array(list(self.results.values()))
        scores = self.problem.score(values, self.best_known if reference is None else reference)
        return dict(zip(self.results, np.where(np.isnan(scores), -np.inf, scores).tolist(), strict=True))

    def ranked(self, budget: float) -> list[Point]:
        """Mixes that a budget can pay, the best first; of equals the one that costs less."""
        scores, spend = self.scores(), self.problem.spend
        able = [point for point in self.results if spend(point) <= budget + 1e-6]
        return sorted(able, key=lambda point: (-scores[point], spend(point)))

    def add(self, points: Iterable[Point], most: int) -> None:
        """Evaluate what is new, up to a number of mixes in all."""
        new = [point for point in dict.fromkeys(points) if point not in self.results]
        if new := new[: max(0, most - len(self.results))]:
            self.results.update(zip(new, self.problem.evaluate(new), strict=True))


def search(problem: SearchProblem, evaluations: int, seed: int) -> Archive:
    """Look for the best mixes under the budget and under parts of it, evaluating so many mixes at most.

    `seed` is the key of design and evolution: the same search for the same seed.
    """
    archive = Archive(problem)
    try:
        archive.add([problem.home], evaluations)
        every = all_points(problem, evaluations)
        if every is not None:
            archive.add(every, evaluations)
            archive.exhaustive = True
            return archive
        archive.add(design(problem, seed, max(POPULATION, evaluations // 5)), evaluations)
        until = np.linspace(evaluations / 2.0, evaluations, len(LEVELS)).astype(int).tolist()
        for number, (share, most) in enumerate(zip(LEVELS, until, strict=True)):
            _evolve(archive, share * problem.budget, most, seed + number)
    except (RunStopped, KeyboardInterrupt):
        archive.interrupted = True
        if not archive.results:
            raise KeyboardInterrupt from None
    return archive


def all_points(problem: SearchProblem, most: int) -> list[Point] | None:
    """List every mix that can be paid; None if there are more than `most`."""
    if float(np.prod([float(count) for count in problem.counts])) > _MOST_LISTED:
        return None
    able = [point for point in product(*map(range, problem.counts)) if problem.spend(point) <= problem.budget + 1e-6]
    return able if len(able) <= most else None


def design(problem: SearchProblem, seed: int, size: int) -> list[Point]:
    """Lay out the first mixes: each lever alone, up to its end, half-way and down; then mixtures, at most `size`."""
    ends = enumerate(zip(problem.counts, problem.home, strict=True))
    own = problem.home
    alone = [
        (*own[:k], place, *own[k + 1 :]) for k, (count, home) in ends for place in (count - 1, (home + count) // 2, 0)
    ]
    sequence = scipy.stats.qmc.Sobol(len(problem.counts), rng=np.random.default_rng(seed))
    mixed = np.floor(sequence.random_base2(max(1, (size - 1).bit_length())) * np.array(problem.counts)).astype(int)
    points = [scaled(problem, tuple(row), problem.budget) for row in [*alone, *map(tuple, mixed.tolist())]]
    return list(dict.fromkeys(points))[:size]


def scaled(problem: SearchProblem, point: Point, budget: float) -> Point:
    """Scale what costs money down towards the mix as it is, until the budget pays for it."""
    low, high = 0.0, 1.0
    shrunk = _shrunk(problem, point, high)
    if problem.spend(shrunk) <= budget:
        return shrunk
    for _ in range(24):
        middle = (low + high) / 2.0
        low, high = (middle, high) if problem.spend(_shrunk(problem, point, middle)) <= budget else (low, middle)
    return _shrunk(problem, point, low)


def _shrunk(problem: SearchProblem, point: Point, share: float) -> Point:
    """Keep a share of each rise that costs money."""
    return tuple(
        home + int((place - home) * share + 1e-9) if paid and place > home else place
        for place, home, paid in zip(point, problem.home, problem.paid, strict=True)
    )


def _evolve(archive: Archive, budget: float, most: int, seed: int) -> None:
    """Evolve mixes under a budget until `most` have been evaluated in all, or nothing new comes up."""
    problem = archive.problem
    first = _population(archive, budget)
    if len(archive.results) >= most or len(first) < 5:
        return
    reference = archive.best_known

    def energy(coordinates: Any) -> Floats:
        points = [tuple(row) for row in np.rint(coordinates).astype(int).T.tolist()]
        archive.add(points, most)
        scores = archive.scores(reference)
        return np.array([-scores.get(point, -np.inf) for point in points])

    def spends(coordinates: Any) -> Floats:
        rows = np.rint(np.atleast_2d(coordinates.T)).astype(int).tolist()
        spend = np.array([problem.spend(tuple(row)) for row in rows])
        return spend[None, :] if coordinates.ndim > 1 else spend

    unseen = [len(archive.results), 0]

    def enough(*_: Any, **__: Any) -> bool:
        unseen[:] = [len(archive.results), unseen[1] + 1 if len(archive.results) == unseen[0] else 0]
        return len(archive.results) >= most or unseen[1] >= _MOST_GENERATIONS // 10

    scipy.optimize.differential_evolution(
        energy, scipy.optimize.Bounds(np.zeros(len(problem.counts)), np.array(problem.counts) - 1.0),
        init=np.array(first, dtype=float), integrality=np.ones(len(problem.counts), dtype=bool),
        constraints=scipy.optimize.NonlinearConstraint(spends, -np.inf, budget + 1e-6), callback=enough,
        maxiter=_MOST_GENERATIONS, tol=0.0, atol=0.0, polish=False, updating="deferred", vectorized=True,
        rng=np.random.default_rng(seed),
    )  # fmt: skip


def _population(archive: Archive, budget: float) -> list[Point]:
    """Mixes to begin with: the best that are known, and the best of the dearer ones scaled down to the budget."""
    problem = archive.problem
    able = archive.ranked(budget)[: POPULATION // 2]
    down = [scaled(problem, point, budget) for point in archive.ranked(problem.budget)]
    return list(dict.fromkeys([*able, *down, *archive.ranked(budget)]))[:POPULATION]
