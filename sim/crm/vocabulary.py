"""Words the reader knows: fields, what other programs call them, stages, sectors and countries."""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import cache

from babel import Locale


def key_of(text: str) -> str:
    """Reduce a name to what two spellings share: letters and digits, lower case, without accents; may be empty."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True, slots=True)
class ExportField:
    """One field of ours and the column names it is known by."""

    name: str  # our name, used in `--map our_field=their_column`
    required: bool  # whether its table is useless without it
    synonyms: tuple[str, ...]  # column names other programs use, best first
    doc: str  # what it holds

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys (see `key_of`) of our name and all synonyms, best first."""
        return tuple(dict.fromkeys(key_of(name) for name in (self.name, *self.synonyms)))


def _field(name: str, doc: str, synonyms: str, *, required: bool = False) -> ExportField:
    return ExportField(name, required, tuple(synonyms.split("|")), doc)


_SELLER = _field(
    "seller", "the person who owns the opportunity",
    "Sales Agent|Opportunity Owner|Deal Owner|Owner|Owner Name|Sales Rep|Rep|Salesperson|Account Executive|Owner ID",
    required=True,
)  # fmt: skip
_MANAGER = _field(
    "manager", "the seller's first-line manager",
    "Sales Manager|Owner Manager|Opportunity Owner Manager|Reports To|HubSpot Team|Team",
)  # fmt: skip
_REGION = _field(
    "region", "the manager's office or region", "Regional Office|Office|Sales Region|Territory|Owner Role"
)  # fmt: skip
_ACCOUNT = _field(
    "account", "the buying company",
    "Account Name|Company|Company Name|Associated Company|Associated Company (Primary)|Primary Associated Company|"
    "Customer|Customer Name|Client|Deal - Organization|Organization|Potential Customer",
    required=True,
)  # fmt: skip
_PARENT = _field(
    "parent", "the company that owns the account", "Subsidiary Of|Parent Account|Parent Company|Ultimate Parent"
)  # fmt: skip
_SECTOR = _field("sector", "the account's industry", "Industry|Vertical")
_COUNTRY = _field("country", "where the account sits", "Office Location|Billing Country|Country/Region|Location")
_LINE = _field(
    "line", "the product line",
    "Product|Product Name|Product Line|Product Family|Business Line|Pipeline|Deal - Pipeline"
)  # fmt: skip

TABLES: dict[str, tuple[ExportField, ...]] = {
    "opportunities": (
        _field(
            "opportunity", "the opportunity's identifier",
            "Opportunity ID|Record ID|Deal ID|Record ID - Deal|(Do Not Modify) Opportunity|ID"
        ),
        _SELLER,
        replace(_ACCOUNT, required=False),
        _field(
            "stage", "the stage, which tells won, lost and open apart",
            "Deal - Status|Deal Stage|Stage Name|Opportunity Stage|Status|Outcome", required=True,
        ),
        _field(
            "created", "the day it was opened",
            "Engage Date|Created Date|Create Date|Created|Date Created|Open Date|Opened|Created On|Deal - Deal created|"
            "Deal created", required=True,
        ),
        _field(
            "closed", "the day it was closed",
            "Close Date|Closed Date|Closing Date|Date Closed|Closed On|Actual Close Date|Deal - Deal closed on|"
            "Deal closed on|Est. Close Date|Deal - Expected close date",
            required=True,
        ),
        _field(
            "amount", "its value",
            "Close Value|Deal Amount|Deal Value|Amount in company currency|Amount (converted)|Value|ACV|"
            "Annual contract value|Revenue|Est. Revenue|Estimated Revenue|Actual Revenue", required=True,
        ),
        _LINE,
        _MANAGER,
        _REGION,
        _PARENT,
        _SECTOR,
        _field(
            "source", "where the opportunity came from",
            "Lead Source|Original Source|Original Traffic Source|Deal - Source channel|Source channel|Source"
        ),
        _field(
            "reason", "why it was lost, as reported",
            "Loss Reason|Lost Reason|Closed Lost Reason|Reason Lost|Deal - Lost reason|Status Reason"
        ),
    ),
    "accounts": (_ACCOUNT, _PARENT, _SECTOR, _COUNTRY),
    "products": (
        replace(_LINE, required=True), _field("price", "the list price", "Sales Price|List Price|Unit Price"),
    ),
    "teams": (_SELLER, replace(_MANAGER, required=True), _REGION),
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
