"""The queue between web processes and consumers: huey, in a SQLite file of the home or in Redis.

It carries nothing but the numbers of rows of the table `job`, which alone says what is to be done and what became of
it. So a queue that is lost, or a number that comes twice, does no harm: `claim_job` gives each piece out once, and
a consumer that starts looks for what waits.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ui.settings import Settings

if TYPE_CHECKING:
    from huey import Huey

NAME = "posewright"
BUSY_TIMEOUT_S = 10
STOPPED_SHORT = 75
"""Exit status of a consumer that had to cut off one long step; the server starts the next one at once."""


Send = Callable[[int], object]
"""Puts the number of a job into the queue."""


def open_queue(settings: Settings) -> "Huey":
    """The queue of this installation. Huey is imported here: a start of the server is no time for that."""
    unused = ("psycopg",) if settings.redis_url else ("psycopg", "redis")
    with _absent(*unused):
        from huey import RedisHuey, SqliteHuey

        from ui.jobs.serializer import JsonSerializer
    options: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, **options)
    return SqliteHuey(NAME, filename=str(settings.queue_file), timeout=BUSY_TIMEOUT_S, **options)


def add_task(queue: "Huey", work: Callable[[int], object]) -> Send:
    """The one task of the queue, known by the same name to those who send and those who do it."""

    def run(job_id: int) -> None:
        work(job_id)

    send: Send = queue.task(name="run")(run)
    return send


def only_sent(job_id: int) -> None:
    """For a process that never does the work itself."""
    raise AssertionError(f"work {job_id} belongs to a consumer")


@contextmanager
def _absent(*names: str) -> Iterator[None]:
    """Huey tries to import the drivers of all its stores, which would take longer than all the rest."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # the import system's own "absent"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
