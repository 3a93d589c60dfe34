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
from sim.studies.draws import assumed_draws, plausible_range
from sim.studies.plan import check_changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.scenario import Scenario

MARKET_FACTS = (
    "market.deal_size",
    "market.needs_per_account_year",
    "market.cycle_weeks",
    "market.group_size",
    "market.complexity",
    "buyers.effort_scale",
)
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
    """What a case does at week 0.

    Attributes:
        name: Of the case.
        fixed: Parameters it sets, by dotted name.
        drawn: Parameters it sets to a value that differs between worlds.
    """

    name: str
    fixed: Mapping[str, Value]
    drawn: Sequence[Varied] = field(default_factory=tuple)

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter it sets."""
        return (*self.fixed, *(one.item.dotted for one in self.drawn))

    def column(self, varied: Varied) -> str:
        """Name the input that says how much is done."""
        return f"{self.name}: {varied.item.dotted}"


def read_decision(text: str, scenario: Scenario) -> CaseDecision:
    """Read a case of the form `name: key=value, key=low:high`.

    Raises:
        InputError: It has no name or sets nothing, or something in it is wrong.
    """
    name, colon, rest = (part.strip() for part in text.partition(":"))
    if not colon or not name or "=" in name or not rest:
        raise InputError(f'--case "{text}": a case is written "name: key=value", or "name: key=low:high" to draw it')
    origin = f'--case "{name}"'
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    ranges = [part for part in parts if ":" in part.partition("=")[2]]
    fixed = read_settings([part for part in parts if part not in ranges], origin)
    drawn = tuple(_varied(part, scenario, origin) for part in ranges)
    decision = CaseDecision(name, fixed, drawn)
    doubled = {one for one in decision.names if decision.names.count(one) > 1}
    if doubled:
        raise InputError(f"{origin}: {', '.join(sorted(doubled))} is given twice; keep one")
    for at in (0.0, np.nextafter(1.0, 0.0)):
        changes = {**fixed, **{one.item.dotted: one.value(float(at)) for one in drawn}}
        check_changes(changes, origin, from_start=False)
        scenario.override(changes, origin)
    if not drawn and all(scenario[key] == value for key, value in fixed.items()):
        raise InputError(f"{origin}: nothing in it differs from {scenario.name}; there would be nothing to compare")
    return decision


def read_varied(texts: Sequence[str], scenario: Scenario, decision: CaseDecision | None = None) -> tuple[Varied, ...]:
    """Read what differs between worlds: `NAME`, or `NAME=low:high`; the facts of the market if nothing is named.

    Raises:
        InputError: A name is unknown or given twice, a range is empty, not allowed or not known, or the case sets it.
    """
    taken = decision.names if decision else ()
    if not texts:
        texts = [name for name in MARKET_FACTS if name not in taken]
    found: dict[str, Varied] = {}
    for text in texts:
        one = _varied(text, scenario, "--vary")
        name = one.item.dotted
        if name in found:
            raise InputError(f"--vary {text}: {name} is given twice; keep one")
        if name in taken:
            raise InputError(f"--vary {text}: the case sets {name}; give its range there, as in {name}=low:high")
        if name in ("organization.weeks", "organization.burn_in_weeks"):
            raise InputError(f"--vary {text}: the length of a run must be the same in all worlds")
        found[name] = one
    return tuple(found.values())


def _varied(text: str, scenario: Scenario, origin: str) -> Varied:
    name, equals, ends = (part.strip() for part in text.partition("="))
    item = parameter(name, origin)
    if item.type in (str, bool):
        return _words(item, ends, text, origin)
    if equals:
        return _range(item, ends, text, origin)
    middle = float(scenario[name])
    known = plausible_range(item, middle)
    if known is None:
        raise InputError(
            f"{origin} {text}: no range is known around {middle:g}; give one, as in {name}=low:high, within "
            f"{item.allowed.partition('from ')[2]}"
        )
    low, high = known
    return Varied(item, round(low), round(high)) if item.type is int else Varied(item, low, high)


def _range(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    words = ends.split(":")
    if len(words) != 2:
        raise InputError(f"{origin} {text}: a range is written {item.dotted}=low:high")
    low, high = (item.parse(word, origin) for word in words)
    for value in (low, high):
        if not item.allows(value):
            raise InputError(f"{origin} {text}: {item.dotted} = {value} is not allowed; it must be {item.allowed}")
    if not float(low) < float(high):
        raise InputError(f"{origin} {text}: the range is empty; its first end must be below its second")
    return Varied(item, float(low), float(high))


def _words(item: Parameter, ends: str, text: str, origin: str) -> Varied:
    everything: tuple[Value, ...] = item.choices if item.type is str else (False, True)
    if not ends:
        return Varied(item, words=everything)
    words = tuple(dict.fromkeys(item.parse(word, origin) for word in ends.split(":")))
    for word in words:
        if not item.allows(word):
            raise InputError(f"{origin} {text}: {item.dotted} = {word} is not allowed; it must be {item.allowed}")
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
        only: Whether nothing else differs; otherwise everything that is assumed does, as `assumed_draws` has it.

    Returns:
        What describes each world [n x inputs]; the values of each world and what the case sets there, by dotted name.

    Raises:
        InputError: The number of worlds is not allowed.
    """
    named = {one.item.dotted for one in varied}
    assumed: list[dict[str, float]] = [{} for _ in range(n)] if only else assumed_draws(n, seed, scenario)
    left = [{name: one[name] for name in one if name not in named and name not in decision.names} for one in assumed]
    together = [*varied, *decision.drawn]
    rng = np.random.default_rng((seed, len(together)))
    places = scipy.stats.qmc.LatinHypercube(d=len(together), rng=rng).random(n) if together else np.empty((n, 0))
    drawn = [[one.value(float(at)) for one, at in zip(together, row, strict=True)] for row in places]
    cut = len(varied)
    facts = [{one.item.dotted: value for one, value in zip(varied, row, strict=False)} for row in drawn]
    done = [{one.item.dotted: value for one, value in zip(decision.drawn, row[cut:], strict=True)} for row in drawn]
    inputs = pd.DataFrame(
        [
            {**fact, **{decision.column(one): more[one.item.dotted] for one in decision.drawn}, **rest}
            for fact, more, rest in zip(facts, done, left, strict=True)
        ]
    )
    worlds: list[dict[str, Value]] = [{**rest, **fact} for rest, fact in zip(left, facts, strict=True)]
    return inputs, worlds, [{**decision.fixed, **more} for more in done]


def _typed(value: Value) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else str(value)
