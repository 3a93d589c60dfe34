"""What can be looked up: parameters, rules, measures and words, from the registries the program itself runs on."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.machinery.rule import HELPERS, RULES
from agents.schedule import PHASES
from sim.answers.compare.words import value_text
from sim.measures.words import BETTER
from sim.questions.why.graph import READINGS
from sim.scenario.evidence import cited
from sim.scenario.measures import EVERY_MEASURE
from sim.scenario.parameters import all_parameters
from sim.scenario.parameters.base import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.scenario.parameters.base import Parameter
    from sim.scenario.scenario import Scenario

Item = dict[str, Any]

HERE = Path(__file__).parent
GLOSSARIES = (HERE / "glossary.md", HERE.parents[2] / "docs" / "glossary.md")
"""Where the glossary is: beside this file in the package, among the documents in the sources."""

KINDS = {"evidence": "evidence", "derived": "derived in docs/model.md", "assumed": "assumed", "switch": "switch"}

TIMES = {"start": "once, first", "week": "each week", "quarter": "last week of a quarter", "year": "last of a year"}
"""When a phase takes place, in words."""


def rule_texts() -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Give every phase: its title, agent and time, its rules and what they do; at last the formulas they share."""
    for phase in PHASES:
        rules = [(name, _words(RULES[name].doc)) for name in phase.rules]
        yield phase.title, f"{phase.agent}, {TIMES[phase.when]}", rules
    ours = {name.removeprefix("agents."): helper for name, helper in HELPERS.items() if name.startswith("agents.")}
    shared = [(name, _words(getattr(helper, "py_func", helper).__doc__ or "")) for name, helper in sorted(ours.items())]
    yield "What rules share", "", shared


def _words(doc: str) -> str:
    """A docstring up to its list of arguments, with its source, on one line."""
    text, _, rest = doc.partition("Args:")
    returned = re.search(r"Returns:\s*(.*?)(?=Source:|Raises:|$)", rest, re.DOTALL)
    source = re.search(r"Source:\s*(.*?)$", rest or text, re.DOTALL)
    text = text.partition("Source:")[0]
    parts = [text, f"Gives {returned[1]}" if returned else "", f"Source: {source[1]}" if source else ""]
    return " ".join(" ".join(part.split()) for part in parts if part.strip())


def parameter_cells(item: Parameter) -> tuple[str, ...]:
    """Leaf of its name, meaning, unit, range, default, lever and source of a parameter, as text."""
    limits = ", ".join(item.choices) if item.choices else f"{plain(item.low)} to {plain(item.high)}"
    limits = "on, off" if item.type is bool else limits
    if isinstance(item.default, str):
        default = item.default
    else:
        default = on_or_off(item.default) if item.type is bool else plain(item.default)
    lever = item.lever or ("fixed at the start" if item.when == "start" else "")
    return f"`{item.leaf}`", item.doc, item.unit, limits, default, lever, str(item.source)


def on_or_off(value: object) -> str:
    """Say what a switch is set to."""
    return "on" if value else "off"


def parameter_items(scenario: Scenario | None = None) -> list[Item]:
    """Every parameter; with its value in a scenario where that is another than the default."""
    items = []
    for item in all_parameters():
        value = item.default if scenario is None else scenario[item.dotted]
        items.append({**_parameter(item), "here": "" if value == item.default else value_text(item, value)})
    return items


@cache
def _parameter(item: Parameter) -> Item:
    _, text, unit, limits, default, lever, _ = parameter_cells(item)
    rows = [f"{row.id}: {row.quantity}, {row.source} ({row.year})" for row in cited(item.source)]
    return {
        "name": item.dotted, "title": item.title, "section": item.section, "text": text, "unit": unit, "range": limits,
        "default": default, "lever": lever, "kind": item.source.kind, "source": KINDS[item.source.kind],
        "why": item.source.text, "evidence": rows,
    }  # fmt: skip


@cache
def rule_items() -> tuple[Item, ...]:
    """Every phase of a week with its rules in words, and the formulas they share; what has no words is left out."""
    return tuple(
        {"title": title, "when": when, "rules": [{"name": name, "text": text} for name, text in rules if text]}
        for title, when, rules in rule_texts()
    )


@cache
def measure_items() -> tuple[Item, ...]:
    """Every measure: of a run, headline ones first, then those that stand for causes; of a week; of a quarter."""
    return tuple(
        {"name": measure.name, "label": measure.label, "text": measure.doc, "unit": measure.unit,
         "better": BETTER[measure.better], "over": over}
        for over, measures in (EVERY_MEASURE | {"run": READINGS}).items()
        for measure in measures.values()
    )  # fmt: skip


@cache
def words() -> tuple[Item, ...]:
    """The glossary: word, meaning, unit; nothing where it was left out of the installation."""
    file = next(filter(Path.is_file, GLOSSARIES), None)
    return tuple(read_words(file.read_text(encoding="utf-8"))) if file else ()


def read_words(text: str) -> list[Item]:
    """Read the rows of the glossary's table."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if "|" in line]
    body = [row for row in rows[2:] if len(row) >= 2]
    return [{"name": row[0], "text": row[1].replace("`", ""), "unit": row[2] if len(row) > 2 else ""} for row in body]
