"""Surfaces for demo photos, painted by code: tiles (SIDE, SIDE, 3) of sRGB that repeat without a seam."""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIDE = 512


def _noise(seed: int, roughness: float, stretch: tuple[float, float] = (1.0, 1.0)) -> Array:
    """Cloudy noise (SIDE, SIDE), mean 0, deviation 1, without a seam: white noise with its spectrum falling as
    1 / frequency^roughness. `stretch` draws it out along rows and columns."""
    white = np.random.default_rng(seed).standard_normal((SIDE, SIDE))
    fy, fx = np.meshgrid(np.fft.fftfreq(SIDE) * stretch[0], np.fft.fftfreq(SIDE) * stretch[1], indexing="ij")
    frequency = np.hypot(fx, fy)
    frequency[0, 0] = np.inf
    cloud = np.fft.ifft2(np.fft.fft2(white) / frequency**roughness).real
    return np.asarray((cloud - cloud.mean()) / cloud.std())


def _tinted(grey: Array, colour: tuple[float, float, float]) -> Array:
    return np.asarray(np.clip(grey[..., None] * np.array(colour), 0, 1))


def _cells(rows: int, columns: int, joint: float, shift: float = 0.0) -> tuple[NDArray[np.int64], Array]:
    """(number of the cell, 1 within it and 0 on its joint) at each pixel; `shift` is that of every other row."""
    y, x = np.meshgrid(np.arange(SIDE) / SIDE, np.arange(SIDE) / SIDE, indexing="ij")
    row = np.floor(y * rows).astype(np.int64)
    across = (x * columns + shift * (row % 2)) % columns
    column = np.floor(across).astype(np.int64)
    u, v = across % 1, (y * rows) % 1
    edge = np.minimum(np.minimum(u, 1 - u) / columns, np.minimum(v, 1 - v) / rows) * SIDE
    return row * columns + column, np.clip(edge / joint, 0, 1)


def _shades(cells: NDArray[np.int64], seed: int, spread: float) -> Array:
    """A shade for each cell, about 1."""
    return 1 + spread * np.random.default_rng(seed).standard_normal(int(cells.max()) + 1)[cells]


def asphalt() -> Array:
    return _tinted(0.34 + 0.020 * _noise(1, 1.3) + 0.035 * _noise(2, 0.1), (1.0, 1.0, 1.03))


def concrete() -> Array:
    _, within = _cells(2, 2, 2.5)
    return _tinted(
        (0.63 + 0.022 * _noise(3, 1.4) + 0.012 * _noise(4, 0.3)) * (0.78 + 0.22 * within), (1.0, 0.99, 0.96)
    )


def grass() -> Array:
    blades = 0.36 + 0.05 * _noise(5, 1.2) + 0.06 * _noise(6, 0.5, (0.35, 1.0))
    return np.asarray(np.clip(np.stack([blades * 0.92, blades * 1.18, blades * 0.52], axis=-1), 0, 1))


def parquet() -> Array:
    cells, within = _cells(8, 2, 1.5, 0.5)
    grain = 1 + 0.05 * _noise(7, 1.1, (1.0, 0.06)) + 0.015 * _noise(8, 0.3)
    return _tinted(0.62 * grain * _shades(cells, 9, 0.09) * (0.62 + 0.38 * within), (1.08, 0.80, 0.52))


def table_wood() -> Array:
    cells, within = _cells(4, 1, 1.2)
    grain = 1 + 0.07 * _noise(10, 1.3, (1.0, 0.04)) + 0.02 * _noise(11, 0.4, (1.0, 0.1))
    return _tinted(0.56 * grain * _shades(cells, 12, 0.05) * (0.85 + 0.15 * within), (1.05, 0.74, 0.47))


def carpet() -> Array:
    return _tinted(0.50 + 0.045 * _noise(15, 0.2) + 0.018 * _noise(16, 1.5), (0.98, 1.0, 1.06))


def rubber_mat() -> Array:
    cells, within = _cells(2, 2, 2.0)
    return _tinted(
        (0.24 + 0.028 * _noise(17, 0.05)) * _shades(cells, 18, 0.05) * (0.75 + 0.25 * within), (1, 1, 1.05)
    )


def plaster() -> Array:
    return _tinted(0.84 + 0.010 * _noise(19, 1.6) + 0.006 * _noise(20, 0.2), (1.0, 0.99, 0.965))


def brick() -> Array:
    cells, within = _cells(12, 4, 3.0, 0.5)
    body = 0.50 * _shades(cells, 21, 0.13) * (1 + 0.06 * _noise(22, 0.6))
    wall = np.stack([body * 1.12, body * 0.70, body * 0.56], axis=-1)
    mortar = (0.66 + 0.02 * _noise(23, 0.5))[..., None] * np.array([1.0, 0.98, 0.94])
    return np.asarray(np.clip(mortar + within[..., None] * (wall - mortar), 0, 1))


def wallpaper() -> Array:
    stripes = 0.5 + 0.5 * np.tanh(6 * np.cos(2 * np.pi * 8 * np.arange(SIDE) / SIDE))
    grey = np.broadcast_to(0.76 + 0.05 * stripes, (SIDE, SIDE)) + 0.008 * _noise(24, 0.3)
    return _tinted(grey, (0.95, 1.0, 0.98))


def lab_tiles() -> Array:
    cells, within = _cells(8, 8, 2.5)
    return _tinted(0.86 * _shades(cells, 25, 0.012) * (0.86 + 0.14 * within), (0.97, 1.0, 1.0))


def facade() -> Array:
    """Two storeys of a house, four windows each, some curtained and some dark."""
    y, x = np.meshgrid(np.arange(SIDE) / SIDE, np.arange(SIDE) / SIDE, indexing="ij")
    wall = (0.72 + 0.015 * _noise(26, 1.3) + 0.01 * _noise(27, 0.2))[..., None] * np.array([1.04, 0.96, 0.84])
    u, v = (x * 4) % 1, (y * 2) % 1
    number = (np.floor(x * 4) + 4 * np.floor(y * 2)).astype(np.int64)
    glass = np.random.default_rng(28).uniform(0.16, 0.42, 8)[number] + 0.18 * (1 - v)
    pane = (np.abs(u - 0.5) < 0.24) & (v > 0.20) & (v < 0.76)
    frame = (np.abs(u - 0.5) < 0.28) & (v > 0.17) & (v < 0.79)
    bars = pane & ((np.abs(u - 0.5) < 0.016) | (np.abs(v - 0.40) < 0.010))
    sill = (np.abs(u - 0.5) < 0.32) & (v >= 0.79) & (v < 0.83)
    wall[frame | sill] = (0.92, 0.91, 0.88)
    wall[pane] = np.stack([glass * 0.85, glass * 0.98, glass * 1.10], axis=-1)[pane]
    wall[bars] = (0.92, 0.91, 0.88)
    wall[v > 0.985] *= 0.82
    return np.asarray(np.clip(wall, 0, 1))


def clouds() -> Array:
    """White where there are clouds, black where there are none."""
    return _tinted(np.clip(0.5 + 0.38 * _noise(29, 1.75), 0, 1), (1.0, 1.0, 1.0))


def plain() -> Array:
    return np.ones((SIDE, SIDE, 3))


PAINTERS: dict[str, Callable[[], Array]] = {
    paint.__name__: paint
    for paint in (
        asphalt,
        concrete,
        grass,
        parquet,
        table_wood,
        carpet,
        rubber_mat,
        plaster,
        brick,
        wallpaper,
        lab_tiles,
        facade,
        clouds,
        plain,
    )
}


@cache
def texture(name: str) -> NDArray[np.uint8]:
    """The tile of this name, (SIDE, SIDE, 3), rows from the top."""
    return np.asarray(np.round(255 * PAINTERS[name]()), dtype=np.uint8)
