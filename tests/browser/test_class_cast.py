"""A class with characters in browsers: chosen in the form, read by all, never waited for, on wall and podium."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import TRAINER_CODE
from tests.browser.test_class import Pupil, Trainer
from tests.browser.visitor import OPENING, PLAYING, SHOTS

pytestmark = pytest.mark.browser

CAST = ("The evil manager", "The lean one", "The star's coach")
WIDTHS = (390, 1024, 1366, 1920)


def shoot(page: Page, name: str) -> None:
    """Pictures in all widths; nothing is wider than the screen."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)
        page.screenshot(path=SHOTS / f"cast-{name}-{width}.png", full_page=True)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{name} at {width}"


def lead_with_all(trainer: Trainer, quarters: int = 2) -> str:
    """Open a class in which every character plays along, in a slump nobody is told of; return its code."""
    page = trainer.page
    page.get_by_role("button", name="Class", exact=True).click(timeout=OPENING)
    page.get_by_label("Trainer code").fill(TRAINER_CODE)
    page.get_by_label("Quarters [1 to 16]").fill(str(quarters))
    page.get_by_label("Quarters [1 to 16]").press("Enter")
    page.get_by_label("Hidden demand of the market").select_option("75")
    for name in CAST:
        page.get_by_role("checkbox", name=name).check(force=True)
    shoot(page, "form")
    page.get_by_role("button", name="Open the class").click(timeout=OPENING)
    page.locator(".fw-code").wait_for(timeout=OPENING)
    return page.locator(".fw-code").inner_text()


def listened_to(pupil: Pupil) -> list[str]:
    """Everything that comes over the websocket of a page from now on."""
    frames: list[str] = []
    pupil.page.on("websocket", lambda line: line.on("framereceived", lambda data: frames.append(str(data))))
    pupil.page.reload()
    return frames


def nothing_is_told(trainer: Trainer, pupil: Pupil, frames: list[str]) -> None:
    """Neither address nor page nor what came over the websocket tells a seat of the demand; the trainer may ask."""
    said = f"{pupil.page.url} {pupil.page.content()} {' '.join(frames)}".lower()
    assert len(frames) > 10
    assert not [word for word in ("slump", "hidden until", "market.demand", "75 %", "of usual") if word in said]
    card = trainer.page.locator(".fw-card", has_text="Hidden demand")
    assert "slump" not in card.inner_text()
    trainer.press("Show it to me")
    expect(card).to_contain_text("75 % (a slump) from quarter 1 on")
    trainer.shoot("cast-demand")
    trainer.press("Hide it")


def play_a_quarter(trainer: Trainer, pupil: Pupil, frames: list[str], quarter: int) -> None:
    """Characters have decided at once; who decides by hand is the only one that is waited for."""
    trainer.press(f"Open quarter {quarter}")
    expect(pupil.page.locator(".fw-timed")).to_contain_text("Decided 0 of 1", timeout=3 * PLAYING)
    expect(trainer.page.locator(".fw-seat.fw-done")).to_have_count(3, timeout=PLAYING)
    pupil.move("Training", 2)
    pupil.decide()
    trainer.press("Close the quarter")
    expect(pupil.page.locator(".fw-results h2")).to_have_text(f"Quarter {quarter}", timeout=PLAYING)
    nothing_is_told(trainer, pupil, frames)
    trainer.press("Reveal the leaderboard")
    expect(pupil.page.locator(".fw-board tbody tr")).to_have_count(4, timeout=PLAYING)


def test_a_class_with_characters_and_a_hidden_demand_plays_two_rounds(browser: Browser, address: str):
    trainer = Trainer(browser, address)
    code = lead_with_all(trainer)
    ada = Pupil(browser, address, code)
    frames = listened_to(ada)
    expect(ada.page.locator(".fw-join")).to_contain_text("Playing along by a rule", timeout=OPENING)
    ada.join("Ada")
    expect(ada.page.locator(".fw-class-body")).to_contain_text("Answers every missed target")
    wall = browser.new_page(viewport={"width": 1920, "height": 1080})
    wall.goto(f"{address}?class={code}&wall=1")
    expect(wall.locator(".fw-wall-join")).to_contain_text("The lean one", timeout=OPENING)
    play_a_quarter(trainer, ada, frames, 1)
    expect(wall.locator(".fw-wall-chart canvas")).to_be_visible(timeout=PLAYING)
    shoot(wall, "wall-lines")
    shoot(trainer.page, "trainer")
    play_a_quarter(trainer, ada, frames, 2)
    expect(ada.page.locator(".fw-board")).to_contain_text("75 % (a slump) from quarter 1 on", timeout=PLAYING)
    assert ada.page.locator(".fw-board tbody tr", has_text="(character)").count() == 3
    expect(ada.page.locator(".fw-board .fw-own")).to_contain_text("1")
    expect(wall.locator(".fw-along > div")).to_have_count(3, timeout=PLAYING)
    for scheme in ("light", "dark"):
        for page, name in ((ada.page, "seat"), (wall, "wall")):
            switch = page.get_by_role("button", name=scheme.capitalize(), exact=True)
            if switch.count():
                switch.click()
            shoot(page, f"{name}-{scheme}")
    assert ada.complaints + trainer.complaints == []
    ada.context.close()
    wall.close()
    trainer.page.close()
