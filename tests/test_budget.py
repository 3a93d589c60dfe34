"""A case that computes too long fails, unless it says that it is slow."""

import pytest

CASES = """
import time, pytest

def compute(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass

@pytest.fixture
def own():
    compute(0.6)

@pytest.fixture(scope="module")
def shared():
    compute(0.6)

def test_quick():
    time.sleep(0.6)

def test_shared(shared):
    pass

def test_long():
    compute(0.6)

def test_own(own):
    pass

@pytest.mark.slow
def test_marked():
    compute(0.6)
"""


@pytest.fixture
def outcomes(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.RunResult:
    """The cases above, run where 0.1 s are allowed."""
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    pytester.makepyfile(CASES)
    pytester.makeini("[pytest]\nmarkers = slow")
    pytester.makeconftest("from tests import budget\nbudget.LIMIT = 0.1\npytest_plugins = ['tests.budget']\n")
    return pytester.runpytest_subprocess("-p", "no:solara", "-p", "no:playwright", "-rf")


@pytest.mark.slow
def test_who_computes_longer_than_allowed_fails(outcomes: pytest.RunResult):
    outcomes.assert_outcomes(passed=3, failed=2)
    failed = [line for line in outcomes.outlines if line.startswith("FAILED")]
    assert sorted(line.split("::")[1].split()[0] for line in failed) == ["test_long", "test_own"]
    outcomes.stdout.fnmatch_lines(["took * s of processor time, and 0.1 s are allowed without the mark slow"])
