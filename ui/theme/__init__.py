"""The look that all pages share: static assets, templates of the plain pages, and the shell of the NiceGUI pages."""

from functools import cache
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "assets"
ASSETS: dict[str, Path] = {path.name: path for path in sorted(_FOLDER.iterdir())}
"""Everything served under /assets, by name; nothing else is."""


@cache
def asset_url(name: str) -> str:
    """The address of an asset, with its content in it, so that browsers may keep it for good."""
    return f"/assets/{name}?v={sha256(ASSETS[name].read_bytes()).hexdigest()[:12]}"
