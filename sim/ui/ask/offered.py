"""The questions this page may ask: handed in by what starts it, since they are declared above the page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_OF_KEYS = re.compile(r"\s*Ctrl-C [^.]*\.(?=\s|$)")
"""A sentence about a key that stops a command, for which the page has a button."""

_FLAG = re.compile(r"(?<![\w-])--([a-z][a-z-]*)")


def label_of(name: str) -> str:
    """What people call a field: its name on the command line, in words."""
    return name.replace("-", " ").replace("_", " ").capitalize()


def in_labels(text: str) -> str:
    """Call options of the command line what the form calls its fields."""
    return _FLAG.sub(lambda found: f"“{label_of(found[1])}”", text)


@dataclass(frozen=True)
class OfferedQuestion:
    """A question of the command line as visitors may ask it.

    Attributes:
        name: Of its command, such as `pilot`.
        schema: JSON schema of what visitors may give. Each property says in `description` what it means, in `changes`
            whether it changes the "answer" or only the "effort", in `written` how it is written on the command line, in
            `usual` what holds without it, and in `most` the most that is asked for here, where there is such a limit.
        refused: Told what is given, by name; says what is wrong with it, a sentence for each field by its name.
        threads: Whether it takes `workers`, how many threads run it, which the page decides.
        program: Words that start the process which asks what the folder it is started in says (`sim.answers.handed`).
    """

    name: str
    schema: dict[str, Any]
    refused: Callable[[dict[str, Any]], dict[str, str]]
    threads: bool
    program: tuple[str, ...]

    @property
    def says(self) -> tuple[str, ...]:
        """What it asks, a paragraph each; the first is the question itself."""
        paragraphs = [" ".join(part.split()) for part in str(self.schema["description"]).split("\n\n")]
        return tuple(in_labels(text) for part in paragraphs if (text := _OF_KEYS.sub("", part)))


OFFERED: dict[str, OfferedQuestion] = {}
"""The questions by name, in their order."""
