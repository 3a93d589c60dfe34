"""Fields of a question's form, each made from what the question declares of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from scenarios import list_studies
from sim.questions.invest.runs import GAIN, LOOP_GAIN
from sim.scenario.measures import MEASURES
from sim.scenario.parameters.base import DRIVERS
from sim.ui.ask.offered import OFFERED, in_labels, label_of
from sim.ui.gain.result import loop_titles
from sim.ui.scenarios import scenario_titles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FieldKind = Literal["scenario", "upload", "switch", "choice", "list", "number", "text"]
Given = str | bool | tuple[str, ...]
"""What a field holds, as typed: a list has an entry for each."""

SCENARIO, UPLOAD = "scenario", "CRM_OR_TARGETS"
LONGEST_NUMBER = 20  # characters; longer ones are no number anybody means
_WORDS = re.compile(r"[a-z_]+(\|[a-z_]+)+")


def measure_names() -> dict[str, str]:
    """Give the measures by name, with what people call them."""
    return {name: measure.label for name, measure in MEASURES.items()}


_LISTS: dict[str, Callable[[], Mapping[str, str]]] = {
    "SCENARIO": scenario_titles,
    "STUDY": lambda: {name: name.replace("_", " ").capitalize() for name in list_studies()},
    "MEASURE": measure_names,
    f"MEASURE|{LOOP_GAIN}": lambda: {**measure_names(), LOOP_GAIN: f"{GAIN.label} (slow)"},
    "DRIVER": lambda: {name: name.capitalize() for name in DRIVERS},
    "LOOP|FILE": loop_titles,
}
"""What there is to choose from, by how a field is written on the command line."""


@dataclass(frozen=True)
class AskField:
    """A field of a form.

    Attributes:
        name: As the question calls it.
        kind: How it is filled in.
        meaning: What it means, a sentence or two.
        options: What there is to choose from, by what is chosen; empty for what is typed.
        default: What it holds at first.
        usual: What holds where nothing is typed, in words.
        effort: Whether it changes only how much is run.
        numbers: What is given for what is typed or chosen: "integer", "number", "boolean", or "" for text.
        picks: What may be looked up to be typed: "parameter", "measure", or "" for nothing.
        example: How an entry is written.
        required: Whether there is no answer without it.
    """

    name: str
    kind: FieldKind
    meaning: str
    options: Mapping[str, str]
    default: Given
    usual: str
    effort: bool
    numbers: str
    picks: str
    example: str
    required: bool

    @property
    def label(self) -> str:
        """What people call it: its name on the command line, in words."""
        return label_of(self.name)

    def value(self, given: Given) -> Any:
        """What the question is given for what the field holds, None for nothing; what is no number stays text."""
        text = given.strip() if isinstance(given, str) else given
        if text in ("", ()) or (text == self.default and not self.required):
            return None
        if isinstance(text, tuple):
            return list(text)
        if self.numbers == "boolean":
            return {"yes": True, "no": False}.get(str(text), text)
        return _number(text, self.numbers) if isinstance(text, str) else text

    def gone_on(self, text: str, name: str) -> str:
        """What is typed so far, with a name that was looked up."""
        sign = ">=" if self.picks == "measure" else "=" if "KEY=" in self.example else ""
        if not self.example.startswith("NAME:"):
            return f"{name}{sign}"
        return f"{text or 'my case: '}{', ' if '=' in text else ''}{name}{sign}"


def _number(text: str, kind: str) -> int | float | str:
    if not kind or len(text) > LONGEST_NUMBER:
        return text
    try:
        return int(text) if kind == "integer" or text.lstrip("+-").isdecimal() else float(text)
    except ValueError:
        return text


@cache
def fields_of(question: str) -> tuple[AskField, ...]:
    """Give the fields of an offered question, in the order of its declaration."""
    schema = OFFERED[question].schema
    required = schema.get("required", ())
    return tuple(_field(name, one, required=name in required) for name, one in schema["properties"].items())


def _field(name: str, declared: Mapping[str, Any], *, required: bool) -> AskField:
    written, default = str(declared["written"]), declared.get("default")
    kinds = {str(one.get("type")) for one in declared.get("anyOf", [declared])}
    kind, options, held = _filled(name, written.strip('"'), kinds, default)
    meaning = str(declared["description"]).removesuffix(f" [{written}]")
    if most := declared.get("most"):
        meaning = f"{meaning} At most {most:,} on the page."
    return AskField(
        name, kind, in_labels(meaning), options, held, effort=declared["changes"] == "effort",
        usual=in_labels(str(declared["usual"] or ("" if default is None else default))),
        numbers=next((one for one in ("integer", "number", "boolean") if one in kinds), ""),
        picks="" if options else "parameter" if "KEY" in written else "measure" if "MEASURE" in written else "",
        example=written.strip('"'), required=required,
    )  # fmt: skip


def _filled(name: str, written: str, kinds: set[str], default: Any) -> tuple[FieldKind, Mapping[str, str], Given]:
    """How a field is filled in, what there is to choose from, and what it holds at first."""
    if name == SCENARIO:
        return "scenario", {}, ""
    if written == UPLOAD:
        return "upload", {}, ""
    if "boolean" in kinds:
        asks = {"": "as usual", "yes": "yes", "no": "no"}
        return ("choice", asks, "") if "null" in kinds else ("switch", {}, bool(default))
    options = _LISTS[written]() if written in _LISTS else {}
    if _WORDS.fullmatch(written):
        options = {word: word.replace("_", " ") for word in written.split("|")}
    if "array" in kinds:
        return "list", options, ()
    if options:
        return "choice", options, str(default) if default is not None else next(iter(options))
    return ("number" if kinds & {"integer", "number"} else "text"), {}, ""
