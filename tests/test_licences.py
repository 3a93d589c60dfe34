"""The audit of licences: what is installed here passes, and a licence that is not allowed is refused by name."""

import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / ".ci" / "licences.py"
PERMISSIVE = "License-Expression: MIT"


def distribution(folder, name, *lines):
    """Put a package's metadata on a path, as an installation would."""
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    text = "\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *lines])
    (info / "METADATA").write_text(text + "\n", encoding="utf-8")


def audited(*first):
    """Run the audit with folders before what is installed; exit code, table and sentences."""
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, first))}
    done = subprocess.run([sys.executable, SCRIPT], env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr.splitlines()


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def test_all_that_is_installed_is_allowed_and_no_exception_is_left_over(script):
    code, table, sentences = audited()
    assert (code, sentences) == (0, [])
    names = {line.split()[0] for line in table.splitlines()}
    assert {"mesa", "solara", "dask", "pyabc", "scikit-learn", "pytest", *script["EXCEPTIONS"]} <= names


def test_the_readme_names_what_ships_under_weak_copyleft():
    _, table, _ = audited()
    weak = [line.split()[0] for line in table.splitlines() if re.search("MPL|Mozilla", line) and line[-4:] != "test"]
    assert weak
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in weak if name not in readme] == []


def test_a_package_under_the_gpl_that_another_one_brings_fails_the_audit(tmp_path):
    distribution(tmp_path, "tqdm", PERMISSIVE, "Requires-Dist: Deep.Down[more]; python_version > '3'")
    distribution(tmp_path, "deep-down", PERMISSIVE, "Requires-Dist: buried; extra == 'more'")
    distribution(tmp_path, "buried", "License: GNU GENERAL PUBLIC LICENSE", "        Version 3, 29 June 2007")
    code, _, sentences = audited(tmp_path)
    assert code == 1
    assert sentences == [
        "buried, which core needs, is under 'GNU GENERAL PUBLIC LICENSE', which is not allowed; use a part without it"
    ]


def test_what_states_no_licence_or_is_not_there_fails_the_audit_and_what_does_not_apply_here_does_not(tmp_path):
    distribution(tmp_path, "scikit-learn", "Classifier: License :: OSI Approved", "Requires-Dist: not-there")
    distribution(tmp_path, "tqdm", PERMISSIVE, "Requires-Dist: other; python_version < '3'")
    code, _, sentences = audited(tmp_path)
    assert code == 1
    assert [sentence.split(", ")[0] for sentence in sentences] == ["not-there", "scikit-learn"]
    assert "is not installed here" in sentences[0]
    assert "states no licence" in sentences[1]


def test_an_exception_is_for_tests_only(tmp_path):
    distribution(tmp_path, "tqdm", PERMISSIVE, "Requires-Dist: text-unidecode")
    code, _, sentences = audited(tmp_path)
    assert code == 1
    assert [sentence.split(", ")[0] for sentence in sentences] == ["text-unidecode"]


@pytest.mark.parametrize(
    ("licence", "yes"),
    [
        ("MIT", True),
        ("BSD 3-Clause License", True),
        ("The MIT License (MIT)", True),
        ("Apache-2.0 WITH LLVM-exception AND BSD-2-Clause", True),
        ("GPL-2.0-only OR MIT", True),
        ("GPL-2.0-only AND MIT", False),
        ("GPL-2.0-only OR LGPL-2.1-only", False),
        ("MIT AND (GPL-2.0-only OR BSD-3-Clause OR ISC)", False),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("AGPL-3.0", False),
        ("MITRE", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_a_licence_is_read_with_its_choices(script, licence, yes):
    assert script["allowed"](licence) is yes
