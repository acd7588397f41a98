"""What can go wrong between asking for a picture and getting one."""

from domain.errors import PosewrightError


class RenderFailed(PosewrightError):
    """No picture came: the worker died twice over it, took too long, or cannot be started. `reason` says which."""

    code = "render_failed"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class MessageInvalid(PosewrightError):
    """Bytes between web process and worker that are no message of this version."""

    code = "message_invalid"
