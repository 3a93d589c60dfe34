"""What reps can do at the start."""

from sim.scenario.parameters.base import Section, assumed, model, param


class Capabilities(Section):
    """What reps can do at the start."""

    name = "capabilities"

    starting_method: float = param(
        0.5,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Mean method of reps at the start.",
        source=assumed("below the playbook"),
        when="start",
    )
    method_spread: float = param(
        0.1,
        low=0.0,
        high=0.5,
        unit="share",
        doc="Spread of method between reps at the start.",
        source=assumed("people differ"),
        when="start",
    )
    untrained_method: float = param(
        0.2,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Method of those never trained, to which forgetting leads.",
        source=assumed("common sense"),
    )
    usual_method: float = param(
        0.37,
        low=0.05,
        high=1.0,
        unit="share",
        doc="Method in use that counts as 1.",
        source=assumed("what the default scenario settles at"),
    )
    art_share: float = param(
        0.35,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Part of capability that is art.",
        source=assumed("a little less than half"),
        when="start",
    )
    rep_depth: float = param(
        0.4,
        low=0.0,
        high=1.0,
        unit="share",
        doc="Depth of a rep alone against complexity.",
        source=model("section 8"),
    )
