"""Which poses of an object look the same: a closed group of rotations in the object's frame.

R and R @ S are the same picture for every S of the group. The closed groups of rotations are the finite ones, the
turns about an axis with or without the half turns that swap its ends, and all rotations (a ball). So a group is kept
as a few rotations, times the turns about `axis` where there is one. "Azimuth ignored" is one of them: azimuth acts
as R @ Rz(−azimuth), so ignoring it is being continuous about z.

JSON, as in `CategoryRule.symmetry`; an axis is "x", "y", "z" or three numbers and goes through the origin:
    {"kind": "none"}
    {"kind": "cyclic", "axis": "z", "order": 4}          n-fold about an axis
    {"kind": "continuous", "axis": "z"}                  any angle; with "ends_alike": true its ends swap too
    {"kind": "discrete", "rotations": [[w, x, y, z], …]} a closed list of quaternions
    {"kind": "all"}                                      a ball
    {"kind": "composed", "parts": [{…}, {…}]}            the group that the parts generate
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from domain import quaternion
from domain.errors import InvalidInput
from domain.quaternion import about, product
from domain.rotation import matrix_to_quaternion, quaternion_to_matrix

Array = NDArray[np.float64]

LARGEST_GROUP = 120
"""The largest finite group without a preferred axis has 60 elements; n-fold ones rarely have more than 36."""

TOLERANCE = math.radians(0.1)
"""A typed rotation with three or four decimals is this near to what was meant."""

AXES = {"x": (1.0, 0.0, 0.0), "y": (0.0, 1.0, 0.0), "z": (0.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True, eq=False)
class Symmetry:
    """The group: each of `turns`, shape (G, 4), the identity first, times any turn about `axis` where it is not None.

    `everything`: all rotations look the same. Made by the functions of this module, which see to it that it is
    closed.
    """

    turns: Array
    axis: tuple[float, float, float] | None = None
    everything: bool = False

    @property
    def trivial(self) -> bool:
        return not self.everything and self.axis is None and len(self.turns) == 1

    @property
    def continuous(self) -> bool:
        return self.everything or self.axis is not None

    def nearest(self, R: ArrayLike, reference: ArrayLike) -> Array:
        """Of the rotations that look like R the one nearest to `reference`, all (..., 3, 3)."""
        R, reference = np.asarray(R, dtype=np.float64), np.asarray(reference, dtype=np.float64)
        if self.everything:
            return np.broadcast_to(reference, np.broadcast_shapes(R.shape, reference.shape)).copy()
        relative = matrix_to_quaternion(np.swapaxes(reference, -1, -2) @ R)
        return reference @ quaternion_to_matrix(self.smallest(relative))

    def smallest(self, q: ArrayLike) -> Array:
        """Of all q·S the one with the smallest angle, (..., 4): what is left of a relative rotation.

        Exact for continuous groups too: of a quaternion's parts, a turn about the axis mixes w with the part along
        the axis only, so the best one moves all of both into w (swing-twist decomposition).
        """
        q = np.asarray(q, dtype=np.float64)
        if self.everything:
            return np.broadcast_to(quaternion.IDENTITY, q.shape).copy()
        if self.axis is None:
            scalars = q @ quaternion.inverse(self.turns).T
            best = np.argmax(np.abs(scalars), axis=-1)
        else:
            turned = product(q[..., None, :], self.turns)
            along = turned[..., 1:] @ np.array(self.axis)
            best = np.argmax(np.hypot(turned[..., 0], along), axis=-1)
        q = product(q, self.turns[best])
        return q if self.axis is None else _untwisted(q, self.axis)

    def canonical(self, R: ArrayLike) -> Array:
        """One rotation (..., 3, 3) for all that look like R, the same whichever is given.

        The one that turns least; of several, the first in the order of its quaternion rounded to 1e-9, w ≥ 0.
        """
        R = np.asarray(R, dtype=np.float64)
        if self.everything:
            return np.broadcast_to(np.eye(3), R.shape).copy()
        q = product(matrix_to_quaternion(R)[..., None, :], self.turns)
        if self.axis is not None:
            q = _untwisted(q, self.axis)
        rounded = np.round(q, 9) + 0.0
        # q and −q are one rotation: the first part that is not 0 decides which is meant.
        lead = np.take_along_axis(rounded, np.argmax(rounded != 0, axis=-1)[..., None], axis=-1)
        q, rounded = np.where(lead < 0, -q, q), np.where(lead < 0, -rounded, rounded) + 0.0
        order = np.lexsort(tuple(-rounded[..., part] for part in (3, 2, 1, 0)), axis=-1)[..., 0]
        return quaternion_to_matrix(np.take_along_axis(q, order[..., None, None], axis=-2)[..., 0, :])

    def samples(self, steps: int) -> Array:
        """Rotations (M, 3, 3) of the group; of a continuous part `steps` evenly spaced ones.

        For previews, and for checks of the exact formulas. All rotations cannot be listed: those about the three
        axes stand for them.
        """
        if self.everything:
            q = np.concatenate([about(axis, np.arange(steps) * math.tau / steps) for axis in AXES.values()])
        elif self.axis is not None:
            q = product(self.turns[:, None], about(self.axis, np.arange(steps) * math.tau / steps)).reshape(-1, 4)
        else:
            q = self.turns
        return quaternion_to_matrix(q)


def _untwisted(q: Array, axis: tuple[float, float, float]) -> Array:
    """q times the turn about the axis that makes its angle least; w ≥ 0 and nothing along the axis is left."""
    u = np.array(axis)
    along = q[..., 1:] @ u
    kept = np.hypot(q[..., 0], along)
    # q · (c, −s u) with c = w / kept, s = along / kept; where both are 0, half a turn across the axis is left.
    c = np.where(kept > 1e-12, q[..., 0] / np.maximum(kept, 1e-300), 1.0)
    s = np.where(kept > 1e-12, along / np.maximum(kept, 1e-300), 0.0)
    result = product(q, np.concatenate([c[..., None], -s[..., None] * u], axis=-1))
    undecided = kept <= 1e-12
    if undecided.any():
        result = np.where(undecided[..., None], np.concatenate([[0.0], _across(u)]), result)
    return result


def _across(u: Array) -> Array:
    """A unit vector at right angles to u, always the same."""
    v = np.cross(u, np.eye(3)[np.argmin(np.abs(u))])
    across: Array = v / np.linalg.norm(v)
    return across


NONE = Symmetry(quaternion.IDENTITY[None])
ALL = Symmetry(quaternion.IDENTITY[None], everything=True)


def cyclic(order: int, axis: Sequence[float] | str = "z") -> Symmetry:
    """n-fold about an axis. Raises InvalidInput for an order that is no number from 1."""
    if isinstance(order, bool) or not isinstance(order, int) or not 1 <= order <= LARGEST_GROUP:
        raise InvalidInput(
            f"the order of a symmetry is a whole number from 1 to {LARGEST_GROUP}, not {order!r}",
            rule="symmetry_order",
            most=LARGEST_GROUP,
        )
    return Symmetry(about(_axis(axis), np.arange(order) * math.tau / order))


def continuous(axis: Sequence[float] | str = "z", *, ends_alike: bool = False) -> Symmetry:
    """Any turn about an axis; with `ends_alike` also half a turn that swaps its ends (a tube, not a bottle)."""
    unit = _axis(axis)
    turns = [quaternion.IDENTITY] + ([np.concatenate([[0.0], _across(np.array(unit))])] if ends_alike else [])
    return Symmetry(np.stack(turns), axis=unit)


def discrete(rotations: Iterable[Sequence[float]], *, tolerance: float = TOLERANCE) -> Symmetry:
    """A list of quaternions (w, x, y, z) that is a group; the identity may be left out.

    Raises InvalidInput where two of them give a third one that is not in the list, up to `tolerance` (radians).
    """
    given = _units(rotations)
    q = np.concatenate([quaternion.IDENTITY[None], given])
    q = q[_firsts(q, tolerance)]
    products = product(q[:, None], q[None])
    away = _angles_between(products.reshape(-1, 4), q).min(axis=1)
    worst = int(np.argmax(away))
    if away[worst] > 3 * tolerance:
        first, second = divmod(worst, len(q))
        raise InvalidInput(
            f"these rotations are no group: number {second + 1} followed by number {first + 1} (the identity "
            f"is 1) gives one that is {math.degrees(away[worst]):.1f}° from any of the list"
        )
    return Symmetry(q)


def generated(rotations: Iterable[Sequence[float]], *, tolerance: float = TOLERANCE) -> Symmetry:
    """The smallest finite group with these quaternions. Raises InvalidInput where there is none of a sane size."""
    generators = _units(rotations)
    group = quaternion.IDENTITY[None]
    done = 0
    while done < len(group):
        for found in product(group[done], generators):
            if _angles_between(found[None], group).min() > tolerance:
                group = np.concatenate([group, found[None]])
        if len(group) > LARGEST_GROUP:
            raise InvalidInput(
                f"these rotations generate more than {LARGEST_GROUP} others: they are no symmetry",
                rule="no_finite_symmetry",
                most=LARGEST_GROUP,
            )
        done += 1
    return Symmetry(group)


def compose(a: Symmetry, b: Symmetry) -> Symmetry:
    """The group that both generate. Raises InvalidInput where two finite ones generate no finite one.

    A continuous group with anything that does not keep its axis is all rotations: nothing lies between.
    """
    if a.everything or b.everything:
        return ALL
    if a.axis is None and b.axis is None:
        return generated([*a.turns, *b.turns])
    axis = a.axis or b.axis
    assert axis is not None
    u = np.array(axis)
    turns = np.concatenate([a.turns, b.turns])
    kept = np.abs(quaternion_to_matrix(turns) @ u @ u)
    other = b.axis if a.axis is not None else None
    if (kept < math.cos(TOLERANCE)).any() or (other is not None and abs(np.dot(u, other)) < math.cos(TOLERANCE)):
        return ALL
    swaps = bool((quaternion_to_matrix(turns) @ u @ u < 0).any())
    return continuous(axis, ends_alike=swaps)


def from_json(values: Mapping[str, Any]) -> Symmetry:
    """Raises InvalidInput, saying what would be right, for anything but the forms at the top of this module."""
    if not isinstance(values, Mapping) or not isinstance(kind := values.get("kind"), str):
        raise InvalidInput('a symmetry is an object with a "kind"')
    if kind not in _FIELDS:
        raise InvalidInput(f"a symmetry is {', '.join(_FIELDS)}; not {kind!r}")
    if unknown := set(values) - {"kind"} - _FIELDS[kind]:
        raise InvalidInput(f"a symmetry of kind {kind} has no {', '.join(sorted(map(str, unknown)))}")
    try:
        return _made(kind, values)
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInput(f"a symmetry of kind {kind} needs {', '.join(sorted(_FIELDS[kind]))}: {error}") from None


_FIELDS: dict[str, set[str]] = {
    "none": set(),
    "cyclic": {"axis", "order"},
    "continuous": {"axis", "ends_alike"},
    "discrete": {"rotations"},
    "all": set(),
    "composed": {"parts"},
}


def _made(kind: str, values: Mapping[str, Any]) -> Symmetry:
    if kind == "none":
        return NONE
    if kind == "all":
        return ALL
    if kind == "cyclic":
        return cyclic(values["order"], values.get("axis", "z"))
    if kind == "continuous":
        return continuous(values.get("axis", "z"), ends_alike=values.get("ends_alike") is True)
    if kind == "discrete":
        return discrete(values["rotations"])
    whole = NONE
    for part in values["parts"]:
        whole = compose(whole, from_json(part))
    return whole


def to_json(symmetry: Symmetry) -> dict[str, Any]:
    """A form that `from_json` reads back as the same group; n-fold and dihedral ones are not recognised as such."""
    if symmetry.everything:
        return {"kind": "all"}
    if symmetry.axis is not None:
        ends = {"ends_alike": True} if len(symmetry.turns) > 1 else {}
        return {"kind": "continuous", "axis": _name(symmetry.axis), **ends}
    if symmetry.trivial:
        return {"kind": "none"}
    return {"kind": "discrete", "rotations": [[float(part) for part in q] for q in symmetry.turns]}


@lru_cache(maxsize=1024)
def _of_text(text: str) -> Symmetry:
    return from_json(json.loads(text))


def of_rule(symmetry: Mapping[str, Any], ignored: Iterable[str] = ()) -> Symmetry:
    """Of a category: its symmetry, and every turn about z where its azimuth is ignored. Remembered by content.

    Ignored elevation and theta are no symmetries of the object: `domain.metrics.scoring` levels them out.
    """
    parts = [dict(symmetry), *([{"kind": "continuous", "axis": "z"}] if "azimuth" in ignored else [])]
    return _of_text(json.dumps(parts[0] if len(parts) == 1 else {"kind": "composed", "parts": parts}, sort_keys=True))


def _axis(axis: Sequence[float] | str) -> tuple[float, float, float]:
    if isinstance(axis, str):
        if axis not in AXES:
            raise InvalidInput(f"an axis is x, y, z or three numbers, not {axis!r}")
        return AXES[axis]
    vector = np.array(axis, dtype=np.float64)
    if vector.shape != (3,) or not np.isfinite(vector).all() or not 1e-9 < np.linalg.norm(vector) < 1e9:
        raise InvalidInput(f"an axis is x, y, z or three numbers that are not all 0, not {axis!r}")
    x, y, z = (float(part) for part in vector / np.linalg.norm(vector))
    return (x, y, z)


def _name(axis: tuple[float, float, float]) -> str | list[float]:
    return next((name for name, unit in AXES.items() if unit == axis), list(axis))


def _units(rotations: Iterable[Sequence[float]]) -> Array:
    given = np.array([list(q) for q in rotations], dtype=np.float64)
    if given.ndim != 2 or given.shape[1] != 4 or not np.isfinite(given).all() or len(given) > LARGEST_GROUP:
        raise InvalidInput("rotations are a list of quaternions, four numbers (w, x, y, z) each")
    lengths = np.linalg.norm(given, axis=1, keepdims=True)
    if (np.abs(lengths - 1) > 0.01).any():
        raise InvalidInput("the quaternions of a symmetry have length 1")
    units: Array = given / lengths
    return units


def _angles_between(p: Array, q: Array) -> Array:
    """(len(p), len(q)) angles in radians, good to 1e-7, which is far below any tolerance here."""
    angles: Array = 2 * np.arccos(np.minimum(np.abs(p @ q.T), 1.0))
    return angles


def _firsts(q: Array, tolerance: float) -> list[int]:
    """Rows that equal none before them, up to the tolerance."""
    near = _angles_between(q, q) <= tolerance
    return [row for row in range(len(q)) if not near[row, :row].any()]
