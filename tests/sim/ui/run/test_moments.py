"""Moments: what they restore is what there was, to the last bit, and thirty visitors with four worlds fit in memory."""

from sim.engine.state import packed
from sim.scenario.scenario import Scenario
from sim.ui.run.branches import Branches
from sim.ui.run.moments import PackedWorld
from sim.ui.run.session import Session

SMALL = "[structure]\nn_reps = 6\nproduct_specialists = 1\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
MEGABYTE = 1e6


def test_a_moment_restores_every_array_to_the_last_bit():
    session = Session.begin(Scenario.from_text(SMALL), seed=3)
    first = session.moments[0]
    session.advance(17)
    session.pull("structure.telesales_specialists", 30)
    session.advance(9)
    world = session.world
    moment = PackedWorld.of(world, first)
    before = {name: rows.tobytes() for name, rows in packed(world.state)._asdict().items()}
    closed = len(world.closed)
    session.advance(40)
    moment.restore(world)
    for name, content in before.items():
        rows = getattr(packed(world.state), name).tobytes()
        assert rows[: len(content)] == content, name
    assert (session.week, len(world.closed)) == (26, closed)
    first.restore(world)
    assert session.week == 0


def packed_bytes(moment: PackedWorld) -> int:
    """Bytes of a moment alone, without what it shares."""
    return sum(len(packed.data) for packed in moment.packed.values())


def bytes_of(session: Session) -> int:
    """Bytes of the present and of the moments, without the deals that were closed and what forks share."""
    present = sum(rows.nbytes for name, rows in session.world.state._asdict().items() if name != "deals")
    return present + sum(map(packed_bytes, session.moments.values()))


def test_thirty_visitors_with_four_worlds_fit_in_three_gigabytes():
    worlds = Branches(Session.begin(Scenario.load("baseline"), seed=3))
    worlds.advance(2)
    for number in (4, 7, 9):
        worlds.show(0)
        worlds.fork()
        worlds.session.pull("structure.product_specialists", number)
    worlds.advance(154)
    deals = sum(part.nbytes for session in worlds.sessions for part in session.world.closed)
    shared = sum(rows.nbytes for rows in worlds.sessions[0].moments[0].first.values())
    bytes_of_visitor = deals + shared + sum(map(bytes_of, worlds.sessions))
    assert bytes_of_visitor < 100 * MEGABYTE
    assert 30 * bytes_of_visitor < 3000 * MEGABYTE
    assert max(packed_bytes(moment) for moment in worlds.sessions[0].moments.values()) < 1.5 * MEGABYTE
    assert all(session.moments[0].first is worlds.sessions[0].moments[0].first for session in worlds.sessions)


def test_ten_years_of_a_session_are_small():
    session = Session.begin(Scenario.load("baseline"), seed=3)
    session.advance(520)
    assert len(session.moments) < 18
    assert bytes_of(session) < 36 * MEGABYTE
