"""Shapley values: what each of several causes adds, averaged over the orders in which they could be added.

Source: L. S. Shapley, A value for n-person games (1953); from sampled orders, Castro, Gomez and Tejada, Computers and
Operations Research 36 (2009) 1726-1730.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Value = Callable[[frozenset[int]], Any]


def exact(n: int, value: Value) -> Any:
    """Split what all players together are worth.

    Args:
        n: Players, numbered from 0; every one of the 2**n sets of them is asked for once.
        value: Worth of a set of players: a number, or an array of them.

    Returns:
        What each player adds; they sum to the worth of all less the worth of none. [n, shape of a worth]
    """
    sets = [frozenset(chosen) for size in range(n + 1) for chosen in combinations(range(n), size)]
    worth = {one: np.asarray(value(one), dtype=float) for one in sets}
    found = np.zeros((n, *worth[frozenset()].shape))
    for one in sets:
        weight = 1.0 / (n * math.comb(n - 1, len(one))) if len(one) < n else 0.0
        for player in set(range(n)) - one:
            found[player] += weight * (worth[one | {player}] - worth[one])
    return found


def along(order: Sequence[int], value: Value) -> Any:
    """Give what each player adds when they are added in one order; the mean over random orders is the Shapley value.

    Args:
        order: All players from 0, each once.
        value: As for `exact`; asked for along the order only.

    Returns:
        What each player adds, by its number. [n, shape of a worth]
    """
    worth = [np.asarray(value(frozenset(order[:size])), dtype=float) for size in range(len(order) + 1)]
    found = np.zeros((len(order), *worth[0].shape))
    for place, player in enumerate(order):
        found[player] = worth[place + 1] - worth[place]
    return found
