"""The watch page: somebody's live stage, read-only, and who works on the item."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from domain.errors import PosewrightError
from domain.permissions import Action, allowed
from storage.use_cases.preferences import own_preferences
from storage.use_cases.watching import watch_assignment
from ui.auth import SignedIn
from ui.i18n import _
from ui.pages.collaborators import collaborators_bar
from ui.pages.errors import rule_page
from ui.pages.page_at import page_at
from ui.services import Services
from ui.stage import Stage
from ui.theme.shell import page_shell
from ui.theme.tag import Tag


def add_watch(app: FastAPI, services: Services) -> None:
    @page_at("/watch/{assignment_id:int}")
    async def watch(request: Request, assignment_id: int, person: int | None = None) -> Response | None:
        """`person`: whom to go after when they go on to another item."""
        viewer: SignedIn = request.state.person
        try:
            opened = await services.reading(watch_assignment, actor=viewer.actor, assignment_id=assignment_id)
        except PosewrightError as error:
            return rule_page(request, error)
        own = await services.reading(own_preferences, actor=viewer.actor)
        place = ((_("Board"), "/board"), (opened.task.name, None))
        styles = ("tasks.css", "admin.css", "watch.css")
        with (
            page_shell(
                request, services, title=_("Watch"), place=place, styles=styles, fills_window=True, tells_news=False
            ),
            Tag("div", classes="pw-watch"),
        ):
            if allowed(viewer.actor, Action.ADD_COLLABORATOR):
                await collaborators_bar(services, viewer.actor, assignment_id)
            Stage(assignment_id, user_id=viewer.user_id, watching=True, person=person, keys=own.keys)
        return None
