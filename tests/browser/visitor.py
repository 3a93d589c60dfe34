"""A visitor of the page in a browser: what it does, and everything it has to complain about."""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "out" / "screenshots"
SIZES = {"1366x768": (1366, 768), "1920x1080": (1920, 1080)}
SCHEMES = ("light", "dark")
OPENING = 150_000  # ms: the rules may have to be compiled
PLAYING = 30_000


class Visitor:
    """A tab of its own, with everything it complained about; `query` is what stands after the address."""

    def __init__(
        self, browser: Browser, address: str, size: str = "1366x768", scheme: str = "light", query: str = ""
    ) -> None:
        width, height = SIZES[size]
        self.page: Page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
        self.complaints: list[str] = []
        host = urlsplit(address).netloc
        self.page.on("console", lambda one: self.complain(one.type == "error", f"console: {one.text}"))
        self.page.on("pageerror", lambda one: self.complain(True, f"error: {one}"))
        self.page.on("response", lambda one: self.complain(one.status >= 400, f"{one.status} {one.url}"))
        self.page.on("request", lambda one: self.complain(self.strange(one.url, host), f"elsewhere: {one.url}"))
        self.page.goto(address + query)
        self.page.locator(".fw-rail").wait_for(timeout=OPENING)

    def live(self) -> "Visitor":
        """Wait until the live view is drawn."""
        self.page.locator(".fw-wheel").wait_for(timeout=OPENING)
        self.page.locator(".fw-chart canvas").first.wait_for(timeout=PLAYING)
        return self

    def open(self, view: str) -> None:
        """Choose a view from the rail."""
        self.page.locator(".fw-rail").get_by_role("button", name=view, exact=True).click()

    def complain(self, wrong: bool, text: str) -> None:  # noqa: FBT001 - a condition and what to say
        if wrong:
            self.complaints.append(text)

    @staticmethod
    def strange(url: str, host: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host

    @property
    def week(self) -> int:
        return int(re.findall(r"Week (\d+)", self.page.locator(".fw-clock b").inner_text())[0])

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def reach(self, week: int) -> None:
        """Wait until the run has come to a week."""
        end = time.monotonic() + PLAYING / 1000
        while self.week < week:
            assert time.monotonic() < end, f"week {self.week} after {PLAYING / 1000:.0f} s; {self.complaints}"
            self.page.wait_for_timeout(50)

    def drawn(self, week: int) -> None:
        """Wait until everything of a week is drawn; the clock is drawn first, the numbers later."""
        expect(self.page.locator(".fw-pulse")).to_have_attribute("data-week", str(week), timeout=PLAYING)

    def rest(self) -> int:
        """Wait until the run stands still, also after the week that was under way; return its week."""
        end = time.monotonic() + PLAYING / 1000
        seen, since = self.week, time.monotonic()
        while time.monotonic() - since < 1:
            assert time.monotonic() < end, "the run goes on"
            self.page.wait_for_timeout(50)
            if self.week != seen:
                seen, since = self.week, time.monotonic()
        return seen

    def replaced(self, action: Callable[[], object]) -> None:
        """Do what opens another run, and wait until the run shown is gone and the other one is drawn."""
        shown = self.page.locator(".fw-wheel").element_handle()
        action()
        shown.wait_for_element_state("hidden", timeout=PLAYING)
        self.live()

    def shoot_all(self, name: str, sizes: Iterable[str] = SIZES) -> None:
        """Shoot in light and dark, and in these sizes; nothing may be wider than the window."""
        before = self.page.viewport_size
        for size in sizes:
            self.page.set_viewport_size(dict(zip(("width", "height"), SIZES[size], strict=True)))
            light = self.page.get_by_role("button", name="Dark", exact=True).count() > 0
            names = ("Light", "Dark") if light else ("Dark", "Light")
            for here, there in (names, names[::-1]):
                self.shoot(f"{name}-{size}-{here.lower()}")
                assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                self.press(there)
                self.page.get_by_role("button", name=here, exact=True).wait_for()
        if before:
            self.page.set_viewport_size(before)

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(600)
        self.page.screenshot(path=SHOTS / f"{name}.png")
