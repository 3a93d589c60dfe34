"""Audit the licences of all that the core and every extra install, and fail where one is not allowed.

Usage: ``python .ci/licences.py``, in the environment to audit. A package states its licence in its metadata: as
`License-Expression`, or else by classifiers, or else in the first line of `License`. What cannot be read is refused.

Allowed are permissive licences, and the Mozilla Public License 2.0: it asks that changes to the files of a package stay
open, and nothing of the program that imports it; such packages are installed as their makers give them out. What ships
has no exceptions.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
TEST = "test"
EXCEPTIONS = {
    "axe-playwright-python": "MIT by its LICENSE file, not its metadata; axe-core in it binds its own file only",
    "text-unidecode": "Artistic License or GPL, as one likes; pytest-playwright names folders with it",
}
"""What the extra `test` may install all the same, and why."""
ALLOWED = re.compile(
    r"(the )?(MIT(-CMU|-0)?|ISC|0BSD|BSD([ -][23][ -]Clause)?|[23]-Clause BSD|Apache([ -]2\.0)?|PSF-2\.0"
    r"|Python Software Foundation|MPL-2\.0|Mozilla Public License 2\.0|Unlicense|Zlib|HPND|CC0-1\.0)"
    r"( Software)?( License)?( \((MIT|ISCL|MPL 2\.0|Unlicense)\))?",
    re.IGNORECASE,
)


def groups() -> dict[str, list[str]]:
    """Return the requirements of the core and of every extra, as pyproject.toml states them; those of tests last."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return {"core": project["dependencies"], **{k: v for k, v in extras.items() if k != TEST}, TEST: extras[TEST]}


def needed(lines: Iterable[str]) -> set[str]:
    """Name all that some requirements bring, themselves included, as far as their markers hold here."""
    seen: set[tuple[str, str]] = set()
    todo = [(line, "") for line in lines]
    while todo:
        line, extra = todo.pop()
        asked = Requirement(line)
        if asked.marker and not asked.marker.evaluate({"extra": extra}):
            continue
        new = {(canonicalize_name(asked.name), part) for part in ("", *asked.extras)} - seen
        seen |= new
        todo += [(more, part) for name, part in new for more in requirements(name)]
    return {name for name, _ in seen}


def requirements(name: str) -> list[str]:
    """Return what a package asks for; nothing if it is not installed."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []


def stated(data: metadata.PackageMetadata) -> str:
    """Return the licence a package states, several classifiers joined by AND; empty if it states none."""
    if expression := data.get("License-Expression"):
        return expression
    classifiers = [line.removeprefix("License :: ") for line in data.get_all("Classifier", [])]
    names = [line.rpartition(" :: ")[2] for line in classifiers if line.startswith("OSI Approved :: ")]
    lines = (data.get("License") or "").strip().splitlines()
    return " AND ".join(names) or next(iter(lines), "")


def allowed(licence: str) -> bool:
    """Tell whether one of the choices a licence gives has allowed parts only; exceptions only ever permit more."""
    plain = re.sub(r" WITH \S+", "", licence)
    choices = [plain] if "(" in plain else plain.split(" OR ")
    return any(all(ALLOWED.fullmatch(part) for part in choice.split(" AND ")) for choice in choices)


def audit(wanted: Mapping[str, Iterable[str]]) -> tuple[list[tuple[str, str, str, str]], list[str]]:
    """Return a row a package (name, version, licence, the first that needs it), and a sentence for each not allowed."""
    rows, refused = [], []
    first = {name: group for group, lines in reversed(wanted.items()) for name in needed(lines)}
    for name, group in sorted(first.items()):
        try:
            found = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            refused.append(f"{name}, which {group} needs, is not installed here; install it, to audit its licence")
            continue
        licence = stated(found.metadata)
        rows.append((name, found.version, licence[:60], group))
        if not allowed(licence) and not (group == TEST and name in EXCEPTIONS):
            words = f"is under {licence[:60]!r}" if licence else "states no licence"
            refused.append(f"{name}, which {group} needs, {words}, which is not allowed; use a part without it")
    return rows, refused


if __name__ == "__main__":
    table, sentences = audit(groups())
    for row in table:
        print("{:28}{:20}{:62}{}".format(*row))
    for name, reason in EXCEPTIONS.items():
        print(f"Exception for tests: {name} ({reason}).")
    sys.exit("\n".join(sentences) or None)
