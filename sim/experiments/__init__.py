"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.invest import invest
from sim.experiments.invest_result import Investment

__all__ = ["Comparison", "Investment", "compare", "invest"]
