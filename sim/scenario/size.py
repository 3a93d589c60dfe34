"""How large a file may be, looked at before anything reads it or checks every part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import Problem, ScenarioError

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = r"""(?:[A-Za-z0-9_-]++|"(?:\\.|[^"\\]){0,200}+"|'[^']{0,200}+')"""
# Reading a name of m parts takes memory in the square of m, so that one of a file's length would take all there is.
_LONG_NAME = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{9}}")


@dataclass(frozen=True)
class SizeLimits:
    """What a file may have."""

    reader: str  # who reads it, as messages call them
    text: int  # characters
    line: int  # characters of a line
    names: int  # names in one table; no section has as many parameters
    entries: int  # entries of a list or of a table within a row
    rows: Mapping[str, int] = field(default_factory=dict)  # rows of each list of tables, by its name
    other_rows: int = 0  # rows of those not named

    def check_text(self, text: str, file: str) -> None:
        """Refuse text that would take long to read, with a ScenarioError."""
        if len(text) > self.text:
            _refuse(f"it has {len(text):,} characters; {self.reader} reads at most {self.text:,}", file)
        for number, line in enumerate(text.split("\n"), start=1):
            if len(line) > self.line:
                _refuse(f"the line has {len(line):,} characters; it may have {self.line:,}", file, number)
            if _LONG_NAME.search(line):
                _refuse("a name has more than nine parts, and no name has", file, number)

    def check_table(self, table: Mapping[str, Any], file: str) -> None:
        """Refuse more rows or names than are needed, with a ScenarioError, before each of them is checked."""
        self._check_names(table, "the top of the file", file)
        for name, part in table.items():
            rows = part if isinstance(part, list) else [part]
            most = self.rows.get(name, self.other_rows)
            if len(rows) > most:
                _refuse(f"it has {len(rows):,} rows of {name}; {self.reader} takes at most {most:,}", file)
            for row in rows:
                if isinstance(row, dict):
                    self._check_names(row, name, file)
                    self._check_entries(row, name, file)

    def _check_names(self, table: Mapping[str, Any], name: str, file: str) -> None:
        if len(table) > self.names:
            _refuse(f"{name} has {len(table):,} names; {self.reader} takes at most {self.names:,}", file)

    def _check_entries(self, row: Mapping[str, Any], name: str, file: str) -> None:
        for value in row.values():
            if isinstance(value, dict | list) and len(value) > self.entries:
                _refuse(f"a list in {name} has {len(value):,} entries; it may have {self.entries:,}", file)


def _refuse(why: str, file: str, line: int = 0) -> None:
    raise ScenarioError(Problem(why, file, line=line))


ANY_FILE = SizeLimits(
    "this program", text=32_000_000, line=32_000_000, names=300, entries=1_000_000,
    rows={"interventions": 5_000, "lines": 100, "data_checks": 5_000, "unknowns": 100}, other_rows=200_000,
)  # fmt: skip
"""What is read on the command line: 50,000 sellers with ten named accounts each take some 15 million characters."""
