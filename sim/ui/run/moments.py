"""Moments of a run that can be returned to, kept small: what changed since the first one, compressed.

What a run never changes or shares with its moments (scenario, weeks that were measured, parts of the log of deals) is
not kept again. Measured on the baseline: some 1 MB instead of 6.5 MB, in 0.05 s; 32 MB for ten years of a run;
96 MB of the process for a visitor with four worlds of three years, so that thirty such visitors take 3 GB.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from agents.machinery.record import copied
from sim.engine.state import RECORDS, packed, unpacked

if TYPE_CHECKING:
    from agents.machinery.record import Rows
    from sim.engine.world import World

_LENT = ("weekly", "deals")
"""Arrays a moment borrows from the run it belongs to: rows of the past do not change, and the log of deals is empty."""

_codec = pa.Codec("zstd", compression_level=1)


@dataclass(frozen=True, slots=True)
class Packed:
    """An array of so many bytes, compressed: bits that differ from the first moment, or all if the shapes differ."""

    shape: tuple[int, ...]
    size: int
    data: bytes


@dataclass(frozen=True, slots=True)
class PackedWorld:
    """A world of the past without its arrays (`shell`), and these compressed.

    `first` are the arrays they are differences from; all moments of a run and of what was forked off it share them.
    """

    shell: World
    packed: dict[str, Packed]
    first: dict[str, Rows]

    @classmethod
    def of(cls, world: World, before: PackedWorld | None = None) -> PackedWorld:
        """Keep a world that stands between two weeks, and may go on; `before` is any earlier moment of its run."""
        arrays = {name: rows for name, rows in packed(world.state)._asdict().items() if name not in _LENT}
        first = before.first if before else {name: copied(rows) for name, rows in arrays.items()}
        kept = {name: _pack(rows, first[name]) for name, rows in arrays.items()}
        shell = copy.copy(world)
        shell.state = world.state._replace(**{name: rows[:0].copy() for name, rows in world.state._asdict().items()})
        return cls(shell.snapshot(), kept, first)

    def restore(self, world: World) -> None:
        """Return a world of the same run, which stands at this moment or after it, to this moment in place."""
        arrays = {name: _unpack(packed, self.first[name]) for name, packed in self.packed.items()}
        past = int(arrays["clock"]["week"][0]) + 1
        weekly = RECORDS["weekly"].allocate(len(world.state.weekly))
        weekly[:past] = world.state.weekly[:past]
        state = unpacked(world.state._replace(**arrays, weekly=weekly), len(world.state.deals))
        world.restore(self.shell)
        world.state = state


def _pack(rows: Rows, first: Rows) -> Packed:
    bits = _bits(rows)
    if rows.shape == first.shape:
        bits = bits ^ _bits(first)
    return Packed(rows.shape, bits.nbytes, _codec.compress(bits, asbytes=True))


def _unpack(packed: Packed, first: Rows) -> Rows:
    bits = np.frombuffer(_codec.decompress(packed.data, packed.size), dtype=np.uint8)
    if packed.shape == first.shape:
        bits = bits ^ _bits(first)
    return copied(bits.view(first.dtype).reshape(packed.shape))


def _bits(rows: Rows) -> Rows:
    return np.ascontiguousarray(rows).reshape(-1).view(np.uint8)
