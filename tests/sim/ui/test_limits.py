"""What visitors bring along is read only where it is not too large, quickly, and told in one sentence otherwise."""

import time

import pytest

from sim.scenario.errors import InputError
from sim.scenario.scenario import Scenario
from sim.ui.limits import check_size, read_scenario

SMALLEST = "[structure]\nn_reps = 6\n"


def rows(name: str, number: int, text: str) -> str:
    return "".join(f"[[{name}]]\n{text.format(n=n)}\n" for n in range(number))


TOO_LARGE = {
    "text": ("#" + "x\n#" * 700_000, "characters; the page reads at most 2,000,000"),
    "line": ("title = '" + "x" * 200_000 + "'", "mine.toml, line 1: the line has 200,010 characters"),
    "name": ("\n" + "a." * 30_000 + "a = 1", "mine.toml, line 2: a name has more than nine parts"),
    "quoted name": ('"a b".' * 9_000 + "a = 1", "a name has more than nine parts"),
    "header": ("[" + "'=' . " * 9_000 + "a]", "a name has more than nine parts"),
    "open quotes": ('x = "' + '\\"' * 49_000, "mine.toml, line 1: this is not TOML"),
    "open words": ("x = " + "'\"" * 40_000, "this is not TOML"),
    "brackets": ("x = " + "[" * 90_000, "nested too deeply"),
    "sections": ("".join(f"[s{n}]\n" for n in range(5000)), "has 5,000 names"),
    "parameters": ("[market]\n" + "".join(f"n{n} = 1\n" for n in range(30_000)), "market has 30,000 names"),
    "interventions": (SMALLEST + rows("interventions", 5000, "week = {n}"), "5,000 rows of interventions"),
    "sellers": (SMALLEST + rows("sellers", 5000, "name = 'n{n}'"), "5,000 rows of sellers"),
    "reps": ("[structure]\nn_reps = 50000\n", "56,250 seats"),
    "accounts": ("[market]\naccounts_per_rep = 2000\n", "accounts times product lines"),
    "growth": ("[structure]\nn_reps = 100\ngrowth_room = 20.0\n", "2,100 seats"),
    "specialists": ("[structure]\nproduct_specialists = 50000\n", "specialists; the page plays at most 1,000"),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_what_is_too_large_is_refused_quickly(name: str):
    text, sentence = TOO_LARGE[name]
    began = time.monotonic()
    with pytest.raises(InputError) as refused:
        check_size(read_scenario(text, "mine.toml"))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)
    assert time.monotonic() - began < 5


def test_an_organization_at_the_limit_is_played():
    check_size(Scenario.load("baseline").override({"structure.n_reps": 500}))


def test_real_teams_and_accounts_count():
    accounts = ", ".join(f'"Account {n}, Inc." = 9' for n in range(1900))
    sellers = rows("sellers", 6, f"name = 'S{{n}}'\naccounts = {{{{ {accounts} }}}}")
    team = "[[teams]]\nmanager = 'M'\nsellers = ['S0', 'S1', 'S2', 'S3', 'S4', 'S5']\n"
    with pytest.raises(InputError, match="accounts times product lines"):
        check_size(read_scenario(f"{SMALLEST}{team}{sellers}"))


def test_interventions_by_hand_count():
    small = read_scenario(SMALLEST)
    lever = "structure.product_specialists"
    with pytest.raises(InputError, match="1,200 specialists"):
        check_size(small, [{"parameter": lever, "value": 600}, {"parameter": lever, "action": "scale", "value": 2}])
    with pytest.raises(InputError, match="301 interventions"):
        check_size(small, [{}] * 301)


def test_the_first_problem_is_told_and_the_others_are_counted():
    with pytest.raises(InputError, match=r"mine\.toml, line 2, \[structure\] n_reps: .*\(1 more problem\)"):
        read_scenario("[structure]\nn_reps = 'six'\n[market]\nn_lines = 99\n", "mine.toml")
