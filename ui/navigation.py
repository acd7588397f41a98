"""The ways from every page to every other: the header's links and those of the admin's rooms, by right."""

from dataclasses import dataclass

from domain.permissions import Action, Actor, allowed
from ui.i18n import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A link that is shown to whoever may do `action` for all, or to everybody where that is None."""

    name: str
    address: str
    action: Action | None = None


MAIN: tuple[Way, ...] = (
    Way(name=N_("Tasks"), address="/tasks"),
    Way(name=N_("Board"), address="/board", action=Action.SEE_BOARD),
    Way(name=N_("Review"), address="/review", action=Action.REVIEW),
    Way(name=N_("Quality"), address="/adjudicate", action=Action.ADJUDICATE),
    Way(name=N_("Statistics"), address="/statistics"),
    Way(name=N_("Qualification"), address="/qualify", action=Action.SEE_ALL_PROGRESS),
    Way(name=N_("Admin"), address="/admin/people", action=Action.MANAGE_USERS),
)
"""The header's links; shown where a person has more than one."""

QUALITY: tuple[Way, ...] = (
    Way(name=N_("Adjudication"), address="/adjudicate", action=Action.ADJUDICATE),
    Way(name=N_("Comparisons"), address="/evaluate", action=Action.SEE_STATISTICS),
    Way(name=N_("Verdicts"), address="/verdicts", action=Action.REVIEW),
    Way(name=N_("Models"), address="/evaluate/models", action=Action.SEE_STATISTICS),
    Way(name=N_("Agreement"), address="/evaluate/agreement", action=Action.SEE_STATISTICS),
)
"""What the labels are worth: the row of links on the pages in `ui/pages/quality`."""

ADMIN: tuple[Way, ...] = (
    Way(name=N_("People"), address="/admin/people", action=Action.MANAGE_USERS),
    Way(name=N_("Tasks"), address="/admin/tasks", action=Action.MANAGE_TASKS),
    Way(name=N_("Library"), address="/admin/library", action=Action.MANAGE_LIBRARY),
    Way(name=N_("Data"), address="/admin/data", action=Action.IMPORT),
    Way(name=N_("Boxes"), address="/admin/boxes", action=Action.MANAGE_LIBRARY),
    Way(name=N_("Keeping"), address="/admin/keeping", action=Action.BACK_UP),
    Way(name=N_("Audit log"), address="/admin/audit", action=Action.SEE_AUDIT),
    Way(name=N_("System"), address="/admin/system", action=Action.SEE_SYSTEM),
)
"""The rooms of the admin page, each added by the file in `ui/pages/admin` that shows it."""


def is_within(way: Way, path: str) -> bool:
    """Whether a page belongs to what a link of `MAIN` leads to."""
    section = _section(path)
    if way.address == QUALITY[0].address:
        return section in {_section(each.address) for each in QUALITY}
    return section == _section(way.address)


def _section(path: str) -> str:
    return path.split("?")[0].strip("/").split("/")[0]


def open_to(ways: tuple[Way, ...], actor: Actor) -> list[Way]:
    """Those that this person may use."""
    return [way for way in ways if way.action is None or allowed(actor, way.action)]
