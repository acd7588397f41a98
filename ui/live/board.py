"""The board's facts in this process: one picture of everybody's work, kept up by events, told to all who look.

Read from the database once; from then on the outbox says what to count again, and the rooms say who is where. A
viewer costs the database nothing.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from domain.permissions import CONSOLE
from storage.record import Event
from storage.use_cases.board import BoardPerson, BoardTask, board_changes, board_facts
from ui.live.presence import Doing
from ui.live.room import Room
from ui.live.rooms import Rooms
from ui.logs import report
from ui.outbox_watch import EVERY_TOPIC, OutboxWatch
from ui.services import Services

TELL_AFTER_S = 0.05
"""What changes within this time is told at once: a save is an op, a state, a count and a presence."""
TICK_S = 20.0
PACE_OVER = timedelta(hours=1)
BUCKET = timedelta(minutes=15)
CHANGES_COUNTS = frozenset({"assignment.saved", "assignment.moved", "assignment.people", "review.decided"})
CHANGES_EVERYTHING = ("task.", "user.", "dataset.")
COUNTED_OPS = frozenset({"clear", "undo", "redo"})
"""An edit changes no count that is shown."""

Json = dict[str, Any]


class Viewer(Protocol):
    def post(self, message: Mapping[str, Any]) -> None: ...


class Board:
    """One for each process; does nothing until somebody looks."""

    def __init__(self, services: Services, rooms: Rooms, watch: OutboxWatch) -> None:
        self._services = services
        self._rooms = rooms
        self._viewers: set[Viewer] = set()
        self._people: dict[int, BoardPerson] = {}
        self._tasks: dict[int, BoardTask] = {}
        self._saves: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
        self._last_at: dict[int, datetime] = {}
        self._as_of = -1
        self._loaded = asyncio.Event()
        self._loading: asyncio.Task[None] | None = None
        self._ticking: asyncio.TimerHandle | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._unread: list[Event] | None = None
        """What was heard while the database was read: it may be in what was read, or later."""
        self._stale = False
        self._to_count: set[int] = set()
        """Assignments whose people and tasks are to be counted again."""
        self._to_count_people: set[int] = set()
        """People who were put to an assignment or taken off one."""
        self._touched: set[int] = set()
        """Whose row may be another one by now."""
        self._places: dict[int, Json] = {}
        self._places_stale = True
        self._told_people: dict[int, Json] = {}
        self._told_tasks: dict[int, Json] = {}
        self._told_day: list[int] = []
        watch.subscribe(EVERY_TOPIC, self._hear)
        rooms.onlookers.append(self)

    async def join(self, viewer: Viewer) -> None:
        """Tells a viewer everything, and from then on what changes."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load())
        await self._loaded.wait()
        self._tell()
        self._viewers.add(viewer)
        if self._ticking is None:
            self._tick()
        viewer.post(
            {
                "type": "board",
                "people": [*self._told_people.values()],
                "tasks": [*self._told_tasks.values()],
                "day": self._told_day,
            }
        )

    def leave(self, viewer: Viewer) -> None:
        self._viewers.discard(viewer)

    # ---- what happens ------------------------------------------------------------------------------------------

    def people_changed(self, room: Room) -> None:
        self._places_stale = True
        self._tell_soon()

    def answer_changed(self, room: Room, user_id: int) -> None:
        self._last_at[user_id] = datetime.now(UTC)
        self._touched.add(user_id)
        self._tell_soon()

    async def _hear(self, event: Event) -> None:
        if self._loading is None or event.id <= self._as_of:
            return
        if self._unread is not None:
            self._unread.append(event)
            return
        author = event.payload.get("author_id")
        if event.topic == "assignment.saved" and author is not None:
            self._saves[author].append((event.at, event.object_id))
        if author is not None and event.object_type == "assignment":
            self._last_at[author] = max(event.at, self._last_at.get(author, event.at))
            self._touched.add(author)
        if event.topic.startswith(CHANGES_EVERYTHING):
            self._stale = True
        elif event.topic in CHANGES_COUNTS or event.payload.get("kind") in COUNTED_OPS:
            self._to_count.add(event.object_id)
            if (person := event.payload.get("user_id")) is not None:
                self._to_count_people.add(person)
        if self._stale or self._to_count:
            self._refresh_soon()
        self._tell_soon()

    def _refresh_soon(self) -> None:
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh())

    async def _refresh(self) -> None:
        """What came in while one look at the database lasted is for the next."""
        while self._stale or self._to_count:
            try:
                if self._stale:
                    await self._read_all()
                else:
                    ids, self._to_count = self._to_count, set()
                    of_them, self._to_count_people = self._to_count_people, set()
                    people, tasks = await self._services.reading(
                        board_changes, actor=CONSOLE, assignment_ids=ids, user_ids=of_them
                    )
                    self._people.update((person.user_id, person) for person in people)
                    self._touched.update(person.user_id for person in people)
                    self._tasks.update((task.task_id, task) for task in tasks)
            except Exception as error:  # noqa: BLE001  the next change counts again
                report(error, "counting for the board")
                return
            self._tell_soon()

    async def _load(self) -> None:
        while not self._loaded.is_set():
            try:
                await self._read_all()
            except Exception as error:  # noqa: BLE001  whoever waits for it waits a little longer
                report(error, "reading the board")
                await asyncio.sleep(1)
            else:
                self._loaded.set()

    async def _read_all(self) -> None:
        self._unread = []
        try:
            self._stale = False
            self._to_count.clear()
            self._to_count_people.clear()
            await self._read_facts()
        finally:
            unread, self._unread = self._unread, None
        for event in unread:
            await self._hear(event)

    async def _read_facts(self) -> None:
        facts = await self._services.reading(board_facts, actor=CONSOLE, since=_midnight(datetime.now(UTC)))
        self._as_of = facts.as_of
        self._people = {person.user_id: person for person in facts.people}
        self._touched.update(self._people, self._told_people)
        self._tasks = {task.task_id: task for task in facts.tasks}
        self._saves.clear()
        for save in facts.saves:
            self._saves[save.user_id].append((save.at, save.assignment_id))
        for user_id, at in facts.last_at.items():
            self._last_at[user_id] = max(at, self._last_at.get(user_id, at))

    # ---- what is told ------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Time itself changes the pace, and the day."""
        self._ticking = None
        if self._viewers:
            self._touched.update(self._people)
            self._tell_soon()
            self._ticking = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tell_soon(self) -> None:
        if self._viewers and self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(TELL_AFTER_S, self._tell)

    def _tell(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
        if message := self._note_changes():
            for viewer in self._viewers:
                viewer.post(message)

    def _note_changes(self) -> Json | None:
        """Brings what was told up to date; returns the difference."""
        now = datetime.now(UTC)
        if self._places_stale:
            before, self._places = self._places, self._present_places()
            self._touched.update(
                user_id for user_id in {*before, *self._places} if before.get(user_id) != self._places.get(user_id)
            )
            self._places_stale = False
        people = {
            user_id: self._person_json(person, now)
            if user_id in self._touched or user_id not in self._told_people
            else self._told_people[user_id]
            for user_id, person in self._people.items()
        }
        self._touched.clear()
        tasks = {task.task_id: _task_json(task) for task in self._tasks.values()}
        day = self._day(now)
        changes: Json = {
            "people": [row for key, row in people.items() if self._told_people.get(key) != row],
            "tasks": [row for key, row in tasks.items() if self._told_tasks.get(key) != row],
            "gone_people": [key for key in self._told_people if key not in people],
            "gone_tasks": [key for key in self._told_tasks if key not in tasks],
        }
        if day != self._told_day:
            changes["day"] = day
        self._told_people, self._told_tasks, self._told_day = people, tasks, day
        told = {key: value for key, value in changes.items() if value}
        return {"type": "changes", **told} if told else None

    def _present_places(self) -> dict[int, Json]:
        """Where each person is: what they edit before what they look at, what they came to last before the rest."""
        found: dict[int, tuple[tuple[bool, datetime], Json]] = {}
        for room in self._rooms:
            opened = room.opened
            if opened is None:
                continue
            for person in room.presence.people():
                rank = (person.doing is Doing.EDITING, person.since)
                if person.user_id not in found or rank > found[person.user_id][0]:
                    found[person.user_id] = (rank, {
                        "assignment": room.assignment_id,
                        "doing": person.doing.value,
                        "since": person.to_json()["since"],
                        "task": opened.task.name,
                        "category": opened.item.category,
                        "image": {
                            "id": opened.image.id, "width": opened.image.width, "height": opened.image.height,
                            "name": opened.image.name, "taken_down": opened.image.taken_down,
                        },
                    })  # fmt: skip
        return {user_id: place for user_id, (_rank, place) in found.items()}

    def _person_json(self, person: BoardPerson, now: datetime) -> Json:
        saves = self._saves.get(person.user_id, [])
        last = self._last_at.get(person.user_id)
        return {
            **asdict(person),
            "today": len({assignment for at, assignment in saves if at >= _midnight(now)}),
            "pace": len({assignment for at, assignment in saves if at >= now - PACE_OVER}),
            "last_at": _coarse(last) if last else None,
            "place": self._places.get(person.user_id),
        }

    def _day(self, now: datetime) -> list[int]:
        """Saves in each quarter of an hour since midnight, UTC, the present one last."""
        start = _midnight(now)
        counts = Counter((at - start) // BUCKET for saves in self._saves.values() for at, _id in saves if at >= start)
        return [counts[bucket] for bucket in range((now - start) // BUCKET + 1)]


def _task_json(task: BoardTask) -> Json:
    return {**asdict(task), "due_at": task.due_at.isoformat() if task.due_at else None}


def _coarse(at: datetime) -> str:
    """To five seconds: nobody reads more, and every pose of a drag would be news."""
    return at.replace(second=at.second - at.second % 5, microsecond=0).isoformat().replace("+00:00", "Z")


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
