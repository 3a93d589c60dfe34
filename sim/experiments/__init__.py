"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.batch import batch_run
from sim.experiments.calibrate import Calibration, calibrate
from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.designs import Design, full_factorial, latin_hypercube, one_at_a_time, sobol_sequence
from sim.experiments.discover import Discovery, discover
from sim.experiments.discover.worlds import Worlds, run_worlds, worlds_of
from sim.experiments.factors import Factor, factor
from sim.experiments.invest import Investment, invest
from sim.experiments.sensitivity import Sensitivity, sensitivity
from sim.experiments.study import Study, StudyCase, StudyPlan, run_study
from sim.experiments.study_file import read_study
from sim.experiments.sweep import Sweep, sweep

__all__ = [
    "Calibration",
    "Comparison",
    "Design",
    "Discovery",
    "Factor",
    "Investment",
    "Sensitivity",
    "Study",
    "StudyCase",
    "StudyPlan",
    "Sweep",
    "Worlds",
    "batch_run",
    "calibrate",
    "compare",
    "discover",
    "factor",
    "full_factorial",
    "invest",
    "latin_hypercube",
    "one_at_a_time",
    "read_study",
    "run_study",
    "run_worlds",
    "sensitivity",
    "sobol_sequence",
    "sweep",
    "worlds_of",
]
