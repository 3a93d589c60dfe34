"""The command that follows customers: retention."""

from pathlib import Path
from typing import Annotated

from sim.cli.console import finish, progress
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import AsJson, ScenarioName, Settings, Weeks, Workers, command_line, load, option, out_answer, sent


@sent
@keeps_runs
def retention(
    scenario: ScenarioName,
    *,
    settings: Settings = None,
    seeds: Annotated[int, option("N", "Runs.", least=2, most=10_000)] = 20,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/retention-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """What are the customers of a year ago worth now, and what does growth cost?

    Gross and net retention by quarter, what recurring revenue grows and shrinks by, sales cost per unit of new value,
    and what is left of the customers won in each year.

    Ctrl-C keeps what is finished; the same command goes on, and with more --seeds it adds them.

    For example:

      flywheel retention baseline

      flywheel retention baseline --set buyers.churn_per_year=0.2 --out retention.xlsx
    """
    from sim.answers.media import check_out  # noqa: PLC0415 - commands import what they need
    from sim.answers.retention import analysis_of, quarter_table  # noqa: PLC0415
    from sim.questions.retention import retention as follow  # noqa: PLC0415

    organization = load(scenario, settings)
    folder = out or Path("out") / f"retention-{organization.name}"
    check_out(folder)
    with kept_runs(folder, organization, longer=True), progress("Simulating") as tell:
        found = follow(organization, seeds, weeks=weeks, workers=workers, progress=tell)
    title = f"{organization.title or organization.name}: retention, {len(found.seeds)} runs"
    finish(
        analysis_of(found, command_line()), folder, title, quarter_table(found), as_json=as_json,
        interrupted=found.interrupted,
    )  # fmt: skip
