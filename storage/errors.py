"""Errors of keeping things, named for the rule that was broken."""

from domain.errors import AlreadyExists, InvalidInput, PosewrightError


class DatabaseTooNew(PosewrightError):
    """A newer Posewright has been at this database; this one must not touch it."""

    code = "database_too_new"


class DatabaseUnusable(PosewrightError):
    """The database cannot be opened: damaged, not there, not ours to write, or without its driver."""

    code = "database_unusable"


class ImageRefused(InvalidInput):
    """The file is no photo that can be shown: the message says why."""

    code = "image_refused"


class CadFileRefused(InvalidInput):
    """The file is no mesh by its name, or too large."""

    code = "cad_file_refused"


class PasswordRefused(InvalidInput):
    """The password breaks a rule; `rule` is `too_short`, `too_long`, `contains_name` or `common`."""

    code = "password_refused"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class LastAdmin(InvalidInput):
    """Without its last active admin nobody could run the installation."""

    code = "last_admin"


class IdTaken(AlreadyExists):
    """An id that must be new was used by somebody else, or for another assignment."""

    code = "id_taken"


class NothingToAssign(InvalidInput):
    """No item fits that the person does not have already."""

    code = "nothing_to_assign"
