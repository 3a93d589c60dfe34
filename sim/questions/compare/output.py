"""What a comparison rests on, as plain data."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.questions.compare.comparison import Comparison
    from sim.studies.cases import Case


def facts_of(comparison: Comparison) -> dict[str, Any]:
    """Give what one needs beside scenario and seeds to repeat a comparison and to know what it rests on."""
    precision, failures = comparison.precision, comparison.failures
    return {
        **{name: getattr(comparison, name) for name in ("measure", "from_start", "alpha", "interrupted")},
        "cases": {name: _settings(case) for name, case in comparison.cases.items()},
        "precision": asdict(precision) if precision else None,
        "failures": [{"case": run.case, "seed": run.seed, "error": str(run), "trace": run.trace} for run in failures],
        "started": comparison.started.isoformat(timespec="seconds"),
        "finished": comparison.finished.isoformat(timespec="seconds"),
    }


def _settings(case: Case) -> dict[str, Any]:
    """What a case changes, and the digest of the scenario it makes."""
    changes = [item.model_dump(exclude_unset=True, exclude_none=True) for item in case.interventions]
    return {"digest": case.scenario.digest(), "overrides": case.overrides, "interventions": changes}
