"""How it runs: state, schedule compiled, worlds, interventions, and the Mesa model."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
