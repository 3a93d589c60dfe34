"""From a TOML file to a table, and from a name in the table back to the line it stands on."""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import Problem, ScenarioError
from sim.scenario.size import ANY_FILE, SizeLimits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Spot = tuple[str | int, ...]  # ("structure", "n_reps") or ("interventions", 1, "week")
Lines = dict[Spot, int]

LARGEST_FILE = 2 * ANY_FILE.text  # bytes; a letter of a name may take more than one

_PART = r"""(?:"(?:\\.|[^"\\])*"|'[^']*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_NAME})\s*\]")
_KEY = re.compile(rf"\s*({_NAME})\s*=(.*)", re.DOTALL)
# A quote that nothing closes takes the rest of its line, or looking for its end again and again would take forever.
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"?|\'[^\']*\'?|#.*|[\[\]{}]')
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def read_text(path: Path) -> str:
    """Read a scenario file; ScenarioError if the path is no readable, non-empty UTF-8 text file of at most 64 MB."""
    try:
        if path.is_dir():
            _refuse(path, "it is a folder; give a scenario file, such as mine.toml")
        if not path.is_file():
            _refuse(path, "it is not an ordinary file" if path.exists() else "there is no such file")
        size = path.stat().st_size
        if size > LARGEST_FILE:
            _refuse(path, f"it has {size:,} bytes; a scenario has at most {LARGEST_FILE:,}")
        return decode(path.read_bytes(), str(path))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ScenarioError(Problem(f"it cannot be read ({reason})", str(path))) from error


def _refuse(path: Path | str, why: str) -> None:
    raise ScenarioError(Problem(why, str(path)))


def decode(data: bytes, file: str) -> str:
    """Decode a scenario file, called so in messages; ScenarioError if it is no UTF-8 text, or nothing at all."""
    if not data.strip():
        _refuse(file, "it is empty; `flywheel new` writes a scenario to start from")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(file, "it is UTF-16 text; save it as UTF-8")
    if b"\0" in data:
        _refuse(file, "it is not a text file; a scenario is a TOML file in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(f"byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8", file, line=line)
        raise ScenarioError(problem) from error


def parse(text: str, file: str, limits: SizeLimits = ANY_FILE) -> tuple[dict[str, Any], Lines]:
    """Read TOML, called `file` in messages, and find the line of every name in it.

    ScenarioError if it is not TOML, a key stands there twice, or it is larger than the limits.
    """
    limits.check_text(text, file)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        table, lines = tomllib.loads(text), locate(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(_syntax_problem(error, text, file)) from error
    limits.check_table(table, file)
    return table, lines


def _syntax_problem(error: Exception, text: str, file: str) -> Problem:
    message = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    at = _AT.search(message)
    line = int(at[1] or text.count("\n") + 1) if at else 0
    reason = _AT.sub("", message)
    spot: Spot = next((spot for spot, number in _names(text) if number == line), ())
    section, key = name_of(spot) if len(spot) > 1 else ("", "".join(map(str, spot)))
    if re.match(r"Cannot (overwrite|declare|mutate|redefine)|Duplicate", reason):
        return Problem("this name stands there twice; keep one", file, section, key, line)
    return Problem(f"this is not TOML: {reason[:1].lower()}{reason[1:]}", file, line=line)


def name_of(spot: Spot) -> tuple[str, str]:
    """Split a spot into section and key, as messages show them: ("interventions 2", "week").

    Rows of a list of tables are counted from 1. A lone name is taken for a section.
    """
    if not spot:
        return "", ""
    row = f" {spot[1] + 1}" if len(spot) > 1 and isinstance(spot[1], int) else ""
    rest = spot[2:] if row else spot[1:]
    key = "".join(f" {part + 1}" if isinstance(part, int) else f".{part}" for part in rest).lstrip(".")
    return f"{spot[0]}{row}", key


def locate(text: str) -> Lines:
    """Find the line, from 1, of every table header and key; works on broken TOML as far as it goes.

    Names inside an inline table or a list in one value are not found; their key is.
    """
    lines: Lines = {}
    for spot, number in _names(text):
        lines.setdefault(spot, number)
    return lines


def _names(text: str) -> Iterator[tuple[Spot, int]]:
    rows: dict[Spot, int] = {}
    table: Spot = ()
    depth, quote = 0, ""
    for number, line in enumerate(text.split("\n"), start=1):
        value = line
        if depth == 0 and not quote:
            if header := _HEADER.match(line):
                table = _open_table(_parts(header[2]), rows, is_row=header[1] == "[[")
                yield table, number
                continue
            if not (key := _KEY.match(line)):
                continue
            yield (*table, *_parts(key[1])), number
            value = key[2]
        depth, quote = _scan(value, depth, quote)


def line_of(spot: Spot, lines: Lines) -> int:
    """Give the line of a name, or of the nearest table around it; 0 when it is not in the file."""
    for end in range(len(spot), 0, -1):
        if spot[:end] in lines:
            return lines[spot[:end]]
    return 0


def _open_table(parts: Spot, rows: dict[Spot, int], *, is_row: bool) -> Spot:
    spot: Spot = ()
    for part in parts[:-1]:
        spot = (*spot, part)
        spot = (*spot, rows[spot]) if spot in rows else spot
    spot = (*spot, parts[-1])
    if is_row:
        rows[spot] = rows.get(spot, -1) + 1
        return (*spot, rows[spot])
    return spot


def _parts(name: str) -> Spot:
    return tuple(_unquote(part) for part in re.findall(_PART, name))


def _unquote(part: str) -> str:
    if part.startswith('"'):
        try:
            return str(json.loads(part))
        except ValueError:
            return part
    return part.strip("'")


def _scan(value: str, depth: int, quote: str) -> tuple[int, str]:
    """Follow brackets and long strings over one line; returns the depth and the open quote at its end."""
    start = 0
    while start < len(value):
        if quote:
            end = value.find(quote, start)
            if end < 0:
                return depth, quote
            start, quote = end + 3, ""
            continue
        token = _TOKEN.search(value, start)
        if not token:
            break
        start = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        depth = max(0, depth + (token[0] in "[{") - (token[0] in "]}"))
    return depth, quote
