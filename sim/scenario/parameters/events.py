"""Things that befall an organization at a given week and are no change of a lever: who may happen, and with what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Argument:
    """A number an event is given.

    Attributes:
        default: Value when the intervention does not say; None: it must say.
        low, high: Allowed range, in `unit`.
        unit: Its unit.
        whole: Whether it counts things.
    """

    default: float | None
    low: float
    high: float
    unit: str
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event.

    Attributes:
        doc: What happens, in one line.
        arguments: Numbers it takes, by name.
    """

    doc: str
    arguments: dict[str, Argument]


EVENTS: dict[str, Event] = {
    "star_leaves": Event(
        "The best reps by bookings of the last four quarters leave.",
        {"count": Argument(1, 1, 1000, "reps", whole=True)},
    ),
    "hire": Event(
        "Additional seats are opened and filled after the hiring delay.",
        {"count": Argument(None, 1, 50_000, "reps", whole=True)},
    ),
    "demand_shock": Event(
        "Buyers' needs arise more or less often from now on.", {"factor": Argument(None, 0, 10, "times the need rate")}
    ),
    "competitor_shock": Event(
        "Competitors become stronger or weaker from now on.", {"strength": Argument(None, -3, 3, "utility")}
    ),
    "icp_project": Event(
        "A project defines the ideal customer anew and raises clarity.",
        {"gain": Argument(None, 0, 1, "share of the distance to full clarity")},
    ),
    "quota_change": Event(
        "The quotas of the running quarter and year are changed.", {"factor": Argument(None, 0, 10, "times the quota")}
    ),
}
