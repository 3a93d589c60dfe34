"""Putting a folder in place in one go, so that nobody ever sees half of it and what stood there is not lost."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


RUNS = "runs"
"""Folder within a result that keeps the runs it rests on."""

WORLDS = "worlds"
"""Folder within that one, or within a study, that keeps those in plausible worlds, a folder a world."""


def put_in_place(new: Path, path: Path, kept: str = "") -> None:
    """Rename a new folder to its place; what stood there is put aside first and removed at last.

    A folder of the name `kept` within what stood there goes on in the new one.

    Raises:
        OSError: It cannot be done; what stood there stands there again.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
    goes_on = bool(kept) and (path / kept).is_dir()
    if goes_on:
        (path / kept).replace(new / kept)
    try:
        if path.exists():
            path.replace(aside)
        new.replace(path)
    except OSError:
        with suppress(OSError):
            if aside.exists():
                aside.replace(path)
            if goes_on:
                (new / kept).replace(path / kept)
        raise
    shutil.rmtree(aside, ignore_errors=True)
