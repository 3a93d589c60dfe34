"""The organization and its accounts in a browser: watched, opened by pointer and by keyboard, drawn by groups.

Screenshots are written to out/screenshots, to be looked at.
"""

import re

import pytest
from playwright.sync_api import Browser, Locator, expect

from sim.ui.choice import Choice
from sim.ui.links import encode
from tests.browser.visitor import SCHEMES, SIZES, Visitor

pytestmark = pytest.mark.browser

LARGE = Choice(overrides=(("structure.n_reps", 300),))
"""An organization that is drawn by groups."""


def panel(one: Visitor, name: str) -> None:
    """Choose a panel of the middle card."""
    one.page.get_by_role("tab", name=name, exact=True).click()


def node(one: Visitor, key: str) -> Locator:
    return one.page.locator(f'[data-key="{key}"]')


def places(one: Visitor) -> list[str]:
    return one.page.locator(".fw-net-rep").evaluate_all("all => all.map(one => one.getAttribute('transform'))")


def agents(one: Visitor, name: str) -> None:
    """Play, choose a rep, read on, go to its manager, close."""
    node(one, "rep:3").wait_for()
    before = places(one)
    one.press("Play")
    one.reach(8)
    assert places(one) == before, "nobody moves while the run goes on"
    node(one, "rep:3").click()
    agent = one.page.locator(".fw-agent")
    expect(agent).to_contain_text("R003")
    one.reach(one.week + 6)
    one.press("Pause")
    one.page.get_by_role("button", name="Play", exact=True).wait_for()
    expect(agent).to_contain_text("What is believed, and what is")
    agent.get_by_text("Mean stage").hover()
    expect(agent.get_by_role("status")).to_contain_text("Stage as the rep logs it")
    one.shoot(f"organization-{name}")
    one.press("Load")
    expect(node(one, "rep:3")).to_have_attribute("aria-label", re.compile(r"R003: load \d+ %"))
    agent.get_by_role("button", name="manager").click()
    expect(agent).to_contain_text("Cause of the last miss")
    one.page.keyboard.press("Escape")
    expect(agent).to_have_count(0)


def accounts(one: Visitor, name: str) -> None:
    """Go through cells by keyboard; they change with the run and with whose stage is shown."""
    cells = one.page.locator(".fw-matrix-cell")
    cells.first.focus()
    one.page.keyboard.press("ArrowDown")
    one.page.keyboard.press("ArrowDown")
    expect(one.page.locator(".fw-matrix-said")).to_contain_text("Not a customer, no open opportunity")
    for button in ("Quarter", "Logged stage"):
        before = cells.all_inner_texts()
        one.press(button)
        for _ in range(600):
            if cells.all_inner_texts() != before:
                break
            one.page.wait_for_timeout(50)
        assert cells.all_inner_texts() != before
    one.shoot(f"accounts-{name}")


@pytest.mark.parametrize(("size", "scheme"), [*zip(SIZES, SCHEMES, strict=True)])
def test_people_and_accounts_are_watched_and_opened(browser: Browser, address: str, size: str, scheme: str):
    one = Visitor(browser, address, size, scheme).live()
    panel(one, "Organization")
    agents(one, f"{size}-{scheme}")
    panel(one, "Accounts")
    accounts(one, f"{size}-{scheme}")
    assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert one.complaints == []
    one.page.close()


def test_groups_are_opened_by_keyboard(browser: Browser, address: str):
    one = Visitor(browser, address, query=f"?run={encode(LARGE)}").live()
    panel(one, "Organization")
    one.page.locator(".fw-net-group").first.wait_for()
    expect(one.page.locator(".fw-net-rep")).to_have_count(0)
    one.shoot("organization-groups")
    one.page.locator(".fw-net-leader").focus()
    one.page.keyboard.press("ArrowUp")
    one.page.keyboard.press("ArrowUp")
    one.page.locator(".fw-net-group").first.focus()
    one.page.keyboard.press("Enter")
    one.page.locator(".fw-net-rep").first.wait_for()
    expect(one.page.locator(".fw-agent")).to_contain_text("M00")
    one.shoot("organization-opened")
    one.press("All")
    one.page.locator(".fw-net-group").first.wait_for()
    assert one.complaints == []
    one.page.close()
