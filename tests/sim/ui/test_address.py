"""The address of the page says what is run and which view is shown, and anybody may have written it."""

import pytest

from sim.ui import address
from sim.ui.address import Asked, read_address, write_address
from sim.ui.choice import Choice
from sim.ui.links import encode
from sim.ui.views import FIRST

SMALL = "[structure]\nn_reps = 6\n"


@pytest.mark.parametrize("search", [None, "", "utm_source=mail", "=", "&&"])
def test_a_bare_address_asks_for_the_baseline(search: str | None):
    asked = read_address(search)
    assert (asked.choice, asked.view, asked.problem) == (Choice(), FIRST, "")


@pytest.mark.parametrize(
    ("choice", "view", "written"),
    [
        (Choice(), "live", ""),
        (Choice("evil", seed=7), "live", "?scenario=evil&seed=7"),
        (Choice(seed=2**63 - 1), "share", f"?seed={2**63 - 1}&view=share"),
        (Choice(text=SMALL, seed=2), "live", f"?run={encode(Choice(text=SMALL, seed=2))}"),
        (Choice("evil", weeks=5), "share", f"?run={encode(Choice('evil', weeks=5))}&view=share"),
    ],
)
def test_what_is_written_is_read(choice: Choice, view: str, written: str):
    assert write_address(choice, view) == written
    asked = read_address(written.removeprefix("?"))
    assert (asked.choice, asked.view, asked.problem) == (choice, view, "")
    assert (asked.link is not None) == ("run=" in written)


def test_what_belongs_to_other_rooms_is_kept():
    asked = read_address("class=ABCD&scenario=evil&view=share")
    assert asked.rest == (("class", "ABCD"),)
    assert write_address(asked.choice, asked.view, asked.rest) == "?class=ABCD&scenario=evil&view=share"


@pytest.mark.parametrize(
    ("search", "sentence"),
    [
        ("scenario=../../etc/passwd", 'there is no shipped scenario "../../etc/passwd"'),
        ("scenario=evill", 'there is no shipped scenario "evill"; did you mean evil?'),
        ("seed=-1", 'seed = "-1" is not allowed; it must be a whole number from 0'),
        ("seed=" + "9" * 5000, "is not allowed"),
        ("seed=%D9%A3", "is not allowed"),
        ("view=secret", 'there is no view "secret"'),
        ("run=nonsense", "the link is damaged"),
        ("run=" + "x" * 30_000, "the address has 30,004 characters"),
        (f"run={encode(Choice(seed=1))}&seed=2", "another scenario or seed"),
        ("&".join(f"a{n}=1" for n in range(50)), "more than 20 parts"),
    ],
)
def test_what_cannot_be_opened_is_told_in_one_sentence(search: str, sentence: str):
    asked = read_address(search)
    assert sentence in asked.problem
    assert "\n" not in asked.problem
    assert (asked.choice, asked.view) == (Choice(), FIRST)


def test_a_run_in_an_address_keeps_what_its_link_says(monkeypatch: pytest.MonkeyPatch):
    text = encode(Choice("evil", weeks=5))
    monkeypatch.setattr(address, "encode", lambda _: pytest.fail("a link is not written to be read"))
    asked = read_address(f"run={text}")
    assert isinstance(asked, Asked)
    assert asked.link is not None
    assert asked.link.difference() == ""
