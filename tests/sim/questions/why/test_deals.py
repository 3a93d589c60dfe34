"""Deals that flip add up to the difference they make."""

import numpy as np
import pytest

from sim.answers.why.report import analysis_of
from sim.answers.why.tables import example_rows, reason_rows
from sim.answers.why.words import deals_opening
from sim.engine.world import World
from sim.measures.run import Run
from sim.questions.why.deals import compare_deals
from sim.scenario.errors import InputError

SEEDS = 3
CHANGE = {"structure.product_specialists": 3}


@pytest.fixture(scope="module")
def found(sound):
    return compare_deals(sound, "overlays", CHANGE, seeds=SEEDS, workers=1)


def test_flips_and_deals_of_another_size_add_up_to_the_difference_in_bookings(found, sound):
    resized = 0.0
    for seed in range(SEEDS):
        world = World.begin(sound, seed)
        logs = [Run(world.fork(change).finish()).deals for change in ({}, CHANGE)]
        amounts = [log[log["outcome"] == "won"].set_index(["account", "line", "created"])["amount"] for log in logs]
        both = amounts[0].index.intersection(amounts[1].index)
        resized += float((amounts[1][both] - amounts[0][both]).sum()) / SEEDS
    assert found.resized == pytest.approx(resized, rel=1e-6)
    assert abs(found.resized) < abs(found.amount.mean)
    assert sum(one.amount.mean for one in found.reasons) == pytest.approx(found.amount.mean, rel=1e-9)
    assert sum(one.gained.mean + one.lost.mean for one in found.reasons) == pytest.approx(found.flipped.mean)


def test_deals_of_both_runs_bear_it_out(found, sound):
    worlds = [World.begin(sound, seed) for seed in range(SEEDS)]
    runs = [[Run(world.fork(change).finish()) for world in worlds] for change in ({}, CHANGE)]
    won = [sum((run.deals["outcome"] == "won").sum() for run in side) for side in runs]
    assert found.won.mean * SEEDS == pytest.approx(won[0])
    net = sum(one.net.mean for one in found.reasons) * SEEDS
    assert net == pytest.approx(won[1] - won[0])


def test_every_flip_has_its_first_difference(found):
    table = found.table
    assert set(table["case"]) == {"overlays"}
    known = table["parted_week"].notna()
    assert (table["reason"].str.len() > 0).all()
    assert (table.loc[known, "value_as_is"] != table.loc[known, "value_case"]).all()
    assert (np.diff(found.examples["amount"]) <= 0).all()


def test_a_case_that_changes_nothing_flips_nothing(sound):
    same = compare_deals(sound, "same", {}, seeds=2, weeks=26, workers=1)
    assert same.flipped.mean == 0.0
    assert same.reasons == ()
    assert any("too few replicates for a verdict" in line for line in deals_opening(same))
    assert deals_opening(same)[-1] == "The case changes: nothing."


def test_the_answer_says_what_the_case_changes_and_leans_on_it(found):
    answer = analysis_of(found)
    assert answer.answer[0].startswith("With overlays, the difference in bookings is")
    assert answer.answer[-1].startswith("The case changes: Product specialists: ")
    assert "structure.product_specialists" in [item.name for item in answer.basis["touched"]]


def test_rows_show_the_largest_and_sum_the_rest(found):
    rows = reason_rows(found, 2)
    assert len(rows) == 3
    assert rows[-1][0] == f"{len(found.reasons) - 2} smaller reasons"
    assert len(example_rows(found)) == len(found.examples)


@pytest.mark.parametrize(
    ("measure", "changes", "message"),
    [
        ("bookins", CHANGE, "there is no measure bookins; did you mean bookings?"),
        ("bookings", {"structure.n_reps": 4}, "cannot change overnight"),
    ],
)
def test_wrong_questions_are_told_in_a_sentence(measure, changes, message, sound):
    with pytest.raises(InputError) as told:
        compare_deals(sound, "odd", changes, measure=measure, seeds=2)
    assert message in str(told.value)
