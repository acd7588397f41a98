"""Makes the meshes that are drawn while the pose moves: `python -m rendering.lighten CACHE_DIRECTORY MESH...`.

A process of its own beside the workers, at the lowest priority, because it takes seconds. For each mesh it leaves in
the cache a lighter one that may pass for it, or the note that there is none, so that it is not tried again.

With `--watched` it ends at once when its standard input does: whoever started it is gone.
"""

import argparse
import logging
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from domain.errors import PosewrightError
from meshes.cache import Lighter, MeshCache
from meshes.lighter import outward, simplified
from meshes.mesh import Mesh
from rendering.context import NoOpenGL
from rendering.creases import shaded_like
from rendering.draw import Renderer
from rendering.likeness import OBJECT_SIDE, LikenessTest
from rendering.request import FEWEST_FACES_TO_LIGHTEN
from rendering.seen_faces import count_seen

ERRORS_PX = (1.0, 0.5, 0.25)
"""Tried from the lightest on: how far the simplified mesh may be from the full one where it is OBJECT_SIDE pixels."""

WORTHWHILE = 0.8
"""A mesh that costs more than this part of the full one is not worth a change of the picture on release."""
COST_OF_OUTWARD = 0.65
"""Of a face whose back is not drawn, against one drawn from both sides; measured with llvmpipe."""

NICENESS = 15
NO_OPENGL_STATUS = 3

log = logging.getLogger("rendering.lighten")


def lighten(renderer: Renderer, mesh: Mesh) -> Lighter:
    """The lightest mesh that may pass for this one. Raises NoOpenGL."""
    if len(mesh.faces) < FEWEST_FACES_TO_LIGHTEN:
        return Lighter(mesh=None, reason="the mesh is light")
    test = LikenessTest(renderer, mesh)
    worst = None
    for candidate in _candidates(mesh):
        if _cost(candidate) > WORTHWHILE * _cost(mesh):
            continue
        likeness = test.compare(candidate)
        log.info("%d faces for %d: %s", len(candidate.faces), len(mesh.faces), likeness)
        if likeness.holds:
            return Lighter(mesh=shaded_like(candidate, mesh), reason="")
        worst = likeness
    if worst is None:
        return Lighter(mesh=None, reason="none of the lighter meshes is much lighter")
    return Lighter(mesh=None, reason=f"none of the lighter meshes looks like it: {worst}")


def _candidates(mesh: Mesh) -> Iterator[Mesh]:
    for error in ERRORS_PX:
        coarse = simplified(mesh, error * mesh.diagonal / OBJECT_SIDE)
        if coarse is not None and (candidate := outward(coarse, count_seen(coarse))) is not None:
            yield candidate
    visible = outward(mesh, count_seen(mesh))
    if visible is None:
        return
    yield visible
    yield replace(visible, faces=visible.faces[: len(visible.faces) - (visible.backs or 0)], backs=None)


def _cost(mesh: Mesh) -> float:
    return len(mesh.faces) * (1.0 if mesh.backs is None else COST_OF_OUTWARD)


def main() -> int:
    """Exit status: 0, also when meshes cannot be read; 1 when results could not be kept; 3 without OpenGL."""
    parser = argparse.ArgumentParser(prog="rendering.lighten", description="Make meshes for smooth dragging.")
    parser.add_argument("cache_directory", type=Path)
    parser.add_argument("meshes", type=Path, nargs="+")
    parser.add_argument("--watched", action="store_true", help="end when standard input does")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    if arguments.watched:
        threading.Thread(target=_end_with_standard_input, daemon=True).start()
    cache = MeshCache(arguments.cache_directory, max_bytes=0)
    renderer, status = None, 0
    for path in arguments.meshes:
        try:
            if cache.get_lighter(path) is not None:
                continue
            renderer = renderer or Renderer()
            mesh = cache.get(path)
            lighter = cache.put_lighter(mesh.digest, lighten(renderer, mesh))
            found = "is not used" if lighter.mesh is None else f"has {len(lighter.mesh.faces)} faces"
            log.info("%s: of %d faces; a lighter mesh %s %s", path.name, len(mesh.faces), found, lighter.reason)
        except NoOpenGL as error:
            log.error("%s", error)
            return NO_OPENGL_STATUS
        except PosewrightError as error:
            log.warning("%s", error)
        except OSError as error:
            log.error("%s: %s", path.name, error)
            status = 1
    return status


def _end_with_standard_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
