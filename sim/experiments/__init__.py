"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.sensitivity import Sensitivity, sensitivity

__all__ = ["Comparison", "Sensitivity", "compare", "sensitivity"]
