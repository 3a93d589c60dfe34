"""What is measured: of a week, a quarter, a whole run; the wheel; what no run may break."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
