"""A file from a visitor: the bytes of a scenario are read as text, nothing else is done with them."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.reading import decode
from sim.ui.choice import Choice
from sim.ui.limits import PAGE

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_NAME = 60


def read_upload(sent: Mapping[str, Any], seed: int = 0) -> Choice:
    """Read a scenario file that a browser sent.

    Raises:
        InputError: It is no scenario, or too large for the page; the sentence names the line if there is one.
    """
    shown, data = received(sent)
    try:
        text = decode(data, shown)
    except ScenarioError as error:
        raise InputError(str(error)) from error
    choice = Choice(text=text, seed=seed)
    choice.load(shown)
    return choice


def received(sent: Mapping[str, Any]) -> tuple[str, bytes]:
    """Take a file that a browser sent as its name, which only messages use, size, and bytes in base64.

    Raises:
        InputError: It is too large for the page, or did not arrive whole.
    """
    name, size, data = (sent.get(key) for key in ("name", "size", "data"))
    if not (isinstance(name, str) and isinstance(size, int) and isinstance(data, str)):
        raise InputError("the file did not arrive; send it again")
    shown = re.sub(r"[^\w. ()-]", "_", name)[-LONGEST_NAME:] or "the file"
    size = max(size, len(data) * 3 // 4)
    if size > PAGE.text + 2:
        raise InputError(f"{shown} has {size:,} bytes; the page reads at most {PAGE.text:,}")
    try:
        return shown, base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"{shown} did not arrive whole; send it again") from error
