"""The calendar: weeks count from 1, a quarter has 13, a year 52."""

from agents.machinery.record import Field, Record
from agents.machinery.rule import helper
from agents.machinery.state import State

WEEKS_PER_QUARTER = 13
WEEKS_PER_YEAR = 52

CLOCK = Record(
    "clock",
    "Seed and calendar",
    [
        Field("seed", "i8", "1", "Key of all chance."),
        Field("week", "i8", "week", "Week since the start of the burn-in; the first is 1."),
        Field("week_of_quarter", "i8", "week", "Week of the quarter, 1 to 13."),
        Field("first_week", "i8", "0 | 1", "Whether this is the first week of the burn-in."),
        Field("quarter_end", "i8", "0 | 1", "Whether this is the last week of a quarter."),
        Field("year_end", "i8", "0 | 1", "Whether this is the last week of a year."),
        Field("measuring", "i8", "0 | 1", "Whether deals are logged (off during the burn-in)."),
        Field("n_deals", "i8", "rows", "Rows of the deal log in use."),
    ],
)


@helper
def advance_clock(s: State) -> None:
    """Begin the next week: a fresh clock stands at week 0, so the first week run is week 1, of quarter week 1."""
    clock = s.clock[0]
    clock.week += 1
    clock.week_of_quarter = (clock.week - 1) % WEEKS_PER_QUARTER + 1
    clock.first_week = 1 if clock.week == 1 else 0
    clock.quarter_end = 1 if clock.week % WEEKS_PER_QUARTER == 0 else 0
    clock.year_end = 1 if clock.week % WEEKS_PER_YEAR == 0 else 0
