"""The list of own photos: what is right is read, what is wrong is told by its line, nothing makes it fall over."""

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.box import Box
from storage.formats.csv_text import FORMULA_STARTS, csv_text, defused
from storage.formats.errors import NotADataset
from storage.formats.photo_folder import survey_photos
from storage.formats.photo_list import ListedObject, ListUnreadable, read_photo_list
from tests.storage.formats.folders import write_photo

HEAD = "image,category,x1,y1,x2,y2,viewport"


def read(*lines: str) -> tuple[list[ListedObject], dict[int, str]]:
    found = read_photo_list("\n".join([HEAD, *lines]).encode())
    return list(found.objects), {problem.line: problem.reason for problem in found.problems}


def test_what_is_right_is_read_to_the_last_bit() -> None:
    objects, problems = read("a/b.jpg,car,0.1,2,30.7,1e2,900.25", '"c,d.png", mug ,1,2,3,4', "lone.jpg,,,,,")
    assert not problems
    assert [(one.line, one.image, one.category, one.box, one.viewport) for one in objects] == [
        (2, "a/b.jpg", "car", Box(0.1, 2.0, 30.7, 100.0), 900.25),
        (3, "c,d.png", "mug", Box(1.0, 2.0, 3.0, 4.0), None),
        (4, "lone.jpg", None, None, None),
    ]


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_what_spreadsheets_write_is_read(form: str, separator: str) -> None:
    text = "IMAGE, Category ,x1,y1,x2,y2,note\r\n图\\片.jpg,杯子,1,2,3,4,x\r\n".replace(",", separator)
    (one,) = read_photo_list(text.encode(form)).objects
    assert (one.image, one.category) == ("图/片.jpg", "杯子")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("a.jpg,car,1,2,x,4", "x2 is not a number"),
        ("a.jpg,car,1,2,,4", "x2 is missing"),
        ("a.jpg,car,1,2,nan,4", "x2 is not a finite number"),
        ("a.jpg,car,1,2,1_0,4", "x2 is not a number"),
        ("a.jpg,car,5,2,3,4", "a box needs x2 > x1"),
        ("a.jpg,,1,2,3,4", "there is a box and no category"),
        ("a.jpg,car,1,2,3,4,-1", "viewport is the focal length"),
        (",car,1,2,3,4", "the image is missing"),
        ("../a.jpg,car,1,2,3,4", "leads out"),
        ("/etc/a.jpg,car,1,2,3,4", "relative to the list"),
        ("C:\\a.jpg,car,1,2,3,4", "relative to the list"),
        ("a.jpg,../car,1,2,3,4", "category"),
        ("a.jpg,-car,1,2,3,4", "category"),
        (f"{'a' * 2000}.jpg,car,1,2,3,4", "too long"),
    ],
)
def test_a_line_that_is_wrong_is_told_and_the_others_stand(line: str, reason: str) -> None:
    objects, problems = read("first.jpg,car,1,2,3,4", line, "last.jpg,car,1,2,3,4")
    assert [one.image for one in objects] == ["first.jpg", "last.jpg"]
    assert reason in problems.pop(3)
    assert not problems


@pytest.mark.parametrize("content", [b"", b"\0\1", b"\xff\xff", b"name,x1\n", b"image,category\n", b"image;x1"])
def test_what_is_no_list_is_said(content: bytes) -> None:
    with pytest.raises(ListUnreadable):
        read_photo_list(content)


CELLS = st.one_of(
    st.text(max_size=20),
    st.floats().map(str),
    st.sampled_from(
        ["", "a.jpg", "car", "../..", "=1+1", '"', "\\", "\x00", "\ud7ff", "1e999", "-0", "²", "\u202e", "'"]
    ),
)


@given(rows=st.lists(st.lists(CELLS, max_size=9), max_size=8), quoting=st.booleans())
@example(rows=[["a.jpg", "car", "1", "2", "3", "4"]], quoting=True)
def test_whatever_is_in_it_every_line_is_taken_or_told(rows: list[list[str]], quoting: bool) -> None:
    text = io.StringIO()
    if quoting:
        csv.writer(text).writerows(rows)
    else:
        text.write("\n".join(",".join(row) for row in rows))
    try:
        found = read_photo_list(f"{HEAD}\n{text.getvalue()}".encode("utf-8", "surrogatepass"))
    except ListUnreadable:
        return
    lines = [one.line for one in found.objects] + [problem.line for problem in found.problems]
    assert len(lines) == len(set(lines))
    for one in found.objects:
        assert not one.image.startswith("/")
        assert ".." not in one.image.split("/")
        assert (one.box is None) == (one.category is None)
        assert one.viewport is None or (one.viewport > 0 and math.isfinite(one.viewport))
    assert all(problem.reason for problem in found.problems)


@given(cells=st.lists(CELLS, min_size=1, max_size=6))
def test_no_cell_that_we_write_is_a_formula_and_none_is_lost(cells: list[str]) -> None:
    (written,) = csv.reader(io.StringIO(csv_text(["a"], [cells]).partition("\r\n")[2], newline=""))
    for cell, shown in zip(cells, written, strict=True):
        assert not shown.lstrip(" ").startswith(FORMULA_STARTS)
        assert shown in (cell, f"'{cell}")
    assert defused(-1.5) == "-1.5"


def folder(root: Path, text: str | None = None) -> Path:
    for name in ("one.jpg", "sub/two.PNG", "sub/three.jpg"):
        write_photo(root / name)
    if text is not None:
        (root / "boxes.csv").write_text(f"{HEAD}\n{text}")
    return root


def test_photos_are_found_as_the_list_names_them(tmp_path: Path) -> None:
    found = survey_photos(folder(tmp_path, "ONE.JPG,car,1,2,3,4\ntwo.png,mug,1,2,3,4\nthree.jpg,,\nnone.jpg,,\n"))
    objects = {photo.name: [one.category for one in photo.objects] for photo in found.photos}
    assert objects == {"one.jpg": ["car"], "sub/two.PNG": ["mug"], "sub/three.jpg": []}
    assert found.problems == (("boxes.csv, line 5", "there is no photo none.jpg"),)
    assert found.categories == {"car": 1, "mug": 1}


def test_without_a_list_all_photos_are_there_and_several_lists_are_asked_about(tmp_path: Path) -> None:
    root = folder(tmp_path / "photos")
    assert [len(photo.objects) for photo in survey_photos(root).photos] == [0, 0, 0]
    for name in ("a.csv", "b.csv"):
        (root / name).write_text(f"{HEAD}\none.jpg,car,1,2,3,4\n")
    with pytest.raises(ListUnreadable, match=r"a\.csv, b\.csv"):
        survey_photos(root)
    assert survey_photos(root, "b.csv").list_name == "b.csv"
    for name in ("../photos/../x.csv", "/etc/passwd", "none.csv"):
        with pytest.raises(ListUnreadable):
            survey_photos(root, name)


def test_no_link_leads_out(tmp_path: Path) -> None:
    secret = write_photo(tmp_path / "secret.jpg")
    root = folder(tmp_path / "photos")
    (root / "stolen.jpg").symlink_to(secret)
    found = survey_photos(root)
    assert "stolen.jpg" not in {photo.name for photo in found.photos}
    assert found.problems == (("stolen.jpg", "a link that leads out of the folder"),)


def test_what_is_no_folder_of_photos_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotADataset, match="no photos"):
        survey_photos(tmp_path)
    with pytest.raises(NotADataset, match="a file, not a folder"):
        survey_photos(write_photo(tmp_path / "x.jpg"))
