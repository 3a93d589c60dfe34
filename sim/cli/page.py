"""The command that serves the page."""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.console import say
from sim.cli.options import option, switch
from sim.scenario.errors import InputError


def app(
    *,
    port: Annotated[int, typer.Option("--port", metavar="N", help="Port to listen on.", min=1, max=65535)] = 8765,
    host: Annotated[
        str,
        option(
            "NAME",
            "Name or address to listen at; 0.0.0.0 lets everybody in the network open the page, which has no password.",
        ),
    ] = "localhost",
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")] = True,
    lessons: Annotated[Path | None, option("DIR", "Folder of lessons of your own.")] = None,
    trainer_code: Annotated[
        str,
        typer.Option(
            metavar="CODE",
            envvar="FLYWHEEL_TRAINER_CODE",
            help="What a trainer types to open a class.",
            show_default="a new one, printed",
        ),
    ] = "",
    allow_host: Annotated[
        list[str] | None, option("NAME", "A further name the page is opened under, without port; * for any.")
    ] = None,
    behind_proxy: Annotated[
        bool, switch("--behind-proxy", "Believe what a proxy in front says about who asks (X-Forwarded-For).")
    ] = False,
    root_path: Annotated[str, option("PATH", "Path under which a proxy shows the page.")] = "",
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            envvar="FLYWHEEL_DATA_DIR",
            help="Folder in which classes are kept.",
            show_default="the folder of this user's data",
        ),
    ] = None,
) -> None:
    """Open the live page on this machine; it works without a network. Ctrl-C ends it.

    For example:

      flywheel app

      flywheel app --host 0.0.0.0 --port 8080 --no-browser
    """
    from sim.questions.lesson.reading import FOLDER, lessons_in  # noqa: PLC0415 - commands import what they need
    from sim.ui.classroom.store import keeping  # noqa: PLC0415 - the same
    from sim.ui.server.codes import TRAINER_CODE, check_trainer_code, new_code  # noqa: PLC0415
    from sim.ui.server.start import ServerOptions, serve  # noqa: PLC0415

    if lessons:
        lessons_in(lessons)
    code = check_trainer_code(trainer_code) if trainer_code else new_code()
    spec = find_spec("app")
    if spec is None or not spec.origin:
        raise InputError("the page is not installed: there is no app.py beside the program")
    if find_spec("solara") is None:
        raise InputError("the page needs its extra; install it with: pip install 'sales-flywheel[app]'")
    allowed = tuple(allow_host or ())
    options = ServerOptions(spec.origin, host, port, allowed, behind_proxy, root_path, browser)
    options.check()
    if lessons:
        os.environ[FOLDER] = str(lessons.resolve())
    os.environ[TRAINER_CODE] = code
    with keeping(data, say):
        say(f"Trainer code, to open a class: {code}")
        serve(options, say)
