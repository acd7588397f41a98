"""Build NumPy arrays from a file's bytes only after its sizes were checked."""

import math
from typing import Any, Final, Literal

import numpy as np

from storage.formats.errors import NpzRefused

Array = np.ndarray[Any, Any]
Order = Literal["C", "F"]

PLAIN_KINDS: Final = "biufcSU"
"""Kinds of element that are read: bool, signed, unsigned, float, complex, bytes, text."""

MAX_DIMENSIONS: Final = 32
_MAX_SIDE: Final = 2**31
_MAX_EMPTY_TEXTS: Final = 2**16


def plain_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """Return ``dtype`` if arrays of it hold numbers, texts or objects; raise `NpzRefused` for fields and the like."""
    if dtype.kind not in PLAIN_KINDS + "O" or dtype.subdtype is not None or dtype.names is not None:
        raise NpzRefused(f"an array has the dtype {shown(str(dtype))}; only simple ones are read")
    return dtype


def element_count(shape: Any) -> int:
    """Return how many elements an array of ``shape`` has, counted without overflow."""
    if (
        not isinstance(shape, tuple)
        or len(shape) > MAX_DIMENSIONS
        or not all(type(side) is int and 0 <= side < _MAX_SIDE for side in shape)
    ):
        raise NpzRefused(f"an array has the shape {shown(shape)}")
    return math.prod(shape)


def array_of_bytes(content: bytes, dtype: np.dtype[Any], shape: Any, order: Order) -> Array:
    """Return an array with memory of its own; the bytes must be as many as ``shape`` and ``dtype`` ask for."""
    count = element_count(shape)
    if len(content) != count * dtype.itemsize:
        raise NpzRefused(
            f"an array of shape {shown(shape)} needs {count * dtype.itemsize} bytes and has {len(content)}"
        )
    if content:
        return np.frombuffer(content, dtype).reshape(shape, order=order).copy(order=order)
    # Texts of no length take no bytes in the file, but each takes some in memory.
    if count > _MAX_EMPTY_TEXTS:
        raise NpzRefused(f"an array of empty texts has the shape {shown(shape)}")
    return np.zeros(shape, dtype, order=order)


def array_of_objects(values: list[Any], shape: tuple[int, ...], order: Order = "C") -> Array:
    """Return an array of any objects, lists included, which NumPy would otherwise unroll."""
    array = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        array[place] = value
    return array.reshape(shape, order=order)


def memory_order(array: Array) -> Order:
    """Return in which order the elements lie; the order is kept, because it shows in a file's bytes."""
    return "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"


def shown(value: Any) -> str:
    """Return a text of at most 80 characters for an error message, without running code of the value's own."""
    if isinstance(value, tuple | int):
        value = repr(value)
    text = value if isinstance(value, str) else type(value).__name__
    return text if len(text) <= 80 else text[:77] + "..."
