"""The manager as Mesa sees it: every field of the record an attribute, every rule a method."""

import agents.schedule  # noqa: F401 - registers every rule
from agents.machinery.agent import ModelAgent, bind_rules
from agents.manager.record import MANAGERS


class Manager(ModelAgent):
    """A manager of reps or of managers."""

    record = MANAGERS


bind_rules(Manager, "manager")
