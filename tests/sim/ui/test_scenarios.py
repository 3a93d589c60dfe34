"""The scenarios of the page: every one in a group, by the claims of its head, with a line that says what it is."""

import solara

from sim.scenario.claims import claims
from sim.scenario.scenario import Scenario
from sim.ui.choice import Choice, titles
from sim.ui.chooser import OWN, Chooser
from sim.ui.scenarios import GROUPS, OTHERS, catalogue, group_of, groups, line_of
from tests.sim.ui.views import TEXT, drawn_by, part


def test_every_shipped_scenario_stands_once_in_a_group_with_a_line_of_its_own():
    listed = catalogue()
    assert sorted(one.name for one in listed) == sorted(titles())
    assert listed[0].name == "baseline"
    assert OTHERS not in groups().values()
    assert set(groups().values()) == set(GROUPS) - {OTHERS}
    assert all(one.line.endswith(".") and 20 < len(one.line) < 190 for one in listed)
    order = [list(GROUPS).index(one.group) for one in listed]
    assert order == sorted(order), "a group is one stretch of the list"


def test_every_claim_belongs_to_one_group():
    claimed = [claim for names in GROUPS.values() for claim in names.split()]
    assert sorted(claimed) == sorted(claims())


def test_groups_are_those_of_the_first_claim():
    of = groups()
    assert of["evil_treated"] == of["blind_dashboard"] == "The evil flywheel"
    assert of["stop_and_go"] == of["young_stalled"] == "The sales flywheel"
    assert of["led_change"] == of["cannonball"] == "The leader's flywheel"
    assert (of["weak_talent"], of["pmf_over_50k"]) == ("Eight drivers, one weak at a time", "Phases and deal sizes")
    assert group_of(Scenario.from_text('name = "mine"\nclaims = []\n')) == OTHERS


def test_a_line_is_a_sentence_that_says_enough_and_no_more():
    assert (
        line_of("A usual firm: 6 reps, managers,\n0.5 h each. Then more.")
        == "A usual firm: 6 reps, managers, 0.5 h each."
    )
    assert line_of("Usual. Then all of it changes. And again.") == "Usual. Then all of it changes."
    assert line_of(f"{'Half the coaching, ' * 7}and more; as in practice.").endswith("and more.")
    assert line_of("") == ""


def test_the_menu_has_groups_and_the_list_opens_what_is_found():
    choice = solara.reactive(Choice(text=TEXT, seed=4))
    _, context = solara.render(Chooser(choice, lambda _: None), handle_error=False)
    menu = part(context, "disabled")
    assert [(item["value"], item["group"]) for item in menu.items[:2]] == [(OWN, ""), ("baseline", "As usual")]
    assert menu.items[-1]["group"] == "Phases and deal sizes"
    (found,) = drawn_by(context, "Scenarios.vue")
    found.vue_choose("evil")
    assert choice.value == Choice(scenario="evil", seed=4)
    context.close()
