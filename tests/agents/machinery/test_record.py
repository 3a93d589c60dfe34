"""Records: declared once, laid out for numpy, refused where the declaration is wrong."""

import numpy as np
import pytest

from agents.machinery.record import (
    Field,
    Record,
    amount,
    code,
    copied,
    flag,
    hours,
    money,
    number,
    ratio,
    row,
    share,
    whole,
)

SEATS = Record(
    "seats",
    "A seat",
    [
        Field("trust", "f8", "1", "Trust in management.", low=0.0, high=1.0, start=0.5),
        Field("manager", "i8", "row", "Row of the manager, -1 without.", low=-1, start=-1),
    ],
)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        (share("a", "A.", start=0.5), Field("a", "f8", "share", "A.", 0.0, 1.0, 0.5)),
        (ratio("a", "A.", high=9), Field("a", "f8", "ratio", "A.", 0.0, 9.0)),
        (amount("a", "reps", "A.", high=9), Field("a", "f8", "reps", "A.", 0.0, 9.0)),
        (number("a", "utility", "A.", low=-1.0), Field("a", "f8", "utility", "A.", -1.0)),
        (hours("a", "A."), Field("a", "f8", "hours / week", "A.", 0.0, 168.0)),
        (hours("a", "A.", high=40, per=""), Field("a", "f8", "hours", "A.", 0.0, 40.0)),
        (money("a", "A.", per="year"), Field("a", "f8", "currency / year", "A.", 0.0, 1e18)),
        (money("a", "A.", high=5), Field("a", "f8", "currency", "A.", 0.0, 5.0)),
        (whole("a", "week", "A.", kind="i4", start=-1), Field("a", "i4", "week", "A.", start=-1)),
        (flag("a", "A."), Field("a", "i8", "0 | 1", "A.")),
        (code("a", "A.", kind="i2"), Field("a", "i2", "code", "A.")),
        (row("a", "managers", "A.", start=-1), Field("a", "i8", "row of managers", "A.", start=-1)),
    ],
)
def test_short_forms_declare_what_they_say(short, full):
    assert short == full


def test_a_field_has_words_and_knows_whether_weeks_add_up():
    trust = share("rep_trust", "Trust.", better=1)
    assert (trust.label, trust.better, trust.flow) == ("Rep trust", 1, False)
    assert share("rep_trust", "Trust.", label="Trust").label == "Trust"
    flows = {
        unit: number("x", unit, "").flow for unit in ("currency / week", "reps / week", "hours / week", "a / b / week")
    }
    assert flows == {"currency / week": True, "reps / week": True, "hours / week": False, "a / b / week": False}
    assert number("x", "hours / week", "", flow=True).flow


def test_rows_start_as_declared_and_are_read_and_written_by_field():
    rows = SEATS.allocate(3)
    rows[1].trust += 0.25
    assert [row.trust for row in rows] == [0.5, 0.75, 0.5]
    assert rows[2].manager == -1


def test_rows_are_a_plain_array_for_compiled_rules():
    rows = SEATS.allocate(2)
    assert type(rows) is np.ndarray
    assert rows.dtype.names == ("trust", "manager")
    assert rows.flags.c_contiguous
    assert SEATS.allocate(0).shape == (0,)


def test_a_field_is_found_by_name():
    assert SEATS["trust"].high == 1.0
    assert [field.name for field in SEATS] == ["trust", "manager"]
    with pytest.raises(KeyError, match="no field 'quota'"):
        SEATS["quota"]


@pytest.mark.parametrize(
    ("value", "admitted"), [(0.0, True), (1.0, True), (1.1, False), (-0.1, False), (np.nan, False)]
)
def test_bounds_admit_their_ends_and_never_nan(value, admitted):
    assert SEATS["trust"].admits(value) is admitted
    assert not Field("free", "f8", "1", "Unbounded.").admits(np.nan)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [({"name": "two words"}, "Python name"), ({"kind": "f4"}, "'f8', 'i8', 'i4' or 'i2'"), ({"start": 2.0}, "outside")],
)
def test_a_wrong_field_is_refused(arguments, message):
    right = {"name": "trust", "kind": "f8", "unit": "1", "doc": "Trust.", "low": 0.0, "high": 1.0}
    with pytest.raises(ValueError, match=message):
        Field(**(right | arguments))


@pytest.mark.parametrize(("fields", "message"), [([], "empty"), ([SEATS["trust"]] * 2, "trust twice")])
def test_a_wrong_record_is_refused(fields, message):
    with pytest.raises(ValueError, match=message):
        Record("seats", "A seat", fields)


def test_rows_on_cache_lines_begin_there_and_so_do_their_copies():
    fields = [Field("seat", "i4", "row", "Seat."), Field("trust", "f8", "1", "Trust.", start=0.5)]
    padded = Record("accounts", "An account", fields, on_cache_lines=True)
    rows = padded.allocate(3)
    rows[2].seat = 7
    for one in (rows, copied(rows)):
        assert (one.dtype.itemsize, one.ctypes.data % 64) == (64, 0)
        assert [(row.seat, row.trust) for row in one] == [(0, 0.5), (0, 0.5), (7, 0.5)]
    copied(rows)[0].seat = 9
    assert rows[0].seat == 0
    assert padded.allocate(0).shape == (0,)
