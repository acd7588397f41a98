"""What follows a save that is acknowledged already: a test's judgement, hidden gold, and the flip guard's question.

Nothing of it makes a save wait. Poses are weighed one at a time, off the event loop, in the renderer's background
lane; of those that wait behind too many others the guard does without.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Protocol

from PIL import Image

from domain.errors import PosewrightError
from domain.flip_guard import Verdict
from domain.permissions import Actor
from domain.qualification import Judged
from domain.task_state import TaskKind
from rendering.request import RenderedFrame, RenderRequest
from storage.use_cases.annotate import Saved
from storage.use_cases.qualify import flips, hidden_gold, taking
from ui.actions.flip_check import check_flip
from ui.i18n import _
from ui.judged_words import BECAUSE, FLIP_NAMES, numbers_in_words, off_in_words
from ui.live.room import Room
from ui.logs import log
from ui.overlay_routes import overlay_address
from ui.services import Services

MOST_WAITING = 32


class Teller(Protocol):
    """The socket whose person saved."""

    actor: Actor

    def post(self, message: Mapping[str, Any]) -> None: ...


class SecondLook:
    """One for each process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._weighing = asyncio.Semaphore(1)
        self._waiting = 0

    def after_save(self, teller: Teller, room: Room, saved: Saved) -> None:
        """Begins it; what comes of it is posted to whoever saved."""
        if saved.duplicate or room.opened is None:
            return
        self._services.in_background(
            self._look(teller, room.assignment_id, room.opened.task.id, room.opened.task.kind, saved)
        )

    async def _look(self, teller: Teller, assignment_id: int, task_id: int, kind: TaskKind, saved: Saved) -> None:
        try:
            if kind is TaskKind.QUALIFY:
                await self._settle_test(teller, assignment_id, task_id)
            elif kind is TaskKind.ANNOTATE:
                await self._check_gold(teller, assignment_id, task_id, saved.revision)
                await self._guard(teller, assignment_id, saved.revision)
        except (PosewrightError, FileNotFoundError) as error:
            log.debug("no second look at assignment %s: %s", assignment_id, error)

    async def _settle_test(self, teller: Teller, assignment_id: int, test_id: int) -> None:
        mine = await self._services.transact(taking.settle, actor=teller.actor, test_id=test_id)
        if not mine.attempts:
            return
        attempt = mine.attempts[-1]
        item = next((each for each in attempt.items if each.assignment_id == assignment_id), None)
        if item is None or item.judged is None:
            return
        teller.post(
            told_message(
                assignment_id,
                item.judged,
                mine=overlay_address("revision", item.revision_id or 0),
                right=overlay_address("truth", item.answer_id),
                ended=f"/qualify/{test_id}" if attempt.passed is not None else None,
            )
        )

    async def _check_gold(self, teller: Teller, assignment_id: int, task_id: int, revision: int) -> None:
        """The same for every item of a task whose gold is looked at: nothing tells them apart."""
        if not await self._services.reading(hidden_gold.is_looked_at, task_id):
            return
        told = await self._services.transact(
            hidden_gold.check_gold, actor=teller.actor, assignment_id=assignment_id, revision=revision
        )
        if told is not None:
            teller.post(
                told_message(
                    assignment_id,
                    told.judged,
                    mine=overlay_address("revision", told.revision_id),
                    right=overlay_address("told", told.check_id),
                )
            )

    async def _guard(self, teller: Teller, assignment_id: int, revision: int) -> None:
        if self._waiting >= MOST_WAITING:
            return
        self._waiting += 1
        try:
            async with self._weighing:
                case = await self._services.reading(
                    flips.flip_case, actor=teller.actor, assignment_id=assignment_id, revision=revision
                )
                if case is None:
                    return
                loop = asyncio.get_running_loop()
                verdict = await asyncio.to_thread(self._weigh, loop, case)
        finally:
            self._waiting -= 1
        if not verdict.asks:
            return
        question = await self._services.transact(flips.ask, actor=teller.actor, case=case, verdict=verdict)
        if question is not None:
            teller.post(flip_message(question))

    def _weigh(self, loop: asyncio.AbstractEventLoop, case: flips.FlipCase) -> Verdict:
        """In a thread and a loop of its own; only the drawing goes through the server's."""
        renderer = self._services.renderer

        async def draw(request: RenderRequest) -> RenderedFrame:
            drawing = asyncio.run_coroutine_threadsafe(renderer.render_in_background(request), loop)
            return await asyncio.wrap_future(drawing)

        with Image.open(self._services.images.path(case.photo_sha256)) as photo:
            photo.load()
            return asyncio.run(
                check_flip(
                    draw,
                    photo=photo,
                    box=case.box,
                    pose=case.pose,
                    mesh_path=self._services.cad_files.path(case.mesh_sha256, case.suffix),
                    others=case.others,
                    predictions=case.predictions,
                    symmetry=case.likeness.symmetry,
                    near_symmetry=case.near_symmetry,
                )
            )


def told_message(
    assignment_id: int, judged: Judged, *, mine: str, right: str, ended: str | None = None
) -> dict[str, Any]:
    """How an answer was, to its person. `ended`: where the result of the whole test is."""
    return {
        "type": "told",
        "assignment": assignment_id,
        "right": judged.right,
        "words": off_in_words(judged.off),
        "numbers": numbers_in_words(judged),
        "pictures": {"mine": mine, "right": right},
        "ended": ended,
    }


def flip_message(question: flips.Question) -> dict[str, Any]:
    """Asks whether a saved pose is flipped."""
    because = [_(BECAUSE[name]) for name in question.because if name in BECAUSE]
    return {
        "type": "flip_asked",
        "assignment": question.assignment_id,
        "question": question.id,
        "kind": _(FLIP_NAMES[question.kind]),
        "because": _(", ").join(because),
        "pictures": {
            "mine": overlay_address("revision", question.revision_id),
            "other": overlay_address("flip", question.id),
        },
    }
