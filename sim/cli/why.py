"""The command that explains: why."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import progress, save, say, show_table
from sim.cli.options import ScenarioName, Settings, Weeks, Workers, command_line, load, option, out_answer, switch
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Why
    from sim.scenario.scenario import Scenario

MOST_TEAMS = 12


def why(
    scenario: ScenarioName,
    *,
    measure: Annotated[str, option("NAME", "The measure that is missed.")] = "attainment",
    case: Annotated[str | None, option('"NAME: KEY=VALUE, …"', "Instead: why deals end differently.")] = None,
    reference: Annotated[str, option("SCENARIO", "Scenario whose levers are the reference.")] = "healthy",
    goal: Annotated[
        float | None, option("X", "What the measure should be.", "1 for attainment, else reference")
    ] = None,
    settings: Settings = None,
    seeds: Annotated[int | None, option("N", "Pairs of runs.", "24, 12 with --case", least=2, most=10_000)] = None,
    weeks: Weeks = None,
    workers: Workers = None,
    branches: Annotated[bool, switch("--branches", "Follow every certain cause, not only the largest.")] = False,
    json: Annotated[bool, switch("--json", "Print JSON instead of text.")] = False,
    out: Annotated[Path | None, out_answer("nowhere")] = None,
) -> None:
    """Ask why a measure is missed, level by level, down to a lever somebody can pull.

    Every cause is put at its reference in runs with the same luck; the chain follows what recovers most. Beside it
    stands what reps and managers say, and by team what managers see, what the CRM says and what is.

    For example:

      flywheel why lean_before --measure attainment

      flywheel why lean_starved --measure good_opportunities --branches

      flywheel why baseline --case "overlays: structure.product_specialists=9"
    """
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need
    from sim.answers.why.output import RECORD, as_json, write_folder  # noqa: PLC0415
    from sim.answers.why.report import analysis_of  # noqa: PLC0415
    from sim.answers.why.words import deals_opening, sentences  # noqa: PLC0415

    organization = load(scenario, settings)
    if out is not None:
        check_out(out, RECORD)
    options: dict[str, Any] = {"weeks": weeks, "workers": workers} | ({} if seeds is None else {"seeds": seeds})
    answer: Why | DealsCompared
    if case is None:
        explained = _explain(organization, measure, reference=reference, goal=goal, branches=branches, **options)
        answer, said = explained, sentences(explained)
    else:
        if goal is not None or branches or reference != "healthy":
            raise InputError("--case compares deals of two cases; --goal, --branches and --reference do not go with it")
        compared = _compare(organization, measure, case, options)
        answer, said = compared, deals_opening(compared)
    if json:
        typer.echo(as_json(answer))
    elif case is None:
        _show(explained, said)
    else:
        _show_deals(compared, said)
    if out is not None:
        folder = partial(write_folder, answer, sentences=said, command=command_line())
        typer.echo("\n".join(save(analysis_of(answer, command_line()), out, folder, look_at="")), err=json)


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


def _show(why: "Why", sentences: list[str]) -> None:
    from sim.answers.why.report import SAID, SAYINGS, SEEN, VIEWS, level_table  # noqa: PLC0415
    from sim.answers.why.tables import sayings_rows, team_rows  # noqa: PLC0415
    from sim.answers.why.words import question  # noqa: PLC0415

    title = why.scenario.title or why.scenario.name
    say(f"Why {why.measure}? {title}, {why.seeds} pairs of runs of {why.weeks} weeks ({why.runs} runs)\n")
    first = next((index for index, text in enumerate(sentences) if "\N{LEFTWARDS ARROW}" in text), len(sentences))
    say(*sentences[:first])
    for number, level in enumerate(why.levels, start=1):
        table = level_table(level, why)
        show_table(f"\n{number}. {question(level)}", table.columns, table.rows, table.right)
    if why.levels:
        say("* the interval lies above 0. What a cause recovers is averaged over the orders of putting causes right.\n")
    say(*sentences[first:])
    rows = team_rows(why)
    show_table(f"\n{SEEN}", VIEWS, rows[:MOST_TEAMS], right=range(1, 7))
    show_table(SAID, SAYINGS, sayings_rows(why)[:MOST_TEAMS], right=(1, 6, 7))
    if len(rows) > MOST_TEAMS:
        say(f"{len(rows) - MOST_TEAMS} more teams are in teams.csv (--out) and in --json.")


def _show_deals(compared: "DealsCompared", sentences: list[str]) -> None:
    from sim.answers.why.report import examples_table, reasons_table  # noqa: PLC0415

    title = compared.scenario.title or compared.scenario.name
    say(f"Why do deals end differently? {title}, {compared.seeds} pairs of runs of {compared.weeks} weeks\n")
    say(*sentences)
    for heading, table in (
        ("\nReasons, deals a run", reasons_table(compared)),
        ("The largest deals that flipped", examples_table(compared)),
    ):
        show_table(heading, table.columns, table.rows, table.right)
