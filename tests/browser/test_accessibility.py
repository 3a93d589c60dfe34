"""Everybody can use the page: axe finds nothing serious in any view, light and dark, and the keyboard finds its way."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_class import Pupil, Trainer
from tests.browser.test_links import SMALL, written
from tests.browser.visitor import PLAYING, SCHEMES, Visitor

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
PLAIN = ("class", "why", "compare", "gain", "explore", "share", "lessons")
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = (part) => getComputedStyle(part);
  const ringed = (part) => part && style(part).outlineStyle !== 'none' && parseFloat(style(part).outlineWidth) > 0;
  // The ring of a slider is around its handle, which is no part that can be asked.
  const seen = at.type === 'range' || [at, at.closest('.v-input__slot'), at.parentElement].some(ringed);
  return [at.tagName, (at.getAttribute('aria-label') || at.innerText || at.className).trim().slice(0, 40), seen];
}"""


def grave(page: Page) -> list[str]:
    """What axe finds serious or critical, a line each."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - no other test needs it

    page.wait_for_timeout(700)  # what fades in has its colours then
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]


def opened(browser: Browser, address: str, scheme: str, query: str) -> Visitor:
    one = Visitor(browser, address, scheme=scheme, query=query)
    expect(one.page.locator(".v-application").first).to_have_class(re.compile(f"theme--{scheme}"), timeout=PLAYING)
    return one


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("view", PLAIN)
def test_axe_finds_nothing_serious_in_a_view(browser: Browser, address: str, view: str, scheme: str):
    one = opened(browser, address, scheme, f"/?view={view}")
    one.page.locator(".fw-wait").wait_for(state="hidden", timeout=PLAYING)
    one.page.locator(".fw-card").first.wait_for(timeout=PLAYING)
    assert grave(one.page) == []
    one.page.close()


def pulled(one: Visitor) -> None:
    one.press("Quarter")
    one.drawn(13)
    one.page.get_by_role("slider", name="Product specialists").press("End")
    one.press("Quarter")
    one.drawn(26)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_the_live_view(browser: Browser, address: str, scheme: str):
    one = opened(browser, address, scheme, "/").live()
    assert grave(one.page) == []
    pulled(one)
    assert grave(one.page) == []
    steps = (
        lambda: one.page.get_by_role("tab", name="Evil wheel").click(),
        lambda: one.page.get_by_role("tab", name="Organization").click(),
        lambda: one.page.get_by_role("tab", name="Accounts").click(),
        lambda: one.press("Reset"),
        lambda: one.page.get_by_label("Seed").fill("-1") or one.page.get_by_label("Seed").press("Enter"),
    )
    for step in steps:
        step()
        assert grave(one.page) == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_twin_worlds(browser: Browser, address: str, scheme: str):
    one = opened(browser, address, scheme, f"{written(text=SMALL, seed=3, weeks=26)}&view=twin")
    one.page.get_by_role("button", name="Fork this world").click(timeout=PLAYING)
    one.page.get_by_role("slider", name="Product specialists").press("End")
    one.press("Quarter")
    expect(one.page.get_by_text("Following every deal week by week.")).to_have_count(0, timeout=PLAYING)
    assert grave(one.page) == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_a_lesson(browser: Browser, address: str, scheme: str):
    one = opened(browser, address, scheme, "/?lesson=4_evil_flywheel&chapter=3")
    one.page.locator(".fw-slide").wait_for(timeout=PLAYING)
    assert grave(one.page) == []
    one.page.keyboard.press("1")
    one.page.get_by_label("Pace").select_option("fast")
    one.page.locator(".fw-clock").click()
    one.page.keyboard.press("Space")
    expect(one.page.locator(".fw-step")).to_contain_text("Reveal", timeout=2 * PLAYING)
    one.page.keyboard.press("Space")
    assert grave(one.page) == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_the_reference(browser: Browser, address: str, scheme: str):
    one = opened(browser, address, scheme, "/?view=reference")
    tabs = one.page.locator(".fw-reference").get_by_role("tab")
    tabs.first.wait_for(timeout=PLAYING)
    one.page.get_by_label("Search").fill("trust")  # all of it has thousands of parts
    for place in range(tabs.count()):
        tabs.nth(place).click()
        assert grave(one.page) == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_in_a_class(browser: Browser, address: str, scheme: str):
    trainer = Trainer(browser, address, scheme=scheme)
    code = trainer.lead()
    assert grave(trainer.page) == []
    pupil = Pupil(browser, address, code, scheme=scheme)
    pupil.page.get_by_label("Your name").wait_for(timeout=PLAYING)
    assert grave(pupil.page) == []
    pupil.join("Ada")
    assert grave(pupil.page) == []
    wall = Pupil(browser, address, f"{code}&wall=1", scheme=scheme)
    wall.page.get_by_text("Joined so far: 1").wait_for(timeout=PLAYING)
    assert grave(wall.page) == []
    trainer.page.get_by_label("Time for a quarter").select_option("10")
    trainer.press("Open quarter 1")
    pupil.move("Market research", 2)
    pupil.decide()
    trainer.press("Close the quarter")
    trainer.press("Reveal the leaderboard")
    pupil.page.get_by_text("Market research", exact=True).wait_for(timeout=PLAYING)
    wall.page.locator(".fw-wall-chart canvas").wait_for(timeout=PLAYING)
    for page in (pupil.page, wall.page, trainer.page):
        assert grave(page) == []
    trainer.press("Ask everybody")
    pupil.page.locator(".fw-option").first.click(timeout=PLAYING)
    trainer.press("Reveal what came true")
    for page in (pupil.page, wall.page, trainer.page):
        page.get_by_text(re.compile("^Measured: ")).wait_for(timeout=PLAYING)
        assert grave(page) == []
    for one in (pupil, wall):
        assert one.complaints == []
        one.context.close()
    trainer.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_serious_where_an_address_is_refused(browser: Browser, address: str, scheme: str):
    one = opened(browser, address, scheme, "/?scenario=none")
    one.page.get_by_role("button", name="Start with the baseline").wait_for(timeout=PLAYING)
    assert grave(one.page) == []
    one.page.close()


def test_the_page_has_a_language_a_main_part_a_title_a_named_bar_and_may_be_enlarged(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    assert one.page.evaluate("document.documentElement.lang") == "en"
    expect(one.page.get_by_role("main")).to_have_count(1)
    expect(one.page.get_by_role("heading", level=1)).to_have_text("Live")
    # It is seen only while the server is busy for long.
    bar = one.page.locator(".v-progress-linear--absolute")
    expect(bar).to_have_attribute("aria-label", "The page is working")
    viewport = one.page.locator("meta[name=viewport]").get_attribute("content") or ""
    assert "user-scalable" not in viewport
    assert "maximum-scale" not in viewport
    one.page.close()


def test_the_first_key_leads_past_the_rail_(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    one.page.keyboard.press("Tab")
    skip = one.page.get_by_role("link", name="Skip to the view")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    one.shoot("skip-link")
    one.page.keyboard.press("Enter")
    expect(one.page.get_by_role("main")).to_be_focused()
    assert one.page.url == f"{address}/"
    one.page.keyboard.press("Tab")
    assert (one.page.evaluate(FOCUSED) or [""])[0] == "SELECT", "the first field of the view, not the rail"
    one.page.close()


@pytest.mark.parametrize("view", ["live", "compare", "share", "lessons", "class"])
def test_wherever_the_keyboard_stops_it_is_seen(browser: Browser, address: str, view: str):
    one = Visitor(browser, address, query=f"/?view={view}")
    one.page.locator(".fw-wait").wait_for(state="hidden", timeout=PLAYING)
    one.page.locator(".fw-card").first.wait_for(timeout=PLAYING)
    unseen = []
    for _ in range(45):
        one.page.keyboard.press("Tab")
        one.page.wait_for_timeout(30)
        at = one.page.evaluate(FOCUSED)
        if at and not at[2]:
            unseen.append(at)
    assert unseen == [], unseen
    one.page.close()


def test_with_reduced_motion_a_needle_shows_the_speed(browser: Browser, address: str):
    page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page.goto(address)
    page.locator(".fw-wheel").wait_for(timeout=PLAYING)
    needle = page.locator(".fw-needle path").nth(1)
    before = needle.get_attribute("transform")
    page.get_by_role("button", name="Year", exact=True).click()
    expect(page.locator(".fw-pulse")).to_have_attribute("data-week", "52", timeout=PLAYING)
    assert needle.get_attribute("transform") != before
    rotor = page.locator(".fw-wheel > g").nth(1)
    turned = rotor.get_attribute("transform")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_timeout(1500)
    assert rotor.get_attribute("transform") == turned, "nothing turns"
    page.screenshot(path="out/screenshots/reduced-motion.png")
    page.close()
