"""One OpenGL context for all tests of drawing, on the thread of the tests, and meshes to draw with it."""

from pathlib import Path

import pytest

from meshes.mesh import Mesh
from meshes.read import read_mesh
from rendering.draw import Renderer
from tests.rendering.shapes import SHAPES, write


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    return Renderer()


@pytest.fixture(scope="session")
def shape_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("shapes")
    return {name: write(folder / f"{name}.off", make()) for name, make in SHAPES.items()}


@pytest.fixture(scope="session")
def shapes(shape_files: dict[str, Path]) -> dict[str, Mesh]:
    return {name: read_mesh(path) for name, path in shape_files.items()}
