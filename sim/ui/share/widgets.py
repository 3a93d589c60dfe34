"""What runs in the browser: copying a link, and saving a drawing of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import solara

if TYPE_CHECKING:
    from collections.abc import Callable


@solara.component_vue("Copy.vue")
def Copy(*, query: str, label: str) -> None:  # noqa: N802
    """A link in a field, with a button that copies it; `query` follows the address of the page, `label` is read out."""


@solara.component_vue("Drop.vue")
def Drop(  # noqa: N802
    *, what: str, endings: str, largest: int, event_taken: Callable[[dict[str, Any]], None]
) -> None:
    """A place to drop or choose a file of some bytes at most; `event_taken` is given name, size and bytes in base64.

    `what` says which file it is, `endings` which a browser offers, such as ".toml,text/plain".
    """


@solara.component_vue("Picture.vue")
def SavePicture(*, selector: str, name: str) -> None:  # noqa: N802
    """Two buttons that save the first drawing (SVG) of a CSS selector as a picture (PNG) or as it is, named so."""
