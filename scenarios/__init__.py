"""The scenarios that travel with the program, one TOML file each; beside them loops of stages and studies."""

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


def list_loops() -> list[str]:
    """Name the shipped loops of stages, in alphabetical order."""
    return sorted(path.stem for path in (_folder() / "loops").glob("*.toml"))


def loop_path_of(name: str) -> Path:
    """Give the file of a shipped loop.

    Raises:
        KeyError: No such loop is shipped.
    """
    if name not in list_loops():
        raise KeyError(name)
    return _folder() / "loops" / f"{name}.toml"


def list_studies() -> list[str]:
    """Name the shipped studies, in alphabetical order."""
    return sorted(path.stem for path in (_folder() / "studies").glob("*.toml"))


def study_path_of(name: str) -> Path:
    """Give the file of a shipped study.

    Raises:
        KeyError: No such study is shipped.
    """
    if name not in list_studies():
        raise KeyError(name)
    return _folder() / "studies" / f"{name}.toml"
