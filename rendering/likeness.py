"""How far a lighter mesh may pass for the full one: their pictures compared from all around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from domain.pose import Pose
from domain.view import View
from meshes.mesh import Mesh
from rendering.draw import Renderer
from rendering.projection import bounding_points, fitted_camera
from rendering.request import OverlayMode
from rendering.seen_faces import directions

Plane = NDArray[np.uint8]
Flags = NDArray[np.bool_]
Pixel = TypeVar("Pixel", bound=np.generic)

POSES = 24
OBJECT_SIDE = 400
MARGIN = 22
"""Pixels: the object fills the inner square, see `fitted_camera`."""

LEAST_IOU = 0.99
"""At 400 pixels, so that it is 0.985 at least for poses that are not tried and where it is a little smaller."""
REACH = 2
"""Pixels by which a part may be off."""
SPECK = 4
"""Pixels that hang together and are no part: gaps between faces show so or not by where pixel centres happen to lie.
A full mesh drawn a quarter of a pixel aside differs from itself by specks of 4 to 8 pixels (door, microphone)."""
SHADE_TOLERANCE = 32
MOST_STRANGE = 0.05
"""A shade must be found within REACH in the other picture, give or take; in so much of the area it need not."""

OFFSETS = [
    (dy, dx)
    for dy in range(-REACH, REACH + 1)
    for dx in range(-REACH, REACH + 1)
    if dy * dy + dx * dx <= REACH * REACH
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """The worst of all poses. iou: of the silhouettes; within_reach: no part of a silhouette, nor of what is not
    covered, is farther than REACH pixels from the other's; strange: part of the area whose shade is not found."""

    iou: float
    within_reach: bool
    strange: float

    @property
    def holds(self) -> bool:
        return self.iou >= LEAST_IOU and self.within_reach and self.strange <= MOST_STRANGE


class LikenessTest:
    """Compares others with one mesh, whose pictures are drawn once."""

    def __init__(self, renderer: Renderer, mesh: Mesh) -> None:
        side = OBJECT_SIDE + 2 * MARGIN
        self._renderer = renderer
        self._view = View.whole(side, side)
        points = bounding_points(mesh.vertices)
        self._cameras = [fitted_camera(points, pose, side, side) for pose in _poses(POSES)]
        self._pictures = [self._draw(_without_lines(mesh), camera) for camera in self._cameras]

    def compare(self, other: Mesh) -> Likeness:
        """Stops at the first pose that shows enough: what is given then is the worst so far."""
        other = _without_lines(other)
        iou, within_reach, strange = 1.0, True, 0.0
        for camera, picture in zip(self._cameras, self._pictures, strict=True):
            theirs = self._draw(other, camera)
            iou = min(iou, _overlap(picture > 0, theirs > 0))
            within_reach = within_reach and _near(picture > 0, theirs > 0)
            strange = max(strange, _strange(picture, theirs), _strange(theirs, picture))
            found = Likeness(iou=iou, within_reach=within_reach, strange=strange)
            if not found.holds:
                break
        return found

    def _draw(self, mesh: Mesh, camera: Pose) -> Plane:
        picture = self._renderer.draw(mesh, camera, self._view, OverlayMode.SOLID)
        plane = np.zeros((self._view.height, self._view.width), dtype=np.uint8)
        height, width = picture.plane.shape
        plane[picture.y : picture.y + height, picture.x : picture.x + width] = picture.plane
        return plane


def _without_lines(mesh: Mesh) -> Mesh:
    """Lines in the shading are fewer in a lighter mesh, and no matter here. The digest keeps their buffers apart."""
    return replace(mesh, edges=np.empty((0, 2), dtype=np.uint32), digest=f"{mesh.digest}-{uuid4()}")


def _poses(count: int) -> list[Pose]:
    return [
        Pose(
            azimuth=float(np.arctan2(direction[1], direction[0])),
            elevation=float(np.arcsin(np.clip(direction[2], -1, 1))),
            theta=0.3,
            distance=1.0,
            px=0.0,
            py=0.0,
            viewport=1.0,
        )
        for direction in directions(count)
    ]


def _overlap(one: Flags, other: Flags) -> float:
    either = int(np.count_nonzero(one | other))
    return int(np.count_nonzero(one & other)) / either if either else 1.0


def _near(one: Flags, other: Flags) -> bool:
    """Whether all of one lies near the other and the reverse, and likewise what they leave free."""
    pairs = ((one, other), (other, one), (~one, ~other), (~other, ~one))
    return not any(_has_part(here & ~_grown(there)) for here, there in pairs)


def _has_part(far: Flags) -> bool:
    """Whether more than SPECK of these pixels hang together, also by their corners."""
    places = {(int(y), int(x)) for y, x in np.argwhere(far)}
    while places:
        size, edge = 0, [places.pop()]
        while edge:
            y, x = edge.pop()
            size += 1
            around = {(y + dy, x + dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)} & places
            places -= around
            edge.extend(around)
        if size > SPECK:
            return True
    return False


def _grown(flags: Flags) -> Flags:
    return _over_neighbours(flags, np.logical_or)


def _strange(shades: Plane, reference: Plane) -> float:
    """The part of what is covered whose shade is nowhere near in the reference."""
    wide = reference.astype(np.int16)
    low, high = _over_neighbours(wide, np.minimum), _over_neighbours(wide, np.maximum)
    covered = shades > 0
    strange = covered & ((shades < low - SHADE_TOLERANCE) | (shades > high + SHADE_TOLERANCE))
    return int(np.count_nonzero(strange)) / max(1, int(np.count_nonzero(covered)))


def _over_neighbours(plane: NDArray[Pixel], combine: Callable[..., object]) -> NDArray[Pixel]:
    height, width = plane.shape
    padded = np.pad(plane, REACH, mode="edge")
    result = plane.copy()
    for dy, dx in OFFSETS:
        combine(result, padded[REACH + dy : REACH + dy + height, REACH + dx : REACH + dx + width], out=result)
    return result
