"""Commands that simulate: demo, run and compare."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, number, run_progress, say, show_table
from sim.scenario.errors import InputError
from sim.scenario.settings import DEMO_CASES

if TYPE_CHECKING:
    from sim.answers.compare.material import Material
    from sim.measures.run import Run
    from sim.scenario.scenario import Scenario
    from sim.studies.cases import Changes

PANEL = "Simulate"
EXPERIMENTS = "Experiments"
DEMO_SEEDS = 50

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a TOML file.", show_default=False)
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a parameter; may be repeated.", show_default=False),
]
Weeks = Annotated[
    int | None, typer.Option("--weeks", metavar="N", help="Weeks after the burn-in; the scenario's own by default.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", help="Threads; as many as there are processors by default.")
]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for command in (demo, run, compare):
        app.command(rich_help_panel=PANEL)(command)


def demo(
    *,
    seeds: Annotated[int, typer.Option("--seeds", metavar="N", help="Pairs of runs.")] = DEMO_SEEDS,
    workers: Workers = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the result.")] = Path("out/demo"),
) -> None:
    """Compare doing nothing, adding overlays, and training with coaching, over three years.

    Prints a table and writes a report one can put before a board: out/demo/report.html
    """
    question = "What would more overlay specialists, or more training and coaching, do over three years?"
    _compare("baseline", list(DEMO_CASES), question=question, out=out, seeds=seeds, weeks=156, workers=workers)


def run(
    scenario: ScenarioName,
    *,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Key of all chance, from 0.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/SCENARIO-SEED"),
    ] = None,
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

    chosen = load(scenario, settings)
    check_seed(seed)
    folder = out or Path("out") / f"{chosen.name}-{seed}"
    check_folder(folder, RECORD)
    prepare()
    done = simulate(chosen, seed=seed, weeks=weeks)
    _show_summary(done)
    write_run(done, folder, command_line())
    say(f"Wrote {folder}: open {folder / 'report.html'}")


def _show_summary(done: "Run") -> None:
    from sim.scenario.measures import MEASURES  # noqa: PLC0415

    currency = done.scenario.currency
    rows = [
        (item.name, number(done.summary[name], item.unit), _unit(item.unit, currency), item.doc)
        for name, item in MEASURES.items()
    ]
    title = f"{done.scenario.title or done.scenario.name}, seed {done.seed}, {done.weeks} weeks"
    show_table(title, ("measure", "value", "unit", "definition"), rows, right=(1,))


def _unit(unit: str, currency: str) -> str:
    return "" if unit == "share" else unit.replace("currency", currency)


def compare(
    scenario: ScenarioName,
    *,
    case: Annotated[
        list[str] | None,
        typer.Option("--case", metavar='"NAME: KEY=VALUE, …"', help="A case; may be repeated.", show_default=False),
    ] = None,
    others: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="SCENARIO",
            help="A whole scenario as a case; each case then has its own "
            "burn-in, as with --from-start. May be repeated.",
            show_default=False,
        ),
    ] = None,
    settings: Settings = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", help="Pairs of runs.", show_default="200")
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(metavar="2%", help="Add pairs until the main difference is known this well.", show_default=False),
    ] = None,
    max_seeds: Annotated[int, typer.Option("--max-seeds", metavar="N", help="Most pairs with --precision.")] = 2000,
    measure: Annotated[str, typer.Option(metavar="NAME", help="Measure that decides.")] = "net_contribution",
    weeks: Weeks = None,
    workers: Workers = None,
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Each case has its own burn-in: an organization that always was so.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for the result.", show_default="out/SCENARIO")
    ] = None,
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

    chosen = load(scenario, settings)
    named: list[tuple[str, Changes]] = [*(read_case(text) for text in cases), *_whole(others or [], settings)]
    if not named:
        chosen, named = own_case(chosen)
    check_folder(out)
    prepare()
    if seeds is not None:
        options["seeds"] = seeds
    with run_progress() as bar:
        task = bar.add_task("Simulating", total=None)
        result = run_compare(
            chosen, named, progress=lambda done, total: bar.update(task, completed=done, total=total), **options
        )
    write_folder(result, out, question=question, command=command_line())
    material = material_of(result)
    _show_comparison(material)
    write_report(result, out, question=question, command=command_line())
    say(f"Wrote {out}: open {out / 'report.html'}")
    if material.verified:
        say(material.verified)
    if result.interrupted:
        raise typer.Exit(STOPPED)


def _whole(names: list[str], settings: list[str] | None) -> list[tuple[str, "Scenario"]]:
    """Load the scenarios that are cases as a whole."""
    return [(one.name, one) for one in (load(name, settings) for name in names)]


def _show_comparison(material: "Material") -> None:
    """Print the answer and the effects on the headline measures."""
    from sim.answers.compare.tables import effect_rows  # noqa: PLC0415
    from sim.answers.compare.words import answer, confidence  # noqa: PLC0415
    from sim.measures.words import title_of  # noqa: PLC0415

    head = ["measure", "as is", *(f"{title_of(case)}\ndifference [95% interval]" for case in material.cases)]
    rows = [
        [row.label, row.as_is, *(f"{cell.mark} {cell.difference}\n[{cell.interval}]" for cell in row.cells)]
        for row in effect_rows(material)
        if row.headline
    ]
    title = f"{material.scenario.title or material.scenario.name}, {len(material.seeds)} pairs of runs"
    show_table(title, head, rows, right=range(1, len(head)))
    for sentence in (answer(material), confidence(material), *material.notes):
        say(sentence)


def load(name: str, settings: list[str] | None) -> "Scenario":
    """Load a scenario and set what --set says.

    Raises:
        InputError: There is none, or something in it or in the settings is wrong.
    """
    from sim.scenario.scenario import Scenario  # noqa: PLC0415
    from sim.scenario.settings import read_settings  # noqa: PLC0415

    chosen = Scenario.load(name)
    return chosen.override(read_settings(settings), origin="--set") if settings else chosen


def command_line() -> str:
    """Give the command that was typed, to be repeated."""
    return shlex.join(["flywheel", *sys.argv[1:]])
