"""Mesh files in, `Mesh` out."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.glb import parse_glb
from meshes.limits import DEFAULT_LIMITS, MIB, MeshLimits
from meshes.mesh import Mesh
from meshes.obj import parse_obj
from meshes.off import parse_off, write_off
from meshes.ply import parse_ply
from meshes.polygons import Triangles
from meshes.stl import parse_stl
from meshes.surface import build_surface, weld

__all__ = ["SUFFIXES", "MeshFacts", "inspect_mesh", "mesh_from", "read_mesh", "write_off"]

_PARSERS = {".off": parse_off, ".obj": parse_obj, ".ply": parse_ply, ".stl": parse_stl, ".glb": parse_glb}

SUFFIXES = tuple(_PARSERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeshFacts:
    """What is worth knowing of a mesh file without keeping it.

    faces: polygons in the file; vertices: points in the file; lower, upper: the box around what is drawn, in
    the object frame, CAD units; diagonal: of that box; digest: sha256 of the file's bytes, hexadecimal.
    """

    faces: int
    vertices: int
    lower: tuple[float, float, float]
    upper: tuple[float, float, float]
    diagonal: float
    digest: str


def read_mesh(path: Path, limits: MeshLimits = DEFAULT_LIMITS) -> Mesh:
    """Read a file by its suffix, one of `SUFFIXES`, into the object frame: z up, the front faces -y.

    OFF, PLY and STL are taken as they are. GLB is y up with the front to +z by its specification, and OBJ by
    custom (it names no axes; Blender, Maya and the CAD collections write it so): both are turned by
    (x, y, z) -> (x, -z, y).

    Raises MeshUnreadable, whatever is wrong with the file.
    """
    path = Path(path)
    return mesh_from(path, read_bytes(path, limits), limits)


def inspect_mesh(path: Path, limits: MeshLimits = DEFAULT_LIMITS) -> MeshFacts:
    """Check a file as `read_mesh` does, without the work that only drawing needs. Raises MeshUnreadable."""
    path = Path(path)
    content = read_bytes(path, limits)
    triangles = read_triangles(path, content, limits)
    points, _ = _welded(path, triangles)
    lower, upper = points.min(axis=0).astype(np.float64), points.max(axis=0).astype(np.float64)
    return MeshFacts(
        faces=triangles.source_faces,
        vertices=len(triangles.vertices),
        lower=(float(lower[0]), float(lower[1]), float(lower[2])),
        upper=(float(upper[0]), float(upper[1]), float(upper[2])),
        diagonal=float(np.linalg.norm(upper - lower)),
        digest=digest_of(content),
    )


def mesh_from(path: Path, content: bytes, limits: MeshLimits = DEFAULT_LIMITS) -> Mesh:
    """The mesh in the bytes of a file; `path` gives the suffix, and the name for errors."""
    triangles = read_triangles(path, content, limits)
    points, faces = _welded(path, triangles)
    surface = build_surface(points, faces)
    return Mesh(
        vertices=surface.vertices,
        normals=surface.normals,
        faces=surface.faces,
        edges=surface.edges,
        source_faces=triangles.source_faces,
        digest=digest_of(content),
    )


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_bytes(path: Path, limits: MeshLimits) -> bytes:
    """A regular file's bytes, if they are within the limit. Raises MeshUnreadable."""
    try:
        # Looked at before it is opened: opening a pipe would wait for somebody to write into it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise MeshUnreadable(path, "this is not a file")
        with path.open("rb") as file:
            content = file.read(limits.max_bytes + 1)
    except FileNotFoundError as error:
        raise MeshUnreadable(path, "the file is missing") from error
    except (OSError, ValueError) as error:
        raise MeshUnreadable(path, f"the file cannot be opened ({error})") from error
    if len(content) > limits.max_bytes:
        raise MeshUnreadable(path, f"the file is larger than {limits.max_bytes / MIB:g} MiB")
    return content


def read_triangles(path: Path, content: bytes, limits: MeshLimits = DEFAULT_LIMITS) -> Triangles:
    """What stands in the bytes of a file, before anything is made of it. Raises MeshUnreadable."""
    parse = _PARSERS.get(path.suffix.lower())
    if parse is None:
        known = ", ".join(suffix.removeprefix(".").upper() for suffix in SUFFIXES)
        raise MeshUnreadable(path, f"files ending in {path.suffix or 'nothing'!r} are not read; use one of {known}")
    if not content.strip():
        raise MeshUnreadable(path, "the file is empty")
    return parse(path, content, limits)


def _welded(path: Path, triangles: Triangles) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    points, faces = weld(triangles.vertices, triangles.faces)
    corners = points[faces].astype(np.float64)
    area = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    if not area.any():
        raise MeshUnreadable(path, "no face has an area: all are points or lines")
    return points, faces
