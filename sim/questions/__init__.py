"""What is asked of the model, one question a room; as functions that return data frames and figures."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
