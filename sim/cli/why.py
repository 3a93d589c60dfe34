"""The command that explains: why."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.console import run_progress, say, show_table
from sim.cli.run import ScenarioName, Settings, Weeks, Workers, command_line, load
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.why.deals import DealsCompared
    from sim.questions.why.explain import Why

PANEL = "Explain"
MOST_TEAMS = 12
MOST_REASONS = 10


def register(app: typer.Typer) -> None:
    """Add this module's command."""
    app.command(rich_help_panel=PANEL)(why)


def why(
    scenario: ScenarioName,
    *,
    measure: Annotated[str, typer.Option(metavar="NAME", help="The measure that is missed.")] = "attainment",
    case: Annotated[
        str | None,
        typer.Option(
            "--case", metavar='"NAME: KEY=VALUE, …"', help="Instead: why deals end differently.", show_default=False
        ),
    ] = None,
    reference: Annotated[
        str, typer.Option(metavar="SCENARIO", help="Scenario whose levers are the reference.")
    ] = "healthy",
    goal: Annotated[
        float | None,
        typer.Option(metavar="X", help="What the measure should be.", show_default="1 for attainment, else reference"),
    ] = None,
    settings: Settings = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", metavar="N", help="Pairs of runs.", show_default="24, 12 with --case")
    ] = None,
    weeks: Weeks = None,
    workers: Workers = None,
    branches: Annotated[bool, typer.Option("--branches", help="Follow every certain cause, not only the largest.")] = (
        False
    ),
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Folder for text, data and figure.", show_default=False)
    ] = None,
) -> None:
    """Ask why a measure is missed, level by level, down to a lever somebody can pull.

    Every cause is put at its reference in runs with the same luck; the chain follows what recovers most. Beside it
    stands what reps and managers say, and by team what managers see, what the CRM says and what is.

    For example:

      flywheel why lean_before --measure attainment

      flywheel why lean_starved --measure good_opportunities --branches

      flywheel why baseline --case "overlays: structure.product_specialists=9"
    """
    from sim.answers.folder import check_folder  # noqa: PLC0415 - commands import what they need
    from sim.answers.why.output import RECORD, as_json, write_folder  # noqa: PLC0415
    from sim.answers.why.words import sentences  # noqa: PLC0415
    from sim.engine.world import prepare  # noqa: PLC0415

    chosen = load(scenario, settings)
    if out is not None:
        check_folder(out, RECORD)
    prepare()
    options: dict[str, Any] = {"weeks": weeks, "workers": workers} | ({} if seeds is None else {"seeds": seeds})
    found: Why | DealsCompared
    if case is None:
        found = _explain(chosen, measure, options | {"reference": reference, "goal": goal, "branches": branches})
        said = sentences(found)
    else:
        if goal is not None or branches or reference != "healthy":
            raise InputError("--case compares deals of two cases; --goal, --branches and --reference do not go with it")
        found = _compare(chosen, measure, case, options)
        said = _deal_sentences(found)
    if json:
        typer.echo(as_json(found))
    elif case is None:
        _show(found, said)  # type: ignore[arg-type]  # without a case it is an explanation
    else:
        _show_deals(found, said)  # type: ignore[arg-type]  # with a case it is a comparison of deals
    if out is not None:
        write_folder(found, out, said, command_line())
        typer.echo(f"Wrote {out}", err=json)


def _explain(scenario: Any, measure: str, options: dict[str, Any]) -> "Why":
    from sim.questions.why.explain import explain  # noqa: PLC0415
    from sim.questions.why.graph import node_of  # noqa: PLC0415

    node_of(measure)
    with run_progress() as bar:
        task = bar.add_task("Simulating", total=None)
        return explain(
            scenario, measure, progress=lambda done, total: bar.update(task, completed=done, total=total), **options
        )


def _compare(scenario: Any, measure: str, case: str, options: dict[str, Any]) -> "DealsCompared":
    from sim.questions.why.deals import compare_deals  # noqa: PLC0415
    from sim.scenario.settings import read_case  # noqa: PLC0415

    name, changes = read_case(case)
    with run_progress() as bar:
        task = bar.add_task("Simulating", total=None)
        return compare_deals(
            scenario, name, changes, measure=measure,
            progress=lambda done, total: bar.update(task, completed=done, total=total), **options,
        )  # fmt: skip


def _show(found: "Why", sentences: list[str]) -> None:
    from sim.answers.why.tables import level_rows, team_rows, told_rows, unit_in_head  # noqa: PLC0415
    from sim.answers.why.words import question  # noqa: PLC0415

    title = found.scenario.title or found.scenario.name
    say(f"Why {found.measure}? {title}, {found.seeds} pairs of runs of {found.weeks} weeks ({found.runs} runs)\n")
    first = next((index for index, text in enumerate(sentences) if "\N{LEFTWARDS ARROW}" in text), len(sentences))
    for sentence in sentences[:first]:
        say(sentence)
    for number, level in enumerate(found.levels, start=1):
        head = ("cause", "now", "at reference", f"recovers [95%]{unit_in_head(found)}", "of what all\nlevers recover")
        show_table(f"\n{number}. {question(level)}", head, level_rows(level, found), right=(3, 4))
    if found.levels:
        say("* the interval lies above 0. What a cause recovers is averaged over the orders of putting causes right.\n")
    for sentence in sentences[first:]:
        say(sentence)
    rows = team_rows(found)
    views = ("team", "attainment", "potential as believed", "in the CRM", "true", "pipeline as logged", "true")
    title = "What managers see, what the CRM says, what is (potential a quarter, pipeline at the end)"
    show_table(f"\n{title}", views, rows[:MOST_TEAMS], right=range(1, 7))
    told = ("team", "honesty", "losses: told", "true", "misses: named", "true", "misses a run", "named truly")
    show_table("What is said about losses and misses, most often", told, told_rows(found)[:MOST_TEAMS], right=(1, 6, 7))
    if len(rows) > MOST_TEAMS:
        say(f"{len(rows) - MOST_TEAMS} more teams are in teams.csv (--out) and in --json.")


def _deal_sentences(found: "DealsCompared") -> list[str]:
    from sim.answers.why.words import deals_opening  # noqa: PLC0415

    return deals_opening(found)


def _show_deals(found: "DealsCompared", sentences: list[str]) -> None:
    from sim.answers.why.tables import example_rows, reason_rows  # noqa: PLC0415

    title = found.scenario.title or found.scenario.name
    say(f"Why do deals end differently? {title}, {found.seeds} pairs of runs of {found.weeks} weeks\n")
    for sentence in sentences:
        say(sentence)
    head = (
        "first difference",
        "won by the case",
        "won as is",
        "net [95%]",
        f"net amount, {found.scenario.currency} [95%]",
    )
    rows = reason_rows(found, MOST_REASONS)
    show_table("\nReasons, deals a run", head, rows, right=range(1, 5))
    deal = (
        "deal",
        "won",
        "as is",
        "in the case",
        f"amount, {found.scenario.currency}",
        "parted in week",
        "first difference",
    )
    show_table("The largest deals that flipped", deal, example_rows(found), right=(4, 5))
