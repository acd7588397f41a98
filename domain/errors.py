"""Errors named for the rule that was broken. They become words on the screen in one place: `ui/errors.py`."""


class PosewrightError(Exception):
    """A rule was broken in a way that the person can act upon; `code` is stable and travels to the browser."""

    code = "error"


class InvalidInput(PosewrightError):
    """What was given cannot be used; the message says what would be right. `rule` names what was broken, for whoever
    says it in the person's language, and `values` are the numbers and names in that sentence."""

    code = "invalid_input"

    def __init__(self, message: str = "", *, rule: str = "", **values: str | int) -> None:
        super().__init__(message)
        self.rule = rule
        self.values = values


class InvalidPose(InvalidInput):
    """A pose with a number that is not finite, or a distance or viewport that is not positive."""

    code = "invalid_pose"


class InvalidAnswer(InvalidInput):
    """An answer lacks something that a save needs; `missing` names the fields in the order of the page."""

    code = "answer_incomplete"

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(f"answer lacks {', '.join(missing)}")
        self.missing = missing


class NotAllowed(PosewrightError):
    """This person may not do this."""

    code = "not_allowed"


class NotFound(PosewrightError):
    """There is no such object, or none that this person may know of."""

    code = "not_found"


class AlreadyExists(InvalidInput):
    """The name is taken."""

    code = "already_exists"


class RevisionConflict(PosewrightError):
    """The object has moved on since the version that the change was based on."""

    code = "conflict"

    def __init__(self, base_version: int, current_version: int) -> None:
        super().__init__(f"based on version {base_version}, but it is at version {current_version}")
        self.base_version = base_version
        self.current_version = current_version


class WrongState(PosewrightError):
    """The assignment's state does not admit this; accepted work must be reopened first, for instance."""

    code = "wrong_state"
