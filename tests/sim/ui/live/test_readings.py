"""What the page shows: stages, speed and friction by hand-worked values, charts that JSON can carry."""

import json
import math

import pytest

from sim.scenario.scenario import Scenario
from sim.ui.live import readings
from sim.ui.live.charts import CHARTS, HOURS
from sim.ui.live.wheel import reading
from sim.ui.live.wheels import yearly
from sim.ui.run.levers import LEVERS, shown
from sim.ui.run.session import Session
from sim.ui.theme import LIGHT

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = {weeks}\nweeks = 26\n"


def begun(weeks: int = 26) -> Session:
    return Session.begin(Scenario.from_text(SMALL.format(weeks=weeks)), seed=3)


@pytest.fixture(scope="module")
def session() -> Session:
    return begun()


def test_headlines_are_those_of_the_last_quarter():
    session = begun()
    weekly = session.world.state.weekly
    for name, value in {"bookings": 2e6, "quota": 4e6, "won": 1, "lost": 2, "no_decision": 5}.items():
        weekly[name][14:27] = value
    numbers = {item["label"]: item["text"] for item in readings.read(session).numbers}
    assert numbers["Bookings"] == "26.0 m USD"
    assert numbers["Attainment"] == "50 %"
    assert numbers["Win rate"] == "12 %"


@pytest.mark.parametrize("weeks", [0, 5, 26])
def test_a_page_has_something_to_show_however_short_the_past(weeks: int):
    session = begun(weeks)
    for ahead in (0, 1, 40):
        session.advance(ahead)
        frame = readings.read(session)
        assert frame.first == (-13 if weeks > 13 else 0)
        for _, _, option in CHARTS:
            json.dumps(option(frame, LIGHT), allow_nan=False)
        assert reading(frame)


def test_levers_and_a_longer_run_leave_the_links_of_a_shipped_scenario():
    session = Session.begin(Scenario.load("baseline"))
    before = readings.read(session).wheels["sales"].passing
    assert {one["kind"] for one in before.links} != {"plain"}
    session.pull("training.hours_per_quarter", 12.0)
    session.advance(1)
    assert readings.read(session).wheels["sales"].passing == before
    assert session.opened == Scenario.load("baseline") != session.world.scenario


def test_charts_move_on_by_half_years():
    weeks = (0, 51, 52, 155, 156, 181, 182)
    assert [readings.first_shown(week, 13) for week in weeks] == [-13, -13, 0, 0, 26, 26, 52]
    assert [readings.last_shown(week) for week in weeks] == [52, 52, 78, 156, 182, 182, 208]
    assert readings.first_shown(0, 5) == 0


def test_hours_are_all_shown(session: Session):
    frame = readings.read(session)
    uses = [name for names, _ in HOURS.values() for name in names]
    assert sorted(uses) == sorted(name for name in frame.series if name.startswith("hours_"))


def test_marks_stand_where_interventions_begin():
    session = begun()
    session.advance(4)
    session.pull("operations.wip_limit", 8)
    option = CHARTS[0][2](readings.read(session), LIGHT)
    marks = [option["xAxis"]["data"][mark["xAxis"]] for mark in option["series"][0]["markLine"]["data"]]
    assert marks == ["0", "4"]


def test_values_are_written_for_people():
    by_name = {lever.dotted: lever for lever in LEVERS}
    assert shown(by_name["strategy.stretch"], 0.05) == "5 %"
    assert shown(by_name["operations.wip_limit"], 12.0) == "12 deals"
    assert [readings.money(value, "USD") for value in (math.nan, 950.0, -1234.0, 12.34e6)] == [
        "\N{EN DASH}", "950 USD", "\N{MINUS SIGN}1.23 k USD", "12.3 m USD",
    ]  # fmt: skip
    assert [readings._change(*pair, "share") for pair in ((0.5, 0.4), (0.4, 0.5), (0.4, 0.4), (0.4, math.nan))] == [
        "+10 points", "\N{MINUS SIGN}10 points", "\N{PLUS-MINUS SIGN}0 points", "",
    ]  # fmt: skip
    assert [yearly(growth) for growth in (0.41, -0.2, 11.0)] == ["+41 %", "\N{MINUS SIGN}20 %", "12-fold"]
