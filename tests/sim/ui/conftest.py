"""The page as it is served: with solara's server loaded, what a visitor changes is kept for each visitor."""

import pytest
import solara.server.starlette  # noqa: F401 - loading it is what makes the difference

from sim.ui.run import untouched
from sim.ui.run.noise import NoiseSought


@pytest.fixture(autouse=True)
def _no_noise_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of the background would take the time of tests that ask for something else."""
    monkeypatch.setattr(untouched, "noise_of", lambda _: NoiseSought())
