"""Diagnostics of the flywheels: stages, speed and friction of a run; gain, turn time and weakest link by experiment.

`sim.wheel.indices` reads a run; `sim.wheel.gain` turns the wheel in twin runs, by the links of `sim.wheel.links`.
"""
