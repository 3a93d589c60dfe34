"""Questions as data: what each takes, made from what its command declares, and asked from Python.

A command's parameters are the one declaration; the command line, files for `flywheel ask`, models with their JSON
schema, and `sim.ask` are made from it.
"""

from __future__ import annotations

import errno
import inspect
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

import typer

from sim.cli.calibrate import calibrate
from sim.cli.capacity import capacity
from sim.cli.compare import compare
from sim.cli.console import STOPPED, TAKEN
from sim.cli.discover import discover
from sim.cli.invest import invest
from sim.cli.options import MODEL, WORDS
from sim.cli.pilot import pilot
from sim.cli.retention import retention
from sim.cli.run import run
from sim.cli.sensitivity import sensitivity
from sim.cli.sweep import sweep
from sim.cli.wheel import wheel
from sim.cli.why import why
from sim.scenario.errors import InputError, nearest, plain_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pydantic

    from sim.answers.analysis import Analysis
    from sim.scenario.scenario import Scenario

_ASKED: tuple[Any, ...] = (
    run, compare, capacity, retention, pilot, sweep, sensitivity, discover, invest, calibrate, why, wheel,
)  # fmt: skip
COMMANDS = {one.__name__: one for one in _ASKED}
"""Commands that ask something of runs, by name."""

QUESTIONS = tuple(COMMANDS)

EFFORT = (
    "seeds", "precision", "max_seeds", "workers", "worlds", "samples", "points", "trajectories", "evaluations", "fresh",
    "particles", "populations", "runs", "executor", "cluster", "store", "report",
)  # fmt: skip
"""What a question takes that says how much is run and where, and not what is asked."""

_GIVEN = "scenario.toml"
"""What a scenario given as such is called, in the command that repeats an answer too."""

_MEDIUM = ("out", "json", "plan", "core_hour", "schema")
"""What a command takes that says where an answer goes, or asks for something else than an answer."""


def models() -> dict[str, type[pydantic.BaseModel]]:
    """Give the model of every question by its name."""
    return {name: model_of(name) for name in QUESTIONS}


@cache
def model_of(question: str) -> type[pydantic.BaseModel]:
    """Make the model of a question: a field for each thing it takes, with its meaning.

    Raises:
        InputError: There is no such question.
    """
    import pydantic  # noqa: PLC0415 - the command line does without

    asked = command_of(question)
    fields: dict[str, Any] = {}
    hints = get_type_hints(asked, include_extras=True)
    for name, parameter in inspect.signature(asked).parameters.items():
        kind, info = get_args(hints[name])[:2]
        if (written := _written(name, info)) in _MEDIUM:
            continue
        given = ... if parameter.default is inspect.Parameter.empty else parameter.default
        usual = info.show_default if isinstance(info.show_default, str) else ""
        extra: dict[str, Any] = {
            "changes": "effort" if written in EFFORT else "answer", "written": info.metavar or "", "usual": usual,
        }  # fmt: skip
        field = pydantic.Field(
            given, description=_meaning(info), json_schema_extra=extra, ge=getattr(info, "least", None),
            le=getattr(info, "most", None),
        )  # fmt: skip
        fields[written] = (_plain(kind), field)
    doc = inspect.getdoc(asked) or ""
    made: type[pydantic.BaseModel] = pydantic.create_model(
        question.title(), __config__=pydantic.ConfigDict(extra="forbid", strict=True),
        __doc__=doc.partition("\n\nFor example")[0], **fields,
    )  # fmt: skip
    return made


def command_of(question: str) -> Any:
    """Give the function of a question's command; InputError if there is none."""
    if question not in QUESTIONS:
        raise InputError(f'question = "{question}": there is no such question{nearest(str(question), QUESTIONS)}')
    return COMMANDS[question]


@cache
def question_group() -> Any:
    """The questions as a command line of their own."""
    group = typer.Typer()
    for one in _ASKED:
        group.command()(one)
    return typer.main.get_command(group)


def schema_of(question: str) -> dict[str, Any]:
    """Give the JSON schema of a question; InputError if there is none."""
    return model_of(question).model_json_schema()


def ask(question: str, scenario: Scenario | str | None = None, *, model: type | None = None, **fields: Any) -> Analysis:
    """Ask a question from Python, as its command would be asked.

    Args:
        question: Such as `compare`; `flywheel schema QUESTION` prints what it takes.
        scenario: The organization, or its name or path; what takes no scenario is given by its name among the fields.
        model: Rules of one's own by which it is run, a class derived from `sim.SalesOrg`.
        **fields: What it takes, by the names of the command's options with _ for -; a list for what may be repeated.

    Returns:
        The answer: `answer` and `notes` in sentences, `tables`, `json()`, and `write(folder)`.

    Raises:
        InputError: There is no such question, or it does not take what is given.
        KeyboardInterrupt: It was stopped before there was anything to say.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415 - the command line loads it where it needs it

    with tempfile.TemporaryDirectory(prefix="flywheel-") as folder:
        given = dict(fields)
        if isinstance(scenario, Scenario):
            model = model or (scenario.rules.at_hand if scenario.rules else None)
            file = Path(folder) / _GIVEN
            file.write_text(scenario.to_toml(), encoding="utf-8")
            given["scenario"] = str(file)
        elif scenario is not None:
            given["scenario"] = scenario
        out = given.pop("out", None) or Path(folder) / "answer.json"
        checked = check(question, given)
        return _answer({"question": question, **checked, "out": str(out)}, model)


def check(question: str, given: dict[str, Any]) -> dict[str, Any]:
    """Hold what is given against a question's model and give what was set.

    Raises:
        InputError: Something is missing, unknown or of another kind; all of it is told.
    """
    if refused := refusals(question, given):
        raise InputError("; ".join(refused.values()))
    return model_of(question)(**given).model_dump(exclude_unset=True)


def refusals(question: str, given: dict[str, Any]) -> dict[str, str]:
    """Say what is wrong with what is given, a sentence for each field by its name; InputError as `command_of`."""
    import pydantic  # noqa: PLC0415 - as above

    known = model_of(str(question))
    refused: dict[str, str] = {}
    try:
        known(**given)
    except pydantic.ValidationError as error:
        for one in error.errors():
            name = str(one["loc"][0])
            refused.setdefault(name, _told(question, name, one, known))
    return refused


def _told(question: str, name: str, problem: Any, known: type[pydantic.BaseModel]) -> str:
    if problem["type"] == "extra_forbidden":
        return _unknown(question, name, known.model_fields)
    if problem["type"] == "missing":
        return f"{name} is missing: {str(known.model_fields[name].description).partition(' [')[0]}"
    for bound, words in (("ge", "at least"), ("le", "at most")):
        if bound in problem.get("ctx", {}):
            return f"{name} = {problem['input']!r} is not allowed; it must be {words} {problem['ctx'][bound]:,}"
    said = plain_kind(problem["msg"])
    return f"{name} = {problem['input']!r}: {said[:1].lower()}{said[1:]}"


def _unknown(question: str, name: str, known: Iterable[str]) -> str:
    listed = f"; it takes {', '.join(known)}"
    return f"{name}: {question} takes no such thing{nearest(name, known) or listed}"


def asked(request: dict[str, Any], model: type | None = None) -> tuple[Analysis | None, bool]:
    """Run the command a request stands for without a word; what it found, if anything, and whether it was stopped.

    Raises:
        InputError: The command refuses what it is given.
        KeyboardInterrupt: It was stopped before there was anything to say.
    """
    group = question_group()
    words = words_of(request)
    with _aside(words, model) as taken:
        try:
            code = group.main(args=words, prog_name="flywheel", standalone_mode=False)
        except OSError as error:
            if error.errno != errno.ENAMETOOLONG:
                raise
            raise InputError(f"{error.filename}: {error.strerror}") from error
    return (taken[-1] if taken else None), code == STOPPED


def _answer(request: dict[str, Any], model: type | None) -> Analysis:
    found, _ = asked(request, model)
    if found is None:
        raise KeyboardInterrupt
    return found


@contextmanager
def _aside(words: list[str], model: type | None) -> Iterator[list[Analysis]]:
    """Let a command run without a word, and keep the answers it writes."""
    taken: list[Analysis] = []
    told = (Path(word).name if word.endswith(f"/{_GIVEN}") else word for word in words)
    repeated = [word for word in told if not word.startswith(("--out=", "--workers="))]
    keep, rules, asked_with = TAKEN.set(taken), MODEL.set(model), WORDS.set(repeated)
    try:
        yield taken
    finally:
        TAKEN.reset(keep)
        MODEL.reset(rules)
        WORDS.reset(asked_with)


def _written(name: str, info: Any) -> str:
    """What a parameter is called: its flag with _ for -, or its own name."""
    given = (info.default, *(info.param_decls or ()))  # declared in an annotation, the first flag is the default
    flags = [flag for flag in given if isinstance(flag, str) and flag.startswith("--")]
    return (flags[0].partition("/")[0][2:] if flags else name.strip("_")).replace("-", "_")


def _meaning(info: Any) -> str:
    default = f" By default {info.show_default}." if isinstance(info.show_default, str) else ""
    metavar = f" [{info.metavar}]" if info.metavar else ""
    return f"{info.help}{default}{metavar}"


def _plain(kind: Any) -> Any:
    """The kind of a value as JSON has it: a path is a word, a number may be whole."""
    if kind is Path:
        return str
    if get_origin(kind) in (Union, UnionType):
        return Union[tuple(_plain(one) for one in get_args(kind))]  # noqa: UP007 - made of kinds that are data
    return kind if get_origin(kind) is not Annotated else _plain(get_args(kind)[0])


def words_of(request: dict[str, Any]) -> list[str]:
    """Give the command line a request stands for.

    Args:
        request: `question` and what its command takes, by name.

    Raises:
        InputError: No such question, a name its command does not know, a value that is none, or one that is missing.
    """
    if "question" not in request:
        raise InputError(f"question is missing; choose one of {', '.join(QUESTIONS)}")
    question = str(request["question"])
    command_of(question)
    known = {_name(item): item for item in question_group().commands[question].params if _name(item) != "help"}
    words, positional = [question], []
    for name, value in request.items():
        if name == "question":
            continue
        if name not in known:
            raise InputError(_unknown(question, name, known))
        item = known[name]
        if isinstance(value, list) and not item.multiple:
            raise InputError(f"{name} = {value!r}: it is given once, and not as a list")
        if item.param_type_name == "argument":
            positional += _texts(name, value)
        else:
            words += _flagged(name, item, value)
    return [*words, "--", *positional] if positional else words


def _name(item: Any) -> str:
    """What a parameter of a command is called in a file: its long flag, or its metavar where it has none."""
    flags = [flag for flag in item.opts if flag.startswith("--")]
    return (flags[0][2:] if flags else str(item.name)).replace("-", "_")


def _flagged(name: str, item: Any, value: Any) -> list[str]:
    flag = next(flag for flag in item.opts if flag.startswith("--"))
    if item.is_flag:
        if not isinstance(value, bool):
            raise InputError(f"{name} = {value!r}: it must be true or false")
        off = list(item.secondary_opts)
        return [flag] if value else off[:1]
    return [f"{flag}={text}" for text in _texts(name, value)]


def _texts(name: str, value: Any) -> list[str]:
    """Give a value, or each of a list of them, as typed."""
    values = value if isinstance(value, list) else [value]
    wrong = [one for one in values if isinstance(one, bool) or not isinstance(one, str | int | float)]
    if wrong:
        raise InputError(f"{name} = {wrong[0]!r}: it must be a word or a number, or a list of them")
    return [str(one) for one in values]
