"""Loops of stages: the three flywheels, and any other that a small file names.

A stage is a few fields of the state that stand for one thing. The first is its measure; the others go along with it.
Stage n acts on stage n + 1, the last on the first, through whatever rules there are in between.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from agents.machinery.rule import HELPERS, RULES
from agents.machinery.state import State, values_of
from scenarios import list_loops, loop_path_of
from sim.engine.links import LinkedProgram, linked_program, linked_reads
from sim.engine.state import RECORDS, open_rows
from sim.scenario.errors import InputError, nearest, repeated

Link = tuple[str, str]

ARRAYS = ("opportunities", "buyers", "reps", "managers", "specialists", "org")
"""Arrays whose fields can be stages."""


_BOOKED_WITH_THE_REP = ("booked", "renewed", "churned")
"""Fields that accounts had once, and that stand in files of loops."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a loop."""

    name: str  # in a word or two
    fields: tuple[Link, ...]  # array and field of what it consists of, its measure first
    column: str = ""  # weekly measure that shows it as an index; "" for none


@dataclass(frozen=True, slots=True)
class Loop:
    """A ring of stages."""

    name: str  # what it is called on the command line
    title: str  # in words
    stages: tuple[Stage, ...]  # at least two, in their order
    good: bool = True  # whether more is good; a vicious circle is measured by what is good in it, so less is worse

    @property
    def links(self) -> tuple[Link, ...]:
        """All fields, each once."""
        return tuple(dict.fromkeys(link for stage in self.stages for link in stage.fields))

    def number(self, name: str) -> int:
        """Place of a stage by its name, from 0; InputError if there is no such stage."""
        names = [stage.name for stage in self.stages]
        if name not in names:
            raise InputError(f"the loop {self.name} has no stage {name}{nearest(name, names)}")
        return names.index(name)


def _stage(name: str, fields: str, column: str = "") -> Stage:
    return Stage(name, tuple((part.split(".")[0], part.split(".")[1]) for part in fields.split()), column)


_CAPABILITY = "reps.conversation_power reps.capability_driving reps.capability_pipeline reps.capability_growth"
_METHOD = "reps.method_conversation reps.method_driving reps.method_pipeline reps.method_growth"

LOOPS: dict[str, Loop] = {
    "sales": Loop(
        "sales",
        "The sales flywheel",
        (
            _stage("capability", _CAPABILITY, "capability"),
            _stage("experience", "opportunities.experience opportunities.insight", "experience"),
            _stage("access", "opportunities.access", "access"),
            _stage("preference", "opportunities.preference", "preference"),
            _stage("results", "reps.booked reps.renewed buyers.satisfaction", "results"),
        ),
    ),
    "leader": Loop(
        "leader",
        "The leader's flywheel",
        (
            _stage("vision believed", "org.vision_credibility", "vision_credibility"),
            _stage("goals understood", "reps.goal_clarity", "goal_clarity"),
            _stage("new behaviour", _METHOD, "method"),
            _stage("potential in use", _CAPABILITY, "capability"),
            _stage("growth", "reps.booked", "bookings"),
        ),
    ),
    "evil": Loop(
        "evil",
        "The evil flywheel",
        (
            _stage("right picture", "managers.understanding", "understanding"),
            _stage("target", "reps.quota", "target_gap"),
            _stage("attainment", "reps.attainment managers.attainment", "attainment"),
            _stage("trust", "reps.rep_trust", "rep_trust"),
            _stage("honest reports", "reps.honesty", "honesty"),
            _stage("control", "managers.prescriptiveness", "prescriptiveness"),
            _stage("coordination", "reps.hours_coordination reps.hours_inspection", "hours_coordination"),
            _stage("customer time", "reps.hours_opportunities", "hours_opportunities"),
        ),
        good=False,
    ),
}
"""The three flywheels. Overlays come in whole people, so the evil one is cut where their hours are felt."""

_OTHERS = (
    "opportunities.consensus opportunities.effort buyers.buyer_trust buyers.intimacy buyers.referral reps.motivation "
    "reps.energy reps.adherence reps.closing reps.hours_prospecting reps.hours_growth reps.hours_training "
    "reps.hours_coaching reps.account_care reps.follow_through managers.adoption managers.belief org.icp_clarity "
    "org.playbook org.revenue_rate org.training_afforded"
)
"""Further fields that loops of one's own may use without being compiled anew."""


@cache
def usual_groups() -> tuple[frozenset[Link], ...]:
    """Links of the program everybody shares, by what goes along with each other."""
    own = [frozenset(stage.fields) for loop in LOOPS.values() for stage in loop.stages]
    whole = [group for group in dict.fromkeys(own) if not any(group < other for other in own)]
    return (*whole, *(frozenset(_stage("", part).fields) for part in _OTHERS.split()))


def program_of(loop: Loop) -> LinkedProgram:
    """Give the program that can turn this loop's links: the usual one, or one of its own."""
    groups = tuple(frozenset(stage.fields) for stage in loop.stages)
    if all(any(group <= usual for usual in usual_groups()) for group in groups):
        return linked_program(usual_groups())
    return linked_program(tuple(dict.fromkeys(groups)))


def find_loop(name: str) -> Loop:
    """Give a loop by its name, or read it from a file; InputError if there is none."""
    if name in LOOPS:
        return LOOPS[name]
    path = loop_path_of(name) if name in list_loops() else Path(name)
    if path.suffix != ".toml" and not path.exists():
        names = [*LOOPS, *list_loops()]
        raise InputError(f"there is no loop {name}{nearest(name, names)}, or give a TOML file with stages of your own")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise InputError(f"the loop {name} cannot be read: {reason}") from error
    return read_loop(text, name)


def read_loop(text: str, origin: str) -> Loop:
    """Read a loop from TOML: `name`, `title`, and `[[stages]]` with `name`, `fields` and perhaps `measure`.

    InputError, which calls it by its origin, if it is no TOML, a key is unknown or missing, or a stage is no stage.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"the loop {origin} is no valid TOML: {error}") from error
    _check_keys(data, ("name", "title", "stages"), origin)
    tables = data.get("stages")
    if not isinstance(tables, list) or len(tables) < 2 or not all(isinstance(table, dict) for table in tables):
        raise InputError(f"the loop {origin} needs at least two [[stages]], each with a name and fields")
    stages = tuple(_read_stage(table, f"{origin}, stage {n}") for n, table in enumerate(tables, start=1))
    if twice := repeated(stage.name for stage in stages):
        raise InputError(f"the loop {origin} has two stages named {twice}; give each a name of its own")
    name = str(data.get("name") or Path(origin).stem)
    return Loop(name, str(data.get("title") or name), stages)


def _check_keys(table: dict[str, Any], allowed: tuple[str, ...], where: str) -> None:
    for key in table:
        if key not in allowed:
            raise InputError(f"{where}: there is no key {key}{nearest(key, allowed)}")


def _read_stage(table: dict[str, Any], where: str) -> Stage:
    _check_keys(table, ("name", "fields", "measure"), where)
    name, fields, column = table.get("name"), table.get("fields"), table.get("measure", "")
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"{where}: a stage needs a name")
    if not isinstance(fields, list) or not fields or not all(isinstance(text, str) for text in fields):
        raise InputError(f'{where}: fields must be a list of names such as "reps.rep_trust"')
    columns = RECORDS["weekly"].dtype.names or ()
    if column and column not in columns:
        raise InputError(f"{where}: there is no weekly measure {column}{nearest(str(column), columns)}")
    return Stage(name.strip(), tuple(_read_field(text, where) for text in fields), str(column))


def _read_field(text: str, where: str) -> Link:
    array, _, name = text.partition(".")
    if array not in ARRAYS:
        raise InputError(f"{where}: {text} is no field; its array must be one of {', '.join(ARRAYS)}")
    record = {field.name: field for field in RECORDS[array]}
    if array == "buyers" and name in _BOOKED_WITH_THE_REP:
        raise InputError(f"{where}: {text} is booked with the rep; write reps.{name}")
    if name not in record:
        raise InputError(f"{where}: {array} have no field {name}{nearest(name, record)}")
    if record[name].kind != "f8":
        raise InputError(f"{where}: {text} is counted or coded, and a stage must be a quantity that can be 5% more")
    if not is_passed_on((array, name)):
        raise InputError(f"{where}: no rule makes anything of {text}, so it cannot pass anything on")
    return array, name


@cache
def is_passed_on(link: Link) -> bool:
    """Whether some rule makes something else of a field than a measure."""
    functions = [*(rule.function for rule in RULES.values()), *HELPERS.values()]
    for function in functions:
        plain = getattr(function, "py_func", function)
        if {link[1], "literal_unroll"} & {*plain.__code__.co_names} and linked_reads(plain, (frozenset({link}),)):
            return True
    return False


FLOWS = frozenset({"booked", "renewed", "churned"})
"""Fields that are orders of one week: their level is the sum of the last quarter."""

_CUSTOMERS = frozenset({"satisfaction"})
"""Fields of accounts that mean something for customers only."""


def levels_of(state: State, links: Sequence[Link]) -> list[float]:
    """Levels of some fields now, in their units; 0 where there is nobody. [links].

    Means are over what is alive: open opportunities, filled seats, front-line managers, working specialists, all
    accounts (customers for satisfaction). Orders and installed value are sums.
    """
    alive: dict[str, Any] = {}
    levels = []
    for array, name in links:
        values = values_of(state, RECORDS[array], name)
        if name in FLOWS or name == "installed_value":
            levels.append(float(values.sum()))
            continue
        group = array if name not in _CUSTOMERS else "customers"
        if group not in alive:
            alive[group] = _alive(state, group)
        counted = values if alive[group] is None else values[alive[group]]
        # What `mean` does, without its checks: this runs every week of every twin.
        levels.append(float(np.add.reduce(counted)) / len(counted) if len(counted) else 0.0)
    return levels


def _alive(state: State, group: str) -> Any:
    """Rows that count, None for all."""
    if group == "opportunities":
        return open_rows(state)
    if group in ("reps", "specialists"):
        return np.flatnonzero(getattr(state, group)["active"] == 1)
    if group == "managers":
        return np.flatnonzero(state.managers["level"] == 1)
    return np.flatnonzero(state.customer_lines > 0) if group == "customers" else None
