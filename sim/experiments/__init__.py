"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.batch import batch_run
from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.invest import invest
from sim.experiments.invest_result import Investment
from sim.experiments.sensitivity import Sensitivity, sensitivity
from sim.experiments.study import Study, StudyCase, StudyPlan, run_study
from sim.experiments.sweep import Sweep, sweep

__all__ = [
    "Comparison",
    "Investment",
    "Sensitivity",
    "Study",
    "StudyCase",
    "StudyPlan",
    "Sweep",
    "batch_run",
    "compare",
    "invest",
    "run_study",
    "sensitivity",
    "sweep",
]
