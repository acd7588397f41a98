"""What a plain vispy program would do: all faces of the file into a 640×480 picture, and the picture read back."""

from pathlib import Path
from typing import Any

import numpy as np

from domain.pose import Pose
from domain.view import View
from meshes.limits import DEFAULT_LIMITS
from meshes.read import read_bytes, read_triangles
from rendering.context import open_context
from rendering.projection import Region, bounding_points, frame_object, projection

GL_RGBA8 = 0x8058
GL_DEPTH_COMPONENT24 = 0x81A6

VERTEX = """
uniform mat4 u_clip;
uniform mat4 u_view;
attribute vec3 a_position;
attribute vec3 a_normal;
varying float v_light;

void main() {
    gl_Position = u_clip * vec4(a_position, 1.0);
    v_light = abs(normalize(mat3(u_view) * a_normal).z);
}
"""

FRAGMENT = """
varying float v_light;

void main() {
    gl_FragColor = vec4(v_light, v_light, v_light, 1.0);
}
"""


class BarePicture:
    """Draws one mesh file, whole and without any of our thrift, in this process."""

    def __init__(self, path: Path, view: View) -> None:
        self._canvas = open_context()
        from vispy import gloo

        self._gloo = gloo
        self._view = view
        triangles = read_triangles(path, read_bytes(path, DEFAULT_LIMITS))
        vertices, faces = triangles.vertices, triangles.faces
        corners = vertices[faces]
        areas = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        normals = np.zeros_like(vertices)
        for corner in range(3):
            np.add.at(normals, faces[:, corner], areas)
        self.faces = triangles.source_faces
        self.diagonal = float(np.linalg.norm(vertices.max(axis=0) - vertices.min(axis=0)))
        self._points = bounding_points(vertices)
        self._triangles = gloo.IndexBuffer(faces.astype(np.uint32).ravel())
        self._program = gloo.Program(VERTEX, FRAGMENT)
        self._program["a_position"] = gloo.VertexBuffer(vertices.astype(np.float32))
        self._program["a_normal"] = gloo.VertexBuffer(normals.astype(np.float32))
        size = (view.height, view.width)
        self._target = gloo.FrameBuffer(
            gloo.RenderBuffer(size, GL_RGBA8), gloo.RenderBuffer(size, GL_DEPTH_COMPONENT24)
        )

    def draw(self, pose: Pose) -> Any:
        """The picture (H, W, 4)."""
        gloo, view, program = self._gloo, self._view, self._program
        camera = view.camera(pose)
        framing = frame_object(self._points, camera, view.width, view.height)
        assert framing is not None
        everything = Region(x=0, y=0, width=view.width, height=view.height)
        clip = projection(camera, everything, framing.near / framing.far) @ framing.view
        with self._target:
            gloo.set_viewport(0, 0, view.width, view.height)
            gloo.set_state(depth_test=True, blend=False, cull_face=False)
            gloo.clear(color=(0, 0, 0, 0), depth=1.0)
            program["u_clip"] = np.ascontiguousarray(clip.T, dtype=np.float32)
            program["u_view"] = np.ascontiguousarray(framing.view.T, dtype=np.float32)
            program.draw("triangles", self._triangles)
            return gloo.read_pixels((0, 0, view.width, view.height), alpha=True)
