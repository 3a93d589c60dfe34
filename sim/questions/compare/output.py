"""A comparison as a folder: what was asked, with what, and every table, put in place in one step."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.scenario.writing import toml_value
from sim.studies.cases import AS_IS
from sim.studies.folders import ANSWER, fresh_folder
from sim.studies.programs import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.compare.comparison import Comparison
    from sim.studies.cases import Case


def write_folder(
    comparison: Comparison, folder: Path | str, *, question: str = "", command: str = "",
    report: Callable[[Comparison, Path], None] | None = None,
) -> Path:  # fmt: skip
    """Write the results; an earlier study in the same place is replaced, and nothing is ever seen half written.

    Files: `scenario.toml` (resolved), `cases.toml`, `analysis.json` with question and command, `results.parquet` (per
    seed), `table.csv`, `effects.csv`, `weekly.parquet`, `quarterly.parquet`, `drivers.csv`, `deals.parquet`,
    `flips.parquet`, `worlds.csv` and `targets.csv` where those were asked for, and what `report` writes into the
    folder it is given. InputError if the folder cannot be used.
    """
    path = Path(folder)
    with fresh_folder(path) as new:
        _write_tables(comparison, new)
        (new / "scenario.toml").write_text(comparison.scenario.to_toml(), encoding="utf-8")
        (new / "cases.toml").write_text(cases_text(comparison), encoding="utf-8")
        record = json.dumps(record_of(comparison, question, command), indent=2, ensure_ascii=False)
        (new / ANSWER).write_text(record + "\n", encoding="utf-8")
        if report:
            report(comparison, new)
    return path


def _write_tables(comparison: Comparison, folder: Path) -> None:
    for name in ("table", "effects", "drivers"):
        getattr(comparison, name).to_csv(folder / f"{name}.csv", index=False)
    for name in ("weekly", "quarterly", "deals", "flips"):
        getattr(comparison, name).to_parquet(folder / f"{name}.parquet", index=False)
    comparison.per_seed.to_parquet(folder / "results.parquet", index=False)
    if comparison.targets is not None:
        comparison.targets.to_csv(folder / "targets.csv", index=False)
    if comparison.worlds is not None:
        comparison.worlds.to_csv(folder / "worlds.csv", index=False)


def cases_text(comparison: Comparison) -> str:
    """Write the cases as TOML: a table for each, with its parameters and interventions."""
    parts = ["# What each case changes; as_is changes nothing."]
    parts += [_case_text(case) for name, case in comparison.cases.items() if name != AS_IS]
    return "\n\n".join(parts) + "\n"


def _case_text(case: Case) -> str:
    key = toml_value(case.name)
    lines = [f"[cases.{key}]", *(f"{toml_value(name)} = {toml_value(value)}" for name, value in case.overrides.items())]
    for item in case.interventions:
        rows = item.model_dump(exclude_unset=True, exclude_none=True).items()
        lines += ["", f"[[cases.{key}.interventions]]", *(f"{name} = {toml_value(value)}" for name, value in rows)]
    return "\n".join(lines)


def record_of(comparison: Comparison, question: str = "", command: str = "") -> dict[str, Any]:
    """Give all that is needed to repeat a comparison and to know what it rests on, for `analysis.json`."""
    precision, failures = comparison.precision, comparison.failures
    return {
        "program": PROGRAMS[0], "kind": "compare", "question": question, "command": command,
        "scenario": comparison.scenario.name, "scenario_digest": comparison.scenario.digest(),
        "cases": {name: case.scenario.digest() for name, case in comparison.cases.items()},
        **{name: getattr(comparison, name) for name in ("measure", "weeks", "from_start", "seeds", "alpha")},
        "precision": asdict(precision) if precision else None, "interrupted": comparison.interrupted,
        "notes": comparison.notes,
        "failures": [{"case": run.case, "seed": run.seed, "error": str(run), "trace": run.trace} for run in failures],
        "versions": comparison.versions, "started": comparison.started.isoformat(timespec="seconds"),
        "finished": comparison.finished.isoformat(timespec="seconds"),
    }  # fmt: skip
