"""What a run's numbers depend on beside its input, as one digest."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from sim.digest import bare, model_digest

_NO_PART = ("cli", "__init__", "checks", "errors", "labels")


@cache
def model_version() -> str:
    """Digest of rules, records, engine, measures and the versions of Python, numpy and numba. [16 hexadecimal digits].

    Equality across versions is not promised, so runs of another version have other names.
    """
    content = hashlib.sha256(model_digest(()).encode())
    room = Path(__file__).resolve().parents[2]
    for file in sorted(room.glob("*.py")):
        if not file.stem.startswith(_NO_PART):
            content.update(bare(file.read_text(encoding="utf-8")).encode())
    for program in ("numpy", "numba"):
        content.update(metadata.version(program).encode())
    content.update(".".join(platform.python_version_tuple()[:2]).encode())
    return content.hexdigest()[:16]
