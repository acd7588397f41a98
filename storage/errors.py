"""Errors of keeping things, named for the rule that was broken."""

from domain.errors import AlreadyExists, InvalidInput, NotAllowed, NotFound, PosewrightError, WrongState


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


class NameRefused(InvalidInput):
    """The name is no name of a person: empty, too long, unprintable or reserved."""

    code = "name_refused"


class LastAdmin(InvalidInput):
    """Without its last active admin nobody could run the installation."""

    code = "last_admin"


class IdTaken(AlreadyExists):
    """An id that must be new was used by somebody else, or for another assignment."""

    code = "id_taken"


class NothingToAssign(InvalidInput):
    """No item fits that the person does not have already."""

    code = "nothing_to_assign"


class ArchiveRefused(InvalidInput):
    """The archive is damaged, too large or meant to do harm; `rule` names what was broken (`storage.archives`)."""

    code = "archive_refused"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class BackupRefused(InvalidInput):
    """There is no making a backup of this, or the archive is none, or is damaged: the message says which."""

    code = "backup_refused"


class BackupFailed(PosewrightError):
    """A backup or its restoring could not be written: the disk is full, or not ours to write."""

    code = "backup_failed"


class RestoreRefused(InvalidInput):
    """The backup is sound, but this home must not be replaced by it: the message says what to do."""

    code = "restore_refused"


class ImageTakenDown(InvalidInput):
    """The photo was taken down for good, and nothing brings it back."""

    code = "image_taken_down"


class NumbersChanged(PosewrightError):
    """Between the question and the answer somebody else changed what it was about: nothing was done."""

    code = "numbers_changed"


class PoolEmpty(NotFound):
    """Nothing is left in the pool for this person."""

    code = "pool_empty"


class HoldsTooMany(InvalidInput):
    """Somebody draws on without finishing what they have drawn."""

    code = "holds_too_many"


class TooFewPeople(InvalidInput):
    """An overlap needs at least as many people."""

    code = "too_few_people"


class ModelInUse(InvalidInput):
    """Answers name this CAD model: another file in its place would make them say something else."""

    code = "model_in_use"


class WorkRefused(InvalidInput):
    """Long work cannot be started as it was asked for; `rule` is `name`, `unknown`, `too_many` or `too_long`."""

    code = "work_refused"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class BoxesNeedConfirmation(PosewrightError):
    """Something is known of an object whose box is to change; the numbers say what was made for the old box."""

    code = "boxes_need_confirmation"

    def __init__(self, answers: int, drafts: int, predictions: int) -> None:
        super().__init__(f"{answers} answers, {drafts} drafts and {predictions} poses were made for the old box")
        self.answers, self.drafts, self.predictions = answers, drafts, predictions


class BoxesRefused(InvalidInput):
    """Boxes that cannot be; `rule` is `too_many`, `too_small`, `twice`, `no_category`, `in_use` or
    `category_stays`."""

    code = "boxes_refused"

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class NameNotTyped(InvalidInput):
    """What cannot be undone is done only to what somebody has named."""

    code = "name_not_typed"


class NotQualified(NotAllowed):
    """Work that a test stands before, and the person has not passed it; `test_id` is the test's task."""

    code = "not_qualified"

    def __init__(self, test_id: int, message: str) -> None:
        super().__init__(message)
        self.test_id = test_id


class WorkPaused(NotAllowed):
    """Too many of a person's answers were off: their supervisor is to look before they go on with the task."""

    code = "work_paused"


class NoAttemptLeft(WrongState):
    """The attempts at a test are used up."""

    code = "no_attempt_left"
