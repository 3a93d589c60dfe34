"""From an answer to the live view: levers pulled by hand before week 0, what is no lever so from the start."""

from dataclasses import replace

import ipyvuetify
import solara

from sim.ui.address import read_address, write_address
from sim.ui.choice import Choice
from sim.ui.compare.cases import Draft, run_of
from sim.ui.forms.live import TryLive, asked_about, pull_text, pulled
from sim.ui.forms.work import OPEN
from sim.ui.why.view import WhyForm, ask
from tests.sim.ui.views import SMALL, desk_of, fresh_job

COACHING = "enablement.coaching_hours_per_month"


def test_a_lever_is_pulled_before_week_0_begins_and_what_is_none_is_so_from_the_start():
    base = replace(SMALL, seed=3, overrides=(("operations.wip_limit", 9),))
    run = pulled(base, {COACHING: 6.5, "structure.n_reps": 8})
    assert dict(run.overrides) == {"operations.wip_limit": 9, "structure.n_reps": 8}
    session = run.open()
    assert (session.week, session.world.scenario["structure.n_reps"]) == (0, 8)
    (entry,) = session.entries()
    assert (entry.week, entry.own, entry.text) == (0, False, "Coaching: 3 to 6.5 h / rep / month")
    assert session.value(COACHING) == 6.5
    session.advance(1)
    assert session.touched == 0, "the untouched run goes on beside it"


def test_its_address_leads_back_to_it():
    run = pulled(Choice("evil", seed=3), {COACHING: 6.5})
    query = write_address(run, "live")
    asked = read_address(query.removeprefix("?"))
    assert (asked.choice, asked.view, asked.problem) == (run, "live", "")


def test_what_was_asked_about_is_what_is_open_before_its_first_week_or_a_shipped_one():
    played = replace(SMALL, seed=3, weeks=9, interventions=((("week", 2),),))
    assert asked_about(played, OPEN) == replace(SMALL, seed=3)
    assert asked_about(played, "evil") == Choice("evil", seed=3)


def test_levers_are_called_by_their_human_names():
    assert pull_text(COACHING, 6.5) == "Coaching 6.5 h / rep / month"
    assert pull_text("management.response", "train") == "After a missed target train"
    assert pull_text("structure.n_reps", 8) == "Reps: 8 seats"


def test_a_case_is_tried_live_as_what_it_is():
    settings = run_of(Draft("more", ((COACHING, "6.5"),)), SMALL)
    assert settings.manual_actions() == [{"week": 0, "parameter": COACHING, "action": "set", "value": 6.5}]
    assert run_of(Draft("evil", scenario="evil"), replace(SMALL, seed=3)) == Choice("evil", seed=3)
    done = ((("week", 4), ("parameter", COACHING), ("action", "set"), ("value", 5.0)),)
    again = run_of(Draft("done live", actions=done), SMALL)
    assert (again.weeks, again.interventions) == (4, done)
    assert again.open().week == 4


def test_why_ends_at_a_lever_that_can_be_tried_live():
    starved = Choice("stalled", overrides=(("structure.n_reps", 16), ("organization.burn_in_weeks", 26)))
    answer = ask(starved, WhyForm(measure="win_rate", seeds="4", weeks="52"), fresh_job())
    end = answer.why.ends[0].path[-1]
    words, run = answer.live[0]
    (action,) = run.manual_actions()
    assert (action["week"], action["parameter"]) == (0, end)
    assert f"the reference is {action['value']:g}" in answer.why.settings[end]
    assert words.endswith(f"{action['value']:g} h / rep / month") or "%" in words
    assert (run.scenario, run.overrides) == ("stalled", starved.overrides)


def test_the_button_opens_it_in_the_live_view():
    desk, run = desk_of(), pulled(SMALL, {COACHING: 6.5})
    _, context = solara.render(TryLive(desk, "Try this lever live", run), handle_error=False)
    (button,) = context.find(ipyvuetify.Btn).widgets
    button.click()
    assert (desk.view.value, desk.choice.value) == ("live", run)
    context.close()
