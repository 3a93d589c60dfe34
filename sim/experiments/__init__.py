"""Questions asked of the model: cases compared over the same seeds, with their uncertainty."""

from sim.experiments.compare import compare
from sim.experiments.comparison import Comparison
from sim.experiments.discover import Discovery, discover
from sim.experiments.discover_worlds import Worlds, run_worlds, worlds_of

__all__ = ["Comparison", "Discovery", "Worlds", "compare", "discover", "run_worlds", "worlds_of"]
