"""The best mix of levers under a budget."""

from sim.experiments.invest.find import invest
from sim.experiments.invest.result import Investment

__all__ = ["Investment", "invest"]
