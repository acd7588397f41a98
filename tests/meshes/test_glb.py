"""GLB: scenes of nodes as trimesh has them and by hand, and containers that lie."""

import struct
from typing import Any

import numpy as np
import pytest
import trimesh

from tests.meshes.bytes_of import TURNED, corners, glb_scene, glb_triangle, parse, refusal

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
