"""How a study is cut into chunks: large ones first, small ones last, so that all workers are busy to the end.

The cut depends on the plan only (on more than eight workers a little on their number), so that a study that was killed
goes on with the same chunks, and two processes at the same study write files of the same names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.studies.plan import run_id
from sim.studies.size import kept_bytes
from sim.studies.work import Chunk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from sim.studies.plan import StudyPlan

_LEAST, _USUAL, _MOST = 2, 64, 512  # runs of a chunk
_SHARES = 32  # chunks that what is left is divided into
_PARTS = 1000  # chunks of a usual size; beyond, they grow, so that there are not too many files
_HELD = 8_000_000  # bytes of weekly measures and deals in a chunk, as files


class Grid:
    """Which runs of a plan are there.

    Cases that change the same are one run: the first of them stands for all.

    Attributes:
        done: Whether each is. [cases x seeds]
    """

    def __init__(self, plan: StudyPlan) -> None:
        self.plan = plan
        digests = list(plan.case_digests.values())
        first = {digest: number for number, digest in reversed(list(enumerate(digests)))}
        self._row = first
        self._distinct = np.array([first[digest] == number for number, digest in enumerate(digests)])
        self._seeds = np.array(plan.seeds, dtype=np.int64)
        self._order = np.argsort(self._seeds)
        self.done = np.zeros((len(digests), len(plan.seeds)), dtype=bool)

    def mark(self, rows: pd.DataFrame, digests: dict[str, str]) -> None:
        """Mark runs as done.

        Args:
            rows: With `case` and `seed`; those that are not of this plan are left out.
            digests: Digest of changes by the cases' names in the rows.
        """
        case = np.array([self._row.get(digests[name], -1) for name in rows["case"]], dtype=np.int64)
        seed = rows["seed"].to_numpy()
        place = np.searchsorted(self._seeds, seed, sorter=self._order).clip(max=len(self._seeds) - 1)
        column = self._order[place]
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
        """Give what is missing, the cases of a seed together.

        Args:
            workers: Who share it.
            backwards: Whether the last comes first.
        """
        cases, seeds = self.plan.cases, self.plan.seeds
        blocks = self._blocks(workers)
        for begin, end in reversed(blocks) if backwards else blocks:
            places = [divmod(number, len(cases)) for number in range(begin, end)]
            missing = [(cases[case], seeds[seed]) for seed, case in places if not self._there(case, seed)]
            if missing:
                yield Chunk(tuple((case, seed, self._name(case.name, seed)) for case, seed in missing))

    def parts(self, workers: int) -> int:
        """Chunks that this is at most."""
        return min(len(self._blocks(workers)), self.total - self.count)

    def _blocks(self, workers: int) -> list[tuple[int, int]]:
        return list(_blocks(len(self.plan.cases) * len(self.plan.seeds), workers, _most(self.plan)))

    def _there(self, case: int, seed: int) -> bool:
        return bool(self.done[case, seed]) or not self._distinct[case]

    def _name(self, case: str, seed: int) -> str:
        return run_id(self.plan.world, self.plan.case_digests[case], seed)


def _most(plan: StudyPlan) -> int:
    usual = min(max(plan.runs // _PARTS, _USUAL), _MOST)
    held = kept_bytes(plan)
    return max(1, min(usual, int(_HELD / held))) if held else usual


def _blocks(runs: int, workers: int, most: int) -> Iterator[tuple[int, int]]:
    """Give first run and the one behind the last of each chunk."""
    begin, shares = 0, max(_SHARES, 4 * workers)
    while begin < runs:
        size = min(max((runs - begin) // shares, min(_LEAST, most)), most)
        yield begin, min(begin + size, runs)
        begin += size
