"""From a TOML file to a lesson: everything that is wrong is told with file, line and reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from scenarios import lesson_path_of, list_lessons, list_scenarios
from sim.questions.lesson.checks import check
from sim.questions.lesson.schema import ROOMS, Act, AnswerOption, Chapter, LessonFile, LessonTable, Measured, Prediction
from sim.questions.sweep.study_file import flat
from sim.scenario.checks import show
from sim.scenario.errors import InputError, Problem, ScenarioError, nearest
from sim.scenario.reading import line_of, parse, read_text
from sim.scenario.scenario import Scenario
from sim.scenario.seeds import longest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.scenario.reading import Lines, Spot

FOLDER = "FLYWHEEL_LESSONS"
"""Variable of the environment with a folder of lessons of one's own, which `flywheel app --lessons` sets."""

PLAIN_NAME = re.compile(r"[\w-][\w .-]*")
"""A file beside the lesson, and nowhere else."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson that can be played."""

    name: str  # its file's name without the ending
    file: str  # where it was read, for people
    spec: LessonFile  # what the file says
    folder: Path  # where scenario files it names lie
    spans: tuple[tuple[int, int], ...]  # first week and end of each chapter [weeks of the run]
    scenarios: dict[str, Scenario] = field(repr=False)  # by the name the file gives; "" is the one it begins with


@dataclass(frozen=True, slots=True)
class Broken:
    """A lesson that cannot be played: its file, and what is wrong in it, one sentence a line."""

    file: str
    problem: str


def is_lesson(name_or_path: str | Path) -> bool:
    """Whether this is a shipped lesson, or a file meant as one: it has chapters, even if something in it is broken."""
    name = str(name_or_path)
    if name in list_lessons():
        return True
    try:
        return re.search(r"^\s*\[\[?\s*chapters\b", read_text(Path(name)), re.MULTILINE) is not None
    except ScenarioError:
        return False


def read_lesson(name_or_path: str | Path) -> Lesson:
    """Read a shipped lesson by name, or a file by path; InputError tells all that is wrong together."""
    name = str(name_or_path)
    if name in list_lessons():
        path = lesson_path_of(name)
        return lesson_of(read_text(path), path.name, path.parent)
    path = Path(name_or_path)
    if not path.suffix and not path.exists():
        raise InputError(f"there is no shipped lesson and no file {name}{nearest(name, list_lessons())}")
    return lesson_of(read_text(path), name, path.parent)


def lessons_in(folder: Path | None = None) -> list[Lesson | Broken]:
    """Read the lessons of a folder, by default the shipped ones, in order, broken ones as such; InputError for none."""
    if folder is None:
        paths = [lesson_path_of(name) for name in list_lessons()]
    elif folder.is_dir():
        paths = sorted(folder.glob("*.toml"))
    else:
        raise InputError(f"{folder} is no folder; --lessons wants a folder with lesson files (*.toml)")
    return [_known(path, path.stat().st_mtime_ns) for path in paths]


@lru_cache(maxsize=256)
def _known(path: Path, _changed: int) -> Lesson | Broken:
    """A file as it was when it was last changed."""
    try:
        return lesson_of(read_text(path), path.name, path.parent)
    except InputError as error:
        return Broken(path.name, str(error))


def lesson_of(text: str, file: str, folder: Path) -> Lesson:
    """Read a lesson's TOML, called `file`, and scenarios of the folder; ScenarioError tells all that is wrong."""
    table, lines = parse(text, file)
    try:
        spec = LessonFile.model_validate(table)
    except ValidationError as error:
        problems = [_problem(spot, text, file, lines) for spot, text in _findings(error)]
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line)) from None
    findings = list(check(spec))
    scenarios: dict[str, Scenario] = {}
    findings += _load(spec, folder, scenarios)
    if not findings:
        findings += _acts(spec, scenarios)
    if findings:
        problems = [_problem(spot, text, file, lines) for spot, text in findings]
        raise ScenarioError(sorted(problems, key=lambda problem: problem.line))
    return Lesson(Path(file).stem, file, spec, folder, tuple(spec.spans()), scenarios)


def fields_of(act: Act, week: int) -> dict[str, Any]:
    """An act as a scenario's [[interventions]] table, for a week."""
    own = act.model_dump(exclude_defaults=True, exclude={"branch", "weeks", "reset", "fork", "begin", "close"})
    return {"week": week, **own, **({"until": week + act.weeks} if act.weeks else {})}


def _problem(spot: Spot, text: str, file: str, lines: Lines) -> Problem:
    """A finding with its line; places are counted from 1, as people do."""
    parts = [f"{part + 1}" if isinstance(part, int) else str(part) for part in spot]
    key = parts.pop() if len(parts) > 1 and not isinstance(spot[-1], int) else ""
    if len(spot) == 1:
        return Problem(text, file, "", str(spot[0]), line_of(spot, lines))
    return Problem(text, file, " ".join(parts), key, line_of(spot, lines))


def _findings(error: ValidationError) -> Iterator[tuple[Spot, str]]:
    """What pydantic found, once for each place."""
    done: set[Spot] = set()
    for item in error.errors(include_url=False):
        spot, model = _place(item["loc"])
        if spot in done:
            continue
        done.add(spot)
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        key = next(str(part) for part in reversed(spot) if isinstance(part, str))
        if item["type"] == "extra_forbidden":
            yield spot, f"{show(key)} is no key {_HOMES[model]}{nearest(key, fields)}"
            continue
        wanted = f"; it must be {fields[key].description}" if key in fields else ""
        yield spot, ("it is missing" if item["type"] == "missing" else f"{show(item['input'])} is not allowed") + wanted


def _place(loc: Spot) -> tuple[Spot, type[LessonTable]]:
    """Follow a place down to its key, dropping what pydantic adds behind it; and the model that has the key."""
    spot: list[str | int] = []
    model: type[LessonTable] = LessonFile
    rest = list(loc)
    while rest:
        key = rest.pop(0)
        spot.append(key)
        inner = ROOMS.get(str(key))
        if inner is None:
            break
        if rest and key != "prediction":
            spot.append(rest.pop(0))
        model = inner if rest else model
    return tuple(spot), model


_HOMES: dict[type[LessonTable], str] = {
    LessonFile: "of a lesson",
    Chapter: "of a chapter",
    Act: "of an act",
    Measured: "of something measured",
    Prediction: "of a prediction",
    AnswerOption: "of an option",
}


def _load(spec: LessonFile, folder: Path, scenarios: dict[str, Scenario]) -> Iterator[tuple[Spot, str]]:
    """Load what the lesson runs; yield what cannot be loaded."""
    wanted: list[tuple[Spot, str]] = [(("scenario",), spec.scenario)]
    for c, chapter in enumerate(spec.chapters):
        wanted += [(("chapters", c, "acts", a, "begin"), act.begin) for a, act in enumerate(chapter.acts) if act.begin]
    for spot, name in wanted:
        if name in scenarios:
            continue
        beside = folder / name
        try:
            if name not in list_scenarios() and not (PLAIN_NAME.fullmatch(name) and beside.is_file()):
                hint = nearest(name, list_scenarios())
                yield spot, f"there is no shipped scenario and no file {show(name)} beside the lesson{hint}"
                continue
            scenarios[name] = Scenario.load(name if name in list_scenarios() else beside)
        except InputError as error:
            yield spot, f"{name} cannot be used: {error}"
    if spec.scenario in scenarios:
        try:
            scenarios[""] = scenarios[spec.scenario].override(dict(flat(spec.settings)), origin="[set]")
        except ScenarioError as error:
            yield ("set",), "; ".join(problem.text for problem in error.problems)


def _acts(spec: LessonFile, scenarios: Mapping[str, Scenario]) -> Iterator[tuple[Spot, str]]:
    """Check levers and events as interventions of a scenario are checked."""
    spots: list[Spot] = []
    tables: list[dict[str, Any]] = []
    for c, (chapter, (week, _)) in enumerate(zip(spec.chapters, spec.spans(), strict=True)):
        for a, act in enumerate(chapter.acts):
            if act.parameter or act.event:
                spots.append(("chapters", c, "acts", a))
                tables.append(fields_of(act, week))
    base = scenarios[""].override({"organization.weeks": longest()})
    try:
        base.with_interventions(tables)
    except ScenarioError as error:
        for problem in error.problems:
            row = re.fullmatch(r"interventions (\d+)", problem.section)
            place = int(row[1]) - 1 - len(base.interventions) if row else -1
            spot = spots[place] if 0 <= place < len(spots) else ("chapters",)
            key = "weeks" if problem.key == "until" else problem.key
            yield ((*spot, key) if key else spot), problem.text
