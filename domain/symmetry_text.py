"""Rotations and axes as people write them: an axis and degrees, one rotation a line.

z 180            half a turn about z
1 1 1 120        a third of a turn about a diagonal
"""

import math
from collections.abc import Sequence

import numpy as np

from domain.errors import InvalidInput
from domain.quaternion import about
from domain.symmetry import AXES

Axis = str | list[float]


def axis_from_text(text: str) -> Axis:
    """ "x", "y", "z", or three numbers with spaces or commas between. Raises InvalidInput."""
    words = text.replace(",", " ").split()
    if len(words) == 1 and words[0].lower() in AXES:
        return words[0].lower()
    numbers = _numbers(words)
    if numbers is None or len(numbers) != 3 or not any(numbers):
        raise InvalidInput(f"an axis is x, y, z or three numbers that are not all 0, not {text!r}", rule="axis")
    return numbers


def axis_as_text(axis: str | Sequence[float]) -> str:
    return axis if isinstance(axis, str) else " ".join(_short(part) for part in axis)


def rotations_from_text(text: str) -> list[list[float]]:
    """Quaternions (w, x, y, z) of the lines; empty lines are passed over. Raises InvalidInput, naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.replace(",", " ").replace("°", " ").split()
        if not words:
            continue
        degrees = _numbers(words[-1:])
        try:
            axis = axis_from_text(" ".join(words[:-1]))
        except InvalidInput:
            degrees = None
        if degrees is None:
            raise InvalidInput(
                f"line {number} is no axis with degrees, as in “z 180” or “1 1 1 120”: {line.strip()!r}",
                rule="rotation_line",
                number=number,
            )
        vector = np.array(AXES[axis] if isinstance(axis, str) else axis)
        found.append([float(part) for part in about(vector / np.linalg.norm(vector), math.radians(degrees[0]))])
    return found


def rotations_as_text(rotations: Sequence[Sequence[float]]) -> str:
    """A line for each quaternion that is not the identity: reads back as the same rotations, to 1e-5 or better."""
    lines = []
    for w, *vector in rotations:
        length = math.hypot(*vector)
        degrees = math.degrees(2 * math.atan2(length, w))
        if length < 1e-9:
            continue
        unit = [part / length for part in vector]
        if degrees > 180 + 1e-9:
            unit, degrees = [-part for part in unit], 360 - degrees
        name = next((name for name, axis in AXES.items() if math.dist(axis, unit) < 1e-9), None)
        lines.append(f"{name or axis_as_text(unit)} {_short(degrees)}")
    return "\n".join(lines)


def _numbers(words: Sequence[str]) -> list[float] | None:
    try:
        numbers = [float(word) for word in words]
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def _short(number: float) -> str:
    return f"{number + 0.0 if abs(number) > 5e-8 else 0:.7g}"
