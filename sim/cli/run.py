"""Commands that simulate: demo, run, compare and app."""

import errno
import os
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, number, progress, say, show_table
from sim.cli.options import ScenarioName, Settings, Weeks, Workers, command_line, load, option, switch
from sim.scenario.errors import InputError
from sim.scenario.settings import DEMO_CASES

if TYPE_CHECKING:
    from sim.answers.compare.material import Material
    from sim.measures.run import Run
    from sim.studies.cases import Changes

DEMO_SEEDS = 50


def demo(
    *,
    seeds: Annotated[int, option("N", "Pairs of runs.")] = DEMO_SEEDS,
    workers: Workers = None,
    out: Annotated[Path, option("DIR", "Folder for the result.")] = Path("out/demo"),
) -> None:
    """Compare doing nothing, adding overlays, and training with coaching, over three years.

    Prints a table and writes a report one can put before a board: out/demo/report.html
    """
    question = "What would more overlay specialists, or more training and coaching, do over three years?"
    _compare("baseline", list(DEMO_CASES), question=question, out=out, seeds=seeds, weeks=156, workers=workers)


def run(
    scenario: ScenarioName,
    *,
    seed: Annotated[int, option("N", "Key of all chance, from 0.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    out: Annotated[Path | None, option("DIR", "Folder for the result.", "out/SCENARIO-SEED")] = None,
) -> None:
    """Simulate one scenario once, print its headline measures, and write its tables and a report.

    For example:

      flywheel run baseline --seed 7

      flywheel run baseline --set structure.n_reps=60 --set operations.wip_limit=8 --weeks 104
    """
    from sim.answers.folder import RECORD, check_folder, write_run  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415 - commands import what they need

    organization = load(scenario, settings)
    check_seed(seed)
    folder = out or Path("out") / f"{organization.name}-{seed}"
    check_folder(folder, RECORD)
    prepare()
    simulated = simulate(organization, seed=seed, weeks=weeks)
    _show_summary(simulated)
    write_run(simulated, folder, command_line())
    say(f"Wrote {folder}: open {folder / 'report.html'}")


def _show_summary(simulated: "Run") -> None:
    from sim.scenario.measures import MEASURES  # noqa: PLC0415

    scenario = simulated.scenario
    rows = []
    for name, measure in MEASURES.items():
        unit = "" if measure.unit == "share" else measure.unit.replace("currency", scenario.currency)
        rows.append((measure.name, number(simulated.summary[name], measure.unit), unit, measure.doc))
    title = f"{scenario.title or scenario.name}, seed {simulated.seed}, {simulated.weeks} weeks"
    show_table(title, ("measure", "value", "unit", "definition"), rows, right=(1,))


def compare(
    scenario: ScenarioName,
    *,
    case: Annotated[list[str] | None, option('"NAME: KEY=VALUE, …"', "A case; may be repeated.")] = None,
    others: Annotated[
        list[str] | None,
        option(
            "SCENARIO",
            "A whole scenario as a case; each case then has its own burn-in, as with --from-start. May be repeated.",
            flag="--with",
        ),
    ] = None,
    settings: Settings = None,
    seeds: Annotated[int | None, option("N", "Pairs of runs.", "200")] = None,
    precision: Annotated[str | None, option("2%", "Add pairs until the main difference is known this well.")] = None,
    max_seeds: Annotated[int, option("N", "Most pairs with --precision.")] = 2000,
    measure: Annotated[str, option("NAME", "Measure that decides.")] = "net_contribution",
    weeks: Weeks = None,
    workers: Workers = None,
    from_start: Annotated[
        bool, switch("--from-start", "Each case has its own burn-in: an organization that always was so.")
    ] = False,
    out: Annotated[Path | None, option("DIR", "Folder for the result.", "out/SCENARIO")] = None,
) -> None:
    """Compare cases with doing nothing, under the same luck, and write a report.

    Every case starts from the same organization on the same day; the case as_is changes nothing.

    Ctrl-C keeps what is finished.

    For example:

      flywheel compare baseline --case "overlays: structure.product_specialists=9"

      flywheel compare mine.toml --case "focus: operations.wip_limit=8" --precision 2%

      flywheel compare lean_before --with lean_after

    A scenario with interventions, such as a session of the page, is by itself compared with itself without them:

      flywheel compare session.toml --seeds 50
    """
    if seeds is not None and precision is not None:
        raise InputError("--seeds and --precision exclude each other; give the number of pairs or how sure to be")
    folder = out or Path("out") / Path(scenario).stem
    _compare(
        scenario, case or [], others=others, settings=settings, out=folder, seeds=seeds, precision=precision,
        max_seeds=max_seeds, measure=measure, weeks=weeks, workers=workers, from_start=from_start or bool(others),
    )  # fmt: skip


def _compare(
    scenario: str,
    cases: list[str],
    *,
    out: Path,
    others: list[str] | None = None,
    settings: list[str] | None = None,
    question: str = "",
    seeds: int | None = None,
    **options: Any,
) -> None:
    from sim.answers import write_report  # noqa: PLC0415
    from sim.answers.compare.gather import material_of  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415
    from sim.questions.compare.output import check_folder, write_folder  # noqa: PLC0415
    from sim.questions.compare.run import compare as run_compare  # noqa: PLC0415
    from sim.scenario.settings import read_case  # noqa: PLC0415
    from sim.studies.cases import own_case  # noqa: PLC0415

    organization = load(scenario, settings)
    whole = [load(name, settings) for name in others or []]
    named: list[tuple[str, Changes]] = [*map(read_case, cases), *((other.name, other) for other in whole)]
    if not named:
        organization, named = own_case(organization)
    check_folder(out)
    prepare()
    if seeds is not None:
        options["seeds"] = seeds
    with progress("Simulating") as tell:
        result = run_compare(organization, named, progress=tell, **options)
    write_folder(result, out, question=question, command=command_line())
    material = material_of(result)
    _show_comparison(material)
    write_report(result, out, question=question, command=command_line())
    say(f"Wrote {out}: open {out / 'report.html'}")
    if material.verified:
        say(material.verified)
    if result.interrupted:
        raise typer.Exit(STOPPED)


def _show_comparison(material: "Material") -> None:
    from sim.answers.compare.words import answer, confidence, effect_rows  # noqa: PLC0415
    from sim.measures.words import title_of  # noqa: PLC0415

    columns = ["measure", "as is", *(f"{title_of(case)}\ndifference [95% interval]" for case in material.cases)]
    rows = [
        [row.label, row.as_is, *(f"{cell.mark} {cell.difference}\n[{cell.interval}]" for cell in row.cells)]
        for row in effect_rows(material)
        if row.headline
    ]
    title = f"{material.scenario.title or material.scenario.name}, {len(material.seeds)} pairs of runs"
    show_table(title, columns, rows, right=range(1, len(columns)))
    say(answer(material), confidence(material), *material.notes)


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
) -> None:
    """Open the live page on this machine; it works without a network. Ctrl-C ends it.

    For example:

      flywheel app

      flywheel app --host 0.0.0.0 --port 8080 --no-browser
    """
    from sim.questions.lesson.reading import FOLDER, lessons_in  # noqa: PLC0415 - commands import what they need

    if lessons:
        lessons_in(lessons)
    spec = find_spec("app")
    if spec is None or not spec.origin:
        raise InputError("the page is not installed: there is no app.py beside the program")
    if find_spec("solara") is None:
        raise InputError("the page needs its extra; install it with: pip install 'sales-flywheel[app]'")
    _check_free(host, port)
    # A tab that was lost is forgotten after minutes; the environment may say otherwise.
    surroundings = {"SOLARA_KERNEL_CULL_TIMEOUT": "5m", **os.environ}
    quiet = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_THEME_SHOW_BANNER": "False"}
    if lessons:
        quiet[FOLDER] = str(lessons.resolve())
    words = ["-m", "solara", "run", spec.origin, "--no-check-version", "--production"]
    words += ["--host", host, "--port", str(port), "--open" if browser else "--no-open"]
    os.execve(sys.executable, [sys.executable, *words], {**surroundings, **quiet})  # noqa: S606 - our own page


def _check_free(host: str, port: int) -> None:
    """Refuse to start where another program listens, or at what is no address of this machine."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"--host {host}: this machine has no such name or address; try localhost or 0.0.0.0"
        ) from error
    family, kind, protocol, _, address = addresses[0]
    with socket.socket(family, kind, protocol) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise InputError(f"--port {port}: another program listens there; name another port") from error
            raise InputError(f"--host {host} --port {port}: nothing can listen there ({error.strerror})") from error
