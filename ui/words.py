"""Names of roles, kinds and states as people read them; translated where they are shown."""

from datetime import datetime

from domain.answer import Density, ObjectStatus
from domain.permissions import Role
from domain.task_state import AssignmentState, TaskKind
from storage.tables.work import FlagKind
from ui.i18n import N_, current_language
from ui.zone import current_zone

ROLE_NAMES: dict[Role, str] = {
    Role.ANNOTATOR: N_("Annotator"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.ADMIN: N_("Administrator"),
}

KIND_NAMES: dict[TaskKind, str] = {
    TaskKind.ANNOTATE: N_("Annotate"),
    TaskKind.QUALIFY: N_("Qualify"),
    TaskKind.EVALUATE: N_("Evaluate"),
}

STATE_NAMES: dict[AssignmentState, str] = {
    AssignmentState.NEW: N_("Not begun"),
    AssignmentState.DRAFTED: N_("Draft"),
    AssignmentState.SAVED: N_("Saved"),
    AssignmentState.SENT_BACK: N_("Sent back"),
    AssignmentState.ACCEPTED: N_("Accepted"),
    AssignmentState.REOPENED: N_("Opened again"),
    AssignmentState.WITHDRAWN: N_("Withdrawn"),
}

QUALITY_NAMES: dict[ObjectStatus, str] = {
    ObjectStatus.GOOD: N_("Good"),
    ObjectStatus.PARTIALLY: N_("Partly"),
    ObjectStatus.BARELY: N_("Barely"),
    ObjectStatus.BAD: N_("Bad"),
}

DENSITY_NAMES: dict[Density, str] = {
    Density.NO: N_("Not dense"),
    Density.YES: N_("Dense scene"),
}

FLAG_NAMES: dict[FlagKind, str] = {
    FlagKind.SKIP: N_("skipped"),
    FlagKind.HELP: N_("asks for help"),
}


def as_date(time: datetime) -> str:
    """A day, in UTC, as the reader writes it, such as `31 Jan 2026` or `2026年1月31日`."""
    from babel.dates import format_date

    return format_date(time, format="medium", locale=current_language())


def as_time(time: datetime) -> str:
    """A moment as the reader writes it, at their own clock; without the year, for what is recent."""
    from babel.dates import format_skeleton, format_time

    zone, language = current_zone(), current_language()
    day = format_skeleton("MMMd", time, tzinfo=zone, locale=language)
    return f"{day} {format_time(time, 'short', tzinfo=zone, locale=language)}"
