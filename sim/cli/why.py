"""The command that explains: why."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import STOPPED, progress, put, save, say, show_table
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import (
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

    from sim.answers.analysis import Analysis
    from sim.questions.why.deals import DealsCompared, WhyOverWorlds
    from sim.questions.why.explain import Why
    from sim.scenario.scenario import Scenario

MOST_TEAMS = 12


@keeps_runs
def why(
    scenario: ScenarioName,
    *,
    measure: Annotated[str, option("MEASURE", "The measure that is missed.")] = "attainment",
    case: Annotated[str | None, option('"NAME: KEY=VALUE, …"', "Instead: why deals end differently.")] = None,
    reference: Annotated[str, option("SCENARIO", "Scenario whose levers are the reference.")] = "healthy",
    goal: Annotated[
        float | None, option("X", "What the measure should be.", "1 for attainment, else reference")
    ] = None,
    settings: Settings = None,
    seeds: Annotated[int | None, option("N", "Pairs of runs.", "24, 12 with --case", least=2, most=10_000)] = None,
    weeks: Weeks = None,
    workers: Workers = None,
    plausible: Annotated[
        str | None,
        option("N", "Ask it with 8 pairs in each of so many plausible worlds too, or in all.", "none", flag="--worlds"),
    ] = None,
    branches: Annotated[bool, switch("--branches", "Follow every certain cause, not only the largest.")] = False,
    json: Annotated[bool, switch("--json", "Print JSON instead of text.")] = False,
    out: Annotated[Path | None, out_answer("nowhere")] = None,
) -> None:
    """Ask why a measure is missed, level by level, down to a lever somebody can pull.

    Every cause is put at its reference in runs with the same luck; the chain follows what recovers most. Beside it
    stands what reps and managers say, and by team what managers see, what the CRM says and what is.

    Ctrl-C keeps what is finished beside --out; the same command goes on.

    For example:

      flywheel why lean_before --measure attainment

      flywheel why lean_starved --measure good_opportunities --branches

      flywheel why lean_before --worlds 20

      flywheel why baseline --case "overlays: structure.product_specialists=9"
    """
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need

    asked = usual_worlds(plausible, effort_given=True)
    organization = load(scenario, settings)
    if out is not None:
        check_out(out)
    options: dict[str, Any] = {"weeks": weeks, "workers": workers} | ({} if seeds is None else {"seeds": seeds})
    if case is None:
        wanted = {"reference": reference, "goal": goal, "branches": branches}
        _tell_why(organization, measure, wanted, asked, options, out=out, json=json)
        return
    if goal is not None or branches or reference != "healthy" or asked.number:
        raise InputError(
            "--case compares deals of two cases; --goal, --branches, --reference and --worlds do not go with it"
        )
    with kept_runs(out, organization, longer=True):
        compared = _compare(organization, measure, case, options)
    _tell_deals(compared, out=out, json=json)


def _tell_why(
    scenario: "Scenario", measure: str, wanted: dict[str, Any], asked: PlausibleAsked, options: dict[str, Any], *,
    out: Path | None, json: bool,
) -> None:  # fmt: skip
    from sim.answers.why.report import analysis_of  # noqa: PLC0415
    from sim.answers.why.worlds import with_worlds  # noqa: PLC0415

    with kept_runs(out, scenario):
        explained = _explain(scenario, measure, **wanted, **options)
        over = _over_worlds(explained, asked, options["workers"], wanted) if asked.number else None
    analysis = analysis_of(explained, command_line())
    if over:
        analysis = with_worlds(analysis, explained, over)
    if json:
        put(analysis.json())
    else:
        _show(explained, analysis.answer, over)
    _save(analysis, out, json=json)
    if over and over.interrupted:
        raise typer.Exit(STOPPED)


def _tell_deals(compared: "DealsCompared", *, out: Path | None, json: bool) -> None:
    from sim.answers.why.report import analysis_of  # noqa: PLC0415

    analysis = analysis_of(compared, command_line())
    if json:
        put(analysis.json())
    else:
        _show_deals(compared, analysis.answer)
    _save(analysis, out, json=json)


def _save(analysis: "Analysis", out: Path | None, *, json: bool) -> None:
    if out is not None:
        put("\n".join(save(analysis, out)), errors=json)


def _over_worlds(why: "Why", asked: PlausibleAsked, workers: int | None, wanted: dict[str, Any]) -> "WhyOverWorlds":
    from sim.questions.why.deals import why_worlds  # noqa: PLC0415

    with progress("Plausible worlds") as tell:
        return why_worlds(why, asked.which, workers=workers, progress=tell, **wanted)


def _explain(scenario: "Scenario", measure: str, **options: Any) -> "Why":
    from sim.questions.why.explain import explain  # noqa: PLC0415
    from sim.questions.why.graph import node_of  # noqa: PLC0415

    node_of(measure)
    with progress("Simulating") as tell:
        return explain(scenario, measure, progress=tell, **options)


def _compare(scenario: "Scenario", measure: str, case: str, options: dict[str, Any]) -> "DealsCompared":
    from sim.questions.why.deals import compare_deals  # noqa: PLC0415
    from sim.scenario.settings import read_case  # noqa: PLC0415

    name, changes = read_case(case)
    with progress("Simulating") as tell:
        return compare_deals(scenario, name, changes, measure=measure, progress=tell, **options)


def _show(why: "Why", sentences: "Sequence[str]", over: "WhyOverWorlds | None") -> None:
    from sim.answers.why.report import SAID, SAYINGS, SEEN, VIEWS, level_table  # noqa: PLC0415
    from sim.answers.why.tables import sayings_rows, team_rows  # noqa: PLC0415
    from sim.answers.why.words import keys_line, question  # noqa: PLC0415
    from sim.answers.why.worlds import causes_table  # noqa: PLC0415

    title = why.scenario.title or why.scenario.name
    say(f"Why {why.measure}? {title}, {why.seeds} pairs of runs of {why.weeks} weeks ({why.runs} runs)\n")
    first = next((index for index, text in enumerate(sentences) if "\N{LEFTWARDS ARROW}" in text), len(sentences))
    say(*sentences[:first])
    for number, level in enumerate(why.levels, start=1):
        table = level_table(level, why)
        show_table(f"\n{number}. {question(level)}", table.columns, table.rows, table.right)
    if why.levels:
        say("* the interval lies above 0. What a cause recovers is averaged over the orders of putting causes right.\n")
    say(*sentences[first:], *filter(None, [keys_line(why)]))
    if over:
        table = causes_table(why, over)
        show_table(f"\n{table.caption}", table.columns, table.rows, table.right)
    rows = team_rows(why)
    show_table(f"\n{SEEN}", VIEWS, rows[:MOST_TEAMS], right=range(1, 7))
    show_table(SAID, SAYINGS, sayings_rows(why)[:MOST_TEAMS], right=(1, 6, 7))
    if len(rows) > MOST_TEAMS:
        say(f"{len(rows) - MOST_TEAMS} more teams are in teams.csv (--out) and in --json.")


def _show_deals(compared: "DealsCompared", sentences: "Sequence[str]") -> None:
    from sim.answers.why.report import examples_table, reasons_table  # noqa: PLC0415

    title = compared.scenario.title or compared.scenario.name
    say(f"Why do deals end differently? {title}, {compared.seeds} pairs of runs of {compared.weeks} weeks\n")
    say(*sentences)
    for heading, table in (
        ("\nReasons, deals a run", reasons_table(compared)),
        ("The largest deals that flipped", examples_table(compared)),
    ):
        show_table(heading, table.columns, table.rows, table.right)
