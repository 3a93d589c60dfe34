"""The site: built strictly and offline, with a page for every document, and nothing loaded from elsewhere."""

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from sim.cli.questions import QUESTIONS

ROOT = Path(__file__).resolve().parent.parent
pytestmark = pytest.mark.slow

LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)[^>]*\ssrc=["']?(?:https?:)?//"""
    r"""|<link[^>]*rel=["']?(?:stylesheet|preconnect|preload|icon)[^>]*href=["']?(?:https?:)?//""",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_document_and_notebook_has_its_page(site):
    for document in (ROOT / "docs").rglob("*.md"):
        assert (site / document.relative_to(ROOT / "docs")).with_suffix(".html").is_file(), document
    for notebook in (ROOT / "docs" / "notebooks").glob("*.ipynb"):
        assert (site / "gallery" / f"{notebook.stem}.html").is_file()
    assert "answer.png" in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        assert not LOADED.search(page.read_text(encoding="utf-8")), page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import\s+['\"]?(?:https?:)?//", style.read_text("utf-8"))


def test_every_link_leads_to_a_file_that_is_there(site):
    for page in site.rglob("*.html"):
        for link in re.findall(r'<a\b[^>]*\shref="([^"#?]+)', page.read_text(encoding="utf-8")):
            if page.name != "404.html" and not re.match(r"[a-z]+:", link):
                assert (page.parent / unquote(link)).exists(), f"{page.name}: {link}"


def test_what_programs_read_first_leads_to_pages_that_are_there(site):
    text = (site / "llms.txt").read_text(encoding="utf-8")
    named = re.findall(r"\]\(([^)]+)\)", text)
    assert len(named) > 10
    assert all((site / name).is_file() for name in named)


def test_the_reference_has_every_question_and_what_python_offers(site):
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    assert all(f"flywheel {question}" in commands for question in QUESTIONS)
    offered = (site / "reference" / "api.html").read_text(encoding="utf-8")
    for name in ("Scenario", "simulate", "compare", "ask", "SalesOrg", "run_study", "batch_run"):
        assert name in offered
    assert "Raises" in offered


def test_equations_are_drawn_and_keep_every_name_and_number_of_the_document(site):
    blocks = re.findall(r"^```\n(.*?)^```$", (ROOT / "docs" / "model.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    written = [block for block in blocks if re.match(r"[\w.]+ *:?= ", block)]
    drawn = re.findall(r'<div class="equations".*?</div>', (site / "model.html").read_text("utf-8"), re.DOTALL)
    assert len(drawn) == len(written) > 10
    for block, table in zip(written, drawn, strict=True):
        said = unescape(re.sub(r"<[^>]+>", " ", table))
        for word in set(re.findall(r"[^\W_][\w.]*", block)):
            assert word.rstrip(".") in said, (word, block[:60])
    assert sum(table.count("<mfrac>") for table in drawn) > 20, "quotients are fractions"
