"""The cache on disk, tried on a copy of the machinery with a toy schedule, in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

MACHINERY = [
    f"agents/machinery/{name}" for name in ("__init__", "record", "rule", "effects", "chance", "clock", "state", "walk")
]
MACHINERY += [f"sim/engine/{name}" for name in ("kernel", "compiler", "compile_helper", "cores")]
MACHINERY += ["sim/scenario/errors"]
TOY = Path(__file__).parent / "toy"
ALL_BUILT = ["sell", "tire", "look", "advance_clock", "run_weeks", "done"]


@pytest.fixture
def tree(tmp_path, root):
    """A package of the machinery and the toy."""
    return _copy(root, tmp_path / "tree")


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A tree with a cache that has been filled, for tests that only look at it or copy it."""
    folder = tmp_path_factory.mktemp("warm")
    tree = _copy(Path(__file__).parents[3], folder / "tree")
    return tree, folder / "cache", _run(tree, folder / "cache")


def _copy(root, tree):
    for name in MACHINERY:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / f"{name}.py", tree / f"{name}.py")
    for package in ("agents", "sim", "sim/engine", "sim/scenario"):
        (tree / package / "__init__.py").touch()
    shutil.copy(TOY / "schedule.py", tree / "agents/schedule.py")
    shutil.copy(TOY / "run.py", tree / "run.py")
    return tree


def _start(tree, cache, *arguments, **variables):
    own = {"FLYWHEEL_CACHE_DIR": str(cache), "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_DISABLE_JIT": "0"}
    own = {name: value for name, value in (own | variables).items() if value is not None}
    kept = {name: value for name, value in os.environ.items() if name not in ("FLYWHEEL_CACHE_DIR", "PYTHONPATH")}
    command = [sys.executable, "-W", "error::RuntimeWarning", str(tree / "run.py"), *arguments]
    return subprocess.Popen(command, env=kept | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _finish(process):
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out)


def _run(tree, cache, *arguments, **variables):
    return _finish(_start(tree, cache, *arguments, **variables))


def _copied_cache(warm, tmp_path):
    return shutil.copytree(warm[1], tmp_path / "cache")


def test_the_first_start_compiles_and_names_everything(warm):
    _, cache, first = warm
    assert first["built"] == ALL_BUILT
    assert first["was_cached"] is False
    assert first["restored"] is True
    (folder,) = (one for one in cache.iterdir() if one.is_dir())
    assert {file.stem for file in folder.iterdir()} == set(ALL_BUILT) - {"done"}
    (pace,) = json.loads((cache / "paces.json").read_text()).values()
    assert 0.0 < pace < 60.0


@pytest.mark.parametrize("kept", [None, 0.25, "damaged"])
def test_a_compilation_says_what_is_compiled_and_how_long_it_takes(kept, tmp_path, monkeypatch, capsys):
    compiler = import_module("sim.engine.compiler")
    state, rules = import_module("sim.engine.state").pattern_state(), len(compiler.MODEL.rules)
    monkeypatch.setenv("FLYWHEEL_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(compiler, "is_cached", lambda *_: False)
    monkeypatch.setattr(compiler, "ensure_compiled", lambda *_: None)
    (tmp_path / "paces.json").write_text(json.dumps({f"kernel with {rules} rules": kept}) if kept else "")
    compiler.compile_with_progress(state)
    functions = rules + 2  # the clock and the kernel
    seconds = round((0.25 if kept == 0.25 else compiler.PACE) * functions)
    said = f"Compiling {rules} rules and the kernel for this machine, once: about {seconds} s.\n"
    assert capsys.readouterr().err.startswith(said)
    compiler.compile_with_progress(state, "rules")
    assert f"Compiling {rules} rules for this machine, once: about " in capsys.readouterr().err


def test_the_second_start_compiles_nothing_and_both_drives_agree(warm, tmp_path):
    tree, _, first = warm
    second = _run(tree, _copied_cache(warm, tmp_path), "rules")
    assert second["built"] == []
    assert second["was_cached"] is True
    assert second["state"] == first["state"]
    assert second["same"] == [True, True]


def test_plain_python_agrees_and_needs_no_cache(warm, tmp_path):
    tree, _, first = warm
    plain = _run(tree, tmp_path / "unused", "rules", NUMBA_DISABLE_JIT="1")
    assert plain["state"] == first["state"]
    assert plain["same"] == [True, True]
    assert not (tmp_path / "unused").exists()


def test_another_checkout_uses_the_same_cache(warm, tree):
    assert _run(tree, warm[1])["built"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("agents/schedule.py", ("1.0 + 0.1 * sold", "1.0 + 0.2 * sold")),
        ("agents/schedule.py", ('"sell", "tire"', '"sell",')),
        ("agents/machinery/chance.py", ("0x94D049BB133111EB", "0x94D049BB133111ED")),
    ],
)
def test_a_changed_source_changes_the_result(warm, tmp_path, tree, file, change):
    text = (tree / file).read_text()
    assert change[0] in text
    (tree / file).write_text(text.replace(*change))
    changed = _run(tree, _copied_cache(warm, tmp_path))
    assert changed["built"] == ALL_BUILT
    assert changed["state"] != warm[2]["state"]


@pytest.mark.slow
def test_two_cold_starts_at_once_share_the_work(warm, tmp_path):
    tree, _, first = warm
    started = [_start(tree, tmp_path / "cache") for _ in range(2)]
    done = [_finish(process) for process in started]
    assert [one["state"] for one in done] == [first["state"]] * 2
    built = [name for one in done for name in one["built"] if name != "done"]
    assert sorted(built) == sorted(set(ALL_BUILT) - {"done"})


@pytest.mark.slow
def test_another_layout_compiled_meanwhile_leaves_the_agent_drive_alone(warm, tmp_path):
    tree, _, first = warm
    done = _run(tree, tmp_path / "cache", "rules", "another layout")
    assert done["built"] == ALL_BUILT * 2
    assert done["state"] == first["state"]
    assert done["same"] == [True, True]


@pytest.mark.slow
def test_a_second_process_compiles_from_the_other_end(warm, tmp_path):
    tree, _, first = warm
    helped = _run(tree, tmp_path / "cache", "helped")
    assert helped["state"] == first["state"]
    assert {"sell", "run_weeks"} <= set(helped["built"]) < set(ALL_BUILT), "the last rule was compiled by the other"
    (folder,) = (one for one in (tmp_path / "cache").iterdir() if one.is_dir())
    assert {file.stem for file in folder.iterdir()} == set(ALL_BUILT) - {"done"}


def test_a_package_that_cannot_be_written_works(warm, tree):
    for path in [*tree.rglob("*"), tree]:
        path.chmod(path.stat().st_mode & ~0o222)
    before = sorted(tree.rglob("*"))
    try:
        assert _run(tree, warm[1])["state"] == warm[2]["state"]
        assert sorted(tree.rglob("*")) == before
    finally:
        for path in [tree, *tree.rglob("*")]:
            path.chmod(path.stat().st_mode | 0o200)


@pytest.mark.parametrize("damage", ["", "no pickle", "cut"])
def test_a_damaged_file_is_compiled_again(warm, tmp_path, damage):
    cache = _copied_cache(warm, tmp_path)
    (file,) = cache.glob("*/run_weeks.bin")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2] if damage == "cut" else damage.encode())
    again = _run(warm[0], cache)
    assert again["built"] == ["run_weeks", "done"]
    assert again["state"] == warm[2]["state"]


@pytest.mark.slow
def test_a_user_cache_that_cannot_be_written_gives_way_to_a_temporary_folder(warm, tmp_path):
    blocked = tmp_path / "a file, not a folder"
    blocked.touch()
    (tmp_path / "tmp").mkdir()
    homes = dict.fromkeys(("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"), str(blocked))
    done = _run(warm[0], "", FLYWHEEL_CACHE_DIR=None, TMPDIR=str(tmp_path / "tmp"), **homes)
    assert done["state"] == warm[2]["state"]
    assert list((tmp_path / "tmp").glob("sales-flywheel-*/*/run_weeks.bin"))


def test_a_folder_asked_for_that_cannot_be_written_is_named(warm, tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()
    process = _start(warm[0], blocked)
    _, err = process.communicate(timeout=300)
    assert process.returncode != 0
    assert f"InputError: FLYWHEEL_CACHE_DIR is {blocked}, and nothing can be written there" in err


@pytest.mark.slow
def test_only_the_newest_folders_are_kept(warm, tmp_path):
    cache = tmp_path / "cache"
    for age in range(8):
        folder = cache / f"{age:020d}"
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    (cache / "something else").mkdir()
    _run(warm[0], cache)
    kept = sorted(one.name for one in cache.iterdir() if one.is_dir())
    assert len(kept) == 6
    assert [f"{age:020d}" for age in range(4)] == [name for name in kept if name.startswith("000000")]
