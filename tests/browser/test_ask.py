"""The view that asks, in a browser: a question is filled in, refused, mended, asked, and answered."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.test_accessibility import grave
from tests.browser.test_phone import PHONE, WIDE
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

LONG = 120_000  # ms: other visitors' work comes first


@pytest.fixture(scope="module")
def one(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address).live()
    visitor.open("Ask")
    visitor.page.locator(".fw-ask-form").first.wait_for()
    yield visitor
    visitor.page.close()


def view(one: Visitor) -> Locator:
    return one.page.locator(".fw-view")


def fill(one: Visitor, label: str, text: str) -> None:
    field = view(one).get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def go(one: Visitor, name: str) -> None:
    view(one).get_by_role("button", name=name, exact=True).click()


def choose(one: Visitor, question: str) -> None:
    """Choose a question, and wait for its form: what is typed before that is typed into the form that goes."""
    view(one).get_by_label("Question").select_option(question)
    expect(view(one).locator(f"[data-question={question.lower()}]").first).to_be_attached()
    expect(view(one).locator(f"[data-question]:not([data-question={question.lower()}])")).to_have_count(0)


def fits(one: Visitor, name: str) -> None:
    """Shoot it light and dark, on a telephone and on a small screen; nothing is cut off, nor closed to anybody."""
    before = one.page.viewport_size
    for width, size in (("390", PHONE), ("1366", {"width": 1366, "height": 768})):
        one.page.set_viewport_size(size)
        for here, there in (("light", "Dark"), ("dark", "Light")):
            one.shoot(f"ask-{name}-{width}-{here}")
            assert one.page.evaluate(WIDE if width == "390" else "[]") == []
            assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert grave(one.page) == []
            one.press(there)
    if before:
        one.page.set_viewport_size(before)


def test_every_question_can_be_filled_in(one: Visitor):
    names = view(one).get_by_label("Question").locator("option").all_inner_texts()
    assert {"Run", "Pilot", "Invest", "Calibrate", "Wheel"} <= set(names)
    for name in names:
        choose(one, name)
        expect(view(one).get_by_label("Question")).to_have_value(name.lower())
        expect(view(one).get_by_role("button", name="Run", exact=True)).to_be_enabled()
    fits(one, "form")
    assert one.complaints == []


def test_what_is_refused_is_told_beside_its_field_and_what_is_mended_is_answered(one: Visitor, tmp_path: Path):
    choose(one, "Retention")
    fill(one, "Weeks", "13")
    view(one).get_by_text("Effort", exact=True).click()
    fill(one, "Seeds", "501")
    expect(view(one).get_by_role("alert").filter(has_text="seeds = 501: at most 500")).to_be_visible()
    wrong = view(one).get_by_text("Effort: something here cannot be", exact=True)
    wrong.click()
    expect(wrong).to_be_visible()
    wrong.click()
    fill(one, "Seeds", "3")
    go(one, "Run")
    expect(view(one).get_by_role("button", name="Stop")).to_be_visible()
    one.open("Reference")
    one.open("Ask")
    data = view(one).get_by_role("button", name="Data (JSON)", exact=True)
    data.wait_for(timeout=LONG)
    expect(view(one).locator(".fw-say").filter(has_text="Of what customers of a year ago pay")).to_be_visible()
    expect(view(one).locator(".fw-command")).to_have_text("flywheel retention --seeds=3 --weeks=13 -- baseline")
    expect(view(one).locator(".fw-chart canvas, .fw-canvas canvas").first).to_be_visible()
    with one.page.expect_download() as found:
        data.click()
    found.value.save_as(tmp_path / "retention.json")
    assert json.loads((tmp_path / "retention.json").read_text("utf-8"))["seeds"] == [0, 1, 2]
    fits(one, "answer")
    assert one.complaints == []


def test_a_case_is_put_together_from_a_parameter_that_is_found(one: Visitor):
    choose(one, "Compare")
    case = view(one).get_by_label("Case", exact=True)
    case.wait_for()
    search = view(one).get_by_role("combobox", name="Find a parameter").first
    search.fill("wip limit")
    search.press("Enter")
    expect(case).to_have_value("my case: operations.wip_limit=")
    fill(one, "Case", "my case: operations.wip_limit=8")
    expect(view(one).locator(".fw-chip")).to_have_text("my case: operations.wip_limit=8")
    expect(case).to_have_value("")
    go(one, "Remove my case: operations.wip_limit=8")
    expect(view(one).locator(".fw-chip")).to_have_count(0)
    assert one.complaints == []
