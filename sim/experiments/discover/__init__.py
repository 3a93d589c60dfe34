"""Where an outcome holds and where not."""

from sim.experiments.discover.find import Discovery, Finding, discover

__all__ = ["Discovery", "Finding", "discover"]
