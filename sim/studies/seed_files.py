"""Files of finished seeds in a folder of one question: what is damaged or another's counts as not there."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.studies.folders import WORLDS
from sim.studies.storage import place_of, said

if TYPE_CHECKING:
    import re
    from pathlib import Path

_CHECK = 16  # bytes in front of the content that tell whether it has been changed
_FAST = 1  # level of compression


class SeedFiles:
    """A folder, or a place at a URL that fsspec knows, with a head and compressed files, each behind its hash.

    A file that is damaged, longer than it should be or unlike its hash is as if it were not there. Beside them may lie
    `WORLDS`, whose folders are each of a question of its own.
    """

    def __init__(self, folder: Path | str, head: str, key: str, pattern: re.Pattern[str]) -> None:
        """Look at what is there; files of another question are removed.

        Args:
            folder: Where they lie.
            head: File that says which question they are of.
            key: Digest of the question.
            pattern: Names of the files.

        Raises:
            InputError: The folder holds something else.
            DiskError: It cannot be read or written.
        """
        self._place, self._head, self._key, self._pattern = place_of(folder), head, key, pattern
        with said(self._place, "cannot be used for the runs that are kept"):
            self._begin()
            self._there = {name for name in self._place.names() if pattern.fullmatch(name)}

    def _begin(self) -> None:
        names = [name for name in self._place.names() if name != WORLDS]
        others = [name for name in names if name != self._head and not self._pattern.fullmatch(name)]
        if others:
            raise InputError(f"{self._place.name} holds other files ({others[0]}); name a new or an empty folder")
        if self._head in names and self._key == self._known():
            return
        for name in names:
            self._place.remove(name)
        self._place.write(self._head, (json.dumps({"program": "sales-flywheel", "key": self._key}) + "\n").encode())

    def _known(self) -> str:
        try:
            head: Any = json.loads(self._place.read(self._head))
        except ValueError:
            return ""
        return str(head.get("key", "")) if isinstance(head, dict) else ""

    def there(self) -> list[re.Match[str]]:
        """Names of the files, as matches of their pattern."""
        return [match for name in self._there if (match := self._pattern.fullmatch(name))]

    def write(self, name: str, content: bytes) -> None:
        """Keep a content under a name; Halted if the disk is full."""
        packed = zlib.compress(content, _FAST)
        with said(self._place, "cannot be written"):
            self._place.write(name, _hash(name, packed) + packed)
        self._there.add(name)

    def read(self, name: str, most: int) -> bytes | None:
        """Give what is kept under a name; None if it is not there, cannot be used, or is longer than so many bytes."""
        if name not in self._there:
            return None
        with said(self._place, "cannot be read"):
            whole = self._place.read(name)
        check, packed = whole[:_CHECK], whole[_CHECK:]
        if check != _hash(name, packed):
            return None
        try:
            content = zlib.decompressobj().decompress(packed, most + 1)
        except zlib.error:
            return None
        return content if len(content) <= most else None


def _hash(name: str, packed: bytes) -> bytes:
    person = hashlib.blake2b(name.encode(), digest_size=16).digest()
    return hashlib.blake2b(packed, digest_size=_CHECK, person=person).digest()
