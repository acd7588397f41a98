"""The frame of the admin's rooms: the page's shell with a row of links to the other rooms."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import ui
from starlette.requests import Request

from domain.permissions import Action, require
from ui import navigation
from ui.auth import SignedIn
from ui.i18n import _
from ui.services import Services
from ui.theme.shell import page_shell
from ui.theme.tag import Tag


@contextmanager
def admin_frame(
    request: Request, services: Services, *, title: str, action: Action, styles: tuple[str, ...] = ()
) -> Iterator[ui.element]:
    """What is built inside lands below the row of rooms. Raises NotAllowed unless the person may do `action`."""
    person: SignedIn = request.state.person
    require(person.actor, action)
    place = ((_("Admin"), "/admin/people"), (title, None))
    with page_shell(request, services, title=title, place=place, styles=("tasks.css", "admin.css", *styles)) as main:
        main.classes("pw-wide")
        with Tag("nav", classes="pw-rooms", aria_label=_("Admin")):
            for way in navigation.open_to(navigation.ADMIN, person.actor):
                inside = f"{request.url.path}/".startswith(f"{way.address}/")
                current = {"aria_current": "page"} if inside else {}
                Tag("a", _(way.name), href=way.address, **current)
        yield main
