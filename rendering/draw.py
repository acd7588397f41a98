"""Draws a mesh at a pose into the part of a view where it is visible: one byte a pixel, 0 where nothing is.

What is drawn, and what the byte means, is the mode's (`rendering.modes`). One byte is all that any mode needs, and a
quarter of what must be cleared, drawn, read back and packed.
"""

import ctypes
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from domain.pose import Pose
from domain.view import LARGEST_SIDE, View
from meshes.mesh import Mesh
from rendering import shaders
from rendering.context import open_context
from rendering.creases import too_dense
from rendering.modes import MODES, OverlayMode
from rendering.projection import Framing, fitted_camera, frame_object

Plane = NDArray[np.uint8]

GL_R8 = 0x8229
GL_DEPTH_COMPONENT24 = 0x81A6
GL_RED = 0x1903
GL_UNSIGNED_BYTE = 0x1401
GL_PACK_ALIGNMENT = 0x0D05

KEPT_SIDE = 2048
"""A larger framebuffer than this squared is given back after the picture that needed it."""
STEP = 256
"""The framebuffer grows by such steps, so that an object coming nearer does not reallocate it for each frame."""

LINE_HALF_WIDTH = 0.75
POLYGON_OFFSET = (2.0, 8.0)
"""Faces step back behind the lines on them; a line reaches 1.25 pixels, and slope is measured along an axis."""

DEFAULT_GPU_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """`plane` (H, W) and where its upper left pixel lies in the view. H · W is 0 where nothing is visible."""

    x: int
    y: int
    plane: Plane


NOTHING = Picture(x=0, y=0, plane=np.zeros((0, 0), dtype=np.uint8))


class Renderer:
    """Draws; one for the process that owns the OpenGL context, on the thread that made it. Raises NoOpenGL."""

    def __init__(self, *, gpu_bytes: int = DEFAULT_GPU_BYTES) -> None:
        self._canvas = open_context()
        from vispy import gloo

        from rendering.gpu_meshes import GpuMeshes
        from rendering.passes import Pass

        self._meshes = GpuMeshes(gpu_bytes)
        state = _State(self._canvas)
        self._tools = _Tools(
            canvas=self._canvas,
            state=state,
            surface=Pass(self._canvas, shaders.SURFACE_VERTEX, shaders.SURFACE_FRAGMENT),
            flat=Pass(self._canvas, shaders.FLAT_VERTEX, shaders.FLAT_FRAGMENT),
            line=Pass(self._canvas, shaders.LINE_VERTEX, shaders.LINE_FRAGMENT),
        )
        self._target = _Target(gloo, state)

    @property
    def gpu_bytes(self) -> int:
        """What the meshes take on the graphics card at present."""
        return self._meshes.nbytes

    def draw(self, mesh: Mesh, pose: Pose, view: View, mode: OverlayMode, *, fit: bool = False) -> Picture:
        """The mesh at a pose (image pixels) as the view shows it; with `fit`, at its angles but filling the view.

        Raises InvalidInput where pose and view together leave what can be computed.
        """
        buffers = self._meshes.get(mesh)
        camera = fitted_camera(mesh.vertices, pose, view.width, view.height) if fit else view.camera(pose)
        how = MODES[mode]
        framing = frame_object(buffers.points, camera, view.width, view.height, how.reach)
        if framing is None:
            return NOTHING
        region = framing.region
        with self._target.bound(region.width, region.height):
            with Brush(self._tools, buffers, framing) as brush:
                how.draw(brush)
            plane = self._target.read(region.width, region.height)
        self._meshes.trim()
        if how.finish is not None:
            plane = how.finish(plane)
        return _trimmed(Picture(x=region.x, y=region.y, plane=plane))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    """What every brush draws with."""

    canvas: Any
    state: "_State"
    surface: Any
    flat: Any
    line: Any


class Brush:
    """Paints one object into one picture: what the modes (`rendering.modes`) draw with. `buffers`: the mesh's."""

    def __init__(self, tools: _Tools, buffers: Any, framing: Framing) -> None:
        self._tools = tools
        self._framing = framing
        self._passing: list[Any] = []
        self.buffers = buffers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self._passing:
            self._tools.canvas.context.flush_commands()
            for segments in self._passing:
                segments.delete()

    @property
    def crowded(self) -> bool:
        """Whether the creases that shading shows would only darken a picture of this size."""
        region = self._framing.region
        return too_dense(self.buffers.shading_length, region.width, region.height)

    def contours(self) -> Any:
        """Segments where fronts meet backs, as seen from here; None where there are none."""
        contours = self.buffers.contours(self._framing.eye)
        if contours is not None:
            self._passing.append(contours)
        return contours

    def fill(self, value: float, *, depth: bool = False) -> None:
        """All that the object covers, in one value, 0 to 1. With `depth` what is drawn later may lie behind it."""
        self._set_filling(depth_test=depth, polygon_offset_fill=depth)
        buffers, flat = self.buffers, self._tools.flat
        flat.draw(buffers.shape, buffers.triangles, u_clip=_transposed(self._framing.clip), u_value=value)

    def shade(self) -> None:
        """The object as a body in light; what is drawn later may lie behind it."""
        self._set_filling(depth_test=True, polygon_offset_fill=True)
        buffers, framing = self.buffers, self._framing
        self._tools.surface.draw(
            buffers.surface,
            buffers.triangles,
            u_clip=_transposed(framing.clip),
            u_view=_transposed(framing.view),
            u_depth_range=(framing.near / framing.far, 1.0),
        )

    def lines(self, segments: Any, *, blend: str = "over", opacity: float = 1.0) -> None:
        """Segments, where nothing that was drawn lies before them; None draws nothing."""
        if segments is None:
            return
        state, framing = self._tools.state, self._framing
        state.set(blend=True, depth_test=True, cull_face=False, polygon_offset_fill=False)
        state.blend(blend)
        state.write_depth(False)
        self._tools.line.draw(
            segments.attributes,
            segments.triangles,
            u_clip=_transposed(framing.clip),
            u_size=(framing.region.width, framing.region.height),
            u_near=framing.near / framing.far,
            u_opacity=opacity,
            u_half_width=LINE_HALF_WIDTH,
            u_value=1.0,
        )
        state.write_depth(True)

    def _set_filling(self, **switches: bool) -> None:
        self._tools.state.set(blend=False, cull_face=self.buffers.outward, **switches)


class _State:
    """OpenGL's switches, thrown at once. By way of vispy's queue each costs 50 µs, a third of a small picture.

    What waits in the queue must be done before.
    """

    def __init__(self, canvas: Any) -> None:
        from vispy.gloo import gl

        self._canvas = canvas
        self._gl = gl
        self._switches = {
            "blend": gl.GL_BLEND,
            "depth_test": gl.GL_DEPTH_TEST,
            "cull_face": gl.GL_CULL_FACE,
            "polygon_offset_fill": gl.GL_POLYGON_OFFSET_FILL,
        }
        # Multiplied into what is there: outside of the object that is nothing, and stays nothing.
        self._blends = {
            "darken": (gl.GL_ZERO, gl.GL_ONE_MINUS_SRC_ALPHA),
            "over": (gl.GL_SRC_ALPHA, gl.GL_ONE_MINUS_SRC_ALPHA),
        }

    def begin(self, width: int, height: int) -> None:
        """An empty picture of width × height pixels in the framebuffer that has just been activated."""
        self._canvas.context.flush_commands()
        gl = self._gl
        gl.glViewport(0, 0, width, height)
        gl.glEnable(gl.GL_SCISSOR_TEST)
        gl.glScissor(0, 0, width, height)
        gl.glDepthMask(True)
        # Stepping back may take a steep face to the far end of the depths; that is still nearer than nothing.
        gl.glDepthFunc(gl.GL_LEQUAL)
        gl.glPolygonOffset(*POLYGON_OFFSET)
        # Pictures are drawn upside down for OpenGL (first row first), so that the fronts run clockwise there.
        gl.glCullFace(gl.GL_FRONT)
        gl.glClearColor(0.0, 0.0, 0.0, 0.0)
        gl.glClearDepth(1.0)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT | gl.GL_DEPTH_BUFFER_BIT)

    def set(self, **switches: bool) -> None:
        for name, on in switches.items():
            (self._gl.glEnable if on else self._gl.glDisable)(self._switches[name])

    def blend(self, name: str) -> None:
        self._gl.glBlendFunc(*self._blends[name])

    def write_depth(self, on: bool) -> None:
        self._gl.glDepthMask(on)


class _Target:
    """The one framebuffer, grown as needed; pictures use its upper left corner."""

    def __init__(self, gloo: Any, state: _State) -> None:
        self._gloo = gloo
        self._state = state
        self._side = (KEPT_SIDE // 4, KEPT_SIDE // 4)
        self._color = gloo.RenderBuffer(self._side, GL_R8)
        self._depth = gloo.RenderBuffer(self._side, GL_DEPTH_COMPONENT24)
        self._buffer = gloo.FrameBuffer(self._color, self._depth)

    def bound(self, width: int, height: int) -> Any:
        """A context in which drawing goes to a cleared area of width × height pixels."""
        self._fit(width, height)
        return self._activated(width, height)

    def _activated(self, width: int, height: int) -> Any:
        self._buffer.activate()
        self._state.begin(width, height)
        return _Deactivation(self._buffer)

    def _fit(self, width: int, height: int) -> None:
        rows, columns = self._side
        needed = (min(_stepped(height), LARGEST_SIDE), min(_stepped(width), LARGEST_SIDE))
        if rows * columns > KEPT_SIDE**2 >= needed[0] * needed[1]:
            side = needed
        else:
            side = (max(rows, needed[0]), max(columns, needed[1]))
        if side != self._side:
            self._side = side
            self._buffer.resize(side)

    def read(self, width: int, height: int) -> Plane:
        """The area just drawn, first row first."""
        from vispy.gloo import gl
        from vispy.gloo.gl import gl2

        self._gloo.context.get_current_canvas().context.flush_commands()
        plane = np.empty((height, width), dtype=np.uint8)
        # Straight into the array and one channel only; vispy's own read-back copies and knows RGB and RGBA.
        gl2.glPixelStorei(GL_PACK_ALIGNMENT, 1)
        gl2._lib.glReadPixels(0, 0, width, height, GL_RED, GL_UNSIGNED_BYTE, plane.ctypes.data_as(ctypes.c_void_p))
        gl.check_error("drawing a picture")
        return plane


@dataclass(frozen=True, slots=True)
class _Deactivation:
    buffer: Any

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        self.buffer.deactivate()


def _stepped(length: int) -> int:
    return -(-length // STEP) * STEP


def _transposed(matrix: NDArray[np.float64]) -> NDArray[np.float32]:
    """As OpenGL wants it: columns one after the other."""
    return np.ascontiguousarray(matrix.T, dtype=np.float32)


def _trimmed(picture: Picture) -> Picture:
    """Without empty rows and columns around it."""
    rows = np.flatnonzero(picture.plane.any(axis=1))
    if not len(rows):
        return NOTHING
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(picture.plane[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Picture(x=picture.x + left, y=picture.y + top, plane=picture.plane[top:bottom, left:right])
