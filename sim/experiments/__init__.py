"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
<<<<<<< HEAD
from sim.experiments.sensitivity import Sensitivity, sensitivity

__all__ = ["Comparison", "Sensitivity", "compare", "sensitivity"]
=======
from sim.experiments.invest import invest
from sim.experiments.invest_result import Investment

__all__ = ["Comparison", "Investment", "compare", "invest"]
>>>>>>> invest
