"""Which faces of a mesh are ever seen from outside, and from which of their sides.

Each face is drawn in a colour of its own from directions all around, without perspective. That is enough for every
camera outside the mesh's convex hull: where such a camera sees a point, nothing lies behind the camera on that line
either, so the same point is seen from infinitely far along it.
"""

import ctypes

import numpy as np
from numpy.typing import NDArray

from meshes.mesh import Mesh
from rendering.context import open_context

Counts = NDArray[np.int64]

DIRECTIONS = 150
SIDE = 768
"""Pixels. What is smaller than a pixel may be missed; `rendering.likeness` tells whether that matters."""

GL_RGBA8 = 0x8058
GL_DEPTH_COMPONENT24 = 0x81A6
GL_RGBA = 0x1908
GL_UNSIGNED_BYTE = 0x1401

VERTEX = """
uniform mat4 u_clip;
attribute vec3 a_position;
attribute vec3 a_number;
varying vec3 v_number;

void main() {
    gl_Position = u_clip * vec4(a_position, 1.0);
    v_number = a_number;
}
"""

FRAGMENT = """
varying vec3 v_number;

void main() {
    gl_FragColor = vec4(v_number, gl_FrontFacing ? 1.0 : 0.0);
}
"""


def directions(count: int) -> NDArray[np.float64]:
    """Unit vectors (count, 3), evenly spread: a Fibonacci lattice on the sphere."""
    step = np.arange(count) + 0.5
    polar, around = np.arccos(1 - 2 * step / count), np.pi * (1 + 5**0.5) * step
    return np.stack([np.cos(around) * np.sin(polar), np.sin(around) * np.sin(polar), np.cos(polar)], axis=1)


def count_seen(mesh: Mesh, *, views: int = DIRECTIONS, side: int = SIDE) -> Counts:
    """For each face (F, 2): in how many pixels of all views its back and its front are seen.

    A face's front is where its corners run anticlockwise. Raises NoOpenGL.
    """
    canvas = open_context()
    from vispy import gloo
    from vispy.gloo.gl import gl2

    number = np.repeat(np.arange(1, len(mesh.faces) + 1, dtype=np.uint32), 3)
    colours = np.stack([number & 255, number >> 8 & 255, number >> 16], axis=1).astype(np.float32) / 255
    positions = gloo.VertexBuffer(np.ascontiguousarray(mesh.vertices[mesh.faces].reshape(-1, 3)))
    numbers = gloo.VertexBuffer(colours)
    program = gloo.Program(VERTEX, FRAGMENT)
    program["a_position"], program["a_number"] = positions, numbers
    colour, depth = gloo.RenderBuffer((side, side), GL_RGBA8), gloo.RenderBuffer((side, side), GL_DEPTH_COMPONENT24)
    target = gloo.FrameBuffer(colour, depth)
    pixels = np.empty((side, side, 4), dtype=np.uint8)
    counts = np.zeros(2 * (len(mesh.faces) + 1), dtype=np.int64)
    with target:
        gloo.set_viewport(0, 0, side, side)
        gloo.set_state(depth_test=True, blend=False, cull_face=False, polygon_offset_fill=False, scissor_test=False)
        gloo.set_depth_mask(True)
        for direction in directions(views):
            program["u_clip"] = _clip(mesh, direction)
            gloo.clear(color=(0, 0, 0, 0), depth=1.0)
            program.draw("triangles")
            canvas.context.flush_commands()
            gl2._lib.glReadPixels(0, 0, side, side, GL_RGBA, GL_UNSIGNED_BYTE, pixels.ctypes.data_as(ctypes.c_void_p))
            colour_values = pixels.view("<u4")[..., 0]
            colour_values = colour_values[colour_values > 0]
            counts += np.bincount((colour_values & 0xFFFFFF) * 2 + (colour_values >> 31), minlength=len(counts))
    for thing in (target, colour, depth, positions, numbers, program):
        thing.delete()
    canvas.context.flush_commands()
    return counts.reshape(-1, 2)[1:]


def _clip(mesh: Mesh, direction: NDArray[np.float64]) -> NDArray[np.float32]:
    """Object frame to clip coordinates as seen from far along `direction`, columns one after the other."""
    upward = np.array([0.0, 0.0, 1.0]) if abs(direction[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
    right = np.cross(upward, direction)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(direction, right), -direction]) / (mesh.diagonal / 2)
    clip = np.eye(4)
    clip[:3, :3], clip[:3, 3] = axes, -axes @ ((mesh.lower + mesh.upper) / 2)
    return np.ascontiguousarray(clip.T, dtype=np.float32)
