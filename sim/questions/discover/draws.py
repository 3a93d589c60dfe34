"""What differs between worlds: ranges as people type them, and draws from them by Latin hypercube."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy

from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.settings import read_settings
from sim.studies.draws import plausible_range
from sim.studies.plan import check_changes
from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario

MARKET_FACTS = (
    "market.deal_size", "market.needs_per_account_year", "market.cycle_weeks", "market.group_size", "market.complexity",
    "buyers.effort_scale",
)  # fmt: skip
"""What differs between markets and is measured rather than assumed; varied unless something else is named."""


@dataclass(frozen=True, slots=True)
class Varied:
    """What is drawn for one parameter, evenly.

    Attributes:
        item: The parameter.
        low, high: Ends of its range, in its unit; not used for words.
        words: Values of a choice or a switch, each as likely; empty for numbers.
    """

    item: Parameter
    low: float = 0.0
    high: float = 0.0
    words: tuple[Value, ...] = ()

    def value(self, at: float) -> Value:
        """Give the value at a place from 0 to below 1."""
        if self.words:
            return self.words[int(at * len(self.words))]
        if self.item.type is int:
            return int(self.low) + int(at * (int(self.high) - int(self.low) + 1))
        return float(f"{self.low + at * (self.high - self.low):.6g}")

    def __str__(self) -> str:
        """Say it as it is typed."""
        if self.words:
            return ":".join(map(_typed, self.words))
        return f"{self.low:.6g}:{self.high:.6g}"


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What a case does at week 0: parameters it sets by dotted name, and those drawn anew for every world."""

    name: str
    fixed: Mapping[str, Value]
    drawn: Sequence[Varied] = field(default_factory=tuple)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter it sets."""
        return (*self.fixed, *(varied.item.dotted for varied in self.drawn))

    def column(self, varied: Varied) -> str:
        """Name the input that says how much is done."""
        return f"{self.name}: {varied.item.dotted}"


def read_decision(text: str, scenario: Scenario) -> CaseDecision:
    """Read `name: key=value, key=low:high`; InputError without a name or anything set, or if something is wrong."""
    name, colon, rest = (part.strip() for part in text.partition(":"))
    if not colon or not name or "=" in name or not rest:
        raise InputError(f'--case "{text}": a case is written "name: key=value", or "name: key=low:high" to draw it')
    origin = f'--case "{name}"'
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    ranges = [part for part in parts if ":" in part.partition("=")[2]]
    fixed = read_settings([part for part in parts if part not in ranges], origin)
    drawn = tuple(_varied(part, scenario, origin) for part in ranges)
    decision = CaseDecision(name, fixed, drawn)
    if doubled := {key for key in decision.names if decision.names.count(key) > 1}:
        raise InputError(f"{origin}: {', '.join(sorted(doubled))} is given twice; keep one")
    for at in (0.0, np.nextafter(1.0, 0.0)):
        changes = {**fixed, **{varied.item.dotted: varied.value(float(at)) for varied in drawn}}
        check_changes(changes, origin, from_start=False)
        scenario.override(changes, origin)
    if not drawn and all(scenario[key] == value for key, value in fixed.items()):
        raise InputError(f"{origin}: nothing in it differs from {scenario.name}; there would be nothing to compare")
    return decision


def read_varied(texts: Sequence[str], scenario: Scenario, decision: CaseDecision | None = None) -> tuple[Varied, ...]:
    """Read what differs between worlds: `NAME`, or `NAME=low:high`; the facts of the market if nothing is named.

    InputError for a name that is unknown, given twice or set by the case, and for a range that is empty or not allowed.
    """
    taken = decision.names if decision else ()
    if not texts:
        texts = [name for name in MARKET_FACTS if name not in taken]
    chosen: dict[str, Varied] = {}
    for text in texts:
        varied = _varied(text, scenario, "--vary")
        name = varied.item.dotted
        if name in chosen:
            raise InputError(f"--vary {text}: {name} is given twice; keep one")
        if name in taken:
            raise InputError(f"--vary {text}: the case sets {name}; give its range there, as in {name}=low:high")
        if name in ("organization.weeks", "organization.burn_in_weeks"):
            raise InputError(f"--vary {text}: the length of a run must be the same in all worlds")
        chosen[name] = varied
    return tuple(chosen.values())


def _varied(text: str, scenario: Scenario, origin: str) -> Varied:
    name, equals, ends = (part.strip() for part in text.partition("="))
    item = parameter(name, origin)
    if item.type in (str, bool):
        return _words(item, ends, text, origin)
    if equals:
        return _range(item, ends, text, origin)
    middle = float(scenario[name])
    around = plausible_range(item, middle)
    if around is None:
        raise InputError(
            f"{origin} {text}: no range is known around {middle:g}; give one, as in {name}=low:high, within "
            f"{item.allowed.partition('from ')[2]}"
        )
    return Varied(item, *(map(round, around) if item.type is int else around))


def _range(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    words = ends.split(":")
    if len(words) != 2:
        raise InputError(f"{origin} {text}: a range is written {item.dotted}=low:high")
    low, high = _allowed(item, words, text, origin)
    if not float(low) < float(high):
        raise InputError(f"{origin} {text}: the range is empty; its first end must be below its second")
    return Varied(item, float(low), float(high))


def _allowed(item: Parameter, words: Sequence[str], text: str, origin: str) -> list[Value]:
    values = [item.parse(word, origin) for word in words]
    for value in values:
        if not item.allows(value):
            raise InputError(f"{origin} {text}: {item.dotted} = {value} is not allowed; it must be {item.allowed}")
    return values


def _words(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    everything: tuple[Value, ...] = item.choices if item.type is str else (False, True)
    if not ends:
        return Varied(item, words=everything)
    words = tuple(dict.fromkeys(_allowed(item, ends.split(":"), text, origin)))
    if len(words) < 2:
        raise InputError(f"{origin} {text}: one value does not vary; give at least two, as in {item.dotted}=a:b")
    return Varied(item, words=words)


def draw(
    scenario: Scenario, decision: CaseDecision, varied: Sequence[Varied], n: int, seed: int, *, only: bool = False
) -> tuple[pd.DataFrame, list[dict[str, Value]], list[dict[str, Value]]]:
    """Draw worlds by Latin hypercube: every range is cut into n parts, and each part is used once.

    Args:
        scenario: The organization around which is drawn.
        decision: What the case does; what it sets is drawn in no other way.
        varied: What differs between worlds, evenly within its range.
        n: Worlds.
        seed: Key of the draw.
        only: Whether nothing else differs; otherwise all that is assumed is as in a plausible world.

    Returns:
        What describes each world [n x inputs]; the values of each world and what the case sets there, by dotted name.

    Raises:
        InputError: The number of worlds is not allowed.
    """
    names = [part.item.dotted for part in varied]
    assumed: list[dict[str, float]] = [{} for _ in range(n)] if only else plausible_draws(n, seed, scenario)
    taken = {*names, *decision.names}
    left = [{name: value for name, value in world.items() if name not in taken} for world in assumed]
    together = [*varied, *decision.drawn]
    rng = np.random.default_rng((seed, len(together)))
    points = scipy.stats.qmc.LatinHypercube(d=len(together), rng=rng).random(n) if together else np.empty((n, 0))
    drawn = [[part.value(float(at)) for part, at in zip(together, row, strict=True)] for row in points]
    facts = [dict(zip(names, row, strict=False)) for row in drawn]
    done = [row[len(names) :] for row in drawn]
    columns = [decision.column(part) for part in decision.drawn]
    rows = [
        {**fact, **dict(zip(columns, more, strict=True)), **rest}
        for fact, more, rest in zip(facts, done, left, strict=True)
    ]
    worlds: list[dict[str, Value]] = [{**rest, **fact} for rest, fact in zip(left, facts, strict=True)]
    keys = [part.item.dotted for part in decision.drawn]
    return pd.DataFrame(rows), worlds, [{**decision.fixed, **dict(zip(keys, more, strict=True))} for more in done]


def _typed(value: Value) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
