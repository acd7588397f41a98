"""The OFF reader: what it reads, what it refuses and where, and that nothing else ever comes out of it."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meshes.errors import MeshUnreadable
from meshes.limits import MeshLimits
from meshes.off import parse_off, write_off
from meshes.polygons import Triangles
from meshes.read import read_mesh
from tests.meshes.shapes import CUBE_QUADS, CUBE_VERTICES, area, cube_triangles

TRIANGLE = b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"


def parse(content: bytes, **limits: int) -> Triangles:
    return parse_off(Path("model.off"), content, MeshLimits(**limits))


def refusal(content: bytes, **limits: int) -> MeshUnreadable:
    with pytest.raises(MeshUnreadable) as caught:
        parse(content, **limits)
    return caught.value


@pytest.mark.parametrize(
    "content",
    [
        TRIANGLE,
        TRIANGLE.replace(b"\n", b"\r\n"),
        TRIANGLE.replace(b"\n", b"\r"),
        TRIANGLE.rstrip(),
        b"\xef\xbb\xbf" + TRIANGLE,
        b"OFF 3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
        b"OFF3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
        b"OFF\n3 1\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n",
        b"# made by hand\n\nOFF # the word\n\n3 1 0 # counts\n\n0 0 0\n\t1 0 0 \n# half\n0 1 0\n\n3 0 1 2\n\n\n",
        b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2 255 0 0\n",
        b"OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2 0.5 0.5 0.5 1.0\n",
        b"COFF\n3 1 0\n0 0 0 255 0 0 255\n1 0 0 0 255 0 255\n0 1 0 0 0 255 255\n3 0 1 2\n",
        b"NOFF\n3 1 0\n0 0 0 0 0 1\n1 0 0 0 0 1\n0 1 0 0 0 1\n3 0 1 2\n",
        b"OFF\n3 1 0\n0. .0 -0e5\n1e0 0 0\n0 +1 0\n3 0 1 2\n",
    ],
)
def test_one_triangle_in_all_its_spellings(content: bytes) -> None:
    triangles = parse(content)
    np.testing.assert_array_equal(triangles.vertices, [[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    np.testing.assert_array_equal(triangles.faces, [[0, 1, 2]])
    assert triangles.source_faces == 1


def test_polygons_of_mixed_sizes_keep_their_order_and_points_and_lines_are_dropped() -> None:
    content = b"OFF\n5 5 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n0 0 1\n4 0 1 2 3\n3 0 1 4\n2 0 1\n5 0 1 2 3 4\n1 4\n"
    triangles = parse(content)
    assert triangles.source_faces == 5
    assert len(triangles.faces) == 2 + 1 + 3
    np.testing.assert_array_equal(triangles.faces[2], [0, 1, 4])


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"PLY\n3 1 0\n", 1, "does not begin with the word OFF"),
        (b"OFF\n", 2, "numbers of vertices and faces"),
        (b"OFF\nthree one zero\n", 2, "numbers of vertices and faces"),
        (b"# c\nOFF\n-3 1 0\n0 0 0\n", 3, "numbers of vertices and faces"),
        (b"OFF BINARY\n\0\0\0\3", 1, "binary"),
        (b"4OFF\n3 1 0\n0 0 0 0\n", 1, "three coordinates"),
        (b"OFF\n1 0 0\n0 0 0\n", 2, "no faces"),
        (b"OFF\n9999999999999999 1 0\n0 0 0\n", 2, "more than fit"),
        (b"OFF\n3 " + b"9" * 5000 + b" 0\n0 0 0\n", 2, "numbers of vertices and faces"),
        (TRIANGLE.replace(b"3 1 0", b"3 2 0") + b"\n" * 10, 6, "ends after 4 lines"),
        (TRIANGLE + b"3 0 1 2\n", 7, "more lines"),
        (TRIANGLE.replace(b"1 0 0", b"1 0"), 4, "three coordinates"),
        (TRIANGLE.replace(b"1 0 0", b"1 x 0"), 4, "'x' is not a number"),
        (TRIANGLE.replace(b"1 0 0", b"1 0-1 0"), 4, "'0-1' is not a number"),
        (TRIANGLE.replace(b"1 0 0", b"1 1.5.2 0"), 4, "'1.5.2' is not a number"),
        (TRIANGLE.replace(b"1 0 0", b"1 \xff\x00 0"), 4, "not a number"),
        (TRIANGLE.replace(b"1 0 0", b"nan 0 0"), 4, "not a finite number"),
        (TRIANGLE.replace(b"1 0 0", b"0 -inf 0"), 4, "not a finite number"),
        (TRIANGLE.replace(b"1 0 0", b"1e999 0 0"), 4, "not a finite number"),
        (TRIANGLE.replace(b"1 0 0", b"1e30 0 0"), 4, "too large"),
        (TRIANGLE.replace(b"3 0 1 2", b"3 0 1 3"), 6, "not among the 3"),
        (TRIANGLE.replace(b"3 0 1 2", b"3 0 1 -1"), 6, "not among the 3"),
        (TRIANGLE.replace(b"3 0 1 2", b"3 0 1 1.5"), 6, "not among the 3"),
        (TRIANGLE.replace(b"3 0 1 2", b"3 0 1 nan"), 6, "not among the 3"),
        (TRIANGLE.replace(b"3 0 1 2", b"3 0 1"), 6, "fewer corners"),
        (TRIANGLE.replace(b"3 0 1 2", b"1e300 0 1 2"), 6, "fewer corners"),
        (TRIANGLE.replace(b"3 0 1 2", b"nan 0 1 2"), 6, "number of its corners"),
        (TRIANGLE.replace(b"3 0 1 2", b"-3 0 1 2"), 6, "number of its corners"),
        (b"\r\n".join(TRIANGLE.replace(b"3 0 1 2", b"3 0 1 9").split(b"\n")), 6, "not among the 3"),
    ],
)
def test_what_is_broken_is_refused_with_reason_and_line(content: bytes, line: int | None, words: str) -> None:
    error = refusal(content)
    assert words in error.reason
    assert error.line == line
    assert "model.off" in str(error)


def test_limits_count_polygons_and_triangles() -> None:
    assert "more than the 1 faces" in refusal(TRIANGLE.replace(b"3 1 0", b"3 2 0") + b"3 0 1 2\n", max_faces=1).reason
    quad = b"OFF\n4 1 0\n0 0 0\n1 0 0\n1 1 0\n0 1 0\n4 0 1 2 3\n"
    assert parse(quad, max_faces=2).source_faces == 1
    assert "2 triangles" in refusal(quad, max_faces=1).reason


def test_faces_without_area_are_no_mesh(tmp_path: Path) -> None:
    path = tmp_path / "flat.off"
    path.write_bytes(b"OFF\n3 2 0\n0 0 0\n1 0 0\n2 0 0\n3 0 1 2\n3 0 0 1\n")
    with pytest.raises(MeshUnreadable, match="no face has an area"):
        read_mesh(path)
    path.write_bytes(b"OFF\n3 1 0\n0 0 0\n1 0 0\n2 0 0\n2 0 1\n")
    with pytest.raises(MeshUnreadable, match="no face has an area"):
        read_mesh(path)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bad_index", 6),
        ("nan_vertex", 3),
        ("truncated", 2),
        ("not_a_mesh", 1),
        ("huge_counts", 2),
        ("empty", None),
        ("keypoint_one_vertex", 2),
    ],
)
def test_the_broken_files_beside_the_project(shared_data: Path, name: str, line: int | None) -> None:
    with pytest.raises(MeshUnreadable) as caught:
        read_mesh(shared_data / "cad" / "odd" / f"{name}.off")
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("name", "faces"), [("quads", 2), ("coloured_faces", 1), ("comments_blank_lines", 1), ("header_one_line", 1)]
)
def test_the_unusual_files_beside_the_project(shared_data: Path, name: str, faces: int) -> None:
    mesh = read_mesh(shared_data / "cad" / "odd" / f"{name}.off")
    assert mesh.faces.shape == (faces, 3)
    assert mesh.diagonal == pytest.approx(2**0.5)


def test_a_file_with_windows_line_ends_beside_the_project(shared_data: Path) -> None:
    mesh = read_mesh(shared_data / "cad" / "chair" / "02.off")
    assert mesh.source_faces == 18515


def test_written_files_read_back_to_the_last_bit_and_are_always_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    vertices = rng.normal(size=(50, 3)) * 10.0 ** rng.integers(-12, 12, (50, 3))
    vertices[0] = (0.1, -0.0, 1 / 3)
    faces = np.array([rng.choice(50, 3, replace=False) for _ in range(80)])
    one, other = tmp_path / "one.off", tmp_path / "other.off"
    write_off(one, vertices, faces)
    write_off(other, vertices.tolist(), faces.tolist())
    assert one.read_bytes() == other.read_bytes()
    triangles = parse(one.read_bytes())
    np.testing.assert_array_equal(triangles.vertices, vertices)
    np.testing.assert_array_equal(triangles.faces, faces)


def test_written_polygons_are_cut_when_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "cube.off"
    write_off(path, CUBE_VERTICES, CUBE_QUADS)
    triangles = parse(path.read_bytes())
    assert triangles.source_faces == 6
    np.testing.assert_array_equal(triangles.faces, cube_triangles())
    assert area(triangles.vertices, triangles.faces) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("vertices", "faces"),
    [
        ([[0, 0, 0]] * 3, []),
        ([[0, 0, 0]] * 3, [[0, 1, 3]]),
        ([[0, 0, 0]] * 3, [[0, 1, -1]]),
        ([[0, 0, 0]] * 3, [[0, 1]]),
        ([[0, 0, float("nan")]] * 3, [[0, 1, 2]]),
        ([[0, 0]] * 3, [[0, 1, 2]]),
    ],
)
def test_what_could_not_be_read_again_is_not_written(
    tmp_path: Path, vertices: list[list[float]], faces: list[list[int]]
) -> None:
    with pytest.raises(ValueError, match=r"face|vertices"):
        write_off(tmp_path / "bad.off", vertices, faces)
    assert not (tmp_path / "bad.off").exists()


def _mutated(content: bytes, rng: random.Random) -> bytes:
    """One to four of: a byte changed, a piece cut, doubled, or replaced by a token that has caused trouble."""
    tokens = [b"nan", b"-1", b"1e400", b"99999999999", b"#", b"\r", b"\n", b"\0", b"OFF", b" ", b"3", b"-", b"1.5"]
    changed = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(changed) + 1)
        end = min(len(changed), start + rng.randint(0, 12))
        kind = rng.randrange(4)
        if kind == 0 and start < len(changed):
            changed[start] = rng.randrange(256)
        elif kind == 1:
            del changed[start:end]
        elif kind == 2:
            changed[start:start] = changed[start:end]
        else:
            changed[start:end] = rng.choice(tokens)
    return bytes(changed)


def test_damaged_files_give_a_mesh_or_a_refusal(tmp_path: Path, count: Callable[[int, int], int]) -> None:
    write_off(tmp_path / "cube.off", CUBE_VERTICES, CUBE_QUADS)
    seeds = [TRIANGLE, (tmp_path / "cube.off").read_bytes()]
    outcomes = {"mesh": 0, "refusal": 0}
    path = tmp_path / "damaged.off"
    for seed in range(count(100, 2000)):
        rng = random.Random(seed)
        path.write_bytes(_mutated(rng.choice(seeds), rng))
        try:
            mesh = read_mesh(path)
        except MeshUnreadable:
            outcomes["refusal"] += 1
        else:
            outcomes["mesh"] += 1
            assert np.isfinite(mesh.vertices).all()
            np.testing.assert_allclose(np.linalg.norm(mesh.normals, axis=1), 1.0, atol=1e-5)
    assert min(outcomes.values()) > 0


@given(st.binary(max_size=200))
def test_any_bytes_give_triangles_or_a_refusal(content: bytes) -> None:
    for text in (content, b"OFF\n" + content, b"OFF\n3 1 0\n" + content):
        try:
            triangles = parse(text)
        except MeshUnreadable:
            continue
        assert np.isfinite(triangles.vertices).all()
        assert triangles.faces.min(initial=0) >= 0
        assert triangles.faces.max(initial=0) < len(triangles.vertices)
