"""The weakest link of the sales flywheel is found (S3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from scenarios import norms_path
from sim.measures.loops import LOOPS
from sim.questions.wheel.gain import SOUND, STEP, Question, Wheel, make_ready, turn_once, turn_wheel
from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.studies.statistics import ALPHA
from tests.patterns.making.draws import assumed_draws
from tests.patterns.making.paired import DRAW_KEY, FEWEST, in_parallel, robustness
from tests.patterns.making.pattern import Finding, Number, Pattern, Plan, verdict_of
from tests.patterns.making.plots import blank, heat, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from threading import Event

    from matplotlib.figure import Figure

    from sim.questions.wheel.gain import Turn
    from sim.studies.statistics import Flags
    from tests.patterns.making.pattern import Effort, Robustness

_SALES = LOOPS["sales"]
_STAGES = tuple(stage.name for stage in _SALES.stages)
_CASES = tuple((name, stage) for name in SOUND.values() for stage in _STAGES)
_REPLICATES = 10
_SEEDS = 48
_HALF = 0.5

WORLDS = 20
"""Most plausible worlds; each halves every link of both organizations."""

LOOKS = (6, 10, 16)
"""Seeds of a link in a world: more where fewer leave in doubt which link is weakest.

They name what 48 seeds name in nine of ten cases (in the defaults and three worlds), where preference is halved in two
of three: there several links lie so close that only the 48 of a replicate would tell, at three times the cost.
"""

NEEDED = 9
"""Links of the ten that must be named in a world."""


def _test_s3(effort: Effort) -> Finding:
    count = max(1, min(_REPLICATES, effort.seeds // 12))
    size = _SEEDS if effort.seeds >= _SEEDS else 1
    numbers, rows = [], []
    for done, (name, stage) in enumerate(_CASES, start=1):
        asked = Question(at=(), execution={stage: _HALF})
        wheel = turn_wheel(Scenario.load(name), _SALES, size * count, asked, workers=effort.workers)
        if len(wheel.turns) < size * count:
            raise KeyboardInterrupt
        parts = [replace(wheel, turns=wheel.turns[n * size : (n + 1) * size]) for n in range(count)]
        named = [_STAGES[part.weakest] for part in parts]
        numbers.append(_named(f"{name}, {stage}", named.count(stage), count))
        if name == SOUND[False]:
            rows += [(stage, one, named.count(one) / count) for one in _STAGES]
        if effort.progress:
            effort.progress(done, len(_CASES))
    found = ", ".join(f"{one.name.removesuffix(' halved and named')} {one.value:.0%}" for one in numbers)
    looks = LOOKS if effort.seeds >= _SEEDS else (effort.draw_seeds,)
    worlds = _in_worlds(effort, looks)
    return Finding(
        "S3",
        verdict_of(numbers),
        f"Share of {count} replicates ({size} seeds each) in which the finder names the link that was halved: {found}.",
        (*numbers, *_by_link(worlds)),
        table=pd.DataFrame(rows, columns=["halved", "named", "share"]),
        where="A link counts as found only if ten points more of it raise bookings of the second year most, relative "
        "to what the same does in the sound organization.",
        robustness=_robust(worlds, looks),
    )


def _named(name: str, hits: int, count: int) -> Number:
    met = hits / count >= 0.9 if count >= FEWEST else None
    return replace(_share(f"{name} halved and named", hits, count), needed="at least 0.9", met=met)


def _share(name: str, hits: int, count: int) -> Number:
    interval = scipy.stats.binomtest(hits, count).proportion_ci(1.0 - ALPHA, method="wilson")
    return Number(name, hits / count, "share", interval.low, interval.high, count)


def _in_worlds(effort: Effort, looks: Sequence[int]) -> Flags:
    """Whether each halved link is named in each plausible world. [worlds, cases]."""
    count = min(effort.draws, WORLDS)
    if count < 1:
        return np.empty((0, len(_CASES)), dtype=bool)
    sound = {name: Scenario.load(name) for name in SOUND.values()}
    drawn = {name: assumed_draws(count, DRAW_KEY, one) for name, one in sound.items()}
    make_ready(sound[SOUND[False]], _SALES)

    def job(number: int, stopped: Event) -> list[bool]:
        worlds = (one.override(drawn[name][number]) for name, one in sound.items())
        return [hit for world in worlds for hit in hits_of(world, looks, stopped)]

    return np.array(in_parallel(job, count, effort))


def hits_of(scenario: Scenario, looks: Sequence[int], stopped: Event) -> list[bool]:
    """Whether the finder names each link that is halved; its norm is the scenario as it is, with the same seeds.

    Args:
        scenario: A sound organization, in some world.
        looks: Seeds, growing; a link of which it is beyond doubt what is weakest is not tried with more.
        stopped: Set when somebody wants to stop.

    Returns:
        Stage by stage; a link is not named where its halving leaves nothing booked. [stages]

    Raises:
        RunStopped: Somebody wants to stop.
    """
    kept: dict[str, tuple[Turn, ...]] = {}
    hits: dict[str, bool] = {}
    open_links = set(_STAGES)

    def turned(halved: str, seeds: int, norm: tuple[float, ...] = ()) -> Wheel | None:
        """The wheel with a link halved; None where nothing is booked with some seed, so that the finder names none."""
        asked = Question(at=(), execution={halved: _HALF} if halved else {})
        known = kept.get(halved, ())
        more = (turn_once(scenario, seed, _SALES, asked, stopped) for seed in range(len(known), seeds))
        try:
            kept[halved] = (*known, *more)
        except InputError:
            return None
        return Wheel(_SALES, scenario, asked, kept[halved], norm)

    for seeds in looks:
        if not open_links:
            break
        sound = turned("", seeds)
        norm = tuple(rise.mean for rise in sound.rises) if sound else ()
        for stage in sorted(open_links):
            wheel = turned(stage, seeds, norm if norm and min(norm) > 0.0 else ())
            hits[stage] = wheel is not None and _STAGES[wheel.weakest] == stage
            if wheel is None or wheel.weakest_is_sure:
                open_links.remove(stage)
    return [hits[stage] for stage in _STAGES]


def _by_link(worlds: Flags) -> tuple[Number, ...]:
    """In how many worlds each halved link is named; nothing without worlds."""
    return tuple(
        _share(f"{name}, {stage} halved and named in plausible worlds", int(hits.sum()), len(hits))
        for (name, stage), hits in zip(_CASES, worlds.T, strict=True)
        if len(hits)
    )


def _robust(worlds: Flags, looks: Sequence[int]) -> Robustness | None:
    """Share of worlds in which enough halved links are named."""
    if not len(worlds):
        return None
    further = " and ".join(map(str, looks[1:]))
    more = f", and with {further} where fewer leave in doubt which is weakest" if further else ""
    rule = (
        f"at least {NEEDED} of the {len(_CASES)} halved links are named: their ten points raise mean bookings most, "
        f"relative to the sound organization of the same world with the same seeds; each is tried with {looks[0]}{more}"
    )
    holds = worlds.sum(axis=1) >= NEEDED
    return robustness(int(holds.sum()), len(holds), looks[0], rule)


def _figure_s3(finding: Finding) -> Figure:
    figure, (ax,) = blank(6.4, 4.2)
    heat(table_of(finding).rename(columns={"share": "value"}), ax, "halved", "named")
    return figure


PATTERNS = (
    Pattern(
        "S3",
        "The weakest link is found",
        "sales",
        ("F3", "F5"),
        Plan(
            ", ".join(SOUND.values()),
            f"execution of one stage {_HALF:g} from week 0; the finder adds {STEP:g} to that of each",
            "second year of 117 weeks from week 0",
            "share of 10 replicates of 48 seeds in which the halved link raises bookings most, against the norm",
            "at least 0.9 for each of the five",
        ),
        _test_s3,
        _figure_s3,
        modules=("sim.questions.wheel.gain", "sim.questions.wheel.gain", "sim.engine.links"),
        scenarios=tuple(SOUND.values()),
        files=(norms_path(),),
    ),
)
