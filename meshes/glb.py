"""The GLB format (binary glTF 2.0): the triangles of a scene, each mesh where its nodes put it.

Our own reader, because trimesh 5.2 reads sparse and quantised positions wrongly, passes over triangle fans,
and takes memory for whatever an accessor promises. The section numbers are those of the glTF 2.0
specification (Khronos, 2.0.1).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from meshes.errors import MeshUnreadable
from meshes.limits import LARGEST_COORDINATE, MeshLimits
from meshes.polygons import Triangles

_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_COLUMNS = {"SCALAR": 1, "VEC3": 3}
_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_HARMLESS = ("KHR_materials_", "KHR_texture_", "EXT_texture_", "KHR_lights_", "KHR_xmp", "KHR_mesh_quantization")
_MOVING = ("EXT_mesh_gpu_instancing",)
"""Extensions that put triangles elsewhere even where a reader may pass over them."""

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float64]
Faces = npt.NDArray[np.int64]


def parse_glb(file: Path, content: bytes, limits: MeshLimits) -> Triangles:
    """Read a GLB file's bytes and turn y up to z up; see `meshes.read.read_mesh`. Raises MeshUnreadable."""
    structure, binary = _chunks(file, content)
    _refuse_extensions(file, structure)
    try:
        return _Scene(file, structure, binary, limits).triangles()
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise MeshUnreadable(file, f"the glTF structure is not valid ({type(error).__name__}: {error})") from error


def _chunks(file: Path, content: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON and the binary chunk (section 4.4)."""
    if content[:4] != b"glTF" or len(content) < 20:
        raise MeshUnreadable(file, "this is not a GLB file: it does not begin with glTF")
    version, length = (int(number) for number in np.frombuffer(content, "<u4", count=2, offset=4))
    if version != 2:
        raise MeshUnreadable(file, f"glTF version {version} is not read, only version 2")
    if length != len(content):
        raise MeshUnreadable(file, f"the header promises {length} bytes, but the file has {len(content)}")
    found: dict[bytes, bytes] = {}
    at = 12
    while at + 8 <= length:
        size = int.from_bytes(content[at : at + 4], "little")
        kind = content[at + 4 : at + 8]
        if at + 8 + size > length:
            raise MeshUnreadable(file, "a part of the file is longer than the file")
        found.setdefault(kind, content[at + 8 : at + 8 + size])
        at += 8 + size
    try:
        structure = json.loads(found[b"JSON"].decode("utf-8"))
    except (KeyError, ValueError, RecursionError) as error:
        raise MeshUnreadable(file, "the file has no readable JSON part") from error
    if not isinstance(structure, dict):
        raise MeshUnreadable(file, "the file has no readable JSON part")
    return structure, found.get(b"BIN\0", b"")


def _refuse_extensions(file: Path, structure: dict[str, Any]) -> None:
    required, used = structure.get("extensionsRequired", []), structure.get("extensionsUsed", [])
    if not isinstance(required, list) or not isinstance(used, list):
        raise MeshUnreadable(file, "the glTF structure is not valid (extensions)")
    for name in map(str, required):
        if not name.startswith(_HARMLESS):
            raise MeshUnreadable(file, f"the file needs {name}, which is not read; export it without compression")
    for name in map(str, used):
        if name in _MOVING:
            raise MeshUnreadable(file, f"the file uses {name}, which is not read; export it without instances")


class _Scene:
    def __init__(self, file: Path, structure: dict[str, Any], binary: bytes, limits: MeshLimits) -> None:
        self._file = file
        self._structure = structure
        self._binary = binary
        self._limits = limits
        self._meshes: dict[int, tuple[Points, Faces]] = {}

    def triangles(self) -> Triangles:
        points: list[Points] = []
        faces: list[Faces] = []
        point_count = face_count = 0
        for mesh, matrix in self._placed_meshes():
            mesh_points, mesh_faces = self._mesh(mesh)
            face_count += len(mesh_faces)
            self._within(face_count, self._limits.max_faces, "triangles")
            self._within(point_count + len(mesh_points), 3 * self._limits.max_faces, "vertices")
            with np.errstate(over="ignore", invalid="ignore"):  # told from the result, below
                points.append(mesh_points @ matrix[:3, :3].T + matrix[:3, 3])
            faces.append(mesh_faces + point_count)
            point_count += len(mesh_points)
        if face_count == 0:
            raise MeshUnreadable(self._file, "there are no triangles in the scene")
        vertices = np.concatenate(points)
        if not (np.abs(vertices) <= LARGEST_COORDINATE).all():
            raise MeshUnreadable(self._file, "a coordinate is not finite or too large to be drawn")
        # The order of the columns: x, -z, y.
        turned = vertices[:, [0, 2, 1]] * (1.0, -1.0, 1.0)
        return Triangles(vertices=turned, faces=np.concatenate(faces), source_faces=face_count)

    def _within(self, count: int, limit: int, what: str) -> None:
        if count > limit:
            raise MeshUnreadable(self._file, f"{count} {what} are more than the {limit} allowed")

    def _placed_meshes(self) -> list[tuple[int, Matrix]]:
        """Each mesh of the scene with the matrix from its own frame to the scene's (section 3.5)."""
        nodes = self._structure.get("nodes", [])
        waiting = [(root, np.eye(4)) for root in self._roots(nodes)]
        seen: set[int] = set()
        placed = []
        while waiting:
            index, parent = waiting.pop()
            if index in seen:
                raise MeshUnreadable(self._file, f"node {index} hangs in the scene twice")
            seen.add(index)
            node = _at(nodes, index)
            with np.errstate(over="ignore", invalid="ignore"):
                matrix = parent @ _local_matrix(node)
            if "mesh" in node:
                if "skin" in node:
                    reason = "a mesh is moved by a skeleton; apply the pose and export it as a plain mesh"
                    raise MeshUnreadable(self._file, reason)
                placed.append((node["mesh"], matrix))
            waiting += [(child, matrix) for child in reversed(node.get("children", []))]
        return placed

    def _roots(self, nodes: list[Any]) -> list[int]:
        scenes = self._structure.get("scenes", [])
        if scenes:
            scene = _at(scenes, self._structure.get("scene", 0))
            return list(reversed(scene.get("nodes", [])))
        children = {child for node in nodes for child in node.get("children", [])}
        return [index for index in reversed(range(len(nodes))) if index not in children]

    def _mesh(self, index: int) -> tuple[Points, Faces]:
        if index not in self._meshes:
            points = [np.empty((0, 3))]
            faces = [np.empty((0, 3), dtype=np.int64)]
            point_count = 0
            for primitive in _at(self._structure["meshes"], index)["primitives"]:
                mode = primitive.get("mode", _TRIANGLES)
                if mode not in (_TRIANGLES, _STRIP, _FAN):
                    continue  # points and lines
                positions = self._accessor(primitive["attributes"]["POSITION"], "VEC3")
                corners = np.arange(len(positions))
                if "indices" in primitive:
                    corners = self._accessor(primitive["indices"], "SCALAR")[:, 0].astype(np.int64)
                if corners.size and not (corners.min() >= 0 and corners.max() < len(positions)):
                    raise MeshUnreadable(self._file, f"mesh {index} names a vertex that does not exist")
                faces.append(_assemble(corners, mode) + point_count)
                points.append(positions)
                point_count += len(positions)
            self._meshes[index] = np.concatenate(points), np.concatenate(faces)
        return self._meshes[index]

    def _accessor(self, index: int, kind: str) -> npt.NDArray[np.float64]:
        """Values (n, columns) as float64 (section 3.6.2): strided, sparse, and integers scaled where normalized."""
        accessor = _at(self._structure["accessors"], index)
        if accessor["type"] != kind:
            raise ValueError(f"accessor {index} is not {kind}")
        count = _natural(accessor["count"])
        self._within(count, 3 * self._limits.max_faces, "values of an accessor")
        component = np.dtype(_COMPONENTS[accessor["componentType"]])
        if kind == "SCALAR" and component.kind != "u":
            raise ValueError(f"accessor {index} cannot hold indexes")
        columns = _COLUMNS[kind]
        if "bufferView" in accessor:
            values = self._view(
                accessor["bufferView"], accessor.get("byteOffset", 0), component, count, columns
            ).astype(np.float64)
        elif "sparse" in accessor:
            values = np.zeros((count, columns))
        else:
            raise ValueError(f"accessor {index} has no bufferView")
        if "sparse" in accessor:
            self._put_sparse(values, accessor["sparse"], component)
        if accessor.get("normalized", False) and component.kind in "iu":
            values = np.maximum(values / np.iinfo(component).max, -1.0)
        return values

    def _put_sparse(
        self, values: npt.NDArray[np.float64], sparse: dict[str, Any], component: np.dtype[np.generic]
    ) -> None:
        count = _natural(sparse["count"])
        where, what = sparse["indices"], sparse["values"]
        where_kind = np.dtype(_COMPONENTS[where["componentType"]])
        rows = self._view(where["bufferView"], where.get("byteOffset", 0), where_kind, count, 1)[:, 0].astype(
            np.int64
        )
        if rows.size and not (rows.min() >= 0 and rows.max() < len(values)):
            raise ValueError("a sparse index is out of range")
        values[rows] = self._view(what["bufferView"], what.get("byteOffset", 0), component, count, values.shape[1])

    def _view(
        self, index: int, offset: int, component: np.dtype[np.generic], count: int, columns: int
    ) -> npt.NDArray[np.generic]:
        """(count, columns) values of a buffer view, which must lie in the binary chunk (sections 3.6.1, 4.4.3)."""
        view = _at(self._structure["bufferViews"], index)
        if view["buffer"] != 0 or "uri" in _at(self._structure["buffers"], 0):
            raise MeshUnreadable(self._file, "the file keeps its geometry in another file; export it as one GLB")
        start, length = _natural(view.get("byteOffset", 0)), _natural(view["byteLength"])
        row = columns * component.itemsize
        stride = _natural(view.get("byteStride", row))
        begin = start + _natural(offset)
        if stride < row or start + length > len(self._binary):
            raise ValueError(f"bufferView {index} does not lie in the file")
        if count == 0:
            return np.empty((0, columns), dtype=component)
        if begin + (count - 1) * stride + row > start + length:
            raise ValueError(f"an accessor promises more than bufferView {index} holds")
        return np.ndarray(
            (count, columns), component, buffer=self._binary, offset=begin, strides=(stride, component.itemsize)
        )


def _at(items: list[Any], index: int) -> Any:
    return items[_natural(index)]


def _natural(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"{number!r} is no index or size")
    return number


def _assemble(corners: Faces, mode: int) -> Faces:
    """Triangles (n, 3) of a list, a strip or a fan (section 3.7.2.1); corners left over are dropped."""
    if mode == _TRIANGLES:
        return corners[: len(corners) // 3 * 3].reshape(-1, 3)
    first = corners[:-2] if mode == _STRIP else np.broadcast_to(corners[:1], corners[:-2].shape)
    return np.stack([first, corners[1:-1], corners[2:]], axis=1)


def _local_matrix(node: dict[str, Any]) -> Matrix:
    """From a node's frame to its parent's (section 3.5.2): a matrix by columns, or scale, rotation, translation."""
    if "matrix" in node:
        return np.array(node["matrix"], dtype=np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = np.array(node.get("rotation", (0, 0, 0, 1)), dtype=np.float64)
    norm = x * x + y * y + z * z + w * w
    if norm == 0:
        raise ValueError("a rotation has no direction")
    doubled = 2.0 / norm
    rotation = np.array(
        [
            [1 - doubled * (y * y + z * z), doubled * (x * y - z * w), doubled * (x * z + y * w)],
            [doubled * (x * y + z * w), 1 - doubled * (x * x + z * z), doubled * (y * z - x * w)],
            [doubled * (x * z - y * w), doubled * (y * z + x * w), 1 - doubled * (x * x + y * y)],
        ]
    )
    matrix[:3, :3] = rotation * np.array(node.get("scale", (1, 1, 1)), dtype=np.float64).reshape(3)
    matrix[:3, 3] = np.array(node.get("translation", (0, 0, 0)), dtype=np.float64).reshape(3)
    return matrix
