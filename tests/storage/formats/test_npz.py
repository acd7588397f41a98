"""npz files: NumPy reads what is written here, here is read what NumPy writes, and bombs do not go off."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from storage.formats import exact
from storage.formats.arrays import array_of_objects
from storage.formats.errors import NpzRefused
from storage.formats.npz import NpzLimits, read_npz, write_npz
from tests.storage.formats.values import RECORDS, assert_same


def stored(content: bytes, folder: Path) -> Path:
    path = folder / "labels.npz"
    path.write_bytes(content)
    return path


def npy(array: Any, **options: Any) -> bytes:
    content = io.BytesIO()
    np.save(content, array, **options)
    return content.getvalue()


def npz(**members: Any) -> bytes:
    content = io.BytesIO()
    np.savez(content, **members)
    return content.getvalue()


def as_numpy_reads(content: bytes) -> dict[str, Any]:
    return dict(np.load(io.BytesIO(content), allow_pickle=True))


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


@given(record=RECORDS)
def test_any_record_comes_back_from_file_and_json_to_the_last_bit(
    record: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    objects = array_of_objects([record, {}], (2,))
    content = write_npz({"annotations": objects})
    assert content == write_npz({"annotations": objects.copy()})
    assert_same(read_npz(stored(content, tmp_path_factory.mktemp("npz")))["annotations"], objects)
    assert_same(as_numpy_reads(content)["annotations"], objects)

    text = json.dumps(exact.to_json(record), allow_nan=False, ensure_ascii=False)
    assert "\0" not in text
    kept = json.loads(text.encode())
    assert_same(exact.from_json(kept), record)
    assert exact.digest(exact.from_json(kept)) == exact.digest(record)


@given(record=RECORDS)
def test_numpys_own_files_are_read_as_numpy_reads_them(
    record: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = npz(annotations=array_of_objects([record], (1,)))
    assert_same(read_npz(stored(content, tmp_path_factory.mktemp("npz"))), as_numpy_reads(content))


def test_the_bytes_follow_from_the_values_alone() -> None:
    text = "status" + "_good"
    once = {"a": [1.5, text], "b": text, "c": np.float64(1.5)}
    again = {"a": [1.5, "".join(["status", "_good"])], "b": "status_good", "c": np.array([1.5])[0]}
    assert write_npz({"annotations": array_of_objects([once], (1,))}) == write_npz(
        {"annotations": array_of_objects([again], (1,))}
    )


def test_numpy_1_could_read_it() -> None:
    content = write_npz({"annotations": array_of_objects([{"x": np.float64(1)}], (1,))})
    assert b"numpy.core.multiarray" in content
    assert b"numpy._core" not in content


def test_flat_files_with_and_without_compression(tmp_path: Path) -> None:
    flat = {"azimuth": np.float64(1.5), "name": np.array("car"), "bbox": np.array([1, 2, 3, 4], dtype=">i2")}
    for save in (np.savez, np.savez_compressed):
        content = io.BytesIO()
        save(content, **flat)
        read = read_npz(stored(content.getvalue(), tmp_path))
        assert list(read) == list(flat)
        assert_same(read, as_numpy_reads(content.getvalue()))


def test_foreign_byte_order_is_read_as_numpy_reads_it(tmp_path: Path) -> None:
    for array in (np.array([1.5], ">f8"), np.array(["ab"], ">U2"), np.array(7, ">i4")):
        content = npz(alone=array, annotations=array_of_objects([{"x": array}], (1,)))
        assert_same(read_npz(stored(content, tmp_path)), as_numpy_reads(content))


@pytest.mark.parametrize("empty", [[], [[]], {}])
def test_files_without_objects(empty: Any, tmp_path: Path) -> None:
    content = npz(annotations=empty)
    assert_same(read_npz(stored(content, tmp_path)), as_numpy_reads(content))


HUGE_HEADER = b"\x93NUMPY\x01\x00v\x00" + (
    str({"descr": "<f8", "fortran_order": False, "shape": (2**40,)}).ljust(117).encode() + b"\n"
)
REFUSED = {
    "not a zip": (b"\x93NUMPY", "not an npz file"),
    "empty": (b"", "not an npz file"),
    "cut off": (zipped({"a.npy": npy([1, 2, 3])})[:-30], "not an npz file"),
    "bytes missing before the directory": (zipped({"a.npy": npy(np.arange(9))})[40:], "cannot be read"),
    "no array": (zipped({"a.npy": b"hello"}), "damaged header"),
    "no npy": (zipped({"../../evil.txt": b"hello"}), "is not an array"),
    "same name twice": (None, "same name"),
    "header of code": (
        zipped({"a.npy": b"\x93NUMPY\x01\x00\x20\x00" + b"__import__('os').abort()".ljust(31) + b"\n"}),
        "damaged header",
    ),
    "shape beyond memory": (zipped({"a.npy": HUGE_HEADER}), "has the shape|needs"),
    "longer than its header says": (zipped({"a.npy": npy(np.zeros(3)) + b"x"}), "needs 24 bytes and has 25"),
    "fields": (zipped({"a.npy": npy(np.zeros(2, dtype=[("x", "f8"), ("y", "i2")]))}), "only simple ones"),
    "bomb": (zipped({"a.npy": npy(np.zeros(10**6))}, zipfile.ZIP_DEFLATED), "200 times its size"),
    "too many members": (zipped({f"{i}.npy": npy(0) for i in range(300)}), "300 members"),
    "packed by bzip2": (zipped({"a.npy": npy(0)}, zipfile.ZIP_BZIP2), "packed in a way"),
    "header and pickle disagree": (
        zipped({"a.npy": npy(array_of_objects([1, 2], (2,))).replace(b"(2,)", b"(3,)")}),
        "header announces",
    ),
    "damaged member": (
        zipped({"a.npy": npy([1.0])}).replace(b"\xf0\x3f", b"\xf1\x3f"),
        "cannot be read|Bad CRC|not an npz",
    ),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("content", "named"), REFUSED.values(), ids=REFUSED.keys())
def test_refuses_damaged_and_hostile_files(content: bytes | None, named: str, tmp_path: Path) -> None:
    if content is None:
        doubled = io.BytesIO()
        with zipfile.ZipFile(doubled, "w") as archive:
            archive.writestr("a.npy", npy(1))
            archive.writestr("a.npy", npy(2))
        content = doubled.getvalue()
    with pytest.raises(NpzRefused, match=named):
        read_npz(stored(content, tmp_path))


def test_limits_are_limits(tmp_path: Path) -> None:
    path = stored(zipped({"a.npy": npy(np.arange(100))}), tmp_path)
    assert read_npz(path)["a"].tolist() == list(range(100))
    with pytest.raises(NpzRefused, match="at most 100"):
        read_npz(path, NpzLimits(max_bytes=100))
    with pytest.raises(NpzRefused, match="too many"):
        read_npz(path, NpzLimits(max_member_bytes=100))


def test_a_file_that_is_not_there_is_a_reason_too(tmp_path: Path) -> None:
    with pytest.raises(NpzRefused, match="cannot be read"):
        read_npz(tmp_path / "missing.npz")


def test_the_real_files(shared_data: Path) -> None:
    files = sorted((shared_data / "imagenet3d_mini").glob("*/*/*.npz"))
    assert len(files) == 22
    for path in files:
        assert_same(read_npz(path)["annotations"], np.load(path, allow_pickle=True)["annotations"])
