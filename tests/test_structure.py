"""What may stand where: who imports whom, how large a room may grow, what no file may contain."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"agents", "sim", "scenarios", "app", "tests", "benchmarks"}
SIM_ON_TOP = (
    "sim.experiments",
    "sim.answers",
    "sim.validation",
    "sim.questions.wheel",
    "sim.questions.why",
    "sim.ui",
    "sim.cli.main",
)
MAY_IMPORT_OF_OURS = {
    "agents": {"agents"},
    "scenarios": {"scenarios"},
    "sim": {"agents", "sim", "scenarios"},
    "app": {"agents", "sim", "scenarios", "app"},
}
LARGEST_FILE = 450  # lines
MODULES = [path for room in MAY_IMPORT_OF_OURS for path in [*ROOT.glob(f"{room}/**/*.py"), *ROOT.glob(f"{room}.py")]]

NEVER = {
    "a path of one machine": r"(?<![\w.])/(?:root|home|Users|work)/\w|\b[A-Z]:\\Users",
    "the address of a package registry": r"(?:pypi|pythonhosted|npmjs|jsdelivr|unpkg)\.(?:org|com|net)|index.url",
    "a merge conflict": r"^(?:<{7}|>{7}) ",
    "a note to do it later": r"\b(?:TODO|FIXME|XXX)\b",
}


def module_name(path: Path) -> str:
    """Return the dotted name a file is imported by."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of everything a file imports, inside functions too."""
    package = module_name(path) if path.name == "__init__.py" else module_name(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            climb = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*climb, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


def tracked_files() -> list[Path]:
    """Return the text files git keeps; where there is no git, those of the rooms and beside them."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        found = [p for room in OURS for p in ROOT.glob(f"{room}/**/*") if p.is_file()] + list(ROOT.glob("*.*"))
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8192]]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_go_one_way(path: Path):
    room = module_name(path).partition(".")[0]
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for line, name in imports(path)
        if (first := name.partition(".")[0]) in OURS and first not in MAY_IMPORT_OF_OURS[room]
    ]
    assert not wrong


@pytest.mark.parametrize("path", [p for p in MODULES if module_name(p).startswith("agents")], ids=module_name)
def test_agents_need_numpy_numba_and_mesa_only(path: Path):
    allowed = {"agents", "numpy", "numba", "mesa", *sys.stdlib_module_names}
    assert {name.partition(".")[0] for _, name in imports(path)} <= allowed


def test_the_model_imports_nothing_that_sits_on_top_of_it():
    # sim/__init__.py only gives names to users and may name everything.
    model = [p for p in MODULES if (name := module_name(p)).startswith("sim.") and not name.startswith(SIM_ON_TOP)]
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {name}"
        for path in model
        for line, name in imports(path)
        if any(name == top or name.startswith(f"{top}.") for top in SIM_ON_TOP)
    ]
    assert not wrong


def test_no_file_is_two_rooms():
    pages = [path for path in tracked_files() if path.suffix == ".py"]
    large = {str(p.relative_to(ROOT)): n for p in pages if (n := len(p.read_text("utf-8").splitlines())) > LARGEST_FILE}
    assert not large


@pytest.mark.parametrize("what", NEVER)
def test_no_file_contains(what: str):
    pattern = re.compile(NEVER[what], re.MULTILINE)
    found = [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match.group()}"
        for path in tracked_files()
        if path != Path(__file__).resolve()
        for text in [path.read_text(encoding="utf-8", errors="replace")]
        for match in pattern.finditer(text)
    ]
    assert not found
