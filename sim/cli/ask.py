"""The command that asks a question written in a file: ask."""

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

from sim.cli.options import WORDS, argument
from sim.cli.questions import question_group, words_of
from sim.scenario.errors import InputError

_MOST_BYTES = 1_000_000


def ask(request: Annotated[Path, argument("FILE", "Question as TOML or JSON.")]) -> None:
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
    words = words_of(read_request(request))
    before = WORDS.set(words)
    try:
        question_group().main(args=words, prog_name="flywheel", standalone_mode=False)
    finally:
        WORDS.reset(before)


def read_request(file: Path) -> dict[str, Any]:
    """Read a question's file.

    Raises:
        InputError: It cannot be read, or it is no table.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(_MOST_BYTES + 1)  # a device has no end
        if len(content) > _MOST_BYTES:
            raise InputError(f"{file} is larger than {_MOST_BYTES:,} bytes, which no question is")
        text = content.decode("utf-8-sig")
    except UnicodeError as error:
        raise InputError(f"{file} cannot be read: it is no UTF-8 text; save it as UTF-8") from error
    except (OSError, ValueError) as error:
        raise InputError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    try:
        found = json.loads(text, object_pairs_hook=_once) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        kind = "JSON" if file.suffix.lower() == ".json" else "TOML"
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise InputError(f"{file} is no {kind}: {why}") from error
    if not isinstance(found, dict):
        raise InputError(f'{file} holds no table; write question = "compare" and what it takes')
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make a JSON table whose names stand in it once, as TOML asks too."""
    table: dict[str, Any] = {}
    for name, value in pairs:
        if name in table:
            raise InputError(f"{name} is given twice; give it once")
        table[name] = value
    return table
