"""What the program says when its input is wrong: one sentence for each problem, and exit code 2."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class InputError(Exception):
    """The input is wrong; the message is one sentence for the user.

    Attributes:
        exit_code: What the command line ends with. [2 = the input is wrong]
    """

    exit_code: ClassVar[int] = 2


class DiskError(InputError):
    """The disk is full, read-only or broken: the input may well be right, so the command line ends with 1."""

    exit_code: ClassVar[int] = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a scenario, and where.

    Attributes:
        text: What is wrong and the way out, without the place.
        file: The file, `--set` or another origin; empty when unknown.
        section: Table of the file, such as `structure` or `interventions 2`; empty at the top.
        key: Name within the section; empty when the whole section is meant.
        line: Line in the file, from 1; 0 when there is none.
    """

    text: str
    file: str = ""
    section: str = ""
    key: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        """File, line, section and key, as far as they are known."""
        section = f"[{self.section}]" if self.section else ""
        parts = [self.file, f"line {self.line}" if self.line else "", f"{section} {self.key}".strip()]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Give the whole sentence."""
        return f"{self.place}: {self.text}" if self.place else self.text


class ScenarioError(InputError):
    """A scenario cannot be used; every problem found is told, one sentence a line.

    Attributes:
        problems: All that was found, in the order of the file. At least one.
    """

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        """Keep the problems; the message lists them all."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    @property
    def file(self) -> str:
        """File or other origin of the first problem."""
        return self.problems[0].file

    @property
    def section(self) -> str:
        """Section of the first problem."""
        return self.problems[0].section

    @property
    def key(self) -> str:
        """Key of the first problem."""
        return self.problems[0].key

    @property
    def line(self) -> int:
        """Line of the first problem, from 1; 0 when there is none."""
        return self.problems[0].line


def nearest(word: str, valid: Iterable[str]) -> str:
    """Ask "did you mean ...?" with the closest valid word, or list the valid words if they are few.

    Returns:
        A clause that starts with "; ", or "" when nothing is near and the words are many.
    """
    words = list(valid)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    few = 16
    return f"; choose one of {', '.join(words)}" if 0 < len(words) <= few else ""
