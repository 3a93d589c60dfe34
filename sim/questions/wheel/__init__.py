"""Diagnostics of the flywheels by experiment: gain, turn time and weakest link in twin runs, restart and hysteresis."""
