"""Seaborn, loaded when the first figure is drawn.

When it is imported it imports the statistics and the clustering of scipy, a second of processor time, for density
curves and trees. Nothing here draws them; who does gets them then.
"""

import sys
import threading
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

_LATER = {"scipy.stats": "gaussian_kde", "scipy.cluster": "hierarchy"}
"""What seaborn takes by name when it is imported."""


class _Later:
    """Part of a module that is loaded when it is called or looked into."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def _found(self) -> Any:
        module, name = self._place
        return getattr(import_module(module), name)

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        return self._found()(*arguments, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)


def __getattr__(name: str) -> Any:
    """Give what seaborn has by that name."""
    return getattr(_seaborn(), name)


@cache
def _seaborn() -> Any:
    """Import seaborn; with stand-ins where no other thread can meet them."""
    alone = threading.current_thread() is threading.main_thread()
    stand_ins = {module: ModuleType(module) for module in _LATER if alone and module not in sys.modules}
    for module, stand_in in stand_ins.items():
        setattr(stand_in, _LATER[module], _Later(module, _LATER[module]))
    sys.modules.update(stand_ins)
    try:
        return import_module("seaborn")
    finally:
        for module in stand_ins:
            del sys.modules[module]
