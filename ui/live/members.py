"""What a room knows of the sockets in it."""

from collections.abc import Mapping
from typing import Any, Protocol

from domain.permissions import Actor


class Member(Protocol):
    """A socket in a room."""

    actor: Actor
    language: str

    def post(self, message: Mapping[str, Any]) -> None:
        """Puts a message in the socket's mailbox."""

    def post_latest(self, key: str, text: str) -> None:
        """The same for news of which only the newest counts."""

    def turn_out(self, assignment_id: int, reason: str) -> None:
        """Its person may not see this assignment any more."""

    def put_frame(self, layer: str, frame: bytes) -> None:
        """The same for a frame that somebody else's stage shows."""
