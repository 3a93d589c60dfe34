"""On a telephone nothing is wider than the screen, in any view and with whatever it shows; tables are cards."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.visitor import OPENING, PLAYING, SHOTS

pytestmark = pytest.mark.browser

LONG = 120_000  # ms: other visitors' work comes first
PHONE = {"width": 390, "height": 844}

# What ends beyond the screen, or can be scrolled sideways; the rail of views is meant to be.
WIDE = """() => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('page ' + document.documentElement.scrollWidth);
  const named = (part) => part.tagName + '.' + part.className;
  for (const part of document.querySelectorAll('.fw-page *')) {
    if (part.closest('svg, canvas, .fw-rail, .fw-unseen') || !part.getClientRects().length) continue;
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(part).overflowX);
    if (scrolls && part.scrollWidth > part.clientWidth + 1) found.push(named(part) + ' scrolls');
    if (part.getBoundingClientRect().right > innerWidth + 1) found.push(named(part) + ' is cut off');
  }
  return found.slice(0, 10);
}"""


@pytest.fixture(scope="module")
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A telephone on which a lever was pulled, and a world was forked."""
    page = browser.new_page(viewport=PHONE)
    page.goto(address)
    page.locator(".fw-chart canvas").first.wait_for(timeout=OPENING)
    press(page, "Quarter")
    expect(page.locator(".fw-pulse")).to_have_attribute("data-week", "13", timeout=PLAYING)
    page.get_by_role("slider", name="Product specialists").press("End")
    press(page, "Quarter")
    expect(page.locator(".fw-pulse")).to_have_attribute("data-week", "26", timeout=PLAYING)
    press(page, "Fork here")
    page.get_by_role("slider", name="Coaching").press("End")
    press(page, "Quarter")
    expect(page.locator(".fw-pulse")).to_have_attribute("data-week", "39", timeout=PLAYING)
    yield page
    page.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fits(page: Page, name: str) -> None:
    page.wait_for_timeout(700)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"phone-{name}.png", full_page=name != "reference-parameters")
    assert page.evaluate(WIDE) == []


def view(page: Page, name: str) -> None:
    page.locator(".fw-rail").get_by_role("button", name=name, exact=True).click()


def test_live_fits_in_all_its_panels(phone: Page):
    for panel in ("Organization", "Accounts", "Wheel"):
        phone.get_by_role("tab", name=panel, exact=True).click()
        fits(phone, f"live-{panel.lower()}")
    press(phone, "Find a scenario")
    fits(phone, "find")
    phone.keyboard.press("Escape")


def test_twin_worlds_fit_with_flipped_deals_and_evidence(phone: Page):
    view(phone, "Twin worlds")
    phone.locator(".fw-flips td").first.wait_for(timeout=LONG)
    phone.get_by_label("Seeds").fill("2")
    press(phone, "Repeat it")
    phone.locator(".fw-spread canvas").wait_for(timeout=LONG)
    phone.get_by_text("All measures, files, and the command that repeats it").click()
    fits(phone, "twin")
    cell = phone.locator(".fw-flips td").first
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Which"', "cards say what a cell is"


@pytest.mark.parametrize(
    ("name", "example", "done"),
    [
        ("Why", "A low win rate", "The dashboard against the truth"),
        ("Compare", "Overlays or training", "What else changes"),
        ("Explore", "Specialists and training", "Data (JSON)"),
    ],
)
def test_an_answer_fits(phone: Page, name: str, example: str, done: str):
    view(phone, name)
    phone.get_by_role("button", name=example).wait_for()
    fits(phone, f"{name.lower()}-empty")
    press(phone, example)
    phone.get_by_text(done, exact=True).first.wait_for(timeout=LONG)
    phone.locator(".fw-working").wait_for(state="hidden", timeout=LONG)
    fits(phone, name.lower())


def test_a_turned_wheel_fits(phone: Page):
    view(phone, "Wheel gain")
    field = phone.get_by_label("Sets of twins")
    field.fill("5")
    field.press("Enter")
    press(phone, "Turn the wheel")
    phone.get_by_role("heading", name="Where a next step pays").wait_for(timeout=LONG)
    fits(phone, "gain-motion")
    phone.get_by_label("Asked").select_option("What comes round of a push?")
    phone.get_by_label("Window, weeks").wait_for()  # the fields of this question have come, and moved the button
    press(phone, "Turn the wheel")
    phone.locator(".fw-ring").wait_for(timeout=LONG)
    fits(phone, "gain")


def test_whatever_is_looked_up_fits(phone: Page):
    view(phone, "Reference")
    tabs = phone.locator(".fw-reference").get_by_role("tab")
    tabs.first.wait_for(timeout=PLAYING)
    for place, name in enumerate(("parameters", "rules", "measures", "words")):
        tabs.nth(place).click()
        fits(phone, f"reference-{name}")


def test_what_is_shared_fits(phone: Page):
    view(phone, "Share")
    phone.get_by_role("button", name="Make the files").click()
    phone.locator(".fw-share-table").wait_for(timeout=LONG)
    fits(phone, "share")


def test_class_and_lessons_fit(phone: Page, address: str):
    for name in ("Class", "Lessons"):
        view(phone, name)
        phone.locator(".fw-card").first.wait_for(timeout=PLAYING)
        fits(phone, name.lower())
    phone.goto(f"{address}/?lesson=4_evil_flywheel&chapter=3")
    phone.locator(".fw-slide").wait_for(timeout=OPENING)
    fits(phone, "lesson")
