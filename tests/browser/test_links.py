"""Links and files in a browser: a link shows the same numbers elsewhere, hostile ones get a sentence, files open."""

import io
import json
import re
import zipfile
from base64 import urlsafe_b64encode
from hashlib import blake2b
from pathlib import Path
from zlib import compress

import pandas as pd
import pytest
from playwright.sync_api import Browser, Locator, expect

from sim.scenario.scenario import Scenario
from tests.browser.visitor import PLAYING, Visitor

pytestmark = pytest.mark.browser

SMALL = "title = 'Six sellers'\n[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\n"


def numbers(visitor: Visitor) -> list[str]:
    return visitor.page.locator(".fw-number-text").all_inner_texts()


def link_of(visitor: Visitor) -> str:
    visitor.open("Share")
    # The address follows what is shown; a reload before that returns to the view of before.
    visitor.page.wait_for_url(re.compile("view=share"), timeout=PLAYING)
    return visitor.page.locator(".fw-run-link").input_value()


def written(**content: object) -> str:
    """What follows the address: a link as another program, or a stranger, writes it."""
    data = json.dumps(content).encode()
    text = urlsafe_b64encode(compress(data)).decode().rstrip("=")
    return f"/?run=1.{blake2b(data, digest_size=4).hexdigest()}.{text}"


def fetched(visitor: Visitor, press: Locator) -> bytes:
    with visitor.page.expect_download(timeout=PLAYING) as download:
        press.click()
    return Path(download.value.path()).read_bytes()


def test_a_link_shows_the_same_numbers_in_another_browser(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, seed=5)).live()
    one.press("Quarter")
    one.drawn(13)
    lever = one.page.get_by_role("slider", name="Product specialists")
    lever.focus()
    for _ in range(3):
        lever.press("ArrowRight")
    one.page.locator(".fw-entry").first.wait_for()
    one.press("Quarter")
    one.drawn(26)
    seen = numbers(one)
    link = link_of(one)
    assert "view=share" in one.page.url
    two = Visitor(browser, address, query=link.removeprefix(address)).live()
    assert (two.week, numbers(two)) == (26, seen)
    expect(two.page.locator(".fw-entry")).to_have_count(1)
    expect(two.page.locator(".fw-notice")).to_have_count(0)
    assert link_of(two) == link, "all numbers and actions of the run are in it"
    two.page.reload()
    two.page.locator(".fw-run-link").wait_for(timeout=PLAYING)
    assert two.page.locator(".fw-run-link").input_value() == link
    two.page.go_back()
    two.live()
    assert numbers(two) == seen
    assert one.complaints + two.complaints == []
    one.page.close()
    two.page.close()


def test_what_cannot_be_opened_is_told_and_there_is_a_way_on(browser: Browser, address: str):
    for query, sentence in (
        ("/?run=1.00000000.AAAA", "The link is damaged"),
        ("/?scenario=../../etc/passwd", "There is no shipped scenario"),
        (written(overrides={"structure.n_reps": 50_000}), "the page plays at most 1,000"),
        (written(text="title = '<img src=x onerror=alert(1)>'\nx = 1"), "is no section or key"),
    ):
        one = Visitor(browser, address, query=query)
        card = one.page.locator(".fw-wait .fw-card")
        expect(card).to_contain_text(sentence, timeout=PLAYING)
        assert one.complaints == []
        if sentence.startswith("The link is damaged"):
            one.shoot("link-damaged")
            one.press("Start with the baseline")
            one.live()
            assert one.page.url == f"{address}/"
        one.page.close()


def test_a_link_of_another_version_says_so(browser: Browser, address: str):
    query = written(text=SMALL, weeks=3, version="0.0.1", model="an older one")
    one = Visitor(browser, address, query=query).live()
    expect(one.page.locator(".fw-notice")).to_contain_text("made with version 0.0.1 of the program")
    assert one.week == 3
    one.shoot("link-other-version")
    one.press("Close")
    expect(one.page.locator(".fw-notice")).to_have_count(0)
    assert one.complaints == []
    one.page.close()


def test_a_file_brought_along_is_run_or_refused_with_its_line(browser: Browser, address: str):
    one = Visitor(browser, address, query="/?view=share")
    field = one.page.locator("input[type=file]")
    field.wait_for(state="attached", timeout=PLAYING)
    field.set_input_files({"name": "mine.toml", "mimeType": "text/plain", "buffer": b"[structure]\nn_reps = 'six'\n"})
    expect(one.page.get_by_role("alert").last).to_contain_text("mine.toml, line 2, [structure] n_reps")
    field.set_input_files({"name": "mine.toml", "mimeType": "text/plain", "buffer": SMALL.encode()})
    expect(one.page.locator(".fw-sharing p").first).to_contain_text(
        "Yours: Six sellers, seed 0, week 0", timeout=PLAYING
    )
    one.open("Live")
    one.live()
    expect(one.page.locator(".fw-scenario")).to_contain_text("Yours: Six sellers")
    one.page.reload()
    one.live()
    expect(one.page.locator(".fw-scenario")).to_contain_text("Yours: Six sellers")
    assert one.complaints == []
    one.page.close()


def test_files_open_elsewhere(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, seed=2, weeks=26) + "&view=share")
    make = one.page.get_by_role("button", name="Make the files up to week 26")
    make.click(timeout=PLAYING)
    table = one.page.locator(".fw-share-table")
    table.wait_for(timeout=2 * PLAYING)
    row = table.get_by_role("row", name="Weeks")
    weekly = pd.read_csv(io.BytesIO(fetched(one, row.get_by_role("button", name="CSV"))))
    assert list(weekly["week"]) == list(range(26))
    deals = pd.read_parquet(
        io.BytesIO(fetched(one, table.get_by_role("row", name="Deals closed").get_by_role("button", name="Parquet")))
    )
    assert deals["closed"].between(0, 25).all()
    archive = zipfile.ZipFile(io.BytesIO(fetched(one, one.page.get_by_role("button", name="Everything (ZIP)"))))
    assert {"scenario.toml", "analysis.json", "report.html", "reps.csv", "managers.parquet"} <= set(archive.namelist())
    scenario = fetched(one, one.page.get_by_role("button", name="This run as a scenario")).decode()
    assert Scenario.from_text(scenario)["structure.n_reps"] == 6
    assert one.complaints == []
    one.page.close()


def test_the_share_view_fits_every_screen(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, weeks=20) + "&view=share")
    one.page.locator(".fw-run-link").wait_for(timeout=PLAYING)
    one.shoot_all("share")
    assert one.complaints == []
    one.page.close()


def test_the_wheel_is_animated_and_its_picture_saved(browser: Browser, address: str):
    one = Visitor(browser, address, query=written(text=SMALL, seed=2, weeks=6)).live()
    svg = fetched(one, one.page.get_by_role("button", name="Save The sales flywheel as SVG"))
    assert svg.startswith(b"<svg")
    assert b"var(--" not in svg, "colours travel with it"
    png = fetched(one, one.page.get_by_role("button", name="Save a picture of The sales flywheel", exact=True))
    assert png.startswith(b"\x89PNG")
    one.open("Share")
    one.page.get_by_role("button", name="Draw the animation").click(timeout=PLAYING)
    one.page.locator(".fw-moving").wait_for(timeout=3 * PLAYING)
    assert fetched(one, one.page.get_by_role("button", name="Animation (GIF")).startswith(b"GIF89a")
    assert one.complaints == []
    one.page.close()
