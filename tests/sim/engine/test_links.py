"""Factors are written into every read that passes a field on, and into no other."""

import pickle

import pytest

from agents.buyer.conversations import learn_from_contact
from agents.buyer.decision import log_standing
from agents.machinery.rule import RULES
from sim.engine.compiler import MODEL, Program
from sim.engine.links import attach, linked_drive, linked_program, linked_reads, number_of
from sim.engine.world import World
from sim.measures.loops import LOOPS, is_passed_on, usual_groups
from tests.worlds import EVERYTHING, bytes_of, small


def reads(name, *links, together=()):
    """Linked reads of one rule, helpers not included."""
    groups = (frozenset(together),) if together else tuple(frozenset({link}) for link in links)
    return linked_reads(RULES[name].function, groups)


@pytest.mark.slow
def test_what_is_made_of_a_field_gets_its_factor():
    assert reads("train", ("reps", "goal_clarity")) == 1
    assert reads("collect_results", ("reps", "booked")) == 3


def test_memory_of_the_field_itself_does_not():
    assert reads("use_capability", ("reps", "energy")) == 1
    assert reads("feel", ("reps", "energy")) == 0
    assert reads("learn_field", ("managers", "understanding")) == 0, "memory through local names"


def test_fields_that_go_along_are_memory_of_each_other():
    pair = (("opportunities", "insight"), ("opportunities", "experience"))
    alone = linked_reads(learn_from_contact, tuple(frozenset({link}) for link in pair))
    together = linked_reads(learn_from_contact, (frozenset(pair),))
    assert alone == together + 1, "insight makes experience"


def test_measures_and_logs_show_the_field_as_it_is():
    assert linked_reads(log_standing, (frozenset({("opportunities", "preference")}),)) == 0
    program = linked_program(usual_groups())
    for name in ("measure_money", "measure_reps", "measure_buyers", "measure_managers"):
        assert program.rules[name] is RULES[name]


@pytest.mark.parametrize("loop", LOOPS.values(), ids=lambda loop: loop.name)
def test_every_field_of_the_flywheels_is_passed_on_somewhere(loop):
    assert all(is_passed_on(link) for link in loop.links)
    assert not is_passed_on(("reps", "latent")), "it is only measured"


def run_both(overrides, factors=None):
    """The same world in the plain and in the linked drive."""
    world = World.begin(small(overrides), 5, 60)
    plain = world.fork()
    plain.advance(60)
    program = linked_program(usual_groups())
    world.state = attach(world.state, program.links)
    for link, factor in (factors or {}).items():
        world.state.p[number_of(link)] = factor
    world.advance(60, linked_drive(world.state, program))
    return plain, world


@pytest.mark.parametrize("overrides", [{}, EVERYTHING], ids=["small", "everything"])
def test_factors_of_1_change_no_byte(overrides):
    plain, linked = run_both(overrides)
    assert bytes_of(plain.state) == bytes_of(linked.state._replace(p=plain.state.p))


def test_a_factor_is_felt_downstream():
    plain, linked = run_both({}, {("reps", "conversation_power"): 0.5})
    assert linked.state.weekly["experience"][-1] < plain.state.weekly["experience"][-1]


def test_another_grouping_is_another_program():
    one = linked_program((frozenset({("reps", "energy")}),))
    other = linked_program((frozenset({("reps", "rep_trust")}),))
    state = World.lay_out(small(), 0, 13).state
    assert one.digest(attach(state, one.links)) != other.digest(attach(state, other.links))


def test_links_that_go_along_with_others_are_another_program():
    energy, trust = ("reps", "energy"), ("reps", "rep_trust")
    apart = linked_program((frozenset({energy}), frozenset({trust})))
    together = linked_program((frozenset({energy, trust}),))
    state = attach(World.lay_out(small(), 1).state, apart.links)
    assert apart.links == together.links
    assert apart.digest(state) != together.digest(state)


def test_programs_are_pickled_by_what_they_are_made_of():
    program = linked_program(usual_groups())
    assert pickle.loads(pickle.dumps(program)) is program  # noqa: S301 - its own
    assert pickle.loads(pickle.dumps(MODEL)) is MODEL  # noqa: S301 - its own
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(Program(MODEL.phases, MODEL.rules))
