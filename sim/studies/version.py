"""What a run's numbers depend on beside its input, as one digest."""

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

import scenarios
from sim.engine.digest import code_only, model_digest

_MODEL = ("engine", "measures")  # rooms of `sim` whose code decides what a run gives; scenarios enter by their values

_ASKING = ("questions", "studies")  # rooms of `sim` whose code decides what a question runs and keeps of it
_HOUSE = Path(__file__).resolve().parents[1]


@cache
def model_version() -> str:
    """Digest of rules, records, engine, measures and the versions of Python, numpy and numba. [16 hexadecimal digits].

    Equality across versions is not promised, so runs of another version have other names.
    """
    content = hashlib.sha256(model_digest(()).encode())
    for file in (file for room in _MODEL for file in sorted((_HOUSE / room).glob("*.py"))):
        content.update(code_only(file.read_text(encoding="utf-8")).encode())
    for program in ("numpy", "numba"):
        content.update(metadata.version(program).encode())
    content.update(".".join(platform.python_version_tuple()[:2]).encode())
    return content.hexdigest()[:16]


@cache
def asking_version() -> str:
    """Digest of what answers a question: model, code that asks, scenarios that are shipped. [16 hexadecimal digits]."""
    content = hashlib.sha256(f"{model_version()} {metadata.version('sales-flywheel')}".encode())
    for folder in (Path(scenarios.__file__).parent, *(_HOUSE / room for room in _ASKING)):
        for file in sorted(file for kind in ("*.py", "*.toml", "*.csv") for file in folder.rglob(kind)):
            content.update(file.read_bytes())
    return content.hexdigest()[:16]
