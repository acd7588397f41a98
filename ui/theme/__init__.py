"""The look that all pages share: static assets, templates of the plain pages, and the shell of the NiceGUI pages."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "assets"
_OF_THE_STAGE = Path(__file__).parents[1] / "stage" / "modules" / "keys.js"
"""Where keys are changed outside the stage, they are read and written as the stage does."""

ASSETS: dict[str, Path] = {path.name: path for path in (*sorted(_FOLDER.iterdir()), _OF_THE_STAGE)}
"""Everything served under /assets, by name; nothing else is."""


@cache
def asset_url(name: str) -> str:
    """The address of an asset, with its content in it, so that browsers may keep it for good."""
    return f"/assets/{name}?v={sha256(ASSETS[name].read_bytes()).hexdigest()[:12]}"
