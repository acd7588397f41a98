"""Names sort as people count."""

import re

from hypothesis import given
from hypothesis import strategies as st

from domain.natural_order import LONGEST_KEY, natural_key


def counted(name: str) -> list[tuple[bool, int, str]]:
    """Piece by piece: numbers by their value, before letters."""
    pieces = re.findall(r"[0-9]+|[^0-9]", name.casefold())
    return [(False, int(piece), "") if piece.isdigit() else (True, 0, piece) for piece in pieces]


def test_people_and_tasks_as_one_finds_them() -> None:
    names = ["worker 1", "Worker 2", "worker 2b", "worker 10", "worker 010b", "worker 200", "worker x"]
    assert sorted(reversed(names), key=natural_key) == names


@given(st.lists(st.from_regex(r"[a-c]{0,3}([0-9]{1,4}[a-c]{1,3}){0,3}", fullmatch=True), max_size=8))
def test_numbers_sort_by_their_value(names: list[str]) -> None:
    keyed = sorted(names, key=natural_key)
    assert [counted(name) for name in keyed] == sorted(counted(name) for name in names)


@given(st.text(max_size=300))
def test_a_key_fits_its_column(name: str) -> None:
    assert len(natural_key(name)) <= LONGEST_KEY
