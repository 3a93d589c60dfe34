"""The site: built strictly and offline, with a page for every document, and nothing loaded from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

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
    assert "screenshot.png" in (site / "index.html").read_text(encoding="utf-8")


def test_nothing_is_loaded_from_elsewhere(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        assert not LOADED.search(page.read_text(encoding="utf-8")), page.name
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import\s+['\"]?(?:https?:)?//", style.read_text("utf-8"))


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
