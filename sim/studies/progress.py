"""A progress bar for notebooks and scripts; every experiment takes it as `progress`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def bar(title: str = "runs") -> Callable[[int, int], None]:
    """Make a bar that shows rate and remaining time, as a widget where the notebook can; `title` is what is counted.

    It is to be called with what is done and what there is in all, and closes itself when all is done.
    """
    from tqdm.auto import tqdm  # noqa: PLC0415 - looks for a notebook when it is imported

    shown = tqdm(desc=title, unit="run", leave=False)

    def tell(done: int, total: int) -> None:
        shown.total = total
        shown.update(done - shown.n)
        if done >= total:
            shown.close()

    return tell
