"""Tables of cases as people save them."""

import pytest

from sim.questions.sweep.study_file import read_case_file
from sim.scenario.errors import InputError

HEAD = "case,structure.product_specialists,operations.wip_limit,management.response,mechanisms.ratchet"


@pytest.fixture
def read(tmp_path):
    def write_and_read(content):
        file = tmp_path / "cases.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_case_file(file)

    return write_and_read


def test_a_row_is_a_case_and_an_empty_cell_leaves_the_value(read):
    cases = read(f"{HEAD}\nmore,6,8.5,none,false\n\nfew,1,,,\n")
    assert [case.name for case in cases] == ["more", "few"]
    assert cases[0].changes == {
        "structure.product_specialists": 6, "operations.wip_limit": 8.5, "management.response": "none",
        "mechanisms.ratchet": False,
    }  # fmt: skip
    assert cases[1].changes == {"structure.product_specialists": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfstructure.product_specialists;operations.wip_limit\r\n6;8.5\r\n",
        "structure.product_specialists\toperations.wip_limit\n6.0\t8.5\n",
        '"structure.product_specialists", operations.wip_limit\n"6",8.5',
    ],
)
def test_marks_separators_line_ends_and_quotes_of_other_programs_are_read(read, content):
    (case,) = read(content)
    assert case.name == "case 1"
    assert case.changes == {"structure.product_specialists": 6, "operations.wip_limit": 8.5}
    assert type(case.changes["structure.product_specialists"]) is int


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "it is empty"),
        (" \n\n", "it is empty"),
        (f"{HEAD}\n", "there is no case in it"),
        ("case\na\n", "no column names a parameter"),
        ("structure.product_specialist\n3\n", 'column 1, "structure.product_specialist", is not a parameter; did you'),
        ("operations.wip_limit,\n3,4\n", "column 2 has no name"),
        ("operations.wip_limit,operations.wip_limit\n3,4\n", 'column 2, "operations.wip_limit", is there twice'),
        ("operations.wip_limit\n3\nmany\n", "line 3: operations.wip_limit = many is not allowed; it must be a number"),
        ("operations.wip_limit;mechanisms.ratchet\n3,5;true\n", "write decimals with a point"),
        ("structure.product_specialists\n3.5\n", "line 2: structure.product_specialists = 3.5 is not allowed"),
        ("structure.product_specialists\n1e999\n", "1e999 is not allowed"),
        ("operations.wip_limit\nnan\n", "nan is not allowed"),
        ("operations.wip_limit\n-1\n", "-1 is not allowed; it must be a number from 0 to 500"),
        ("management.response\nmixd\n", "mixd is not allowed; it must be one of none"),
        ("mechanisms.ratchet\n1\n", "1 is not allowed; it must be true or false"),
        ("operations.wip_limit\n3,4\n", "line 2: it has 2 cells for 1 columns"),
        ("case,operations.wip_limit\na,3\nb,4\na,5\n", 'line 4: case "a" is there already, in line 2'),
        (b"operations.wip_limit\n\xff\n", "line 2: byte 0xff is not UTF-8"),
        ("operations.wip_limit\n3\n".encode("utf-16"), "it is no text in UTF-8"),
        ('operations.wip_limit\n"3\n', "this is not CSV"),
    ],
)
def test_what_is_no_table_of_cases_is_told_in_a_sentence(read, content, part):
    with pytest.raises(InputError) as caught:
        read(content)
    assert part in str(caught.value)
    assert "cases.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_all_problems_are_told_and_not_endlessly(read):
    with pytest.raises(InputError) as caught:
        read("operations.wip_limit\n" + "bad\n" * 30)
    lines = str(caught.value).split("\n")
    assert len(lines) == 21
    assert lines[-1].endswith("and 10 more problems")


def test_a_file_that_is_none_is_told(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_case_file(tmp_path / "absent.csv")
    with pytest.raises(InputError, match="it is a folder"):
        read_case_file(tmp_path)
