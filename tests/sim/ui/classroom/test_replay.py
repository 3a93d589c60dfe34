"""Decisions played again: the same run, one decision taken out, and what each contributed."""

import numpy as np
import pytest

from sim.ui.classroom.luck import left_alone, other_seed, start_world
from sim.ui.classroom.options import SeatDecision
from sim.ui.classroom.replay import Move, contributions, move_text, moves_of, play, without
from sim.ui.classroom.room import Room
from sim.ui.classroom.seats import Seat

TRAINING, WIP, RESPONSE = "training.hours_per_quarter", "operations.wip_limit", "management.response"


def decided(room: Room, *quarters: dict) -> Seat:
    """A seat that decides as the page does: what it does not move stays."""
    seat = room.join("Ada")
    for values in quarters:
        room.open(room.trainer)
        room.decide(seat.token, {**seat.decision.values, **values})
        room.close(room.trainer)
    return seat


def test_a_replay_with_the_luck_of_the_class_is_the_run(room: Room):
    seat = decided(room, {TRAINING: 10.0, "icp_project": 1}, {WIP: 6}, {TRAINING: 6.0}, {RESPONSE: "train"})
    again = play(room.start.snapshot(), room.menu, seat.taken)
    assert again == pytest.approx([result.total for result in seat.past[1:]], rel=1e-12)


def test_what_was_decided_is_told_by_quarter_and_what_was_kept_is_not(room: Room):
    seat = decided(room, {TRAINING: 10.0, "icp_project": 2}, {"icp_project": 1}, {TRAINING: 10.0}, {TRAINING: 6.0})
    assert moves_of(room.menu, seat.taken) == [
        Move(1, TRAINING, 10.0, 6.0), Move(1, "icp_project", 2, 0), Move(2, "icp_project", 1, 0),
        Move(4, TRAINING, 6.0, 10.0),
    ]  # fmt: skip


def test_a_decision_taken_out_stays_as_it_was_until_the_same_thing_is_decided_again():
    taken = [SeatDecision(values) for values in ({WIP: 6}, {WIP: 6}, {WIP: 9}, {WIP: 9})]
    first, second = without(taken, Move(1, WIP, 6, 0)), without(taken, Move(3, WIP, 9, 6))
    assert [decision.values[WIP] for decision in first] == [0, 0, 9, 9]
    assert [decision.values[WIP] for decision in second] == [6, 6, 6, 6]
    once = [SeatDecision({"hire": 1}), SeatDecision({"hire": 1})]
    assert [decision.values["hire"] for decision in without(once, Move(1, "hire", 1, 0))] == [0, 1]


def test_the_only_decision_contributed_all_that_differs_from_left_alone(room: Room):
    seat = decided(room, {}, {TRAINING: 10.0}, {}, {})
    moves = moves_of(room.menu, seat.taken)
    world = start_world(room.terms.scenario, other_seed(3, 1))
    (part,) = contributions(world.snapshot(), room.menu, seat.taken, moves)
    whole = play(world.snapshot(), room.menu, seat.taken)[-1]
    assert part == pytest.approx(whole - left_alone(world, 4)[-1], abs=1e-6)
    assert part != 0.0


def test_parts_are_those_of_whole_replays_without_the_decision(room: Room):
    seat = decided(room, {TRAINING: 10.0}, {WIP: 6, "icp_project": 1}, {WIP: 9}, {})
    moves = moves_of(room.menu, seat.taken)
    parts = contributions(room.start.snapshot(), room.menu, seat.taken, moves)
    whole = seat.past[-1].total
    again = [whole - play(room.start.snapshot(), room.menu, without(seat.taken, move))[-1] for move in moves]
    assert np.allclose(parts, again, atol=1e-6)


@pytest.mark.parametrize(
    ("move", "said"),
    [
        (Move(2, TRAINING, 14.0, 6.0), "quarter 2: Training from 6 to 14 h / rep / quarter"),
        (Move(1, WIP, 8, 0), "quarter 1: WIP limit from no limit to 8 deals"),
        (Move(1, WIP, 0, 8), "quarter 1: WIP limit from 8 to no limit"),
        (Move(3, "icp_project", 2, 0), "quarter 3: Work on the ICP: 2 steps"),
        (Move(1, RESPONSE, "train", "mixed"), "quarter 1: After a missed target: Train instead of As habit has it"),
        (Move(4, "strategy.stretch", 0.1, 0.025), "quarter 4: Stretch from 2.5 % to 10 % above last year"),
    ],
)
def test_a_decision_is_told_in_words_with_its_unit(room: Room, move: Move, said: str):
    assert move_text(room.menu, move) == said
