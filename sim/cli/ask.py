"""The command that asks a question written in a file: ask."""

import json
import sys
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli.options import argument
from sim.cli.questions import command_of
from sim.scenario.errors import InputError, nearest

_MOST_BYTES = 1_000_000


def ask(request: Annotated[Path, argument("FILE", "Question as TOML or JSON.")], context: typer.Context) -> None:
    """Ask a question that is written in a file, so that it can be kept, checked in, and asked again.

    The file names the question and gives what its command takes, by the names of its options with _ for -:

      question = "compare"

      scenario = "baseline"

      case = ["overlays: structure.product_specialists=9"]

      seeds = 50

      out = "out/overlays.pptx"

    For example:

      flywheel ask overlays.toml
    """
    group: Any = context.parent.command if context.parent else None
    words = words_of(read_request(request), group.commands)
    sys.argv = [sys.argv[0], *words]  # what an answer says it is repeated with
    group.main(args=words, prog_name="flywheel", standalone_mode=False)


def read_request(file: Path) -> dict[str, Any]:
    """Read a question's file.

    Raises:
        InputError: It cannot be read, or it is no table.
    """
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{file} is larger than {_MOST_BYTES:,} bytes, which no question is")
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        found = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if file.suffix.lower() == ".json" else "TOML"
        raise InputError(f"{file} is no {kind}: {error}") from error
    if not isinstance(found, dict):
        raise InputError(f'{file} holds no table; write question = "compare" and what it takes')
    return found


def words_of(request: dict[str, Any], commands: dict[str, Any]) -> list[str]:
    """Give the command line a request stands for.

    Args:
        request: `question` and what its command takes, by name.
        commands: Commands by name.

    Raises:
        InputError: No such question, a name its command does not know, a value that is none, or one that is missing.
    """
    question = str(request.get("question"))
    command_of(question)
    known = {_name(item): item for item in commands[question].params if _name(item) != "help"}
    words, positional = [question], []
    for name, value in request.items():
        if name == "question":
            continue
        if name not in known:
            raise InputError(
                f"{name}: {question} takes no such thing{nearest(name, known)}; it takes {', '.join(known)}"
            )
        item = known[name]
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
