"""Exports of a data set. Each format is one module in `formats/`: command line, admin page and long work offer all
that lie there.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from domain.errors import InvalidInput
from storage.exports import formats
from storage.exports.format import ExportFormat, FormatLayout

DEFAULT_FORMAT = "imagenet3d"


@cache
def export_formats() -> dict[str, ExportFormat]:
    """By name; the default one first."""
    modules = [import_module(f"{formats.__name__}.{found.name}") for found in iter_modules(formats.__path__)]
    found = {each.name: each for each in (module.FORMAT for module in modules)}
    return dict(sorted(found.items(), key=lambda pair: (pair[0] != DEFAULT_FORMAT, pair[0])))


def chosen_format(name: str, layout: str | None = None) -> tuple[ExportFormat, FormatLayout]:
    """By their names; without a layout's the format's first. Raises InvalidInput naming those that there are."""
    if (found := export_formats().get(name)) is None:
        raise InvalidInput(f"no export format is called {name!r}; there are: {', '.join(export_formats())}")
    layouts = {each.name: each for each in found.layouts}
    if layout is None:
        return found, found.layouts[0]
    if layout not in layouts:
        raise InvalidInput(f"{name} has no layout {layout!r}; there are: {', '.join(layouts)}")
    return found, layouts[layout]
