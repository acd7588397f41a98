"""PLY: all its orders, and files that lie or are cut."""

import struct

import numpy as np
import pytest

from tests.meshes.bytes_of import parse, refusal
from tests.meshes.shapes import CUBE_QUADS, CUBE_VERTICES, cube_triangles


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
