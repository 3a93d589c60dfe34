"""What runs in the browser: copying a link, and saving a drawing of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

if TYPE_CHECKING:
    from collections.abc import Callable


@solara.component_vue("Copy.vue")
def Copy(*, query: str, label: str) -> None:  # noqa: N802
    """A link in a field, with a button that copies it.

    Args:
        query: What follows the address of the page, from its question mark on.
        label: What the field is, for those who do not see it.
    """


@solara.component_vue("Drop.vue")
def Drop(*, largest: int, event_taken: Callable[[dict[str, Any]], None]) -> None:  # noqa: N802
    """A place to drop a file, or to choose one.

    Args:
        largest: Bytes a file may have; a larger one is not sent.
        event_taken: Given name, size and bytes, in base64, of the file.
    """


@solara.component_vue("Picture.vue")
def SavePicture(*, selector: str, name: str) -> None:  # noqa: N802
    """Two buttons that save a drawing (SVG) of the page as a picture (PNG) or as it is.

    Args:
        selector: Where it stands, as style sheets say it; the first one is taken.
        name: What it shows; the file is named after it.
    """
