"""The page in a browser, network off: it plays, levers move its numbers, visitors are alone, nothing asks elsewhere.

Screenshots are written to out/screenshots, to be looked at.
"""

import re
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "out" / "screenshots"
SIZES = {"1366x768": (1366, 768), "1920x1080": (1920, 1080)}
OPENING = 150_000  # ms: the rules may have to be compiled
PLAYING = 30_000


class Visitor:
    """A tab of its own, with everything it complained about."""

    def __init__(self, browser: Browser, address: str, size: str = "1366x768") -> None:
        width, height = SIZES[size]
        self.page: Page = browser.new_page(viewport={"width": width, "height": height})
        self.complaints: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("console", lambda one: self.complain(one.type == "error", f"console: {one.text}"))
        self.page.on("pageerror", lambda one: self.complain(True, f"error: {one}"))
        self.page.on("response", lambda one: self.complain(one.status >= 400, f"{one.status} {one.url}"))
        self.page.on("request", lambda one: self.complain(self.strange(one.url, host), f"elsewhere: {one.url}"))
        self.page.goto(address)
        self.page.locator(".fw-wheel").wait_for(timeout=OPENING)
        expect(self.page.locator(".fw-chart canvas")).to_have_count(4, timeout=PLAYING)

    def complain(self, wrong: bool, text: str) -> None:  # noqa: FBT001 - a condition and what to say
        if wrong:
            self.complaints.append(text)

    @staticmethod
    def strange(url: str, host: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host

    @property
    def week(self) -> int:
        return int(re.findall(r"Week (\d+)", self.page.locator(".fw-clock b").inner_text())[0])

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def reach(self, week: int) -> None:
        """Wait until the run has come to a week."""
        end = time.monotonic() + PLAYING / 1000
        while self.week < week:
            assert time.monotonic() < end, f"week {self.week} after {PLAYING / 1000:.0f} s; {self.complaints}"
            self.page.wait_for_timeout(50)

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(1000)
        self.page.screenshot(path=SHOTS / f"{name}.png")


def numbers(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".fw-number-text").all_inner_texts()


@pytest.mark.parametrize("size", SIZES)
def test_it_plays_and_levers_move_it(browser: Browser, address: str, size: str):
    one = Visitor(browser, address, size)
    one.shoot(f"start-{size}")
    before = numbers(one)
    one.press("Play")
    one.reach(20)
    assert numbers(one) != before
    turned = one.page.locator(".fw-wheel > g").first.get_attribute("transform")
    lever = one.page.get_by_role("slider", name="Product specialists")
    lever.focus()
    for _ in range(5):
        lever.press("ArrowRight")
    one.page.locator(".fw-entry").first.wait_for()
    one.reach(one.week + 30)
    assert one.page.locator(".fw-wheel > g").first.get_attribute("transform") != turned
    one.press("Pause")
    one.page.get_by_role("button", name="Play", exact=True).wait_for()
    one.shoot(f"played-{size}")
    rested = one.week
    one.press("Quarter")
    expect(one.page.locator(".fw-clock b")).not_to_have_text(f"Week {rested}")
    one.page.locator(".fw-undo").first.click()
    expect(one.page.locator(".fw-undone").first).to_be_visible()
    one.page.locator(".fw-lever .fw-hint").first.hover()
    one.shoot(f"hint-{size}")
    assert one.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    one.press("Reset")
    expect(one.page.locator(".fw-clock b")).to_have_text("Week 0")
    expect(one.page.locator(".fw-number-text")).to_have_text(before)
    assert one.complaints == []
    one.page.close()


def test_two_visitors_are_alone_and_both_see_ten_weeks_a_second(browser: Browser, address: str):
    one, two = Visitor(browser, address), Visitor(browser, address)
    one.press("Play")
    one.reach(5)
    assert two.week == 0
    two.press("Play")
    two.reach(5)
    began, weeks = time.monotonic(), [one.week, two.week]
    one.page.wait_for_timeout(5000)
    passed = [after - before for after, before in zip([one.week, two.week], weeks, strict=True)]
    pace = min(passed) / (time.monotonic() - began)
    one.press("Pause")
    two.press("Pause")
    two.page.get_by_role("button", name="Play", exact=True).wait_for()
    assert pace > 5, "a machine that is busy otherwise is forgiven half"
    assert one.complaints + two.complaints == []
    one.page.close()
    two.page.close()


def test_another_scenario_and_a_wrong_seed(browser: Browser, address: str):
    one = Visitor(browser, address)
    seed = one.page.get_by_label("Seed")
    seed.fill("-3")
    seed.press("Enter")
    expect(one.page.get_by_role("alert")).to_contain_text(
        'seed = "-3" is not allowed; it must be a whole number from 0'
    )
    before = numbers(one)
    seed.fill("11")
    seed.press("Enter")
    expect(one.page.locator(".fw-number-text").first).not_to_have_text(before[0], timeout=PLAYING)
    one.page.get_by_role("button", name="Scenario").click()
    one.page.get_by_role("option").nth(3).click()
    one.page.wait_for_timeout(500)
    one.page.locator(".fw-wheel").wait_for(timeout=PLAYING)
    one.press("Quarter")
    expect(one.page.locator(".fw-clock b")).to_have_text("Week 13")
    one.shoot("other-scenario")
    assert one.complaints == []
    one.page.close()
