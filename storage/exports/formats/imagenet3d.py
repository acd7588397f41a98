"""ImageNet3D's own folders, as its code reads them."""

from pathlib import Path

from domain.wording import N_
from storage.exports.format import ExportFormat, FormatLayout, FormatWriter


def _writer(folder: Path, layout: str) -> FormatWriter:
    from storage.formats.imagenet3d.folder import FolderWriter, WrittenLayout

    return FolderWriter(root=folder, layout=WrittenLayout(layout))


FORMAT = ExportFormat(
    name="imagenet3d",
    title="ImageNet3D",
    layouts=(
        FormatLayout(name="released", title=N_("released: images/ annotations/ lists/ CAD/")),
        FormatLayout(name="flat", title=N_("photos and npz files side by side")),
    ),
    writer=_writer,
)
