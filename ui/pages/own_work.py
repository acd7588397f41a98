"""A person's own part of the tasks page, as it is and as it becomes: tests ahead, tasks, what was said to them."""

from dataclasses import dataclass, replace

from storage.record import Event
from storage.use_cases.preferences import own_preferences
from storage.use_cases.qualify.gate import barred_from
from storage.use_cases.qualify.results import ExamAhead, exams_ahead
from storage.use_cases.qualify.rules import exam_ids
from storage.use_cases.review import Unread, unread_remarks
from storage.use_cases.tasks import TaskProgress, my_tasks
from ui.auth import SignedIn
from ui.pages.practice_offer import practice_offer
from ui.pages.qualify.rows import exams_ahead_rows
from ui.pages.task_rows import my_work
from ui.services import Services
from ui.theme.tag import Tag

OF_ANYBODY = ("task.", "assignment.moved")
"""May give work to anybody, or take some away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    tasks: tuple[TaskProgress, ...]
    exams: tuple[ExamAhead, ...]
    unread: Unread
    practised: bool


class OwnWork:
    """`even_if_none`: say that there is no work where there is none."""

    def __init__(self, services: Services, person: SignedIn, *, even_if_none: bool) -> None:
        self._services = services
        self._person = person
        self._even_if_none = even_if_none

    async def build(self) -> None:
        self._host = Tag("div")
        self._standing = await self._read()
        self._show()

    def concerns(self, event: Event) -> bool:
        """Whether the page may have to show something else after it."""
        me, payload = self._person.user_id, event.payload
        if event.topic.startswith(OF_ANYBODY):
            return True
        by_me = event.topic in ("assignment.saved", "review.read") and me in (
            payload.get("author_id"),
            payload.get("by_id"),
        )
        to_me = event.topic != "assignment.op" and (me == payload.get("user_id") or me in payload.get("user_ids", ()))
        return by_me or to_me

    async def hear(self) -> None:
        found = await self._read()
        if found != self._standing:
            self._standing = found
            self._host.clear()
            self._show()

    async def _read(self) -> Standing:
        reading, actor = self._services.reading, self._person.actor
        tasks = await reading(my_tasks, actor=actor, reservation=self._services.settings.reservation)
        exams = await reading(exams_ahead, actor=actor, tasks={task.id: task.name for task in tasks})
        ids = [task.id for task in tasks]
        barred, tests = await reading(barred_from, self._person.user_id, ids), await reading(exam_ids, ids)
        own = await reading(own_preferences, actor=actor)
        return Standing(
            tasks=tuple(
                replace(task, is_barred=True) if task.id in barred else task for task in tasks if task.id not in tests
            ),
            exams=tuple(exams),
            unread=await reading(unread_remarks, actor=actor),
            practised=own.practice_seen_at is not None,
        )

    def _show(self) -> None:
        standing = self._standing
        with self._host:
            if not standing.practised and standing.tasks and not any(task.saved for task in standing.tasks):
                practice_offer()
            exams_ahead_rows(standing.exams)
            if standing.tasks or self._even_if_none:
                my_work(standing.tasks, standing.unread)
