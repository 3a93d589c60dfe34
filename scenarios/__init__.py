"""The scenarios that ship with the program, a TOML file each; beside them loops, studies, lessons, replays, claims."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

WORLDS = Path(str(files(__name__))) / "worlds"
"""Folder of the plausible worlds and of what is known of how they were found."""


def _shipped(room: str) -> dict[str, Path]:
    """Files of one room by name, in alphabetical order; "" is the room of the scenarios."""
    return {path.stem: path for path in sorted((Path(str(files(__name__))) / room).glob("*.toml"))}


def list_scenarios() -> list[str]:
    """Name the shipped scenarios, in alphabetical order."""
    return list(_shipped(""))


def path_of(name: str) -> Path:
    """Give the file of a shipped scenario.

    Raises:
        KeyError: No such scenario is shipped.
    """
    return _shipped("")[name]


def list_loops() -> list[str]:
    """Name the shipped loops of stages, in alphabetical order."""
    return list(_shipped("loops"))


def loop_path_of(name: str) -> Path:
    """Give the file of a shipped loop.

    Raises:
        KeyError: No such loop is shipped.
    """
    return _shipped("loops")[name]


def norms_path() -> Path:
    """Give the file of what better execution does in a sound organization."""
    return Path(str(files(__name__))) / "loops" / "norms.json"


def links_path() -> Path:
    """Give the file of what the links of the flywheels pass on in each shipped scenario."""
    return Path(str(files(__name__))) / "loops" / "links.json"


def list_studies() -> list[str]:
    """Name the shipped studies, in alphabetical order."""
    return list(_shipped("studies"))


def study_path_of(name: str) -> Path:
    """Give the file of a shipped study.

    Raises:
        KeyError: No such study is shipped.
    """
    return _shipped("studies")[name]


def list_lessons() -> list[str]:
    """Name the shipped lessons, in alphabetical order."""
    return list(_shipped("lessons"))


def lesson_path_of(name: str) -> Path:
    """Give the file of a shipped lesson.

    Raises:
        KeyError: No such lesson is shipped.
    """
    return _shipped("lessons")[name]


def list_replays() -> list[str]:
    """Name the files of field studies that are replayed, in alphabetical order."""
    return list(_shipped("replays"))


def replay_path_of(name: str) -> Path:
    """Give the file of a field study that is replayed.

    Raises:
        KeyError: No such study is shipped.
    """
    return _shipped("replays")[name]


def claims_path(name: str) -> Path:
    """Give the file of the claims, or of the verdicts on the patterns that test them.

    Raises:
        KeyError: There is no such file.
    """
    return _shipped("claims")[name]
