"""A format is one file: what lies in `storage/exports/formats` is exported with everything that all exports have."""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import InvalidInput
from storage.exports import DEFAULT_FORMAT, chosen_format, export_formats, formats
from storage.formats import exact
from tests.storage.formats.folders import released
from tests.ui.actions.conftest import Workspace

LINES = """
import json
from storage.exports.folder import copy_in
from storage.exports.format import ExportFormat, FormatLayout, Placed

class Writer:
    def __init__(self, folder, layout):
        self.folder, self.lines = folder, [layout]

    def add_photo(self, photo, content, category, sent):
        copy_in(content, self.folder, f"photos/{photo.name}.jpg")
        first = len(self.lines)
        self.lines += [json.dumps([category, int(one.record["cad_index"]), one.item.box.x1]) for one in sent]
        return Placed(photo=f"photos/{photo.name}.jpg", labels="lines.txt", first=first)

    def add_mesh(self, *, category, cad_index, mesh, suffix):
        copy_in(mesh, self.folder, f"{category}{cad_index}{suffix}")
        return f"{category}{cad_index}{suffix}"

    def finish(self):
        (self.folder / "lines.txt").write_text("\\n".join(self.lines))

FORMAT = ExportFormat(
    name="lines", title="Lines", layouts=(FormatLayout(name="a", title="A"), FormatLayout(name="b", title="B")),
    writer=Writer,
)
"""


@pytest.fixture
def one_more(tmp_path: Path) -> Iterator[None]:
    folder = tmp_path / "formats"
    folder.mkdir()
    (folder / "lines.py").write_text(LINES)
    formats.__path__.append(str(folder))
    export_formats.cache_clear()
    yield
    formats.__path__.remove(str(folder))
    export_formats.cache_clear()
    del sys.modules[f"{formats.__name__}.lines"]


@pytest.mark.usefixtures("one_more")
def test_a_file_is_enough_for_a_format(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_(released(tmp_path / "data"))
    report = workspace.export(tmp_path / "out", format="lines", layout="b", all_answers=True)
    layout, *lines = (tmp_path / "out/lines.txt").read_text().split("\n")
    assert (layout, len(lines), report.objects) == ("b", 4, 4)
    told = json.loads((tmp_path / "out/manifest.json").read_text())
    assert told["options"] == {
        "only": None, "format": "lines", "layout": "b", "without_gold": False, "all_answers": True,
    }  # fmt: skip
    assert [(one["file"], one["index"]) for one in told["objects"]] == [("lines.txt", n) for n in (1, 2, 3, 4)]
    for file in (*told["photos"], *told["cad_models"]):
        assert file["sha256"] == hashlib.sha256((tmp_path / "out" / file["file"]).read_bytes()).hexdigest()
    again = workspace.export(tmp_path / "again", format="lines", layout="b", all_answers=True)
    other = workspace.export(tmp_path / "other", format="lines")
    assert again.release == report.release != other.release
    assert (tmp_path / "other/lines.txt").read_text().startswith("a\n")
    assert len({one["sha256"] for one in told["objects"]} & {exact.digest({})}) == 0


@pytest.mark.usefixtures("one_more")
def test_what_is_not_there_is_refused_by_name(workspace: Workspace, tmp_path: Path) -> None:
    assert list(export_formats()) == [DEFAULT_FORMAT, "lines"]
    for name, layout, told in (("round", None, "imagenet3d, lines"), ("lines", "c", "a, b")):
        with pytest.raises(InvalidInput, match=told):
            chosen_format(name, layout)
        with pytest.raises(InvalidInput, match=told):
            workspace.export(tmp_path / "out", format=name, layout=layout)
    assert not (tmp_path / "out").exists()
