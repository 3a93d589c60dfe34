"""What a study runs: cases of one organization, seeds, weeks; and the names of its runs."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.version import model_version

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario

MOST_RUNS = 10_000_000
KEPT = ("weekly", "deals")  # what can be kept of each run beside its measures: the measures by week, and the deal log
_NAME = re.compile(r"[\w][\w .+%()=,-]{0,79}")


@dataclass(frozen=True, slots=True)
class StudyCase:
    """A way to go on from week 0, or to have always been: a unique name of 1 to 80 characters, and what it changes."""

    name: str
    changes: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class StudyPlan:
    """Cases x seeds of one organization.

    Attributes:
        scenario: The organization; a case without changes is it.
        cases: Each is run with every seed.
        seeds: The same for all cases.
        weeks: Weeks of each run.
        from_start: Whether each case has a burn-in of its own. Otherwise the cases of a seed go on from the same
            burned-in organization, which what is fixed overnight does not allow.
        measures: Names of `sim.scenario.measures.MEASURES` that are kept.
        keep: What else is kept of each run, of `KEPT`.
    """

    scenario: Scenario
    cases: tuple[StudyCase, ...]
    seeds: tuple[int, ...]
    weeks: int
    from_start: bool = False
    measures: tuple[str, ...] = tuple(MEASURES)
    keep: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, scenario: Scenario, cases: Mapping[str, Mapping[str, Value]] | Iterable[StudyCase],
        seeds: int | Iterable[int], *, weeks: int | None = None, from_start: bool = False,
        measures: Iterable[str] | None = None, keep: Iterable[str] = (),
    ) -> StudyPlan:  # fmt: skip
        """Check what is asked for and plan it.

        Args:
            scenario: The organization.
            cases: Changes by name, or cases.
            seeds: How many (0, 1, ...), or which.
            weeks: Weeks of each run; the scenario's own by default.
            from_start: Whether each case has a burn-in of its own.
            measures: What is kept; all by default.
            keep: What else is kept of each run, of `KEPT`.

        Raises:
            InputError: Something cannot be used; nothing was run.
        """
        listed = [StudyCase(name, changes) for name, changes in cases.items()] if hasattr(cases, "items") else [*cases]
        plan = cls(
            scenario,
            tuple(_without_the_same(scenario, case) for case in listed),
            read_seeds(seeds, 1, MOST_RUNS),
            weeks_of(scenario, weeks),
            from_start,
            _chosen(measures, tuple(MEASURES), "measure"),
            _chosen(keep, KEPT, "thing to keep") if keep else (),
        )
        plan._check()
        return plan

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return len(self.cases) * len(self.seeds)

    @cached_property
    def world(self) -> str:
        """Digest of what all its runs share: model, organization, weeks and burn-in."""
        return digest_of([model_version(), self.scenario.digest(), self.weeks, self.from_start])

    @cached_property
    def key(self) -> str:
        """Digest of what is run and kept: plans have the same key exactly if one folder can serve them all."""
        cases = sorted(self.case_digests.items())
        return digest_of([self.world, cases, list(self.seeds), sorted(self.measures), sorted(self.keep)])

    @cached_property
    def case_digests(self) -> dict[str, str]:
        """Digest of each case's changes by its name."""
        return {case.name: changes_digest(case.changes) for case in self.cases}

    def run_id(self, case: str, seed: int) -> str:
        """Name of a run: equal exactly where model, organization, changes, weeks and seed are."""
        return run_id(self.world, self.case_digests[case], seed)

    def _check(self) -> None:
        if not self.cases:
            raise InputError("a study needs at least one case")
        if not 1 <= self.runs <= MOST_RUNS:
            raise InputError(f"{self.runs:,} runs are not allowed; a study has from 1 to {MOST_RUNS:,}")
        names: set[str] = set()
        for case in self.cases:
            if not _NAME.fullmatch(case.name):
                raise InputError(
                    f'case "{case.name}": a name has 1 to 80 letters, digits, spaces and signs of _ - . , + % = ( )'
                )
            if case.name in names:
                raise InputError(f'case "{case.name}": two cases have this name; choose another for one of them')
            names.add(case.name)
            check_changes(case.changes, f'case "{case.name}"', from_start=self.from_start)


def check_changes(changes: Mapping[str, Any], origin: str, *, from_start: bool) -> None:
    """Check names, types, ranges, and that what is fixed overnight changes from the start only; else InputError."""
    for dotted, value in changes.items():
        item = parameter(dotted)
        if not item.allows(value):
            raise InputError(f"{origin}: {dotted} = {value} is not allowed; it must be {item.allowed}")
        if item.when == "start" and not from_start:
            raise InputError(f"{origin}: {dotted} cannot change overnight; give each case a burn-in of its own")
        if dotted == "organization.weeks":
            raise InputError(f"{origin}: organization.weeks must be the same in all cases; give weeks for the study")


def _without_the_same(scenario: Scenario, case: StudyCase) -> StudyCase:
    """Leave out changes to what the value is anyway, so that equal runs have equal names."""
    kept = {}
    for dotted, value in case.changes.items():
        item = parameter(dotted)
        whole = item.type is int and isinstance(value, float) and value.is_integer()
        plain: Any = int(value) if whole else value.item() if hasattr(value, "item") else value
        if plain != scenario[dotted] or not item.allows(plain):
            kept[dotted] = float(plain) if item.type is float and type(plain) is int else plain
    return StudyCase(str(case.name), kept)


def _chosen(names: Iterable[str] | None, allowed: tuple[str, ...], what: str) -> tuple[str, ...]:
    if names is None:
        return allowed
    wanted = tuple(dict.fromkeys([names] if isinstance(names, str) else names))
    for name in wanted:
        if name not in allowed:
            raise InputError(f'unknown {what} "{name}"{nearest(name, allowed)}')
    return wanted


def run_id(world: str, changes: str, seed: int) -> str:
    """Name a run by the digests of its world and its changes, and its seed. [24 hexadecimal digits]."""
    return digest_of([world, changes, seed])


def changes_digest(changes: Mapping[str, Value]) -> str:
    """Digest of what a case changes, in whatever order. [24 hexadecimal digits]."""
    return digest_of(sorted(changes.items()))


def digest_of(parts: Any) -> str:
    """Digest of plain values. [24 hexadecimal digits]."""
    text = json.dumps(parts, allow_nan=False, default=_refuse, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=12).hexdigest()


def _refuse(value: object) -> Any:
    raise TypeError(f"{value!r} is no number, word or switch")
