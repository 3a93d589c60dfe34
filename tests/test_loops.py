"""A loop of checks fails where one of its checks does, and says which."""

import pytest

from tests.loops import for_each


@for_each("number", [1, 3, 5])
def test_every_value_is_checked(number, root):
    assert number % 2
    assert root.is_dir()


@for_each(("low", "high"), [(1, 2), (3, 4)])
def test_the_parts_of_a_tuple_are_arguments(low, high):
    assert low < high


def test_every_offender_is_named_with_what_is_wrong():
    @for_each("number", [1, 2, 3, 4])
    def check(number):
        if number == 4:
            raise KeyError(number)
        assert number % 2, "even"

    with pytest.raises(AssertionError, match=r"(?s)^2 of 4:\n2: AssertionError: even.*\n4: KeyError: 4"):
        check()


def test_a_check_that_expects_an_error_may_fail_too():
    @for_each(("number", "word"), [(1, "a")])
    def check(number, word):
        with pytest.raises(ValueError, match=word):
            str(number)

    with pytest.raises(AssertionError, match=r"1\.a: Failed: DID NOT RAISE"):
        check()


def test_nothing_to_check_is_no_success():
    @for_each("number", [])
    def check(number):
        assert number

    with pytest.raises(AssertionError, match="nothing to check"):
        check()
