"""Texts kept on the server's disk, in bounded number and size: runs that are too long for an address, above all.

A run is kept as the text of a link, under a name that nobody guesses; it is written by the page alone and read as
carefully as what a stranger sends.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from sim.engine.compiler import FOLDER_VARIABLE
from sim.scenario.errors import InputError

MOST_FILES = 2_000
MOST_BYTES = 64_000_000
LONGEST_KEPT = 3_000_000  # characters of a text
_NAME = re.compile(r"[0-9a-f]{20}")
_BETWEEN = 16  # files written between two looks at how many there are


@dataclass(slots=True)
class KeptRuns:
    """A folder of texts, the least recently used of which are dropped where there are too many, or too large ones."""

    folder: Path
    most_files: int = MOST_FILES
    most_bytes: int = MOST_BYTES
    _written: int = field(default=0, init=False)

    def keep(self, text: str, name: str = "") -> str:
        """Keep a text and return the name it can be read by; InputError if nothing can be written.

        The name is one that nobody guesses, or a given one of 20 hexadecimal digits.
        """
        name = name or secrets.token_hex(10)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._written % _BETWEEN == 0:
                self.tidy()
            self._written += 1
            file, draft = tempfile.mkstemp(dir=self.folder, prefix="draft-")
            try:
                with os.fdopen(file, "w", encoding="ascii") as out:
                    out.write(text)
                Path(draft).replace(self.folder / name)
            except BaseException:
                Path(draft).unlink(missing_ok=True)
                raise
        except (OSError, UnicodeError) as error:
            raise InputError(f"this run cannot be kept on this server ({error})") from error
        return name

    def read(self, name: str) -> str:
        """The text kept under a name; InputError if there is none, or it is no file of this page."""
        if not _NAME.fullmatch(name):
            raise InputError("the address names a run in a way that no run is named here; copy it again")
        try:
            file = os.open(self.folder / name, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            with os.fdopen(file, "rb") as source:
                if not stat.S_ISREG(os.fstat(file).st_mode):
                    raise InputError("the address names a run that is damaged on this server")
                data = source.read(LONGEST_KEPT + 1)
            with suppress(OSError):
                os.utime(self.folder / name)
            return data.decode("ascii")
        except UnicodeError as error:
            raise InputError("the address names a run that is damaged on this server") from error
        except OSError as error:
            raise InputError(
                "the address names a run that this server does not keep any more, or never kept; open it from a link "
                "or a scenario file"
            ) from error

    def forget(self, name: str) -> None:
        """Drop what was kept under a name, if it is there."""
        if _NAME.fullmatch(name):
            with suppress(OSError):
                (self.folder / name).unlink()

    def tidy(self) -> None:
        """Drop the least recently used until what is left fits."""
        found = []
        with suppress(OSError):
            for entry in os.scandir(self.folder):
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    found.append((status.st_mtime, status.st_size, entry.path))
        room = self.most_bytes
        for place, (_, size, path) in enumerate(sorted(found, reverse=True)):
            room -= size
            # The next ones need room before anybody looks again.
            if room < 0 or place >= self.most_files - _BETWEEN:
                with suppress(OSError):
                    Path(path).unlink()


def kept_runs() -> KeptRuns:
    """The runs this server keeps, beside the rules it has compiled."""
    return KeptRuns(cache_folder() / "runs")


def cache_folder() -> Path:
    """Folder of what is kept between two starts and can be made anew."""
    asked = os.environ.get(FOLDER_VARIABLE)
    return Path(asked) if asked else Path(platformdirs.user_cache_dir("sales-flywheel", appauthor=False))
