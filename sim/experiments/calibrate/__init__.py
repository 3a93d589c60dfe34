"""Which values of the parameters fit what was measured."""

from sim.experiments.calibrate.find import Calibration, calibrate
from sim.experiments.calibrate.plan import CalibrationPlan
from sim.experiments.calibrate.search import Search

__all__ = ["Calibration", "CalibrationPlan", "Search", "calibrate"]
