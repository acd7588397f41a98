"""OBJ, STL and what holds of all formats: against trimesh's writers where it is right, hand-made bytes where not."""

import random
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from meshes.errors import MeshUnreadable
from meshes.limits import MeshLimits
from meshes.read import SUFFIXES, inspect_mesh, read_mesh
from tests.meshes.bytes_of import SAME, TURNED, corners, exported, glb_triangle, parse, refusal
from tests.meshes.shapes import CUBE_VERTICES, area, cube_triangles, sphere


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
