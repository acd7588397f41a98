"""Backups in the audit log, and who may make, fetch and delete them. The archives are files, not rows."""

from sqlmodel import Session

from domain.permissions import Action
from storage.acting import Acting, acting_with
from storage.record import audit

INSTALLATION = "installation"


def check_may_back_up(session: Session, *, actor: Acting) -> None:
    """Raises NotAllowed. A backup holds everything: everybody's answers, gold, and the hashes of passwords."""
    acting_with(session, actor, Action.BACK_UP)


def note_backup(
    session: Session, *, actor: Acting, archive: str, size: int, photos: int, secret: bool, missing: int
) -> None:
    """Writes down that a backup was made. `size` in bytes; `missing`: files that the disk did not have."""
    person = acting_with(session, actor, Action.BACK_UP)
    audit(
        session,
        person,
        "back_up",
        INSTALLATION,
        archive=archive,
        size=size,
        photos=photos,
        secret=secret,
        missing=missing,
    )


def note_backup_fetched(session: Session, *, actor: Acting, archive: str) -> None:
    """Writes down that somebody takes a backup out of the installation."""
    person = acting_with(session, actor, Action.BACK_UP)
    audit(session, person, "fetch_backup", INSTALLATION, archive=archive)


def note_backup_deleted(session: Session, *, actor: Acting, archive: str) -> None:
    person = acting_with(session, actor, Action.BACK_UP)
    audit(session, person, "delete_backup", INSTALLATION, archive=archive)


def note_backup_taken_in(session: Session, *, actor: Acting, archive: str, size: int, called: str) -> None:
    """Writes down that somebody brought a backup from elsewhere. `called` is the file's name on their computer."""
    person = acting_with(session, actor, Action.BACK_UP)
    audit(session, person, "take_in_backup", INSTALLATION, archive=archive, size=size, called=called)
