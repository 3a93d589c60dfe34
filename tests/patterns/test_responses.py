"""The table of responses: its arithmetic on made-up seeds, its ranges, and that every row can be read."""

import math
from dataclasses import replace

import numpy as np
import pytest

from sim.scenario.evidence import evidence_row
from sim.studies.cases import AS_IS
from sim.studies.statistics import mean_interval
from tests.patterns import responses
from tests.patterns.making.changes import BANDS, trials
from tests.patterns.making.paired import run
from tests.patterns.making.pattern import Effort
from tests.patterns.making.responses import Row, elasticity, jackknife, rise, rows

MADE_UP = {
    AS_IS: {"bookings": np.array([10.0, 12.0, 14.0, 12.0, 12.0]), "hours": np.full(5, 10.0)},
    "more": {"bookings": np.array([11.0, 13.0, 15.0, 13.0, 13.0]), "hours": np.full(5, 12.0)},
    "less": {"bookings": np.array([9.0, 11.0, 13.0, 11.0, 11.0]), "hours": np.full(5, 8.0)},
}


def row(low: float | None, high: float | None) -> Row:
    return Row("1", "what", "baseline", rise("more"), low, high, "of base", "expert range", "D", matched=True)


def test_a_rise_and_an_elasticity_are_those_of_the_means():
    assert jackknife(rise("more"), MADE_UP)[0] == pytest.approx(1.0 / 12.0)
    value = jackknife(elasticity("more", "less", "bookings", "hours"), MADE_UP)[0]
    assert value == pytest.approx(math.log(13.0 / 11.0) / math.log(12.0 / 8.0))


def test_the_interval_of_a_mean_is_that_of_the_textbook():
    found = jackknife(lambda m: float(m[AS_IS]["bookings"]), MADE_UP)
    textbook = mean_interval(MADE_UP[AS_IS]["bookings"])
    assert found == pytest.approx((textbook.mean, textbook.low, textbook.high, 5))


@pytest.mark.parametrize(
    ("low", "high", "found", "met"),
    [
        (0.0, 0.4, (0.1, 0.05, 0.15), True),
        (0.0, 0.4, (0.5, 0.45, 0.55), False),
        (0.0, 0.4, (0.2, 0.05, 0.35), False),
        (0.0, None, (0.2, 0.05, 0.35), True),
        (0.0, None, (0.2, -0.05, 0.45), False),
        (None, 0.0, (-0.2, -0.35, -0.05), True),
        (None, 0.0, (-0.2, -0.45, 0.05), False),
        (0.0, 0.4, (0.2, math.nan, math.nan), None),
    ],
)
def test_in_range_means_a_mean_inside_that_is_sure_enough(low: float, high: float, found: tuple, met: object):
    assert row(low, high).met(*found, 200) is met
    assert row(low, high).met(*found, 4) is None


def test_every_row_cites_evidence_that_exists_or_says_whose_range_it_is():
    for one in rows():
        cited = [word for word in one.evidence.replace(":", ",").split(", ") if word[3:4] == "-"]
        assert cited or one.grade == "D" or "exports" in one.evidence
        for name in cited:
            assert evidence_row(name)
        assert one.trial in trials()
        assert one.low is not None or one.high is not None


def test_rows_are_named_once_and_of_bands_only_net_retention_is_matched():
    assert len({one.id for one in rows()}) == len(rows())
    of_bands = [one.id for one in rows() if one.matched and any(label in one.id for label in BANDS)]
    assert of_bands == [f"24, {label}" for label in BANDS]


@pytest.mark.slow
def test_every_row_is_read_and_few_seeds_decide_nothing():
    finding = responses.PATTERNS[0].test(Effort(seeds=2, draws=0, workers=1))
    assert finding.verdict == "undecided"
    assert [one.name.split(":")[0] for one in finding.numbers[2:]] == [one.id for one in rows()]
    assert all(math.isfinite(one.value) for one in finding.numbers)
    assert responses.PATTERNS[0].figure(finding).axes


def test_more_hours_of_the_same_luck_are_more_hours_with_buyers():
    whole = trials()["baseline"]
    cases = {name: whole.cases[name] for name in ("longer week", "shorter week")}
    few = replace(whole, cases=cases, readings={"hours": whole.readings["hours"]}, weeks=13)
    hours = {name: case["hours"] for name, case in run(few, Effort(seeds=2, draws=0, workers=1)).items()}
    assert (hours["longer week"] > hours[AS_IS]).all()
    assert (hours[AS_IS] > hours["shorter week"]).all()
