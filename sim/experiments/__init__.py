"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.designs import Design, full_factorial, latin_hypercube, one_at_a_time, sobol_sequence
from sim.experiments.factors import Factor, factor
from sim.experiments.study_file import read_study
from sim.experiments.sweep import Sweep, sweep

__all__ = [
    "Comparison",
    "Design",
    "Factor",
    "Sweep",
    "compare",
    "factor",
    "full_factorial",
    "latin_hypercube",
    "one_at_a_time",
    "read_study",
    "sobol_sequence",
    "sweep",
]
