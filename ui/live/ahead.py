"""What a browser will probably show next, brought to it before it asks: state, first frame, meshes in the workers.

Everything here waits behind those who drag, and is void as soon as the browser wishes for something else.
"""

import asyncio
import time

from domain.errors import PosewrightError
from domain.permissions import Actor
from rendering.request import Detail, RenderRequest
from storage.use_cases.annotate import OpenedAssignment, open_assignment
from ui.live.first_look import first_look
from ui.live.frames import Scenery, StageOrder, frame_bytes, scenery_of
from ui.live.mailbox import Mailbox
from ui.live.messages import Prefetch
from ui.live.payloads import prefetched_message
from ui.logs import log, report
from ui.services import Services

AHEAD_LAYER = "ahead"


class Ahead:
    """Of one socket. One wish is worked on at a time; of those that come meanwhile, the newest follows."""

    def __init__(self, services: Services, actor: Actor, mailbox: Mailbox) -> None:
        self._services = services
        self._actor = actor
        self._mailbox = mailbox
        self._wish: Prefetch | None = None
        self._working: asyncio.Task[None] | None = None

    def wish(self, message: Prefetch) -> None:
        self._wish = message
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    def leave(self) -> None:
        """The socket is gone."""
        self._wish = None
        if self._working is not None:
            self._working.cancel()

    async def _work(self) -> None:
        while (wish := self._wish) is not None:
            try:
                await self._bring(wish)
            except Exception as error:  # noqa: BLE001  nobody waits for it: it is asked for again when it is needed
                report(error, "fetching what comes next")
            if self._wish is wish:
                self._wish = None

    async def _bring(self, wish: Prefetch) -> None:
        """States first: they are what opens an item. Then frames, then what a drag will need."""
        found: list[tuple[OpenedAssignment, Scenery]] = []
        for assignment_id in wish.assignments:
            if self._wish is not wish:
                return
            try:
                opened = await self._services.reading(open_assignment, actor=self._actor, assignment_id=assignment_id)
            except PosewrightError as error:
                # Said in full to whoever opens it.
                log.debug("assignment %s is not for %s: %s", assignment_id, self._actor.name, error)
                continue
            self._mailbox.post(prefetched_message(opened))
            found.append((opened, await asyncio.to_thread(scenery_of, opened, self._services.cad_files)))
        for detail in (Detail.FULL, Detail.DRAG):
            for opened, scenery in found:
                if self._wish is not wish:
                    return
                await self._draw(wish, opened, scenery, detail)

    async def _draw(self, wish: Prefetch, opened: OpenedAssignment, scenery: Scenery, detail: Detail) -> None:
        """The first frame; in drag detail only so that the worker has what it needs for the next ones."""
        answer = opened.answer
        mesh = scenery.models.get(answer.cad_index)
        if mesh is None or mesh.reason is not None:
            return
        image, screen = (opened.image.width, opened.image.height), (wish.width, wish.height)
        request = RenderRequest(
            mesh_path=mesh.path,
            pose=answer.pose,
            view=first_look(wish.room, opened.item.box, image, screen),
            mode=wish.mode,
            detail=detail,
        )
        asked_at = time.perf_counter()
        try:
            frame = await self._services.renderer.render_in_background(request)
        except PosewrightError as error:
            log.debug("no first frame for assignment %s: %s", opened.assignment_id, error)
            return
        if detail is Detail.FULL and self._wish is wish:
            order = StageOrder(
                layer=AHEAD_LAYER,
                seq=0,
                request=request,
                assignment=opened.assignment_id,
                cad_index=answer.cad_index,
                asked_at=asked_at,
            )
            await self._mailbox.post_frame(f"{AHEAD_LAYER}:{opened.assignment_id}", frame_bytes(order, frame))
