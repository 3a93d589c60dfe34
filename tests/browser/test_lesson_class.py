"""A lesson for a class in browsers, network off: the trainer's screen and two phones, from the code to the score."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, expect

from sim.ui.lessons.shelf import lesson_named
from tests.browser.conftest import TRAINER_CODE, free_port, serving, start, stop
from tests.browser.crowd import SLOWEST, VISITORS, Crowd
from tests.browser.test_accessibility import grave
from tests.browser.test_class import Pupil, Trainer
from tests.browser.visitor import OPENING, PLAYING, SIZES
from tests.browser.wire import Wire

pytestmark = pytest.mark.browser

LESSON, PLACE = "4_evil_flywheel", 3
"""The lesson that is played, and where it stands among the shipped ones."""


class Phone(Pupil):
    """Somebody who predicts."""

    def come(self, name: str) -> "Phone":
        self.page.get_by_label("Your name").fill(name, timeout=OPENING)
        self.page.get_by_role("button", name="Join").click()
        self.page.locator(".fw-class-head").wait_for(timeout=PLAYING)
        return self

    def predict(self, option: int) -> None:
        """Choose an option, or type the least that may be where a number is asked for."""
        self.page.locator(".fw-ask").wait_for(timeout=PLAYING)
        number = self.page.locator(".fw-number-form input")
        if number.count():
            number.fill(number.get_attribute("min") or "")
            self.page.locator(".fw-send").click(timeout=PLAYING)
            self.page.locator(".fw-number-form .fw-tag").wait_for(timeout=PLAYING)
            return
        self.page.locator(".fw-option").nth(option).click(timeout=PLAYING)
        self.page.locator(".fw-option.fw-mine").wait_for(timeout=PLAYING)


def test_two_phones_predict_a_lesson_and_go_on_after_a_reload_and_a_restart(browser: Browser, tmp_path: Path):
    port = free_port()
    address, server = f"http://localhost:{port}", start(tmp_path, port)
    try:
        trainer = Trainer(browser, address, query="/?view=lessons")
        code = gathered(trainer)
        ada = Phone(browser, address, code, "390x844").come("Ada")
        bob = Phone(browser, address, code.lower(), "390x844", "dark").come("<b>Bob</b>")
        expect(trainer.page.locator(".fw-seat")).to_have_count(2, timeout=PLAYING)
        both_looks(trainer, "lesson-class-lobby")
        trainer.press("To the lesson")
        trainer.page.locator(".fw-dots button").nth(1).click()
        predicted(trainer, ada, bob)
        server.kill()
        server.wait(10)
        server = start(tmp_path, port)
        for one in (trainer, ada, bob):
            one.page.reload()
        expect(ada.page.locator(".fw-option.fw-mine")).to_have_count(1, timeout=OPENING)
        expect(trainer.page.locator(".fw-histogram")).to_contain_text("Answered: 2 of 2.", timeout=OPENING)
        for one in (trainer, ada, bob):
            one.complaints.clear()  # of the server that was not there
        told(trainer, ada, bob)
        ended(trainer, ada, bob)
    finally:
        stop(server)


@pytest.mark.alone
def test_many_phones_that_predict_every_chapter_are_answered_in_time(browser: Browser, tmp_path: Path):
    with serving(tmp_path) as own:
        trainer = Trainer(browser, own, query="/?view=lessons")
        code = gathered(trainer)
        phones = [Phone(browser, own, code, "390x844").come(f"Browser {at}") for at in range(2)]
        wires = [Wire(own, code, f"Visitor {at}", at) for at in range(len(phones), VISITORS)]
        with Crowd(own, wires, "class-lesson.txt", "a lesson, a prediction in each chapter that asks for one") as crowd:
            crowd.joined(within=2 * PLAYING / 1000)
            trainer.press("To the lesson")
            trainer.page.get_by_label("Pace").select_option("fast")
            asked = played_through(crowd, trainer, phones)
        assert crowd.failed == []
        assert len(crowd.answers["predict"]) == asked * len(wires)
        assert np.percentile(crowd.answers["predict"], 95) < SLOWEST
        assert trainer.complaints + [text for one in phones for text in one.complaints] == []
        for one in phones:
            one.context.close()
        trainer.page.close()


def played_through(crowd: Crowd, trainer: Trainer, phones: list[Phone]) -> int:
    """Play every chapter, with predictions of all and what came true; return how many questions there were."""
    step, answers = trainer.page.locator(".fw-step"), trainer.page.locator(".fw-histogram")
    questions = [chapter.prediction and chapter.prediction.question for chapter in lesson_named(LESSON).spec.chapters]
    for number, question in enumerate(questions, start=1):
        expect(trainer.page.locator(".fw-kicker")).to_contain_text(f"{number} of {len(questions)}", timeout=PLAYING)
        if question:
            expect(answers).to_contain_text(question, timeout=PLAYING)
            for phone in phones:
                expect(phone.page.locator(".fw-ask h3")).to_have_text([question], timeout=PLAYING)
                phone.predict(number % 2)
            expect(answers).to_contain_text(f"Answered: {VISITORS} of {VISITORS}.", timeout=PLAYING)
        for word, what in (("Play", "close predictions"), ("Reveal", "reveal what came true"), ("Next", "ask")):
            expect(step).to_contain_text(re.compile("Play|Reveal|Next|Finish"), timeout=4 * PLAYING)
            if word in step.inner_text():
                crowd.turn(what, step.click)
                expect(step).not_to_contain_text(word, timeout=4 * PLAYING)
    return sum(map(bool, questions))


def gathered(trainer: Trainer) -> str:
    """Open the lesson for a class; return its code."""
    card = trainer.page.locator(".fw-lesson-card").nth(PLACE)
    card.get_by_role("button", name="with a class").click(timeout=OPENING)
    trainer.page.get_by_label("Trainer code").fill("wrong-code", timeout=OPENING)
    trainer.press("Open for a class")
    expect(trainer.page.get_by_text("This is not the trainer's code")).to_be_visible(timeout=PLAYING)
    trainer.page.get_by_label("Trainer code").fill(TRAINER_CODE)
    trainer.press("Open for a class")
    code = trainer.page.locator(".fw-code")
    code.wait_for(timeout=PLAYING)
    assert grave(trainer.page) == []
    return code.inner_text()


def predicted(trainer: Trainer, ada: Phone, bob: Phone) -> None:
    """Two predictions come in, and the screen shows both."""
    ada.predict(0)
    expect(trainer.page.locator(".fw-histogram")).to_contain_text("Answered: 1 of 2.", timeout=PLAYING)
    bob.predict(1)
    expect(trainer.page.locator(".fw-histogram")).to_contain_text("Answered: 2 of 2.", timeout=PLAYING)
    assert trainer.page.locator(".fw-histogram-row > b").all_inner_texts()[:2] == ["1", "1"]
    assert ada.page.locator(".fw-histogram").count() == 0
    both_looks(trainer, "lesson-class-asked")
    for one in (ada, bob):
        assert not one.scrolls
        one.shoot(f"lesson-class-phone-{'light' if one is ada else 'dark'}")
        assert grave(one.page) == []


def told(trainer: Trainer, ada: Phone, bob: Phone) -> None:
    """The chapter is played, phones cannot predict any more, and what came true is told to all."""
    trainer.page.get_by_label("Pace").select_option("fast")
    trainer.page.locator(".fw-step").click()
    expect(ada.page.get_by_text("Predictions are closed", exact=True)).to_be_visible(timeout=PLAYING)
    expect(ada.page.locator(".fw-option").first).to_be_disabled()
    expect(trainer.page.locator(".fw-step")).to_contain_text("Reveal", timeout=4 * PLAYING)
    trainer.page.locator(".fw-step").click()
    for one in (trainer, ada, bob):
        expect(one.page.locator(".fw-histogram-true")).to_have_count(1, timeout=PLAYING)
    for one in (ada, bob):
        expect(one.page.locator(".fw-lesson-own").first).to_contain_text("of 1 prediction came true")
        one.shoot(f"lesson-class-told-{'light' if one is ada else 'dark'}")
        assert not one.scrolls
    both_looks(trainer, "lesson-class-told")


def ended(trainer: Trainer, ada: Phone, bob: Phone) -> None:
    """The score of the room is on the screen, and predictions leave without names."""
    trainer.page.locator(".fw-dots button").last.click()
    step = trainer.page.locator(".fw-step")
    expect(step).to_contain_text("Finish", timeout=4 * PLAYING)
    step.click()
    expect(trainer.page.locator(".fw-score")).to_contain_text("predictions came true", timeout=4 * PLAYING)
    expect(trainer.page.locator(".fw-closing")).to_contain_text("<b>Bob</b>")
    both_looks(trainer, "lesson-class-score")
    assert grave(trainer.page) == []
    with trainer.page.expect_download(timeout=PLAYING) as started:
        trainer.page.get_by_role("button", name="Predictions (CSV)").first.click()
    text = Path(started.value.path()).read_text()
    rows = [*csv.DictReader(text.splitlines())]
    assert len(rows) == 2
    assert sorted(row["right"] for row in rows) in (["no", "no"], ["no", "yes"])
    assert "Bob" not in text
    for one in (ada, bob):
        expect(one.page.get_by_text("The lesson is over.")).to_be_visible(timeout=PLAYING)
        assert one.complaints == []
        one.context.close()
    assert trainer.complaints == []


def both_looks(trainer: Trainer, name: str) -> None:
    """Pictures in two sizes."""
    before = trainer.page.viewport_size
    for size in ("1366x768", "1920x1080"):
        trainer.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
        trainer.shoot(f"{name}-{size}")
        assert trainer.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if before:
        trainer.page.set_viewport_size(before)
