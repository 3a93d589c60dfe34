"""Which encoding a text of Latin letters is in: the one whose letters are those of one language, in every word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WEST = {
    "Danish, Norwegian": "æøåé", "Dutch": "áéëíïóöúüè", "Estonian": "äõöüšž", "Finnish, Swedish": "åäöéšž",
    "French": "àâæçéèêëîïôœùûüÿ", "German": "äöüßé", "Icelandic, Faroese": "áðéíóúýþæöø", "Italian": "àéèìíîóòùú",
    "Portuguese": "áàâãçéêíóôõú", "Spanish, Catalan": "áàçéèíïñóòúü",
}  # fmt: skip
_EAST = {
    "Croatian, Slovene": "čćđšž", "Czech": "áčďéěíňóřšťúůýž", "Hungarian": "áéíóöőúüű", "Polish": "ąćęłńóśźż",
    "Romanian": "ăâîşţ", "Slovak": "áäčďéíĺľňóôŕšťúýž",
}  # fmt: skip
_ALPHABETS = {
    "cp1252": _WEST, "cp1250": _EAST, "iso8859-2": _EAST,
    "cp1254": {"Turkish": "çğ\u0131öşüâîûi\u0307"}, "mac-roman": _WEST,
}  # fmt: skip
"""Letters of languages beside those of English, by the encodings they are written in (Unicode CLDR, main letters)."""

_MARKS = str.maketrans(dict.fromkeys("\u2013\u2014\u2018\u2019\u201a\u201c\u201d„…«»\u00a0", " "))
_SIGNS = "€£§°®™·¿¡ªº²³½"
_WORD = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]*[^\x00-\x7f][^\x00-\x40\x5b-\x60\x7b-\x7f]*")
_ENGLISH = re.compile(r"[A-Za-z]")
_CAPITAL_WITHIN = re.compile(r"[a-z][^\W\d_a-z]")
_LEAST_WORDS = 3  # different words that say something. [words] Assumed.
_LONG = 3  # letters of a word that says something; signs of currencies and dashes stand alone. Assumed.
_STRANGE, _FEWER = 0.3, 0.4  # share of words that may be no language's, and of those that Windows-1252 has. Measured.


def latin_encoding(lines: Iterable[bytes]) -> str:
    """Tell the encoding of lines with foreign letters by their words; Windows-1252 where no other fits better."""
    text = b"\n".join(lines)
    strange = {encoding: _strange(text, encoding, listed) for encoding, listed in _ALPHABETS.items()}
    best = min(strange, key=lambda encoding: strange[encoding])
    return best if strange[best] <= min(_STRANGE, strange["cp1252"] * _FEWER) else "cp1252"


def is_latin(lines: Iterable[bytes]) -> bool | None:
    """Whether foreign letters stand beside letters of English, as in Latin words alone; None if too few words tell."""
    words = {word for word in _WORD.findall(b"\n".join(lines).decode("latin-1")) if len(word) >= _LONG}
    if words and sum(bool(_ENGLISH.search(word)) for word in words) >= len(words) / 2:
        return True
    return None if len(words) < _LEAST_WORDS else False


def _strange(text: bytes, encoding: str, alphabets: dict[str, str]) -> float:
    """Share of the different words that are not written with the letters of the language that has most of them."""
    plain = text.decode(encoding, "replace").translate(_MARKS)
    words = {word.strip(_SIGNS) for word in _WORD.findall(plain)}
    words = {word for word in words if not word.isascii()}
    usual = [word.lower() for word in words if not _capital_within(word)]
    fitting = [
        sum(all(ch.isascii() or ch in letters for ch in word) for word in usual) for letters in alphabets.values()
    ]
    return 1.0 - max(fitting) / len(words) if words else 0.0


def _capital_within(word: str) -> bool:
    """Whether a foreign capital follows a small letter, as none does in a word."""
    return any(found[0][1].isupper() for found in _CAPITAL_WITHIN.finditer(word))
