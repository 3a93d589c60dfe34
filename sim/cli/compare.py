"""Commands that compare cases: compare, and demo for a start."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, progress, put, save, say, show_table
from sim.cli.kept import keeps_runs, runs_folder
from sim.cli.options import (
    NO_WORLDS,
    AsJson,
    Cluster,
    PlausibleAsked,
    ScenarioName,
    Settings,
    Weeks,
    Workers,
    command_line,
    load,
    option,
    out_answer,
    switch,
    usual_worlds,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.answers.compare.material import Material
    from sim.questions.compare.comparison import Comparison
    from sim.scenario.scenario import Scenario
    from sim.studies.cases import Changes

DEMO_SEEDS = 50
_BESIDE = ("seeds", "precision", "max_seeds", "measure", "target", "ranges", "plausible")
"""Options that leave the runs of a seed as they are."""


@keeps_runs
def demo(
    *,
    seeds: Annotated[int, option("N", "Pairs of runs.", least=2, most=1_000_000)] = DEMO_SEEDS,
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


@keeps_runs
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
    seeds: Annotated[int | None, option("N", "Pairs of runs.", "200", least=2, most=1_000_000)] = None,
    precision: Annotated[str | None, option("2%", "Add pairs until the main difference is known this well.")] = None,
    max_seeds: Annotated[int, option("N", "Most pairs with --precision.", least=2, most=1_000_000)] = 2000,
    measure: Annotated[str, option("MEASURE", "Measure that decides.")] = "net_contribution",
    weeks: Weeks = None,
    workers: Workers = None,
    cluster: Cluster = None,
    from_start: Annotated[
        bool, switch("--from-start", "Each case has its own burn-in: an organization that always was so.")
    ] = False,
    target: Annotated[
        list[str] | None,
        option('"MEASURE>=VALUE"', "Say how often each case reaches this, or MEASURE<=VALUE; may be repeated."),
    ] = None,
    ranges: Annotated[
        bool, switch("--ranges", "Repeat it at both ends of each range of what no export tells.")
    ] = False,
    plausible: Annotated[
        str | None,
        option(
            "N",
            "Repeat it with 8 pairs in each of so many plausible worlds, or in all.",
            "20, none with --seeds or --precision",
            flag="--worlds",
        ),
    ] = None,
    out: Annotated[Path | None, out_answer("out/SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """Compare cases with doing nothing, under the same luck, and write a report.

    Every case starts from the same organization on the same day; the case as_is changes nothing.

    Ctrl-C keeps what is finished; the same command goes on, and with more --seeds it adds them.

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
        max_seeds=max_seeds, measure=measure, weeks=weeks, workers=workers, cluster=cluster,
        from_start=from_start or bool(others), ranges=ranges, targets=target or [], as_json=as_json,
        plausible=usual_worlds(plausible, effort_given=bool(seeds or precision)),
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
    targets: "Sequence[str]" = (),
    plausible: PlausibleAsked = NO_WORLDS,
    as_json: bool = False,
    **options: Any,
) -> None:
    from sim.questions.compare.run import compare as run_compare  # noqa: PLC0415
    from sim.questions.compare.targets import TargetLevel  # noqa: PLC0415

    wanted = [TargetLevel.read(text) for text in targets]
    organization, named = _named(scenario, cases, others or [], settings)
    if ranges:
        _check_unknowns(organization, options["measure"])
    if seeds is not None:
        options["seeds"] = seeds
    with runs_folder(out, organization, beside=_BESIDE) as folder:
        options["folder"] = folder
        with progress("Simulating") as tell:
            result = run_compare(organization, named, progress=tell, **options)
        _add_worlds(result, named, plausible, wanted, options)
    if ranges and not result.interrupted:
        result.notes += _over_ranges(organization, named, options)
    _tell(result, question, out, as_json=as_json)


def _named(
    scenario: str, cases: list[str], others: list[str], settings: list[str] | None
) -> "tuple[Scenario, list[tuple[str, Changes]]]":
    """Load what is compared: the organization, and the cases by name."""
    from sim.scenario.settings import read_case  # noqa: PLC0415
    from sim.studies.cases import own_case  # noqa: PLC0415

    organization = load(scenario, settings)
    whole = [load(name, settings) for name in others]
    named: list[tuple[str, Changes]] = [*map(read_case, cases), *((other.name, other) for other in whole)]
    return (organization, named) if named else own_case(organization)


def _tell(result: "Comparison", question: str, out: Path, *, as_json: bool) -> None:
    """Write what was found and show it."""
    from sim.answers.compare.gather import material_of  # noqa: PLC0415
    from sim.answers.compare.report import analysis_of  # noqa: PLC0415

    material = material_of(result, question, command_line())
    analysis = analysis_of(material, result)
    said = [*save(analysis, out), material.verified, "The same command goes on." if result.interrupted else ""]
    if as_json:
        put(analysis.json())
    else:
        _show_comparison(material)
        say(*filter(None, said))
    if result.interrupted:
        raise typer.Exit(STOPPED)


def _check_unknowns(organization: "Scenario", measure: str) -> None:
    from sim.questions.compare.worlds import unknowns_of  # noqa: PLC0415

    unknowns_of(organization, measure)


def _over_ranges(organization: "Scenario", named: "list[tuple[str, Changes]]", options: dict[str, Any]) -> list[str]:
    from sim.questions.compare.worlds import over_ranges  # noqa: PLC0415

    shared = {name: options[name] for name in ("weeks", "workers")}
    with progress("Over what nobody has said") as tell:
        return over_ranges(organization, named, options["measure"], progress=tell, **shared)


def _add_worlds(
    result: "Comparison",
    named: "list[tuple[str, Changes]]",
    plausible: PlausibleAsked,
    wanted: "Sequence[Any]",
    options: dict[str, Any],
) -> None:
    """Compare in plausible worlds unless it was stopped; add what is said of them and of targets, and the tables."""
    from sim.questions.compare.targets import reached_frame, sentences  # noqa: PLC0415

    result.notes += plausible.without
    by_world: dict[str, Any] = {}
    if plausible.number and not result.interrupted:
        try:
            _over_worlds(result, named, plausible, options, by_world)
        except InputError as error:
            if plausible.asked:
                raise
            result.notes.append(f"No plausible worlds: {error}.")
    if wanted:
        result.targets = reached_frame(result.per_seed, wanted, by_world)
        result.notes[:0] = sentences(result.targets, result.scenario.currency)


def _over_worlds(
    result: "Comparison",
    named: "list[tuple[str, Changes]]",
    plausible: PlausibleAsked,
    options: dict[str, Any],
    by_world: dict[str, Any],
) -> None:
    from sim.questions.compare.worlds import compare_worlds, told  # noqa: PLC0415
    from sim.questions.over_worlds import frame_of  # noqa: PLC0415

    shared = {name: options[name] for name in ("weeks", "workers", "from_start", "folder")}
    with progress("Plausible worlds") as tell:
        found = compare_worlds(
            result.scenario,
            named,
            options["measure"],
            count=plausible.which,
            progress=tell,
            **shared,
            seen=lambda world, one: by_world.update({world.name: one.per_seed}),
        )
    result.notes += told(found, result.scenario)
    result.worlds = frame_of(found)
    result.interrupted = result.worlds["world"].nunique() < plausible.number


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
