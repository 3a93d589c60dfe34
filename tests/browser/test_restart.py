"""A server that is killed in the middle of a class and started again: everybody goes on where they were."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import free_port, start, stop
from tests.browser.test_class import Pupil, Trainer
from tests.browser.visitor import OPENING, PLAYING

pytestmark = pytest.mark.browser


def test_a_class_goes_on_after_its_server_was_killed(browser: Browser, tmp_path: Path):
    port = free_port()
    address, server = f"http://localhost:{port}", start(tmp_path, port)
    try:
        trainer = Trainer(browser, address)
        code = trainer.lead()
        ada = Pupil(browser, address, code).join("Ada <b>L.</b>")
        before = play_into_the_second_quarter(trainer, ada)
        server.kill()
        server.wait(10)
        server = start(tmp_path, port)
        assert f"Classes are kept in {tmp_path / 'classes'}." in (tmp_path / "said.txt").read_text()
        goes_on(trainer, ada, code, before)
        is_deleted(trainer, ada, code)
    finally:
        stop(server)


def play_into_the_second_quarter(trainer: Trainer, pupil: Pupil) -> str:
    """Play a quarter and decide for the next; return what the first has brought."""
    trainer.press("Open quarter 1")
    pupil.move("Training", 8)
    pupil.decide()
    trainer.press("Close the quarter")
    expect(pupil.page.locator(".fw-results h2")).to_have_text("Quarter 1", timeout=PLAYING)
    trainer.press("Open quarter 2")
    pupil.move("WIP limit", -4)
    pupil.decide()
    return pupil.page.locator(".fw-results .fw-standings").inner_text()


def goes_on(trainer: Trainer, pupil: Pupil, code: str, before: str) -> None:
    """Both have after a reload what they had, and the quarter is played."""
    pupil.page.reload()
    trainer.page.reload()
    trainer.open("Class")
    expect(pupil.page.locator("h1")).to_have_text("Ada <b>L.</b>", timeout=OPENING)
    assert pupil.page.locator(".fw-results .fw-standings").inner_text() == before
    expect(pupil.page.get_by_role("button", name="Decided", exact=True)).to_be_visible(timeout=PLAYING)
    expect(trainer.page.locator(".fw-code")).to_have_text(code, timeout=OPENING)
    expect(trainer.page.locator(".fw-seat.fw-done")).to_have_count(1)
    trainer.press("Close the quarter")
    expect(pupil.page.locator(".fw-results h2")).to_have_text("Quarter 2", timeout=PLAYING)
    trainer.press("Delete the class")
    trainer.shoot("class-after-restart")


def is_deleted(trainer: Trainer, pupil: Pupil, code: str) -> None:
    """Nobody has a class that its trainer has deleted."""
    trainer.press("Delete it for good")
    for one in (pupil, trainer):
        expect(one.page.get_by_text("This class was deleted by its trainer.")).to_be_visible(timeout=PLAYING)
    pupil.page.reload()
    expect(pupil.page.get_by_text(f"There is no class {code} here")).to_be_visible(timeout=OPENING)
