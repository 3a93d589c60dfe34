"""Compiling the rules and the kernel, once for each machine and each version of their source.

Numba's own cache looks at one file at a time, so a loop in one file would go on using an old rule of another, and it
is tied to the checkout's path. This one is a folder named by the hash of everything that matters: the rules' sources,
the schedule, the records' layout, the versions and the processor. Two programs that start cold at once share the work.

Numba compiles one function of a process at a time. Where there is a second core, a second process therefore compiles
the rules from the other end of the list, and both meet in the middle.
"""

import getpass
import hashlib
import inspect
import json
import os
import pickle
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from subprocess import DEVNULL
from typing import Any, Literal, cast

import filelock
import llvmlite
import llvmlite.binding
import numba
import numpy as np
import platformdirs
from numba.core import registry, serialize
from numba.core.compiler import CompileResult
from numba.core.compiler_lock import global_compiler_lock
from numba.core.runtime.nrt import rtsys
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import agents
import sim.engine.kernel
from agents.machinery.clock import advance_clock
from agents.machinery.rule import COMPILED, HELPERS, RULES, Rule
from agents.machinery.state import State
from agents.schedule import PHASES
from sim.engine.cores import usable_cores
from sim.engine.kernel import ScheduledPhase, kernel, kernel_source
from sim.scenario.errors import InputError

What = Literal["kernel", "rules"]
Report = Callable[[str, int, int], None]
"""Called with what is compiled next, how many are done and how many there are."""

# Numba declares no types for these.
_config: Any = numba.config
_typeof: Any = numba.typeof
_dumps: Any = serialize.dumps
_result_type: Any = CompileResult

FOLDER_VARIABLE = "FLYWHEEL_CACHE_DIR"
_KEPT = 5

WORTH_HELP = 10
"""Functions that have to be compiled for a second process, which takes seconds to start, to be worth it. Assumed."""

PACE = 0.5
"""Seconds a function takes to compile, until this machine has shown how long it needs. Assumed."""


@dataclass(frozen=True)
class CompiledUnit:
    """One function with the types it is called with."""

    name: str
    dispatcher: Any
    types: tuple[Any, ...]
    rule: Rule | None = None

    @property
    def loaded(self) -> bool:
        """Whether it can be called."""
        return self.types in self.dispatcher.overloads and (self.rule is None or self.rule.compiled is self.entry)

    @property
    def entry(self) -> Any:
        """The machine code as Python calls it, without the dispatcher in between."""
        return self.dispatcher.overloads[self.types].entry_point

    def adopt(self) -> None:
        """Let the agent drive call this machine code; it is of one layout of the state, as the drive is."""
        if self.rule:
            self.rule.compiled = self.entry


@dataclass(frozen=True)
class Program:
    """A schedule and its rules, to be compiled for the layout of a state."""

    phases: Sequence[ScheduledPhase]  # the schedule
    rules: Mapping[str, Rule]  # the registry in which the schedule's names are looked up

    def __reduce__(self) -> str | tuple[Any, ...]:
        """Pickle the model's program by its name; no other can be, unless it says how it is made again."""
        return "MODEL"

    def units(self, state: State, what: What) -> list[CompiledUnit]:
        """What has to be compiled: every rule and the clock, or the kernel (rules are linked into it)."""
        types = layout_types(state)
        if what == "kernel":
            return [CompiledUnit("run_weeks", kernel(self.phases, self.rules), types)]
        rules = [CompiledUnit(name, rule.dispatcher, types, rule) for name, rule in self.rules.items()]
        return [*rules, CompiledUnit("advance_clock", advance_clock, types[:1])]

    def digest(self, state: State) -> str:
        """Hash of everything the machine code depends on. [20 hexadecimal digits]."""
        return digest_of(state, kernel_source(self.phases, self.rules), _source_files(self.rules))


def digest_of(state: State, source: str, files: tuple[Path, ...]) -> str:
    """Hash of a state's layout, of a source and of files, on this machine with these versions."""
    return _digest(_typeof(state), source, files)


def layout_types(state: State) -> tuple[Any, Any]:
    """Types of a state and of a row, as a rule is called with."""
    return _layout(state), numba.int64


def _layout(state: State) -> Any:
    """The state's type, under a short name.

    Numba names each function after its arguments' types and those after all their fields: 30 kilobytes a name, which
    made machine code 14 times as large and slower to compile.
    """
    layout = _typeof(state)
    if "(" in layout.name:
        layout.name = f"State_{hashlib.sha256(layout.name.encode()).hexdigest()[:12]}"
    return layout


MODEL = Program(PHASES, RULES)
"""The model's own schedule and rules."""


def _source_files(rules: Mapping[str, Rule]) -> tuple[Path, ...]:
    """Files of all rules and helpers, and all of `agents`, whose constants and formulas they use."""
    functions = [
        *(rule.function for rule in rules.values()),
        *(getattr(rule, "py_func", rule) for rule in HELPERS.values()),
    ]
    own = Path(agents.__file__).parent.rglob("*.py")
    return tuple(sorted({*own, *(Path(inspect.getfile(function)) for function in functions)}))


@cache
def _digest(state_type: Any, source: str, files: tuple[Path, ...]) -> str:
    versions = (numba.__version__, llvmlite.__version__, np.__version__, sys.version, platform.platform())
    processor = (llvmlite.binding.get_host_cpu_name(), llvmlite.binding.get_host_cpu_features().flatten())
    parts = [state_type.key, source, versions, processor, _config.CPU_NAME, _config.CPU_FEATURES]
    content = hashlib.sha256(repr(parts).encode())
    for file in (*files, Path(__file__), Path(sim.engine.kernel.__file__)):
        content.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    return content.hexdigest()[:20]


def ensure_compiled(
    state: State, what: What = "kernel", progress: Report | None = None, program: Program = MODEL
) -> None:
    """Load the machine code from the cache, or compile and keep it; nothing is done with the compiler off.

    Args:
        state: Any state; only its types matter.
        what: "kernel" for the compiled drive, "rules" for the agent drive (each rule by itself, and the clock).
        progress: Told before each compilation what is compiled, how many are done, and how many there are.
        program: The schedule and the rules.

    Raises:
        InputError: The folder asked for by the environment variable cannot be written.
    """
    if not COMPILED:
        return
    units = program.units(state, what)
    if all(unit.loaded for unit in units):
        return
    with global_compiler_lock:
        folder = _folder_of(program.digest(state), units)
        if not all(_load(unit, folder) for unit in units):
            _compile(program, state, what, folder, progress or (lambda *_: None))
        for unit in units:
            unit.adopt()


def is_cached(state: State, what: What = "kernel", program: Program = MODEL) -> bool:
    """Whether `ensure_compiled` has nothing to compile (always with the compiler off)."""
    if not COMPILED:
        return True
    units = program.units(state, what)
    return all(unit.loaded for unit in units) or _is_complete(_folder_of(program.digest(state), units), units)


def compile_with_progress(state: State, what: What = "kernel", program: Program = MODEL) -> None:
    """`ensure_compiled`, which says on standard error what is compiled and shows a bar; silent if all is cached."""
    if is_cached(state, what, program):
        ensure_compiled(state, what, program=program)
        return
    console = Console(stderr=True, highlight=False)
    console.print(_announcement(program, state, what), soft_wrap=True)
    columns = (TextColumn("Compiling: {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as bar:
        task = bar.add_task("", total=None)
        ensure_compiled(
            state, what, lambda name, done, n: bar.update(task, description=name, completed=done, total=n), program
        )


def _announcement(program: Program, state: State, what: What) -> str:
    """Say what is compiled, how much of it, and about how long that will take."""
    units = _all_units(program, state, what)
    folder = _folder_of(program.digest(state), units)
    rules = len(program.rules)
    named = units[-1].name if not rules else f"{rules} rules" if what == "rules" else f"{rules} rules and the kernel"
    seconds = _paces(folder).get(_pace_key(program, what), PACE) * _missing(units, folder)
    return f"Compiling {named} for this machine, once: about {max(1, round(seconds))} s."


def _pace_key(program: Program, what: What) -> str:
    return f"{what} with {len(program.rules)} rules"


def _paces(folder: Path) -> dict[str, float]:
    """Seconds a function took at the last compilation of each kind, as far as this machine has shown it."""
    try:
        return {str(key): float(value) for key, value in json.loads((folder.parent / "paces.json").read_text()).items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _keep_pace(folder: Path, key: str, seconds: float) -> None:
    """Keep how long a function took; a place that cannot be written costs only the next estimate."""
    with suppress(OSError):
        (folder.parent / "paces.json").write_text(json.dumps(_paces(folder) | {key: seconds}), encoding="utf-8")


def kernel_entry(
    state: State, progress: Report | None = None, program: Program = MODEL
) -> Callable[[State, int], None]:
    """Return `run_weeks(state, n_weeks)` ready to be called from Python, which releases the GIL while it runs.

    The state given later must have the same types as this one.
    """
    function = kernel(program.phases, program.rules)
    if not COMPILED:
        return cast("Callable[[State, int], None]", function)
    ensure_compiled(state, "kernel", progress, program)
    (unit,) = program.units(state, "kernel")
    return cast("Callable[[State, int], None]", unit.entry)


def _compile(program: Program, state: State, what: What, folder: Path, progress: Report) -> None:
    """Compile what no other process has compiled meanwhile: the rules first, for the kernel links them."""
    units = _all_units(program, state, what)
    with _lock(folder):
        missing, begun = _missing(units, folder), time.monotonic()
        with _light_optimisation(), _helped(program, state, folder, missing):
            for done, unit in enumerate(units):
                if not _load(unit, folder):
                    progress(unit.name, done, len(units))
                    unit.dispatcher.compile(unit.types)
                    _store(unit, folder)
            progress("done", len(units), len(units))
        if missing == len(units):
            _keep_pace(folder, _pace_key(program, what), (time.monotonic() - begun) / missing)
    _remove_old(folder)


def _all_units(program: Program, state: State, what: What) -> list[CompiledUnit]:
    """What a compilation compiles: the rules, and the kernel that links them where it is wanted."""
    return program.units(state, "rules") + (program.units(state, "kernel") if what == "kernel" else [])


def _missing(units: Sequence[CompiledUnit], folder: Path) -> int:
    return sum(not _file(unit, folder).exists() for unit in units)


@contextmanager
def _helped(program: Program, state: State, folder: Path, missing: int) -> Iterator[None]:
    """Let a second process compile from the other end, where there is enough to do and a core for it."""
    if missing < WORTH_HELP or usable_cores() < 2 or not _is_pickled(program):
        yield
        return
    command = [sys.executable, "-P", "-m", "sim.engine.compile_helper", str(folder)]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(path or str(Path.cwd()) for path in sys.path)}
    with tempfile.TemporaryFile() as file:
        pickle.dump((program, State(*(rows[:0].copy() for rows in state))), file)
        file.seek(0)
        process = subprocess.Popen(command, stdin=file, stdout=DEVNULL, stderr=DEVNULL, env=paths)  # noqa: S603
    try:
        yield
    except BaseException:
        process.terminate()
        raise
    finally:
        process.wait()


def _is_pickled(program: Program) -> bool:
    try:
        pickle.dumps(program)
    except pickle.PicklingError:
        return False
    return True


def compile_from_the_end(program: Program, state: State, folder: Path) -> None:
    """Compile and keep the rules that nobody has kept yet, the last one first: the work of the second process.

    Args:
        program: The schedule and the rules.
        state: Any state; only its types matter.
        folder: Where the first process keeps what it compiles; nothing happens where its name is that of other code.
    """
    if program.digest(state) != folder.name:
        return
    with _light_optimisation():
        for unit in reversed(program.units(state, "rules")):
            if not _file(unit, folder).exists():
                unit.dispatcher.compile(unit.types)
                _store(unit, folder)


@contextmanager
def _light_optimisation() -> Iterator[None]:
    """Numba's optimisation level 1: less than half the time to compile, and the rules run no slower.

    The caller holds numba's compiler lock, so nobody else's function is compiled meanwhile. The code generator takes
    the level in force when it is made, so it is made before.
    """
    registry.cpu_target.target_context.codegen()
    before = _config.OPT
    _config.OPT = _config._OptLevel(1)  # noqa: SLF001 - numba has no public way but the environment
    try:
        yield
    finally:
        _config.OPT = before


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process at a time compile for this folder; where the file system has no locks, each does it itself."""
    lock = filelock.FileLock(folder.with_suffix(".lock"))
    with suppress(OSError, NotImplementedError):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _file(unit: CompiledUnit, folder: Path) -> Path:
    return folder / f"{unit.name}.bin"


def _load(unit: CompiledUnit, folder: Path) -> bool:
    """Load one function, unless it is loaded; False if it is not stored or not readable."""
    if unit.types not in unit.dispatcher.overloads:
        try:
            parts = pickle.loads(_file(unit, folder).read_bytes())  # noqa: S301 - from the user's own folder
        except (OSError, EOFError, pickle.UnpicklingError):
            return False
        context = registry.cpu_target.target_context
        # Machine code needs numba's runtime only. What a refresh loads, scipy's linear algebra among it, serves
        # compiling, and numba refreshes before that.
        rtsys.initialize(context)
        result = _result_type._rebuild(context, *parts)  # noqa: SLF001 - what numba's own cache does
        context.insert_user_function(result.entry_point, result.fndesc, [result.library])
        unit.dispatcher.add_overload(result)
    return True


def _store(unit: CompiledUnit, folder: Path) -> None:
    """Put one function in place by renaming, so that nobody reads half of it; a full disk costs only the cache."""
    result = unit.dispatcher.overloads[unit.types]
    with suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            file.write(_dumps(result._reduce()))  # noqa: SLF001 - what numba's own cache does
        Path(file.name).replace(_file(unit, folder))


def _is_complete(folder: Path, units: Sequence[CompiledUnit]) -> bool:
    return all(_file(unit, folder).exists() for unit in units)


def _folder_of(digest: str, units: Sequence[CompiledUnit]) -> Path:
    """The folder that has all these functions, or else the first one that can be written."""
    asked = os.environ.get(FOLDER_VARIABLE)
    roots = [Path(asked)] if asked else [Path(platformdirs.user_cache_dir("sales-flywheel", appauthor=False))]
    for root in roots:
        if _is_complete(root / digest, units) or _is_writable(root / digest):
            return root / digest
    if asked:
        raise InputError(f"{FOLDER_VARIABLE} is {asked}, and nothing can be written there; name another folder")
    folder = _own_temporary_folder() / digest
    folder.mkdir(exist_ok=True)
    return folder


def _is_writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


@cache
def _own_temporary_folder() -> Path:
    """A folder for temporary files that only this user can write; code is loaded from it."""
    folder = Path(tempfile.gettempdir()) / f"sales-flywheel-{getpass.getuser()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
        if os.name == "nt" or (folder.is_dir() and status.st_uid == os.getuid() and not status.st_mode & 0o022):
            return folder
    return Path(tempfile.mkdtemp(prefix="sales-flywheel-"))


def _remove_old(folder: Path) -> None:
    """Keep the newest folders of this cache, this one included."""
    folders = [child for child in folder.parent.iterdir() if len(child.name) == len(folder.name) and child.is_dir()]
    newest = sorted(folders, key=lambda child: child.stat().st_mtime, reverse=True)
    for old in newest[_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
        old.with_suffix(".lock").unlink(missing_ok=True)
