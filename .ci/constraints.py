"""Write constraints.txt: what pip chooses for every extra, on an old and on a new Python.

Usage: ``python .ci/constraints.py python3.11 python3.13 > constraints.txt``. Where the two choices
differ, a marker tells them apart. Only names and versions are written, never where a file came from.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLD, NEW = 'python_version < "3.12"', 'python_version >= "3.12"'
HEADER = "# Everything pip installs for the core and all extras, as tested. Made by .ci/constraints.py."


def requirements() -> list[str]:
    """Return every requirement of the core and of all extras, as pyproject.toml states them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(line for extra in extras for line in extra)]


def resolve(python: str) -> dict[str, str]:
    """Return {normal name: version} of what pip would install into an empty environment of ``python``.

    Raises:
        subprocess.CalledProcessError: pip found no set of versions that fits.
    """
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([python, "-m", "venv", folder], check=True)
        pip = [f"{folder}/bin/python", "-m", "pip", "--quiet"]
        subprocess.run([*pip, "install", "--upgrade", "pip"], check=True, stdout=sys.stderr)
        report = Path(folder) / "report.json"
        command = [*pip, "install", "--dry-run", "--prefer-binary", "--report", str(report), *requirements()]
        subprocess.run(command, check=True, stdout=sys.stderr)
        installed = json.loads(report.read_text(encoding="utf-8"))["install"]
    metadata = [entry["metadata"] for entry in installed]
    return {re.sub(r"[-_.]+", "-", data["name"]).lower(): data["version"].split("+")[0] for data in metadata}


def merged(old: dict[str, str], new: dict[str, str]) -> list[str]:
    """Return the lines of constraints.txt, with markers where the two choices differ."""
    lines = []
    for name in sorted({*old, *new}):
        if old.get(name) == new.get(name):
            lines.append(f"{name}=={old[name]}")
            continue
        lines += [f"{name}=={v[name]} ; {marker}" for v, marker in ((old, OLD), (new, NEW)) if name in v]
    return lines


if __name__ == "__main__":
    old_python, new_python = sys.argv[1:]
    print("\n".join([HEADER, *merged(resolve(old_python), resolve(new_python))]))
