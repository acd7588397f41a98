"""Draws a `Scene` with OpenGL: the picture, and which object is seen in each pixel. Runs in a worker process only.

The camera is composed as in `rendering.projection`: pixel centres at whole numbers, so that what is drawn agrees with
`Pose.project`. Depths are packed into colours, which every OpenGL can read back and sample.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rendering.context import open_context
from rendering.scene import Array, Scene, SceneCamera, SceneObject, TexturedQuad
from rendering.scene_shaders import (
    PICTURE_FRAGMENT,
    PICTURE_VERTEX,
    PLAIN_FRAGMENT,
    PLAIN_VERTEX,
    SKY_FRAGMENT,
    SKY_VERTEX,
)
from rendering.scene_textures import texture

GL_DEPTH_COMPONENT24 = 0x81A6

STEP = 512
"""Framebuffers come in multiples of it."""

SHADOW_SIDE = 1024
NEAR, FAR = 0.08, 60.0
"""The camera sees between these multiples of its distance from the world's origin."""

SHADOW_REACH = 9.0
"""The shadows' maps cover so many times the first object's size round about it."""


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Pixel by pixel: `owner` (H, W) is 0 for surroundings, else 1 + the object's place in the scene; `depth` (H, W)
    is in metres, infinite for the sky."""

    owner: NDArray[np.uint8]
    depth: Array


class SceneRenderer:
    """One for a process: it owns framebuffers and programs in the process's OpenGL context."""

    def __init__(self) -> None:
        open_context()
        from vispy import gloo

        self._gloo = gloo
        self._picture = gloo.Program(PICTURE_VERTEX, PICTURE_FRAGMENT)
        self._plain = gloo.Program(PLAIN_VERTEX, PLAIN_FRAGMENT)
        self._sky = gloo.Program(SKY_VERTEX, SKY_FRAGMENT)
        self._sky["a_corner"] = np.array([(-1, -1), (1, -1), (-1, 1), (1, 1)], dtype=np.float32)
        self._textures: dict[str, Any] = {}
        self._targets: dict[str, tuple[int, Any, Any]] = {}
        self._shadow_maps = [self._target(SHADOW_SIDE, SHADOW_SIDE, name) for name in ("key", "above")]

    def picture(self, scene: Scene, camera: SceneCamera) -> NDArray[np.uint8]:
        """The scene as the camera sees it, (H, W, 3) uint8, before any blur or noise."""
        centre, reach = _shadow_region(scene)
        maps = []
        towards = _unit(np.array(scene.light.towards, dtype=np.float64))
        for name, direction in (("key", towards), ("above", _unit(np.array([0.05, -0.02, 1.0])))):
            matrix = _light_matrix(direction, centre, reach)
            self._draw_owners(scene.objects, matrix, (SHADOW_SIDE, SHADOW_SIDE), name)
            maps.append(matrix)
        buffer, _ = self._target(camera.width, camera.height, "picture")
        with buffer:
            self._gloo.set_viewport(0, 0, camera.width, camera.height)
            self._begin()
            self._gloo.clear(color=(0, 0, 0, 1), depth=1.0)
            program = self._picture
            program["u_clip"] = _columns(_clip_matrix(camera))
            program["u_eye"] = camera.eye().astype(np.float32)
            program["u_light"] = towards.astype(np.float32)
            program["u_light_colour"] = scene.light.colour
            program["u_above_colour"] = scene.light.above
            program["u_below_colour"] = scene.light.below
            program["u_air_colour"] = scene.air.colour
            program["u_air_loss"] = scene.air.loss
            program["u_reach"] = reach
            program["u_texel"] = 1.0 / SHADOW_SIDE
            for name, matrix, (_, colour) in zip(("key", "above"), maps, self._shadow_maps, strict=True):
                program[f"u_{name}_matrix"] = _columns(matrix)
                program[f"u_{name}_map"] = colour
            # What is in front first: what it hides need not be shaded.
            program["u_textured"] = 0.0
            program["u_texture"] = self._texture("plain")
            self._fill(program, *_joined(scene.objects))
            program.draw("triangles", self._indices)
            for surface in scene.surfaces[::-1]:
                self._draw_surface(surface)
            self._draw_sky(scene, camera)
            return self._read(camera.width, camera.height)[:, :, :3]

    def seen(self, objects: tuple[SceneObject, ...], camera: SceneCamera) -> Seen:
        """What is seen in each pixel of these objects alone."""
        size = (camera.width, camera.height)
        packed = self._draw_owners(objects, _clip_matrix(camera), size, "owner", read=True)
        assert packed is not None
        values = packed.astype(np.float64)
        z = (values[..., 0] + values[..., 1] / 255 + values[..., 2] / 65025) / 255
        near, far = _depths(camera)
        depth = 2 * far * near / (far + near - (2 * z - 1) * (far - near))
        owner = packed[..., 3]
        return Seen(owner, np.where(owner > 0, depth, np.inf))

    def _draw_owners(
        self,
        objects: tuple[SceneObject, ...],
        matrix: Array,
        size: tuple[int, int],
        name: str,
        *,
        read: bool = False,
    ) -> NDArray[np.uint8] | None:
        """Depth in red, green and blue, the object's number in alpha."""
        vertices = [thing.world_vertices() for thing in objects]
        owners = np.concatenate([np.full(len(v), k, dtype=np.float32) for k, v in enumerate(vertices, start=1)])
        starts = np.cumsum([0, *(len(v) for v in vertices)])
        faces = np.concatenate([t.shape.faces + s for t, s in zip(objects, starts, strict=False)])
        self._plain["a_position"] = np.concatenate(vertices).astype(np.float32)
        self._plain["a_owner"] = owners
        self._plain["u_clip"] = _columns(matrix)
        buffer, _ = self._target(*size, name)
        with buffer:
            self._gloo.set_viewport(0, 0, *size)
            self._begin()
            self._gloo.clear(color=(1, 1, 1, 0), depth=1.0)
            self._plain.draw("triangles", self._gloo.IndexBuffer(faces.astype(np.uint32).ravel()))
            return self._read(*size) if read else None

    def _begin(self) -> None:
        """The state that all drawing here needs, whatever else has drawn in this process."""
        self._gloo.set_state(depth_test=True, blend=False, cull_face=False, scissor_test=False, depth_func="less")
        self._gloo.set_depth_mask(True)
        self._gloo.set_color_mask(True, True, True, True)

    def _read(self, width: int, height: int) -> NDArray[np.uint8]:
        """The framebuffer in use, (height, width, 4). vispy turns what it reads upside down; here the first row that
        was drawn is the picture's first."""
        return np.ascontiguousarray(self._gloo.read_pixels((0, 0, width, height), alpha=True)[::-1])

    def _draw_sky(self, scene: Scene, camera: SceneCamera) -> None:
        rays = camera.R_camera_world.T
        scale = np.array([camera.width, camera.height]) / 2 / camera.viewport
        middle = np.array([(camera.width - 1) / 2 - camera.px, (camera.height - 1) / 2 - camera.py]) / camera.viewport
        self._sky["u_ray_scale"], self._sky["u_ray_centre"] = scale.astype(np.float32), middle.astype(np.float32)
        self._sky["u_world_camera"] = _columns(rays)
        self._sky["u_horizon"], self._sky["u_zenith"] = scene.sky
        self._sky["u_clouds"] = scene.clouds
        self._sky["u_texture"] = self._texture("clouds")
        air = scene.air
        self._sky["u_air_colour"] = air.colour
        self._sky["u_air"] = float(1 - np.exp(-60 * air.loss))
        self._sky.draw("triangle_strip")

    def _draw_surface(self, surface: TexturedQuad) -> None:
        corners = np.asarray(surface.corners, dtype=np.float64)
        along, across = corners[1] - corners[0], corners[3] - corners[0]
        lengths = np.array([np.linalg.norm(along), np.linalg.norm(across)]) / surface.tile
        uv = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * lengths
        normal = _unit(np.cross(along, across))
        program = self._picture
        program["u_textured"] = 1.0
        program["u_texture"] = self._texture(surface.texture)
        rows = np.ones((4, 1))
        self._fill(
            program,
            corners,
            rows * normal,
            rows * surface.tint,
            rows[:, 0] * surface.gloss,
            np.array([(0, 1, 2), (0, 2, 3)]),
            uv,
        )
        program.draw("triangles", self._indices)

    def _fill(
        self,
        program: Any,
        vertices: Array,
        normals: Array,
        colours: Array,
        gloss: Array,
        faces: NDArray[np.int64],
        uv: Array | None = None,
    ) -> None:
        uv = np.zeros((len(vertices), 2)) if uv is None else uv
        for name, values in (
            ("a_position", vertices),
            ("a_normal", normals),
            ("a_colour", colours),
            ("a_gloss", gloss),
            ("a_uv", uv),
        ):
            program[name] = np.ascontiguousarray(values, dtype=np.float32)
        self._indices = self._gloo.IndexBuffer(faces.astype(np.uint32).ravel())

    def _texture(self, name: str) -> Any:
        if name not in self._textures:
            self._textures[name] = self._gloo.Texture2D(texture(name), interpolation="linear", wrapping="repeat")
        return self._textures[name]

    def _target(self, width: int, height: int, name: str) -> tuple[Any, Any]:
        """Framebuffer and colour texture for a purpose, at least so large; it only ever grows."""
        held = self._targets.get(name)
        if held is None or held[0] < max(width, height):
            side = -(-max(width, height) // STEP) * STEP
            colour = self._gloo.Texture2D((side, side, 4), interpolation="nearest", wrapping="clamp_to_edge")
            depth = self._gloo.RenderBuffer((side, side), GL_DEPTH_COMPONENT24)
            held = (side, self._gloo.FrameBuffer(colour, depth), colour)
            self._targets[name] = held
        return held[1], held[2]


def _joined(objects: tuple[SceneObject, ...]) -> tuple[Array, Array, Array, Array, NDArray[np.int64]]:
    """All objects as one, in the world: vertices, normals, colours, gloss, faces."""
    starts = np.cumsum([0, *(len(thing.shape.vertices) for thing in objects)])
    return (
        np.concatenate([thing.world_vertices() for thing in objects]),
        np.concatenate([thing.shape.normals @ thing.R_world_object.T for thing in objects]),
        np.concatenate([thing.shape.colours for thing in objects]),
        np.concatenate([thing.shape.gloss for thing in objects]),
        np.concatenate([thing.shape.faces + start for thing, start in zip(objects, starts, strict=False)]),
    )


def _shadow_region(scene: Scene) -> tuple[Array, float]:
    """What the shadows' maps cover: a ball (centre, radius in metres) round the first object."""
    first = scene.objects[0]
    return first.position, first.size * SHADOW_REACH / 2


def _light_matrix(towards: Array, centre: Array, reach: float) -> Array:
    """World to the light's clip coordinates, (4, 4), parallel."""
    helper = np.eye(3)[int(np.argmin(np.abs(towards)))]
    x = _unit(np.cross(helper, towards))
    R = np.stack([x, np.cross(towards, x), -towards])
    matrix = np.eye(4)
    matrix[:3, :3] = R / reach
    matrix[2, :3] /= 3
    matrix[:3, 3] = -matrix[:3, :3] @ centre
    return matrix


def _clip_matrix(camera: SceneCamera) -> Array:
    """World to OpenGL clip coordinates, (4, 4); the image's first row is the framebuffer's first."""
    w, h, f = camera.width, camera.height, camera.viewport
    near, far = _depths(camera)
    projection = np.array(
        [
            [2 * f / w, 0, 2 * (camera.px - (w - 1) / 2) / w, 0],
            [0, 2 * f / h, 2 * (camera.py - (h - 1) / 2) / h, 0],
            [0, 0, (far + near) / (far - near), -2 * far * near / (far - near)],
            [0, 0, 1, 0],
        ]
    )
    view = np.eye(4)
    view[:3, :3], view[:3, 3] = camera.R_camera_world, camera.t
    return np.asarray(projection @ view)


def _depths(camera: SceneCamera) -> tuple[float, float]:
    """Nearest and farthest depth that is drawn, in metres."""
    reach = float(np.linalg.norm(camera.t))
    return NEAR * reach, FAR * reach


def _columns(matrix: Array) -> NDArray[np.float32]:
    """As vispy wants matrices: transposed."""
    return np.ascontiguousarray(matrix.T, dtype=np.float32)


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.linalg.norm(vector))
