"""What a sweep is asked from: a study file, and a table of cases.

A study is written down as TOML: which organization, what is varied, and how often it is run. A table of cases is a CSV
file: a column a parameter by its dotted name, a row a case.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios import list_scenarios, list_studies, study_path_of
from sim.scenario.checks import show
from sim.scenario.errors import InputError, Problem, ScenarioError, nearest
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import SECTION_NAMES, by_name, parameter
from sim.scenario.reading import line_of, parse, read_text
from sim.scenario.scenario import Scenario
from sim.scenario.settings import read_settings
from sim.studies.cases import AS_IS
from sim.studies.designs import DESIGNS, MOST_CASES, Design, Kind, listed_cases, make_design
from sim.studies.factors import MOST_LEVELS, factor, value_text
from sim.studies.plan import KEPT, StudyCase

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sim.scenario.parameters.base import Parameter, Value
    from sim.scenario.reading import Lines, Spot
    from sim.studies.factors import Factor


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


SAMPLED = ("latin", "sobol")
LEVELLED = ("factorial", "one-at-a-time")


class StudyFile(BaseModel):
    """The keys of a study file; each description completes "it must be ..."."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=False)

    scenario: str = Field(min_length=1, description="the name of a shipped scenario, or of a scenario file beside it")
    question: str = Field("", description="a sentence")
    settings: dict[str, Any] = Field({}, alias="set", description="a table of parameters and values, written [set]")
    design: Kind | None = Field(None, description=f"one of {', '.join(DESIGNS)}")
    samples: int | None = Field(None, ge=2, le=MOST_CASES, description=f"a whole number from 2 to {MOST_CASES:,}")
    levels: int | None = Field(None, ge=2, le=MOST_LEVELS, description=f"a whole number from 2 to {MOST_LEVELS:,}")
    seed: int | None = Field(None, ge=0, le=2**63 - 1, description="a whole number from 0, the key of the design")
    seeds: int | list[int] | None = Field(None, description="a whole number from 2, or a list of seeds from 0")
    precision: str | float | None = Field(None, description='a share of the mean of as_is from 0.01% to 100%, as "2%"')
    max_seeds: int | None = Field(None, ge=2, description="a whole number from 2")
    measure: str = Field("net_contribution", description="the name of the measure that decides")
    measures: list[str] | None = Field(None, min_length=1, description="a list of names of measures")
    weeks: int | None = Field(None, description="a whole number of weeks")
    from_start: bool = Field(default=False, description="true or false")
    keep: list[str] = Field([], description=f"a list of what is kept of each run, of {', '.join(KEPT)}")
    parameters: dict[str, Any] = Field({}, description="a table of parameters and their ranges, written [parameters]")
    cases: str | dict[str, dict[str, Any]] | None = Field(
        None, description="the name of a CSV file, or tables written [cases.NAME]"
    )


@dataclass(frozen=True)
class StudySpec:
    """A study file that has been read: everything a sweep needs."""

    name: str  # of the file, without its ending
    scenario: Scenario  # the organization, with what the file sets
    design: Design  # cases to try
    question: str  # what is asked; may be empty
    seeds: int | tuple[int, ...] | None  # as `sim.questions.sweep` takes them
    precision: str | float | None
    max_seeds: int | None
    measure: str
    measures: tuple[str, ...] | None
    weeks: int | None
    from_start: bool
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """The file, for messages."""

    file: str
    folder: Path
    lines: Lines

    def problem(self, text: str, *spot: str) -> Problem:
        """Say what is wrong at a key, such as ("parameters", "structure.n_reps")."""
        long: Spot = (*spot[:-1], *spot[-1].split("."))
        line = line_of(spot if spot in self.lines or len(spot) < 2 else long, self.lines)
        if not line:  # a table that is only named by what is in it
            line = min((number for place, number in self.lines.items() if place[:1] == spot[:1]), default=0)
        section, key = (".".join(spot[:-1]), spot[-1]) if len(spot) > 1 else ("", spot[0])
        return Problem(text, self.file, section, key, line)


def read_study(path: str | Path, settings: Sequence[str] = ()) -> StudySpec:
    """Read a shipped study by name, or a study file by path.

    Args:
        path: Name or path.
        settings: Further settings of the organization, `key=value`, after those of the file.

    Raises:
        InputError: Something in it is wrong; each problem is one sentence with file, line and key.
    """
    shipped = str(path) in list_studies()
    place = study_path_of(str(path)) if shipped else Path(path)
    if not place.suffix and not place.exists():
        raise InputError(f"there is no shipped study and no file {path}{nearest(str(path), list_studies())}")
    return study_of(read_text(place), place.name if shipped else str(path), place.parent, settings)


def study_of(text: str, file: str, folder: Path, settings: Sequence[str] = ()) -> StudySpec:
    """Read the text of a study file, called `file` in messages, beside the files it names; else as `read_study`."""
    table, lines = parse(text, file)
    source = _Source(file, folder, lines)
    try:
        raw = StudyFile.model_validate(table)
    except ValidationError as error:
        raise ScenarioError(list(_findings(error, table, source))) from None
    problems = [*_varied(raw, source), *_misplaced(raw, source), *_measures(raw, source)]
    scenario = _scenario(raw, source, problems)
    if scenario is None or problems:
        raise ScenarioError(problems)
    if settings:
        scenario = scenario.override(read_settings(settings), origin="--set")
    seeds = tuple(raw.seeds) if isinstance(raw.seeds, list) else raw.seeds
    return StudySpec(
        Path(file).stem, scenario, _design(raw, scenario, source), raw.question, seeds, raw.precision, raw.max_seeds,
        raw.measure, tuple(raw.measures) if raw.measures else None, raw.weeks, raw.from_start, tuple(raw.keep),
    )  # fmt: skip


def json_schema() -> dict[str, Any]:
    """Give the JSON schema of study files, for editors that complete and check TOML."""
    return StudyFile.model_json_schema()


def _findings(error: ValidationError, table: Mapping[str, Any], source: _Source) -> Iterator[Problem]:
    keys = {info.alias or name: info for name, info in StudyFile.model_fields.items()}
    done: set[str] = set()
    for item in error.errors(include_url=False):
        key = str(item["loc"][0])
        if key in done:
            continue
        done.add(key)
        if item["type"] == "extra_forbidden":
            yield source.problem(f'"{key}" is no key of a study{_home(key) or nearest(key, keys)}', key)
        elif item["type"] == "missing":
            yield source.problem(f"{key} is missing; it must be {keys[key].description}", key)
        else:
            text = f"{show(table[key])} is not allowed; it must be {keys[key].description}"
            yield source.problem(text + (nearest(str(table[key]), DESIGNS) if key == "design" else ""), key)


def _home(key: str) -> str:
    """Say where a parameter belongs that stands at the top."""
    if key.partition(".")[0] not in SECTION_NAMES:
        return ""
    return "; parameters that are varied stand in [parameters], those that are only set in [set]"


def _varied(raw: StudyFile, source: _Source) -> Iterator[Problem]:
    """Find that nothing is varied, or in two ways."""
    if raw.cases is not None:
        if raw.parameters:
            yield source.problem("a study has either cases or parameters with a design; remove one of them", "cases")
        for key in ("design", "samples", "levels", "seed"):
            if getattr(raw, key) is not None:
                yield source.problem("this has no meaning where cases are listed; remove it", key)
    elif not raw.parameters:
        yield source.problem("nothing is varied; add [parameters] with a design, or cases", "parameters")
    elif raw.design is None:
        yield source.problem(f"it is missing; it must be one of {', '.join(DESIGNS)}", "design")


def _misplaced(raw: StudyFile, source: _Source) -> Iterator[Problem]:
    """Find keys that need or exclude another."""
    for key, designs in (("samples", SAMPLED), ("seed", SAMPLED), ("levels", LEVELLED)):
        if raw.design and raw.design not in designs and getattr(raw, key) is not None:
            text = f'this has no meaning for design = "{raw.design}"; it belongs to {" and ".join(designs)}'
            yield source.problem(text, key)
    if raw.design in SAMPLED and raw.samples is None and raw.cases is None:
        yield source.problem(f'it is missing; design = "{raw.design}" needs the number of its cases', "samples")
    if raw.precision is not None and raw.seeds is not None:
        yield source.problem("give either seeds or a precision; max_seeds limits what a precision may take", "seeds")
    if raw.precision is None and raw.max_seeds is not None:
        yield source.problem("this belongs to a precision; give one, or write seeds", "max_seeds")


def _measures(raw: StudyFile, source: _Source) -> Iterator[Problem]:
    for name in raw.measures or ():
        if name not in MEASURES:
            yield source.problem(f'there is no measure "{name}"{nearest(name, MEASURES)}', "measures")
    if raw.measure not in MEASURES:
        yield source.problem(f'there is no measure "{raw.measure}"{nearest(raw.measure, MEASURES)}', "measure")
    elif raw.measures and raw.measure not in raw.measures:
        yield source.problem(f"{raw.measure} decides, so it must be among the measures", "measures")
    for name in raw.keep:
        if name not in KEPT:
            yield source.problem(f'"{name}" cannot be kept; choose of {", ".join(KEPT)}', "keep")


def _scenario(raw: StudyFile, source: _Source, problems: list[Problem]) -> Scenario | None:
    """Load the scenario and set what the file sets; what is wrong is added to the problems."""
    shipped = raw.scenario in list_scenarios()
    beside = source.folder / raw.scenario
    if not shipped and not beside.suffix and not beside.exists():
        hint = nearest(raw.scenario, list_scenarios())
        problems.append(source.problem(f'there is no scenario and no file "{raw.scenario}"{hint}', "scenario"))
        return None
    try:
        scenario = Scenario.load(raw.scenario if shipped else beside)
        settings = dict(flat(raw.settings))
        if wrong := list(_changes(settings, source, "set")):
            problems.extend(wrong)
            return None
        return scenario.override(settings, origin=f"{source.file}, [set]") if settings else scenario
    except ScenarioError as error:
        problems.extend(error.problems)
        return None


def flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield dotted names and values, whether a file writes `"structure.n_reps"` or `structure.n_reps`."""
    for key, value in table.items():
        if key in SECTION_NAMES and isinstance(value, Mapping):
            yield from ((f"{key}.{leaf}", inner) for leaf, inner in value.items())
        else:
            yield key, value


def _changes(changes: Mapping[str, Any], source: _Source, *table: str) -> Iterator[Problem]:
    """Check names and values of parameters."""
    for dotted, value in changes.items():
        try:
            item = parameter(dotted)
        except InputError as error:
            yield source.problem(str(error), *table, dotted)
            continue
        if not item.allows(value):
            yield source.problem(f"{show(value)} is not allowed; it must be {item.allowed}", *table, dotted)


def _overnight(names: Sequence[str], source: _Source, *, from_start: bool, table: Sequence[str]) -> Iterator[Problem]:
    """Find what cannot change overnight where cases have no burn-in of their own."""
    for dotted in names:
        if dotted == "organization.weeks":
            yield source.problem("it must be the same in all cases; write weeks for the study", *table, dotted)
        elif parameter(dotted).when == "start" and not from_start:
            text = "it cannot change overnight; with from_start = true each case has a burn-in of its own"
            yield source.problem(text, *table, dotted)


def _design(raw: StudyFile, scenario: Scenario, source: _Source) -> Design:
    if isinstance(raw.cases, str):
        return listed_cases(scenario, read_case_file(source.folder / raw.cases))
    if raw.cases is not None:
        return listed_cases(scenario, _cases(raw, raw.cases, source))
    factors, seed = _factors(raw, scenario, source), raw.seed or 0
    return make_design(str(raw.design), scenario, factors, samples=raw.samples, levels=raw.levels, seed=seed)


def _factors(raw: StudyFile, scenario: Scenario, source: _Source) -> list[Factor]:
    factors, problems = [], []
    for dotted, given in flat(raw.parameters):
        try:
            factors.append(factor(scenario, dotted, given))
        except InputError as error:
            problems.append(source.problem(str(error).removeprefix(f"{dotted}: "), "parameters", dotted))
    names = [part.dotted for part in factors]
    problems += _overnight(names, source, from_start=raw.from_start, table=("parameters",))
    if problems:
        raise ScenarioError(problems)
    return factors


def _cases(raw: StudyFile, tables: Mapping[str, Mapping[str, Any]], source: _Source) -> list[StudyCase]:
    cases = [StudyCase(name, dict(flat(table))) for name, table in tables.items()]
    problems: list[Problem] = []
    for case in cases:
        table = ("cases", case.name)
        wrong = list(_changes(case.changes, source, *table))
        if case.name == AS_IS and case.changes:
            wrong.append(source.problem("this name is reserved for no change; choose another", *table))
        problems += wrong or _overnight(list(case.changes), source, from_start=raw.from_start, table=table)
    if problems:
        raise ScenarioError(problems)
    return cases
