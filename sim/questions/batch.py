"""What people who come from Mesa know as `batch_run`, on the compiled drive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.scenario import Scenario
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.progress import bar
from sim.studies.run import run_study

if TYPE_CHECKING:
    from sim.studies.run import Study


def batch_run(
    parameters: Mapping[str, Any], *, iterations: int = 1, rng: Iterable[int] | None = None,
    max_steps: int | None = None, data_collection_period: int = -1, number_processes: int | None = None,
    display_progress: bool = True,
) -> list[dict[str, Any]]:  # fmt: skip
    """Run every combination of parameters, as `mesa.batch_run(SalesOrg, parameters, ...)` would, many times faster.

    Each combination has a burn-in of its own, as a model that is made with it. Where Mesa counts iterations, all
    combinations share seeds, so that they can be compared in pairs.

    Args:
        parameters: By dotted name a value or a list of values; `scenario` names scenarios, `baseline` by default.
        iterations: Runs of each combination, with the seeds 0, 1, ...
        rng: Seeds instead of a number of iterations.
        max_steps: Weeks of each run; the scenario's own by default.
        data_collection_period: -1 gives a row a run, with its headline measures; n a row every n weeks and one for the
            last, with the measures of that week.
        number_processes: Workers; as many as there are cores by default.
        display_progress: Whether a bar is shown.

    Returns:
        Rows with `RunId`, `iteration`, `Step` (weeks since week 0), `seed`, the parameters and the measures; rows of a
        run that failed have `error` and no measures.

    Raises:
        InputError: Something cannot be used; nothing was run.
    """
    if data_collection_period != -1 and not 1 <= data_collection_period <= 10_000:
        raise InputError(
            f"data_collection_period = {data_collection_period} is not allowed; it must be -1 for the end of each run, "
            "or the number of weeks between two rows"
        )
    grid = _combinations(parameters)
    weekly = data_collection_period != -1
    rows: list[dict[str, Any]] = []
    for scenario in dict.fromkeys(names for names, _ in grid):
        cases = [StudyCase(f"c{number}", changes) for number, (name, changes) in enumerate(grid) if name == scenario]
        plan = StudyPlan.of(
            Scenario.load(scenario), cases, iterations if rng is None else rng,
            weeks=max_steps, from_start=True, keep=("weekly",) if weekly else (),
        )  # fmt: skip
        study = run_study(plan, workers=number_processes, progress=bar(scenario) if display_progress else None)
        rows += _rows(study, scenario, grid, data_collection_period, len(rows))
    return rows


def _combinations(parameters: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """List scenario and changes of every combination."""
    lists = {name: _listed(name, values) for name, values in parameters.items()}
    scenarios = lists.pop("scenario", ["baseline"])
    return [
        (str(name), dict(zip(lists, values, strict=True))) for name in scenarios for values in product(*lists.values())
    ]


def _listed(name: str, values: Any) -> list[Any]:
    listed = [values] if isinstance(values, str) or not isinstance(values, Iterable) else list(values)
    if not listed:
        raise InputError(f"{name} has an empty list of values; give one or leave it out")
    return listed


def _rows(
    study: Study, scenario: str, grid: list[tuple[str, dict[str, Any]]], period: int, first: int
) -> list[dict[str, Any]]:
    """Write a study as Mesa writes a batch."""
    plan, rows = study.plan, []
    weekly = {} if period == -1 else dict(iter(study.weekly.groupby("run")))
    for number, run in enumerate(study.results.to_dict("records")):
        first_columns = {"RunId": first + number, "iteration": plan.seeds.index(run["seed"]), "seed": run["seed"]}
        values: dict[str, Any] = {"scenario": scenario, **grid[int(run["case"][1:])][1]}
        if run["error"]:
            rows.append({**first_columns, "Step": None, **values, "error": run["error"]})
        elif period == -1:
            rows.append({**first_columns, "Step": plan.weeks, **values, **{name: run[name] for name in MEASURES}})
        else:
            table = weekly[run["run"]].drop(columns=["run", "case", "seed"])
            wanted = table[((table["week"] + 1) % period == 0) | (table["week"] == plan.weeks - 1)]
            for week in wanted.to_dict("records"):
                row = {str(name): value for name, value in week.items()}
                rows.append({**first_columns, "Step": int(row.pop("week")) + 1, **values, **row})
    return rows
