"""Twin worlds in a browser: fork, act on B, play, see what differs and which deals flipped, and repeat it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import PLAYING, Visitor

pytestmark = pytest.mark.browser


def test_a_fork_differs_and_is_repeated_with_seeds(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    page = one.page
    one.press("Quarter")
    one.press("Fork here")
    expect(page.get_by_role("radio")).to_have_count(2)
    one.open("Twin worlds")
    page.locator(".fw-twin").wait_for()
    lever = page.get_by_role("slider", name="Product specialists")
    lever.focus()
    for _ in range(8):
        lever.press("ArrowRight")
    page.locator(".fw-entry").first.wait_for()
    one.press("Play")
    one.reach(40)
    one.press("Pause")
    page.locator(".fw-flips td").first.wait_for(timeout=PLAYING)
    expect(page.locator(".fw-twin-card")).to_have_count(2)
    ghosts(one)
    expect(page.locator(".fw-entry").first).to_contain_text("Product specialists: 3 to 11 people")
    expect(page.locator(".fw-twin-card.fw-B dd").first).to_contain_text("USD")
    expect(page.locator(".fw-twin-card.fw-B .fw-bad, .fw-twin-card.fw-B .fw-good").first).to_be_visible()
    one.shoot_all("twin")
    page.locator(".fw-twin-card.fw-B input").fill("<i>More</i>")
    page.locator(".fw-twin-card.fw-B input").press("Enter")
    expect(page.get_by_role("radio").nth(1)).to_contain_text("<i>More</i>")
    repeat(one)
    one.press("Close world B")
    expect(page.locator(".fw-twin-card")).to_have_count(1)
    assert one.complaints == []
    page.close()


def ghosts(one: Visitor) -> None:
    """The fork says what it is, and its wheel has grey rims of A, which has none itself."""
    expect(one.page.locator(".fw-twin-card.fw-B p")).to_have_text("A forked in week 13, 8 product specialists more.")
    expect(one.page.locator(".fw-twin-wheel.fw-A .fw-ghost")).to_have_count(0)
    expect(one.page.locator(".fw-twin-wheel.fw-B .fw-ghost").first).to_be_attached()


def repeat(one: Visitor) -> None:
    """Go from demonstration to evidence with two seeds, and take the report along."""
    page = one.page
    seeds = page.get_by_label("Seeds")
    seeds.fill("1")
    one.press("Repeat it")
    expect(page.locator(".fw-evidence-wrong")).to_contain_text("from 2 to 500")
    seeds.fill("2")
    one.press("Repeat it")
    page.locator(".fw-spread canvas").wait_for(timeout=60_000)
    expect(page.locator(".fw-evidence .fw-say-first")).to_be_in_viewport()
    expect(page.locator(".fw-spread canvas")).to_be_in_viewport()
    one.shoot("twin-evidence")
    page.get_by_text("All measures, files, and the command that repeats it").click()
    page.locator(".fw-evidence td").first.wait_for()
    expect(page.locator(".fw-evidence code")).to_contain_text("flywheel compare baseline-session.toml --seeds 2")
    with page.expect_download() as report:
        one.press("Report")
    assert "<html" in report.value.path().read_text()


def test_levers_are_found_shocks_strike_and_both_are_undone(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    page = one.page
    page.get_by_role("button", name="Structure").click()
    page.get_by_role("slider", name="Telesales specialists").wait_for()
    sought = page.get_by_label("Find a lever or a shock")
    sought.fill("market falls")
    page.get_by_role("button", name="Market falls now").click()
    expect(page.locator(".fw-entry")).to_contain_text(["Market falls: 0.7 x"])
    sought.fill("missed target")
    page.get_by_role("combobox", name="After a missed target").select_option("train")
    expect(page.locator(".fw-entry")).to_contain_text(["After a missed target: mixed to train", "Market falls"])
    one.shoot("levers-found")
    one.press("Week")
    one.reach(1)
    one.press("Undo After a missed target: mixed to train")
    expect(page.locator(".fw-undone")).to_have_count(1)
    sought.fill("nothing of that kind")
    expect(page.locator(".fw-groups")).to_contain_text("Nothing is called that")
    assert one.complaints == []
    page.close()
