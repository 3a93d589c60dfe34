"""The rep as Mesa sees it: every field of the record an attribute, every rule a method."""

import agents.schedule  # noqa: F401 - registers every rule
from agents.machinery.agent import ModelAgent, bind_rules
from agents.rep.record import REPS


class Rep(ModelAgent):
    """A quota-carrying seller."""

    record = REPS


bind_rules(Rep, "rep")
