"""The command that simulates once: run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.console import number, put, save, say, show_table
from sim.cli.options import AsJson, ScenarioName, Settings, Weeks, command_line, load, option, out_answer

if TYPE_CHECKING:
    from sim.measures.run import Run


def run(
    scenario: ScenarioName,
    *,
    seed: Annotated[int, option("N", "Key of all chance", least=0)] = 0,
    weeks: Weeks = None,
    settings: Settings = None,
    report: Annotated[bool, typer.Option("--report/--no-report", help="Draw the report, which takes seconds.")] = True,
    out: Annotated[Path | None, out_answer("out/SCENARIO-SEED")] = None,
    as_json: AsJson = False,
) -> None:
    """Simulate one scenario once, print its headline measures, and write its tables and a report.

    For example:

      flywheel run baseline --seed 7

      flywheel run baseline --set structure.n_reps=60 --set operations.wip_limit=8 --weeks 104
    """
    from sim.answers.media import check_out  # noqa: PLC0415
    from sim.measures.run import simulate  # noqa: PLC0415
    from sim.scenario.seeds import check_seed  # noqa: PLC0415 - commands import what they need

    organization = load(scenario, settings)
    check_seed(seed)
    folder = out or Path("out") / f"{organization.name}-{seed}"
    check_out(folder)
    simulated = simulate(organization, seed=seed, weeks=weeks)
    if not as_json:
        _show_summary(simulated)
    from sim.answers.run import analysis_of  # noqa: PLC0415 - slow to import

    analysis = analysis_of(simulated, command_line())
    said = save(analysis, folder, report=report)
    if as_json:
        put(analysis.json())
    else:
        say(*said)


def _show_summary(simulated: "Run") -> None:
    from sim.scenario.measures import MEASURES  # noqa: PLC0415

    scenario = simulated.scenario
    rows = []
    for name, measure in MEASURES.items():
        unit = "" if measure.unit == "share" else measure.unit.replace("currency", scenario.currency)
        rows.append((measure.name, number(simulated.summary[name], measure.unit), unit, measure.doc))
    title = f"{scenario.title or scenario.name}, seed {simulated.seed}, {simulated.weeks} weeks"
    show_table(title, ("measure", "value", "unit", "definition"), rows, right=(1,))
