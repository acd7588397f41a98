"""Write pickles whose bytes follow from the values alone.

Python's pickler numbers what it has seen by object identity, so that equal labels can give different files; and
NumPy 2 names a module that NumPy 1 does not have. This writer repeats instead of numbering and uses the names that
both read. It knows the values of label files and nothing else.
"""

import struct
from typing import Any, Final

import numpy as np

# The first protocol with bytes; every Python 3 reads it.
PROTOCOL: Final = 3

_GLOBALS: Final = {
    "_reconstruct": b"cnumpy.core.multiarray\n_reconstruct\n",
    "scalar": b"cnumpy.core.multiarray\nscalar\n",
    "dtype": b"cnumpy\ndtype\n",
    "ndarray": b"cnumpy\nndarray\n",
}


def dump_pickle(value: Any) -> bytes:
    """Return a pickle of numbers, texts, bytes, None, NumPy scalars and arrays, in lists, tuples and dictionaries.

    Raises `TypeError` for other values, `ValueError` for values that contain themselves.
    """
    parts: list[bytes] = [b"\x80", bytes([PROTOCOL])]
    try:
        _write(value, parts)
    except RecursionError as error:
        raise ValueError("a value contains itself") from error
    parts.append(b".")
    return b"".join(parts)


def _write(value: Any, parts: list[bytes]) -> None:
    # NumPy first: its float64 is a float too, its str_ a str.
    if isinstance(value, np.generic | np.ndarray | np.dtype):
        _write_numpy(value, parts)
    elif value is None:
        parts.append(b"N")
    elif isinstance(value, bool):
        parts.append(b"\x88" if value else b"\x89")
    elif isinstance(value, int):
        parts.append(_integer(value))
    elif isinstance(value, float):
        parts.append(b"G" + struct.pack(">d", value))
    elif isinstance(value, str):
        encoded = value.encode("utf-8", "surrogatepass")
        parts.append(b"X" + struct.pack("<I", len(encoded)) + encoded)
    elif isinstance(value, bytes):
        parts.append(b"B" + struct.pack("<I", len(value)) + value)
    elif isinstance(value, list):
        _write_all(value, parts, b"](", b"e")
    elif isinstance(value, tuple):
        _write_all(value, parts, b"(", b"t")
    elif isinstance(value, dict):
        _write_all([part for entry in value.items() for part in entry], parts, b"}(", b"u")
    else:
        raise TypeError(f"labels do not hold a {type(value).__name__}")


def _write_all(values: Any, parts: list[bytes], before: bytes, after: bytes) -> None:
    parts.append(before)
    for value in values:
        _write(value, parts)
    parts.append(after)


def _write_numpy(value: Any, parts: list[bytes]) -> None:
    """Write ``callable(*arguments)``, and the state if there is one, as NumPy's own reduction gives them."""
    dtype = value if isinstance(value, np.dtype) else value.dtype
    if dtype.kind not in "biufcSUO":
        raise TypeError(f"labels do not hold arrays of {dtype}")
    function, arguments, *state = value.__reduce__()
    parts.append(_GLOBALS[function.__name__])
    if function.__name__ == "_reconstruct":
        parts.append(b"(" + _GLOBALS["ndarray"])
        _write_all(arguments[1:], parts, b"", b"tR")
    else:
        _write_all(arguments, parts, b"(", b"tR")
    if state:
        _write(state[0], parts)
        parts.append(b"b")


def _integer(value: int) -> bytes:
    if -(2**31) <= value < 2**31:
        return b"J" + struct.pack("<i", value)
    content = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True)
    if len(content) > 255:
        raise TypeError("labels do not hold integers of more than 255 bytes")
    return b"\x8a" + bytes([len(content)]) + content
