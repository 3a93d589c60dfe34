"""How a push travels, by hand-worked differences: order and week of each stage, and nothing that did not happen."""

import numpy as np
import pytest

from sim.measures.wheel import STAGES, Momentum
from sim.scenario.scenario import Scenario
from sim.ui.live.push import Arrival, arrivals, travel_text
from sim.ui.live.readings import read
from sim.ui.run.branches import Branches
from sim.ui.run.noise import TwinNoise
from sim.ui.run.session import Session

USUAL = np.ones((6, 5))
NOISE = np.full((3, 5), 0.02)
SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 60\n"


def moved(**stages: list[float]) -> np.ndarray:
    names = [name for name, _ in STAGES["sales"]]
    table = USUAL.copy()
    for name, gaps in stages.items():
        table[:, names.index(name)] += gaps
    return table


def test_a_stage_lights_when_it_has_been_beyond_three_deviations_for_two_weeks():
    indices = moved(
        capability=[0.07, 0.07, 0.07, 0.07, 0.07, 0.07], experience=[0, 0, 0.05, -0.07, -0.07, -0.07],
        access=[0.07, 0, 0.07, 0, 0.07, 0], preference=[0, 0, 0, 0, 0, 0.9], results=[0, 0.08, 0.08, 0, 0, 0],
    )  # fmt: skip
    assert arrivals("sales", indices, USUAL, NOISE, 52) == (
        Arrival("capability", 54, now=True),
        Arrival("results", 55, now=False),
        Arrival("experience", 57, now=True),
    )


def test_noise_counts_from_the_push_on_and_its_last_week_goes_on():
    noise = np.full((3, 5), 0.02)
    noise[0], noise[1] = 0.001, 0.01
    late = moved(capability=[0.05] * 6)
    assert arrivals("sales", late, USUAL, noise, 0)[0].week == 2, "0.05 is beyond 3 x 0.001 and 3 x 0.01"
    assert arrivals("sales", late[1:], USUAL[1:], noise, 0)[0].week == 2
    assert arrivals("sales", moved(capability=[0, 0, 0.05, 0.05, 0.05, 0.05]), USUAL, noise, 0) == ()


def test_a_difference_of_less_than_a_point_is_none_and_a_stage_without_an_index_never_lights():
    quiet = np.zeros((3, 5))
    assert arrivals("sales", moved(capability=[0.009] * 6), USUAL, quiet, 0) == ()
    unknown = moved(capability=[np.nan] * 6)
    assert arrivals("sales", unknown, USUAL, quiet, 0) == ()
    assert arrivals("sales", USUAL[:0], USUAL[:0], quiet, 0) == ()
    assert arrivals("sales", moved(capability=[0.5] * 6)[:1], USUAL[:1], quiet, 0) == (), "one week is not two"


@pytest.mark.parametrize(
    ("arrived", "said"),
    [
        (None, "How far such runs part by luck alone is being measured; then stages light as the push comes to them."),
        ((), "The push has come to no stage of this wheel beyond the noise yet."),
        (
            (Arrival("capability", 58, now=True), Arrival("experience", 66, now=True)),
            "The push has come to capability in week 58 and experience in week 66; the others are within the noise.",
        ),
        (
            (
                Arrival("capability", 58, now=True),
                Arrival("experience", 58, now=False),
                Arrival("access", 70, now=True),
            ),
            """The push has come to capability in week 58, experience in week 58 (gone again) and access in week 70;
            preference and results are within the noise.""",
        ),
        (
            tuple(Arrival(name, 60 + place, now=True) for place, (name, _) in enumerate(STAGES["sales"][:4])),
            """The push has come to capability in week 60, experience in week 61, access in week 62 and preference in
            week 63; results is within the noise.""",
        ),
    ],
)
def test_a_sentence_lists_the_stages_in_the_order_they_lit(arrived: tuple[Arrival, ...] | None, said: str):
    assert travel_text("sales", arrived) == " ".join(said.split())


def test_a_frame_has_order_and_weeks_of_its_own_run_and_none_before_anything_was_done():
    worlds = Branches(Session.begin(Scenario.from_text(SMALL), seed=3))
    quiet = TwinNoise({loop: np.zeros((1, len(stages))) for loop, stages in STAGES.items()})
    worlds.advance(9)
    assert read(worlds.session, worlds.untouched(), noise=quiet).arrived is None
    worlds.session.pull("structure.product_specialists", 7)
    worlds.advance(12)
    untouched = worlds.untouched()
    arrived = read(worlds.session, untouched, noise=quiet).arrived
    assert read(worlds.session, untouched).arrived is None, "the noise is not known yet"
    tables = [Momentum.of(session.world).indices("evil")["overlays"] for session in (worlds.session, untouched)]
    gaps = (tables[0] - tables[1]).abs().to_numpy()
    assert (gaps[:9] == 0).all()
    first = next(week for week in range(10, 21) if (gaps[week - 1 : week + 1] > 0.01).all())
    assert Arrival("overlays", first + 1, now=True) in arrived["evil"]
    weeks = [one.week for one in arrived["evil"]]
    assert weeks == sorted(weeks)
    assert min(weeks) >= 11, "two weeks after the push at the earliest"
