"""How often a target is reached."""

import math

import pandas as pd
import pytest

from sim.questions.compare.targets import NO_FORECAST, Target, each_target, reached_frame, sentences
from sim.scenario.errors import InputError


def measured(**values):
    rows = [(case, seed, "bookings", value) for case, each in values.items() for seed, value in enumerate(each)]
    return pd.DataFrame(rows, columns=["case", "seed", "measure", "value"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bookings>=60e6", Target("bookings", 1, 60e6)),
        (" bookings >= 60_000_000 ", Target("bookings", 1, 60e6)),
        ("win_rate>=30%", Target("win_rate", 1, 0.3)),
        ("cycle_days<=50", Target("cycle_days", -1, 50.0)),
    ],
)
def test_a_target_is_read(text, expected):
    assert Target.read(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("bookings", "write MEASURE>=VALUE"),
        ("bookings>=", "write MEASURE>=VALUE"),
        ("bookings>=1e999", "write MEASURE>=VALUE"),
        ("bookings>=..", "write MEASURE>=VALUE"),
        ("bookings=60", "write MEASURE>=VALUE"),
        ("bookings>=60%", "is no share"),
        ("bookngs>=60", "no measure bookngs"),
    ],
)
def test_what_is_no_target_is_refused(text, said):
    with pytest.raises(InputError, match=said):
        Target.read(text)


def test_runs_that_reach_it_are_counted_with_wilsons_interval():
    values = measured(as_is=[1.0, 2.0, 3.0, math.nan], more=[3.0, 3.0, 3.0, 4.0])
    found = reached_frame(values, [Target.read("bookings>=2")])
    as_is, more = found.to_dict("records")
    assert (as_is["case"], as_is["runs"], as_is["share"]) == ("as_is", 4, 0.5)
    # Wilson with z = 1.96, n = 4 and 2 hits: centre 1/2, half-width z sqrt(1/16 + z^2/64) / (1 + z^2/4).
    half = 1.959964 * math.sqrt(1 / 16 + 1.959964**2 / 64) / (1 + 1.959964**2 / 4)
    assert (as_is["low"], as_is["high"]) == pytest.approx((0.5 - half, 0.5 + half), rel=1e-5)
    assert more["share"] == 1.0
    assert more["high"] == 1.0
    assert math.isnan(more["middle"])


def test_at_most_counts_the_other_side_and_worlds_give_a_range():
    worlds = {"w1": measured(as_is=[1.0, 1.0]), "w2": measured(as_is=[1.0, 9.0]), "w3": measured(as_is=[9.0, 9.0])}
    target = Target.read("bookings<=5")
    found = reached_frame(measured(as_is=[1.0, 9.0, 9.0, 9.0]), [target], worlds)
    row = found.iloc[0]
    assert (row["share"], row["least"], row["middle"], row["greatest"]) == (0.25, 0.0, 0.5, 1.0)
    assert [one for one, _ in each_target(found)] == [target]
    said = sentences(found, "USD")
    assert said[0].startswith("A target of bookings of at most 5.00 USD is reached by as is in 25% of 4 runs")
    assert "in 0% to 100% of those of a plausible world (middle 50%)" in said[0]
    assert said[1] == NO_FORECAST
