"""The command that says where something pays and where it does not."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sim.cli.console import finish, progress
from sim.cli.kept import keeps_runs, runs_folder
from sim.cli.options import (
    AsJson,
    Settings,
    Weeks,
    Workers,
    argument,
    command_line,
    load,
    of_worlds,
    option,
    out_answer,
    sent,
    switch,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.discover.worlds import Worlds

_BESIDE = ("above", "measure", "samples", "seeds")
"""Options that leave the runs of a world as they are."""


@sent
@keeps_runs
@of_worlds
def discover(
    scenario: Annotated[str | None, argument("[SCENARIO]", "Name of a shipped scenario, or a TOML file.")] = None,
    *,
    case: Annotated[str | None, option("NAME: KEY=VALUE", "What is done at week 0; KEY=low:high is drawn.")] = None,
    vary: Annotated[
        list[str] | None,
        option("KEY[=LOW:HIGH]", "What differs between worlds; may be repeated.", "facts of the market"),
    ] = None,
    only: Annotated[bool, switch("--only", "Vary nothing else; otherwise all that is assumed varies too.")] = False,
    study: Annotated[Path | None, option("DIR", "Look in the cases of a study instead.")] = None,
    measure: Annotated[str, option("MEASURE", "Measure that decides.")] = "net_contribution",
    above: Annotated[
        float | None,
        option(
            "X",
            "Worlds of interest are those where the difference, or with --study the measure, is above this.",
            "0 with --case",
        ),
    ] = None,
    samples: Annotated[int | None, option("N", "Worlds.", "400", least=40, most=100_000)] = None,
    seeds: Annotated[int | None, option("N", "Pairs of runs in each world.", "2", least=1, most=1_000)] = None,
    seed: Annotated[int, option("N", "Key of the draw and of the halves", least=0)] = 0,
    settings: Settings = None,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/discover-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """Say where something pays and where it does not: limits on what differs between worlds.

    Draws worlds, runs each as it is and with the case on the same seeds, and searches for limits within which the
    difference is more often above 0. Half of the worlds find the limits, the other half judge them.

    Ctrl-C looks at the worlds that are finished; the same command goes on with the others.

    For example:

      flywheel discover baseline --case "overlays: structure.product_specialists=9"

      flywheel discover baseline --case "overlays: structure.product_specialists=4:24" --vary market.complexity=0.1:0.9

      flywheel discover --study out/sweep --measure attainment --above 0.8
    """
    from sim.answers.discover.report import analysis_of, boxes_table  # noqa: PLC0415
    from sim.answers.media import check_out  # noqa: PLC0415
    from sim.questions.discover.find import discover as run_discover  # noqa: PLC0415 - commands import what they need
    from sim.studies.worlds import drawn_from  # noqa: PLC0415

    given: dict[str, Any] = {
        "SCENARIO": scenario, "--case": case, "--vary": vary, "--only": only or None, "--samples": samples,
        "--seeds": seeds, "--set": settings, "--weeks": weeks, "--workers": workers,
        "--worlds-of": drawn_from(),
    }  # fmt: skip
    if only and drawn_from():
        raise InputError("--only draws no plausible worlds, so --worlds-of cannot be given with it; leave out one")
    if above is not None and not math.isfinite(above):
        raise InputError(f"--above {above} is not allowed; it must be a number, in the unit of the measure")
    folder = out or Path("out") / f"discover-{(study or Path(scenario or '')).stem}"
    check_out(folder)
    if study:
        worlds = _open(study, measure, above, given)
    else:
        drawn = {
            "vary": vary or [], "only": only, "measure": measure, "samples": 400 if samples is None else samples,
            "seeds": 2 if seeds is None else seeds, "seed": seed, "weeks": weeks, "workers": workers,
        }  # fmt: skip
        worlds = _run(scenario, case, settings, drawn, folder)
    threshold = above or 0.0
    discovery = run_discover(worlds.inputs, worlds.outcome(threshold), seed=seed)
    analysis = analysis_of(worlds, discovery, threshold, command_line())
    title = f"{len(discovery.outcome)} worlds; counted in the half held out"
    table = boxes_table(worlds, discovery, threshold)
    finish(analysis, folder, title, table, as_json=as_json, kept=True, interrupted=worlds.interrupted)


def _open(folder: Path, measure: str, above: float | None, given: dict[str, Any]) -> "Worlds":
    from sim.questions.discover.worlds import worlds_of  # noqa: PLC0415 - slow to import
    from sim.studies.run import Study  # noqa: PLC0415

    beside = [name for name, value in given.items() if value is not None]
    if beside:
        raise InputError(
            f"--study looks in runs that are there, so {', '.join(beside)} cannot be given with it; leave out one or "
            "the other"
        )
    if above is None:
        raise InputError(f"--study needs --above: the value above which {measure} is of interest, such as --above 0.8")
    return worlds_of(Study.open(folder), measure)


def _run(
    scenario: str | None, case: str | None, settings: list[str] | None, drawn: dict[str, Any], out: Path
) -> "Worlds":
    from sim.questions.discover.worlds import run_worlds  # noqa: PLC0415 - slow to import

    if scenario is None:
        raise InputError("discover needs a SCENARIO with a --case, or a --study; see flywheel discover --help")
    if case is None:
        raise InputError('discover needs a --case, such as --case "overlays: structure.product_specialists=9"')
    organization = load(scenario, settings)
    with runs_folder(out, organization, beside=_BESIDE) as home, progress("Simulating worlds") as tell:
        return run_worlds(organization, case, **drawn, folder=home.resolve(), progress=tell)  # workers stand elsewhere
