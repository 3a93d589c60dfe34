"""The live view: the wheel, the organization and the charts of a session while it is played."""
