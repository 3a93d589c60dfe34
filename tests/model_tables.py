"""The generated tables of `docs/model.md` and `docs/imports.md`, from the registries the program itself runs on.

`python -m tests.model_tables` writes them anew between their markers; the words around them are written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from agents.machinery.rule import RULES, decisions_of
from agents.machinery.state import State
from agents.schedule import PHASES, in_words, writers
from sim.crm.vocabulary import CRMS, TABLES
from sim.engine.state import RECORDS
from sim.measures.words import BETTER
from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import DERIVED, MEASURES
from sim.scenario.parameters import by_name, sections
from sim.scenario.parameters.base import plain
from sim.ui.reference.contents import TIMES, on_or_off, parameter_cells, rule_texts
from tests.markdown import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from agents.machinery.record import Field
    from sim.scenario.measures import Measure

DOCUMENTS = (Path("docs/model.md"), Path("docs/imports.md"))
_MARKED = re.compile(r"(?P<open><!-- generated: (?P<name>[a-z]+) -->\n).*?(?P<close><!-- end of \2 -->)", re.DOTALL)
_NOT_SHOWN = ("clock",)


def refreshed(text: str) -> str:
    """Write every marked block of a document anew.

    Args:
        text: The document.

    Raises:
        InputError: A block names no table.
    """

    def block(match: re.Match[str]) -> str:
        name = match["name"]
        if name not in BLOCKS:
            raise InputError(f"there is no table {name} to generate{nearest(name, BLOCKS)}")
        return f"{match['open']}\n{BLOCKS[name]().strip()}\n\n{match['close']}"

    return _MARKED.sub(block, text)


def entities() -> str:
    """Every kind of agent and record, field by field."""
    written = writers()
    parts = []
    for record in RECORDS.values():
        if record.name in _NOT_SHOWN:
            continue
        rows = [
            (
                f"`{one.name}`",
                one.doc,
                one.unit,
                _bounds(one),
                plain(one.start),
                ", ".join(dict.fromkeys(phase.name for phase, _ in written.get((record.name, one.name), ()))),
            )
            for one in record
        ]
        head = ("field", "meaning", "unit", "range", "start", "written in phase")
        parts.append(f"#### `{record.name}`: {record.title}\n\n{table(head, rows)}")
    return "\n".join(parts)


def _bounds(one: Field) -> str:
    if one.low is None and one.high is None:
        return ""
    return f"{'' if one.low is None else f'{one.low:g}'} to {'' if one.high is None else f'{one.high:g}'}".strip()


def schedule() -> str:
    """The order of a week."""
    rows = [
        (number, phase.name, phase.title, phase.agent, TIMES[phase.when], ", ".join(f"`{n}`" for n in phase.rules))
        for number, phase in enumerate(PHASES, start=1)
    ]
    return table(("", "phase", "what happens", "agent", "when", "rules"), rows)


def writes() -> str:
    """Who writes what: fields of a record that the same rules write, with the phases of these rules."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for (array, name), by in writers().items():
        kinds = ", ".join(sorted({phase.agent for phase, _ in by}))
        found.setdefault((array, in_words(by), kinds), []).append(f"`{name}`")
    order = list(State._fields)
    rows = [
        (f"`{array}`", ", ".join(names), kinds, by)
        for (array, by, kinds), names in sorted(found.items(), key=lambda item: order.index(item[0][0]))
    ]
    return table(("record", "fields", "written by", "phase: rules"), rows)


def chance() -> str:
    """Every decision that is drawn, and the rules that draw it."""
    found: dict[str, list[str]] = {}
    for name, one in RULES.items():
        for decision in sorted(decisions_of(one)):
            found.setdefault(decision, []).append(f"`{name}`")
    return table(("decision", "drawn in"), [(name, ", ".join(found[name])) for name in sorted(found)])


def submodels() -> str:
    """What every rule does, phase by phase, in its own words, then the formulas they share."""
    lines = []
    for title, when, rules in rule_texts():
        lines.append(f"**{title}** ({when})\n" if when else f"**{title}**\n")
        lines += [f"- `{name}`: {text}{_place(name)}" for name, text in rules]
        lines.append("")
    return "\n".join(lines[:-1])


def _place(name: str) -> str:
    """Where a rule stands; nothing for a formula, whose name says it."""
    return f" (`{RULES[name].place}`)" if name in RULES else ""


def parameters() -> str:
    """Every number of a scenario but the switches, section by section."""
    parts = []
    for name, section in sections().items():
        if name != "mechanisms":
            rows = [parameter_cells(item) for item in section.parameters()]
            head = ("parameter", "meaning", "unit", "range", "default", "lever", "source")
            parts.append(f"#### `[{name}]`\n\n{table(head, rows)}")
    return "\n".join(parts)


def mechanisms() -> str:
    """Every switch, with the parameters that change nothing while it is off."""
    rows = []
    for item in sections()["mechanisms"].parameters():
        governed = ", ".join(f"`{name}`" for name in item.governs) or f"none: {item.alone}"
        rows.append((f"`{item.leaf}`", item.doc, on_or_off(item.default), governed))
    return table(("switch", "what it turns on", "default", "governs"), rows)


def measures() -> str:
    """Every headline measure."""
    return _measure_table(MEASURES)


def derived() -> str:
    """Every measure of a week that is made of fields of the weekly record."""
    return _measure_table(DERIVED)


def _measure_table(found: Mapping[str, Measure]) -> str:
    rows = [(f"`{one.name}`", one.doc, one.unit, BETTER[one.better]) for one in found.values()]
    return table(("measure", "definition", "unit", "better"), rows)


def sources() -> str:
    """How many parameters rest on evidence, on a derivation and on assumption, and how many are switches."""
    kinds = {
        "evidence": "the evidence table",
        "derived": "a derivation",
        "assumed": "assumption",
        "switch": "no source: a switch",
    }
    found = list(by_name().values())
    rows = [(text, sum(item.source.kind == kind for item in found)) for kind, text in kinds.items()]
    return table(("default rests on", "parameters"), [*rows, ("all", len(found))])


def exports() -> str:
    """Every field of an export, and what its column is called, table by table."""
    parts = []
    for name, known in TABLES.items():
        called = [(f"`{one.name}`", *one.standard.values()) for one in known]
        also = [(f"`{one.name}`", f"{one.doc}{'; needed' if one.required else ''}", ", ".join(one.others))
                for one in known]  # fmt: skip
        parts += [f"**{name}**\n", table(("field", "what it is", "also known as"), also)]
        parts.append(table(("field", *CRMS), called))
    return "\n".join(parts)


BLOCKS: dict[str, Callable[[], str]] = {
    one.__name__: one
    for one in (
        entities, schedule, writes, chance, submodels, sources, parameters, mechanisms, measures, derived, exports,
    )
}  # fmt: skip
"""Generated tables by the name in their marker."""


def names_in(text: str) -> Iterator[str]:
    """Names of the marked blocks of a document, in their order."""
    yield from (match["name"] for match in _MARKED.finditer(text))


def main() -> None:
    """Write the tables of the documents named, of all that have any by default, anew."""
    for file in map(Path, sys.argv[1:] or DOCUMENTS):
        file.write_text(refreshed(file.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
