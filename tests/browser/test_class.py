"""A class in browsers, network off: invited, joined, decided, revealed, reloaded, apart; and many visitors at once."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sim.ui.classroom.terms import MOST_MEMBERS
from tests.browser.conftest import TRAINER_CODE, serving
from tests.browser.crowd import SECONDS, SLOWEST, VISITORS, Crowd
from tests.browser.visitor import OPENING, PLAYING, SCHEMES, SHOTS, SIZES, Visitor
from tests.browser.wire import Wire

pytestmark = pytest.mark.browser

BROWSERS, ROUNDS = 2, 3
WATCHING = """() => {
    const button = [...document.querySelectorAll("button")].find((one) => one.innerText === "Reveal the leaderboard");
    window.switchedOff = 0;
    new MutationObserver(() => { window.switchedOff += button.disabled; }).observe(button, { attributes: true });
}"""  # counts how often the button is switched off
DEBRIEFED = 300_000  # ms: the yardstick of a class and its debrief are made within this


class Pupil:
    """Somebody who takes part, in a browser of one's own."""

    def __init__(
        self, browser: Browser, address: str, code: str, size: str = "1366x768", scheme: str = "light"
    ) -> None:
        width, height = map(int, size.split("x"))
        view = {"width": width, "height": height}
        self.context: BrowserContext = browser.new_context(viewport=view, color_scheme=scheme)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.on("response", lambda one: self.complaints.append(one.url) if one.status >= 400 else None)
        self.page.goto(f"{address}?class={code}")

    def join(self, name: str, team: str = "") -> "Pupil":
        if team:
            self.page.get_by_label("Name of the new team").fill(team, timeout=OPENING)
        self.page.get_by_label("Your name").fill(name, timeout=OPENING)
        self.page.get_by_role("button", name="Join").click()
        self.page.locator(".fw-results").wait_for(timeout=PLAYING)
        return self

    def move(self, label: str, steps: int) -> None:
        slider = self.page.get_by_role("slider", name=label, exact=True)
        slider.focus()
        for _ in range(abs(steps)):
            slider.press("ArrowRight" if steps > 0 else "ArrowLeft")

    def decide(self) -> None:
        self.page.get_by_role("button", name="Decide", exact=True).click()
        self.page.get_by_role("button", name="Decided", exact=True).wait_for(timeout=PLAYING)

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(600)
        self.page.screenshot(path=SHOTS / f"{name}.png")

    @property
    def scrolls(self) -> bool:
        return self.page.evaluate("document.documentElement.scrollWidth > innerWidth")


class Trainer(Visitor):
    """Who leads the class."""

    def lead(self, team: int = 1) -> str:
        """Open a class of the baseline with so many on a seat; return its code."""
        self.page.get_by_role("button", name="Class", exact=True).click(timeout=OPENING)
        self.page.get_by_label("People on a seat").fill(str(team), timeout=OPENING)
        self.page.get_by_label("Trainer code").fill(TRAINER_CODE)
        self.page.get_by_role("button", name="Open the class").click(timeout=OPENING)
        code = self.page.locator(".fw-code")
        code.wait_for(timeout=OPENING)
        return code.inner_text()

    def press(self, name: str) -> None:
        button = self.page.get_by_role("button", name=name, exact=True)
        expect(button).to_be_enabled(timeout=PLAYING)
        button.click()


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Trainer]:
    trainer = Trainer(browser, address)
    yield trainer
    trainer.page.close()


def test_a_class_in_three_browsers(browser: Browser, address: str, opened: Trainer):
    trainer, code = opened, opened.lead()
    ada = Pupil(browser, address, code.lower()).join("Ada")
    bob = Pupil(browser, address, code, "1920x1080", "dark").join("<img src=x onerror=x()>")
    trainer.page.locator(".fw-seat").nth(1).wait_for(timeout=PLAYING)
    assert trainer.page.locator(".fw-seats img").count() == 0
    open_with_a_clock(trainer, ada, bob)
    expect(trainer.page.locator(".fw-seat.fw-done")).to_have_count(1)
    for_the_eye(bob, "class-decide")
    trainer.press("Close the quarter")
    for pupil in (ada, bob):
        expect(pupil.page.locator(".fw-results h2")).to_have_text("Quarter 1", timeout=PLAYING)
        assert pupil.page.locator(".fw-board").count() == 0
    assert (
        ada.page.locator(".fw-results .fw-standings").inner_text()
        != bob.page.locator(".fw-results .fw-standings").inner_text()
    )
    trainer.press("Reveal the leaderboard")
    for pupil in (ada, bob):
        expect(pupil.page.locator(".fw-board tbody tr")).to_have_count(2, timeout=PLAYING)
        assert pupil.page.locator(".fw-own").count() == 1
        assert not pupil.scrolls
    for_the_eye(bob, "class-board")
    reload_keeps_both(ada, trainer, code)
    trainer.press("End the class")
    expect(ada.page.locator(".fw-class-now")).to_contain_text("The class is over", timeout=PLAYING)
    files_of_the_debrief(trainer, bob)
    assert ada.complaints + bob.complaints + trainer.complaints == []
    ada.context.close()
    bob.context.close()
    trainer.press("Open another class")


def open_with_a_clock(trainer: Trainer, ada: Pupil, bob: Pupil) -> None:
    """Everybody sees time left and how many have decided; what one moves, moves nothing of the other's."""
    trainer.page.get_by_label("Time for a quarter").select_option("30")
    trainer.press("Open quarter 1")
    expect(bob.page.locator(".fw-countdown")).to_have_text(re.compile(r"29:\d\d"), timeout=PLAYING)
    decide_within_the_budget(ada)
    expect(bob.page.locator(".fw-timed")).to_contain_text("Decided 1 of 2", timeout=PLAYING)
    expect(bob.page.get_by_role("slider", name="Training")).to_have_attribute("aria-valuetext", "6 h / rep / quarter")
    places = bob.page.locator(".fw-class-body > *").evaluate_all("all => all.map((one) => one.clientHeight)")
    assert min(places) > 0, "an empty place in the grid moves all others"


def decide_within_the_budget(pupil: Pupil) -> None:
    pupil.page.locator(".fw-decide").wait_for(timeout=PLAYING)
    pupil.move("Hire reps", 3)
    expect(pupil.page.locator(".fw-purse")).to_contain_text("over the budget")
    expect(pupil.page.get_by_role("button", name="Decide", exact=True)).to_be_disabled()
    pupil.shoot("class-over-budget")
    pupil.move("Hire reps", -3)
    pupil.move("Training", 8)
    pupil.move("WIP limit", -4)
    value = pupil.page.locator(".fw-decision").filter(has_text="Training").locator(".fw-lever-value")
    expect(value).to_contain_text("14 h")
    pupil.decide()


def files_of_the_debrief(trainer: Trainer, pupil: Pupil) -> None:
    """The debrief is made by itself, and leaves as report and slides; names in it stay text."""
    expect(trainer.page.get_by_text("Every decision was played again")).to_be_visible(timeout=DEBRIEFED)
    for page, name, begins in (
        (trainer.page, "Slides (PowerPoint)", b"PK"),
        (trainer.page, "Report (HTML)", b"<!doctype html>"),
        (pupil.page, "Report (HTML)", b"<!doctype html>"),
    ):
        with page.expect_download(timeout=OPENING) as started:  # what draws is loaded with the first one
            page.get_by_role("button", name=name).first.click()
        content = Path(started.value.path()).read_bytes()
        assert content.startswith(begins)
        assert b"<img src=x" not in content
    trainer.shoot("class-debrief")


def reload_keeps_both(pupil: Pupil, trainer: Trainer, code: str) -> None:
    """A seat and the trainer's class are found again after a reload."""
    pupil.page.reload()
    expect(pupil.page.locator("h1")).to_have_text("Ada", timeout=PLAYING)
    expect(pupil.page.locator(".fw-results")).to_contain_text("Training 14")
    pupil.page.get_by_role("button", name="Watch the wheel turn").click()
    pupil.page.locator(".fw-wheel").wait_for(timeout=PLAYING)
    pupil.shoot("class-watch")
    trainer.page.reload()
    trainer.page.get_by_role("button", name="Class", exact=True).click(timeout=OPENING)
    expect(trainer.page.locator(".fw-code")).to_have_text(code, timeout=OPENING)
    for size, scheme in (("1366x768", "light"), ("1920x1080", "dark")):
        width, height = SIZES[size]
        trainer.page.set_viewport_size({"width": width, "height": height})
        if scheme == "dark":
            trainer.press("Dark")
        trainer.shoot(f"class-trainer-{size}-{scheme}")


def for_the_eye(pupil: Pupil, name: str) -> None:
    """Pictures in two sizes, light and dark."""
    for scheme in SCHEMES:
        switch = pupil.page.get_by_role("button", name=scheme.capitalize(), exact=True)
        if switch.count():
            switch.click()
        for size, (width, height) in SIZES.items():
            pupil.page.set_viewport_size({"width": width, "height": height})
            pupil.shoot(f"{name}-{size}-{scheme}")


def test_a_wrong_code_gets_one_sentence(browser: Browser, address: str):
    pupil = Pupil(browser, address, "N0SUCH%3Cscript%3E")
    told = "There is no class N0SUCHSCRIPT here (any more); ask the trainer for the code."
    expect(pupil.page.get_by_text(told)).to_be_visible(timeout=OPENING)
    assert pupil.complaints == []
    pupil.context.close()


def test_a_class_is_joined_by_the_code_from_the_page_and_by_the_link_of_the_qr_code(browser: Browser, tmp_path: Path):
    with serving(tmp_path, "--allow-host", "class.example") as own:
        trainer = Trainer(browser, own)
        code = trainer.lead()
        expect(trainer.page.locator(".fw-invite")).to_contain_text("listens on this machine alone", timeout=PLAYING)
        assert trainer.page.locator(".fw-qr").count() == 0
        outside = Trainer(browser, own.replace("localhost", "class.example"))
        link = f"{own.replace('localhost', 'class.example')}/?class={outside.lead()}"
        outside.page.locator(".fw-qr svg").wait_for(timeout=PLAYING)
        expect(outside.page.locator(".fw-address")).to_have_attribute("href", link)
        phone = browser.new_page(viewport={"width": 390, "height": 844})
        phone.goto(own)
        phone.get_by_role("button", name="Join a class").click(timeout=OPENING)
        for typed in ("nosuch", code.lower()):
            phone.get_by_label("Code of the class").fill(typed)
            phone.get_by_role("button", name="Go to the class").click()
            if typed == "nosuch":
                phone.get_by_text("There is no class NOSUCH").wait_for(timeout=PLAYING)
        phone.get_by_label("Your name").fill("Ada", timeout=PLAYING)
        phone.get_by_role("button", name="Join").click()
        expect(trainer.page.locator(".fw-seat")).to_contain_text("Ada", timeout=PLAYING)
        for page in (phone, outside.page, trainer.page):
            page.close()


def test_a_button_is_not_switched_off_while_another_press_is_carried_out(browser: Browser, tmp_path: Path):
    with serving(tmp_path) as own:
        trainer = Trainer(browser, own)
        pupil = Pupil(browser, own, trainer.lead()).join("Ada")
        for name in ("Open quarter 1", "Ask everybody", "Close the quarter"):
            trainer.press(name)
        expect(trainer.page.get_by_role("button", name="Reveal the leaderboard", exact=True)).to_be_enabled()
        trainer.page.evaluate(WATCHING)
        trainer.press("Reveal what came true")
        trainer.page.get_by_role("button", name="Ask everybody").wait_for(timeout=PLAYING)
        assert trainer.page.evaluate("window.switchedOff") == 0
        trainer.press("Reveal the leaderboard")
        pupil.page.locator(".fw-board").wait_for(timeout=PLAYING)
        pupil.context.close()
        trainer.page.close()


@pytest.mark.alone
@pytest.mark.parametrize("team", [1, MOST_MEMBERS], ids=["alone", "teams"])
def test_many_visitors_are_answered_in_time(browser: Browser, tmp_path: Path, team: int):
    teamed = team > 1
    kind = f"teams of up to {team}, a prediction each quarter" if teamed else "everybody alone"
    names = [f"Team {at // team + 1}" if teamed else "" for at in range(VISITORS)]
    with serving(tmp_path) as own:
        trainer = Trainer(browser, own)
        code = trainer.lead(team)
        pupils = [Pupil(browser, own, code).join(f"Browser {at}", names[at]) for at in range(BROWSERS)]
        wires = [Wire(own, code, f"Visitor {at}", at, names[at]) for at in range(BROWSERS, VISITORS)]
        with Crowd(own, wires, "class-teams.txt" if teamed else "class.txt", kind) as crowd:
            crowd.joined(within=2 * PLAYING / 1000)
            expect(trainer.page.locator(".fw-seat")).to_have_count(-(-VISITORS // team), timeout=PLAYING)
            lead_quarters(crowd, trainer, pupils, predicting=teamed)
            trainer.shoot(f"class-many-{team}")
        assert crowd.failed == []
        assert {"join", "move", "decide", *(["propose", "predict"] if teamed else [])} <= crowd.answers.keys()
        answers = [seconds for waits in crowd.answers.values() for seconds in waits]
        assert len(answers) > 2 * VISITORS
        assert np.percentile(answers, 95) < SLOWEST
        assert all(pupil.complaints == [] for pupil in pupils)
        for pupil in pupils:
            pupil.context.close()
        trainer.page.close()


def lead_quarters(crowd: Crowd, trainer: Trainer, pupils: list[Pupil], *, predicting: bool) -> None:
    """Open, close and reveal three quarters, or more in the time there is, with a prediction in each if so wished."""
    end, quarter = time.monotonic() + SECONDS, 0
    while quarter < ROUNDS or (time.monotonic() < end and quarter < 8):
        quarter += 1
        crowd.press(trainer.page, "open a quarter", f"Open quarter {quarter}")
        for pupil in pupils:
            pupil.page.locator(".fw-decide").wait_for(timeout=PLAYING)
            pupil.move("Coaching", 1)
        trainer.page.wait_for_timeout(1000 * min(10.0, SECONDS / 2))
        if predicting:
            crowd.press(trainer.page, "ask", "Ask everybody")
            for pupil in pupils:
                pupil.page.locator(".fw-option").first.click(timeout=PLAYING)
            expect(trainer.page.locator(".fw-histogram")).to_contain_text(
                f"Answered: {VISITORS} of {VISITORS}.", timeout=PLAYING
            )
        crowd.press(trainer.page, "close a quarter", "Close the quarter")
        if predicting:
            crowd.press(trainer.page, "reveal what came true", "Reveal what came true")
        crowd.press(trainer.page, "reveal the leaderboard", "Reveal the leaderboard")
        pupils[0].page.locator(".fw-board").wait_for(timeout=PLAYING)
