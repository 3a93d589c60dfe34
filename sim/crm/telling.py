"""Texts that tell what a column holds: where opportunities come from, and places; all others are no evidence.

A text counts as `telling` where a column of other things would hardly have it ("Referral", "Trade show", "EMEA"), and
as known where it fits but other columns have it too ("Web", "Phone"; "Georgia", which is a first name as well).
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from sim.crm.vocabulary import countries, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

_TELLING_SOURCES = (
    "referral|referrals|customer referral|client referral|partner referral|employee referral|"
    "external referral|internal referral|ai referrals|word of mouth|recommendation|trade show|trade shows|"
    "trade fair|cold call|cold calls|cold calling|cold outreach|cold email|organic search|paid search|"
    "organic social|paid social|direct traffic|web form|website form|contact form|web inquiry|"
    "phone inquiry|inbound call|inbound lead|outbound call|purchased list|lead list|advertisement|"
    "google ads|adwords|linkedin ads|facebook ads|offline sources|other campaigns|telesales|telemarketing|"
    "prospecting|prospector|lead generation|sales generated|marketing generated|self generated|"
    "partner generated|marketing sourced|sales sourced|partner sourced|content download|whitepaper|"
    "landing page|demo request|lead suggestions|web visitors|empfehlung|kaltakquise|messe|"
    "bouche a oreille|prospection|kundenempfehlung|partnerempfehlung|paid ads|paid media"
)
_KNOWN_SOURCES = (
    "web|website|internet|online|inbound|outbound|partner|partners|channel|channel partner|direct|"
    "event|events|conference|exhibition|fair|seminar|webinar|email|email marketing|phone|social|"
    "social media|linkedin|facebook|twitter|instagram|marketing|campaign|marketing campaign|"
    "marketing event|direct mail|mail|sales|sdr|bdr|networking|public relations|press|blog|newsletter|"
    "chat|live chat|chatbot|marketplace|walk in|existing customer|existing client|customer|upsell|"
    "cross sell|cross selling|employee|internal|external|other|others|unknown|misc|advertising|seo|"
    "sem|ppc|organic|paid|free trial|webseite|telefon|bestandskunde|salon|recommandation|site web"
)
_GROUPS = (
    "emea|apac|latam|dach|nordics|benelux|americas|amer|europe|asia|africa|oceania|middle east|"
    "north america|south america|latin america|central america|asia pacific|eastern europe|western europe|"
    "central europe|southern europe|northern europe|uk and ireland|uki|iberia|cee|mena|anz|baltics|"
    "balkans|caribbean|scandinavia|new england|midwest|mid atlantic|west coast|east coast|"
    "apj|noram|namer"
)
_STATES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|hawaii|idaho|"
    "illinois|indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|"
    "mississippi|missouri|montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|"
    "north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina|"
    "south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|"
    "alberta|british columbia|manitoba|new brunswick|nova scotia|ontario|quebec|saskatchewan|uk|usa|us|"
    "uae|great britain|england|scotland|wales|czech republic|korea|russia|turkey|hong kong"
)
_COMPASS = frozenset((
    "north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest",
    "nord", "sud", "ost", "est", "ouest", "norte", "sur", "este", "oeste",
))  # fmt: skip
_BESIDE_COMPASS = frozenset(("central", "region", "area", "territory", "sales", "zone", "gebiet", "and", "of", "the"))
_FIRST_NAMES = frozenset(("chad", "georgia", "jordan", "israel", "virginia", "montana", "washington", "carolina"))
_PARTS = re.compile(r"[/,;:&+()>|]|\s[-\u2013]\s|\band\b")


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(map(key_of, names))


_TELLING = _keys(_TELLING_SOURCES.split("|"))
_KNOWN = _TELLING | _keys(_KNOWN_SOURCES.split("|"))
_AREAS = _keys(_GROUPS.split("|"))


@cache
def _lands() -> frozenset[str]:
    return _keys(countries()) | _keys(_STATES.split("|"))


def source_evidence(text: str) -> float:
    """How far a text tells a lead source: 1 telling, 0.5 known, 0 neither. All its parts must be known."""
    parts = _parts(text)
    if not parts or not all(key_of(part) in _KNOWN for part in parts):
        return 0.0
    return 1.0 if any(key_of(part) in _TELLING for part in parts) else 0.5


def area_evidence(text: str) -> float:
    """How far a text tells an area of sales, such as EMEA, DACH, North, US West or UK & Ireland: 1, 0.5 or 0."""
    if key_of(text) in _lands():
        return 0.5
    parts = _parts(text)
    worth = [_area(part) for part in parts] or [0.0]
    return min(worth) if min(worth) == 0.0 or len(parts) == 1 else 1.0


def _area(text: str) -> float:
    words = [key for word in re.split(r"[\W_]+", text) if (key := key_of(word))]
    rest = "".join(word for word in words if word not in _COMPASS and word not in _BESIDE_COMPASS)
    if key_of(text) in _AREAS or rest in _AREAS:
        return 1.0
    if not words or (rest and rest not in _lands()):
        return 0.0
    return 1.0 if any(word in _COMPASS for word in words) else 0.5


def land_evidence(text: str) -> float:
    """How far a text tells a country or state: 1 telling, 0.5 known (a first name as well, or an area), 0 neither."""
    key = key_of(text)
    if key in _lands():
        return 0.5 if key in _FIRST_NAMES else 1.0
    return min(area_evidence(text), 0.5)


def _parts(text: str) -> list[str]:
    return [part for part in _PARTS.split(text) if key_of(part)]
