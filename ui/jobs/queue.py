"""The queue between web processes and consumers: huey, in a SQLite file of the home or in Redis.

It carries nothing but the numbers of rows of the table `job`, which alone says what is to be done and what became of
it. So a queue that is lost, or a number that comes twice, does no harm: `claim_job` gives each piece out once, and
a consumer that starts looks for what waits.
"""

import json
from collections.abc import Callable
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer

from ui.settings import Settings

NAME = "posewright"
BUSY_TIMEOUT_S = 10
STOPPED_SHORT = 75
"""Exit status of a consumer that had to cut off one long step; the server starts the next one at once."""


Send = Callable[[int], object]
"""Puts the number of a job into the queue."""


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey has no types
    """Messages as JSON. Huey's own are pickles, which would run what somebody else puts into the queue."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Message:
        return Message(*json.loads(bytes(data)))


def open_queue(settings: Settings) -> Huey:
    """The queue of this installation. Neither a file nor a connection is opened before it is used."""
    options: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if settings.redis_url:
        return RedisHuey(NAME, url=settings.redis_url, **options)
    return SqliteHuey(NAME, filename=str(settings.queue_file), timeout=BUSY_TIMEOUT_S, **options)


def add_task(queue: Huey, work: Callable[[int], object]) -> Send:
    """The one task of the queue, known by the same name to those who send and those who do it."""

    def run(job_id: int) -> None:
        work(job_id)

    send: Send = queue.task(name="run")(run)
    return send


def only_sent(job_id: int) -> None:
    """For a process that never does the work itself."""
    raise AssertionError(f"work {job_id} belongs to a consumer")
