"""What may stand where: who imports whom, how large a room may grow, what no file may contain."""

import ast
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import grimp
import pytest

from tests.floors import FLOORS, circles, graph, room_of

ROOT = Path(__file__).resolve().parent.parent
OURS = {"agents", "sim", "scenarios", "app", "tests", "benchmarks"}
SHIPPED = ("agents", "sim", "scenarios", "app")
LARGEST_FILE = 450  # lines

NEVER = {
    "a path of one machine": r"(?<![\w.])/(?:root|home|Users|work)/\w|\b[A-Z]:\\Users",
    "the address of a package registry": r"(?:pypi|pythonhosted|npmjs|jsdelivr|unpkg)\.(?:org|com|net)|index.url",
    "a merge conflict": r"^(?:<{7}|>{7}) ",
    "a note to do it later": r"\b(?:TODO|FIXME|XXX)\b",
}


def foreign(path: Path) -> set[str]:
    """First names of everything a file imports, inside functions too."""
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return {name.partition(".")[0] for name in names}


def tracked_files() -> list[Path]:
    """Return the text files git keeps; where there is no git, those of the rooms and beside them."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        found = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        found = [p for room in OURS for p in ROOT.glob(f"{room}/**/*") if p.is_file()] + list(ROOT.glob("*.*"))
    return [path for path in found if path.is_file() and b"\0" not in path.read_bytes()[:8192]]


@pytest.fixture(scope="module")
def imports() -> grimp.ImportGraph:
    """The graph of all imports; also in functions and for type checkers."""
    return graph()


def test_imports_go_down_only():
    done = subprocess.run(
        [sys.executable, "-m", "importlinter.cli", "lint"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_every_file_stands_on_a_floor(imports: grimp.ImportGraph):
    beside = {"sim", "sim.experiments"}
    assert {module for module in imports.modules if not room_of(module)} <= beside
    assert len(FLOORS) <= 10


def test_no_two_files_import_each_other(imports: grimp.ImportGraph):
    assert circles(imports) == []


def test_the_page_starts_from_its_own_room_and_is_handed_its_questions():
    names = {
        node.module
        for node in ast.walk(ast.parse((ROOT / "app.py").read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
    }
    assert {name for name in names if name and name.partition(".")[0] in OURS} == {"sim.ui.page", "sim.cli.on_page"}


def test_agents_need_numpy_numba_and_mesa_only():
    allowed = {"agents", "numpy", "numba", "mesa", "lazy_loader", *sys.stdlib_module_names}
    wrong = {path: found for path in (ROOT / "agents").rglob("*.py") if (found := foreign(path) - allowed)}
    assert not wrong


def test_rules_need_no_mesa():
    code = "import agents.schedule, sys; sys.exit('mesa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_mesa_is_touched_by_one_file_for_agents_and_one_for_the_model():
    touched = [path for room in SHIPPED for path in ROOT.glob(f"{room}/**/*.py") if "mesa" in foreign(path)]
    assert {str(path.relative_to(ROOT)) for path in touched} == {"agents/machinery/agent.py", "sim/engine/sales_org.py"}


def test_a_class_name_is_used_once():
    homes = defaultdict(list)
    for room in SHIPPED:
        for path in [*ROOT.glob(f"{room}/**/*.py"), *ROOT.glob(f"{room}.py")]:
            for node in ast.parse(path.read_text("utf-8")).body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    homes[node.name].append(str(path.relative_to(ROOT)))
    assert {name: paths for name, paths in homes.items() if len(paths) > 1} == {}


def test_a_question_is_one_file_or_a_folder_of_at_most_four():
    questions = [path for path in (ROOT / "sim" / "questions").iterdir() if list(path.glob("*.py"))]
    many = {path.name: n for path in questions if (n := len({*path.glob("*.py")} - {path / "__init__.py"})) > 4}
    assert questions
    assert not many


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
