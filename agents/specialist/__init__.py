"""Overlay specialists: four kinds, shared by reps, each with a target of its own."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
