"""Lists of people as spreadsheets write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.permissions import Role
from storage.formats.people_csv import MOST_BYTES, MOST_PEOPLE, Fault, PeopleFileRefused, read_people

TABLE = [("name", "role", "password"), ("Li Na", "annotator", ""), ("王芳", "Supervisor", " a, b;c\t")]


def written(separator: str, end: str = "\r\n") -> str:
    return end.join(separator.join(f'"{cell}"' for cell in row) for row in TABLE) + end


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_what_spreadsheets_write(separator: str, encoding: str) -> None:
    first, second = read_people(written(separator).encode(encoding))
    assert (first.number, first.name, first.known_role(), first.password) == (2, "Li Na", Role.ANNOTATOR, None)
    assert (second.name, second.known_role(), second.password) == ("王芳", Role.SUPERVISOR, " a, b;c\t")
    assert "a, b" not in repr(second)


def test_columns_in_any_order_empty_lines_and_missing_cells() -> None:
    lines = read_people(b"ROLE,Name\n\nadmin,ada\n , \nannotator\n")
    assert [(line.number, line.name, line.role, line.password) for line in lines] == [
        (3, "ada", "admin", None),
        (5, "", "annotator", None),
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault.EMPTY),
        (b"name,role\n", Fault.EMPTY),
        (b"name\nann\n", Fault.COLUMNS),
        (b"name,role,shoe size\nann,admin,38\n", Fault.COLUMNS),
        (b"name,name,role\na,b,c\n", Fault.COLUMNS),
        (b"\xff\xff\x00\x81", Fault.NO_TEXT),
        (b'name,role\n"ann" x,admin\n', Fault.NO_CSV),
        (b"name,role\n" + b"a,admin\n" * (MOST_PEOPLE + 1), Fault.TOO_MANY),
        (b" " * (MOST_BYTES + 1), Fault.TOO_LARGE),
    ],
)
def test_what_is_no_list_of_people(content: bytes, fault: Fault) -> None:
    with pytest.raises(PeopleFileRefused) as refused:
        read_people(content)
    assert refused.value.rule == fault.value


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("name,role\n" + text).encode()))
def test_any_bytes_are_a_list_or_refused(content: bytes) -> None:
    try:
        lines = read_people(content)
    except PeopleFileRefused:
        return
    assert lines
