"""Figures of a comparison where there is little to draw."""

import pandas as pd
import pytest

from sim.answers.figures import differences_chart


@pytest.mark.parametrize("values", [[1e6, 1e6, 1e6], [1e6, 1e6 + 1e-7, 1e6], [0.0, 0.0, 0.0], [5.0]])
def test_differences_that_are_equal_are_drawn(values):
    rows = pd.DataFrame({"case": "few", "seed": range(len(values)), "difference": values})
    assert differences_chart(rows, ["few"], "currency", "Net contribution").lstrip().startswith("<svg")
