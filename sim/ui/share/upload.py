"""A scenario file from a visitor: its bytes are read as text, nothing else is done with them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sim.errors import InputError, ScenarioError
from sim.scenario_text import decode
from sim.ui.choice import Choice
from sim.ui.limits import LARGEST_TEXT

if TYPE_CHECKING:
    from typing import BinaryIO

LONGEST_NAME = 60


def read_upload(name: str, size: int, file: BinaryIO, seed: int = 0) -> Choice:
    """Read a scenario file.

    Args:
        name: What its owner calls it; only messages use it.
        size: Bytes it says it has.
        file: Its bytes.
        seed: Key of all chance of the run.

    Raises:
        InputError: It is no scenario, or too large for the page; the sentence names the line if there is one.
    """
    shown = re.sub(r"[^\w. ()-]", "_", name)[-LONGEST_NAME:] or "the file"
    if size > LARGEST_TEXT:
        raise InputError(
            f"{shown} has {size / 1e6:,.1f} MB; the page reads scenarios of at most {LARGEST_TEXT / 1e6:g} MB"
        )
    data = file.read(LARGEST_TEXT + 1)
    if len(data) > LARGEST_TEXT:
        raise InputError(f"{shown} is larger than {LARGEST_TEXT / 1e6:g} MB, the most the page reads")
    try:
        text = decode(data, shown)
    except ScenarioError as error:
        raise InputError(str(error)) from error
    choice = Choice(text=text, seed=seed)
    choice.load(shown)
    return choice
