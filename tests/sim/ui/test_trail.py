"""Where a visitor is: worlds come back to the last digit, and the browser's history gains an entry where it should."""

import threading
from pathlib import Path

import pytest
import solara

from sim.scenario.errors import InputError
from sim.ui import trail as module
from sim.ui.address import LONGEST_WRITTEN, read_address
from sim.ui.choice import Choice, present
from sim.ui.lessons.spot import SPOT, Spot, enter
from sim.ui.links import decode, encode
from sim.ui.live.readings import read
from sim.ui.opening import open_session
from sim.ui.run.branches import Branches, Fork
from sim.ui.run.player import Player
from sim.ui.trail import Trail

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
LEVER = "structure.product_specialists"


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of this test for what is kept, and no lesson of another one."""
    monkeypatch.setattr("sim.ui.address.kept_runs", lambda: module.KeptRuns(tmp_path))
    enter(Spot())


def begun(choice: Choice) -> tuple[Trail, Player]:
    """A visit whose run is opened, and its player."""
    trail = Trail.begin("")
    trail._returning = True
    trail.choice.set(choice)
    trail._returning = False
    return trail, attended(trail)


def attended(trail: Trail) -> Player:
    """Open what was chosen as the page does."""
    choice = trail.choice.peek()
    opened = open_session(choice, lambda _: None)
    assert opened.branches, opened.problem
    values = {"frame": read(opened.session), "playing": False, "pace": "fast", "problem": ""}
    player = Player(
        opened.branches, **{name: solara.reactive(value) for name, value in values.items()}, drawn=threading.Event(),
        leaving=trail.leaving,
    )  # fmt: skip
    trail.attend(choice, player)
    trail.watch()
    return player


def rows(branches: Branches) -> list[bytes]:
    return [session.world.weekly(0, session.week).tobytes() for session in branches.sessions]


def test_forked_worlds_come_back_to_the_last_digit():
    choice = Choice(text=SMALL, seed=3)
    branches = Branches(choice.open())
    branches.advance(5)
    branches.session.pull(LEVER, 4)
    branches.advance(4)
    branches.fork("more")
    branches.session.pull(LEVER, 7)
    branches.advance(6)
    branches.fork()
    branches.session.pull("training.hours_per_quarter", 20.0)
    branches.vary({"operations.wip_limit": 6}, "less")
    branches.advance(9)
    branches.show(1)
    branches.session.undo(next(entry.key for entry in branches.session.entries() if entry.undoable))
    branches.advance(3)
    branches.session.pull(LEVER, 2)
    now = present(choice, branches)
    again = decode(encode(now)).choice
    assert again == now
    opened = open_session(again, lambda _: None).branches
    assert opened is not None
    assert rows(opened) == rows(branches)
    assert (opened.names, opened.here.letter, opened.week) == (("A", "B", "C", "D"), "B", 27)
    assert present(choice, opened) == now
    assert opened.session.value(LEVER) == 2, "a lever that waits stands where it was pulled to"
    for worlds in (branches, opened):
        worlds.advance(4)
    assert rows(opened) == rows(branches)


@pytest.mark.parametrize(
    ("forks", "shown", "sentence"),
    [
        ((Fork("B", since=9, parted=9),), "A", "forked in week 9"),
        ((Fork("B", since=1, parted=2),), "A", "forked in week 1"),
        ((Fork("C"), Fork("B")), "A", "no worlds A, C, B"),
        ((Fork("B"), Fork("B")), "A", "no worlds"),
        ((Fork("B"),), "D", "of which D is shown"),
        ((Fork("B", overrides=(("structure.n_reps", 50_000),)),), "A", "the page plays at most"),
        ((Fork("B", overrides=(("no.such", 5),)),), "A", "no.such"),
    ],
)
def test_worlds_that_cannot_be_are_refused(forks: tuple[Fork, ...], shown: str, sentence: str):
    branches = Branches(Choice(text=SMALL, weeks=3).open())
    with pytest.raises(InputError, match=sentence):
        branches.make_again(forks, shown)
    opened = open_session(Choice(text=SMALL, weeks=3, forks=forks, shown=shown), lambda _: None)
    assert opened.branches is None
    assert sentence.rsplit(maxsplit=1)[-1] in opened.problem


def test_weeks_and_levers_are_written_over_and_a_reset_is_another_step():
    trail, player = begun(Choice(text=SMALL, seed=3))
    trail.write()
    first = trail.written.peek()
    assert (first.push, trail._line) == (False, 0)
    player.do(lambda: player.branches.advance(3))
    trail.write()
    assert not trail.written.peek().push
    at_three = trail.written.peek().query
    assert read_address(at_three.removeprefix("?")).choice.weeks == 3
    trail.write()
    assert trail.written.peek().query == at_three, "nothing is written twice"
    player.leaving("The run was reset from week 3.")
    player.do(player.branches.reset)
    trail.write()
    assert trail.written.peek().push
    trail.went({"search": at_three, "seen": 1})
    assert trail.choice.peek().weeks == 3
    player = attended(trail)
    assert player.session.week == 3
    trail.write()
    assert not trail.written.peek().push


def test_on_the_same_line_of_time_back_changes_the_view_and_the_run_goes_on():
    trail, player = begun(Choice(text=SMALL, seed=3))
    trail.write()
    before = trail.written.peek().query
    trail.show("twin")
    trail.write()
    assert trail.written.peek().push
    player.do(lambda: player.branches.advance(8))
    trail.write()
    turn = trail.turn.peek()
    trail.went({"search": before, "seen": 1})
    assert (trail.view.peek(), trail.turn.peek(), trail.place().choice.weeks) == ("live", turn, 8)


def test_another_run_is_offered_back_with_all_that_was_done():
    trail, player = begun(Choice(text=SMALL, seed=3))
    player.do(lambda: player.branches.advance(2))
    player.do(lambda: player.session.pull(LEVER, 5))
    was = trail.place().choice
    trail.choice.set(Choice("evil"))
    offer = trail.offer.peek()
    assert offer is not None
    assert offer.choice == was
    trail.take_back()
    assert (trail.choice.peek(), trail.offer.peek()) == (was, None)
    trail.withdraw(offer.number)
    trail.choice.set(Choice("evil"))
    assert trail.offer.peek() is None, "what was not opened yet is not given up"


def test_a_long_run_is_kept_and_what_was_kept_in_passing_is_forgotten(tmp_path: Path):
    noise = "".join(f"# {number * 7919 % 100_003:x}{number}\n" for number in range(400))
    trail, player = begun(Choice(text=SMALL + noise, seed=3))
    trail.store = module.KeptRuns(tmp_path)
    player.playing.set(True)
    for _ in range(5):
        player.do(player.branches.advance)
        trail.write()
    assert len(trail.written.peek().query) < 100 < LONGEST_WRITTEN
    assert len(list(tmp_path.iterdir())) == 1
    player.playing.set(False)
    for _ in range(3):
        player.do(player.branches.advance)
        trail.write()
    assert len(list(tmp_path.iterdir())) == 3, "moments at rest are kept"
    assert read_address(trail.written.peek().query.removeprefix("?")).choice == trail.place().choice
    for _ in range(module.MOST_KEPT + 5):
        player.do(player.branches.advance)
        trail.write()
    assert len(list(tmp_path.iterdir())) == module.MOST_KEPT


def test_a_lesson_stands_in_the_address_with_chapter_week_and_predictions():
    trail = Trail.begin("view=lessons&lesson=evil_flywheel&chapter=3&week=39&predicted=1:2,3:-4.5&revealed=yes")
    spot = Spot("evil_flywheel", 2, 39, ((0, 2.0), (2, -4.5)), revealed=True)
    assert (SPOT.peek(), trail.view.peek()) == (spot, "lessons")
    SPOT.set(Spot("own/one", 3))
    trail.write()
    assert trail.written.peek().query == "?view=lessons&lesson=own/one&chapter=4"
    assert trail.written.peek().push, "another chapter is a step to go back"


def test_a_hostile_address_writes_nothing_until_something_is_chosen():
    trail = Trail.begin("kept=../../etc/passwd")
    trail.write()
    assert trail.written.peek().number == 0
    trail.show("share")
    trail.write()
    assert (trail.written.peek().query, trail.asked.peek().problem) == ("?view=share", "")
    trail.went({"search": "?run=" + "x" * 40_000, "seen": 1})
    assert "characters" in trail.asked.peek().problem
