"""What a start of the server does with an order to restore: before it opens the database."""

from contextlib import closing
from dataclasses import dataclass

from domain.errors import PosewrightError
from storage.backup.in_place import (
    STAGING,
    RestoreOrder,
    begin,
    carry_out,
    drop,
    ended,
    interrupted,
    settle_in_place,
)
from storage.backup.manifest import DATABASE_NAME
from storage.database import Database
from storage.errors import RestoreRefused
from storage.use_cases.restoring import note_restoring_failed
from ui.actions.backups import BackupFolder
from ui.actions.demo import is_demo
from ui.jobs.paths import JobPaths
from ui.logs import log, report
from ui.settings import Settings
from ui.standing_in import standing_in
from ui.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRestored:
    """The old state stands."""

    order: RestoreOrder
    reason: str

    def note(self, database: Database) -> None:
        with database.transaction() as session:
            note_restoring_failed(
                session, archive=self.order.archive, asked_by=self.order.asked_by, reason=self.reason
            )


def finish_restore(settings: Settings, *, demo_allowed: bool = True) -> NotRestored | None:
    """Carries out an order, if there is one, and logs what came of it. None unless the old state stands against an
    order. Raises nothing that would keep the server from starting with the old state. With the demo's state, where
    that is not `demo_allowed`, the server would not start again."""
    home = settings.home
    if ended(home):
        _tidy_up(settings)
        return None
    try:
        left = interrupted(home)
        given = begin(home) if left is None else None
    except PosewrightError as error:
        log.error("nothing is restored: %s", error)
        drop(home)
        return None
    if left is not None:
        return _given_up(settings, left, "it was interrupted; nothing was changed, and it can be ordered again")
    if given is None:
        drop(home)
        return None
    safety = BackupFolder(home).new_path()
    log.info("restoring %s; the present state becomes the backup %s", given.archive, safety.name)
    try:
        if not demo_allowed:
            _refuse_a_demo(settings)
        with standing_in(settings):
            manifest = carry_out(home, given, safety=safety, version=VERSION)
    except PosewrightError as error:
        return _given_up(settings, given, str(error))
    except Exception as error:  # noqa: BLE001 - people must be able to go on with the old state, whatever it was
        return _given_up(settings, given, f"unexpected error {report(error, 'restoring a backup')}")
    log.info("restored %s of %s", given.archive, manifest.made_at.isoformat())
    _tidy_up(settings)
    return None


def _tidy_up(settings: Settings) -> None:
    """The restored state stands, whatever becomes of this. Once the old queue is gone nothing of it is repeated: the
    next start would take the new one."""
    try:
        JobPaths(settings).forget_everything(settings.queue_file)
        drop(settings.home)
    except OSError as error:
        log.error("something of the state before the restoring is left, the next start tries again: %s", error)
        return
    try:
        settle_in_place(settings.home)
    except Exception as error:  # noqa: BLE001 - people must be able to go on; the keeping page removes what is left
        log.error("files of photos that were taken down are left: error %s", report(error, "after a restoring"))


def _refuse_a_demo(settings: Settings) -> None:
    """Raises RestoreRefused."""
    staged = Database(f"sqlite:///{settings.home / STAGING / DATABASE_NAME}")
    with closing(staged) as database, database.reading() as session:
        found = is_demo(session)
    if found:
        raise RestoreRefused("it is a demo's backup, and other machines can reach this server")


def _given_up(settings: Settings, given: RestoreOrder, reason: str) -> NotRestored:
    log.error("%s was not restored, the old state stands: %s", given.archive, reason)
    drop(settings.home)
    return NotRestored(order=given, reason=reason)
