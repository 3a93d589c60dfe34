"""Lessons in a browser: one is played through with the keys of a presenter, and a broken file says what is wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import serving
from tests.browser.test_accessibility import grave
from tests.browser.test_phone import WIDE
from tests.browser.visitor import OPENING, PLAYING, SCHEMES, SIZES, Visitor

pytestmark = pytest.mark.browser

LESSON = """title = "Short"
summary = "A quarter, and a push."
minutes = 3
scenario = "baseline"
seed = 1
[set]
structure.n_reps = 12
[[chapters]]
title = "Usual"
caption = "Nothing is changed."
show = ["wheel", "stages"]
[[chapters]]
title = "Pushed"
caption = "More training in B."
show = ["wheel", "capability", "bookings"]
quarters = 1
acts = [
  { branch = "B", fork = "A", label = "More training" },
  { branch = "B", parameter = "training.hours_per_quarter", value = 40.0, label = "40 h of training" },
]
prediction.question = "Does capability rise?"
prediction.answer = "gain"
prediction.options = [{ text = "No", below = 0.0 }, { text = "Yes" }]
measured.gain = { measure = "capability", over = "last", branch = "B", against = "A" }
reveal = "Capability {gain}."
[[chapters]]
title = "By how much?"
caption = "On it goes."
show = ["week", "trust", "win_rate"]
quarters = 1
prediction.question = "By how much, in percent?"
prediction.answer = "more"
prediction.low = -50.0
prediction.high = 50.0
measured.more = { measure = "capability", over = "last", branch = "B", against = "A" }
reveal = "By {more:size}."
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with lessons of its own: a short one and a broken one."""
    folder = tmp_path_factory.mktemp("lessons")
    (folder / "short.toml").write_text(LESSON)
    (folder / "worse.toml").write_text(LESSON.replace("minutes = 3", "minutes = 3\nhours = 1"))
    with serving(tmp_path_factory.mktemp("server"), "--lessons", str(folder)) as url:
        yield url


def listed(one: Visitor) -> Visitor:
    one.page.locator(".fw-wheel").wait_for(timeout=OPENING)
    one.open("Lessons")
    one.page.locator(".fw-cards").first.wait_for(timeout=PLAYING)
    return one


def start(one: Visitor, title: str) -> None:
    one.page.get_by_role("button", name=f"Open {title}", exact=True).click()
    one.page.locator(".fw-slide").wait_for(timeout=PLAYING)


def step(one: Visitor, word: str) -> None:
    """Wait until the space bar would do this, and press it."""
    expect(one.page.locator(".fw-step")).to_contain_text(word, timeout=PLAYING)
    one.page.keyboard.press("Space")


def titled(one: Visitor, title: str) -> None:
    expect(one.page.locator(".fw-said-side h1")).to_have_text(title, timeout=PLAYING)


def test_a_broken_lesson_is_told_and_another_played_through_with_keys(browser: Browser, own: str):
    one = listed(Visitor(browser, own, "1920x1080"))
    expect(one.page.get_by_role("alert").filter(has_text="worse.toml")).to_contain_text(
        'worse.toml, line 4, hours: "hours" is no key of a lesson'
    )
    one.shoot("lessons-1920x1080-light")
    start(one, "Short")
    step(one, "Next")
    titled(one, "Pushed")
    one.page.keyboard.press("2")
    expect(one.page.locator(".fw-mine")).to_contain_text("Yes")
    step(one, "Play")
    step(one, "Reveal")
    expect(one.page.locator(".fw-option.fw-true")).to_contain_text("Yes")
    expect(one.page.locator(".fw-told-text")).to_contain_text("Capability +")
    one.shoot("lesson-played-1920x1080-light")
    told = one.page.locator(".fw-told-text").inner_text()
    one.page.keyboard.press("ArrowRight")
    titled(one, "By how much?")
    one.page.locator(".fw-number-form input").fill("10")
    one.page.keyboard.press("Enter")
    step(one, "Play")
    step(one, "Reveal")
    expect(one.page.locator(".fw-both")).to_contain_text("10 %")
    one.page.keyboard.press("ArrowLeft")
    expect(one.page.locator(".fw-clock b")).to_have_text("Week 0")
    step(one, "Play")
    step(one, "Reveal")
    expect(one.page.locator(".fw-told-text")).to_have_text(told)
    one.page.keyboard.press("Escape")
    expect(one.page.locator(".fw-cards").first).to_be_visible(timeout=PLAYING)
    assert one.complaints == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_shipped_lesson_fits_the_screen(browser: Browser, own: str, scheme: str):
    one = listed(Visitor(browser, own, scheme=scheme))
    start(one, "The evil flywheel and its treatment")
    for title in ("Leading by dashboard", "What management hears", "Leaders go and see"):
        one.page.keyboard.press("ArrowRight")
        titled(one, title)
    one.page.locator(".fw-lesson-figure canvas").first.wait_for()
    for size, (width, height) in SIZES.items():
        one.page.set_viewport_size({"width": width, "height": height})
        one.shoot(f"lesson-{size}-{scheme}")
        assert one.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert one.page.evaluate("(e => e.scrollHeight <= e.clientHeight)(document.querySelector('.fw-said-side'))")
    assert one.complaints == []
    one.page.close()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_lesson_ends_with_a_score_and_a_handout(browser: Browser, own: str, scheme: str):
    one = listed(Visitor(browser, own, scheme=scheme))
    start(one, "Short")
    one.page.keyboard.press("ArrowRight")
    titled(one, "Pushed")
    one.page.keyboard.press("2")
    expect(one.page.locator(".fw-mine")).to_contain_text("Yes")
    one.page.keyboard.press("ArrowRight")
    titled(one, "By how much?")
    step(one, "Play")
    step(one, "Reveal")
    step(one, "Finish")
    expect(one.page.locator(".fw-score")).to_have_text("1 of 1 prediction came true; 2 questions asked.")
    expect(one.page.locator(".fw-closing")).to_contain_text("as predicted")
    assert grave(one.page) == []
    with one.page.expect_download() as found:
        one.press("Handout to print")
    assert "For the trainer" in found.value.path().read_text()
    one.page.set_viewport_size({"width": 390, "height": 844})
    one.shoot(f"lesson-end-390-{scheme}")
    assert one.page.evaluate(WIDE) == []
    step(one, "Leave")
    expect(one.page.locator(".fw-cards").first).to_be_visible(timeout=PLAYING)
    assert one.complaints == []
    one.page.close()
