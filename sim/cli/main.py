"""The command line, `flywheel`: it reads what is typed, calls the library and prints; it decides nothing.

Exit codes: 0 done, 1 the run failed, 2 the input is wrong, 130 stopped with Ctrl-C. Commands import what they need when
they are called, so that `flywheel --help` answers at once.
"""

import errno
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.cli import page, study, validate
from sim.cli.ask import ask
from sim.cli.calibrate import calibrate
from sim.cli.capacity import capacity
from sim.cli.compare import compare, demo
from sim.cli.console import STOPPED, shown
from sim.cli.data import crm, deals
from sim.cli.discover import discover
from sim.cli.invest import invest
from sim.cli.lessons import lessons
from sim.cli.mcp import mcp
from sim.cli.options import EXPERIMENTS, SIMULATE, help_of
from sim.cli.pilot import pilot
from sim.cli.retention import retention
from sim.cli.run import run
from sim.cli.sensitivity import sensitivity
from sim.cli.show import check, diff, measures, new, parameters, scenarios, schedule, schema
from sim.cli.sweep import sweep
from sim.cli.verify import verify
from sim.cli.wheel import wheel
from sim.cli.why import why
from sim.scenario.errors import InputError, plain_kind

OURS = ("sim", "agents", "scenarios", "app")
_USAGE_ERROR: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="flywheel",
    help="Simulate a business-to-business sales organization, and compare what could be done about it.",
    epilog="Start with: flywheel demo. Every command explains itself: flywheel compare --help",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    add_completion=False,
)
PANELS: dict[str, list[Callable[..., None]]] = {
    SIMULATE: [demo, run, compare, page.app, verify],
    EXPERIMENTS: [ask, capacity, retention, pilot, sweep, sensitivity, discover, invest, calibrate],
    "Explain": [why, wheel],
    "Look things up": [scenarios, parameters, measures, check, new, diff, schedule, schema, lessons],
    "Data in and out": [crm, deals, mcp],
}
"""The commands by the panel of `flywheel --help` in which they stand."""

for panel, commands in PANELS.items():
    for command in commands:
        app.command(rich_help_panel=panel, help=help_of(command))(command)
validate.register(app)
app.add_typer(study.group, name="study", rich_help_panel=EXPERIMENTS)


def _print_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"flywheel {version('sales-flywheel')}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and end.")
    ] = False,
    _debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an unexpected error; works after a command too.")
    ] = False,
) -> None:
    pass


def strangers() -> list[str]:
    """Say which of the import names belong to another package than this one, one sentence each."""
    home = Path(__file__).resolve().parents[2]
    sentences = []
    for name in OURS:
        spec = find_spec(name)
        file = Path(spec.origin).resolve() if spec and spec.origin else None
        if file and home not in (file.parent, file.parent.parent):
            sentences.append(
                f"the name {name} is imported from {file}, which is not part of Sales Flywheel; "
                "install Sales Flywheel in an environment of its own"
            )
    return sentences


def main() -> None:
    """Run the command line with the words the program was started with, and end the process."""
    words = sys.argv[1:]
    debug = "--debug" in words
    for sentence in strangers():
        _say(f"Warning: {sentence}.")
    sys.exit(_run([word for word in words if word != "--debug"], debug=debug))


def _run(words: list[str], *, debug: bool) -> int:
    try:
        code = app(args=words, prog_name="flywheel", standalone_mode=False)
    except InputError as error:
        _say(str(error))
        return error.exit_code
    except _USAGE_ERROR as error:
        _say(plain_kind(error.format_message()))
        return int(error.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        code = STOPPED
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output, such as `head`, has left
        return 0
    except Exception as error:  # noqa: BLE001 - whatever it is, the user gets one sentence
        if debug:
            traceback.print_exc()
        elif isinstance(error, OSError) and error.filename:
            _say(f"{error.filename}: {error.strerror}; what was kept before is as it was")
            return InputError.exit_code if error.errno == errno.ENAMETOOLONG else 1
        else:
            what = " ".join(str(error).split()) or "no more is known"
            _say(f"flywheel failed: {type(error).__name__}: {what} (add --debug to see where)")
        return 1
    if code == STOPPED:
        _say("Stopped.")
    return code if isinstance(code, int) else 0


def _say(text: str) -> None:
    typer.echo(shown(text), err=True)
