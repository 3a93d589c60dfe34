"""Which questions the page may ask, and what of each is open to visitors, who share the server and do not know it."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from sim.cli.offered import KEPT_BACK, MOST, refused_here
from sim.cli.questions import QUESTIONS, schema_of
from sim.ui.ask.offered import OFFERED, OfferedQuestion

SERVERS_OWN = ("DIR", "FILE")
"""How fields are written that name a folder or a file of whoever asks: visitors have none on the server, and must not
read or write there. A file of theirs, as a CRM export, is sent; scenarios, studies and loops are chosen by name."""


def offer_questions() -> None:
    """Hand the questions to the page."""
    OFFERED.update({name: _offered(name) for name in QUESTIONS})


def _offered(question: str) -> OfferedQuestion:
    schema = schema_of(question)
    declared: dict[str, Any] = schema["properties"]
    shown = {
        name: one | ({"most": MOST[name]} if name in MOST else {})
        for name, one in declared.items()
        if name not in KEPT_BACK and one["written"] not in SERVERS_OWN
    }
    return OfferedQuestion(
        question, schema | {"properties": shown}, partial(_refused, question, frozenset(shown)),
        threads="workers" in declared, program=(sys.executable, "-m", "sim.cli.apart"),
    )  # fmt: skip


def _refused(question: str, shown: frozenset[str], given: dict[str, Any]) -> dict[str, str]:
    """Say what a visitor may not ask, a sentence for each field."""
    closed = {name: f"{name}: this is not asked on the page" for name in given if name not in shown}
    worlds = given.get("worlds")
    named = isinstance(worlds, str) and not (worlds.isascii() and worlds.isdecimal())
    numbered = {"worlds": f"worlds = {str(worlds)[:20]}: on the page it must be a whole number"} if named else {}
    return {**refused_here(question, given), **numbered, **closed}
