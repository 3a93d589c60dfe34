"""Commands that simulate: demo, run and compare."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, number, progress, save, say, show_table
from sim.cli.options import (
    ScenarioName,
    Settings,
    Weeks,
    Workers,
    command_line,
    load,
    option,
    out_answer,
    switch,
    world_count,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

    from sim.answers.compare.material import Material
    from sim.measures.run import Run
    from sim.scenario.scenario import Scenario
    from sim.studies.cases import Changes

DEMO_SEEDS = 50


def demo(
    *,
    seeds: Annotated[int, option("N", "Pairs of runs.")] = DEMO_SEEDS,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/demo")] = None,
) -> None:
    """Compare doing nothing, adding overlays, and training with coaching, over three years.

    Prints a table and writes a report one can put before a board: out/demo/report.html
    """
    from sim.scenario.settings import DEMO_CASES  # noqa: PLC0415 - commands import what they need

    question = "What would more overlay specialists, or more training and coaching, do over three years?"
    folder = out or Path("out/demo")
    _compare("baseline", list(DEMO_CASES), question=question, out=folder, seeds=seeds, weeks=156, workers=workers)


def run(
    scenario: ScenarioName,
    *,
    seed: Annotated[int, option("N", "Key of all chance, from 0.")] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Draw the report, which takes seconds.")] = True,
    out: Annotated[Path | None, out_answer("out/SCENARIO-SEED")] = None,
) -> None:
    """Simulate one scenario once, print its headline measures, and write its tables and a report.

    For example:

      flywheel run baseline --seed 7

      flywheel run baseline --set structure.n_reps=60 --set operations.wip_limit=8 --weeks 104
    """
    from sim.answers.folder import RECORD  # noqa: PLC0415
    from sim.answers.media import check_out, is_file  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415 - commands import what they need

    organization = load(scenario, settings)
    check_seed(seed)
    folder = out or Path("out") / f"{organization.name}-{seed}"
    check_out(folder, RECORD)
    simulated = simulate(organization, seed=seed, weeks=weeks)
    _show_summary(simulated)
    if is_file(folder):
        from sim.answers.run import analysis_of  # noqa: PLC0415 - slow to import

        say(*save(analysis_of(simulated, command_line()), folder))
        return
    from sim.answers.run_folder import write_run  # noqa: PLC0415

    write_run(simulated, folder, command_line(), report=report)
    say(f"Wrote {folder}: open {folder / 'report.html'}" if report else f"Wrote {folder}")


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
    ranges: Annotated[
        bool, switch("--ranges", "Repeat it at both ends of each range of what no export tells ([[unknowns]]).")
    ] = False,
    plausible: Annotated[
        str | None,
        option("N", "Repeat it with 8 pairs in each of so many plausible worlds, or in all.", flag="--worlds"),
    ] = None,
    out: Annotated[Path | None, out_answer("out/SCENARIO")] = None,
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
        ranges=ranges, plausible=plausible,
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
    ranges: bool = False,
    plausible: str | None = None,
    **options: Any,
) -> None:
    from sim.answers.compare.gather import material_of  # noqa: PLC0415
    from sim.answers.compare.report import analysis_of, write_comparison  # noqa: PLC0415
    from sim.answers.media import is_file  # noqa: PLC0415
    from sim.questions.compare.output import check_folder  # noqa: PLC0415
    from sim.questions.compare.run import compare as run_compare  # noqa: PLC0415
    from sim.scenario.settings import read_case  # noqa: PLC0415
    from sim.studies.cases import own_case  # noqa: PLC0415

    organization = load(scenario, settings)
    whole = [load(name, settings) for name in others or []]
    named: list[tuple[str, Changes]] = [*map(read_case, cases), *((other.name, other) for other in whole)]
    if not named:
        organization, named = own_case(organization)
    if not is_file(out):
        check_folder(out)
    if seeds is not None:
        options["seeds"] = seeds
    count = world_count(plausible) if plausible else 0
    sentences = _over_ranges(organization, named, options) if ranges else []
    more, worlds = _over_worlds(organization, named, count, options) if count else ([], None)
    with progress("Simulating") as tell:
        result = run_compare(organization, named, progress=tell, **options)
    result.notes += sentences + more
    result.worlds = worlds
    material = material_of(result, question, command_line())
    _show_comparison(material)
    say(*save(analysis_of(material), out, partial(write_comparison, result, question=question, command=command_line())))
    if material.verified:
        say(material.verified)
    if result.interrupted:
        raise typer.Exit(STOPPED)


def _over_ranges(organization: "Scenario", named: "list[tuple[str, Changes]]", options: dict[str, Any]) -> list[str]:
    from sim.questions.compare.ranges import over_ranges  # noqa: PLC0415

    shared = {name: options[name] for name in ("weeks", "workers")}
    with progress("Over what nobody has said") as tell:
        return over_ranges(organization, named, options["measure"], progress=tell, **shared)


def _over_worlds(
    organization: "Scenario", named: "list[tuple[str, Changes]]", count: int, options: dict[str, Any]
) -> "tuple[list[str], DataFrame]":
    """Compare in plausible worlds: what is said of them, and the table."""
    from sim.questions.compare.worlds import compare_worlds, told  # noqa: PLC0415
    from sim.questions.over_worlds import frame_of  # noqa: PLC0415

    shared = {name: options[name] for name in ("weeks", "workers", "from_start")}
    with progress("Plausible worlds") as tell:
        found = compare_worlds(organization, named, options["measure"], count=count, progress=tell, **shared)
    return told(found, organization), frame_of(found)


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
