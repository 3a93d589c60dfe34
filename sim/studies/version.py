"""What a run's numbers depend on beside its input, as one digest."""

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from sim.engine.digest import code_only, model_digest

_PARTS = ("engine", "measures")  # rooms of `sim` whose code decides what a run gives; scenarios enter by their values


@cache
def model_version() -> str:
    """Digest of rules, records, engine, measures and the versions of Python, numpy and numba. [16 hexadecimal digits].

    Equality across versions is not promised, so runs of another version have other names.
    """
    content = hashlib.sha256(model_digest(()).encode())
    house = Path(__file__).resolve().parents[1]
    for file in (file for room in _PARTS for file in sorted((house / room).glob("*.py"))):
        content.update(code_only(file.read_text(encoding="utf-8")).encode())
    for program in ("numpy", "numba"):
        content.update(metadata.version(program).encode())
    content.update(".".join(platform.python_version_tuple()[:2]).encode())
    return content.hexdigest()[:16]
