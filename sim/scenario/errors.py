"""What the program says when its input is wrong: one sentence for each problem, and exit code 2."""

from __future__ import annotations

import errno
import os
import re
from collections import Counter
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


Item = TypeVar("Item")


class InputError(Exception):
    """The input is wrong; the message is one sentence for the user.

    Attributes:
        exit_code: What the command line ends with. [2 = the input is wrong]
    """

    exit_code: ClassVar[int] = 2


class DiskError(InputError):
    """A disk or network failed, or what was kept there is no longer what was written; the rest of it is as it was.

    Attributes:
        exit_code: What the command line ends with. [1 = the run failed]
    """

    exit_code: ClassVar[int] = 1


_KINDS = {"integer": "a whole number", "number": "a number", "boolean": "true or false"}
_OF_A_LIBRARY = re.compile(rf"Input should be a valid ({'|'.join(_KINDS)})\b.*")


def plain_kind(sentence: str) -> str:
    """Say "it must be a whole number" where a library says of a value at length of which kind it is not."""
    return _OF_A_LIBRARY.sub(lambda found: f"it must be {_KINDS[found[1]]}", sentence)


_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.ENODEV, errno.ESTALE)


def write_error(name: object, error: OSError) -> InputError:
    """What to raise when a file cannot be written: DiskError if that is no fault of the name."""
    of_the_disk = error.errno in _OF_THE_DISK
    why = os.strerror(error.errno or 0) if of_the_disk else error.strerror or error  # libraries have words of their own
    return (DiskError if of_the_disk else InputError)(f"{name} cannot be written: {why}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a scenario, and where."""

    text: str  # what is wrong and the way out, without the place
    file: str = ""  # the file, `--set` or another origin; empty when unknown
    section: str = ""  # table of the file, such as `structure` or `interventions 2`; empty at the top
    key: str = ""  # name within the section; empty when the whole section is meant
    line: int = 0  # line in the file, from 1; 0 when there is none

    @property
    def place(self) -> str:
        """File, line, section and key, as far as they are known."""
        section = f"[{self.section}]" if self.section else ""
        parts = [self.file, f"line {self.line}" if self.line else "", f"{section} {self.key}".strip()]
        return ", ".join(part for part in parts if part)

    def __str__(self) -> str:
        """Give the whole sentence."""
        return f"{self.place}: {self.text}" if self.place else self.text


MOST_TOLD = 20
"""Problems that are listed one by one."""


class ScenarioError(InputError):
    """A scenario cannot be used; every problem found is told, one sentence a line.

    Attributes:
        problems: All that was found, in the order of the file. At least one.
    """

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        """Keep the problems; the message lists the first, and how many more there are."""
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        more = len(self.problems) - MOST_TOLD
        rest = [f"... and {more:,} more {'problem' if more == 1 else 'problems'}"] if more > 0 else []
        super().__init__("\n".join([*map(str, self.problems[:MOST_TOLD]), *rest]))

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


def repeated(items: Iterable[Item]) -> Item | None:
    """Give the first of some things that is there again; None where each is there once."""
    return next((item for item, times in Counter(items).items() if times > 1), None)


def nearest(word: str, valid: Iterable[str]) -> str:
    """Ask "; did you mean ...?" with the closest valid word, or list the valid words if they are few; else ""."""
    words = list(valid)
    close = get_close_matches(word, words, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    few = 16
    return f"; choose one of {', '.join(words)}" if 0 < len(words) <= few else ""
