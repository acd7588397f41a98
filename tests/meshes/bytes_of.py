"""Mesh files as bytes: written by trimesh, read or refused by our parsers."""

import json
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import trimesh

from meshes.errors import MeshUnreadable
from meshes.glb import parse_glb
from meshes.limits import MeshLimits
from meshes.obj import parse_obj
from meshes.ply import parse_ply
from meshes.polygons import Triangles
from meshes.stl import parse_stl

Parser = Callable[[Path, bytes, MeshLimits], Triangles]
PARSERS: dict[str, Parser] = {"obj": parse_obj, "ply": parse_ply, "stl": parse_stl, "glb": parse_glb}
SAME, TURNED = np.eye(3), np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]])


def parse(kind: str, content: bytes, **limits: int) -> Triangles:
    return PARSERS[kind](Path(f"model.{kind}"), content, MeshLimits(**limits))


def refusal(kind: str, content: bytes, **limits: int) -> MeshUnreadable:
    with pytest.raises(MeshUnreadable) as caught:
        parse(kind, content, **limits)
    return caught.value


def corners(triangles: Triangles) -> npt.NDArray[np.float64]:
    return triangles.vertices[triangles.faces]


def exported(kind: str, vertices: npt.NDArray[np.float64], faces: npt.NDArray[np.int64], **options: Any) -> bytes:
    content = trimesh.Trimesh(vertices, faces, process=False).export(file_type=kind, **options)
    return content.encode() if isinstance(content, str) else content


def glb(structure: dict[str, Any], binary: bytes = b"") -> bytes:
    text = json.dumps({"asset": {"version": "2.0"}, **structure}).encode()
    text += b" " * (-len(text) % 4)
    binary += b"\0" * (-len(binary) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(binary), b"BIN\0") + binary
    return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


def glb_scene(positions: npt.ArrayLike, **changes: Any) -> bytes:
    """One mesh without indices; `changes` replace parts: nodes, primitive, accessor, view, accessors, views, tail."""
    binary = np.asarray(positions, dtype="<f4").tobytes() + changes.pop("tail", b"")
    count = len(np.asarray(positions))
    accessor = {"bufferView": 0, "componentType": 5126, "count": count, "type": "VEC3", **changes.pop("accessor", {})}
    primitive = {"attributes": {"POSITION": 0}, **changes.pop("primitive", {})}
    return glb(
        {
            "scenes": [{"nodes": [0]}],
            "nodes": changes.pop("nodes", [{"mesh": 0}]),
            "meshes": [{"primitives": [primitive]}],
            "accessors": [accessor, *changes.pop("accessors", [])],
            "bufferViews": [
                {"buffer": 0, "byteLength": 12 * count, **changes.pop("view", {})},
                *changes.pop("views", []),
            ],
            "buffers": [{"byteLength": len(binary), **changes.pop("buffer", {})}],
            **changes,
        },
        binary,
    )


def glb_triangle(positions: npt.ArrayLike, **changes: Any) -> npt.NDArray[np.float64]:
    return corners(parse("glb", glb_scene(positions, **changes)))
