"""The folder of a single run, written whole or not at all; without a report nothing is loaded that draws."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.answers import REPORT
from sim.answers.folder import TABLES
from sim.answers.plain import plain_value
from sim.studies.folders import ANSWER, fresh_folder
from sim.studies.programs import PROGRAMS, versions

if TYPE_CHECKING:
    from pathlib import Path

    from sim.measures.run import Run


def write_run(run: Run, folder: Path, command: str, *, report: bool = True) -> None:
    """Write a run: resolved scenario, seed and versions, tables, and the report if wanted.

    Raises:
        InputError: Nothing can be written there.
    """
    with fresh_folder(folder) as draft:
        (draft / "scenario.toml").write_text(run.scenario.to_toml(), encoding="utf-8")
        programs = versions()
        facts = {
            "program": PROGRAMS[0],
            "kind": "run",
            "scenario": run.scenario.name,
            "digest": run.scenario.digest(),
            "start_date": run.scenario.start_date.isoformat(),
            "currency": run.scenario.currency,
            "seed": run.seed,
            "weeks": run.weeks,
            "command": command,
            "versions": programs,
            "summary": plain_value(run.summary),
        }
        (draft / ANSWER).write_text(json.dumps(facts, indent=2), encoding="utf-8")
        for name in TABLES:
            getattr(run, name).to_parquet(draft / f"{name}.parquet")
        if report:
            from sim.answers.run import run_html  # noqa: PLC0415 - slow to import

            (draft / REPORT).write_text(run_html(run, command, programs), encoding="utf-8")
