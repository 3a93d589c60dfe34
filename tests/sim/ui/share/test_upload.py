"""A file that was brought along is read as a scenario, or refused in one sentence that names its line."""

import base64

import pytest

from sim.scenario.errors import InputError
from sim.ui.share.upload import read_upload

SMALL = b"title = 'Six sellers'\n[structure]\nn_reps = 6\n"


def sent(data: bytes, name: str = "mine.toml", size: int | None = None) -> dict:
    return {"name": name, "size": len(data) if size is None else size, "data": base64.b64encode(data).decode()}


def test_a_scenario_becomes_a_choice():
    choice = read_upload(sent(SMALL), seed=7)
    assert (choice.text, choice.seed) == (SMALL.decode(), 7)
    assert choice.load()["structure.n_reps"] == 6
    assert choice.title() == "Yours: Six sellers"


TEAMS = b"""
[structure]
n_reps = 3
[[teams]]
manager = "Ann"
region = "North"
sellers = ["Bo", "Cy"]
[[sellers]]
name = "Bo"
accounts = { "Acme, Inc." = 2, "Umbrella" = 1 }
[[sellers]]
name = "Cy"
"""


def test_a_real_organization_is_read():
    scenario = read_upload(sent(TEAMS)).load()
    assert scenario.teams[0].sellers == ("Bo", "Cy")
    assert scenario.sellers[0].accounts == {"Acme, Inc.": 2, "Umbrella": 1}


WRONG = {
    "empty": (sent(b""), "mine.toml: it is empty"),
    "a picture": (sent(b"\x89PNG\r\n\x00\x01"), "mine.toml: it is not a text file"),
    "latin": (sent(b"title = 'Caf\xe9'"), "mine.toml, line 1: byte 0xe9 is not UTF-8"),
    "UTF-16": (sent("x = 1".encode("utf-16")), "it is UTF-16 text"),
    "not TOML": (sent(b"a = 1\nb = = 2"), "mine.toml, line 2: this is not TOML"),
    "a value": (sent(b"[structure]\nn_reps = -1\n"), "mine.toml, line 2, [structure] n_reps: -1 is not allowed"),
    "a name": (sent(b"[structure]\nn_rep = 1\n"), "did you mean n_reps?"),
    "too large": (sent(b"x", size=3_000_000), "mine.toml has 3,000,000 bytes; the page reads at most 2,000,000"),
    "larger than it says": (sent(b"#" * 2_500_000, size=5), "has 2,500,002 bytes"),
    "too many reps": (sent(b"[structure]\nn_reps = 50000\n"), "the page plays at most 1,000"),
    "a path for a name": (sent(b"x", "../../etc/passwd"), ".._.._etc_passwd, line 1: this is not TOML"),
    "markup for a name": (sent(b"x", "<img src=x onerror=alert(1)>"), "_img src_x onerror_alert(1)_, line 1"),
    "no bytes": ({"name": "a", "size": 3, "data": "%%%"}, "a did not arrive whole"),
    "no name": ({"size": 3, "data": ""}, "did not arrive"),
    "no size": ({"name": "a", "size": "3", "data": ""}, "did not arrive"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_scenario_is_told_with_its_line(name: str):
    file, sentence = WRONG[name]
    with pytest.raises(InputError) as refused:
        read_upload(file)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
