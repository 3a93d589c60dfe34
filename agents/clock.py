"""The calendar: weeks count from 1, a quarter has 13, a year 52."""

from agents.rule import helper
from agents.state_type import State

WEEKS_PER_QUARTER = 13
WEEKS_PER_YEAR = 52


@helper
def advance_clock(s: State) -> None:
    """Begin the next week: a fresh clock stands at week 0, so the first week run is week 1, of quarter week 1."""
    clock = s.clock[0]
    clock.week += 1
    clock.week_of_quarter = (clock.week - 1) % WEEKS_PER_QUARTER + 1
    clock.quarter_end = 1 if clock.week % WEEKS_PER_QUARTER == 0 else 0
    clock.year_end = 1 if clock.week % WEEKS_PER_YEAR == 0 else 0
