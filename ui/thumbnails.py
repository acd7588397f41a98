"""Pictures of CAD models for the gallery: drawn once by the renderer, then kept on disk by the mesh's content."""

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from domain.errors import PosewrightError
from rendering.thumbnails import thumbnail
from storage.use_cases.viewing import VisibleCad
from ui.logs import log
from ui.services import Services

SIZE = 160
LOOK = 1
"""Part of the cache's file names: raise it when thumbnails are to look different."""

PLACEHOLDER = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 160" width="160" height="160">'
    b'<g fill="none" stroke="#8a93a3" stroke-width="3" stroke-linejoin="round" stroke-linecap="round">'
    b'<path d="M80 36 118 57v44L80 122 42 101V57z" stroke-dasharray="7 7"/>'
    b'<path d="M66 66l28 28M94 66 66 94"/></g></svg>'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`final` is False for a failure that may be over by the next request."""

    content: bytes
    media_type: str
    etag: str
    final: bool


class Thumbnails:
    """Requests for one model that come while it is being drawn wait for the same drawing."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._directory = services.settings.cache_directory / "thumbnails"
        self._drawing: dict[str, asyncio.Task[bytes]] = {}

    async def of(self, cad: VisibleCad) -> Picture:
        """The model's picture, or a placeholder where it cannot be drawn."""
        if not cad.readable:
            return Picture(content=PLACEHOLDER, media_type="image/svg+xml", etag="unreadable", final=True)
        name = f"{cad.sha256}-{SIZE}-v{LOOK}"
        file = self._directory / f"{name}.png"
        try:
            content = await asyncio.to_thread(read_kept, file) or await self._drawn_once(name, cad, file)
        except PosewrightError as error:
            log.warning("no thumbnail of CAD model %s: %s", cad.sha256[:12], error)
            return Picture(content=PLACEHOLDER, media_type="image/svg+xml", etag="failed", final=False)
        return Picture(content=content, media_type="image/png", etag=name, final=True)

    async def _drawn_once(self, name: str, cad: VisibleCad, file: Path) -> bytes:
        task = self._drawing.get(name)
        if task is None:
            task = self._drawing[name] = asyncio.create_task(self._draw(cad, file))
            task.add_done_callback(lambda _task: self._drawing.pop(name, None))
        return await asyncio.shield(task)

    async def _draw(self, cad: VisibleCad, file: Path) -> bytes:
        mesh = self._services.cad_files.path(cad.sha256, cad.suffix)
        content = await thumbnail(self._services.renderer, mesh, size=SIZE)
        await asyncio.to_thread(write_kept, file, content)
        return content


def read_kept(file: Path) -> bytes | None:
    """A picture that was drawn before."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def write_kept(file: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        part.write(content)
    os.replace(part.name, file)  # noqa: PTH105 - both are names here
