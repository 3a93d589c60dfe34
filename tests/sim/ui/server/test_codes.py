"""Codes: how they are made, checked, and guessed."""

import pytest

from sim.scenario.errors import InputError
from sim.ui.server import codes
from sim.ui.server.codes import GUESSES_OF_ADDRESS, GUESSES_OF_VISITOR, MEMORY, Guesses, check_trainer_code, new_code


def test_a_code_can_be_read_aloud():
    assert {len(new_code()), len(new_code(6))} == {8, 6}
    assert set("".join(new_code() for _ in range(50))).isdisjoint("IL01O")
    assert new_code() != new_code()


@pytest.mark.parametrize("code", ["", "short", "x" * 65, " padded ", "tab\tinside"])
def test_a_code_that_cannot_be_typed_or_is_soon_guessed_is_refused(code):
    with pytest.raises(InputError, match="6 to 64 letters"):
        check_trainer_code(code)
    assert check_trainer_code("correct horse") == "correct horse"


def test_the_code_is_that_of_the_environment_or_a_new_one_that_is_printed(monkeypatch, capsys):
    codes.trainer_code.cache_clear()
    monkeypatch.setenv(codes.TRAINER_CODE, "Sesame99")
    codes.check_is_trainer(" sesame99 ")
    with pytest.raises(InputError, match="this is not the trainer's code"):
        codes.check_is_trainer("sesame9")
    codes.trainer_code.cache_clear()
    monkeypatch.delenv(codes.TRAINER_CODE)
    assert f"Trainer code, to open a class: {codes.trainer_code()}\n" == capsys.readouterr().err
    codes.trainer_code.cache_clear()


def test_a_visitor_guesses_a_few_times_and_again_after_a_while():
    now = [0.0]
    guesses = Guesses(lambda: now[0])
    for _ in range(GUESSES_OF_VISITOR):
        guesses.check("ann", "a")
        guesses.wrong("ann", "a")
    with pytest.raises(InputError, match="try again in 10 minutes"):
        guesses.check("ann", "a")
    guesses.check("bob", "a")
    now[0] = MEMORY + 1
    guesses.check("ann", "a")


def test_an_address_guesses_as_often_as_a_class_mistypes():
    guesses = Guesses(lambda: 0.0)
    for number in range(GUESSES_OF_ADDRESS):
        guesses.wrong("" if number % 2 else f"v{number}", "a")
    with pytest.raises(InputError, match="too many wrong codes"):
        guesses.check("new", "a")
    guesses.check("new", "b")


def test_one_who_guesses_locks_out_nobody_of_the_same_class():
    guesses = Guesses(lambda: 0.0, by_address=False)
    for number in range(2 * GUESSES_OF_ADDRESS):
        guesses.wrong(f"v{number // GUESSES_OF_VISITOR}", "a")
    guesses.check("pupil", "a")
    with pytest.raises(InputError, match="too many wrong codes"):
        guesses.check("v0", "a")
