"""The answer of a calibration."""
