"""A label file can say what it likes: nothing of it is run, and nothing is taken on trust."""

import io
import os
import pickle
import pickletools
import struct
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage.formats.errors import NpzRefused
from storage.formats.pickled import MAX_DEPTH, load_pickle

RECONSTRUCT = b"cnumpy.core.multiarray\n_reconstruct\n"
SCALAR = b"cnumpy.core.multiarray\nscalar\n"
DTYPE = b"cnumpy\ndtype\n"
NDARRAY = b"cnumpy\nndarray\n"
ARRAY = RECONSTRUCT + b"(" + NDARRAY + b"K\x00\x85C\x01btR"
NO_FIELDS = b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"


def text(value: str) -> bytes:
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def dtype(spec: str, flags: int = 0) -> bytes:
    return (
        DTYPE
        + text(spec)
        + b"\x89\x88\x87R(K\x03"
        + text("|" if spec[0] == "O" else "<")
        + NO_FIELDS
        + bytes([75, flags])
        + b"tb"
    )


def program(body: bytes) -> bytes:
    return b"\x80\x03" + body + b"."


class Runs:
    """Pickles as a call of any function, which is how a hostile file is made."""

    def __init__(self, function: Any, *arguments: Any) -> None:
        self.call = function, arguments

    def __reduce__(self) -> Any:
        return self.call


def laughs() -> list[Any]:
    value: list[Any] = ["ha" * 10]
    for _ in range(MAX_DEPTH - 4):
        value = [value] * 10
    return value


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_reads_what_numpy_writes(protocol: int) -> None:
    record = {
        "azimuth": np.float64(0.1),
        "height": np.uint16(480),
        "flag": np.bool_(True),
        "name": "car",
        "label": np.str_("wheel"),
        "bbox": np.array([[1.5, 2.5], [3.5, 4.5]]),
        "fortran": np.asfortranarray(np.arange(6, dtype="i4").reshape(2, 3)),
        "names": np.array(["a", "bcd"]),
        "nothing": None,
        "mixed": (1, -(2**70), 2.5, [True, False], {"deep": {}}),
        "objects": np.array([{"x": 1}, None], dtype=object),
    }
    if protocol == 2:  # there the bytes of arrays need _codecs.encode, which is a function like any other
        record = {"name": "car", "mixed": (1, 2.5, [True])}
    read = load_pickle(pickle.dumps(record, protocol=min(protocol, 4) if protocol == 5 else protocol))
    assert list(read) == list(record)
    for key, value in record.items():
        assert type(read[key]) is type(value)
        if isinstance(value, np.ndarray):
            assert read[key].dtype == value.dtype
            assert read[key].flags.f_contiguous == value.flags.f_contiguous
            assert read[key].tolist() == value.tolist()
        else:
            assert read[key] == value


@pytest.mark.parametrize("module", ["numpy.core.multiarray", "numpy._core.multiarray"])
def test_both_names_of_numpys_module_are_known(module: str) -> None:
    body = SCALAR.replace(b"numpy.core.multiarray", module.encode()) + dtype("u2") + b"C\x02\xe0\x01\x86R"
    value = load_pickle(program(body))
    assert type(value) is np.uint16
    assert value == 480


MALICIOUS = [
    (Runs(os.system, "touch MARK"), "posix.system"),
    (Runs(subprocess.Popen, ["touch", "MARK"]), "subprocess.Popen"),
    (Runs(eval, "open('MARK', 'w')"), "builtins.eval"),
    (Runs(exec, "open('MARK', 'w')"), "builtins.exec"),
    (Runs(getattr, "", "join"), "builtins.getattr"),
    (Runs(np.load, "MARK"), "numpy.load"),
    (Runs(np.fromfile, "/etc/passwd"), "numpy"),
    (Runs(open, "MARK", "w"), "open"),
    (Path("/etc/passwd"), "pathlib"),
    (np.load, "numpy.load"),
    (np.random.default_rng(1), "numpy.random"),
    (np.float64, "numpy.float64"),
    ({1, 2}, "EMPTY_SET"),
    (bytearray(b"x"), "BYTEARRAY8"),
    (1 + 2j, "builtins.complex"),
    (np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]), "the dtype |V12"),
    (np.array(["2024-01-01"], dtype="M8[D]"), "the dtype datetime64"),
    ({1: "one"}, "keys that are not texts"),
    (nested(MAX_DEPTH + 1), "nested more than"),
    (nested(100_000), "nested more than"),
    (laughs(), "unfolds to more than"),
    (np.dtype("f8"), "bare dtype"),
]


@pytest.mark.parametrize(("value", "named"), MALICIOUS, ids=[named for _, named in MALICIOUS])
def test_refuses_and_names_what_is_no_label(
    value: Any, named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = io.BytesIO()
    # The Python pickler follows a hundred thousand lists only with a hundred thousand frames.
    if named == "nested more than":
        depth = 0
        while value:
            value, depth = value[0], depth + 1
        content.write(program(b"]" * (depth + 1) + b"a" * depth))
    else:
        pickle.dump(value, content, protocol=5 if named == "BYTEARRAY8" else 4)
    with pytest.raises(NpzRefused) as refused:
        load_pickle(content.getvalue())
    assert named in str(refused.value)
    assert not list(tmp_path.iterdir())


FORGED = {
    "a dtype that denies holding objects": (
        ARRAY + b"(K\x01K\x01\x85" + dtype("O8", flags=0) + b"\x89C\x08AAAAAAAAtb",
        "does not hold 1 objects",
    ),
    "an object scalar of bytes": (SCALAR + dtype("O8") + b"C\x08AAAAAAAA\x86R", "no simple dtype"),
    "a huge array with few bytes": (
        ARRAY + b"(K\x01J\x00\x00\x00\x40J\x00\x00\x00\x40\x86" + dtype("f8") + b"\x89C\x08AAAAAAAAtb",
        "needs 9223372036854775808 bytes and has 8",
    ),
    "a huge object array without objects": (
        ARRAY + b"(K\x01J\x00\x00\x00\x40\x85" + dtype("O8", flags=63) + b"\x89]tb",
        "does not hold 1073741824 objects",
    ),
    "empty texts without end": (
        ARRAY + b"(K\x01J\x00\x00\x00\x40\x85" + dtype("U0") + b"\x89C\x00tb",
        "empty texts",
    ),
    "a negative side": (ARRAY + b"(K\x01J\xff\xff\xff\xff\x85" + dtype("f8") + b"\x89C\x00tb", "has the shape"),
    "a shape that is a list": (ARRAY + b"(K\x01]" + dtype("f8") + b"\x89C\x00tb", "has the shape"),
    "an array of another class": (RECONSTRUCT + b"(" + DTYPE + b"K\x00\x85C\x01btR", "of the type"),
    "an array without content": (ARRAY, "no content"),
    "a dtype made of a dictionary": (DTYPE + b"}\x89\x88\x87R", "has the dtype dict"),
    "a dtype with a long name": (DTYPE + text("f8," * 50) + b"\x89\x88\x87R", "only simple ones"),
    "a dtype with fields in its state": (
        DTYPE + text("f8") + b"\x89\x88\x87R(K\x03" + text("<") + b"N" + text("a") + b"}K\x08K\x08K\x00tb",
        "fields",
    ),
    "a dtype with a strange byte order": (
        DTYPE + text("f8") + b"\x89\x88\x87R(K\x03" + text("!") + NO_FIELDS + b"K\x00tb",
        "byte order",
    ),
    "ndarray called": (NDARRAY + b"J\x00\x00\x00\x40\x85R", "calls numpy.ndarray"),
    "a stand-in altered": (SCALAR + b"}" + text("_call") + b"Nsb", "alters scalar"),
    "a stand-in altered by slots": (SCALAR + b"N}" + text("_call") + b"Ns\x86b", "alters scalar"),
    "a memo that asks for 64 GiB": (b"Nr\xff\xff\xff\xff", "numbers a value 4294967295"),
    "bytes that are not there": (b"B\xff\xff\xff\x7f", "damaged"),
    "an old instance": (b"(ios\nsystem\n", "INST"),
    "a persistent name": (b"Pos.system\n", "PERSID"),
    "a registered extension": (b"\x82\x01", "EXT1"),
    "a new object": (NDARRAY + b")\x81", "NEWOBJ"),
    "a dotted name": (text("numpy") + text("core.multiarray.scalar") + b"\x93", "numpy.core.multiarray.scalar"),
    "a name that is a number": (b"K\x01K\x01\x93", "damaged"),
    "no end": (b"", "damaged"),
    "an empty stack": (b"0", "POP"),
    "a list set as a key": (b"}]Ns", "damaged"),
    "a call of a number": (b"K\x01)R", "damaged"),
}


@pytest.mark.parametrize(("body", "named"), FORGED.values(), ids=FORGED.keys())
def test_refuses_what_only_a_forger_writes(body: bytes, named: str) -> None:
    content = program(body) if body else b"\x80\x03"
    with pytest.raises(NpzRefused, match=named):
        load_pickle(content)


def test_the_forged_programs_are_what_they_claim() -> None:
    """Most of the list above must be well-formed: refused for what it asks, not for a slip in writing it down."""
    slips = {"bytes that are not there", "no end", "a registered extension", "an empty stack"}
    for name, (body, _) in FORGED.items():
        if name not in slips:
            assert list(pickletools.genops(program(body)))


def test_two_readers_share_nothing() -> None:
    with pytest.raises(NpzRefused):
        load_pickle(program(DTYPE + b"N}" + text("_call") + b"Ns\x86b"))
    assert load_pickle(program(SCALAR + dtype("f8") + b"C\x08" + struct.pack("<d", 0.1) + b"\x86R")) == 0.1
