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
    """Split what all n players, numbered from 0, are worth; every one of the 2**n sets of them is asked for once.

    What each player adds; they sum to the worth of all, a number or an array, less that of none. [n, shape of a worth]
    """
    sets = [frozenset(chosen) for size in range(n + 1) for chosen in combinations(range(n), size)]
    worth = {players: np.asarray(value(players), dtype=float) for players in sets}
    added = np.zeros((n, *worth[frozenset()].shape))
    for players in sets:
        weight = 1.0 / (n * math.comb(n - 1, len(players))) if len(players) < n else 0.0
        for player in set(range(n)) - players:
            added[player] += weight * (worth[players | {player}] - worth[players])
    return added


def along(order: Sequence[int], value: Value) -> Any:
    """Give what each player adds when all are added in one order; the mean over random orders is the Shapley value.

    By the player's number, as `exact`; the worth is asked for along the order only. [n, shape of a worth]
    """
    worth = [np.asarray(value(frozenset(order[:size])), dtype=float) for size in range(len(order) + 1)]
    added = np.zeros((len(order), *worth[0].shape))
    for place, player in enumerate(order):
        added[player] = worth[place + 1] - worth[place]
    return added
