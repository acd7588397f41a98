"""The built-in CAD library: models made by code, for the demo workspace and for whoever has no models yet."""

from pathlib import Path

from meshes.builtin.catalogue import CATALOGUE, BuiltinCategory, BuiltinModel
from meshes.off import write_off

__all__ = ["BuiltinCategory", "BuiltinModel", "catalogue", "write_library"]


def catalogue() -> tuple[BuiltinCategory, ...]:
    """All categories by name, each with its models in the order of cad_index."""
    return CATALOGUE


def write_library(directory: Path) -> dict[tuple[str, int], Path]:
    """Writes `CAD/<category>/<cad_index:02d>.off` below the directory; the same bytes every time.

    Returns the file of each (category, cad_index).
    """
    files = {}
    for category in CATALOGUE:
        for cad_index, model in enumerate(category.models, start=1):
            path = directory / "CAD" / category.name / f"{cad_index:02d}.off"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_off(path, *model.build())
            files[category.name, cad_index] = path
    return files
