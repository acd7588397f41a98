"""One GLSL program and how it is run: compiled and its buffers kept by vispy, but drawn at once.

In vispy's command queue each uniform, attribute and draw costs about 20 µs, in a small picture together as much as
the drawing itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo
from vispy.gloo import gl

FLOAT_BYTES = 4

Uniform = float | tuple[float, float] | NDArray[np.float32]
"""A number, a vec2, or a mat4 (4, 4) with its columns one after the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """Where in a vertex buffer an attribute lies: `size` float32 from byte `offset`, then every `stride` bytes."""

    buffer: Any
    size: int = 3
    stride: int = 3 * FLOAT_BYTES
    offset: int = 0


class Pass:
    """Draws triangles with one program. `canvas` owns the context that is current."""

    def __init__(self, canvas: Any, vertex: str, fragment: str) -> None:
        self._context = canvas.context
        self._program = gloo.Program(vertex, fragment)
        self._locations: dict[str, int] = {}

    def draw(self, attributes: Mapping[str, Attribute], triangles: Any, **uniforms: Uniform) -> None:
        """triangles: an IndexBuffer of uint32, three to each."""
        program = self._object(self._program)
        buffers = {name: self._object(attribute.buffer).handle for name, attribute in attributes.items()}
        indices = self._object(triangles).handle
        program.activate()
        for name, value in uniforms.items():
            self._set(self._location(program, name, gl.glGetUniformLocation), value)
        locations = []
        for name, attribute in attributes.items():
            location = self._location(program, name, gl.glGetAttribLocation)
            gl.glBindBuffer(gl.GL_ARRAY_BUFFER, buffers[name])
            gl.glEnableVertexAttribArray(location)
            gl.glVertexAttribPointer(
                location, attribute.size, gl.GL_FLOAT, gl.GL_FALSE, attribute.stride, attribute.offset
            )
            locations.append(location)
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, indices)
        gl.glDrawElements(gl.GL_TRIANGLES, triangles.size, gl.GL_UNSIGNED_INT, None)
        # vispy's own drawing, and the uploads of its buffers, begin from nothing bound.
        for location in locations:
            gl.glDisableVertexAttribArray(location)
        gl.glBindBuffer(gl.GL_ELEMENT_ARRAY_BUFFER, 0)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, 0)

    def _object(self, resource: Any) -> Any:
        """vispy's OpenGL side of a program or buffer; what is new is compiled or uploaded now."""
        parser = self._context.shared.parser
        known = parser.get_object(resource.id)
        if known is None:
            self._context.glir.associate(resource.glir)
            self._context.flush_commands()
            known = parser.get_object(resource.id)
        return known

    def _location(self, program: Any, name: str, ask: Any) -> int:
        if name not in self._locations:
            self._locations[name] = ask(program.handle, name)
        return self._locations[name]

    @staticmethod
    def _set(location: int, value: Uniform) -> None:
        if isinstance(value, np.ndarray):
            gl.glUniformMatrix4fv(location, 1, False, value)
        elif isinstance(value, tuple):
            gl.glUniform2f(location, *value)
        else:
            gl.glUniform1f(location, value)
