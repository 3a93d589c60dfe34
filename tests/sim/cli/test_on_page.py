"""What the page is handed: every question, without what is the server's own."""

import importlib

import pytest

from sim.cli.offered import KEPT_BACK, MOST
from sim.cli.on_page import offer_questions
from sim.cli.questions import QUESTIONS, schema_of
from sim.ui.ask.offered import OFFERED

PATHS = {"worlds_of", "store", "cluster", "executor", "shard", "workers"}


def test_the_page_is_handed_every_question_by_what_starts_it():
    OFFERED.clear()
    importlib.reload(importlib.import_module("app"))
    assert tuple(OFFERED) == QUESTIONS


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_the_servers_own_is_neither_shown_nor_taken(question: str):
    offer_questions()
    offered = OFFERED[question]
    shown = offered.schema["properties"]
    assert not PATHS & set(shown)
    for name in set(schema_of(question)["properties"]) - set(shown):
        assert offered.refused({"scenario": "baseline", name: "x"})[name].startswith(f"{name}: this is not asked")
    assert all(one.get("most") == MOST.get(name) for name, one in shown.items())
    assert not set(KEPT_BACK) & set(shown)


def test_plausible_worlds_are_a_number_and_no_file():
    offer_questions()
    for worlds in ("all", "mine.json", "/etc/passwd", "-1", "²"):
        assert "whole number" in OFFERED["compare"].refused({"scenario": "baseline", "worlds": worlds})["worlds"]
    assert OFFERED["compare"].refused({"scenario": "baseline", "worlds": "20"}) == {}
