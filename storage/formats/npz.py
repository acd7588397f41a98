"""Read and write npz files: zip archives of .npy members, some of them pickled.

Reading trusts nothing: sizes are checked against limits before memory is taken, headers go through NumPy's own
literal parser, and pickled members through `storage.formats.pickled`. Writing gives the same bytes for the same
values, on any day and in any process.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib import format as npy_format

from storage.formats.arrays import Array, array_of_bytes, memory_order, plain_dtype
from storage.formats.errors import NpzRefused
from storage.formats.pickled import load_pickle
from storage.formats.pickling import dump_pickle

Members = dict[str, Any]

# The oldest date that a zip file can carry: files with the same content are then the same file.
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NpzLimits:
    """How large a label file may be. A real one has about a kilobyte an object."""

    max_bytes: int = 16 * 2**20
    max_members: int = 256
    max_member_bytes: int = 32 * 2**20
    max_ratio: int = 200


def read_npz(path: Path, limits: NpzLimits | None = None) -> Members:
    """Return the members of an npz file by name: arrays, or what a pickled member holds.

    Raises `NpzRefused` with the reason, also for what the operating system refuses: a caller goes on with the next.
    """
    limits = limits or NpzLimits()
    try:
        size = path.stat().st_size
        if size > limits.max_bytes:
            raise NpzRefused(f"the file has {size} bytes; label files have at most {limits.max_bytes}")
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            return {
                _member_name(member): _read_member(archive, member) for member in _checked_members(archive, limits)
            }
    except NpzRefused:
        raise
    except zipfile.BadZipFile as error:
        raise NpzRefused(f"not an npz file ({error})") from error
    except _BROKEN as error:
        raise NpzRefused(f"cannot be read ({error})") from error


_BROKEN = (
    OSError, EOFError, zlib.error, struct.error, RuntimeError, NotImplementedError, ValueError, LookupError,
    OverflowError,
)  # fmt: skip
"""What zipfile raises for bytes that it does not understand; ValueError for a directory that lies before the file."""


def write_npz(members: Members) -> bytes:
    """Return an npz file with ``members``, which `numpy.load` reads; equal members give equal bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, value in members.items():
            member = zipfile.ZipInfo(f"{name}.npy", _NO_DATE)
            member.create_system = 3  # or the file would tell on which system it was written
            member.external_attr = 0o644 << 16
            archive.writestr(member, _npy(np.asanyarray(value)))
    return content.getvalue()


def _checked_members(archive: zipfile.ZipFile, limits: NpzLimits) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > limits.max_members:
        raise NpzRefused(f"the file has {len(members)} members; at most {limits.max_members} are read")
    if len({member.filename for member in members}) < len(members):
        raise NpzRefused("two members have the same name")
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NpzRefused(f"{member.filename} is packed in a way that NumPy does not use")
        if member.file_size > limits.max_member_bytes:
            raise NpzRefused(f"{member.filename} has {member.file_size} bytes unpacked; too many for labels")
        if member.file_size > 2**16 and member.file_size > limits.max_ratio * member.compress_size:
            raise NpzRefused(f"{member.filename} unpacks to more than {limits.max_ratio} times its size")
    if sum(member.file_size for member in members) > 2 * limits.max_member_bytes:
        raise NpzRefused("the members are too large together")
    return members


def _member_name(member: zipfile.ZipInfo) -> str:
    if not member.filename.endswith(".npy"):
        raise NpzRefused(f"{member.filename} is not an array")
    return member.filename.removesuffix(".npy")


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Any:
    with archive.open(member) as stream:
        content = io.BytesIO(stream.read(member.file_size))
    try:
        version = npy_format.read_magic(content)
        if version == (1, 0):
            shape, fortran, dtype = npy_format.read_array_header_1_0(content)
        elif version == (2, 0):
            shape, fortran, dtype = npy_format.read_array_header_2_0(content)
        else:
            raise NpzRefused(f"{member.filename} has the .npy version {version[0]}.{version[1]}")
    except (ValueError, TypeError) as error:
        raise NpzRefused(f"{member.filename} has a damaged header ({error})") from error
    rest = content.read()
    if plain_dtype(dtype).hasobject:
        array = load_pickle(rest)
        if not isinstance(array, np.ndarray) or array.shape != shape:
            raise NpzRefused(f"{member.filename} does not hold the array that its header announces")
        return array
    return array_of_bytes(rest, dtype, shape, "F" if fortran else "C")


def _npy(array: Array) -> bytes:
    content = io.BytesIO()
    npy_format.write_array_header_1_0(content, npy_format.header_data_from_array_1_0(array))
    if array.dtype.hasobject:
        content.write(dump_pickle(array))
    else:
        content.write(array.tobytes(memory_order(array)))
    return content.getvalue()
