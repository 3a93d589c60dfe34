"""Managers: a tree up to the leader, their hours, what they understand and what they believe."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
