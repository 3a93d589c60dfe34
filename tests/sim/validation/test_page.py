"""The committed page: made by this model, of the right shape; numbers are not compared, but for a loose look."""

import re
from pathlib import Path

import numpy as np
import pytest

from sim.errors import InputError
from sim.metrics import MEASURES
from sim.validation import page as page_of
from sim.validation import r1
from sim.validation.digest import bare, model_digest
from sim.validation.page import FIGURE, PAGE, page, table, validate
from sim.validation.r1 import SCENARIOS, SEEDS, TARGETS, judged, measured

ROW = re.compile(
    r"^\| (?P<name>[a-z0-9_]+: [^|]+ \([A-Z]+-\d+\)) \| (?P<range>[^|]+) \| (?P<model>[^|]+) \| (?P<verdict>.+) \|$"
)
PNG = b"\x89PNG"


@pytest.fixture(scope="module")
def committed(root: Path) -> str:
    return (root / "docs" / PAGE).read_text(encoding="utf-8")


def rows(text: str) -> list[re.Match[str]]:
    return [found for line in text.splitlines() if (found := ROW.match(line))]


def made_up(seeds: int = 4) -> dict[str, dict[str, np.ndarray]]:
    luck = np.random.default_rng(1)
    return {name: {measure: 0.3 + 0.1 * luck.random(seeds) for measure in MEASURES} for name in SCENARIOS}


def test_the_committed_page_has_every_row(committed: str, root: Path):
    assert [row["name"] for row in rows(committed)] == [target.name for target in TARGETS]
    assert all(re.fullmatch(r"inside|\*\*outside \(.+\)\*\*", row["verdict"]) for row in rows(committed))
    assert f"over {SEEDS} runs" in committed
    assert (root / "docs" / FIGURE).read_bytes().startswith(PNG)


def test_the_committed_page_was_made_by_this_model(committed: str):
    assert f"| model digest | {model_digest(SCENARIOS)} |" in committed, "run make validate"


def test_the_committed_page_counts_its_misses(committed: str):
    inside = sum(row["verdict"] == "inside" for row in rows(committed))
    assert f"**{inside} of {len(TARGETS)} rows are inside.**" in committed


@pytest.mark.slow
@pytest.mark.statistics
def test_the_baseline_is_where_the_page_says(committed: str):
    """Eight seeds; the range is widened by half its width at either end."""
    said = {row["name"] for row in rows(committed) if row["verdict"] == "inside"}
    for one in judged(measured(8, scenarios=["baseline"])):
        if one.target.name in said:
            low, high = one.target.range
            assert abs(one.miss) <= (high - low) / 2, f"{one.target.name}: {one.found.mean}, {one.text}"


def test_a_page_is_written_from_values():
    values = made_up()
    text = page(values, judged(values))
    assert len(rows(text)) == len(TARGETS)
    assert "over 4 runs" in text
    assert "| baseline: cycle (CYC-02) | 30.0 to 90.0 days |" in text


def test_runs_without_a_win_do_not_spoil_the_other_reading():
    values = made_up()
    values["pmf_over_50k"]["win_rate"][:] = values["pmf_over_50k"]["win_rate_qualified"][:] = 0.0
    line = next(line for line in page(values, judged(values)).splitlines() if line.startswith("| pmf_over_50k | 0.0%"))
    assert "no value in any run" in line


def test_page_and_figure_are_written_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of, "measured", lambda seeds, **_: made_up(seeds))
    verdicts = validate(tmp_path / "new" / "docs", 3)
    assert len(verdicts) == len(TARGETS)
    assert (tmp_path / "new" / "docs" / FIGURE).read_bytes().startswith(PNG)
    assert "over 3 runs" in (tmp_path / "new" / "docs" / PAGE).read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(page_of, "measured", lambda seeds, **_: made_up(seeds))
    file = tmp_path / "taken"
    file.write_text("")
    with pytest.raises(InputError, match="taken is no folder"):
        validate(file, 3)
    with pytest.raises(InputError, match="cannot be written"):
        validate(file / "below", 3)


def test_bars_in_cells_do_not_part_them():
    assert table(("a", "b"), [("0 | 1", 2)]) == "| a | b |\n|---|---|\n| 0 \\| 1 | 2 |\n"


def test_the_digest_looks_at_programs_not_at_words():
    source = 'def f(x):\n    """Say it."""\n    return x + 1  # why\n'
    assert bare(source) == bare("def f(x):\n\n    '''Other words.'''\n    return (x + 1)\n")
    assert bare(source) != bare(source.replace("+ 1", "+ 2"))
    assert model_digest(["baseline"]) != model_digest(["evil"])
    assert len(r1.SCENARIOS) == 10
