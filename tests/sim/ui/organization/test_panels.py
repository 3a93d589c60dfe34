"""The panel of an agent says what the records say, with belief and truth beside each other."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from agents.machinery.codes import Cause
from sim.scenario.scenario import Scenario
from sim.ui.organization.facts import WeekPanel, belief, report, text_of
from sim.ui.organization.plan import leader_of
from sim.ui.organization.present import pursued
from sim.ui.organization.view import home, panel_of
from sim.ui.run.session import Session

TEXT = (
    "[structure]\nn_reps = 20\nspan_of_control = 4\nproduct_specialists = 3\n"
    "[organization]\nburn_in_weeks = 26\nweeks = 26\n"
)


@pytest.fixture(scope="module")
def session() -> Session:
    begun = Session.begin(Scenario.from_text(TEXT), seed=4)
    begun.advance(10)
    return begun


def panel(session: Session, key: str) -> WeekPanel:
    week = panel_of(session.world.state, session.world.scenario, key)
    assert week is not None
    assert json.loads(json.dumps(asdict(week)))["key"] == key
    return week


def lines(week: WeekPanel) -> dict[str, dict]:
    return {line["label"]: line for part in week.parts for line in part["facts"]}


def beliefs(week: WeekPanel) -> dict[str, dict]:
    return {line["label"]: line for line in week.beliefs}


def filled(session: Session) -> int:
    return int(np.flatnonzero(session.world.state.reps["active"])[0])


def test_a_rep_has_a_week_that_adds_up(session: Session):
    state, seat = session.world.state, filled(session)
    week = panel(session, f"rep:{seat}")
    spent = sum(float(line["text"].removesuffix(" h")) for line in week.hours)
    assert spent == pytest.approx(float(state.p["operations_week_hours"][0]), abs=0.6)
    assert sum(line["part"] for line in week.hours) == pytest.approx(100, abs=0.1)
    facts = lines(week)
    assert facts["Trust"]["text"] == f"{state.reps['rep_trust'][seat] * 100:.0f} %"
    assert facts["Trust"]["hint"] == "Trust in management. Unit: share."
    assert facts["Open opportunities"]["text"] == str(state.reps["n_open"][seat])


def test_the_pipeline_is_as_logged_and_as_the_buyers_are(session: Session):
    state, seat = session.world.state, filled(session)
    deals = state.opportunities[pursued(state)]
    mine = deals[deals["seat"] == seat]
    line = beliefs(panel(session, f"rep:{seat}"))["Pipeline"]
    assert line["believed"] == text_of(float((mine["amount"] * mine["sales_stage"]).sum()), "currency")
    assert line["real"] == text_of(float((mine["amount"] * mine["buying_stage"]).sum()), "currency")


def test_a_vacant_seat_says_so_and_has_no_week(session: Session):
    state = Session(session.world.snapshot()).world.state
    state.reps["active"][2], state.reps["planned"][2] = 0, 1
    week = panel_of(state, session.world.scenario, "rep:2")
    assert week is not None
    assert week.role.startswith("Vacant seat")
    assert (week.hours, week.beliefs) == ([], [])


def test_a_manager_believes_what_the_record_believes(session: Session):
    state = Session(session.world.snapshot()).world.state
    state.managers["belief"][1], state.managers["truth"][1] = 1.5e6, 1.0e6
    state.managers["named_cause"][1], state.managers["true_cause"][1] = Cause.CAPABILITY, Cause.TIME
    panel_week = panel_of(state, session.world.scenario, "manager:1")
    assert panel_week is not None
    believed = beliefs(panel_week)
    potential = believed["Potential of the team"]
    assert (potential["believed"], potential["real"], potential["off"]) == ("1.5 m", "1.0 m", "+50 %")
    cause = believed["Cause of the last miss"]
    assert (cause["believed"], cause["real"], cause["off"]) == ("too little skill", "too little time", "not so")
    week = float(state.p["management_week_hours"][0])
    assert sum(float(line["text"].removesuffix(" h")) for line in panel_week.hours) == pytest.approx(week, abs=0.3)
    assert [person["key"] for person in panel_week.people if person["key"].startswith("rep")] == [
        f"rep:{seat}" for seat in np.flatnonzero((state.reps["manager"] == 1) & (state.reps["planned"] == 1))
    ]


def test_the_leader_hears_of_teams_and_has_a_vision(session: Session):
    state = session.world.state
    week = panel(session, f"leader:{leader_of(state)}")
    assert week.name == "Leader"
    front = state.managers["level"] == 1
    heard = beliefs(week)["Teams that met their quota"]["believed"]
    assert heard == f"{state.managers['heard_met'][front].sum()} of {front.sum()}"
    assert lines(week)["Vision believed"]["text"] == f"{state.org['vision_credibility'][0] * 100:.0f} %"
    assert all(person["key"].startswith("manager:") for person in week.people)


def test_a_specialist_shows_who_shares_and_who_goes_without(session: Session):
    state = session.world.state
    week = panel(session, "specialist:1")
    assert lines(week)["Deals joined"]["text"] == str(state.specialists["load"][1])
    assert week.people
    assert all(int(person["key"].removeprefix("rep:")) % 3 == 1 for person in week.people)
    assert any("without" in person["text"] for person in week.people)
    pool = panel(session, "pool:0")
    assert pool.role == "3 overlay specialists"


def test_jobs_taken_in_turn_show_how_long_they_wait():
    text = TEXT + "[mechanisms]\nfirst_come_first_served = true\n"
    begun = Session.begin(Scenario.from_text(text), seed=4)
    begun.advance(4)
    facts = lines(panel(begun, "specialist:0"))
    assert facts["Mean wait"]["text"].endswith("weeks")
    assert facts["Jobs taken so far"]["text"] != "0"


@pytest.mark.parametrize("key", ["", "rep", "rep:", "rep:99999", "rep:-1", "manager:x", "nobody:1", "rep:1:2"])
def test_whoever_does_not_exist_has_no_panel(session: Session, key: str):
    assert panel_of(session.world.state, session.world.scenario, key) is None


def test_everybody_is_drawn_somewhere(session: Session):
    state = session.world.state
    assert home(session, "rep:3") == state.reps["manager"][3]
    assert home(session, "manager:1") == 1
    assert home(session, "specialist:0") == leader_of(state)


def test_beliefs_say_how_far_they_are_off():
    assert belief("x", 0.6, 0.5, "share", "")["off"] == "+10 points"
    assert belief("x", 900.0, 1000.0, "currency", "")["off"] == "\N{MINUS SIGN}10 %"
    assert belief("x", 0.501, 0.5, "share", "")["off"] == ""
    assert belief("x", float("nan"), 0.5, "share", "")["off"] == ""
    assert report("x", "yes", "yes", "")["off"] == ""


def test_numbers_are_brief():
    assert text_of(1_234_567.0, "currency", "EUR") == "1.2 m EUR"
    assert text_of(0.0, "currency", "EUR") == "0 EUR"
    assert text_of(3.25, "hours / week") == "3.2 h"
    assert text_of(0.634, "share") == "63 %"
    assert text_of(float("nan"), "share") == "\N{EN DASH}"
    assert text_of(1234.0, "accounts") == "1,234"
