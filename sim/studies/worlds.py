"""Plausible worlds: sets of values of all that is assumed, each of which the evidence leaves possible.

They were found by history matching (docs/worlds.md), belong to the rules they were found for, and are no sample of
anything: a share of them is no probability.
"""

from __future__ import annotations

import csv
import hashlib
import json
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios import WORLDS
from sim.engine.digest import model_digest
from sim.scenario.errors import InputError
from sim.scenario.parameters import by_name
from sim.scenario.seeds import check_seed, check_whole
from sim.studies.draws import MOST_DRAWS, assumed_draws

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.scenario.scenario import Scenario

MODEL = ("baseline", "lean_before", "lean_starved")
"""Scenarios whose numbers the worlds belong to, beside the rules: those they were held against evidence in."""

KIND = "plausible worlds"
"""What a file that names some of them says it is."""

_LARGEST = 2**20  # bytes of such a file

_DRAWN: ContextVar[Path | None] = ContextVar("drawn", default=None)


@dataclass(frozen=True, slots=True)
class PlausibleWorld:
    """One set of values.

    Attributes:
        name: Such as `w017`.
        assumed: Value of every parameter that is assumed, by dotted name.
    """

    name: str
    assumed: dict[str, float]

    def within(self, scenario: Scenario) -> dict[str, float]:
        """Give the values a scenario takes in this world, by dotted name.

        What is left at its default takes the world's value; what the scenario sets stays, except what it marks as
        unknown, which moves by the ratio of the world's value to the default, within its range.
        """
        unknown = {item.parameter: item for item in scenario.unknowns}
        values: dict[str, float] = {}
        for dotted, value in self.assumed.items():
            default = float(by_name()[dotted].default)
            if scenario.origins[dotted].text == "default":
                values[dotted] = value
            elif dotted in unknown and default:
                moved = float(scenario[dotted]) * value / default
                values[dotted] = min(max(moved, float(unknown[dotted].low)), float(unknown[dotted].high))
        return values

    def of(self, scenario: Scenario) -> Scenario:
        """Give a scenario as it would be in this world, by `within`."""
        return scenario.override(self.within(scenario), origin=f"plausible world {self.name}")


def worlds(n: int | str | Path | None = None) -> tuple[PlausibleWorld, ...]:
    """Give the plausible worlds that belong to these rules.

    Args:
        n: How many; the first of them, which are in no order. Or a file that names some, as `worlds_text` writes it.
            All by default.

    Raises:
        InputError: There are not so many, they belong to other rules, or the file is none of plausible worlds.
    """
    facts, every = _read()
    if facts["model"] != model_digest(MODEL):
        raise InputError(
            f"the plausible worlds in {WORLDS} were found for other rules ({facts['model']}, this is "
            f"{model_digest(MODEL)}): run flywheel match --recheck in a checkout of the sources, or leave out --worlds"
        )
    if isinstance(n, str | Path):
        return _named_in(Path(n), every)
    if n is not None and not 1 <= n <= len(every):
        raise InputError(f"{n} plausible worlds are not to be had; it must be from 1 to {len(every)}")
    return every[:n]


def worlds_text(chosen: Sequence[PlausibleWorld], why: str) -> str:
    """Write which worlds were chosen, and why, so that `worlds` takes them again as long as the rules are the same."""
    record = {"program": "sales-flywheel", "kind": KIND, "why": why, "model": model_digest(MODEL),
              "values": _digest(chosen), "worlds": [world.name for world in chosen]}  # fmt: skip
    return json.dumps(record, indent=1, ensure_ascii=False) + "\n"


def _named_in(file: Path, every: Sequence[PlausibleWorld]) -> tuple[PlausibleWorld, ...]:
    """Read which worlds a file names."""
    try:
        text = file.read_text(encoding="utf-8") if file.stat().st_size <= _LARGEST else ""
        record = json.loads(text)
        names, model, values = record["worlds"], record["model"], record["values"]
        sound = record["kind"] == KIND and 0 < len(names) == len(set(names))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        sound = False
    if not sound:
        raise InputError(f"{file} is no file of plausible worlds, as flywheel calibrate --worlds writes one")
    known = {world.name: world for world in every}
    chosen = tuple(known[name] for name in names if name in known)
    if model != model_digest(MODEL) or len(chosen) < len(names) or values != _digest(chosen):
        raise InputError(f"{file} names plausible worlds of other rules; write it anew: flywheel calibrate --worlds")
    return chosen


def _digest(chosen: Sequence[PlausibleWorld]) -> str:
    values = [(world.name, sorted(world.assumed.items())) for world in chosen]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:12]


@contextmanager
def drawing_from(file: Path | None) -> Iterator[None]:
    """Draw only from the plausible worlds that a file names: `with sim.drawing_from("worlds.json"): sim.pilot(...)`.

    Args:
        file: As `worlds_text` writes it; None changes nothing.

    Raises:
        InputError: As `worlds`.
    """
    if file is not None:
        worlds(file)
    before = _DRAWN.set(Path(file) if file else _DRAWN.get())
    try:
        yield
    finally:
        _DRAWN.reset(before)


def drawn_from() -> Path | None:
    """Give the file that `drawing_from` set; None where all plausible worlds are drawn from."""
    return _DRAWN.get()


def plausible_draws(
    n: int, seed: int, scenario: Scenario, whole_sections: Sequence[str] = ()
) -> list[dict[str, float]]:
    """Choose plausible worlds for an experiment, in an order of its own; with more than there are they come again.

    Args:
        n: How many, from 1 to 100,000.
        seed: Key of the order.
        scenario: Whose values they are to be.
        whole_sections: Sections whose measured values are drawn as well, as `sim.studies.draws.assumed_draws` does.

    Returns:
        For each world the values by dotted name, as `Scenario.override` takes them.

    Raises:
        InputError: The number is not allowed, or the worlds there are belong to other rules.
    """
    every = worlds(drawn_from())
    check_whole("worlds", n, 1, MOST_DRAWS)
    order = np.random.default_rng(check_seed(seed)).permutation(len(every))
    measured: list[dict[str, float]] = [{} for _ in range(n)]
    if whole_sections:
        known = every[0].assumed
        drawn = assumed_draws(n, seed, scenario, whole_sections)
        measured = [{name: value for name, value in one.items() if name not in known} for one in drawn]
    return [{**one, **every[order[number % len(every)]].within(scenario)} for number, one in enumerate(measured)]


def how_found() -> dict[str, Any]:
    """Give what is known of how the worlds were found: stages, surrogates, coverage (docs/worlds.md)."""
    return dict(_read()[0])


@cache
def _read() -> tuple[dict[str, Any], tuple[PlausibleWorld, ...]]:
    table, record = WORLDS / "worlds.csv", WORLDS / "match.json"
    try:
        facts = json.loads(record.read_text(encoding="utf-8"))
        with table.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = tuple(
            PlausibleWorld(row["world"], {name: float(value) for name, value in row.items() if name != "world"})
            for row in rows
        )
        facts["model"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{WORLDS} cannot be read as plausible worlds: {error}") from error
    return facts, found
