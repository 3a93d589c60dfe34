"""The overlay specialist as Mesa sees it: every field of the record an attribute, every rule a method."""

import agents.schedule  # noqa: F401 - registers every rule
from agents.machinery.agent import ModelAgent, bind_rules
from agents.specialist.record import SPECIALISTS


class OverlaySpecialist(ModelAgent):
    """A specialist who joins deals of the reps covered."""

    record = SPECIALISTS


bind_rules(OverlaySpecialist, "specialist")
