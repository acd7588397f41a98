"""How large a mesh file may be; asked before memory is taken for it."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024

LARGEST_COORDINATE = 1e15
"""Beyond it squared lengths leave what float32 can hold, on the GPU too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshLimits:
    """Refuse files over `max_bytes`, and meshes over `max_faces` counted in polygons and in triangles."""

    max_bytes: int = 256 * MIB
    max_faces: int = 5_000_000

    def __post_init__(self) -> None:
        if self.max_bytes <= 0 or self.max_faces <= 0:
            raise ValueError("mesh limits must be positive")


DEFAULT_LIMITS = MeshLimits()
