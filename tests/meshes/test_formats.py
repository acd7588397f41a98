"""OBJ, PLY, STL and GLB: against trimesh's writers where it is right, against hand-made bytes where it is not."""

import json
import random
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
from meshes.read import SUFFIXES, inspect_mesh, read_mesh
from meshes.stl import parse_stl
from tests.meshes.shapes import CUBE_QUADS, CUBE_VERTICES, area, cube_triangles, sphere

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


@pytest.mark.parametrize(
    ("kind", "file_type", "options", "turn"),
    [
        ("obj", "obj", {}, TURNED),
        ("ply", "ply", {"encoding": "ascii"}, SAME),
        ("ply", "ply", {"encoding": "binary"}, SAME),
        ("stl", "stl", {}, SAME),
        ("stl", "stl_ascii", {}, SAME),
        ("glb", "glb", {}, TURNED),
    ],
)
def test_what_trimesh_writes(
    kind: str, file_type: str, options: dict[str, str], turn: npt.NDArray[np.float64]
) -> None:
    vertices, faces = sphere(8, 12)
    content = exported(file_type, vertices, faces, **options)
    triangles = parse(kind, content)
    assert triangles.source_faces == len(faces)
    np.testing.assert_allclose(corners(triangles), vertices[faces] @ turn.T, atol=1e-6)
    assert "allowed" in refusal(kind, content, max_faces=len(faces) - 1).reason


def test_up_and_front_of_y_up_formats_become_up_and_front_here() -> None:
    """Up (0, 1, 0) becomes (0, 0, 1), and the front, which faces +z there, faces -y here."""
    content = b"v 0 1 0\nv 0 0 1\nv 1 0 0\nf 1 2 3\n"
    np.testing.assert_array_equal(parse("obj", content).vertices, [[0, 0, 1], [0, -1, 0], [1, 0, 0]])
    np.testing.assert_array_equal(
        glb_triangle([[0, 1, 0], [0, 0, 1], [1, 0, 0]])[0], [[0, 0, 1], [0, -1, 0], [1, 0, 0]]
    )


# OBJ


def test_obj_with_everything_in_it() -> None:
    content = (
        b"# made by hand\r\nmtllib none.mtl\r\no first\r\nv 0 0 0 1 0 0\r\nv 1 0 0\r\n\tv 1 1 0\r\nv 0 1 0 \r\n"
        b"vt 0 0\r\nvn 0 0 1\r\nusemtl red\r\ns off\r\nf 1/1/1 2//1 3/1 4\r\no second\r\n"
        b"v 0 0 1\r\nv 1 0 1\r\nv 0 1 1\r\n"
        b"f -3/-1 -2 -1\r\nf -7 -6 \\\r\n -5\r\nl 1 2\r\np 1\r\n"
    )
    triangles = parse("obj", content)
    assert triangles.source_faces == 3
    np.testing.assert_array_equal(triangles.faces, [[0, 1, 2], [0, 2, 3], [4, 5, 6], [0, 1, 2]])


def test_obj_negative_indexes_count_from_the_face_and_not_from_the_end() -> None:
    part = b"v 0 0 %d\nv 1 0 %d\nv 0 1 %d\nf -3 -2 -1\n"
    content = b"".join(part % (height, height, height) for height in range(3))
    np.testing.assert_array_equal(parse("obj", content).faces, np.arange(9).reshape(3, 3))


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"v 0 0 0\n", None, "no faces"),
        (b"\x89PNG\0\0f 1 2 3", None, "not text"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1\nf 1 2 3\n", 3, "three coordinates"),
        (b"v 0 0 0\nv 1 0 0\nv\nf 1 2 3\n", 3, "three coordinates"),
        (b"v 0 0 0\nv 1 0 0\n\nv 0 nan 0\nf 1 2 3\n", 4, "not a finite number"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 zero\nf 1 2 3\n", 3, "'zero' is not a number"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nvn 0 0 1\nf 1 2 4\n", 5, "not among the 3"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 0 1 2\n", 4, "not among the 3"),
        (b"v 0 0 0\nv 1 0 0\nf -3 -2 -1\nv 0 1 0\n", 3, "not among the 3"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2\n", 4, "three corners"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf\n", 4, "three corners"),
        (b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3.5\n", 4, "not among the 3"),
        (b"f 1 2 3\n", 1, "not among the 0"),
    ],
)
def test_obj_refusals(content: bytes, line: int | None, words: str) -> None:
    error = refusal("obj", content)
    assert words in error.reason
    assert error.line == line


# PLY


def ply_header(order: str, vertices: int, faces: int, index: str = "list uchar int vertex_indices") -> bytes:
    return (
        f"ply\nformat {order} 1.0\ncomment by hand\nelement vertex {vertices}\nproperty float x\nproperty double y\n"
        f"property uchar red\nproperty float z\nelement face {faces}\nproperty short flag\nproperty {index}\n"
        "property uchar shade\nelement edge 1\nproperty int vertex1\nproperty int vertex2\nend_header\n"
    ).encode()


def ply_body(order: str, polygons: list[list[int]]) -> bytes:
    if order == "ascii":
        rows = [f"{x} {y} 7 {z}" for x, y, z in CUBE_VERTICES.tolist()]
        rows += [" ".join(map(str, [-1, len(face), *face, 9])) for face in polygons]
        return "\n".join([*rows, "0 1", ""]).encode()
    mark = "<" if order == "binary_little_endian" else ">"
    body = b"".join(struct.pack(f"{mark}fdBf", x, y, 7, z) for x, y, z in CUBE_VERTICES.tolist())
    for face in polygons:
        body += struct.pack(f"{mark}hB{len(face)}iB", -1, len(face), *face, 9)
    return body + struct.pack(f"{mark}ii", 0, 1)


ORDERS = ["ascii", "binary_little_endian", "binary_big_endian"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("mixed", [False, True])
def test_ply_with_quads_other_properties_and_elements(order: str, mixed: bool) -> None:
    polygons = (
        CUBE_QUADS if not mixed else [cube_triangles()[0].tolist(), cube_triangles()[1].tolist(), *CUBE_QUADS[1:]]
    )
    triangles = parse("ply", ply_header(order, 8, len(polygons)) + ply_body(order, polygons))
    assert triangles.source_faces == len(polygons)
    np.testing.assert_array_equal(triangles.vertices, CUBE_VERTICES)
    np.testing.assert_array_equal(triangles.faces, cube_triangles())


def test_ply_header_with_windows_line_ends_before_binary_data() -> None:
    head = ply_header("binary_little_endian", 8, 6).replace(b"\n", b"\r\n")
    triangles = parse("ply", head + ply_body("binary_little_endian", CUBE_QUADS))
    np.testing.assert_array_equal(triangles.faces, cube_triangles())


@pytest.mark.parametrize("order", ORDERS)
def test_ply_that_lies_or_is_cut(order: str) -> None:
    body = ply_body(order, CUBE_QUADS)
    for vertices, faces in ((4_000_000_000, 6), (8, 4_000_000_000), (10**17, 10**17)):
        error = refusal("ply", ply_header(order, vertices, faces) + body, max_faces=10**18)
        assert "more than fit" in error.reason
        assert error.line is not None
    assert "allowed" in refusal("ply", ply_header(order, 8, 6) + body, max_faces=5).reason
    assert "allowed" in refusal("ply", ply_header(order, 8, 6) + body, max_faces=11).reason
    for cut in range(9, len(body), 5):
        refusal("ply", ply_header(order, 8, 6) + body[:-cut])
    for vertices, faces in ((8, 5), (7, 6), (8, 7)):
        refusal("ply", ply_header(order, vertices, faces) + body)
    assert "promises" in refusal("ply", ply_header(order, 8, 6) + body + b"1 2 3\n").reason


def test_ply_refusals_name_the_line() -> None:
    head, body = ply_header("ascii", 8, 6), ply_body("ascii", CUBE_QUADS)
    assert refusal("ply", head + body.replace(b"-0.5 -0.5 7 0.5", b"-0.5 nan 7 0.5", 1)).line == 18
    assert refusal("ply", head + body.replace(b"-1 4 4 6", b"-1 4 4 8", 1)).line == 26
    assert refusal("ply", head + body.replace(b"-1 4 4 6", b"-1 9 4 6", 1)).line == 26
    assert refusal("ply", head.replace(b"uchar red", b"colour red") + body).line == 7
    assert refusal("ply", head.replace(b"ascii", b"utf8") + body).line == 2
    assert "end_header" in refusal("ply", head.replace(b"end_header", b"end")).reason
    assert "vertex_indices" in refusal("ply", head.replace(b"vertex_indices", b"strips") + body).reason
    assert "x, y and z" in refusal("ply", head.replace(b"float z", b"float w") + body).reason
    assert "does not begin" in refusal("ply", b"OFF\n").reason


def test_ply_binary_bad_values() -> None:
    order = "binary_little_endian"
    head, body = ply_header(order, 8, 6), ply_body(order, CUBE_QUADS)
    assert "cannot be drawn" in refusal("ply", head + struct.pack("<f", np.nan) + body[4:]).reason
    assert (
        "face 0 names"
        in refusal(
            "ply", head + body.replace(struct.pack("<4i", *CUBE_QUADS[0]), struct.pack("<4i", 0, 1, 3, 8))
        ).reason
    )
    assert (
        "face 0 names"
        in refusal(
            "ply", head + body.replace(struct.pack("<4i", *CUBE_QUADS[0]), struct.pack("<4i", 0, 1, 3, -1))
        ).reason
    )


# STL


def stl_text(count: int = 1) -> bytes:
    points = "\n".join(f"      vertex {x} {y} {{0}}" for x, y in ((0, 0), (1, 0), (0, 1)))
    facet = f"  facet normal 0 0 1\n    outer loop\n{points}\n    endloop\n  endfacet\n"
    facets = "".join(facet.format(height) for height in range(count))
    return f"solid a name with words\n{facets}endsolid a name\n".encode()


def test_stl_text_with_several_solids_and_capitals() -> None:
    triangles = parse("stl", (stl_text(2) + b"\n" + stl_text(1)).upper().replace(b"\n", b"\r\n"))
    np.testing.assert_array_equal(corners(triangles)[:, 0, 2], [0, 1, 0])


def test_stl_binary_that_begins_with_solid() -> None:
    content = exported("stl", CUBE_VERTICES, cube_triangles())
    triangles = parse("stl", b"solid" + content[5:])
    np.testing.assert_array_equal(corners(triangles), CUBE_VERTICES[cube_triangles()])


def test_stl_refusals() -> None:
    binary = exported("stl", CUBE_VERTICES, cube_triangles())
    for count in (0, 11, 13, 4_294_967_295):
        assert "promises" in refusal("stl", binary[:80] + struct.pack("<I", count) + binary[84:]).reason
    assert "promises" in refusal("stl", binary[:-1]).reason
    assert "no faces" in refusal("stl", bytes(84)).reason
    assert "too short" in refusal("stl", b"short").reason
    assert "triangle 1 " in refusal("stl", binary[:96] + struct.pack("<f", np.inf) + binary[100:]).reason
    text = stl_text(2)
    assert refusal("stl", text.replace(b"vertex 1 0 1", b"vertex 1 0")).line == 12
    assert refusal("stl", text.replace(b"vertex 1 0 1", b"vertex 1 0 x")).line == 12
    assert refusal("stl", text.replace(b"vertex 1 0 1", b"vertex 1 0 nan")).line == 12
    assert refusal("stl", text.replace(b"vertex 1 0 1\n", b"\n")).line == 14
    assert refusal("stl", text.replace(b"endfacet", b"facet", 1)).line == 8
    assert "not whole" in refusal("stl", text[: text.rindex(b"endsolid")]).reason
    assert "no faces" in refusal("stl", b"solid\nendsolid\n").reason


# GLB


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


CORNER = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]


def test_glb_nodes_move_turn_and_scale_as_trimesh_says() -> None:
    rng = np.random.default_rng(4)
    scene = trimesh.Scene()
    parent = None
    for number in range(5):
        name = f"part {number}"
        matrix = trimesh.transformations.random_rotation_matrix(rng.random(3))
        matrix[:3, :3] *= rng.uniform(0.5, 2, 3)
        matrix[:3, 3] = rng.normal(size=3)
        box = trimesh.creation.box(extents=rng.uniform(0.2, 1, 3))
        scene.add_geometry(box, node_name=name, geom_name=name, parent_node_name=parent, transform=matrix)
        parent = name
    content = scene.export(file_type="glb")
    expected = scene.to_mesh()
    got = corners(parse("glb", content)) @ TURNED  # back to y up
    order = lambda triangles: np.sort(np.round(triangles.mean(axis=1), 4), axis=0)  # noqa: E731
    np.testing.assert_allclose(order(got), order(expected.triangles), atol=1e-3)
    assert got.reshape(-1, 3).min(axis=0) == pytest.approx(expected.bounds[0], abs=1e-5)
    assert got.reshape(-1, 3).max(axis=0) == pytest.approx(expected.bounds[1], abs=1e-5)


def test_glb_translation_rotation_scale_by_hand() -> None:
    """Doubled, then turned by 90 degrees about y (x to -z), then moved."""
    half = 0.5**0.5
    node = {"mesh": 0, "scale": [2, 2, 2], "rotation": [0, half, 0, half], "translation": [10, 0, 0]}
    y_up = np.array([[10, 0, 0], [10, 0, -2], [10, 2, 0]])
    np.testing.assert_allclose(glb_triangle(CORNER, nodes=[node])[0], y_up @ TURNED.T, atol=1e-6)
    by_columns = [0, 0, -2, 0, 0, 2, 0, 0, 2, 0, 0, 0, 10, 0, 0, 1]
    np.testing.assert_allclose(
        glb_triangle(CORNER, nodes=[{"mesh": 0, "matrix": by_columns}])[0], y_up @ TURNED.T, atol=1e-6
    )


def test_glb_one_mesh_at_two_places_and_nodes_outside_the_scene() -> None:
    nodes = [{"children": [1, 2]}, {"mesh": 0}, {"mesh": 0, "translation": [0, 5, 0]}, {"mesh": 0}]
    heights = glb_triangle(CORNER, nodes=nodes)[:, 0, 2]
    np.testing.assert_array_equal(sorted(heights), [0, 5])


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (4, [[0, 1, 2]]),
        (5, [[0, 1, 2], [1, 2, 3], [2, 3, 4]]),
        (6, [[0, 1, 2], [0, 2, 3], [0, 3, 4]]),
    ],
)
def test_glb_lists_strips_and_fans(mode: int, expected: list[list[int]]) -> None:
    points = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    got = glb_triangle(points, primitive={"mode": mode})
    np.testing.assert_allclose(got, points[expected] @ TURNED.T, atol=1e-7)


def test_glb_indices_strides_and_sparse_values() -> None:
    index = {"bufferView": 1, "componentType": 5123, "count": 3, "type": "SCALAR"}
    sparse = {
        "count": 1,
        "indices": {"bufferView": 2, "componentType": 5121},
        "values": {"bufferView": 3, "componentType": 5126},
    }
    tail = struct.pack("<3Hxx", 2, 1, 0) + struct.pack("<Bxxx", 1) + struct.pack("<3f", 3, 0, 0)
    padded = np.column_stack([CORNER, [[9, 9]] * 3]).reshape(-1, 3)  # rows of five floats
    views = [
        {"buffer": 0, "byteOffset": 60, "byteLength": 6},
        {"buffer": 0, "byteOffset": 68, "byteLength": 1},
        {"buffer": 0, "byteOffset": 72, "byteLength": 12},
    ]
    got = glb_triangle(
        padded,
        tail=tail,
        accessor={"count": 3, "sparse": sparse},
        accessors=[index],
        view={"byteStride": 20, "byteLength": 60},
        views=views,
        primitive={"indices": 1},
    )
    np.testing.assert_array_equal(got[0], np.array([[0, 1, 0], [3, 0, 0], [0, 0, 0]]) @ TURNED.T)


def test_glb_quantised_positions() -> None:
    binary = np.array([[0, 0, 0, 0], [32767, 0, 0, 0], [0, -32768, 0, 0]], dtype="<i2").tobytes()
    got = glb_triangle(
        np.frombuffer(binary, dtype="<f4").reshape(-1, 3),
        accessor={"count": 3, "componentType": 5122, "normalized": True},
        view={"byteStride": 8, "byteLength": 24},
        extensionsRequired=["KHR_mesh_quantization"],
    )
    np.testing.assert_allclose(got[0], np.array([[0, 0, 0], [1, 0, 0], [0, -1, 0]]) @ TURNED.T)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"extensionsRequired": ["KHR_draco_mesh_compression"]}, "KHR_draco_mesh_compression"),
        ({"extensionsUsed": ["EXT_mesh_gpu_instancing"]}, "EXT_mesh_gpu_instancing"),
        ({"nodes": [{"mesh": 0, "children": [0]}]}, "twice"),
        ({"nodes": [{"children": [1, 1]}, {"mesh": 0}]}, "twice"),
        ({"nodes": [{"children": [-1]}, {"mesh": 0}]}, "not valid"),
        ({"nodes": [{"mesh": 7}]}, "not valid"),
        ({"nodes": [{"mesh": 0, "skin": 0}]}, "skeleton"),
        ({"nodes": [{"mesh": 0, "scale": [float("nan"), 1, 1]}]}, "not finite"),
        ({"nodes": [{"mesh": 0, "scale": [1e300, 1, 1]}]}, "not finite"),
        ({"nodes": [{"mesh": 0, "matrix": [1, 2, 3]}]}, "not valid"),
        ({"nodes": [{"camera": 0}]}, "no triangles"),
        ({"nodes": {"mesh": 0}}, "not valid"),
        ({"primitive": {"mode": 1}}, "no triangles"),
        ({"accessor": {"count": 4}}, "promises more"),
        ({"accessor": {"count": 10**12}}, "allowed"),
        ({"accessor": {"count": -1}}, "not valid"),
        ({"accessor": {"bufferView": 9}}, "not valid"),
        ({"accessor": {"type": "VEC2"}}, "not valid"),
        ({"accessor": {"byteOffset": 4}}, "promises more"),
        ({"view": {"byteLength": 10**12}}, "does not lie in the file"),
        ({"view": {"byteOffset": 4}}, "does not lie in the file"),
        ({"view": {"byteStride": 1}}, "does not lie in the file"),
        ({"buffer": {"uri": "other.bin"}}, "another file"),
        ({"primitive": {"indices": 0}}, "not valid"),
    ],
)
def test_glb_refusals(changes: dict[str, Any], words: str) -> None:
    assert words in refusal("glb", glb_scene(CORNER, **changes)).reason


def test_glb_containers_that_lie() -> None:
    content = glb_scene(CORNER)
    assert "promises" in refusal("glb", content[:-4]).reason
    assert "promises" in refusal("glb", content + b"more").reason
    assert "version 1" in refusal("glb", content[:4] + struct.pack("<I", 1) + content[8:]).reason
    assert "longer than the file" in refusal("glb", content[:12] + struct.pack("<I", 10**9) + content[16:]).reason
    assert "JSON" in refusal("glb", content.replace(b"JSON", b"KSON")).reason
    assert "glTF" in refusal("glb", b"OFF\n").reason
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    chunk = struct.pack("<I4s", len(deep), b"JSON") + deep
    assert "JSON" in refusal("glb", struct.pack("<4sII", b"glTF", 2, 12 + len(chunk)) + chunk).reason


def test_glb_many_places_count_as_many_faces() -> None:
    nodes = [{"children": list(range(1, 101))}, *[{"mesh": 0} for _ in range(100)]]
    assert parse("glb", glb_scene(CORNER, nodes=nodes), max_faces=100).source_faces == 100
    assert "allowed" in refusal("glb", glb_scene(CORNER, nodes=nodes), max_faces=99).reason


# All of them


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_empty_missing_and_large_files_and_folders(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"model{suffix}"
    with pytest.raises(MeshUnreadable, match="missing"):
        read_mesh(path)
    path.write_bytes(b"")
    with pytest.raises(MeshUnreadable, match="empty"):
        read_mesh(path)
    path.write_bytes(b" \n" * 600)
    with pytest.raises(MeshUnreadable, match="empty"):
        read_mesh(path)
    with pytest.raises(MeshUnreadable, match="larger than"):
        read_mesh(path, MeshLimits(max_bytes=1000))
    path.unlink()
    path.mkdir()
    with pytest.raises(MeshUnreadable, match="not a file"):
        read_mesh(path)


def test_unknown_suffixes_are_refused_with_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "model.fbx"
    path.write_bytes(b"Kaydara")
    with pytest.raises(MeshUnreadable, match="OFF, OBJ, PLY, STL, GLB"):
        read_mesh(path)


@pytest.mark.parametrize("suffix", [".OBJ", ".PLY", ".STL", ".GLB"])
def test_facts_agree_with_the_mesh(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"cube{suffix}"
    path.write_bytes(exported(suffix[1:].lower(), CUBE_VERTICES * (1, 2, 3), cube_triangles()))
    facts, mesh = inspect_mesh(path), read_mesh(path)
    assert (facts.faces, facts.digest) == (12, mesh.digest)
    assert facts.lower == tuple(mesh.lower)
    assert facts.upper == tuple(mesh.upper)
    assert facts.diagonal == pytest.approx(mesh.diagonal)
    assert facts.diagonal == pytest.approx(14**0.5)
    assert facts.vertices in (8, 36)
    assert area(mesh.vertices, mesh.faces.astype(np.int64)) == pytest.approx(22)


@pytest.mark.parametrize("kind", ["obj", "ply", "ply_text", "stl", "stl_ascii", "glb"])
def test_damaged_files_give_a_mesh_or_a_refusal(kind: str, tmp_path: Path, count: Callable[[int, int], int]) -> None:
    options = {"encoding": "ascii"} if kind == "ply_text" else {}
    content = exported(kind.replace("_text", ""), CUBE_VERTICES, cube_triangles(), **options)
    path = tmp_path / f"damaged.{kind.split('_')[0]}"
    for seed in range(count(60, 2000)):
        rng = random.Random(seed)
        changed = bytearray(content)
        for _ in range(rng.randint(1, 3)):
            at = rng.randrange(len(changed))
            if rng.random() < 0.6:
                changed[at] = rng.choice([0, 32, 45, 49, 57, 255, rng.randrange(256)])
            elif rng.random() < 0.5:
                del changed[at : at + rng.randint(1, 9)]
            else:
                changed[at:at] = changed[at : at + rng.randint(1, 9)]
        path.write_bytes(changed)
        try:
            mesh = read_mesh(path)
        except MeshUnreadable:
            continue
        assert np.isfinite(mesh.vertices).all()
        np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
