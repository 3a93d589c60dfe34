"""What reps can do at the start."""

from sim.scenario.parameters.base import Section, assumed, share


class Capabilities(Section):
    """What reps can do at the start."""

    name = "capabilities"

    starting_method: float = share(0.5, assumed("below the playbook"), when="start")
    """Mean method of reps at the start."""
    method_spread: float = share(0.1, assumed("people differ"), high=0.5, when="start")
    """Spread of method between reps at the start."""
    untrained_method: float = share(0.2, assumed("common sense"))
    """Method of those never trained, to which forgetting leads."""
    usual_method: float = share(0.37, assumed("what the default scenario settles at"), low=0.05)
    """Method in use that counts as 1."""
    art_share: float = share(0.44, assumed("less than half"), label="share of art in capability", when="start")
    """Part of capability that is art."""
    rep_depth: float = share(0.4, assumed("a generalist commands less than half of a hard case"))
    """Depth of a rep alone against complexity."""
