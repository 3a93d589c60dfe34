"""Settings and cases as people type them."""

from __future__ import annotations

import pytest

from sim.scenario.errors import InputError
from sim.scenario.settings import read_case, read_settings


def test_settings_and_cases_are_read_by_type() -> None:
    assert read_settings(["structure.n_reps = 60", "market.phase=pmf"]) == {
        "structure.n_reps": 60,
        "market.phase": "pmf",
    }
    assert read_case("more: structure.n_reps=60, training.hours_per_quarter=2") == (
        "more",
        {"structure.n_reps": 60, "training.hours_per_quarter": 2.0},
    )
    assert read_case("as it is:") == ("as it is", {})


def test_wrong_settings_are_told_together() -> None:
    with pytest.raises(InputError) as error:
        read_settings(["structure.n_reps", "structure.n_rep=3", "market.phase=pmf", "market.phase=scale"])
    assert str(error.value).splitlines() == [
        "--set structure.n_reps: a setting is written key=value, such as structure.n_reps=60",
        "--set: structure.n_rep is not a parameter; did you mean structure.n_reps?",
        "--set market.phase=scale: market.phase is given twice; keep one",
    ]
    for text in ("structure.n_reps=3", ": structure.n_reps=3", "no colon"):
        with pytest.raises(InputError, match="a case is written"):
            read_case(text)
