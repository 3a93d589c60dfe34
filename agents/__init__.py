"""Who acts: buyers, reps, overlay specialists, managers, and the organization as a whole, week by week.

The Mesa classes are loaded when they are asked for: rules need none of them, and Mesa takes longer to load than most
runs take. The same holds for the packages below; `__init__.pyi` says what they have.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
