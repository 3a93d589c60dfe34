"""How options are declared, and those that several commands share."""

import functools
import inspect
import shlex
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from sim.scenario.errors import InputError, write_error

if TYPE_CHECKING:
    from sim.scenario.scenario import Scenario

MODEL: ContextVar[type | None] = ContextVar("MODEL", default=None)
"""Rules of one's own by which scenarios are run, for who asks from Python."""

WORDS: ContextVar[list[str] | None] = ContextVar("WORDS", default=None)
"""What a command is repeated with, where that is not what was typed."""

SIMULATE = "Simulate"
EXPERIMENTS = "Experiments"


def option(
    metavar: str, meaning: str, default: str | None = None, *, flag: str | None = None, least: int | None = None,
    most: int | None = None,
) -> Any:  # fmt: skip
    """Declare an option that takes a value, named by its parameter unless it has another flag.

    `default` says in words what holds without it, where the default value does not; `least` and `most` are the ends of
    what a number may be, which help and schema show, and which whoever asks is held to by the question itself.
    """
    ends = "" if least is None else f", {least:,} or more" if most is None else f", {least:,} to {most:,}"
    said = f"{meaning.removesuffix('.')}{ends}." if ends else meaning
    declared = typer.Option(*([flag] if flag else []), metavar=metavar, help=said, show_default=default or True)
    declared.least, declared.most = least, most
    return declared


def switch(flag: str, meaning: str) -> Any:
    """Declare an option that is on or off."""
    return typer.Option(flag, help=meaning)


def argument(metavar: str | None, meaning: str) -> Any:
    """Declare a word that needs no flag."""
    return typer.Argument(metavar=metavar, help=meaning, show_default=False)


def out_folder(meaning: str, default: str | None = None) -> Any:
    """Declare an option that names a folder to write to; one that cannot be written is refused before any work."""
    return typer.Option(metavar="DIR", help=meaning, show_default=default or True, parser=_writable_folder)


def out_answer(default: str, what: str = "Where the answer goes") -> Any:
    """Declare an option that says where an answer goes and in which form; a bad place is refused before any work."""
    meaning = f"{what}: a folder, or a file ending in .pptx, .xlsx, .html or .json."
    return typer.Option(metavar="DIR|FILE", help=meaning, show_default=default, parser=_writable_answer)


def out_file(meaning: str, default: str | None = None) -> Any:
    """Declare an option that names a file to write, as `out_folder`."""
    return typer.Option(metavar="FILE", help=meaning, show_default=default or True, parser=_writable_file)


def _writable_folder(text: str | Path) -> Path:
    from sim.studies.folders import check_writable  # noqa: PLC0415 - commands import what they need

    path = _local(str(text))
    if path.exists() and not path.is_dir():
        raise InputError(f"{text}: this is a file; name a folder")
    check_writable(path)
    return path


def _writable_answer(text: str | Path) -> Path:
    from sim.answers.media import check_place  # noqa: PLC0415 - commands import what they need

    path = _local(str(text))
    check_place(path)
    return path


def _writable_file(text: str | Path) -> Path:
    path = _local(str(text))
    try:
        if path.is_dir():
            raise InputError(f"{text} is a folder; name a file in it")
        if not path.exists() or path.is_file():
            tempfile.TemporaryFile(dir=path.resolve().parent).close()
    except OSError as error:
        raise write_error(text, error) from error
    return path


def _local(text: str) -> Path:
    if "://" in text:
        raise InputError(
            f"{text}: this command writes to folders of this machine only; "
            "studies are kept in object storage by flywheel study and from Python"
        )
    if not text or "\0" in text:
        raise InputError("a folder or file to write to has a name")
    try:
        text.encode()
        path = Path(text).expanduser()
    except (UnicodeError, RuntimeError) as error:
        raise InputError(f"{text!a} is no name of a folder or file") from error
    try:
        if path.is_symlink() and not path.exists():
            raise InputError(f"{text} is a link to nothing; name another place")
    except OSError as error:
        raise write_error(text, error) from error
    return path


ScenarioName = Annotated[str, argument("SCENARIO", "Name of a shipped scenario, or a TOML file.")]
Settings = Annotated[list[str] | None, option("KEY=VALUE", "Change a parameter; may be repeated.", flag="--set")]
Weeks = Annotated[int | None, option("N", "Weeks after the burn-in.", "the scenario's own", least=1, most=1_040)]
Workers = Annotated[int | None, option("N", "Threads.", "as many as there are processors", least=1, most=1_024)]
Cluster = Annotated[str | None, option("ADDRESS", "A Dask scheduler, as tcp://10.0.0.5:8786, or local.")]
WorldsOf = Annotated[
    Path | None,
    option("FILE", "Draw from those plausible worlds alone that it names, as calibrate --worlds writes it.", "all"),
]
AsJson = Annotated[bool, switch("--json", "Print the result as JSON.")]
Force = Annotated[bool, switch("--force", "Write over an existing file.")]


def load(name: str, settings: list[str] | None = None) -> "Scenario":
    """Load a scenario and set what --set says.

    Raises:
        InputError: There is none, or something in it or in the settings is wrong.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415
    from sim.scenario.settings import read_settings  # noqa: PLC0415

    scenario = Scenario.load(name).with_model(MODEL.get())
    return scenario.override(read_settings(settings), origin="--set") if settings else scenario


def command_line() -> str:
    """Give the command that was typed, to be repeated."""
    words = WORDS.get()
    return shlex.join(["flywheel", *(sys.argv[1:] if words is None else words)])


def check_target(file: Path, *, force: bool = False) -> None:
    """Refuse, before any work is done, a file that exists and may not be written over."""
    if file.exists() and not force:
        raise InputError(f"{file} exists; choose another name, or write over it with --force")


def write_text(file: Path, text: str, *, force: bool = False) -> None:
    """Write a file a user named, whole or not at all; a device or a pipe is written as it stands.

    Raises:
        InputError: It exists and may not be written over, or it cannot be written.
    """
    from sim.studies.storage import Folder  # noqa: PLC0415 - commands import what they need

    check_target(file, force=force)
    try:
        if file.exists() and not file.is_file():
            file.write_text(text, encoding="utf-8")
        else:
            target = file.resolve()
            Folder(target.parent).write(target.name, text.encode())
    except OSError as error:
        raise write_error(file, error) from error


USUAL_WORLDS = 20
"""Plausible worlds of an answer unless something else is asked for, the same number on every machine."""


class PlausibleAsked(NamedTuple):
    """In how many plausible worlds an answer is to be given, whether somebody asked for them, why there are none."""

    number: int
    asked: bool = False
    without: tuple[str, ...] = ()
    which: int | str = 0  # as `sim.studies.worlds.worlds` takes it: the first so many, or a file that names some


NO_WORLDS = PlausibleAsked(0)


def usual_worlds(given: str | None, *, effort_given: bool) -> PlausibleAsked:
    """Choose in how many plausible worlds an answer is given.

    Args:
        given: What --worlds says; None where it is not given.
        effort_given: Whether somebody says himself how much is to be run, and wants no more.

    Raises:
        InputError: As `which_worlds`.
    """
    if given is not None:
        which = 0 if given == "0" else which_worlds(given)
        return PlausibleAsked(count_of(which), asked=True, which=which)
    if effort_given:
        return NO_WORLDS
    from sim.studies.worlds import drawn_from  # noqa: PLC0415 - reads a table

    which = str(drawn_from() or "") or USUAL_WORLDS
    try:
        return PlausibleAsked(count_of(which), which=which)
    except InputError as error:
        return PlausibleAsked(0, without=(f"No plausible worlds: {error}.",))


def which_worlds(given: str) -> int | str:
    """Read which plausible worlds are asked for: a whole number, all, or a file that names some.

    Raises:
        InputError: It is none of these, there are not so many, or they belong to other rules.
    """
    from sim.studies.worlds import worlds  # noqa: PLC0415 - reads a table

    if given == "all":
        return len(worlds())
    try:
        return len(worlds(int(given)))
    except ValueError:
        if given.endswith(".json"):
            worlds(given)
            return given
        raise InputError(
            f'--worlds {given}: it must be a whole number up to {len(worlds())}, "all", or the file of worlds that '
            "flywheel calibrate --worlds has written (.json)"
        ) from None


def count_of(which: int | str) -> int:
    """Count the plausible worlds that `which_worlds` has read."""
    from sim.studies.worlds import worlds  # noqa: PLC0415 - as above

    return len(worlds(which)) if which else 0


def help_of(command: Callable[..., None]) -> str:
    """Give what a command says of itself with every paragraph on one line, so that it is wrapped where it is read."""
    paragraphs = (inspect.getdoc(command) or "").split("\n\n")
    return "\n\n".join(one if one.startswith(" ") else " ".join(one.split("\n")) for one in paragraphs)


def sent(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take `--cluster`, and send what it runs there."""

    def manager(address: str | None) -> AbstractContextManager[None]:
        from sim.studies.chosen_cluster import on_cluster  # noqa: PLC0415 - commands import what they need

        return on_cluster(address)

    return _within(command, "cluster", Cluster, manager)


def of_worlds(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take `--worlds-of`, and draw from those plausible worlds alone."""

    def manager(file: Path | None) -> AbstractContextManager[None]:
        from sim.studies.worlds import drawing_from  # noqa: PLC0415 - as above

        return drawing_from(file)

    return _within(command, "worlds_of", WorldsOf, manager)


def _within(
    command: Callable[..., None], name: str, annotation: Any, manager: Callable[[Any], AbstractContextManager[None]]
) -> Callable[..., None]:
    """Let a command take one more option, after that of workers, and run within what is made of it."""

    @functools.wraps(command)
    def run(*words: Any, **options: Any) -> None:
        with manager(options.pop(name, None)):
            command(*words, **options)

    declared = inspect.signature(command)
    taken = list(declared.parameters.values())
    place = next(place for place, one in enumerate(taken, start=1) if one.name == "workers")
    taken.insert(place, inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation))
    run.__annotations__ = {**command.__annotations__, name: annotation}
    run.__signature__ = declared.replace(parameters=taken)  # type: ignore[attr-defined]  # what functions may have
    return run
