"""Programs as syntax trees, also where several threads read them at once."""

from __future__ import annotations

import ast
import threading

_READING = threading.Lock()
_TRIES = 20  # A library's thread may read programs too, without the lock


def parsed(source: str) -> ast.Module:
    """Read a program.

    Python up to 3.12 counts in one place how deep all threads are in their trees and, where two of them read, may say
    that it has miscounted (https://github.com/python/cpython/issues/106905); another try begins a new count.

    Raises:
        SyntaxError: It is no program.
    """
    with _READING:
        for _ in range(_TRIES - 1):
            try:
                return ast.parse(source)
            except SystemError:
                continue
        return ast.parse(source)
