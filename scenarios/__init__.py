"""The scenarios that travel with the program, one TOML file each."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def _folder() -> Path:
    return Path(str(files(__name__)))


def list_scenarios() -> list[str]:
    """Name the shipped scenarios, in alphabetical order."""
    return sorted(path.stem for path in _folder().glob("*.toml"))


def path_of(name: str) -> Path:
    """Give the file of a shipped scenario.

    Raises:
        KeyError: No such scenario is shipped.
    """
    if name not in list_scenarios():
        raise KeyError(name)
    return _folder() / f"{name}.toml"
