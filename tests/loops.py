"""Cases that are one assertion, as one test that names every offender."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def for_each(names: str | tuple[str, ...], values: Iterable[Any], *, ids: Callable[[Any], str] = str) -> Any:
    """Check every value in one test: written as ``pytest.mark.parametrize`` is, and one case instead of many.

    For checks of microseconds that change nothing; what a check changes, or a fixture it needs fresh, needs a case of
    its own. The test fails where a check fails, and then says of every value what is wrong with it.

    Args:
        names: The check's argument that takes a value, or several that take the parts of a tuple. Its other arguments
            are fixtures, which all checks share.
        values: What is checked; the test fails where there is none.
        ids: How a value is named.
    """
    several = not isinstance(names, str)
    own = names if several else (names,)

    def loop_over(check: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(check)
        def test(**fixtures: Any) -> None:
            wrong, checked = [], 0
            for checked, value in enumerate(values, start=1):  # noqa: B007 - counted, so that nothing is no success
                try:
                    check(**dict(zip(own, value if several else (value,), strict=True)), **fixtures)
                except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - every offender is named
                    name = ".".join(map(ids, value)) if several else ids(value)
                    wrong.append(f"{name}: {type(error).__name__}: {error}")
            assert checked, "there is nothing to check"
            assert not wrong, f"{len(wrong)} of {checked}:\n" + "\n".join(wrong)

        signature = inspect.signature(check)
        fixtures = [one for name, one in signature.parameters.items() if name not in own]
        test.__signature__ = signature.replace(parameters=fixtures)  # type: ignore[attr-defined]
        return test

    return loop_over
