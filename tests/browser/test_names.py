"""On the screen a parameter has the name people call it by; its dotted key stands only where it is copied from."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sim.scenario.parameters import all_parameters
from tests.browser.test_views import LONG, enter, fill, go, view
from tests.browser.visitor import OPENING, Visitor

pytestmark = pytest.mark.browser

KEYS = [item.dotted for item in all_parameters()]

SEEN = """(keys) => {
  const known = new Set(keys);
  const found = [];
  const look = (text, where) => {
    const words = text.match(/[a-z_]+\\.[a-z][a-z0-9_]*/g) || [];
    if (words.some((word) => known.has(word))) found.push(where + ': ' + text.trim().slice(0, 160));
  };
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (nodes.nextNode()) {
    const part = nodes.currentNode.parentElement;
    if (!part || part.closest('code, pre, script, style, title') || !part.getClientRects().length) continue;
    look(nodes.currentNode.data, part.tagName + '.' + part.className);
  }
  for (const part of document.querySelectorAll('[data-hint], input, [aria-label], [title]')) {
    if (!part.getClientRects().length || part.closest('code')) continue;
    for (const text of [part.dataset.hint, part.value, part.getAttribute('aria-label'), part.getAttribute('title')])
      if (typeof text === 'string') look(text, part.tagName + ' ' + part.className);
  }
  return found;
}"""

PROBE = """() => {
  const probe = document.createElement('div');
  probe.id = 'probe';
  probe.innerHTML = '<p>in structure.span_of_control.</p><code>structure.span_of_control</code>';
  document.body.prepend(probe);
}"""


def keys_seen(page: Page) -> list[str]:
    """Texts with a dotted key, outside of what is copied."""
    page.wait_for_timeout(700)
    return page.evaluate(SEEN, KEYS)


@pytest.fixture(scope="module")
def one(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address, size="1920x1080").live()
    yield visitor
    visitor.page.close()


def test_a_dotted_key_in_a_text_is_found_and_one_to_copy_is_not(one: Visitor):
    one.page.evaluate(PROBE)
    found = keys_seen(one.page)
    one.page.evaluate("document.querySelector('#probe').remove()")
    assert [text.partition(": ")[2] for text in found] == ["in structure.span_of_control."]
    assert keys_seen(one.page) == []


def test_live_and_twin_worlds_after_something_was_done(one: Visitor):
    one.page.get_by_role("slider", name="Product specialists").focus()
    for _ in range(8):
        one.page.keyboard.press("ArrowRight")
    one.page.locator(".fw-entry").first.wait_for()
    one.press("Quarter")
    expect(one.page.locator(".fw-effect")).to_be_visible(timeout=LONG)
    assert keys_seen(one.page) == []
    for panel in ("Organization", "Accounts", "Wheel"):
        one.page.get_by_role("tab", name=panel, exact=True).click()
        assert keys_seen(one.page) == [], panel
    one.press("Fork here")
    one.open("Twin worlds")
    one.page.locator(".fw-twin").wait_for()
    one.page.get_by_role("slider", name="Product specialists").focus()
    one.page.keyboard.press("ArrowLeft")
    one.press("Year")
    one.page.locator(".fw-flips td").first.wait_for(timeout=LONG)
    assert keys_seen(one.page) == []


def test_why(one: Visitor):
    enter(one, "Why")
    assert keys_seen(one.page) == []
    go(one, "Too few good opportunities")
    expect(view(one).locator(".fw-command")).to_be_visible(timeout=LONG)
    expect(view(one).locator(".fw-chain")).to_be_visible()
    assert keys_seen(one.page) == []


def test_compare(one: Visitor):
    enter(one, "Compare")
    go(one, "Overlays or training")
    view(one).get_by_role("button", name="Report (HTML)", exact=True).wait_for(timeout=OPENING)
    assert keys_seen(one.page) == []
    view(one).get_by_role("combobox", name="Parameter to change").fill("span")
    assert keys_seen(one.page) == []
    one.page.keyboard.press("Enter")
    assert keys_seen(one.page) == []


def test_wheel_gain(one: Visitor):
    enter(one, "Wheel gain")
    fill(one, Sets_of_twins="5")
    go(one, "Turn the wheel")
    expect(view(one).get_by_role("heading", name="Where a next step pays")).to_be_visible(timeout=OPENING)
    assert keys_seen(one.page) == []
    view(one).get_by_label("Asked").select_option("What comes round of a push?")
    fill(one, **{"Window, weeks": "52"})
    go(one, "Turn the wheel")
    view(one).locator(".fw-ring").wait_for(timeout=OPENING)
    assert keys_seen(one.page) == []


def test_explore(one: Visitor):
    enter(one, "Explore")
    assert keys_seen(one.page) == []
    fill(one, Values_of_each="3", Pairs_of_runs="2", Weeks="13")
    go(one, "Explore")
    view(one).locator(".fw-map").wait_for(timeout=OPENING)
    view(one).locator('.fw-cell[tabindex="0"]').first.press("Enter")
    expect(view(one).get_by_text("The cell you picked")).to_be_visible()
    assert keys_seen(one.page) == []


def test_lessons_and_share(one: Visitor):
    one.open("Lessons")
    expect(one.page.locator(".fw-view, .fw-lessons").first).to_be_visible()
    assert keys_seen(one.page) == []
    one.open("Share")
    assert keys_seen(one.page) == []


def test_the_reference(one: Visitor):
    one.open("Reference")
    expect(view(one).locator(".fw-reference-table tbody tr")).to_have_count(len(KEYS))
    for tab in ("Parameters", "Rules", "Measures", "Words"):
        view(one).get_by_role("tab", name=tab).click()
        assert keys_seen(one.page) == [], tab
