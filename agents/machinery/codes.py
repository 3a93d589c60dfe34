"""Whole-number codes stored in records: states, outcomes, reasons, kinds.

Each table is an ``IntEnum`` for people and a named tuple of plain integers for
the rules, because compiled code does not take enum members.
"""

from collections import namedtuple
from enum import IntEnum
from typing import Any


class Status(IntEnum):
    """State of an opportunity."""

    OPEN = 0
    CLOSED = 1


class Pursuit(IntEnum):
    """What the rep does about an opportunity."""

    NONE = 0
    PURSUED = 1
    DROPPED = 2


class Origin(IntEnum):
    """Where a need was found."""

    BUYER = 0
    MARKETING = 1
    PROSPECTING = 2
    TELESALES = 3
    CROSS_SELL = 4
    REFERRAL = 5


class Outcome(IntEnum):
    """How an opportunity ended."""

    OPEN = 0
    WON = 1
    LOST = 2
    NO_DECISION = 3


class Reason(IntEnum):
    """Why an opportunity was not won; the last two are only ever reported."""

    NONE = 0
    ATTENTION = 1
    VALUE = 2
    ALIGNMENT = 3
    RELATIONSHIP = 4
    FIT = 5
    PRICE = 6
    CONSENSUS = 7
    DISQUALIFIED = 8
    COMPETITION = 9
    OFFERING = 10


class Cause(IntEnum):
    """What a manager may hold responsible for a missed target."""

    NONE = 0
    TARGET = 1
    TIME = 2
    TARGETING = 3
    CAPABILITY = 4
    PRODUCT = 5


class Response(IntEnum):
    """What a manager does about a missed target."""

    NONE = 0
    OVERLAY = 1
    PRESCRIBE = 2
    TRAIN = 3
    ROOT_CAUSE = 4


class Kind(IntEnum):
    """Kinds of overlay specialist."""

    PRODUCT = 0
    INDUSTRY = 1
    INSTALLED_BASE = 2
    TELESALES = 3


def _plain(table: type[IntEnum]) -> Any:
    """Return a named tuple of the table's plain integers."""
    names = [member.name for member in table]
    made: Any = namedtuple(table.__name__, names)  # type: ignore[misc]  # noqa: PYI024 - the fields are only known here
    return made(*[member.value for member in table])


STATUS = _plain(Status)
PURSUIT = _plain(Pursuit)
ORIGIN = _plain(Origin)
OUTCOME = _plain(Outcome)
REASON = _plain(Reason)
CAUSE = _plain(Cause)
RESPONSE = _plain(Response)
KIND = _plain(Kind)

KIND_NAMES = tuple(kind.name.lower() for kind in Kind)
"""Kinds of overlay specialist as parameters name them: `structure.product_specialists` and so on, in their order."""
