"""What is known of an organization comes back from its deals as far as docs/imports.md says it does."""

import json
import re
import shlex
from pathlib import Path

import pytest

from sim.cli import main as cli
from sim.scenario.scenario import Scenario
from tests.documents import ROOT

PAGE = (ROOT / "docs" / "imports.md").read_text(encoding="utf-8")
SECTION = PAGE.partition("## What comes back")[2].partition("\n## ")[0]
ROW = re.compile(r"^\| ([^|]+) \| ([\d.,]+) \| ([\d.,]+) \| ([\d.,]+) \| ([\d.,]+) \| ([^|]+) \|$", re.MULTILINE)


def table() -> dict[str, tuple[list[float], str]]:
    """Known value, mean, least and most of what was found, and the verdict, by what it is."""
    return {
        name.replace("`", ""): ([float(number.replace(",", "")) for number in numbers], verdict)
        for name, *numbers, verdict in ROW.findall(SECTION)
    }


def told(scenario: Scenario, name: str) -> float:
    """Value in a scenario of what a row of the table is about."""
    kind, _, line = name.partition(" of ")
    if line:
        (row,) = (row for row in scenario.lines if row.name == line)
        return {"share": row.share, "price": row.price, "spread": row.amount_sd}[kind]
    if name == "buying centres":
        return sum(sum(seller.accounts.values()) for seller in scenario.sellers)
    return float(scenario[name])


def test_what_is_said_to_come_back_is_near_what_was_known():
    rows = table()
    assert len(rows) == SECTION.count("\n|") - 2  # without the line of names and the one below it
    for name, ((known, mean, least, most), verdict) in rows.items():
        assert least <= mean <= most, name
        near = abs(mean / known - 1.0) < (0.05 if verdict.startswith("yes") else 0.2)
        assert near != verdict.startswith("no") or most - least > known, name


@pytest.mark.slow
def test_what_is_known_comes_back_as_the_page_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    for command in re.findall(r"^\$ flywheel (.*)$", SECTION, re.MULTILINE):
        assert cli._run(shlex.split(command), debug=True) == 0, command
    known, found = (Scenario.load(tmp_path / name) for name in ("known.toml", "found.toml"))
    assert [seller.name for seller in found.sellers] == [seller.name for seller in known.sellers]
    assert {team.manager: team.sellers for team in found.teams} == {team.manager: team.sellers for team in known.teams}
    record = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))["tables"]["model_against_data"]
    measures = dict(zip(record["measure"], record["model"], strict=True))
    assert {verdict for verdict, fitted in zip(record["verdict"], record["fitted"], strict=True) if fitted} == {
        "agrees"
    }
    for name, ((was, _mean, least, most), _verdict) in table().items():
        if name not in measures:
            assert told(known, name) == pytest.approx(was, rel=0.01), name
        slack = (most - least) / 2.0  # twelve exports do not show the ends
        value = measures[name] if name in measures else told(found, name)
        assert least - slack <= value <= most + slack, name
