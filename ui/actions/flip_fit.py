"""How well a rendered CAD model fits a photo: do edges lie, and run, as the photo's do?

Colours and light of photo and model have nothing in common, but edges do. Both pictures become fields of edge
directions: the gradient's double-angle vector (an edge has no sign), divided by the gradients around it, so that
strong and weak ones count alike, and blurred, so that a few pixels' misplacement is forgiven. The fit is the
correlation of the two fields. It is in the family of descriptors that find CAD models of chairs in photos (Aubry
et al., "Seeing 3D chairs", CVPR 2014), without blocks and bins.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from domain.box import Box
from domain.view import View
from rendering.request import OverlayMode, RenderedFrame

Array = NDArray[np.float64]

SIDE = 192
"""Pixels of the longer side of what is compared; more costs time and tells nothing new."""
MARGIN = 0.12
"""Around the box, as a part of its diagonal: the outline's outer side belongs to it."""
SHARP = 1.0
AROUND = 12.0
"""Blur of a picture before its gradients are taken, and of the surroundings that they are divided by, in pixels."""
FORGIVEN = {OverlayMode.WIREFRAME: 3.5, OverlayMode.SOLID: 7.0}
"""What is drawn, and how far its edges are blurred: lines say where exactly, shades what is light and dark."""


@dataclass(frozen=True, slots=True, eq=False)
class PhotoRegion:
    """A photo around a box: `view` for the renderer, and the photo's fields for each of `FORGIVEN`, (2, H, W)."""

    view: View
    fields: dict[OverlayMode, Array]


def photo_region(photo: Image.Image, box: Box) -> PhotoRegion:
    """The part of the photo (its pixels as stored) that is compared; beyond its border the border goes on."""
    margin = MARGIN * box.diagonal
    left, top = math.floor(box.x1 - margin), math.floor(box.y1 - margin)
    right, bottom = math.ceil(box.x2 + margin), math.ceil(box.y2 + margin)
    scale = SIDE / max(right - left, bottom - top)
    width, height = max(round((right - left) * scale), 8), max(round((bottom - top) * scale), 8)
    inside = (max(left, 0), max(top, 0), min(right, photo.width), min(bottom, photo.height))
    if inside[2] <= inside[0] or inside[3] <= inside[1]:
        grey = np.zeros((bottom - top, right - left), dtype=np.uint8)
    else:
        beyond = ((inside[1] - top, bottom - inside[3]), (inside[0] - left, right - inside[2]))
        grey = np.pad(np.asarray(photo.crop(inside).convert("L")), beyond, mode="edge")
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    small = np.asarray(Image.fromarray(grey).resize((width, height), how), dtype=np.float64)
    return PhotoRegion(
        view=View(left=left, top=top, scale=scale, width=width, height=height),
        fields={mode: edge_field(small, forgiven) for mode, forgiven in FORGIVEN.items()},
    )


def fit(region: PhotoRegion, frames: dict[OverlayMode, RenderedFrame]) -> float:
    """−1 … 1 of the raw frames of each of `FORGIVEN` in the region's view; 0 where nothing is drawn."""
    parts = []
    for mode, forgiven in FORGIVEN.items():
        frame, picture = frames[mode], np.zeros((region.view.height, region.view.width))
        if frame.empty:
            return 0.0
        plane = np.frombuffer(frame.payload, dtype=np.uint8).reshape(frame.height, frame.width)
        picture[frame.y : frame.y + frame.height, frame.x : frame.x + frame.width] = plane
        ours, theirs = edge_field(picture, forgiven), region.fields[mode]
        lengths = math.sqrt(float((ours**2).sum()) * float((theirs**2).sum()))
        parts.append(float((ours * theirs).sum()) / lengths if lengths > 0 else 0.0)
    return float(np.mean(parts))


def edge_field(picture: Array, forgiven: float) -> Array:
    """(2, H, W): directions of edges as double-angle vectors, of about one length wherever there is an edge."""
    gy, gx = np.gradient(_blurred(picture, SHARP))
    strength = np.hypot(gx, gy) + 1e-9
    usual = _blurred(strength, AROUND) + 0.5 * float(strength.mean()) + 1e-6
    double = np.stack([gx * gx - gy * gy, 2 * gx * gy]) / (strength * usual)
    return np.stack([_blurred(part, forgiven) for part in double])


def _blurred(picture: Array, sigma: float) -> Array:
    """Gaussian blur, the border going on beyond itself; as two products with a band matrix."""
    rows, columns = (_band(length, sigma) for length in picture.shape)
    blurred: Array = rows @ picture @ columns.T
    return blurred


@lru_cache(maxsize=500)
def _band(length: int, sigma: float) -> Array:
    reach = int(3 * sigma + 0.5)
    kernel = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma * sigma))
    band = np.zeros((length, length))
    for offset, weight in zip(range(-reach, reach + 1), kernel / kernel.sum(), strict=True):
        np.add.at(band, (np.arange(length), (np.arange(length) + offset).clip(0, length - 1)), weight)
    return band
