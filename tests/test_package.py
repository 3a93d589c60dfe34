"""The package as strangers get it: its metadata, its pinned versions, its wheel installed somewhere else."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r'([a-z0-9-]+)==([0-9][0-9a-z.]*)( ; python_version (?:<|>=) "3\.12")?')


def pins() -> list[re.Match[str] | None]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [PIN.fullmatch(line) for line in lines if not line.startswith("#")]


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as a stranger would, away from the tree, and return what it prints."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV"))}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command} said:\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def elsewhere(wheel: Path) -> Path:
    """A new environment with the wheel inside, which borrows the installed dependencies from this one."""
    home = wheel.parent / "elsewhere"
    venv.create(home, with_pip=False)
    python = home / "bin" / "python"
    install = ["install", "--quiet", "--no-deps", "--no-index", wheel]
    run(sys.executable, "-m", "pip", "--python", python, *install, cwd=home)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home).strip()
    Path(site, "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return home


def test_constraints_are_names_and_versions_only():
    assert pins()
    assert all(pins())


def test_constraints_pin_everything_that_is_asked_for():
    pinned = {pin.group(1) for pin in pins() if pin}
    extras = PROJECT["optional-dependencies"]
    asked = [*PROJECT["dependencies"], *(line for extra in extras.values() for line in extra)]
    names = {re.split(r"[\[<>=~ ]", line)[0].lower().replace("_", "-") for line in asked}
    assert names <= pinned
    assert set(extras) == {"app", "cluster", "calibrate", "discover", "mcp", "test"}


def test_the_wheel_holds_the_packages_and_their_data(wheel: Path):
    inside = set(zipfile.ZipFile(wheel).namelist())
    tracked = run("git", "ls-files", "agents", "sim", "scenarios", "app.py", cwd=ROOT).split()
    assert set(tracked) <= inside
    assert {name.partition("/")[0] for name in inside if ".dist-info/" not in name} <= {
        "agents", "sim", "scenarios", "app.py",
    }  # fmt: skip


def test_the_installed_program_works_from_another_folder(elsewhere: Path):
    python, flywheel = elsewhere / "bin" / "python", elsewhere / "bin" / "flywheel"
    where = run(python, "-c", "import sim; print(sim.__file__)", cwd=elsewhere).strip()
    assert Path(where).is_relative_to(elsewhere)
    assert PROJECT["version"] in run(flywheel, "--version", cwd=elsewhere)
    assert "baseline" in run(flywheel, "scenarios", cwd=elsewhere)


def test_make_says_which_python_it_needs(tmp_path: Path):
    command = ["make", "demo", "PYTHON=", f"VENV={tmp_path / 'venv'}"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()
