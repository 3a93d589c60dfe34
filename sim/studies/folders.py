"""Putting a folder in place in one go, so that nobody ever sees half of it and what stood there is not lost."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def put_in_place(new: Path, path: Path) -> None:
    """Rename a new folder to its place; what stood there is put aside first and removed at last.

    Raises:
        OSError: It cannot be done; what stood there stands there again.
    """
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.old")
    if path.exists():
        path.replace(aside)
    try:
        new.replace(path)
    except OSError:
        with suppress(OSError):
            aside.replace(path)
        raise
    shutil.rmtree(aside, ignore_errors=True)
