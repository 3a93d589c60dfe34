"""A scenario: everything that is assumed about one sales organization and its world, with where each value is from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from scenarios import list_scenarios, path_of
from sim.scenario.checks import validate
from sim.scenario.errors import Problem, ScenarioError, nearest
from sim.scenario.own_rules import OwnRules
from sim.scenario.parameters import all_parameters, by_name, cell_presets, parameter, sections
from sim.scenario.reading import Lines, Spot, line_of, name_of, parse, read_text
from sim.scenario.schema import (
    BESIDE,
    HEAD,
    PROSE,
    ROWS,
    DataCheckSpec,
    Document,
    InterventionSpec,
    LineSpec,
    SellerSpec,
    TeamSpec,
    UnknownSpec,
)
from sim.scenario.writing import resolved_text

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from sim.scenario.parameters.base import Parameter, Value


@dataclass(frozen=True, slots=True)
class ValueOrigin:
    """Where a value was set: `default`, `preset scale/15k_to_50k`, a file with its line, or `--set` and the like."""

    text: str
    line: int = 0

    def __str__(self) -> str:
        """Say it in one phrase."""
        return f"{self.text}, line {self.line}" if self.line else self.text


@dataclass(frozen=True, slots=True)
class ChangedParameter:
    """A parameter that differs from its default: its value, the default, and who set it."""

    parameter: Parameter
    value: Value
    default: Value
    origin: ValueOrigin


@dataclass(frozen=True, slots=True)
class _Given:
    """What people wrote, before defaults and presets are put under it."""

    file: str
    table: dict[str, Any]
    lines: Lines
    overrides: dict[str, tuple[Value, str]] = field(default_factory=dict)
    rules: OwnRules | None = None


@dataclass(frozen=True, eq=False)
class Scenario:
    """One organization and its world; immutable.

    Values are resolved in this order, later ones winning: defaults of the sections, presets of every phase with the
    ACV band, of the phase with every band, of both together, the file, overrides in the order they were made.

    Attributes:
        name, title, shows, watch, found, fails, pair, claims: What it is, for people; they change no result.
        start_date: Date of week 0.
        currency: Label of all amounts.
        format_version: Version of the file format.
        interventions: What is changed when, for whom.
        lines, teams, sellers: A real organization's product lines, teams and sellers; empty for a made one.
        data_checks: Measures as data have them, beside which reports put the as-is case; they change no result.
        unknowns: Parameters nobody has said, with the ranges they may lie in; they change no result.
        values: Every parameter by its dotted name.
        origins: Where each parameter's value was set, by its dotted name.
    """

    name: str
    title: str
    shows: str
    watch: str
    found: str
    fails: str
    pair: str
    claims: tuple[str, ...]
    start_date: dt.date
    currency: str
    format_version: int
    interventions: tuple[InterventionSpec, ...]
    lines: tuple[LineSpec, ...]
    teams: tuple[TeamSpec, ...]
    sellers: tuple[SellerSpec, ...]
    data_checks: tuple[DataCheckSpec, ...]
    unknowns: tuple[UnknownSpec, ...]
    values: dict[str, Value] = field(repr=False)
    origins: dict[str, ValueOrigin] = field(repr=False)
    _given: _Given = field(repr=False)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Scenario:
        """Read a shipped scenario by name, or a file by path; ScenarioError tells all that is wrong together."""
        name = str(name_or_path)
        if name in list_scenarios():
            return cls.from_text(read_text(path_of(name)), file=f"{name}.toml")
        path = Path(name_or_path)
        if not path.suffix and not _exists(path):
            hint = nearest(name, list_scenarios())
            raise ScenarioError(Problem(f"there is no shipped scenario and no file of this name{hint}", name))
        return cls.from_text(read_text(path), file=name)

    @classmethod
    def from_text(cls, text: str, file: str = "scenario.toml") -> Scenario:
        """Read TOML text, called `file` in messages; ScenarioError tells all that is wrong together."""
        table, lines = parse(text, file)
        return _resolve(_Given(file, table, lines))

    def override(self, settings: Mapping[str, Any], origin: str = "override") -> Scenario:
        """Make a scenario that differs in some parameters.

        Args:
            settings: Values by dotted name, such as {"structure.product_specialists": 6}.
            origin: Who sets them, for messages and reports.

        Raises:
            ScenarioError: An unknown name, a wrong value or an impossible combination; all are told together.
        """
        unknown = [_unknown(dotted, origin) for dotted in settings if dotted not in by_name()]
        if unknown:
            raise ScenarioError(unknown)
        new = {dotted: (_python(value), origin) for dotted, value in settings.items()}
        given = self._given
        return _resolve(replace(given, overrides={**given.overrides, **new}))

    def with_interventions(self, items: Sequence[Mapping[str, Any]], *, instead: bool = False) -> Scenario:
        """Add interventions, as [[interventions]] of a file, or put them instead; ScenarioError for a wrong one."""
        given = self._given
        before = [] if instead else given.table.get("interventions", [])
        table = {**given.table, "interventions": [*before, *map(dict, items)]}
        return _resolve(replace(given, table=table))

    def with_model(self, model: type | OwnRules | None) -> Scenario:
        """Give it rules of one's own, by which every question then runs it, agent by agent.

        Args:
            model: A class derived from `sim.SalesOrg`, whose classes of agents have the rules; its `__init__` takes
                what that of `SalesOrg` takes. None for the rules that are shipped.

        Raises:
            InputError: It is no such class.
        """
        rules = model if model is None or isinstance(model, OwnRules) else OwnRules.of(model)
        return replace(self, _given=replace(self._given, rules=rules))

    @property
    def rules(self) -> OwnRules | None:
        """Rules of one's own; None for those that are shipped."""
        return self._given.rules

    def __getitem__(self, dotted: str) -> Value:
        """Read a parameter by its dotted name; InputError, with the nearest, if there is none."""
        return self.values[parameter(dotted).dotted]

    def changed(self) -> list[ChangedParameter]:
        """List the parameters that differ from their defaults, in the order of a scenario file."""
        return [
            ChangedParameter(item, self.values[item.dotted], item.default, self.origins[item.dotted])
            for item in all_parameters()
            if self.values[item.dotted] != item.default
        ]

    def set_later(self) -> dict[str, Value]:
        """Give what was set after the scenario was read, as by --set, by dotted name; its words do not speak of it."""
        return {dotted: self.values[dotted] for dotted in self._given.overrides}

    def digest(self) -> str:
        """Hash what a run depends on: 32 hex digits, equal for equal content however it was written.

        Name, title and the other prose of the head are left out, and so are the data to check against and ranges; rules
        of one's own count by their code.
        """
        return self._digest

    @cached_property
    def _digest(self) -> str:
        content = {key: getattr(self, key) for key in HEAD if key not in PROSE}
        rows = {key: [row.model_dump() for row in getattr(self, key)] for key in ROWS if key not in BESIDE}
        own = {"model": self.rules.digest} if self.rules else {}
        text = json.dumps({**content, **rows, **self.values, **own}, sort_keys=True, default=str)
        return hashlib.blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()

    def __eq__(self, other: object) -> bool:
        """Compare what a run depends on."""
        return isinstance(other, Scenario) and self.digest() == other.digest()

    def __hash__(self) -> int:
        """Agree with equality."""
        return hash(self.digest())

    def to_toml(self) -> str:
        """Write the resolved scenario: every value, with unit, range and source beside it."""
        return resolved_text(self)


def _resolve(given: _Given) -> Scenario:
    """Put defaults and presets under what was given, check the whole, and remember who set what."""
    values, origins = _layers(given)
    raw = dict(given.table)
    for name, kind in sections().items():
        table = raw.get(name, {})
        if isinstance(table, dict):
            raw[name] = {**table, **{item.leaf: values[item.dotted] for item in kind.parameters()}}
    document, findings = validate(raw)
    if document is None:
        problems = [_problem(spot, text, given, origins) for spot, text in findings]
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line))
    return _scenario(document, given, origins)


def _scenario(document: Document, given: _Given, origins: dict[str, ValueOrigin]) -> Scenario:
    parts = {key: getattr(document, key) for key in (*HEAD, *ROWS)}
    parts["name"] = document.name or Path(given.file).stem
    values = {f"{name}.{leaf}": value for name in sections() for leaf, value in getattr(document, name)}
    return Scenario(**parts, values=values, origins=origins, _given=given)


def _layers(given: _Given) -> tuple[dict[str, Any], dict[str, ValueOrigin]]:
    """Give each parameter's value as last set, unchecked, and its origin."""
    values: dict[str, Any] = {dotted: item.default for dotted, item in by_name().items()}
    origins = dict.fromkeys(values, ValueOrigin("default"))
    written = {
        f"{section}.{leaf}": (value, ValueOrigin(given.file, line_of((section, leaf), given.lines)))
        for section, table in given.table.items()
        if isinstance(table, dict)
        for leaf, value in table.items()
    }
    set_later = {dotted: (value, ValueOrigin(origin)) for dotted, (value, origin) in given.overrides.items()}
    layers = {**written, **set_later}
    for cell in _cells(values, layers):
        preset = {
            name: (value, ValueOrigin(f"preset {cell[0]}/{cell[1]}"))
            for name, value in cell_presets().get(cell, {}).items()
        }
        layers = {**layers, **{name: item for name, item in preset.items() if name not in layers}}
    for dotted, (value, origin) in layers.items():
        if dotted in values:
            values[dotted], origins[dotted] = value, origin
    return values, origins


def _cells(values: Mapping[str, Any], layers: Mapping[str, tuple[Any, ValueOrigin]]) -> list[tuple[str, str]]:
    """Name the presets that apply, strongest first."""
    phase, band = (
        str(layers[name][0] if name in layers else values.get(name)) for name in ("market.phase", "market.acv_band")
    )
    return [(phase, band), (phase, "*"), ("*", band)]


def _problem(spot: Spot, text: str, given: _Given, origins: Mapping[str, ValueOrigin]) -> Problem:
    section, key = name_of(spot)
    if len(spot) == 1 and not isinstance(given.table.get(str(spot[0])), dict | list):
        section, key = "", str(spot[0])
    origin = origins.get(".".join(map(str, spot)), ValueOrigin(""))
    if origin.text in ("", "default") or origin.text == given.file:
        line = line_of(spot, given.lines)
        return Problem(text, given.file, section, key, line)
    return Problem(text, origin.text, section, key)


def _unknown(dotted: object, origin: str) -> Problem:
    return Problem(f"{dotted} is not a parameter{nearest(str(dotted), by_name())}", origin)


def _python(value: Any) -> Any:
    """Unwrap NumPy's numbers, which sweeps hand over."""
    return value.item() if isinstance(value, np.generic) else value


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
