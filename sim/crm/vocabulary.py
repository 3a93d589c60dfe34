"""Words the reader knows: fields, what other programs call them, stages, sectors and countries."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache


def key_of(text: str) -> str:
    """Reduce a name to what two spellings of it share: letters and digits, lower case, without accents.

    Args:
        text: Any name, such as "GTX Pro".

    Returns:
        The key, such as "gtxpro"; empty when nothing is left.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


@dataclass(frozen=True, slots=True)
class ExportField:
    """One field of ours and the column names it is known by.

    Attributes:
        name: Our name, used in `--map our_field=their_column`.
        required: Whether its table is useless without it.
        synonyms: Column names other programs use, best first.
        doc: What it holds.
    """

    name: str
    required: bool
    synonyms: tuple[str, ...]
    doc: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys (see `key_of`) of our name and all synonyms, best first."""
        return tuple(dict.fromkeys(key_of(name) for name in (self.name, *self.synonyms)))


_SELLER = ExportField(
    "seller",
    required=True,
    synonyms=(
        "Sales Agent",
        "Opportunity Owner",
        "Deal Owner",
        "Owner",
        "Owner Name",
        "Sales Rep",
        "Rep",
        "Salesperson",
        "Account Executive",
        "Owner ID",
    ),
    doc="the person who owns the opportunity",
)
_MANAGER = ExportField(
    "manager",
    required=False,
    synonyms=("Sales Manager", "Owner Manager", "Opportunity Owner Manager", "Reports To", "HubSpot Team", "Team"),
    doc="the seller's first-line manager",
)
_REGION = ExportField(
    "region",
    required=False,
    synonyms=("Regional Office", "Office", "Sales Region", "Territory", "Owner Role"),
    doc="the manager's office or region",
)
_ACCOUNT = ExportField(
    "account",
    required=True,
    synonyms=(
        "Account Name",
        "Company",
        "Company Name",
        "Associated Company",
        "Associated Company (Primary)",
        "Primary Associated Company",
        "Customer",
        "Customer Name",
        "Client",
    ),
    doc="the buying company",
)
_PARENT = ExportField(
    "parent",
    required=False,
    synonyms=("Subsidiary Of", "Parent Account", "Parent Company", "Ultimate Parent"),
    doc="the company that owns the account",
)
_SECTOR = ExportField("sector", required=False, synonyms=("Industry", "Vertical"), doc="the account's industry")
_COUNTRY = ExportField(
    "country",
    required=False,
    synonyms=("Office Location", "Billing Country", "Country/Region", "Location"),
    doc="where the account sits",
)
_LINE = ExportField(
    "line",
    required=False,
    synonyms=("Product", "Product Name", "Product Line", "Product Family", "Business Line", "Pipeline"),
    doc="the product line",
)

TABLES: dict[str, tuple[ExportField, ...]] = {
    "opportunities": (
        ExportField(
            "opportunity",
            required=False,
            synonyms=("Opportunity ID", "Record ID", "Deal ID", "Record ID - Deal", "ID"),
            doc="the opportunity's identifier",
        ),
        _SELLER,
        _ACCOUNT,
        ExportField(
            "stage",
            required=True,
            synonyms=("Deal Stage", "Stage Name", "Opportunity Stage", "Status", "Outcome"),
            doc="the stage, which tells won, lost and open apart",
        ),
        ExportField(
            "created",
            required=True,
            synonyms=("Engage Date", "Created Date", "Create Date", "Created", "Date Created", "Open Date", "Opened"),
            doc="the day it was opened",
        ),
        ExportField(
            "closed",
            required=True,
            synonyms=("Close Date", "Closed Date", "Closing Date", "Date Closed", "Closed On"),
            doc="the day it was closed",
        ),
        ExportField(
            "amount",
            required=True,
            synonyms=(
                "Close Value",
                "Deal Amount",
                "Deal Value",
                "Amount in company currency",
                "Amount (converted)",
                "Value",
                "ACV",
                "Annual contract value",
                "Revenue",
            ),
            doc="its value",
        ),
        _LINE,
        _MANAGER,
        _REGION,
        _PARENT,
        _SECTOR,
        ExportField(
            "reason",
            required=False,
            synonyms=("Loss Reason", "Lost Reason", "Closed Lost Reason", "Reason Lost"),
            doc="why it was lost, as reported",
        ),
    ),
    "accounts": (_ACCOUNT, _PARENT, _SECTOR, _COUNTRY),
    "products": (
        ExportField("line", required=True, synonyms=_LINE.synonyms, doc=_LINE.doc),
        ExportField(
            "price",
            required=False,
            synonyms=("Sales Price", "List Price", "Unit Price"),
            doc="the list price",
        ),
    ),
    "teams": (_SELLER, ExportField("manager", required=True, synonyms=_MANAGER.synonyms, doc=_MANAGER.doc), _REGION),
}
"""Fields of each of the four tables."""

FILE_NAMES: dict[str, str] = {
    "opportunities": "opportunities",
    "opportunity": "opportunities",
    "salespipeline": "opportunities",
    "pipeline": "opportunities",
    "deals": "opportunities",
    "accounts": "accounts",
    "companies": "accounts",
    "products": "products",
    "salesteams": "teams",
    "teams": "teams",
}
"""Table that a file's name (see `key_of`) stands for."""

OUTCOMES = ("won", "lost", "no_decision", "open")
"""What became of an opportunity."""

_STAGE_WORDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("no_decision", frozenset({"abandoned", "cancelled", "canceled", "disqualified", "unqualified", "stalled"})),
    ("lost", frozenset({"lost", "verloren", "perdu", "perdue", "perdido", "perdida"})),
    ("won", frozenset({"won", "gewonnen", "gagne", "gagnee", "ganado", "ganada", "ganho"})),
)
_STAGE_KEYS: dict[str, str] = {
    "closedwon": "won",
    "closedlost": "lost",
    "nodecision": "no_decision",
    "closednodecision": "no_decision",
}
_NEGATIONS = (frozenset({"not"}), frozenset({"to", "be"}), frozenset({"nicht"}), frozenset({"pas"}))


@cache
def outcome_of(stage: str) -> str:
    """Tell what a stage's label means.

    Args:
        stage: The label, such as "Closed Won" or "closedlost".

    Returns:
        One of `OUTCOMES`; a label without a known word is an open stage.
    """
    known = _STAGE_KEYS.get(key_of(stage))
    if known:
        return known
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
SECTORS: tuple[str, ...] = tuple(_SECTORS.split("|"))
"""Sectors in common use, against which spelling is checked."""

_COUNTRIES = (
    "Afghanistan|Albania|Algeria|Andorra|Angola|Argentina|Armenia|Australia|Austria|Azerbaijan|Bahamas|Bahrain|"
    "Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Botswana|Brazil|Brunei|Bulgaria|Burundi|"
    "Cambodia|Cameroon|Canada|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|Croatia|Cuba|Cyprus|Czechia|"
    "Denmark|Djibouti|Ecuador|Egypt|El Salvador|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|"
    "Gambia|Georgia|Germany|Ghana|Greece|Grenada|Guatemala|Guinea|Guyana|Haiti|Honduras|Hungary|Iceland|India|"
    "Indonesia|Iran|Iraq|Ireland|Israel|Italy|Jamaica|Japan|Jordan|Kazakhstan|Kenya|Kiribati|Korea|Kosovo|Kuwait|"
    "Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania|Luxembourg|Madagascar|Malawi|"
    "Malaysia|Maldives|Mali|Malta|Mauritania|Mauritius|Mexico|Micronesia|Moldova|Monaco|Mongolia|Montenegro|"
    "Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands|New Zealand|Nicaragua|Niger|Nigeria|"
    "North Macedonia|Norway|Oman|Pakistan|Palau|Panama|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|"
    "Russia|Rwanda|Samoa|San Marino|Saudi Arabia|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|"
    "Slovenia|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden|Switzerland|"
    "Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|Tunisia|Turkey|Turkmenistan|Tuvalu|Uganda|Ukraine|"
    "United Arab Emirates|United Kingdom|United States|Uruguay|Uzbekistan|Vanuatu|Venezuela|Vietnam|Yemen|"
    "Zambia|Zimbabwe"
)
COUNTRIES: tuple[str, ...] = tuple(_COUNTRIES.split("|"))
"""Countries, against which spelling is checked."""
