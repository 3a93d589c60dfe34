"""At which points the model is asked, by SALib and scipy.

Sources: trajectories, Morris, Technometrics 33 (1991) 161-174; blocks of a Sobol sequence, Saltelli, Computer Physics
Communications 145 (2002) 280-297; scrambled Sobol sequence, Owen, J. Complexity 14 (1998) 466-489. Points lie in the
unit cube: 0 and 1 are the ends of each factor's range.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import scipy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.studies.statistics import Floats

LEVELS = 4  # places of a factor's range that the screening uses
MORRIS: Literal["morris"] = "morris"
SOBOL: Literal["sobol"] = "sobol"
CHAOS: Literal["chaos"] = "chaos"


@dataclass(frozen=True, slots=True)
class FactorScale:
    """What values a factor takes."""

    count: int = 0  # so many, in equal parts of its range; 0 for any number
    ordered: bool = True  # whether they are numbers, and no words to choose from


@dataclass(frozen=True)
class SensitivityDesign:
    """Points that belong together in blocks; a block is worth nothing without all of its points."""

    kind: Literal["morris", "sobol", "chaos"]  # a block is a trajectory, a base point with its exchanges, or a point
    names: tuple[str, ...]  # factors, in the order of the columns of `points` [factors]
    groups: tuple[str, ...]  # what each factor is counted as: its own name, or that of a group [factors]
    points: Floats  # places in the unit cube, block after block [points, factors]
    seed: int  # key of the sample and of resampling
    scales: tuple[FactorScale, ...] = ()  # of a polynomial's design what values each factor takes [factors]

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Factors and groups that get indices, in the order of SALib. [k]."""
        return tuple(dict.fromkeys(self.groups))

    @property
    def block(self) -> int:
        """Points of a block."""
        return block_of(self.kind, len(self.counted))

    @property
    def blocks(self) -> int:
        """How many blocks there are."""
        return len(self.points) // self.block

    @property
    def problem(self) -> dict[str, Any]:
        """What SALib calls a problem; new each time, because SALib writes into it."""
        return _problem(self.names, self.groups)


def block_of(kind: str, count: int) -> int:
    """Points of a block: a trajectory moves each factor once, a Saltelli block exchanges each both ways."""
    return {MORRIS: count + 1, SOBOL: 2 * count + 2, CHAOS: 1}[kind]


def morris_design(names: Sequence[str], trajectories: int, seed: int) -> SensitivityDesign:
    """Lay out trajectories, each of which moves every factor once by two thirds of its range."""
    from SALib.sample import morris  # noqa: PLC0415 - slow to import

    points = morris.sample(_problem(names, names), trajectories, num_levels=LEVELS, seed=key(seed, 1))
    return SensitivityDesign(MORRIS, tuple(names), tuple(names), points, seed)


def sobol_design(names: Sequence[str], groups: Sequence[str], samples: int, seed: int) -> SensitivityDesign:
    """Lay out a scrambled Sobol sequence with Saltelli's exchanges for first, second and total order.

    Factors of one group are exchanged together; `samples` are base points, a power of 2; `seed` is the scrambling's
    key.
    """
    from SALib.sample import sobol  # noqa: PLC0415 - slow to import

    points = sobol.sample(_problem(names, groups), samples, calc_second_order=True, seed=key(seed, 2))
    return SensitivityDesign(SOBOL, tuple(names), tuple(groups), points, seed)


def chaos_design(
    names: Sequence[str], groups: Sequence[str], points: int, seed: int, scales: Sequence[FactorScale] = ()
) -> SensitivityDesign:
    """Lay out a scrambled Sobol sequence to fit a polynomial to; a longer one begins with the shorter one.

    `points` is a power of 2; `seed` is the scrambling's key; factors take any number unless `scales` say otherwise.
    """
    sampler = scipy.stats.qmc.Sobol(len(names), rng=np.random.default_rng(key(seed, 5)))
    places = sampler.random_base2(points.bit_length() - 1)
    kinds = tuple(scales) or (FactorScale(),) * len(names)
    return SensitivityDesign(CHAOS, tuple(names), tuple(groups), places, seed, kinds)


def key(seed: int, use: int) -> int:
    """Make the seed of one use of chance; never 0, which SALib takes for none and turns to the global generator."""
    return int(np.random.SeedSequence([seed, use]).generate_state(1)[0]) + 1


def _problem(names: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    problem: dict[str, Any] = {"num_vars": len(names), "names": [*names], "bounds": [[0.0, 1.0]] * len(names)}
    return problem if tuple(groups) == tuple(names) else {**problem, "groups": [*groups]}
