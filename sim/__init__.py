"""Sales Flywheel: an agent-based simulator of sales organizations.

What is asked for is loaded, and nothing else: Mesa and pandas take longer to load than most runs take.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
