"""A table of cases as a CSV file: a column a parameter by its dotted name, a row a case."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from sim.scenario.errors import InputError, nearest
from sim.scenario.parameters import by_name, parameter
from sim.studies.designs import MOST_CASES
from sim.studies.factors import value_text
from sim.studies.plan import StudyCase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sim.scenario.parameters.base import Parameter, Value

NAME = "case"  # column with the cases' names; without it they are numbered
LARGEST_FILE = 256 * 1024 * 1024  # bytes
_DELIMITERS = (",", ";", "\t")
_SHOWN = 20  # problems told at once


def read_case_file(path: Path) -> list[StudyCase]:
    """Read cases from a CSV file.

    An empty cell leaves the scenario's value. Columns are separated by commas, semicolons or tabs; decimals have a
    point. Empty lines are skipped.

    Raises:
        InputError: The file cannot be used; each problem is one sentence with its line.
    """
    rows = _rows(_text(path), path)
    first = next(rows, None)
    if first is None:
        raise InputError(f"{path}: it is empty; the first line names the parameters, each further line is a case")
    columns = _columns(path, first[1])
    problems: list[str] = []
    cases: list[StudyCase] = []
    lines: dict[str, int] = {}
    for line, cells in rows:
        try:
            case = _case(columns, cells, len(cases) + 1)
            if case.name in lines:
                problems.append(f'{path}, line {line}: case "{case.name}" is there already, in line {lines[case.name]}')
            lines.setdefault(case.name, line)
            cases.append(case)
        except InputError as error:
            problems += [f"{path}, line {line}{text}" for text in str(error).split("\n")]
        if len(cases) > MOST_CASES:
            raise InputError(f"{path}: it has more than {MOST_CASES:,} cases")
    if problems:
        more = [f"{path}: and {len(problems) - _SHOWN} more problems"] if len(problems) > _SHOWN else []
        raise InputError("\n".join([*problems[:_SHOWN], *more]))
    if not cases:
        raise InputError(f"{path}: there is no case in it, only the names of the columns")
    return cases


def _text(path: Path) -> str:
    try:
        if path.is_dir():
            raise InputError(f"{path}: it is a folder; give a CSV file of cases")
        if not path.is_file():
            raise InputError(f"{path}: there is no such file")
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path}: a file of cases has at most {LARGEST_FILE / 2**20:.0f} MB")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: it cannot be read ({error.strerror or error})") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise InputError(f"{path}: it is no text in UTF-8; save it as CSV (UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = f"byte 0x{data[error.start]:02x}"
        raise InputError(f"{path}, line {line}: {byte} is not UTF-8; save it as UTF-8") from error


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of every row with something in it."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: this is not CSV ({error})") from error


def _columns(path: Path, names: list[str]) -> list[Parameter | None]:
    """Find the parameter of each column; None for that of the names."""
    allowed = (NAME, *by_name())
    problems = []
    for number, name in enumerate(names, start=1):
        if not name:
            problems.append(f"{path}: column {number} has no name; name a parameter, or remove the column")
        elif name not in allowed:
            problems.append(f'{path}: column {number}, "{name}", is not a parameter{nearest(name, allowed)}')
        elif name in names[: number - 1]:
            problems.append(f'{path}: column {number}, "{name}", is there twice; keep one')
    if problems:
        raise InputError("\n".join(problems))
    if set(names) == {NAME}:
        raise InputError(f"{path}: no column names a parameter, such as structure.product_specialists")
    return [None if name == NAME else parameter(name) for name in names]


def _case(columns: list[Parameter | None], cells: list[str], number: int) -> StudyCase:
    """Make a case of a row; problems begin with what comes after the line's number."""
    if len(cells) > len(columns):
        raise InputError(f": it has {len(cells)} cells for {len(columns)} columns")
    name, changes, problems = f"case {number}", {}, []
    for item, cell in zip(columns, cells, strict=False):
        try:
            if cell and item:
                changes[item.dotted] = _value(item, cell)
            elif cell:
                name = cell
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError("\n".join(problems))
    return StudyCase(name, changes)


def _value(item: Parameter, cell: str) -> Value:
    try:
        value = _whole(cell) if item.type is int else item.parse(cell)
    except InputError:
        value = cell
    if item.allows(value):
        return value
    hint = "; write decimals with a point" if item.type is float and "," in cell else ""
    raise InputError(f": {item.dotted} = {value_text(cell)} is not allowed; it must be {item.allowed}{hint}")


def _whole(cell: str) -> Value:
    """Read a whole number, also written as 12.0, which is how tables with gaps write them."""
    try:
        number = float(cell)
        return int(number) if number.is_integer() else cell
    except (ValueError, OverflowError):
        return cell
