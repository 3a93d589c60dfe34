"""Words the reader knows: fields, what other programs call them, stages, sectors and countries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from babel import Locale

if TYPE_CHECKING:
    from collections.abc import Mapping


def key_of(text: str) -> str:
    """Reduce a name to what two spellings share: letters and digits, lower case, without accents; may be empty."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


CRMS = ("Salesforce", "HubSpot", "Pipedrive", "Dynamics 365")  # whose standard columns every field names
NONE = "none: "  # how what is said of a program begins that has no such column, followed by what there is instead


@dataclass(frozen=True, slots=True)
class ExportField:
    """One field of ours and the column names it is known by."""

    name: str  # our name, used in `--map our_field=their_column`
    required: bool  # whether its table is useless without it
    synonyms: tuple[str, ...]  # column names other programs use, best first
    doc: str  # what it holds
    standard: Mapping[str, str] = field(hash=False)  # what each of `CRMS` calls its column, or `NONE` and what there is

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys (see `key_of`) of our name and all synonyms, best first."""
        return tuple(dict.fromkeys(key_of(name) for name in (self.name, *self.synonyms)))

    @property
    def others(self) -> tuple[str, ...]:
        """Synonyms that are no standard column of `CRMS`, best first."""
        return tuple(name for name in self.synonyms if key_of(name) not in map(key_of, self.standard.values()))


def _field(name: str, doc: str, known: str, *, required: bool = False) -> ExportField:
    """Declare a field: names between bars, best first; before one stand the programs whose standard column it is."""
    names: list[str] = []
    standard: dict[str, str] = {}
    for entry in known.split("|"):
        whose, _, label = entry.partition(": ")
        if not set(whose.split(", ")) <= set(CRMS):
            names.append(entry)
            continue
        standard |= dict.fromkeys(whose.split(", "), label)
        names += [] if label.startswith(NONE) else [label]
    return ExportField(name, required, tuple(names), doc, {crm: standard[crm] for crm in CRMS})


def _elsewhere(one: ExportField, known: str, *, required: bool) -> ExportField:
    """Declare a field in a table in which its standard columns are others; what it is called elsewhere is known too."""
    here = _field(one.name, one.doc, known, required=required)
    return replace(here, synonyms=tuple(dict.fromkeys((*here.synonyms, *one.synonyms))))


_OWN = "none: a field of one's own"
_NO_TEAMS = "HubSpot: none: HubSpot Team stands beside deals|Pipedrive: none: teams are not exported with deals"
_SELLER = _field(
    "seller", "the person who owns the opportunity",
    "Sales Agent|Salesforce: Opportunity Owner|HubSpot: Deal owner|Pipedrive: Deal - Owner|Dynamics 365: Owner|"
    "Owner Name|Sales Rep|Rep|Salesperson|Account Executive|Owner ID",
    required=True,
)  # fmt: skip
_MANAGER = _field(
    "manager", "the seller's first-line manager",
    "Sales Manager|Owner Manager|Salesforce: Opportunity Owner: Manager|Reports To|HubSpot: HubSpot Team|Team|"
    f"Dynamics 365: Manager (Owning User) (User)|Pipedrive: {_OWN}",
)  # fmt: skip
_REGION = _field(
    "region", "the manager's office or region",
    "Regional Office|Office|Sales Region|Territory|Salesforce: Owner Role|"
    f"Dynamics 365: Territory (Owning User) (User)|HubSpot, Pipedrive: {_OWN}",
)  # fmt: skip
_ACCOUNT = _field(
    "account", "the buying company",
    "Salesforce: Account Name|Company|Company Name|Associated Company|HubSpot: Associated Company (Primary)|"
    "Primary Associated Company|Customer|Customer Name|Client|Pipedrive: Deal - Organization|Organization|"
    "Dynamics 365: Potential Customer",
)  # fmt: skip
_PARENT = _field(
    "parent", "the company that owns the account",
    "Subsidiary Of|Salesforce: Parent Account|Parent Company|Ultimate Parent|"
    "HubSpot: none: among companies|Dynamics 365: none: among accounts|"
    f"Pipedrive: {_OWN}",
)  # fmt: skip
_SECTOR = _field(
    "sector", "the account's industry",
    "Salesforce: Industry|Vertical|Pipedrive: Organization - Industry|"
    "HubSpot: none: among companies|Dynamics 365: none: among accounts",
)  # fmt: skip
_COUNTRY = _field(
    "country", "where the account sits",
    "Office Location|Salesforce: Billing Country|HubSpot: Country/Region|"
    "Pipedrive: Organization - Country of Address|Dynamics 365: Address 1: Country/Region|Location",
)  # fmt: skip
_LINE = _field(
    "line", "the product line",
    "Product|Salesforce: Product Name|Product Line|Product Family|Business Line|HubSpot: Pipeline|"
    "Pipedrive: Deal - Pipeline|Dynamics 365: none: among the products of an opportunity",
)  # fmt: skip

TABLES: dict[str, tuple[ExportField, ...]] = {
    "opportunities": (
        _field(
            "opportunity", "the opportunity's identifier",
            "Salesforce: Opportunity ID|HubSpot: Record ID|Pipedrive: Deal - ID|Record ID - Deal|"
            "Dynamics 365: (Do Not Modify) Opportunity|ID",
        ),
        _SELLER,
        _ACCOUNT,
        _field(
            "stage", "the stage, which tells won, lost and open apart",
            "Salesforce: Stage|Pipedrive: Deal - Status|HubSpot: Deal Stage|Stage Name|Opportunity Stage|"
            "Dynamics 365: Status|Outcome", required=True,
        ),
        _field(
            "created", "the day it was opened",
            "Engage Date|Salesforce: Created Date|HubSpot: Create Date|Created|Date Created|Open Date|Opened|"
            "Dynamics 365: Created On|Pipedrive: Deal - Deal created|Deal created", required=True,
        ),
        _field(
            "closed", "the day it was closed",
            "Salesforce, HubSpot: Close Date|Closed Date|Closing Date|Date Closed|Closed On|"
            "Dynamics 365: Actual Close Date|Pipedrive: Deal - Deal closed on|Deal closed on|Est. Close Date|"
            "Deal - Expected close date", required=True,
        ),
        _field(
            "amount", "its value",
            "Salesforce, HubSpot: Amount|Close Value|Deal Amount|Pipedrive: Deal - Value|"
            "Amount in company currency|Amount (converted)|Value|ACV|Annual contract value|Revenue|"
            "Dynamics 365: Est. Revenue|Estimated Revenue|Actual Revenue", required=True,
        ),
        _LINE,
        _MANAGER,
        _REGION,
        _PARENT,
        _SECTOR,
        _field(
            "source", "where the opportunity came from",
            "Salesforce: Lead Source|Original Source|HubSpot: Original Traffic Source|"
            "Pipedrive: Deal - Source channel|Source channel|Source|"
            "Dynamics 365: Lead Source (Originating Lead) (Lead)",
        ),
        _field(
            "reason", "why it was lost, as reported",
            "Loss Reason|Lost Reason|HubSpot: Closed Lost Reason|Reason Lost|Pipedrive: Deal - Lost reason|"
            f"Dynamics 365: Status Reason|Salesforce: {_OWN}, such as Loss Reason",
        ),
    ),
    "accounts": (
        _elsewhere(
            _ACCOUNT,
            "Salesforce, Dynamics 365: Account Name|HubSpot: Company name|Pipedrive: Organization - Name",
            required=True,
        ),
        _elsewhere(
            _PARENT,
            f"Subsidiary Of|Salesforce, Dynamics 365: Parent Account|HubSpot: Parent Company|Pipedrive: {_OWN}",
            required=False,
        ),
        _elsewhere(
            _SECTOR,
            "Salesforce, HubSpot, Dynamics 365: Industry|Pipedrive: Organization - Industry", required=False,
        ),
        _COUNTRY,
    ),
    "products": (
        _elsewhere(
            _LINE,
            "Product|Salesforce: Product Name|Product Line|Product Family|Business Line|Pipeline|"
            "HubSpot, Dynamics 365: Name|Pipedrive: none: not known, say it with --map", required=True,
        ),
        _field(
            "price", "the list price",
            "Sales Price|Salesforce, Dynamics 365: List Price|HubSpot: Unit price|"
            "Pipedrive: none: a price for each currency",
        ),
    ),
    "teams": (
        _elsewhere(
            _SELLER,
            "Salesforce, Dynamics 365: none: Full Name of users, say --map teams.seller='Full Name'|"
            + _NO_TEAMS, required=True,
        ),
        _elsewhere(
            _MANAGER,
            "Salesforce, Dynamics 365: Manager|" + _NO_TEAMS,
            required=True,
        ),
        _elsewhere(
            _REGION,
            "Dynamics 365: Territory|Salesforce: none: Role of users, say --map teams.region=Role|"
            + _NO_TEAMS, required=False,
        ),
    ),
}  # fmt: skip
"""Fields of each of the four tables."""

FILE_NAMES: dict[str, str] = {
    **dict.fromkeys(("opportunities", "opportunity", "salespipeline", "pipeline", "deals"), "opportunities"),
    **dict.fromkeys(("accounts", "companies"), "accounts"),
    "products": "products",
    **dict.fromkeys(("salesteams", "teams"), "teams"),
}
"""Table that a file's name (see `key_of`) stands for."""

OUTCOMES = ("won", "lost", "no_decision", "open")  # what became of an opportunity
_STAGE_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("no_decision", frozenset({"abandoned", "cancelled", "canceled", "disqualified", "unqualified", "stalled"})),
    ("lost", frozenset({"lost", "verloren", "perdu", "perdue", "perdido", "perdida"})),
    ("won", frozenset({"won", "gewonnen", "gagne", "gagnee", "ganado", "ganada", "ganho"})),
)
_STAGE_KEYS = {
    "closedwon": "won", "closedlost": "lost", "nodecision": "no_decision", "closednodecision": "no_decision",
}  # fmt: skip
_NEGATIONS = (frozenset({"not"}), frozenset({"to", "be"}), frozenset({"nicht"}), frozenset({"pas"}))


@cache
def outcome_of(stage: str) -> str:
    """Tell what a label such as "Closed Won" means, one of `OUTCOMES`; without a known word it is an open stage."""
    if outcome := _STAGE_KEYS.get(key_of(stage)):
        return outcome
    plain = unicodedata.normalize("NFKD", stage).encode("ascii", "ignore").decode().casefold()
    words = set(re.findall(r"[a-z]+", plain))
    if {"no", "decision"} <= words:
        return "no_decision"
    if any(negation <= words for negation in _NEGATIONS):
        return "open"
    return next((outcome for outcome, marks in _STAGE_WORDS if words & marks), "open")


BLANKS = frozenset({"", "-", "--", "n/a", "#n/a", "na", "nan", "null", "none", "(blank)", "(no value)", "(empty)"})
"""Texts (lower case) that stand for an empty cell."""

_SECTORS = (
    "advertising|aerospace|agriculture|automotive|banking|biotechnology|chemicals|construction|consulting|"
    "consumer goods|defense|education|electronics|employment|energy|engineering|entertainment|environmental|"
    "finance|financial services|food|food and beverage|government|healthcare|hospitality|insurance|legal|logistics|"
    "machinery|manufacturing|marketing|media|medical|mining|nonprofit|oil and gas|pharmaceuticals|real estate|"
    "recreation|retail|services|shipping|software|technology|telecommunications|transportation|travel|"
    "utilities|wholesale"
)
SECTORS: tuple[str, ...] = tuple(_SECTORS.split("|"))  # sectors in common use, against which spelling is checked


@cache
def countries() -> tuple[str, ...]:
    """Countries by their English names, against which spelling is checked."""
    return tuple(name for code, name in Locale("en").territories.items() if len(code) == 2)
