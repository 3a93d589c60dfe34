"""Files as they come: encodings, separators, sizes, and things that are no table at all."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.crm.read import export_files, open_export, read_rows
from sim.scenario.errors import InputError

HEADER = ("opportunity", "seller", "note")
ROWS = [("A1", "Zoë Müller", "x"), ("A2", "Ann, Lee", 'said "no"'), ("A3", "Bo;b", "two\nlines")]


def write(path: Path, rows: list[tuple[str, ...]], separator: str = ",", encoding: str = "utf-8") -> Path:
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [HEADER, *rows]]
    path.write_bytes(("\r\n".join(quoted) + "\r\n").encode(encoding))
    return path


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "latin-1"],
)
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_separator(tmp_path: Path, encoding: str, separator: str):
    raw = open_export(write(tmp_path / "deals.csv", ROWS, separator, encoding))
    assert raw.header == HEADER
    rows = read_rows(raw, {"opportunity": 0, "seller": 1, "reason": 2}).table.to_pylist()
    assert [(row["opportunity"], row["seller"], row["reason"]) for row in rows] == ROWS


ABROAD = {
    "cp1250": "Łukasz Wójcik|Małgorzata Żółć|Paweł Dąbrowski|Świętosław Gęś",
    "cp1251": "Иван Петров|Ольга Смирнова|Фирма Ромашка",
    "koi8-r": "Иван Петров|Ольга Смирнова|Фирма Ромашка",
    "cp1253": "Γιώργος Παπαδόπουλος|Μαρία Νικολάου",
    "cp1256": "محمد علي|فاطمة حسن",
    "cp932": "山田太郎|鈴木一郎|株式会社トヨタ",
    "cp949": "김철수|이영희|주식회사 삼성",
    "gb18030": "王小明|李华|北京科技有限公司",
    "big5": "王小明|陳大文|臺北科技股份有限公司",
}
WESTERN = "Jürgen Groß|José Núñez|Zoë Béraud|João Conceição|Søren Ærø|Päivi Hämäläinen|O\u2019Brien \u2013 Co|5 € Shop"


@pytest.mark.parametrize("encoding", ABROAD)
def test_other_alphabets_are_told_by_their_letters(tmp_path: Path, encoding: str):
    names = ABROAD[encoding].split("|") * 3
    raw = open_export(
        write(tmp_path / "deals.csv", [(str(i), name, "") for i, name in enumerate(names)], ";", encoding)
    )
    assert raw.encoding == encoding
    rows = read_rows(raw, {"seller": 1})
    assert rows.table.column("seller").to_pylist() == names
    assert not rows.foreign


@pytest.mark.parametrize("name", WESTERN.split("|"))
def test_western_letters_are_taken_for_no_other_alphabet(tmp_path: Path, name: str):
    rows = [(str(i), name, "") for i in range(5)]
    raw = open_export(write(tmp_path / "deals.csv", rows, encoding="cp1252"))
    assert read_rows(raw, {"seller": 1}).table.column("seller").to_pylist() == [name] * 5


def test_an_encoding_that_is_said_is_used_and_a_mark_in_the_file_is_believed_more(tmp_path: Path):
    row = [("A1", "Gökçe Şahin Yağ\u0131z", "")]
    said = open_export(write(tmp_path / "deals.csv", row, encoding="cp1254"), "cp1254")
    assert read_rows(said, {"seller": 1}).table.column("seller").to_pylist() == ["Gökçe Şahin Yağ\u0131z"]
    assert open_export(write(tmp_path / "deals.csv", row, encoding="utf-8-sig"), "cp1254").encoding == "utf-8"


def test_utf_16_with_its_mark_the_other_way_round(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_bytes(codecs.BOM_UTF16_BE + "opportunity,seller\nA1,Zoë\n".encode("utf-16-be"))
    assert read_rows(open_export(file), {"seller": 1}).table.to_pylist() == [{"seller": "Zoë"}]


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_encodings_pasted_together_are_each_read_right(tmp_path: Path, mark: bytes):
    file = tmp_path / "deals.csv"
    file.write_bytes(
        mark + b"opportunity,seller\n" + "A1,Zo\u00eb\n".encode() + "A2,Ren\u00e9e \u2013 \u20ac\n".encode("cp1252")
    )
    rows = read_rows(open_export(file), {"seller": 1})
    assert [row["seller"] for row in rows.table.to_pylist()] == ["Zo\u00eb", "Ren\u00e9e \u2013 \u20ac"]
    assert rows.foreign == 3


def test_a_separator_nobody_can_read_by_is_refused(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("sep=\u00e9\na\u00e9b\n1\u00e92\n", encoding="utf-8")
    with pytest.raises(InputError, match="names the separator"):
        open_export(file)


def test_spreadsheet_hint_and_blank_lines_before_the_header(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("\n\nsep=;\nopportunity;seller\nA1;Ann\n", encoding="utf-8")
    raw = open_export(file)
    assert (raw.header, raw.separator) == (("opportunity", "seller"), ";")
    assert read_rows(raw, {"seller": 1}).table.to_pylist() == [{"seller": "Ann"}]


def test_rows_with_another_number_of_cells_are_counted(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("a,b\n1,2\n1,2,3\n1\n3,4\n", encoding="utf-8")
    rows = read_rows(open_export(file), {"seller": 0})
    assert (rows.table.num_rows, rows.ragged) == (2, 2)


def test_columns_of_the_same_name_are_told_apart(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("Name,Name\n1,2\n", encoding="utf-8")
    assert read_rows(open_export(file), {"seller": 1, "account": 0}).table.to_pylist() == [
        {"seller": "2", "account": "1"}
    ]


def test_a_header_alone_has_no_rows(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("a,b", encoding="utf-8")
    assert read_rows(open_export(file), {"seller": 0, "opportunity": 1}).table.num_rows == 0


def test_more_rows_than_allowed_are_refused_and_not_all_read(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_text("a,b\n" + "1,2\n" * 1_000, encoding="utf-8")
    with pytest.raises(InputError, match="more than 999 rows"):
        read_rows(open_export(file), {"seller": 0}, limit=999)
    assert read_rows(open_export(file), {"seller": 0}, limit=1_000).table.num_rows == 1_000


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"  \n \n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"PK\x03\x04rest", "zip file"),
        (b"\x1f\x8b\x08rest", "gzip"),
        (b"a\0b\x01\0\0\0c\n" * 100, "zero bytes"),
        (b",,,\n1,2,3,4\n", "no line of column names"),
        (b"x" * (2 << 20), "no line end"),
        (b"sep=;\n", "no line of column names"),
        (b"sep=;", "no line of column names"),
    ],
)
def test_what_is_no_table_gets_one_sentence(tmp_path: Path, content: bytes, said: str):
    file = tmp_path / "deals.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match=said) as error:
        open_export(file)
    assert "\n" not in str(error.value)
    assert "deals.csv" in str(error.value)


def test_a_row_too_long_is_refused_in_words_of_the_file(tmp_path: Path):
    file = tmp_path / "deals.csv"
    file.write_bytes(b"a,b\n1," + b"z" * (20 << 20))
    with pytest.raises(InputError, match="a row is longer than 8 MB"):
        read_rows(open_export(file), {"seller": 0})


@pytest.mark.parametrize("content", [b'a,b\n1,"2\n' + b"x,y\n" * 3_000_000, b"a,b\n1," + b"z" * (20 << 20)])
def test_a_quote_or_line_without_end_gets_one_sentence(tmp_path: Path, content: bytes):
    file = tmp_path / "deals.csv"
    file.write_bytes(content)
    with pytest.raises(InputError, match="cannot be read as a table") as error:
        read_rows(open_export(file), {"seller": 0})
    assert "\n" not in str(error.value)


def test_a_folder_where_a_file_is_meant_and_none_at_all(tmp_path: Path):
    with pytest.raises(InputError, match="does not exist"):
        export_files(tmp_path / "missing")
    with pytest.raises(InputError, match=r"has no \.csv"):
        export_files(tmp_path)
    (tmp_path / "inner.csv").mkdir()
    with pytest.raises(InputError, match=r"has no \.csv"):
        export_files(tmp_path)


@given(content=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_one_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    file = tmp_path_factory.mktemp("any") / "deals.csv"
    file.write_bytes(content)
    try:
        raw = open_export(file)
        read_rows(raw, {"seller": 0})
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017 - either outcome is right
