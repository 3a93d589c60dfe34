"""The command that looks for the best mix of levers under a budget."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from sim.cli.console import finish, progress
from sim.cli.kept import keeps_runs, runs_folder
from sim.cli.options import (
    AsJson,
    ScenarioName,
    Settings,
    Weeks,
    Workers,
    command_line,
    load,
    of_worlds,
    option,
    out_answer,
    sent,
    switch,
    usual_worlds,
)
from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from sim.questions.invest.find import Investment


@sent
@keeps_runs
@of_worlds
def invest(
    scenario: ScenarioName,
    *,
    budget: Annotated[float, option("AMOUNT", "What may be spent a year above today.")],
    goal: Annotated[str, option("MEASURE|loop_gain", "A measure, or loop_gain (slow).")] = "net_contribution",
    lever: Annotated[
        list[str] | None,
        option(
            "KEY[=LOW..HIGH[/STEP]]",
            "What is mixed; may be repeated.",
            "specialists of all kinds, training, playbook, coaching, field time, head-count growth",
        ),
    ] = None,
    robust: Annotated[str, option("mean|worst_decile|regret", "What counts over several worlds.")] = "mean",
    reallocate: Annotated[
        bool, switch("--reallocate", "What is spent today may be cut in favour of something else.")
    ] = False,
    evaluations: Annotated[
        int | None, option("N", "Mixes tried.", "200; 40 of loop_gain", least=2, most=10_000_000)
    ] = None,
    worlds: Annotated[
        int | None,
        option(
            "N", "Plausible worlds of the search.", "none for the mean; else 30, 12 of loop_gain", least=0, most=100_000
        ),
    ] = None,
    seeds: Annotated[
        int | None,
        option("N", "Seeds of the search, of each world.", "12, 6 of loop_gain, 1 with worlds", least=1, most=100_000),
    ] = None,
    fresh: Annotated[
        int | None, option("N", "Fresh seeds (or worlds) of the result.", "60; 12 of loop_gain", least=10, most=100_000)
    ] = None,
    seed: Annotated[int, option("N", "Key of search and worlds", least=0)] = 0,
    settings: Settings = None,
    weeks: Weeks = None,
    from_start: Annotated[
        bool, switch("--from-start", "Each mix has its own burn-in: an organization that always was so.")
    ] = False,
    workers: Workers = None,
    out: Annotated[Path | None, out_answer("out/invest-SCENARIO")] = None,
    as_json: AsJson = False,
) -> None:
    """Find the best mix of specialists, training, time and head-count under a budget, and what more money brings.

    The best mixes are run again on fresh seeds; every number told comes from those. Unless you say how much is to be
    run, the best one is then compared with as is in 20 plausible worlds.

    Ctrl-C ends the search, and what was tried until then is compared; the same command goes on where it ended.

    For example:

      flywheel invest baseline --budget 500000

      flywheel invest baseline --budget 500000 --robust regret --lever training.hours_per_quarter=6..30/4
    """
    from sim.answers.invest import analysis_of, mix_table  # noqa: PLC0415
    from sim.questions.invest.find import invest as run_invest  # noqa: PLC0415
    from sim.questions.invest.runs import LOOP_GAIN  # noqa: PLC0415
    from sim.studies.worlds import drawn_from  # noqa: PLC0415

    compared = not (any((worlds, evaluations, seeds, fresh)) or goal == LOOP_GAIN)
    if drawn_from() and not (compared or worlds or robust != "mean"):
        raise InputError("--worlds-of says which plausible worlds are drawn, and none are; add --worlds N or --robust")
    organization = load(scenario, settings)
    folder = out or Path("out") / f"invest-{organization.name}"
    with runs_folder(folder, organization) as home:
        with progress("Trying mixes") as tell:
            investment = run_invest(
                organization, budget, goal, lever, robust, reallocate=reallocate, evaluations=evaluations,
                worlds=worlds, seeds=seeds, fresh=fresh, seed=seed, weeks=weeks, from_start=from_start, workers=workers,
                progress=tell, folder=home,
            )  # fmt: skip
        if compared and not investment.interrupted:
            investment = _in_worlds(investment, weeks=weeks, workers=workers, from_start=from_start, folder=home)
    analysis = analysis_of(investment, command_line())
    table = mix_table(investment)
    finish(analysis, folder, analysis.question, table, as_json=as_json, kept=True, interrupted=investment.interrupted)


def _in_worlds(investment: "Investment", **shared: Any) -> "Investment":
    """Say what the recommendation brings in plausible worlds; as it is where it changes nothing or there are none."""
    from sim.questions.compare.worlds import compare_worlds, told  # noqa: PLC0415

    plausible = usual_worlds(None, effort_given=investment.robust != "mean" or investment.recommendation.is_as_is)
    notes = [*investment.notes, *plausible.without]
    if plausible.number:
        cases = [("the mix", dict(investment.recommendation.changes))]
        try:
            with progress("Plausible worlds") as tell:
                found = compare_worlds(
                    investment.scenario, cases, investment.goal.name, count=plausible.which, progress=tell, **shared
                )
            notes += told(found, investment.scenario)
        except InputError as error:
            notes.append(f"No plausible worlds: {error}.")
    return replace(investment, notes=notes)
