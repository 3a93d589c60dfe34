"""What commands load: nothing that they do not use, so that they answer at once."""

import os
import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "pandas",
    "numba",
    "scipy",
    "matplotlib",
    "seaborn",
    "pydantic",
    "mesa",
    "solara",
    "babel",
    "rapidfuzz",
}
QUIET_RUN = """
import sys
from sim.cli.main import _run
words = ["run", "baseline", "--weeks", "1", "--set", "structure.n_reps=2", "--set", "market.accounts_per_rep=3"]
assert _run([*words, "--no-report", "--out", sys.argv[1]], debug=True) == 0
"""


def loaded(program: str, *arguments: str) -> set[str]:
    """Which heavy libraries a program loads."""
    names = f"{program}\nimport sys\nprint('loaded', *(set(sys.modules) & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", names, *arguments], capture_output=True, text=True, check=True)
    return set(done.stdout.strip().splitlines()[-1].split()[1:])


def test_help_loads_no_library_but_its_own():
    assert loaded("from sim.cli.main import _run\n_run(['--help'], debug=True)") == set()


def test_a_name_that_is_wrong_is_told_before_anything_heavy_is_loaded():
    assert loaded("from sim.cli.main import _run\nassert _run(['rum'], debug=True) == 2") <= {"pydantic"}


@pytest.mark.slow
def test_a_run_without_report_draws_nothing(tmp_path):
    assert not loaded(QUIET_RUN, str(tmp_path / "out")) & {
        "matplotlib",
        "seaborn",
        "mesa",
        "solara",
        "babel",
        "rapidfuzz",
    }
    assert not (tmp_path / "out" / "report.html").exists()
    assert (tmp_path / "out" / "weekly.parquet").exists()


@pytest.mark.slow
def test_a_report_draws_without_the_statistics_of_scipy_which_seaborn_still_gets_where_it_needs_them(tmp_path):
    drawn = QUIET_RUN.replace('"--no-report", ', "") + (
        "assert not {'scipy.stats', 'scipy.cluster', 'mesa', 'solara'} & set(sys.modules)\n"
        "import seaborn\n"
        "assert seaborn.kdeplot(x=[1.0, 2.0, 4.0], cumulative=True).lines\n"
        "assert seaborn.clustermap([[1.0, 2.0], [3.0, 5.0]]).dendrogram_row\n"
        "assert {'scipy.stats', 'scipy.cluster'} <= set(sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-c", drawn, str(tmp_path / "out")], check=True, env={**os.environ, "MPLBACKEND": "agg"}
    )
    assert (tmp_path / "out" / "report.html").exists()
