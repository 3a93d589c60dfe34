"""The page as it is served: with solara's server loaded, what a visitor changes is kept for each visitor."""

import solara.server.starlette  # noqa: F401 - loading it is what makes the difference
