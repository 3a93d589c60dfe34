"""The page in a browser, network off: it plays, levers move its numbers, visitors are alone, nothing asks elsewhere.

Screenshots are written to out/screenshots, to be looked at.
"""

import re
import time

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.visitor import PLAYING, SCHEMES, SIZES, Visitor

FITS = "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"

# How many lines of the untouched run each chart has drawn.
UNTOUCHED_LINES = """[...document.querySelectorAll('.fw-figure')].map((figure) => figure.__vue__.chart.getOption()
  .series.filter((one) => one.name.endsWith('untouched')).length)"""

pytestmark = pytest.mark.browser


def numbers(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".fw-number-text").all_inner_texts()


@pytest.mark.parametrize(("size", "scheme"), [*zip(SIZES, SCHEMES, strict=True)])
def test_it_plays_and_levers_move_it(browser: Browser, address: str, size: str, scheme: str):
    one = Visitor(browser, address, size, scheme).live()
    one.shoot_all("start", [size])
    before = numbers(one)
    one.press("Play")
    one.reach(20)
    assert numbers(one) != before
    turned = rotor(one)
    lever = one.page.get_by_role("slider", name="Product specialists")
    lever.focus()
    for _ in range(5):
        lever.press("ArrowRight")
    one.page.locator(".fw-entry").first.wait_for()
    one.reach(one.week + 30)
    assert rotor(one) != turned
    one.press("Pause")
    one.page.get_by_role("button", name="Play", exact=True).wait_for()
    rested = one.rest()
    one.shoot_all("played", [size])
    one.press("Quarter")
    expect(one.page.locator(".fw-clock b")).not_to_have_text(f"Week {rested}")
    one.page.locator(".fw-undo").first.click()
    expect(one.page.locator(".fw-undone").first).to_be_visible()
    one.page.locator(".fw-lever .fw-tip").first.hover()
    one.shoot(f"hint-{size}-{scheme}")
    look_around(one, size)
    one.page.wait_for_function(FITS, timeout=PLAYING)  # charts that are drawn anew take a moment to fit
    one.press("Reset")
    expect(one.page.locator(".fw-clock b")).to_have_text("Week 0")
    expect(one.page.locator(".fw-number-text")).to_have_text(before)
    assert one.complaints == []
    one.page.close()


def look_around(one: Visitor, size: str) -> None:
    """Choose each wheel, take a picture of the last, and enlarge a chart."""
    for wheel, stages in (("Leader's wheel", 5), ("Evil wheel", 9)):
        one.page.get_by_role("tab", name=wheel).click()
        expect(one.page.locator(".fw-label")).to_have_count(stages)
    one.shoot_all("evil", [size])
    one.press("Enlarge Pipeline")
    expect(one.page.locator(".fw-canvas")).to_have_count(1)
    one.press("Show all charts")
    expect(one.page.locator(".fw-canvas")).to_have_count(5)


def rotor(visitor: Visitor) -> str | None:
    """How far the wheel has turned."""
    return visitor.page.locator(".fw-wheel > g").first.get_attribute("transform")


def test_a_lever_shows_cause_and_effect_against_untouched(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    page = one.page
    against, said = page.locator(".fw-against"), page.locator(".fw-effect")
    one.press("Quarter")
    lever = page.get_by_role("slider", name="Product specialists")
    lever.focus()
    lever.press("End")
    expect(page.locator(".fw-entry")).to_have_count(1)
    assert (against.count(), said.count(), page.locator(".fw-ghost").count()) == (0, 0, 0), "it has done nothing yet"
    one.press("Quarter")
    expect(said).to_contain_text(re.compile(r"^Product specialists 3 to 24 people since week 13: .+ against untouched"))
    expect(said).to_contain_text("coordination +")
    expect(against.first).to_have_text(re.compile(r"[+\N{MINUS SIGN}]\d.* against untouched"))
    expect(page.locator(".fw-ghost").first).to_be_visible()
    assert page.evaluate(UNTOUCHED_LINES) == [1] * 5
    one.shoot_all("untouched")
    page.wait_for_function(FITS, timeout=PLAYING)
    one.press("Hide untouched")
    expect(said).to_have_count(0)
    expect(against).to_have_count(0)
    expect(page.locator(".fw-ghost")).to_have_count(0)
    page.wait_for_function(f"({UNTOUCHED_LINES}).every((lines) => lines === 0)", timeout=PLAYING)
    one.press("Show untouched")
    expect(said).to_be_visible()
    one.press("Reset")
    expect(page.get_by_role("button", name="Hide untouched")).to_have_count(0)
    assert one.complaints == []
    page.close()


def test_time_moves_by_keys(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    clock, keys = one.page.locator(".fw-clock b"), one.page.keyboard
    keys.press("ArrowRight")
    expect(clock).to_have_text("Week 1")
    keys.press("Shift+ArrowRight")
    expect(clock).to_have_text("Week 13")
    one.press("Year")
    expect(clock).to_have_text("Week 65")
    keys.press("ArrowLeft")
    expect(clock).to_have_text("Week 64")
    keys.press("Space")
    one.page.get_by_role("button", name="Pause", exact=True).wait_for()
    keys.press("Space")
    one.page.get_by_role("button", name="Play", exact=True).wait_for()
    rested = one.rest()
    one.page.get_by_label("Seed").focus()
    keys.press("ArrowRight")
    one.page.wait_for_timeout(500)
    assert one.week == rested, "a field keeps its keys"
    one.page.locator(".fw-clock").click()
    keys.press("f")
    one.page.wait_for_function("document.fullscreenElement !== null")
    one.page.locator(".fw-presenting canvas").wait_for()
    assert one.complaints == []
    one.page.close()


LETTERS = """() => {
  const by = (part) => part.getScreenCTM ? Math.hypot(part.getScreenCTM().a, part.getScreenCTM().b) : 1;
  const size = (part) => parseFloat(getComputedStyle(part).fontSize) * by(part);
  const parts = [...document.querySelectorAll('.fw-presenting *')].filter((part) =>
    [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && part.getClientRects().length
    && part.tagName !== 'title' && part.tagName !== 'STYLE' && part.tagName !== 'OPTION' && size(part) > 0);
  return Math.min(...parts.map(size));
}"""

# Pairs of texts beside the chart's canvas that cover each other, the wheel turned to an angle. Seven tenths of a line's
# height are letters.
COVERED = """(angle) => {
  const wheel = document.querySelector('.fw-presenting .fw-wheel').__vue__;
  wheel.fwAngle = angle;
  wheel.place();
  const parts = [...document.querySelectorAll('.fw-presenting *')].filter((part) => part.tagName !== 'title'
    && part.tagName !== 'STYLE' && part.tagName !== 'OPTION' && part.getClientRects().length
    && [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const boxes = parts.map((part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    const box = (part.getScreenCTM ? part : range).getBoundingClientRect();
    const top = box.top + 0.15 * box.height;
    return { said: part.textContent.trim(), left: box.left, right: box.right, top, bottom: top + 0.7 * box.height };
  });
  const pairs = boxes.flatMap((one, place) => boxes.slice(place + 1).map((other) => [one, other]));
  return pairs.filter(([one, other]) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1).map((pair) => pair.map((one) => one.said).join(' / '));
}"""


@pytest.mark.parametrize("size", SIZES)
def test_for_a_room_letters_have_28_pixels_and_the_keys_lead_back(browser: Browser, address: str, size: str):
    one = Visitor(browser, address, size=size).live()
    keys = one.page.keyboard
    one.press("Quarter")
    one.drawn(13)
    for leave in ("f", "Escape"):
        one.page.locator(".fw-clock").click()
        keys.press("Shift+F")
        one.page.locator(".fw-presenting canvas").wait_for()
        expect(one.page.locator(".fw-rail")).to_be_hidden()
        expect(one.page.locator(".fw-wheel")).to_have_count(1)
        expect(one.page.locator("canvas")).to_have_count(1)
        one.page.wait_for_timeout(300)
        assert one.page.evaluate(LETTERS) >= 28
        keys.press(leave)
        expect(one.page.locator(".fw-chart canvas")).to_have_count(5)
    one.press("Presenter mode")
    one.page.locator(".fw-presenting canvas").wait_for()
    keys.press("ArrowDown")
    expect(one.page.get_by_role("img", name="A rep's week, in hours")).to_be_visible()
    keys.press("Space")
    expect(one.page.locator(".fw-present-top b")).to_have_text(re.compile(r"Week (1[5-9]|[2-9]\d)"))
    one.shoot(f"presenter-{size}")
    one.press("Pause")
    one.press("Leave (f)")
    expect(one.page.locator(".fw-rail")).to_be_visible()
    assert one.complaints == []
    one.page.close()


# Whether the legend of the chart lies below the marks of its weeks.
LEGEND_BELOW = """() => {
  const chart = document.querySelector('.fw-presenting .fw-figure').__vue__.chart;
  const plot = chart.getModel().getComponent('grid').coordinateSystem.getRect();
  const legend = chart._componentsViews.find((view) => view.type.startsWith('legend')).group;
  return legend.y + legend.getBoundingRect().y >= plot.y + plot.height + 28;
}"""


@pytest.mark.parametrize("wheel", ["Sales wheel", "Leader's wheel", "Evil wheel"])
def test_for_a_room_every_letter_of_a_wheel_has_28_pixels_and_none_covers_another(
    browser: Browser, address: str, wheel: str
):
    one = Visitor(browser, address, size="1920x1080").live()
    one.page.get_by_role("tab", name=wheel).click()
    lever = one.page.get_by_role("slider", name="Product specialists")
    lever.focus()
    for _ in range(8):
        lever.press("ArrowRight")
    one.press("Year")
    one.drawn(52)
    one.press("Presenter mode")
    one.page.locator(".fw-presenting canvas").wait_for()
    for size in ("1366x768", "1920x1080"):
        one.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        one.page.wait_for_timeout(500)
        assert one.page.evaluate(LETTERS) >= 28
        covered = {angle: found for angle in range(0, 72, 4) if (found := one.page.evaluate(COVERED, angle))}
        assert covered == {}
        assert one.page.evaluate(FITS)
        one.shoot(f"presenter-{wheel.split(maxsplit=1)[0].lower()}-{size}".replace("'", ""))
    one.page.set_viewport_size({"width": 1366, "height": 768})
    one.page.keyboard.press("ArrowUp")
    expect(one.page.get_by_role("img", name="Pipeline")).to_be_visible()
    one.page.wait_for_timeout(500)
    assert one.page.evaluate(LEGEND_BELOW)
    assert one.complaints == []
    one.page.close()


def test_the_line_of_time_goes_back_when_its_handle_is_let_go(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    clock = one.page.locator(".fw-clock b")
    told = numbers(one)
    one.press("Year")
    expect(clock).to_have_text("Week 52")
    line = one.page.get_by_role("slider", name="Rewind to a week")
    place = line.bounding_box()
    assert place
    middle = place["y"] + place["height"] / 2
    one.page.mouse.move(place["x"] + place["width"] * 0.45, middle)
    one.page.mouse.down()
    for part in (0.4, 0.3, 0.25, 0.2):
        one.page.mouse.move(place["x"] + place["width"] * part, middle)
    expect(one.page.locator(".fw-bubble")).to_be_visible()
    assert one.week == 52, "nothing moves before the handle is let go"
    one.page.mouse.up()
    expect(clock).to_have_text(re.compile(r"^Week 1\d$"))
    rested = one.week
    line.focus()
    line.press("ArrowLeft")
    expect(clock).to_have_text(f"Week {rested - 1}")
    line.press("Home")
    expect(clock).to_have_text("Week 0")
    expect(one.page.locator(".fw-number-text")).to_have_text(told)
    assert one.complaints == []
    one.page.close()


@pytest.mark.alone
def test_two_visitors_are_alone_and_both_see_ten_weeks_a_second(browser: Browser, address: str):
    one, two = Visitor(browser, address).live(), Visitor(browser, address).live()
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
    one = Visitor(browser, address).live()
    seed = one.page.get_by_label("Seed")
    seed.fill("-3")
    seed.press("Enter")
    expect(one.page.get_by_role("alert")).to_contain_text(
        'seed = "-3" is not allowed; it must be a whole number from 0'
    )
    seed.fill("11")
    before = numbers(one)
    one.replaced(lambda: seed.press("Enter"))
    expect(one.page.locator(".fw-number-text").first).not_to_have_text(before[0])
    one.replaced(lambda: one.page.get_by_role("combobox", name="Scenario").select_option(index=3))
    one.press("Quarter")
    expect(one.page.locator(".fw-clock b")).to_have_text("Week 13")
    one.shoot("other-scenario")
    assert one.complaints == []
    one.page.close()


def test_a_scenario_is_found_by_a_word_with_the_keyboard_alone(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    page = one.page
    menu = page.get_by_role("combobox", name="Scenario")
    labels = menu.locator("optgroup").evaluate_all("all => all.map((one) => one.label)")
    assert labels[:2] == ["As usual", "The sales flywheel"]
    page.get_by_role("button", name="Find a scenario").focus()
    page.keyboard.press("Enter")
    found = page.get_by_role("dialog")
    expect(page.get_by_role("searchbox", name="Find a scenario")).to_be_focused()
    page.keyboard.type("f")
    page.wait_for_timeout(300)
    expect(page.locator(".fw-presenting")).to_have_count(0)
    page.keyboard.press("Escape")  # a search field is emptied first
    page.keyboard.press("Escape")
    expect(found).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.type("young treated")
    expect(found.locator(".fw-find-one")).to_have_count(1)
    expect(found).to_contain_text("from week 78 leaders dive into accounts and deals")
    one.replaced(lambda: page.keyboard.press("Enter"))
    expect(menu).to_have_value("young_evil_treated")
    page.get_by_role("button", name="Find a scenario").click()
    page.keyboard.type("nothing of that kind")
    expect(found).to_contain_text("No scenario has these words")
    assert one.complaints == []
    page.close()


def test_a_push_travels_stage_by_stage_in_the_order_of_this_run(browser: Browser, address: str):
    one = Visitor(browser, address).live()
    page = one.page
    one.press("Quarter")
    one.drawn(13)
    expect(page.locator(".fw-light, .fw-travel")).to_have_count(0)
    page.get_by_role("tab", name="Evil wheel").click()
    page.get_by_role("slider", name="Product specialists").press("End")
    one.press("Week")
    one.drawn(14)
    said = page.locator(".fw-travel")
    expect(said).to_contain_text(re.compile("is being measured|has come to"))
    page.wait_for_timeout(15_000)  # six seeds are run in the background
    one.press("Quarter")
    one.drawn(26)
    expect(said).to_contain_text("has come to overlays in week 15, coordination in week")
    lit = page.locator(".fw-wheel g:has(> .fw-light) title").all_text_contents()
    weeks = [int(week) for week in re.findall(r"(\d+)", said.inner_text())]
    assert weeks == sorted(weeks)
    assert len(lit) == len(weeks) - said.inner_text().count("gone again")
    assert all("differs from untouched beyond the noise" in text for text in lit)
    one.shoot("push-travels")
    one.press("Hide untouched")
    expect(page.locator(".fw-light, .fw-travel")).to_have_count(0)
    assert one.complaints == []
    page.close()
