"""The command that sets a plan of seats beside what a spreadsheet says: capacity."""

from pathlib import Path
from typing import Annotated

from sim.cli.console import finish, progress
from sim.cli.kept import keeps_runs, kept_runs
from sim.cli.options import AsJson, ScenarioName, Settings, Weeks, Workers, command_line, load, option, out_answer, sent


@sent
@keeps_runs
def capacity(
    scenario: ScenarioName,
    *,
    settings: Settings = None,
    seeds: Annotated[int, option("N", "Runs.", least=2, most=10_000)] = 20,
    weeks: Weeks = None,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/capacity-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """What will these seats book by quarter, and why does a spreadsheet say something else?

    The spreadsheet multiplies seats, ramped, by what a ramped seat brought last year. It knows no empty seats, no
    meetings, no queues and no market that runs dry; the difference is shared out over these.

    Ctrl-C keeps what is finished; the same command goes on, and with more --seeds it adds them.

    For example:

      flywheel capacity baseline

      flywheel capacity baseline --set talent.headcount_growth_per_year=0.3 --out plan.xlsx
    """
    from sim.answers.capacity import analysis_of, quarter_table  # noqa: PLC0415 - commands import what they need
    from sim.answers.media import check_out  # noqa: PLC0415
    from sim.questions.capacity import capacity as plan  # noqa: PLC0415

    organization = load(scenario, settings)
    folder = out or Path("out") / f"capacity-{organization.name}"
    check_out(folder)
    with kept_runs(folder, organization, longer=True), progress("Simulating") as tell:
        found = plan(organization, seeds, weeks=weeks, workers=workers, progress=tell)
    title = f"{organization.title or organization.name}: capacity, {len(found.seeds)} runs"
    finish(
        analysis_of(found, command_line()), folder, title, quarter_table(found), as_json=as_json,
        interrupted=found.interrupted,
    )  # fmt: skip
