"""The views that compute and the one to look things up, in a browser: each is opened, used and looked at."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from sim.scenario.parameters import all_parameters
from tests.browser.test_accessibility import grave
from tests.browser.visitor import OPENING, SIZES, Visitor

pytestmark = pytest.mark.browser

LONG = 90_000  # ms: other visitors' work comes first
VIEWS = {"Why": "Ask why", "Compare": "Compare", "Wheel gain": "Turn the wheel", "Explore": "Explore"}


@pytest.fixture(scope="module")
def one(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address).live()
    yield visitor
    visitor.page.close()


def view(one: Visitor) -> Locator:
    return one.page.locator(".fw-view")


def enter(one: Visitor, name: str) -> None:
    """Open a view and wait until it is there; fields of two views may have the same label."""
    one.open(name)
    view(one).get_by_role("button", name=VIEWS[name], exact=True).wait_for()


def fill(one: Visitor, **fields: str) -> None:
    for label, text in fields.items():
        field = view(one).get_by_label(label.replace("_", " "), exact=True)
        field.fill(text)
        field.press("Enter")


def go(one: Visitor, name: str) -> None:
    view(one).get_by_role("button", name=name, exact=True).click()


def look(one: Visitor, name: str) -> None:
    """Shoot it small and light, then large and dark; nothing is wider than the window, nor closed to anybody."""
    one.shoot(f"{name}-1366x768-light")
    assert grave(one.page) == []
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one.press("Dark")
    one.page.set_viewport_size(dict(zip(("width", "height"), SIZES["1920x1080"], strict=True)))
    one.shoot(f"{name}-1920x1080-dark")
    assert grave(one.page) == []
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    one.press("Light")
    one.page.set_viewport_size(dict(zip(("width", "height"), SIZES["1366x768"], strict=True)))


def test_each_view_says_what_it_is_for(one: Visitor):
    for name in VIEWS:
        enter(one, name)
        expect(view(one).locator(".fw-none")).to_be_visible()
    look(one, "explore-empty")
    assert one.complaints == []


def test_why_goes_on_while_things_are_looked_up(one: Visitor):
    enter(one, "Why")
    fill(one, Pairs_of_runs="3", Weeks="26")
    go(one, "Ask why")
    one.open("Reference")
    table = view(one).locator(".fw-reference-table")
    expect(table.locator("tbody tr")).to_have_count(len(all_parameters()))
    view(one).get_by_label("Search").fill("wip limit")
    expect(table.locator("tbody tr").first).to_contain_text("operations.wip_limit")
    view(one).get_by_role("tab", name="Rules").click()
    view(one).get_by_label("Search").fill("trust in management")
    expect(view(one).locator(".fw-phase").first).to_contain_text("judge management")
    look(one, "reference")
    enter(one, "Why")
    expect(view(one).get_by_text("The dashboard against the truth")).to_be_visible(timeout=LONG)
    look(one, "why")
    assert one.complaints == []


def test_compare_gives_an_answer_and_a_report(one: Visitor, tmp_path: Path):
    enter(one, "Compare")
    fill(one, Pairs_of_runs="0")
    go(one, "Compare")
    expect(one.page.get_by_role("alert")).to_contain_text('pairs of runs = "0" is not allowed')
    fill(one, Pairs_of_runs="2", Weeks="26")
    search = view(one).get_by_role("combobox", name="Parameter to change")
    search.fill("wip limit")
    search.press("Enter")
    fill(one, To_the_value="8")
    go(one, "Add the change")
    expect(view(one).locator(".fw-chip").filter(has_text="WIP limit: 8")).to_be_visible()
    go(one, "Compare")
    report = view(one).get_by_role("button", name="Report (HTML)", exact=True)
    report.wait_for(timeout=LONG)
    look(one, "compare")
    with one.page.expect_download() as found:
        report.click()
    found.value.save_as(tmp_path / "report.html")
    assert "<html" in (tmp_path / "report.html").read_text()[:200]
    assert one.complaints == []


def test_a_wheel_is_turned(one: Visitor):
    enter(one, "Wheel gain")
    fill(one, Sets_of_twins="5")
    go(one, "Turn the wheel")
    expect(view(one).get_by_role("heading", name="Where a next step pays")).to_be_visible(timeout=OPENING)
    expect(view(one).locator(".fw-chart canvas, .fw-canvas canvas").first).to_be_visible(timeout=LONG)
    look(one, "gain-motion")
    view(one).get_by_label("Asked").select_option("What comes round of a push?")
    fill(one, **{"Window, weeks": "52"})
    go(one, "Turn the wheel")
    view(one).locator(".fw-ring").wait_for(timeout=OPENING)
    look(one, "gain")
    assert one.complaints == []


def test_a_map_fills_is_stopped_and_a_cell_is_run_live(one: Visitor):
    enter(one, "Explore")
    fill(one, Values_of_each="3", Pairs_of_runs="200", Weeks="13")
    go(one, "Explore")
    view(one).locator(".fw-map").wait_for(timeout=LONG)
    go(one, "Stop")
    expect(view(one).get_by_text("It was stopped; cells that were not run are hatched.")).to_be_visible(timeout=LONG)
    view(one).locator('.fw-cell[tabindex="0"]').first.press("Enter")
    expect(view(one).get_by_text("The cell you picked")).to_be_visible()
    look(one, "explore")
    go(one, "Try these levers live")
    one.live()
    assert one.week == 0
    expect(one.page.locator(".fw-entry").first).to_be_visible()
    assert one.complaints == []


def test_an_example_is_answered_and_its_lever_tried_live(one: Visitor):
    enter(one, "Why")
    go(one, "A low win rate")
    expect(view(one).locator(".fw-command")).to_contain_text("why stalled", timeout=LONG)
    expect(view(one).get_by_label("Measure that is missed")).to_have_value("win_rate")
    look(one, "why-example")
    view(one).get_by_role("button", name="Try this lever live").first.click()
    one.live()
    assert one.week == 0
    expect(one.page.locator(".fw-entry")).to_have_count(1)
    expect(one.page.get_by_role("combobox", name="Scenario")).to_have_value("stalled")
    one.press("Quarter")
    one.drawn(13)
    expect(one.page.locator(".fw-effect")).to_contain_text("since week 0")
    one.page.reload()
    one.live()
    expect(one.page.locator(".fw-entry")).to_have_count(1)
    assert one.complaints == []


def test_a_case_that_was_compared_is_tried_live(one: Visitor):
    enter(one, "Compare")
    go(one, "Overlays or training")
    view(one).get_by_role("button", name="Report (HTML)", exact=True).wait_for(timeout=LONG)
    go(one, "Try this live: training")
    one.live()
    expect(one.page.locator(".fw-entry")).to_have_count(2)
    assert one.complaints == []
