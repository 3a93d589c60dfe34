"""The glue to the EMA Workbench, as the documents print it: both directions give the same numbers.

The workbench brings a package under the GPL, so that it is no part of the tests' environment:
`pip install . pytest hypothesis ema-workbench` in one of its own, then `pytest -m "" tests/sim/questions/test_ema.py`.
"""

import re

import pytest

from tests.documents import ROOT

pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore")]
pytest.importorskip("ema_workbench")


def test_what_the_workbench_runs_and_a_study_of_its_experiments_give_the_same_numbers():
    text = (ROOT / "docs" / "other-programs.md").read_text(encoding="utf-8")
    there, back = re.findall(r"<!-- ema -->\n```text\n(.*?)```", text, re.DOTALL)
    names: dict = {"__name__": "glue"}
    exec(there.replace("scenarios=20", "scenarios=6"), names)  # noqa: S102 - our own document
    exec(back, names)  # noqa: S102 - our own document
    bookings = names["study"].matrix("bookings")
    assert bookings.shape == (6, 2)
    assert bookings.iloc[:, 0].tolist() == names["outcomes"]["bookings"].tolist()
    assert bookings.nunique().tolist() == [6, 6]
