"""The address in a browser: reload, Back and Forward lead to where one was, and what was given up can be had back."""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from sim.scenario.seeds import longest
from tests.browser.test_links import SMALL, numbers, written
from tests.browser.visitor import PLAYING, Visitor

pytestmark = pytest.mark.browser


def held(one: Visitor, part: str = "(run|kept)=") -> str:
    """Wait until the address holds something, and give it."""
    one.page.wait_for_url(re.compile(part), timeout=PLAYING)
    return one.page.url


def pull(one: Visitor, key: str = "ArrowRight") -> None:
    lever = one.page.get_by_role("slider", name="Product specialists")
    lever.focus()
    lever.press(key)


def opened_at(one: Visitor, week: int) -> None:
    expect(one.page.locator(".fw-clock b")).to_have_text(f"Week {week}", timeout=PLAYING)
    one.live()


def test_reload_back_and_forward_return_to_the_run(browser: Browser, address: str):
    one = Visitor(browser, address, query="/?scenario=evil&seed=7").live()
    one.press("Quarter")
    one.drawn(13)
    pull(one)
    one.page.locator(".fw-entry").first.wait_for()
    before = one.page.url
    one.press("Quarter")
    one.drawn(26)
    one.page.wait_for_function(f"location.href !== {before!r}")
    one.page.wait_for_timeout(1500)
    seen, entries = numbers(one), one.page.locator(".fw-entry").count()
    one.page.reload()
    opened_at(one, 26)
    assert (numbers(one), one.page.locator(".fw-entry").count()) == (seen, entries)
    one.press("Reset")
    opened_at(one, 0)
    one.page.wait_for_url(re.compile(r"scenario=evil&seed=7$"), timeout=PLAYING)
    one.page.go_back()
    opened_at(one, 26)
    assert numbers(one) == seen
    one.page.go_forward()
    opened_at(one, 0)
    one.page.go_back()
    opened_at(one, 26)
    assert numbers(one) == seen
    assert one.complaints == []
    one.page.close()


def test_the_address_is_written_while_a_run_plays_and_a_view_is_no_other_run(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, seed=3)).live()
    first = one.page.url
    one.press("Play")
    one.page.wait_for_function(f"location.href !== {first!r}", timeout=PLAYING)
    one.open("Reference")
    one.page.wait_for_url(re.compile("view=reference"), timeout=PLAYING)
    one.page.locator(".fw-reference-table").wait_for(timeout=PLAYING)
    one.page.go_back()
    one.page.locator(".fw-wheel").wait_for(timeout=PLAYING)
    one.page.get_by_role("button", name="Pause", exact=True).click()
    week = one.rest()
    assert week > 0, "the run went on"
    one.page.wait_for_timeout(1500)
    seen = numbers(one)
    one.page.reload()
    opened_at(one, week)
    assert numbers(one) == seen
    assert one.complaints == []
    one.page.close()


def test_forked_worlds_come_back(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, seed=3, weeks=13) + "&view=twin")
    page = one.page
    page.get_by_role("button", name="Fork this world").click(timeout=PLAYING)
    pull(one, "End")
    one.press("Quarter")
    expect(page.locator(".fw-clock b")).to_have_text("Week 26", timeout=PLAYING)
    cards = page.locator(".fw-twin-card")
    expect(cards).to_have_count(2)
    page.wait_for_timeout(1500)
    seen = cards.all_inner_texts()
    page.reload()
    expect(page.locator(".fw-clock b")).to_have_text("Week 26", timeout=PLAYING)
    expect(cards).to_have_count(2, timeout=PLAYING)
    assert cards.all_inner_texts() == seen
    assert one.complaints == []
    page.close()


def to_chapter(one: Visitor, last: int) -> list[str]:
    """Go through a lesson's chapters to this one, from 1; return their titles."""
    titles = []
    for chapter in range(1, last + 1):
        expect(one.page.locator(".fw-kicker")).to_contain_text(f"{chapter} of", timeout=PLAYING)
        title = one.page.locator(".fw-said-side h1")
        if titles:
            expect(title).not_to_have_text(titles[-1], timeout=PLAYING)
        titles.append(title.inner_text())
        if chapter < last:
            one.page.keyboard.press("ArrowRight")
    return titles


def test_a_lesson_is_returned_to_in_its_chapter_and_week(browser: Browser, address: str):
    one = Visitor(browser, address, query="/?view=lessons")
    page = one.page
    page.get_by_role("button", name="Open The evil flywheel and its treatment").click(timeout=PLAYING)
    title, clock = page.locator(".fw-said-side h1"), page.locator(".fw-clock b")
    titles = to_chapter(one, 3)
    page.keyboard.press("1")
    page.keyboard.press("Space")
    page.wait_for_timeout(1500)
    page.keyboard.press("Space")
    week = one.rest()
    page.wait_for_timeout(1500)
    assert "chapter=3" in page.url
    guessed = page.locator(".fw-mine").all_inner_texts()
    page.reload()
    expect(title).to_have_text(titles[2], timeout=2 * PLAYING)
    expect(clock).to_have_text(f"Week {week}")
    assert page.locator(".fw-mine").all_inner_texts() == guessed
    page.go_back()
    expect(title).to_have_text(titles[1], timeout=2 * PLAYING)
    page.go_forward()
    expect(title).to_have_text(titles[2], timeout=2 * PLAYING)
    page.keyboard.press("Escape")
    page.locator(".fw-cards").first.wait_for(timeout=PLAYING)
    held(one, r"view=lessons$")
    page.go_back()
    expect(title).to_have_text(titles[2], timeout=2 * PLAYING)
    assert one.complaints == []
    page.close()


def test_a_reset_and_another_scenario_can_be_undone(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    one.press("Quarter")
    one.drawn(13)
    pull(one)
    one.press("Quarter")
    one.drawn(26)
    seen = numbers(one)
    one.press("Reset")
    one.drawn(0)
    one.shoot("undo-offered")
    one.page.locator(".fw-offer").get_by_role("button", name="Undo").click()
    opened_at(one, 26)
    assert numbers(one) == seen
    one.replaced(lambda: one.page.get_by_role("combobox", name="Scenario").select_option(index=3))
    one.page.locator(".fw-offer").get_by_role("button", name="Undo").click()
    opened_at(one, 26)
    assert numbers(one) == seen
    expect(one.page.locator(".fw-offer")).to_have_count(0)
    assert one.complaints == []
    one.page.close()


def test_a_run_too_long_for_an_address_is_kept_under_a_name(browser: Browser, address: str):
    noise = "".join(f"# {number * 7919 % 100_003:x}{number}\n" for number in range(500))
    one = Visitor(browser, address, query=written(text=SMALL + noise, seed=5)).live()
    one.press("Quarter")
    one.drawn(13)
    place = held(one, r"/\?kept=[0-9a-f]{20}$")
    seen = numbers(one)
    one.page.reload()
    opened_at(one, 13)
    assert numbers(one) == seen
    two = Visitor(browser, address, query=place.removeprefix(address)).live()
    assert numbers(two) == seen
    assert one.complaints + two.complaints == []
    one.page.close()
    two.page.close()


HOSTILE = {
    "?scenario=%3Cscript%3E": "There is no shipped scenario",
    "?run=%00%ff": "The link is damaged",
    "?run=" + "x" * 17_000: "The link has 17,000 characters",
    "?kept=../../etc/passwd": "names a run in a way that no run is named here",
    "?kept=" + "0" * 20: "does not keep any more",
    "?view=lessons&lesson=evil_treated&chapter=999999": '"999999" is not allowed; it must be a whole number from',
    "?predicted=1:inf&lesson=x": "must be a chapter, a colon and a number",
    "?view=nowhere": "There is no view",
    "?seed=-1": "must be a whole number from 0",
}


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_address_is_told_in_a_sentence_and_the_page_can_be_used(browser: Browser, address: str, query: str):
    one = Visitor(browser, address, query=f"/{query}")
    expect(one.page.locator(".fw-wait .fw-card")).to_contain_text(HOSTILE[query], timeout=PLAYING)
    assert "Traceback" not in one.page.locator("body").inner_text()
    one.open("Live")
    one.live()
    one.page.wait_for_url(f"{address}/", timeout=PLAYING)
    assert one.complaints == []
    one.page.close()


RUNS = {
    "a week too far": ({"weeks": longest() + 1}, "its weeks must be a whole number from 0"),
    "a lever out of range": (
        {"weeks": 9, "interventions": [{"week": 3, "parameter": "operations.week_hours", "value": 900.0}]},
        "operations.week_hours",
    ),
    "a later lever": (
        {"weeks": 2, "interventions": [{"week": 3, "parameter": "operations.week_hours", "value": 40.0}]},
        "comes after week 2",
    ),
    "a fork of the future": ({"weeks": 2, "forks": [{"letter": "B", "since": 9, "parted": 9}]}, "forked in week 9"),
    "worlds out of order": ({"weeks": 2, "forks": [{"letter": "C"}, {"letter": "B"}]}, "there are no worlds"),
    "a fork that is none": ({"forks": [{"letter": "Z"}]}, "its forks must be"),
}


@pytest.mark.parametrize("kind", RUNS)
def test_a_hostile_run_is_told_in_a_sentence(browser: Browser, address: str, kind: str):
    content, sentence = RUNS[kind]
    one = Visitor(browser, address, query=written(**content))
    card = one.page.locator(".fw-wait .fw-card")
    expect(card).to_contain_text(re.compile(re.escape(sentence), re.IGNORECASE), timeout=PLAYING)
    assert one.complaints == []
    one.page.close()


def test_an_unknown_lesson_is_told_above_the_list(browser: Browser, address: str):
    one = Visitor(browser, address, query="/?view=lessons&lesson=evil_treatedd")
    expect(one.page.locator(".fw-notice")).to_contain_text("There is no lesson", timeout=PLAYING)
    expect(one.page.locator(".fw-cards").first).to_be_visible()
    assert one.complaints == []
    one.page.close()


@pytest.mark.alone
def test_writing_the_address_draws_nothing_anew(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    one.press("Play")
    one.reach(5)
    one.page.evaluate("""() => {
      window.fwWrites = 0;
      const replace = history.replaceState.bind(history);
      history.replaceState = (...given) => { window.fwWrites += 1; replace(...given); };
      window.fwRemoved = 0;
      new MutationObserver((all) => all.forEach((one) => { window.fwRemoved += one.removedNodes.length; }))
        .observe(document.querySelector('.fw-rail'), { childList: true, subtree: true });
    }""")
    began, week = time.monotonic(), one.week
    one.page.wait_for_timeout(10_000)
    pace = (one.week - week) / (time.monotonic() - began)
    writes = one.page.evaluate("window.fwWrites")
    assert 2 <= writes <= 5, "every three seconds"
    assert one.page.evaluate("window.fwRemoved") == 0
    assert pace > 5
    one.page.close()
