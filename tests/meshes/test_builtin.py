"""The built-in library: closed parts, the library's frame, the same bytes every time, and a rule where one is due."""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from meshes.builtin import BuiltinModel, catalogue, write_library
from meshes.builtin.outlines import rounded_rectangle, signed_area, triangulated
from meshes.builtin.shapes import box, cylinder, ellipsoid, extrude, lathe, torus, tube
from meshes.builtin.solid import Part, Solid
from meshes.off import write_off
from meshes.read import read_mesh

ALL = [(category.name, model) for category in catalogue() for model in category.models]
MODELS = [pytest.param(model, id=f"{name}-{model.subtype}") for name, model in ALL]


@cache
def solid_of(model: BuiltinModel) -> Solid:
    return model.solid()


def open_edges(part: Part) -> int:
    """Directed edges that are not met by exactly one triangle running the other way."""
    faces = part.faces
    edges = Counter(map(tuple, np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).tolist()))
    return sum(count != 1 or edges[b, a] != 1 for (a, b), count in edges.items())


@pytest.mark.parametrize("model", MODELS)
def test_parts_are_closed_and_look_outwards(model: BuiltinModel) -> None:
    for part in solid_of(model).parts:
        assert open_edges(part) == 0
        assert part.signed_volume() > 0


@pytest.mark.parametrize("model", MODELS)
def test_model_is_in_the_library_frame(model: BuiltinModel) -> None:
    vertices, faces = solid_of(model).merged()
    lower, upper = vertices.min(axis=0), vertices.max(axis=0)
    assert np.linalg.norm(upper - lower) == pytest.approx(1, abs=1e-5)
    assert np.abs(lower + upper).max() < 1e-5
    assert 1_000 <= len(faces) <= 15_000


def test_library_has_the_categories_with_rules_and_enough_subtypes() -> None:
    categories = {category.name: category for category in catalogue()}
    assert len(categories) >= 14
    assert sum(len(category.models) >= 2 for category in categories.values()) >= 6
    assert {model.subtype for model in categories["car"].models} >= {"sedan", "hatchback", "van"}
    assert set(categories) >= {
        "bicycle_built_for_two", "beaker", "bucket", "cellphone", "crutch", "oboe", "punching_bag",
    }  # fmt: skip


def test_written_library_is_the_same_every_time_and_reads_back(tmp_path: Path) -> None:
    """Built once more, here, than `solid_of` has built it for the tests above."""
    first, again = write_library(tmp_path / "a"), tmp_path / "again.off"
    assert set(first) == {(c.name, k) for c in catalogue() for k in range(1, len(c.models) + 1)}
    for (category, cad_index), path in first.items():
        (models,) = (c.models for c in catalogue() if c.name == category)
        vertices, faces = solid_of(models[cad_index - 1]).merged()
        write_off(again, np.round(vertices, 6), faces)
        assert path.read_bytes() == again.read_bytes()
    path = first["car", 1]
    assert path == tmp_path / "a" / "CAD" / "car" / "01.off"
    mesh = read_mesh(path)
    (car,) = (category for category in catalogue() if category.name == "car")
    assert mesh.source_faces == len(car.models[0].build()[1])
    assert mesh.diagonal == pytest.approx(1, abs=1e-5)


def built(category: str, subtype: str) -> Solid:
    (found,) = (model for name, model in ALL if (name, model.subtype) == (category, subtype))
    return solid_of(found)


def corners(solid: Solid, material: str) -> np.ndarray:
    return np.concatenate([part.vertices for part in solid.parts if part.material == material])


def test_fronts_face_minus_y_and_up_is_z() -> None:
    """Told from what only one side has: lamps, lens, screen, notch, seat back."""
    car = built("car", "sedan")
    assert corners(car, "light")[:, 1].max() < -0.3 < 0.3 < corners(car, "red")[:, 1].min()
    assert corners(car, "rubber")[:, 2].max() < corners(car, "glass")[:, 2].min()
    assert corners(built("cellphone", "smartphone"), "screen")[:, 1].max() < 0
    beaker = built("beaker", "low form").parts[0].vertices
    tip = beaker[np.argmin(beaker[:, 1])]
    assert abs(tip[0]) < 0.02
    assert tip[2] > 0.9 * beaker[:, 2].max()
    sofa = built("sofa", "two-seater").merged()[0]
    assert sofa[sofa[:, 2] > 0.8 * sofa[:, 2].max(), 1].min() > 0


def test_volumes_agree_with_geometry() -> None:
    volume = {
        "box": (box(1, 2, 3), 6.0),
        "cylinder": (cylinder(1, 2, segments=256), 2 * np.pi),
        "ellipsoid": (ellipsoid(1, 2, 3, segments=128, rings=64), 8 * np.pi),
        "torus": (torus(2, 0.5, segments=256, sides=128), 2 * np.pi**2 * 2 * 0.25),
        "bowl": (lathe([(0, 0), (2, 0), (2, 1), (1, 1), (1, 0.5), (0, 0.5)], segments=256), np.pi * 3.5),
        "rod": (tube([(0, 0, 0), (1, 2, 2)], 0.5, sides=256), np.pi * 0.25 * 3),
        "prism": (extrude([(0, 0), (4, 0), (4, 1), (2, 1), (2, 3), (0, 3)], 2, axis="x"), 16.0),
    }
    for name, (solid, expected) in volume.items():
        assert solid.parts[0].signed_volume() == pytest.approx(expected, rel=2e-3), name
        assert open_edges(solid.parts[0]) == 0, name
        mirrored = solid.mirrored("x").parts[0]
        assert mirrored.signed_volume() == pytest.approx(expected, rel=2e-3), name


@pytest.mark.parametrize("reverse", [False, True])
def test_triangulation_covers_a_concave_outline_once(reverse: bool) -> None:
    star = np.array([((1 + k % 2) * np.cos(0.6 * k), (1 + k % 2) * np.sin(0.6 * k)) for k in range(10)])
    for outline in (star, rounded_rectangle(3, 2, 0.4)):
        run = outline[::-1] if reverse else outline
        areas = np.array([signed_area(run[triangle]) for triangle in triangulated(run)])
        assert len(areas) == len(run) - 2
        assert (np.sign(areas) == np.sign(signed_area(run))).all()
        assert areas.sum() == pytest.approx(signed_area(run))
