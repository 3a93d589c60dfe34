"""Links replay a run to the last digit, and whatever else they hold is refused in one sentence."""

import json
import string
import time
import zlib
from base64 import urlsafe_b64encode
from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario.errors import InputError
from sim.ui import links
from sim.ui.choice import Choice, present
from sim.ui.links import LARGEST, LONGEST, decode, encode, pack
from sim.ui.run.branches import Branches
from sim.ui.run.session import Session

SMALL = "[structure]\nn_reps = 6\n[organization]\nburn_in_weeks = 26\nweeks = 26\n"
LEVER = "structure.product_specialists"


def sealed(data: bytes, packed: bytes | None = None, number: int = 1) -> str:
    """A link's text around any bytes, with a checksum that agrees."""
    body = urlsafe_b64encode(zlib.compress(data, 9) if packed is None else packed).decode().rstrip("=")
    return f"{number}.{blake2b(data, digest_size=4).hexdigest()}.{body}"


def holding(**content: object) -> str:
    return sealed(json.dumps(content).encode())


def numbers(session: Session) -> np.ndarray:
    return session.world.state.weekly[: session.world.burn_in + session.week + 1]


def refusal(text: str) -> str:
    """Why a link cannot be opened; empty if it can."""
    try:
        decode(text).choice.load()
    except InputError as error:
        return str(error)
    return ""


def played() -> tuple[Choice, Session]:
    """A run with levers pulled, an event, an undo, and something that waits."""
    choice = Choice(text=SMALL, seed=3, overrides=(("market.accounts_per_rep", 60),))
    session = choice.open()
    session.advance(3)
    session.pull(LEVER, 4)
    session.advance(2)
    session.intervene({"event": "demand_shock", "arguments": {"factor": 0.8}})
    session.advance(20)
    session.undo(next(entry.key for entry in session.entries() if "specialists" in entry.text.lower()))
    session.advance(7)
    session.pull(LEVER, 2)
    return choice, session


def test_a_link_replays_a_run_to_the_last_digit():
    choice, session = played()
    link = decode(encode(present(choice, Branches(session))))
    again = link.choice.open()
    assert link.difference() == link.reason() == ""
    assert again.week == session.week == 32
    assert numbers(again).tobytes() == numbers(session).tobytes()
    assert again.manual_actions() == session.manual_actions()
    for run in (session, again):
        run.advance(13)
    assert numbers(again).tobytes() == numbers(session).tobytes()
    assert present(link.choice, Branches(again)) == present(choice, Branches(session))


def test_another_program_or_scenario_is_told(monkeypatch: pytest.MonkeyPatch):
    text = encode(Choice(seed=5))
    monkeypatch.setattr(links, "model_digest", lambda _: "000000000000")
    difference = decode(text).difference()
    assert difference.startswith("This link was made with version ")
    assert difference.endswith("so numbers may differ from what was sent.")
    monkeypatch.undo()
    older = decode(holding(seed=5, version="0.0.9", model="x-y"))
    assert "made with version 0.0.9 of the program; this is" in older.difference()
    assert older.reason().endswith(".")
    assert decode(text).difference() == ""


DEEP = "[" * 60_000 + "]" * 60_000
HOSTILE = {
    "nothing": ("", "not written as links are"),
    "words": ("hello there", "not written as links are"),
    "an alphabet of its own": ("1.00000000.%%%%", "not written as links are"),
    "no such coding": ("1.00000000.A", "some of it was changed"),
    "not compressed": ("1.00000000.AAAAAAAA", "some of it was changed"),
    "cut off": (encode(Choice(seed=1))[:-12], "its end is missing"),
    "one letter changed": (encode(Choice(seed=1))[:30] + "Zq0" + encode(Choice(seed=1))[33:], "some of it was changed"),
    "checksum": ("1.00000000" + encode(Choice(seed=1))[10:], "some of it was changed"),
    "newer": (sealed(b"{}", number=7), "of format 7; this program reads format 1"),
    "too long": ("1" * (LONGEST + 1), f"a link has at most {LONGEST:,}"),
    "a bomb": (sealed(b"0" * 10 * LARGEST), "expands to more than"),
    "a bomb in a bomb": (sealed(b"", packed=zlib.compress(zlib.compress(b"0" * 10**7))), "damaged"),
    "more behind it": (sealed(b"{}", packed=zlib.compress(b"{}") + b"more"), "some of it was changed"),
    "no text": (sealed(b"\xff\xfe\x00"), "holds no text"),
    "no JSON": (sealed(b"{seed: 1}"), "holds no text"),
    "half a character": (sealed(b'{"scenario": "\\ud800"}'), "holds no text"),
    "deep": (sealed(DEEP.encode()), "more than 8 levels"),
    "deep in a value": (holding(interventions=[{"value": json.loads("[" * 9 + "]" * 9)}]), "more than 8 levels"),
    "a list": (sealed(b"[1, 2]"), "holds no run"),
    "a number": (sealed(b"7"), "holds no run"),
    "null": (sealed(b"null"), "holds no run"),
    "NaN": (sealed(b'{"seed": NaN}'), "holds NaN, which is no number"),
    "Infinity": (sealed(b'{"overrides": {"a.b": -Infinity}}'), "holds -Infinity, which is no number"),
    "1e999": (sealed(b'{"overrides": {"a.b": 1e999}}'), "too large to compute with"),
    "digits": (sealed(b'{"seed": ' + b"9" * 5000 + b"}"), "number of 5,000 digits"),
    "twice": (sealed(b'{"seed": 1, "seed": 2}'), "holds a name twice"),
    "unknown": (holding(command="rm -rf"), 'holds "command", which this program does not know'),
    "a seed in words": (holding(seed="__import__('os')"), "its seed must be a whole number from 0"),
    "a seed that is true": (holding(seed=True), "its seed must be a whole number"),
    "a negative seed": (holding(seed=-1), "its seed must be a whole number"),
    "a broken week": (holding(weeks=1.5), "its weeks must be a whole number from 0 to 1040"),
    "too many weeks": (holding(weeks=10**6), "its weeks must be a whole number from 0 to 1040"),
    "overrides in a list": (holding(overrides=[1]), "its overrides must be a table"),
    "overrides of lists": (holding(overrides={"structure.n_reps": [1]}), "its overrides must be a table"),
    "interventions of words": (holding(interventions=["now"]), "its interventions must be a list of at most 300"),
    "thousands of interventions": (holding(interventions=[{}] * 5000), "its interventions must be a list of at most"),
    "a text that is none": (holding(text=5), "its text must be the text of a scenario"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_link_gets_one_sentence(name: str):
    text, sentence = HOSTILE[name]
    began = time.monotonic()
    with pytest.raises(InputError) as refused:
        decode(text)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 250
    assert time.monotonic() - began < 2


WRONG = {
    "a path": ({"scenario": "../../etc/passwd"}, 'there is no shipped scenario "../../etc/passwd"'),
    "an absolute path": ({"scenario": "/etc/passwd"}, 'there is no shipped scenario "/etc/passwd"'),
    "a file of ours": ({"scenario": "scenarios/baseline.toml"}, "there is no shipped scenario"),
    "a long name": ({"scenario": "x" * 5000}, "xxx..."),
    "a slip": ({"scenario": "baselin"}, "did you mean baseline?"),
    "a path as text": ({"text": "/etc/passwd"}, "this is not TOML"),
    "an unknown parameter": ({"overrides": {"structure.reps": 5}}, "structure.reps is not a parameter"),
    "a value out of range": ({"overrides": {"structure.n_reps": -5}}, "n_reps: -5 is not allowed"),
    "a word for a number": ({"overrides": {"structure.n_reps": "__import__('os')"}}, "is not allowed"),
    "far too many reps": ({"overrides": {"structure.n_reps": 50_000}}, "the page plays at most 1,000"),
    "far too many accounts": (
        {"overrides": {"market.accounts_per_rep": 2000}, "scenario": "evil"},
        "the page plays at most 250,000",
    ),
    "later than the run": ({"interventions": [{"week": 5, "event": "hire"}], "weeks": 3}, "after week 3"),
    "no week": ({"interventions": [{"event": "hire"}], "weeks": 3}, "week"),
    "a week in words": ({"interventions": [{"week": "now"}], "weeks": 3}, "week"),
    "a week that is a table": ({"interventions": [{"week": {}}], "weeks": 3}, "week"),
    "nothing to do": ({"interventions": [{"week": 1}], "weeks": 3}, "neither a parameter nor an event"),
    "an unknown key": ({"interventions": [{"week": 1, "code": "x"}], "weeks": 3}, "is not a key"),
    "an unknown event": ({"interventions": [{"week": 1, "event": "os.system"}], "weeks": 3}, "is not an event"),
    "a value that is a list": (
        {"interventions": [{"week": 1, "parameter": LEVER, "value": [[1]]}], "weeks": 3},
        "is not allowed",
    ),
    "specialists without end": (
        {"interventions": [{"week": 1, "parameter": LEVER, "value": 50_000}], "weeks": 3},
        "specialists; the page plays at most 1,000",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_a_link_asks_for_is_checked(name: str):
    content, sentence = WRONG[name]
    small = {} if "scenario" in content or "text" in content else {"text": SMALL}
    with pytest.raises(InputError) as refused:
        decode(holding(**small, **content)).choice.open()
    assert sentence in str(refused.value)
    assert len(str(refused.value)) < 400


def test_a_run_too_large_for_a_link_is_told():
    noise = "".join(f"# {number * 7919 % 100_003:x}{number}\n" for number in range(8000))
    with pytest.raises(InputError, match="too large for a link"):
        encode(Choice(text=SMALL + noise))


@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode))
@settings(max_examples=300, deadline=None)
def test_random_bytes_raise_nothing_but_an_input_error(data: bytes):
    for text in (data.decode("latin-1"), sealed(data), sealed(b"{}", packed=data)):
        assert "\n" not in refusal(text)


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
trees = st.recursive(
    plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
parts = st.sampled_from(["scenario", "text", "seed", "overrides", "interventions", "weeks", "version", "model", "x"])


@given(st.dictionaries(parts, trees, max_size=4))
@settings(max_examples=200, deadline=None)
def test_random_content_raises_nothing_but_an_input_error(content: dict):
    assert "\n" not in refusal(sealed(json.dumps(content).encode()))


words = st.text(string.ascii_letters + string.digits + " äé∑'\"\\<>", max_size=20)
values = st.booleans() | st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False) | words
actions = st.dictionaries(words, values | st.lists(values, max_size=3), max_size=4)


@given(
    seed=st.integers(0, 2**63 - 1),
    overrides=st.dictionaries(words, values, max_size=5),
    interventions=st.lists(actions, max_size=5),
    weeks=st.integers(0, 1040),
    text=words,
)
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read(seed: int, overrides: dict, interventions: list, weeks: int, text: str):
    content = {"text": text, "seed": seed, "overrides": overrides, "interventions": interventions, "weeks": weeks}
    choice = decode(pack(content)).choice
    wanted = Choice(
        text=text, seed=seed, overrides=tuple(overrides.items()), weeks=weeks,
        interventions=tuple(tuple(fields.items()) for fields in interventions),
    )  # fmt: skip
    assert choice == wanted
    assert [type(value) for _, value in choice.overrides] == [type(value) for value in overrides.values()]
