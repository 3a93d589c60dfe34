"""Findings as files: one for each pattern, so that single patterns can be run again and the page made without a run."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.engine.digest import model_digest, program
from sim.scenario.errors import InputError
from tests.patterns.making.pattern import Finding, Number, Robustness

if TYPE_CHECKING:
    from pathlib import Path

    from tests.patterns.making.pattern import Effort, Pattern

FOLDER = "validation"
"""Folder of the files and figures, beside the page."""

_SHARED = "tests.patterns.making.paired"  # imported when a digest is asked for: reading a finding needs none of it
_DIGITS = 6
_SHOWN = 12  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Stored:
    """A finding with how it came about.

    Attributes:
        finding: What was found.
        digest: Of the model and of the test, when it was run.
        seeds, draws, draw_seeds: The effort that was asked for.
        seconds: How long it took.
        versions: Version by program.
    """

    finding: Finding
    digest: str
    seeds: int
    draws: int
    draw_seeds: int
    seconds: float
    versions: dict[str, str]


def stored(finding: Finding, pattern: Pattern, effort: Effort, seconds: float, versions: dict[str, str]) -> Stored:
    """Put a finding together with how it came about."""
    return Stored(
        finding, digest_of(pattern), effort.seeds, effort.draws, effort.draw_seeds, round(seconds, 1), dict(versions)
    )


def digest_of(pattern: Pattern) -> str:
    """Hash what a pattern's result depends on: rules, schedule, scenarios, files, its test and what the test names.

    Docstrings, comments and layout do not count, and neither do functions named `_figure...`.

    Returns:
        12 hexadecimal digits.
    """
    content = hashlib.sha256(model_digest(pattern.scenarios).encode())
    for name in dict.fromkeys((_SHARED, pattern.module, *pattern.modules)):
        content.update(program(inspect.getsource(import_module(name))).encode())
    for file in pattern.files:
        content.update(_measured(file) if file.suffix == ".json" else file.read_bytes())
    return content.hexdigest()[:_SHOWN]


def _measured(file: Path) -> bytes:
    """What a file of measured numbers says but for the hash of the rules, which count anyway."""
    found = json.loads(file.read_text("utf-8"))
    return json.dumps({name: value for name, value in found.items() if name != "model"}).encode()


def write(folder: Path, one: Stored) -> Path:
    """Write a finding's file into the folder of the page, and say where."""
    place = folder / FOLDER
    place.mkdir(parents=True, exist_ok=True)
    file = place / f"{one.finding.pattern}.json"
    file.write_text(json.dumps(_plain(one), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def read(folder: Path, name: str) -> Stored | None:
    """Read a pattern's file from the folder of the page; None if there is none.

    Raises:
        InputError: The file is not one of ours.
    """
    file = folder / FOLDER / f"{name}.json"
    if not file.exists():
        return None
    try:
        return _stored(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise InputError(
            f"{file} cannot be read as a stored finding; run: flywheel validate --pattern {name}"
        ) from error


def _plain(one: Stored) -> dict[str, Any]:
    """Lay out for JSON: what is no number is null, numbers have six digits."""
    finding = one.finding
    table = None if finding.table is None else {str(name): _column(finding.table[name]) for name in finding.table}
    head = {name: getattr(finding, name) for name in ("pattern", "verdict", "sentence", "tried", "where")}
    numbers = [{name: _value(value) for name, value in asdict(number).items()} for number in finding.numbers]
    robust = finding.robustness
    made = {name: getattr(one, name) for name in ("digest", "seeds", "draws", "draw_seeds", "seconds", "versions")}
    known = None if robust is None else {name: _value(value) for name, value in asdict(robust).items()}
    return {**head, "numbers": numbers, "robustness": known, "made": made, "table": table}


def _column(values: pd.Series[Any]) -> list[Any]:
    return [_value(value) for value in values.tolist()]


def _value(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value
    number = float(value)
    return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else None


def _stored(text: dict[str, Any]) -> Stored:
    numbers = tuple(Number(**{**one, "value": _number(one["value"])}) for one in text["numbers"])
    robust = None if text["robustness"] is None else Robustness(**text["robustness"])
    table = None if text["table"] is None else _frame(text["table"])
    finding = Finding(
        text["pattern"], text["verdict"], text["sentence"], numbers, text["tried"], table, text["where"], robust
    )
    made = {one.name: text["made"][one.name] for one in fields(Stored) if one.name != "finding"}
    return Stored(finding, **made)


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _frame(columns: dict[str, list[Any]]) -> pd.DataFrame:
    """Make the table; columns of numbers with gaps get back what is no number."""
    frame = pd.DataFrame(columns)
    for name in frame:
        if frame[name].dtype == object and not any(isinstance(value, str) for value in columns[str(name)]):
            frame[name] = frame[name].astype(float)
    return frame
