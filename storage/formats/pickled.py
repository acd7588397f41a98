"""Read the pickled object arrays of label files without running what they say.

A pickle is a program. This reader runs it with four words only: ``ndarray``, ``dtype``, ``_reconstruct`` and
``scalar``, and even those are not NumPy's. Each is a stand-in that checks what it is given, because NumPy's own
``dtype.__setstate__`` and ``ndarray.__setstate__`` trust the flags in the file: an object array whose dtype
denies holding objects takes its pointers from the file's bytes.
"""

import io
import pickle
import pickletools
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from storage.formats.arrays import Array, Order, array_of_bytes, array_of_objects, element_count, plain_dtype, shown
from storage.formats.errors import NpzRefused

MAX_OPCODES: Final = 2_000_000
MAX_DEPTH: Final = 24
MAX_WEIGHT: Final = 64 * 2**20

_MULTIARRAY: Final = ("numpy.core.multiarray", "numpy._core.multiarray")

# What NumPy's protocols 2 to 5 need for arrays of dictionaries. No NEWOBJ, INST, OBJ, EXT, PERSID, sets or buffers.
_OPCODES: Final = frozenset(
    opcode
    for line in (
        "PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT",
        "SHORT_BINUNICODE BINUNICODE BINUNICODE8 SHORT_BINBYTES BINBYTES BINBYTES8",
        "EMPTY_LIST APPEND APPENDS EMPTY_DICT SETITEM SETITEMS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3",
        "BINPUT LONG_BINPUT MEMOIZE BINGET LONG_BINGET GLOBAL STACK_GLOBAL REDUCE BUILD",
    )
    for opcode in line.split()
)

_BROKEN_PICKLE: Final = (
    pickle.UnpicklingError,
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)


def load_pickle(content: bytes) -> Any:
    """Return what a pickle holds: plain Python values, NumPy scalars and arrays, in lists, tuples and dictionaries.

    Raises `NpzRefused`, naming what was refused, for anything else; nothing named in the pickle is imported.
    """
    _check_opcodes(content)
    try:
        value = _Unpickler(io.BytesIO(content)).load()
    except NpzRefused:
        raise
    except _BROKEN_PICKLE as error:
        raise NpzRefused(f"the pickled part is damaged ({error})") from error
    return _Resolver().resolve(value)[0]


def _check_opcodes(content: bytes) -> None:
    """Refuse, before memory is taken, a pickle with unknown steps or with memo places that it cannot fill."""
    highest_memo = count = -1
    try:
        for count, (opcode, argument, _) in enumerate(pickletools.genops(content)):
            if opcode.name not in _OPCODES:
                raise NpzRefused(f"the pickled part uses {opcode.name}, which plain labels do not need")
            if count >= MAX_OPCODES:
                raise NpzRefused(f"the pickled part has more than {MAX_OPCODES} steps")
            if opcode.name in ("BINPUT", "LONG_BINPUT"):
                assert isinstance(argument, int)
                highest_memo = max(highest_memo, argument)
    except (ValueError, IndexError, EOFError) as error:
        raise NpzRefused(f"the pickled part is damaged ({error})") from error
    # The unpickler makes room for twice the highest place: four bytes would ask for 64 GiB.
    if highest_memo > count:
        raise NpzRefused(f"the pickled part numbers a value {highest_memo} but has {count + 1} steps")


class _Admitted:
    """One of the four words. It can be called by a pickle, and nothing can be set on it."""

    __slots__ = ("_call", "_name")

    def __init__(self, name: str, call: Any = None) -> None:
        self._name = name
        self._call = call

    def __call__(self, *arguments: Any) -> Any:
        if self._call is None:
            raise NpzRefused(f"the pickled part calls {self._name}")
        return self._call(*arguments)

    def __setstate__(self, state: Any) -> None:
        raise NpzRefused(f"the pickled part alters {self._name}")


class _DtypeInFile:
    """Stands for a dtype until its byte order is known."""

    __slots__ = ("_spec", "dtype")

    def __init__(self, spec: Any, align: Any = False, copy: Any = True) -> None:
        if not isinstance(spec, str) or len(spec) > 16:
            raise NpzRefused(f"an array has the dtype {shown(spec)}; only simple ones are read")
        self._spec = spec
        try:
            self.dtype = plain_dtype(np.dtype(spec))
        except (TypeError, ValueError) as error:
            raise NpzRefused(f"an array has the unknown dtype {shown(spec)}") from error

    def __setstate__(self, state: Any) -> None:
        # (version, byte order, subarray, names, fields, item size, alignment, flags): only the order is believed.
        if not isinstance(state, tuple) or len(state) < 5:
            raise NpzRefused(f"the dtype {self._spec} is described in a way that NumPy does not write")
        if any(part is not None for part in state[2:5]):
            raise NpzRefused("an array has fields or sub-arrays; only simple ones are read")
        order = state[1]
        if order not in ("<", ">", "=", "|"):
            raise NpzRefused(f"the dtype {self._spec} has the byte order {shown(order)}")
        if order != "|":
            self.dtype = self.dtype.newbyteorder(order)


class _ArrayInFile:
    """Stands for an array until its content is there."""

    __slots__ = ("state",)

    def __init__(self, subtype: Any, shape: Any, typecode: Any) -> None:
        if not (isinstance(subtype, _Admitted) and subtype._name == "numpy.ndarray"):
            raise NpzRefused(f"an array is of the type {shown(subtype)}")
        self.state: Any = None

    def __setstate__(self, state: Any) -> None:
        if not isinstance(state, tuple) or len(state) != 5:
            raise NpzRefused("an array is described in a way that NumPy does not write")
        self.state = state


def _scalar(dtype: Any, content: Any = None) -> Any:
    """Make a NumPy scalar of its bytes."""
    if not isinstance(dtype, _DtypeInFile) or dtype.dtype.hasobject:
        raise NpzRefused("a scalar has no simple dtype")
    if not isinstance(content, bytes) or len(content) != dtype.dtype.itemsize:
        raise NpzRefused(f"a scalar of {dtype.dtype} does not have {dtype.dtype.itemsize} bytes")
    return np.frombuffer(content, dtype.dtype)[0] if content else dtype.dtype.type()


class _Unpickler(pickle.Unpickler):
    """Knows four names; every other one ends the reading."""

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._admitted = {
            ("numpy", "ndarray"): _Admitted("numpy.ndarray"),
            ("numpy", "dtype"): _Admitted("numpy.dtype", _DtypeInFile),
        }
        for module in _MULTIARRAY:
            self._admitted[module, "_reconstruct"] = _Admitted("_reconstruct", _ArrayInFile)
            self._admitted[module, "scalar"] = _Admitted("scalar", _scalar)

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        admitted = self._admitted.get((module_name, global_name))
        if admitted is None:
            name = shown(f"{module_name}.{global_name}")
            raise NpzRefused(f"the pickled part asks for {name}, which could run code")
        return admitted


class _Resolver:
    """Turns stand-ins into arrays. Each value is visited once, however often the file repeats it.

    Weights count it as often as it is repeated: twenty lists that each hold the one before ten times are small here
    and would fill any disk when they are written out.
    """

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, int]] = {}

    def resolve(self, value: Any, *, depth: int = 0) -> tuple[Any, int]:
        """Return the value without stand-ins, and its weight in bytes."""
        if depth > MAX_DEPTH:
            raise NpzRefused(f"values are nested more than {MAX_DEPTH} deep")
        if value is None or isinstance(value, bool | int | float | np.generic):
            return value, 8
        if isinstance(value, str | bytes):
            return value, 8 + len(value)
        if id(value) not in self._done:
            resolved, weight = self._build(value, depth + 1)
            if weight > MAX_WEIGHT:
                raise NpzRefused(f"the pickled part unfolds to more than {MAX_WEIGHT} bytes")
            self._done[id(value)] = resolved, weight
        return self._done[id(value)]

    def _build(self, value: Any, depth: int) -> tuple[Any, int]:
        match value:
            case list():
                return self._all(value, depth)
            case tuple():
                parts, weight = self._all(value, depth)
                return tuple(parts), weight
            case dict():
                if not all(isinstance(key, str) for key in value):
                    raise NpzRefused("a dictionary has keys that are not texts")
                parts, weight = self._all(value.values(), depth)
                return dict(zip(map(str, value), parts, strict=True)), weight + sum(map(len, value))
            case _ArrayInFile():
                return self._array(value.state, depth)
            case _:
                raise NpzRefused("the pickled part holds a bare dtype or function")

    def _all(self, values: Iterable[Any], depth: int) -> tuple[list[Any], int]:
        resolved = [self.resolve(value, depth=depth) for value in values]
        return [part for part, _ in resolved], 8 + sum(weight for _, weight in resolved)

    def _array(self, state: Any, depth: int) -> tuple[Array, int]:
        if state is None:
            raise NpzRefused("an array has no content")
        _, shape, dtype, fortran, content = state
        if not isinstance(dtype, _DtypeInFile):
            raise NpzRefused("an array has no dtype")
        order: Order = "F" if fortran else "C"
        if not dtype.dtype.hasobject:
            if not isinstance(content, bytes):
                raise NpzRefused(f"an array of {dtype.dtype} has no bytes")
            array = array_of_bytes(content, dtype.dtype, shape, order)
            # NumPy too gives pickled arrays the machine's byte order.
            return array.astype(array.dtype.newbyteorder("="), copy=False), 64 + len(content)
        count = element_count(shape)
        if not isinstance(content, list) or len(content) != count:
            raise NpzRefused(f"an object array of shape {shown(shape)} does not hold {count} objects")
        parts, weight = self._all(content, depth)
        return array_of_objects(parts, shape, order), weight
