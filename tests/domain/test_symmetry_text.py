"""Rotations as people write them."""

import numpy as np
import pytest

from domain.errors import InvalidInput
from domain.symmetry import cyclic, from_json, generated, to_json
from domain.symmetry_text import axis_as_text, axis_from_text, rotations_as_text, rotations_from_text


def test_half_turns_about_two_axes_make_a_group_of_four() -> None:
    group = generated(rotations_from_text("x 180\n\n y, 180°"))
    assert len(group.turns) == 4
    assert rotations_as_text(group.turns).splitlines() == ["x 180", "y 180", "z 180"]


def test_a_third_of_a_turn_about_a_diagonal_turns_x_into_y() -> None:
    turns = generated(rotations_from_text("1 1 1 120")).samples(1)
    assert np.allclose(turns[1] @ [1, 0, 0], [0, 1, 0], atol=1e-12)


@pytest.mark.parametrize("parts", [[("z", 4)], [("z", 4), ("x", 4)], [([1, 2, 3], 5)]])
def test_a_list_reads_back_as_the_same_group(parts: list) -> None:
    group = generated([turn for axis, order in parts for turn in cyclic(order, axis).turns])
    text = rotations_as_text(group.turns)
    assert len(text.splitlines()) == len(group.turns) - 1
    again = from_json(to_json(generated(rotations_from_text(text))))
    apart = np.abs(group.turns @ again.turns.T).max(axis=1)
    assert len(again.turns) == len(group.turns)
    assert np.allclose(apart, 1, atol=1e-9)


def test_axes() -> None:
    assert axis_from_text(" Z ") == "z"
    assert axis_from_text("1, 0 -2.5") == [1, 0, -2.5]
    assert axis_as_text([1, 0, -2.5]) == "1 0 -2.5"
    for text in ("", "w", "0 0 0", "1 2", "nan 1 1"):
        with pytest.raises(InvalidInput):
            axis_from_text(text)


@pytest.mark.parametrize("line", ["180", "z", "q 90", "z ninety", "1 2 30"])
def test_what_is_no_rotation_is_named_by_its_line(line: str) -> None:
    with pytest.raises(InvalidInput, match="line 2"):
        rotations_from_text(f"z 180\n{line}")
