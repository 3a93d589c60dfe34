"""The calendar: weeks count from 1, a quarter has 13, a year 52."""

from agents.machinery.record import Record, flag, whole
from agents.machinery.rule import helper
from agents.machinery.state import State

WEEKS_PER_QUARTER = 13
WEEKS_PER_YEAR = 52
QUARTERS_PER_YEAR = 4

CLOCK = Record(
    "clock",
    "Seed and calendar",
    [
        whole("seed", "1", "Key of all chance."),
        whole("week", "week", "Week since the start of the burn-in; the first is 1."),
        whole("week_of_quarter", "week", "Week of the quarter, 1 to 13."),
        flag("first_week", "Whether this is the first week of the burn-in."),
        flag("quarter_end", "Whether this is the last week of a quarter."),
        flag("year_end", "Whether this is the last week of a year."),
        flag("measuring", "Whether deals are logged (off during the burn-in)."),
        whole("n_deals", "rows", "Rows of the deal log in use."),
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
