"""Which creases are drawn into the shading: they show where equally lit faces meet."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from meshes.mesh import IndexArray, Mesh

MANY = 3000
LONG = 0.02
"""Of more than so many only those longer than this part of the diagonal are drawn: the short ones are texture, shade
differs there anyway, and they cost more than the faces."""

DENSE = 0.5
"""Where lines would cover more than this part of the picture they only darken it, and cost more than the faces."""
LINE_WIDTH = 1.5


def shading_edges(mesh: Mesh) -> IndexArray:
    """Rows of the mesh's edges (E, 2) that are drawn into its shading where there is room for them."""
    if mesh.shaded_edges is not None:
        return mesh.edges[: mesh.shaded_edges]
    if len(mesh.edges) <= MANY:
        return mesh.edges
    lengths = edge_lengths(mesh)
    longest = np.argsort(-lengths, kind="stable")[:MANY]
    chosen: IndexArray = mesh.edges[longest[lengths[longest] > LONG]]
    return chosen


def edge_lengths(mesh: Mesh) -> NDArray[np.float64]:
    """Of each edge (E,), in diagonals of the mesh."""
    ends = mesh.vertices[mesh.edges].astype(np.float64)
    lengths: NDArray[np.float64] = np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1) / mesh.diagonal
    return lengths


def shaded_like(light: Mesh, full: Mesh) -> Mesh:
    """The light mesh, with its longest edges drawn into the shading: as much of them, in length, as of the full one.

    Simplified texture makes creases of its own; so much more would show when the full mesh takes over.
    """
    drawn = replace(full, edges=shading_edges(full))
    lengths = edge_lengths(light)
    order = np.argsort(-lengths, kind="stable")
    count = int(np.searchsorted(np.cumsum(lengths[order]), edge_lengths(drawn).sum(), side="right"))
    return replace(light, edges=light.edges[order], shaded_edges=count)


def too_dense(length: float, width: int, height: int) -> bool:
    """Whether edges of this length together (diagonals) would blacken a picture that they fill."""
    return length * float(np.hypot(width, height)) * LINE_WIDTH > DENSE * width * height
