"""Where on the model a remark is pinned: the surface under the pixel, found beside the event loop."""

import asyncio
from pathlib import Path

from domain.errors import InvalidInput, PosewrightError
from domain.pose import Pose
from domain.remarks import MeshPin, PhotoPin, Pin
from meshes.cache import MeshCache
from meshes.limits import MIB
from meshes.picking import surface_point
from storage.use_cases.annotate import OpenedAssignment
from ui.live.review_messages import WireObjectPin, WirePhotoPin
from ui.logs import log
from ui.services import Services

MOST_MESH_BYTES = 128 * MIB


class Pins:
    """Holds the meshes that were pinned on lately."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._meshes = MeshCache(services.mesh_cache_dir, max_bytes=MOST_MESH_BYTES)

    async def pin(
        self, opened: OpenedAssignment, wish: WirePhotoPin | WireObjectPin | None, viewport: float
    ) -> Pin | None:
        """On the model where it is there, else on the photo. Raises InvalidInput, InvalidPose."""
        if wish is None:
            return None
        on_photo = PhotoPin(u=wish.u, v=wish.v)
        if isinstance(wish, WirePhotoPin):
            return on_photo
        cad = next((cad for cad in opened.cad_models if cad.cad_index == wish.cad_index), None)
        if cad is None:
            raise InvalidInput(f"the category has no CAD model {wish.cad_index}")
        pose = wish.pose.with_viewport(viewport)
        try:
            path = self._services.cad_files.path(cad.sha256, cad.suffix)
            point = await asyncio.to_thread(self._point, path, pose, wish)
        except (PosewrightError, FileNotFoundError) as error:
            log.warning("a remark is pinned to the photo: %s", error)
            return on_photo
        if point is None:
            return on_photo
        return MeshPin(x=point[0], y=point[1], z=point[2], cad_index=wish.cad_index)

    def _point(self, path: Path, pose: Pose, wish: WireObjectPin) -> tuple[float, float, float] | None:
        point = surface_point(self._meshes.get(path), pose, wish.u, wish.v)
        return None if point is None else (float(point[0]), float(point[1]), float(point[2]))
