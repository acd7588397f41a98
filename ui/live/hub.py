"""What all stage sockets of this process share: scheduler, rooms, journal, and how each browser says it feels."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from domain.permissions import Actor
from rendering.scheduler import FrameScheduler
from ui.live.following import Following
from ui.live.frames import StageOrder, lightened
from ui.live.journal import Journal
from ui.live.members import Member
from ui.live.messages import Stats
from ui.live.pinning import Pins
from ui.live.rooms import Rooms
from ui.live.second_look import SecondLook
from ui.live.shared_frames import SharedFrames
from ui.services import Services

TRIES = 3
FAILURES_REMEMBERED = 1000


class Page(Protocol):
    actor: Actor

    def post(self, message: Mapping[str, Any]) -> None: ...


@dataclass(slots=True, kw_only=True, eq=False)
class LiveClient:
    """One open stage, for whoever runs the installation."""

    person: str
    assignment_id: int | None = None
    stats: Stats | None = None


class Live:
    """One for each process; `start` and `close` belong to the server's life."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.rooms = Rooms(services)
        self.pins = Pins(services)
        self.second_look = SecondLook(services)
        self.scheduler: FrameScheduler[StageOrder] = FrameScheduler(
            services.renderer.render, in_flight=2 * services.settings.render_workers + 1, lighten=lightened
        )
        self.shared_frames = SharedFrames(services.renderer.render_in_background)
        self.following = Following()
        self.rooms.onlookers.append(self.following)
        self._journal = Journal(self.rooms, services)
        self._clients: dict[Member, LiveClient] = {}
        self.pages: set[Page] = set()
        """Open pages without a stage that want to hear of news."""
        self._failures: OrderedDict[str, int] = OrderedDict()

    async def start(self) -> None:
        self._journal.start()

    async def close(self) -> None:
        """Before storage and renderer: the last drafts are written here."""
        await self.scheduler.close()
        await self._journal.close()

    def clients(self) -> Iterator[LiveClient]:
        """The stages that are open at this moment."""
        return iter(self._clients.values())

    def members(self) -> list[Member]:
        """The stages themselves, whatever they show."""
        return [*self._clients]

    def greet(self, member: Member) -> LiveClient:
        client = self._clients[member] = LiveClient(person=member.actor.name)
        return client

    def part(self, member: Member) -> None:
        self.following.go(member, None, 0)
        self._clients.pop(member, None)

    def worth_another_try(self, op_id: str) -> bool:
        """Counts an unexpected failure of a gesture: whether the browser should send it again.

        A busy disk mends itself; a gesture that fails for ever must not lock its person out of the item.
        """
        count = self._failures.pop(op_id, 0) + 1
        self._failures[op_id] = count
        if len(self._failures) > FAILURES_REMEMBERED:
            self._failures.popitem(last=False)
        return count < TRIES
