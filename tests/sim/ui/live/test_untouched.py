"""What the live view says of the untouched run, by hand-worked differences; nothing before anything was done."""

import json
from dataclasses import replace

import pytest

from sim.scenario.scenario import Scenario
from sim.ui.live.charts import CHARTS
from sim.ui.live.readings import Frame, UntouchedReading, read
from sim.ui.live.untouched import NBSP, effect, tiles
from sim.ui.run.actions import Entry
from sim.ui.run.branches import Branches
from sim.ui.run.session import Session
from sim.ui.theme import DARK

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
DONE = Entry("0", 52, "Product specialists: 3 to 18 people", undoable=True)
NOW = {
    "bookings": 21e6, "attainment": 0.8, "win_rate": 0.302, "net_contribution": 1.5e6, "recurring": 50e6,
    "rep_trust": 0.5, "hours_coordination": 3.9,
}  # fmt: skip
THEN = NOW | {"bookings": 20e6, "win_rate": 0.3, "net_contribution": 3e6, "rep_trust": 0.61, "hours_coordination": 2.0}


@pytest.fixture(scope="module")
def plain() -> Frame:
    session = Session.begin(Scenario.from_text(SMALL), seed=3)
    session.advance(60)
    return read(session)


@pytest.fixture
def frame(plain: Frame) -> Frame:
    """A frame after eighteen specialists, with hand-made differences."""
    series = {name: column + 1 for name, column in plain.series.items()}
    untouched = UntouchedReading(THEN, plain.wheels, series)
    return replace(plain, headlines=NOW, since=52, entries=(DONE,), untouched=untouched, compares=True)


def said(frame: Frame) -> str:
    return effect(frame).replace(NBSP, " ")


def test_one_sentence_says_what_was_done_and_what_differs_most(frame: Frame):
    assert said(frame) == (
        "Product specialists 3 to 18 people since week 52: coordination +1.9 h, reps' trust \N{MINUS SIGN}11 points, "
        "bookings +5 % against untouched."
    )


def test_several_things_and_what_was_undone_are_told(frame: Frame):
    later = Entry("1", 55, "Market falls: 0.7 x", undone=58)
    own = Entry("2", 50, "of the scenario", own=True)
    waiting = Entry("x", frame.week, "Coaching: 3 to 4 h / rep / month")
    several = replace(frame, entries=(waiting, later, DONE, own))
    assert said(several).startswith("Product specialists 3 to 18 people and 1 more since week 52: ")
    ended = replace(frame, entries=(replace(DONE, undone=57),))
    assert said(ended).startswith("Product specialists 3 to 18 people, from week 52 to 57: ")


def test_where_nothing_differs_it_says_so_and_shows_nothing(plain: Frame, frame: Frame):
    same = replace(frame, untouched=UntouchedReading(NOW, plain.wheels, plain.series))
    assert said(same) == "Product specialists 3 to 18 people since week 52: nothing differs from untouched yet."
    assert tiles(same, "USD") == list(plain.numbers)
    for _, _, option in CHARTS:
        assert option(same, DARK) == option(replace(same, untouched=None), DARK)


def test_nothing_changes_before_anything_was_done(plain: Frame):
    assert effect(plain) == ""
    assert tiles(plain, "USD") == list(plain.numbers)
    assert (plain.since, plain.untouched) == (None, None)


def test_tiles_say_the_difference_and_whether_it_is_good(frame: Frame):
    changes = {item["label"]: (item["change"], item.get("good")) for item in tiles(frame, "USD") if "against" in item}
    assert changes == {
        "Bookings": ("+1.00 m", 1),
        "Win rate": ("+0.2 points", 1),
        "Net contribution": ("\N{MINUS SIGN}1.50 m", -1),
        "Reps' trust": ("\N{MINUS SIGN}11.0 points", -1),
    }
    assert all("Untouched is the same run" in item["hint"] for item in tiles(frame, "USD") if "against" in item)


def test_every_chart_has_one_thin_line_from_where_it_parts(frame: Frame):
    for _, _, maker in CHARTS:
        option = maker(frame, DARK)
        (line,) = [item for item in option["series"] if item["name"].endswith("untouched")]
        assert line["name"] not in option["legend"]["data"], "it is labelled itself"
        assert line["endLabel"]["formatter"] == "untouched"
        parting = 52 - frame.first - 1
        assert line["data"][:parting] == [None] * parting
        assert None not in line["data"][parting:]
        json.dumps(option, allow_nan=False)


def test_it_is_read_beside_the_run():
    worlds = Branches(Session.begin(Scenario.from_text(SMALL), seed=3))
    worlds.session.pull("structure.product_specialists", 9)
    worlds.advance(20)
    frame = read(worlds.session, worlds.untouched(), compares=True)
    assert frame.untouched
    assert (frame.since, len(frame.untouched.series["bookings"])) == (0, len(frame.series["bookings"]))
    assert frame.headlines != frame.untouched.headlines == read(worlds.untouched()).headlines
    assert effect(frame).startswith("Product specialists ")
