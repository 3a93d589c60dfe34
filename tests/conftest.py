"""Settings and fixtures every test shares."""

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent

pytest_plugins = ["pytester", "tests.budget"]

# Before anything draws a figure or imports the page: no window, no call home.
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("SOLARA_TELEMETRY_MIXPANEL_ENABLE", "False")

# Classes of a page that is started are kept here, not among the user's data; each process of tests has its own.
os.environ["FLYWHEEL_DATA_DIR"] = _data = tempfile.mkdtemp(prefix="flywheel-data-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)

# "ci" tries the same examples every time; HYPOTHESIS_PROFILE=explore looks for new ones.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=2000)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="module", autouse=True)
def _what_is_loaded_stays() -> None:
    """Spare collections of garbage what modules before have loaded, or they take seconds in a process of hours."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds pyproject.toml."""
    return ROOT


LONG = ("test_readme.py", "test_notebooks.py", "test_benchmarks.py")
"""What takes minutes begins first, so that no worker waits for it at the end."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.path.name not in LONG)
