"""The buyer as Mesa sees it: every field of the record an attribute, every rule a method."""

import agents.schedule  # noqa: F401 - registers every rule
from agents.buyer.record import BUYERS
from agents.machinery.agent import ModelAgent, bind_rules


class Buyer(ModelAgent):
    """An account with its buying group, its needs and its buying processes."""

    record = BUYERS


bind_rules(Buyer, "buyer")
