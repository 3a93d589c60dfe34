"""How a study is cut into chunks: large ones first, small ones last, so that all workers are busy to the end.

The cut depends on the plan only (on more than four workers a little on their number), so that a study that was killed
goes on with the same chunks, and two processes at the same study write files of the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.studies.size import accounts_of, kept_bytes
from sim.studies.work import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from sim.studies.plan import StudyPlan

_LEAST, _USUAL, _MOST = 4, 64, 512  # runs of a chunk
_SHORT = 10_000_000  # accounts x weeks of a run, a quarter of a second or more; of longer ones a chunk may have one
_SHARES = 16  # chunks that what is left is divided into
_PARTS = 1000  # chunks of a usual size; beyond, they grow, so that there are not too many files
_HELD = 8_000_000  # bytes of weekly measures and deals in a chunk, as files


class Grid:
    """Which runs of a plan are there: `done` for each. [cases x seeds].

    Cases that change the same are one run: the first of them stands for all.
    """

    def __init__(self, plan: StudyPlan) -> None:
        self.plan = plan
        digests = list(plan.case_digests.values())
        self._row = {digest: number for number, digest in reversed(list(enumerate(digests)))}
        self._distinct = np.array([self._row[digest] == number for number, digest in enumerate(digests)])
        self._seeds = np.array(plan.seeds, dtype=np.int64)
        self._order = np.argsort(self._seeds)
        self.done = np.zeros((len(digests), len(plan.seeds)), dtype=bool)

    def mark(self, rows: pd.DataFrame, digests: dict[str, str]) -> None:
        """Mark rows with `case` and `seed` as done, if they are the plan's; `digests` are by the rows' case names."""
        case = np.array([self._row.get(digests[name], -1) for name in rows["case"]], dtype=np.int64)
        seed = rows["seed"].to_numpy()
        column = self._order[np.searchsorted(self._seeds, seed, sorter=self._order).clip(max=len(self._seeds) - 1)]
        ours = (case >= 0) & (self._seeds[column] == seed)
        self.done[case[ours], column[ours]] = True

    @property
    def total(self) -> int:
        """Runs of the plan, each once."""
        return int(self._distinct.sum()) * len(self._seeds)

    @property
    def count(self) -> int:
        """Runs that are there, each once."""
        return int(self.done.sum())

    def chunks(self, workers: int, *, backwards: bool = False) -> Iterator[Chunk]:
        """Give what is missing to so many workers, the cases of a seed together; backwards, the last comes first."""
        cases, seeds = self.plan.cases, self.plan.seeds
        blocks = self._blocks(workers)
        for begin, end in reversed(blocks) if backwards else blocks:
            pairs = [divmod(number, len(cases)) for number in range(begin, end)]
            missing = [(s, c) for s, c in pairs if self._distinct[c] and not self.done[c, s]]
            if missing:
                yield Chunk(tuple((cases[c], seeds[s], self.plan.run_id(cases[c].name, seeds[s])) for s, c in missing))

    def parts(self, workers: int) -> int:
        """Chunks that this is at most."""
        return min(len(self._blocks(workers)), self.total - self.count)

    def burn_ins(self, workers: int) -> int:
        """Burn-ins where each chunk has one for every seed it has runs of."""
        cases = len(self.plan.cases)
        return sum((end - 1) // cases - begin // cases + 1 for begin, end in self._blocks(workers))

    def _blocks(self, workers: int) -> list[tuple[int, int]]:
        least = _LEAST if accounts_of(self.plan) * self.plan.weeks < _SHORT else 1
        return list(_blocks(len(self.plan.cases) * len(self.plan.seeds), workers, least, _most(self.plan)))


def _most(plan: StudyPlan) -> int:
    usual = min(max(plan.runs // _PARTS, _USUAL), _MOST)
    held = kept_bytes(plan)
    return max(1, min(usual, int(_HELD / held))) if held else usual


def _blocks(runs: int, workers: int, least: int, most: int) -> Iterator[tuple[int, int]]:
    """Give first run and the one behind the last of each chunk."""
    begin, shares = 0, max(_SHARES, 4 * workers)
    while begin < runs:
        size = min(max((runs - begin) // shares, min(least, most)), most)
        yield begin, min(begin + size, runs)
        begin += size
