"""What was measured is carried over to rules that give the same numbers, and nothing else is."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scenarios import links_path, norms_path
from tests.carried import carry_findings, carry_links, carry_norms, carry_stakes
from tests.documents import ROOT
from tests.patterns.making.store import read, write

HERE = {"patterns": {"S1": "new"}, "tests": {"S1": "same"}}


@pytest.mark.parametrize(
    ("made_with", "tested_by", "carried"), [("old", "same", ["S1"]), ("older", "same", []), ("old", "another test", [])]
)
def test_a_finding_of_the_other_tree_is_kept_unless_its_test_changed(
    tmp_path: Path, made_with: str, tested_by: str, carried: list[str]
):
    one = read(ROOT / "docs", "S1")
    assert one is not None
    write(tmp_path, replace(one, digest=made_with))
    there = {"patterns": {"S1": "old"}, "tests": {"S1": tested_by}}
    assert carry_findings(tmp_path, there, HERE) == carried
    kept = read(tmp_path, "S1")
    assert kept is not None
    assert kept.digest == ("new" if carried else made_with)
    assert kept.finding.sentence == one.finding.sentence


def test_links_are_found_under_the_digests_scenarios_have_now(tmp_path: Path):
    file = tmp_path / "links.json"
    file.write_text(json.dumps({"model": "old", "seeds": [1, 2], "scenarios": {"a1": {"name": "baseline"}}}))
    there = {"links": "old", "scenarios": {"a1": "baseline"}}
    here = {"links": "new", "scenarios": {"b2": "baseline"}}
    assert carry_links(file, there, here)
    assert json.loads(file.read_text()) == {"model": "new", "seeds": [1, 2], "scenarios": {"b2": {"name": "baseline"}}}
    assert not carry_links(file, there, here)  # it is of this tree now


def test_stakes_of_other_rules_are_left_as_they_are(tmp_path: Path):
    file = tmp_path / "stakes.json"
    file.write_text('{"model": "older"}')
    assert not carry_stakes(file, {"stakes": "old"}, {"stakes": "new"})
    assert file.read_text() == '{"model": "older"}'


def test_norms_are_carried_over_as_they_were_written(tmp_path: Path):
    file = tmp_path / "norms.json"
    text = norms_path().read_text("utf-8")
    file.write_text(text, "utf-8")
    assert carry_norms(file, {"norms": json.loads(text)["model"]}, {"norms": "new"})
    assert json.loads(file.read_text("utf-8")) == json.loads(text) | {"model": "new"}
    assert carry_norms(file, {"norms": "new"}, {"norms": json.loads(text)["model"]})
    assert file.read_text("utf-8") == text


def test_links_are_written_as_they_are_measured(tmp_path: Path):
    file = tmp_path / "links.json"
    text = links_path().read_text("utf-8")
    file.write_text(text, "utf-8")
    found = json.loads(text)
    named = {digest: one["name"] for digest, one in found["scenarios"].items()}
    facts = {"links": found["model"], "scenarios": named}
    assert carry_links(file, facts, facts)
    assert file.read_text("utf-8") == text
