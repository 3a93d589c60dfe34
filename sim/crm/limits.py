"""How large an export may be: what a scenario can hold and what can be matched, in sentences about the export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.crm.scenario_text import potentials
from sim.scenario.errors import InputError, ScenarioError
from sim.scenario.parameters import parameter
from sim.scenario.reading import LARGEST_FILE
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.crm.load import CrmData

MATCHED_SELLERS = 5_000  # sellers beyond which a search of 16 rounds takes many minutes. [sellers] Assumed.
MATCHED_SLOTS = 400_000  # the same for buying centres x lines; a run takes some 6 s. [slots] Assumed.
MOST_CENTRES, MOST_PRICE, MOST_POTENTIAL = 10_000, 1e9, 1_000.0  # what the rows of a scenario can hold
SMALLER = "export a shorter period, or some teams or regions only"


def check_limits(data: CrmData) -> None:
    """Refuse an export that no scenario can hold: InputError with what is too large in it."""
    pair = data.centres.frame.sort_values("centres").iloc[-1]
    line = data.lines.sort_values("mean_amount").iloc[-1]
    seller = potentials(data).sort_values("potential").iloc[-1]
    seats = parameter("structure.n_reps").high or 0.0
    sizes = (
        (len(data.active_sellers), seats, "there are {:,.0f} sellers with opportunities", SMALLER),
        (
            pair["centres"], MOST_CENTRES,
            f"{pair['seller']} has {{:,.0f}} opportunities of one product line open at once with {pair['account']}",
            "check the dates and the account column, or export a shorter period",
        ),
        (
            line["mean_amount"], MOST_PRICE, f"the mean amount won of {line['line']} is {{:,.0f}}",
            "check the amount column, or give amounts in thousands",
        ),
        (
            seller["potential"], MOST_POTENTIAL, f"the deals of {seller['seller']} are {{:,.0f}} times those of others",
            "check the amounts, or leave such deals out",
        ),
    )  # fmt: skip
    for size, most, what, way in sizes:
        if size > most:
            raise InputError(f"{data.name}: {what.format(size)}, and a scenario can hold {most:,.0f} at most; {way}")


def check_matchable(data: CrmData) -> None:
    """Refuse an export that no scenario can hold, or so large that matching it would take hours: InputError."""
    check_limits(data)
    sellers, slots = len(data.active_sellers), data.centres.total * len(data.lines)
    many = ""
    if sellers > MATCHED_SELLERS:
        many = f"{sellers:,} sellers; at most {MATCHED_SELLERS:,} can be matched"
    elif slots > MATCHED_SLOTS:
        many = f"{data.centres.total:,} buying centres x {len(data.lines)} product lines; at most {MATCHED_SLOTS:,}"
        many += " in all can be matched"
    if many:
        raise InputError(f"{data.name} has {many}: {SMALLER}, or add --no-fit for a scenario with usual rates")


def scenario_of(text: str, name: str) -> Scenario:
    """Read the scenario made of the export of some name: InputError, about the export, where it is not valid."""
    size = len(text.encode())
    if size > LARGEST_FILE:
        most = f"{size / 1e6:,.0f} MB, and a scenario has at most {LARGEST_FILE / 1e6:,.0f} MB"
        raise InputError(f"what is made of {name} has {most}: {SMALLER}")
    try:
        return Scenario.from_text(text, file=name)
    except ScenarioError as error:
        what = f"{error.section} {error.key}".strip()
        raise InputError(f"no scenario can hold what {name} says of {what}: {error.problems[0].text}") from error
