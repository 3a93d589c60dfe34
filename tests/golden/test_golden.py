"""One small run, exact: whoever changes what comes out must say so."""

import json

import pytest

from tests.golden.make import BELIEVABLE, FILE, golden

KEPT = json.loads(FILE.read_text("utf-8"))
EXACT = 1e-9
"""Other versions of numba may round the last digits differently."""


@pytest.fixture(scope="module")
def now():
    """The numbers of the run as it is now."""
    return golden()


@pytest.mark.parametrize("name", BELIEVABLE)
def test_the_small_run_gives_what_it_gave(name, now):
    advice = "if this is meant: python -m tests.golden.make, and 'Results shift' in CHANGELOG.md"
    assert now[name] == pytest.approx(KEPT[name], rel=EXACT), advice


@pytest.mark.parametrize("name", BELIEVABLE)
def test_what_it_gives_is_believable(name):
    low, high, why = BELIEVABLE[name]
    assert low <= KEPT[name] <= high, why
