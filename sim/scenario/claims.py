"""The practitioners' claims the simulator makes testable, the patterns that test them, and what was found.

They are data, `scenarios/claims`: the claims with their sources, and the verdicts that `make validate` keeps there.
"""

import tomllib
from dataclasses import dataclass
from functools import cache

from scenarios import claims_path


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, in one line."""

    id: str  # such as "F1"
    text: str  # what is claimed
    patterns: tuple[str, ...] = ()  # ids of the patterns that test it; empty where `shown` says what does
    shown: str = ""  # what else shows it; empty if the patterns do


@cache
def claims() -> dict[str, Claim]:
    """Give every claim by id, in the order of the sources."""
    tables = tomllib.loads(claims_path("claims").read_text(encoding="utf-8"))
    return {
        name: Claim(name, table["text"], tuple(table.get("patterns", ())), table.get("shown", ""))
        for name, table in tables.items()
    }


@cache
def verdicts() -> dict[str, str]:
    """Give the verdict on each pattern that was validated, by its id, such as "holds"."""
    kept: dict[str, str] = tomllib.loads(claims_path("verdicts").read_text(encoding="utf-8"))
    return kept
