"""How a number of the model is declared: default, range, unit, meaning, source, and when it may change.

A section of a scenario is a class; each of its fields is one parameter, declared by a helper that knows its unit, with
its meaning in the docstring below:

    class Structure(Section):
        name = "structure"
        n_reps: int = number(48, 1, 50_000, "seats", assumed("six teams"), when="start")
        '''Quota-carrying seats filled at the start.'''
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, Literal, TypedDict, Unpack

from pydantic import BaseModel, ConfigDict, Field

from sim.scenario.errors import InputError, nearest

Value = int | float | bool | str
Presets = dict[tuple[str, str], dict[str, Value]]  # (phase or "*", band or "*") -> dotted name -> value
Lever = Literal["organization", "rep", "manager"]
When = Literal["now", "start"]
Type = type[int] | type[float] | type[bool] | type[str]

_ROW = re.compile(r"[A-Z]{3}-\d\d")
_WRITTEN = {
    "acv": "ACV",
    "bass": "Bass",
    "crm": "CRM",
    "icp": "ICP",
    "poisson": "Poisson",
    "wip": "WIP",
    "headcount": "head-count",
}
_TYPES: dict[Any, Type] = {int: int, float: float, bool: bool, str: str}

DRIVERS = ("strategy", "structure", "operations", "enablement", "talent", "training", "capabilities", "motivation")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a default comes from.

    Attributes:
        kind: `evidence` (rows of sim/scenario/evidence.csv), `derived` (from other parameters, in docs/model.md),
            `assumed`, or `switch`, which is no number and needs no source.
        text: Why this value, may be empty for evidence; the heading of the derivation.
        rows: Evidence rows, such as `WIN-04`.
    """

    kind: Literal["evidence", "derived", "assumed", "switch"]
    text: str = ""
    rows: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it in one phrase."""
        return f"{self.kind}: " + "; ".join(part for part in (", ".join(self.rows), self.text) if part)


def evidence(citation: str) -> Source:
    """Cite rows of the evidence table for a default, and say how the value follows from them.

    Args:
        citation: The rows, then a note: "TRN-11, TRN-12: order only".

    Raises:
        TypeError: It does not begin with the ids of rows.
    """
    rows, _, note = citation.partition(": ")
    ids = tuple(rows.split(", "))
    if not all(_ROW.fullmatch(one) for one in ids):
        raise TypeError(f"evidence() needs row ids, and a note after a colon, not {citation!r}")
    return Source("evidence", note, ids)


def derived(heading: str) -> Source:
    """Cite the heading of docs/model.md under which a default is computed from other parameters."""
    return Source("derived", heading)


def assumed(why: str) -> Source:
    """Admit that a default is assumed, and say why this one."""
    return Source("assumed", why)


_SWITCH = Source("switch", "every mechanism can be switched off")


@dataclass(frozen=True, slots=True)
class _Declared:
    """What `param` knows beyond pydantic; adds itself to the JSON schema."""

    unit: str
    source: Source
    label: str
    lever: Lever | None
    when: When
    choices: tuple[str, ...]
    driver: str | None
    governs: tuple[str, ...] = ()
    alone: str = ""
    within: float = 1.5

    def __call__(self, schema: dict[str, Any]) -> None:
        schema["x-unit"] = self.unit
        schema["x-source"] = str(self.source)
        if self.choices:
            schema.pop("pattern", None)
            schema["enum"] = list(self.choices)


class _More(TypedDict, total=False):
    """What any parameter may be declared with."""

    doc: str
    label: str
    lever: Lever | None
    when: When
    driver: str | None
    within: float


def param(
    default: Value,
    *,
    source: Source,
    doc: str = "",
    label: str = "",
    low: float | None = None,
    high: float | None = None,
    unit: str = "",
    lever: Lever | None = None,
    when: When = "now",
    choices: tuple[str, ...] = (),
    driver: str | None = None,
    within: float = 1.5,
) -> Any:
    """Declare one parameter of a section; the helpers below do it for one unit each.

    Args:
        default: Value unless a preset, a file or an override says otherwise.
        source: `evidence(...)`, `derived(...)` or `assumed(...)`.
        doc: Its meaning in one line; by default the docstring below the field.
        label: What people call it within a sentence; by default the words of its name.
        low: Least allowed value, in `unit`. Numbers need it.
        high: Greatest allowed value, in `unit`. Numbers need it.
        unit: Unit, such as `hours / week / channel`; empty for a pure number.
        lever: For whom an intervention may change it while a run goes on; None: for nobody.
        when: `now`: a case may change it at week 0; `start`: it cannot change overnight.
        choices: Allowed words of a choice; the model sees the position in this list.
        driver: Which of the eight drivers it belongs to; by default the section, if that is one.
        within: Factor, from which part to how many times of an assumed value, or of its odds, is plausible.

    Raises:
        TypeError: A number without bounds, or a word without choices.
    """
    declared = _Declared(unit, source, label, lever, when, choices, driver, within=within)
    meaning = doc or None
    if isinstance(default, str):
        if default not in choices:
            raise TypeError(f"{default!r} is not among the choices {choices}")
        pattern = f"^({'|'.join(choices)})$"
        return Field(default, pattern=pattern, description=meaning, json_schema_extra=declared)
    if isinstance(default, bool):
        return Field(default, description=meaning, json_schema_extra=declared)
    if low is None or high is None or not low <= default <= high:
        raise TypeError(f"a parameter needs low <= default <= high, not {low}, {default}, {high}: {source}")
    return Field(default, ge=low, le=high, description=meaning, json_schema_extra=declared)


def number(default: float, low: float, high: float, unit: str, source: Source, **more: Unpack[_More]) -> Any:
    """Declare a number in a unit that has no helper of its own."""
    return param(default, low=low, high=high, unit=unit, source=source, **more)


def share(
    default: float, source: Source, *, low: float = 0.0, high: float = 1.0, per: str = "", **more: Unpack[_More]
) -> Any:
    """Declare a part of a whole, from 0 to 1 unless said otherwise, or what is lost of it per time."""
    return param(default, low=low, high=high, unit=_per("share", per), source=source, **more)


def choice(default: str, choices: tuple[str, ...], source: Source, **more: Unpack[_More]) -> Any:
    """Declare a choice among words."""
    return param(default, choices=choices, source=source, **more)


def switch(
    default: bool,  # noqa: FBT001 - one positional flag is the whole point
    doc: str,
    /,
    *,
    governs: str = "",
    alone: str = "",
    when: When = "now",
) -> Any:
    """Declare an on/off switch of a mechanism; it is no number and needs no source.

    Args:
        default: Whether it is on unless a file or an override says otherwise.
        doc: What it turns on, in one line.
        governs: Dotted names of the parameters that change nothing while it is off, with blanks between.
        alone: Why it governs none.
        when: As for `param`.

    Raises:
        TypeError: It neither governs a parameter nor says why not, or does both.
    """
    if bool(governs) == bool(alone):
        raise TypeError(f"a switch either governs parameters or says why it governs none: {doc}")
    declared = _Declared("on/off", _SWITCH, "", None, when, (), None, tuple(governs.split()), alone)
    return Field(default, description=doc, json_schema_extra=declared)


@dataclass(frozen=True, slots=True)
class _Quantity:
    """Declares numbers of one unit, or of this unit per another."""

    unit: str

    def __call__(
        self, default: float, low: float, high: float, source: Source, *, per: str = "", **more: Unpack[_More]
    ) -> Any:
        return param(default, low=low, high=high, unit=_per(self.unit, per), source=source, **more)


def _per(unit: str, other: str) -> str:
    return f"{unit} / {other}" if other else unit


hours = _Quantity("hours")
in_weeks = _Quantity("weeks")
money = _Quantity("currency")
ratio = _Quantity("ratio")
weight = _Quantity("weight")
utility = _Quantity("utility")
trust = _Quantity("trust")
log_sd = _Quantity("log-sd")
specialists = _Quantity("specialists")


@dataclass(frozen=True)
class Parameter:
    """One number of the model, as the registry, the listings and the checks see it.

    Attributes:
        section: Section of the scenario, such as `structure`.
        leaf: Name within the section, such as `n_reps`.
        type: int, float, bool or str (a choice).
        default: Value unless said otherwise.
        low, high: Allowed range in `unit`; None for switches and choices.
        unit, doc, source: What it measures, what it means, where the default comes from.
        label: What people call it within a sentence; no two have the same.
        driver: One of the eight drivers, or None.
        lever: For whom an intervention may change it: `organization`, `rep`, `manager`, or None.
        when: `now` or `start` (cannot change overnight).
        choices: Words of a choice, by their number in the model.
        governs: Of a switch: dotted names of the parameters that change nothing while it is off.
        alone: Of a switch without such parameters: why there are none.
        within: Factor of its plausible range, from 1 / within to within times the value or its odds.
    """

    section: str
    leaf: str
    type: Type
    default: Value
    low: float | None
    high: float | None
    unit: str
    doc: str
    label: str
    source: Source
    driver: str | None
    lever: Lever | None
    when: When
    choices: tuple[str, ...]
    governs: tuple[str, ...] = ()
    alone: str = ""
    within: float = 1.5

    @cached_property
    def dotted(self) -> str:
        """Name in files and on the command line, such as `structure.n_reps`."""
        return f"{self.section}.{self.leaf}"

    @cached_property
    def field_name(self) -> str:
        """Name of its field in the state, such as `structure_n_reps`."""
        return f"{self.section}_{self.leaf}"

    @cached_property
    def array(self) -> str:
        """Array of the state that holds it: `reps` or `managers` where each row has its own number, else `p`."""
        return {"rep": "reps", "manager": "managers"}.get(self.lever or "", "p")

    @property
    def title(self) -> str:
        """The label as it begins a line."""
        return self.label[0].upper() + self.label[1:]

    @property
    def allowed(self) -> str:
        """What values are allowed, to complete "must be ..."."""
        if self.type is bool:
            return "true or false"
        if self.type is str:
            return f"one of {', '.join(self.choices)}"
        kind = "a whole number" if self.type is int else "a number"
        unit = f" ({self.unit})" if self.unit else ""
        return f"{kind} from {plain(self.low)} to {plain(self.high)}{unit}"

    def allows(self, value: object) -> bool:
        """Tell whether a value has the right type and lies in the range."""
        if self.type is str:
            return value in self.choices
        if self.type is bool or isinstance(value, bool):
            return self.type is bool and isinstance(value, bool)
        kinds = (int,) if self.type is int else (int, float)
        return isinstance(value, kinds) and float(self.low or 0) <= value <= float(self.high or 0)

    def number(self, value: Value) -> float:
        """Give the value as the model's record holds it: switches as 0 or 1, choices by position."""
        return float(self.choices.index(value)) if isinstance(value, str) else float(value)

    def parse(self, text: str, origin: str = "--set") -> Value:
        """Read a value typed by a user, by this parameter's type; the range is checked elsewhere.

        Raises:
            InputError: The text is not of this type.
        """
        word = text.strip()
        switches: dict[str, Value] = {"true": True, "on": True, "false": False, "off": False}
        if self.type is str:
            return word.strip("\"'")
        if self.type is bool and word.lower() in switches:
            return switches[word.lower()]
        if self.type in (int, float):
            try:
                return int(word) if self.type is int else float(word)
            except ValueError:
                pass
        hint = nearest(word.lower(), switches) if self.type is bool else ""
        raise InputError(f"{origin} {self.dotted}={text}: the value must be {self.allowed}{hint}")


def _label(leaf: str) -> str:
    """Make a label of a name: `icp_clarity` is ICP clarity, `deal_size_sd` spread of deal size."""
    words = [_WRITTEN.get(word, word) for word in leaf.split("_")]
    if words[-1] == "sd":
        words = ["spread of", *words[:-1]]
    elif words[0] == "weight" and words[1] != "of":
        words.insert(1, "of")
    return " ".join(words)


def plain(number: float | None) -> str:
    """Write a number as people do: 50,000 and 0.5; a range's missing end as nothing."""
    return "" if number is None else f"{number:,.10g}"


class Section(BaseModel):
    """One table of a scenario file: typed, bounded, frozen, and closed to unknown keys."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        protected_namespaces=(),
        use_attribute_docstrings=True,
    )
    name: ClassVar[str] = ""

    @classmethod
    @cache
    def parameters(cls) -> tuple[Parameter, ...]:
        """List the section's parameters in the order they are declared."""
        return tuple(cls._parameter(leaf) for leaf in cls.model_fields)

    @classmethod
    def _parameter(cls, leaf: str) -> Parameter:
        info = cls.model_fields[leaf]
        declared = info.json_schema_extra
        kind = _TYPES.get(info.annotation)
        if not isinstance(declared, _Declared) or kind is None:
            raise TypeError(f"{cls.__name__}.{leaf} must be int, float, bool or str, and declared with param or switch")
        if not info.description:
            raise TypeError(f"{cls.__name__}.{leaf} needs its meaning: a docstring below it, or doc")
        number = int if kind is int else float
        bounds = {
            end: number(getattr(item, end)) for item in info.metadata for end in ("ge", "le") if hasattr(item, end)
        }
        return Parameter(
            section=cls.name,
            leaf=leaf,
            type=kind,
            default=kind(info.default),
            low=bounds.get("ge"),
            high=bounds.get("le"),
            unit=declared.unit,
            doc=info.description,
            label=declared.label or _label(leaf) + (" (switch)" if kind is bool else ""),
            source=declared.source,
            driver=declared.driver or (cls.name if cls.name in DRIVERS else None),
            lever=declared.lever,
            when=declared.when,
            choices=declared.choices,
            governs=declared.governs,
            alone=declared.alone,
            within=declared.within,
        )
