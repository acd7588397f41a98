"""Keep a label file's values in JSON so that they come back to the last bit, types and key order included."""

import base64
import hashlib
import json
import math
import struct
from typing import Any, Final

import numpy as np

from storage.formats.arrays import Array, array_of_bytes, array_of_objects, memory_order

# Marks a JSON object that stands for a value that JSON has no word for.
_KIND: Final = "$"


def to_json(value: Any) -> Any:
    """Return ``value`` as JSON can hold it: plain values as themselves, the others as objects that name their kind.

    Knows what `storage.formats.npz` reads: None, bool, int, float, str, bytes, NumPy scalars and arrays, in lists,
    tuples and dictionaries. Raises `TypeError` for other values.
    """
    if isinstance(value, np.ndarray):
        return _array_to_json(value)
    if isinstance(value, np.generic):
        content = value.tobytes() if value.dtype.itemsize else b""  # NumPy refuses for a text of no length
        return {_KIND: "scalar", "dtype": value.dtype.str, "hex": content.hex()}
    if isinstance(value, str) and not _is_unicode(value):
        return {_KIND: "text", "hex": value.encode("utf-8", "surrogatepass").hex()}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        # NaN and infinity are no JSON, and PostgreSQL refuses them.
        return value if math.isfinite(value) else {_KIND: "float", "hex": struct.pack(">d", value).hex()}
    if isinstance(value, bytes):
        return {_KIND: "bytes", "base64": base64.b64encode(value).decode()}
    if isinstance(value, list):
        return [to_json(part) for part in value]
    if isinstance(value, tuple):
        return {_KIND: "tuple", "items": [to_json(part) for part in value]}
    if isinstance(value, dict):
        return {_KIND: "dict", "items": [[to_json(key), to_json(part)] for key, part in value.items()]}
    raise TypeError(f"labels do not hold a {type(value).__name__}")


def from_json(value: Any) -> Any:
    """Return what `to_json` was given."""
    if isinstance(value, list):
        return [from_json(part) for part in value]
    if not isinstance(value, dict):
        return value
    match value[_KIND]:
        case "array":
            return _array_from_json(value)
        case "scalar":
            dtype = np.dtype(value["dtype"])
            content = bytes.fromhex(value["hex"])
            return np.frombuffer(content, dtype)[0] if content else dtype.type()
        case "float":
            return struct.unpack(">d", bytes.fromhex(value["hex"]))[0]
        case "text":
            return bytes.fromhex(value["hex"]).decode("utf-8", "surrogatepass")
        case "bytes":
            return base64.b64decode(value["base64"])
        case "tuple":
            return tuple(from_json(part) for part in value["items"])
        case "dict":
            return {from_json(key): from_json(part) for key, part in value["items"]}
        case kind:
            raise ValueError(f"unknown kind {kind!r}")


def digest(value: Any) -> str:
    """Return the sha256 of a value's content: the same for equal values, whatever made them."""
    canonical = json.dumps(to_json(value), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _is_unicode(text: str) -> bool:
    """Say whether a database takes the text: not with NUL or half a character, which a pickle may hold."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _array_to_json(array: Array) -> dict[str, Any]:
    order = memory_order(array)
    described = {_KIND: "array", "dtype": array.dtype.str, "shape": list(array.shape), "order": order}
    if array.dtype.hasobject:
        return described | {"items": [to_json(part) for part in array.ravel(order)]}
    return described | {"base64": base64.b64encode(array.tobytes(order)).decode()}


def _array_from_json(value: dict[str, Any]) -> Array:
    dtype, shape, order = np.dtype(value["dtype"]), tuple(value["shape"]), value["order"]
    if dtype.hasobject:
        return array_of_objects([from_json(part) for part in value["items"]], shape, order)
    return array_of_bytes(base64.b64decode(value["base64"]), dtype, shape, order)
