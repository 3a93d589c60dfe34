"""The command that checks the program itself in one scenario: verify."""

from typing import Annotated

import typer

from sim.cli.console import console, say, show_table
from sim.cli.options import ScenarioName, Settings, Workers, load, option


def verify(
    scenario: ScenarioName = "baseline",
    *,
    settings: Settings = None,
    seeds: Annotated[int, option("N", "Runs of every check.", least=2)] = 4,
    weeks: Annotated[int, option("N", "Weeks of each run.", least=13, most=1_040)] = 52,
    workers: Workers = None,
) -> None:
    """Check that the program does in a scenario what its description says.

    Hours, money and opportunities add up; extreme assumptions have the outcome they must have; numbers move results in
    the right direction under equal luck; neither the order of agents nor the number of workers matters.

    Ends with exit code 1 if a check fails. Whether the model is true is another question: flywheel validate.
    """
    from sim.engine.world import prepare  # noqa: PLC0415
    from sim.measures.conservation import verdict_line  # noqa: PLC0415
    from sim.questions.verify.extremes import TOLERANCE  # noqa: PLC0415
    from sim.questions.verify.verification import check_size  # noqa: PLC0415
    from sim.questions.verify.verification import verify as run_checks  # noqa: PLC0415
    from sim.scenario.seeds import check_weeks  # noqa: PLC0415 - commands import what they need
    from sim.studies.executor import check_workers  # noqa: PLC0415

    organization = load(scenario, settings)
    check_size(seeds, check_weeks(weeks))
    check_workers(workers)
    prepare()
    with console(errors=True).status("Verifying") as status:
        parts = run_checks(
            organization, seeds, weeks, workers=workers, progress=lambda part: status.update(f"Verifying: {part}")
        )
    named = [(part, check) for part, checks in parts.items() for check in checks]
    rows = [(part, check.name, check.measured, "holds" if check.holds else "BROKEN") for part, check in named]
    show_table(organization.title or organization.name, ("part", "check", "measured", "verdict"), rows)
    say(f"Directions are those of means over the seeds and may miss by {TOLERANCE:.0%}; all else is exact.")
    checks = [check for _, check in named]
    say(verdict_line(checks))
    if not all(check.holds for check in checks):
        raise typer.Exit(1)
