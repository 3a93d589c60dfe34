"""How far a run and its untouched twin part by luck: measured once a scenario, in the background, from a few seeds.

In each seed every lever that is used most is moved by a quarter of its span in a twin of its own. What such a push does
on average is its effect; what differs between seeds is luck. The noise is the standard deviation between seeds, its
mean square over the levers, by stage of each wheel and by week since the push. It never falls again with time.

What was measured is kept in the cache folder, by the digest of rules and scenario, so that a restart does not measure
it anew; a folder that cannot be written or a file that is damaged only costs that time.
"""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

from sim.engine.world import World
from sim.measures.wheel import STAGES, Momentum
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.studies.version import model_version
from sim.ui.jobs import TURN
from sim.ui.kept import KeptRuns, cache_folder
from sim.ui.run.levers import GROUPS, Lever, value_of

if TYPE_CHECKING:
    from agents.machinery.state import State
    from sim.measures.weekly import Floats
    from sim.scenario.scenario import Scenario

_log = logging.getLogger(__name__)

SEEDS = 6
WEEKS = 78  # weeks after the push that are measured; later ones count as the last of them
STEP = 0.25  # part of a lever's span by which it is moved
MOST_KEPT = 64  # scenarios in memory
MOST_FILES = 500  # scenarios on the disk

PUSHED = GROUPS[0].levers
"""The levers that are moved: those used most."""


@dataclass(frozen=True, eq=False, slots=True)
class TwinNoise:
    """Standard deviation of the difference between a run and its untouched twin.

    `bands` have a row for each week since the push and a column for each stage, by wheel, in units of the index; not a
    number for a stage without an index. [weeks, stages]
    """

    bands: dict[str, Floats]


@dataclass(eq=False, slots=True)
class NoiseSought:
    """A noise that is being measured: None until it is known, and where it cannot be measured; then it is `settled`."""

    noise: TwinNoise | None = None
    settled: threading.Event = field(default_factory=threading.Event)


_kept: OrderedDict[str, NoiseSought] = OrderedDict()
_lock = threading.Lock()


def noise_of(scenario: Scenario) -> NoiseSought:
    """The noise of a scenario, which begins to be measured where nobody has asked for it before."""
    key = key_of(scenario)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
        sought = _kept[key] = NoiseSought()
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    threading.Thread(target=_seek, args=(scenario, sought, key), daemon=True).start()
    return sought


def key_of(scenario: Scenario) -> str:
    """Digest of rules, scenario, and how the noise is measured. [20 hexadecimal digits]."""
    moved = [(lever.dotted, lever.low, lever.high) for lever in PUSHED]
    parts = [model_version(), scenario.digest(), SEEDS, WEEKS, STEP, moved, STAGES]
    return blake2b(repr(parts).encode(), digest_size=10).hexdigest()


def kept_noises() -> KeptRuns:
    """What was measured before."""
    return KeptRuns(cache_folder() / "noise", most_files=MOST_FILES)


def _seek(scenario: Scenario, sought: NoiseSought, key: str) -> None:
    try:
        sought.noise = _read(key)
        if sought.noise is None:
            with TURN:
                sought.noise = measure(scenario)
            _keep(sought.noise, key)
    except Exception:  # noqa: BLE001 - it may not stop what is played
        _log.exception("the noise of %s could not be measured", scenario.name)
    finally:
        sought.settled.set()


def _keep(noise: TwinNoise, key: str) -> None:
    text = json.dumps({loop: band.tolist() for loop, band in noise.bands.items()})
    with suppress(InputError):  # a folder that cannot be written costs only that it is measured again
        kept_noises().keep(f"{_sum_of(key, text)} {text}", key)


def _read(key: str) -> TwinNoise | None:
    """What was kept under a key; None if there is nothing, or it is damaged."""
    try:
        known, _, text = kept_noises().read(key).partition(" ")
    except InputError:
        return None
    if known != _sum_of(key, text):
        return None
    return TwinNoise({loop: np.array(rows, dtype=float) for loop, rows in json.loads(text).items()})


def _sum_of(key: str, text: str) -> str:
    return blake2b(f"{key} {text}".encode(), digest_size=16).hexdigest()


def measure(scenario: Scenario, seeds: int = SEEDS, weeks: int = WEEKS) -> TwinNoise:
    """Run the twins and measure; the rules must be compiled."""
    differences = [_differences(scenario, seed, weeks) for seed in range(seeds)]
    bands = {}
    for loop in STAGES:
        by_seed = np.stack([one[loop] for one in differences])  # [seeds, levers, weeks, stages]
        spread = np.sqrt((by_seed.std(axis=0, ddof=1) ** 2).mean(axis=0))
        bands[loop] = np.maximum.accumulate(spread, axis=0)
    return TwinNoise(bands)


def _differences(scenario: Scenario, seed: int, weeks: int) -> dict[str, Floats]:
    """Indices with each of the levers moved, less those without, by wheel. [levers, weeks, stages]."""
    base = World.begin(scenario, seed, weeks, deals=False, tables=False)
    twins = []
    for lever in PUSHED:
        twin = base.fork()
        value = pushed(lever, base.state)
        twin.intervene({"week": 0, "parameter": lever.dotted, "action": "set", "value": value})
        twins.append(twin)
    for world in (base, *twins):
        world.advance(weeks)
    usual = _indices(base)
    tables = [_indices(twin) for twin in twins]
    return {loop: np.stack([table[loop] - usual[loop] for table in tables]) for loop in STAGES}


def _indices(world: World) -> dict[str, Floats]:
    """Indices of the stages since week 0, by wheel. [weeks, stages]."""
    momentum = Momentum.of(world)
    return {loop: momentum.table(loop)[momentum.first :] for loop in STAGES}


def pushed(lever: Lever, state: State) -> float:
    """Where a lever is moved to: a quarter of its span up, or down where there is no room."""
    now, step = value_of(state, lever.dotted), STEP * (lever.high - lever.low)
    aim = now + step if now + step <= lever.high else now - step
    item = parameter(lever.dotted)
    aim = min(max(aim, float(item.low or 0.0)), float(item.high or aim)) if item.low is not None else aim
    return round(aim) if item.type is int else round(aim, 6)
