"""Files of known names in many encodings: country and language names of the CLDR, read back letter by letter."""

import random
from pathlib import Path

import pytest
from babel import Locale

from sim.crm.read import open_export, read_rows

WESTERN = [
    (language, "cp1252") for language in ("de", "fr", "es", "pt", "it", "sv", "da", "nb", "fi", "et", "is", "nl", "fo")
]
CENTRAL = [(language, "cp1250") for language in ("hu", "pl", "cs", "sk", "hr", "sl")]
ISO = [(language, "iso8859-2") for language in ("hu", "pl", "cs")]
MACINTOSH = [(language, "mac_roman") for language in ("fr", "es", "pt", "sv")]
OTHERS = [
    ("tr", "cp1254"), ("ru", "cp1251"), ("ru", "koi8_r"), ("uk", "cp1251"), ("el", "cp1253"), ("he", "cp1255"),
    ("ar", "cp1256"), ("ja", "cp932"), ("ko", "cp949"), ("zh", "gb18030"),
]  # fmt: skip
WESTERN_ALONE = ["Ötztal AG", "5 € Shop", "O\u2019Brien \u2013 Co", "Bahama\u2019s", "São Tomé", "bokmål"]


def names(language: str, encoding: str) -> list[str]:
    found = {*Locale(language).territories.values(), *Locale(language).languages.values()}
    return sorted(name for name in found if ";" not in name and _fits(name, encoding))


def _fits(name: str, encoding: str) -> bool:
    try:
        return bool(name.encode(encoding))
    except UnicodeError:
        return False


def read_back(file: Path, encoding: str, written: list[str]) -> list[str]:
    rows = "".join(f"D{number};{name}\r\n" for number, name in enumerate(written))
    file.write_bytes(f"opportunity;account\r\n{rows}".encode(encoding))
    found: list[str] = read_rows(open_export(file), {"account": 1}).table.column("account").to_pylist()
    return found


@pytest.mark.parametrize(("language", "encoding"), [*WESTERN, *CENTRAL, *ISO, *MACINTOSH, *OTHERS])
def test_a_hundred_names_are_read_as_they_were_written(tmp_path: Path, language: str, encoding: str):
    every = names(language, encoding)
    written = random.Random(f"{language} in {encoding}").sample(every, 100)  # noqa: S311 - any hundred, always the same
    assert read_back(tmp_path / "deals.csv", encoding, written) == written


@pytest.mark.parametrize(("language", "encoding"), WESTERN)
def test_a_few_western_names_are_taken_for_nothing_else(tmp_path: Path, language: str, encoding: str):
    every = names(language, encoding)
    for seed in range(5):
        written = random.Random(seed).sample(every, 5)  # noqa: S311 - the same
        assert read_back(tmp_path / "deals.csv", encoding, written) == written


@pytest.mark.parametrize("name", WESTERN_ALONE)
def test_one_western_name_is_enough(tmp_path: Path, name: str):
    assert read_back(tmp_path / "deals.csv", "cp1252", [name, "Ann"]) == [name, "Ann"]
