"""Everything the commands ask, as functions that return data frames and figures, under one name.

`from sim.experiments import sweep` finds `sim.questions.sweep.run.sweep`, and loads nothing else.
"""

from importlib import import_module
from typing import Any

HOMES = {
    "sim.questions.batch": ("batch_run",),
    "sim.questions.capacity": ("Capacity", "capacity"),
    "sim.questions.calibrate.find": ("Calibration", "calibrate"),
    "sim.questions.calibrate.plan": ("CalibrationPlan",),
    "sim.questions.calibrate.search": ("Search",),
    "sim.questions.calibrate.worlds": ("ConditionedWorlds", "condition"),
    "sim.questions.compare.comparison": ("Comparison",),
    "sim.questions.compare.run": ("compare",),
    "sim.questions.compare.worlds": ("compare_worlds",),
    "sim.questions.discover.find": ("Discovery", "discover"),
    "sim.questions.discover.worlds": ("Worlds", "run_worlds", "worlds_of"),
    "sim.questions.invest.find": ("Investment", "invest"),
    "sim.questions.retention": ("Retention", "retention"),
    "sim.questions.sensitivity.run": ("Sensitivity", "sensitivity"),
    "sim.questions.sweep.run": ("Sweep", "sweep"),
    "sim.questions.sweep.study_file": ("read_study",),
    "sim.questions.sweep.worlds": ("SweepOverWorlds", "sweep_worlds"),
    "sim.questions.why.explain": ("Why", "explain"),
    "sim.studies.designs": ("Design", "full_factorial", "latin_hypercube", "one_at_a_time", "sobol_sequence"),
    "sim.studies.factors": ("Factor", "factor"),
    "sim.studies.plan": ("StudyCase", "StudyPlan"),
    "sim.studies.run": ("Study", "run_study"),
}
"""Where each function and class lives."""

_HOME_OF = {name: home for home, names in HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load what is asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """List what can be asked for."""
    return sorted(_HOME_OF)
