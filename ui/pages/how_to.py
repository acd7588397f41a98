"""What the job is, on one page: what to match, in which order, and what the answers mean."""

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ui.auth import SignedIn
from ui.i18n import _
from ui.theme.templates import header_values, render


def add_how_to(app: FastAPI) -> None:
    @app.get("/how-to")
    async def how_to(request: Request) -> Response:
        person: SignedIn = request.state.person
        title = _("How to label")
        place = ((_("Tasks"), "/tasks"), (title, None))
        page = render("how_to.html", title=title, **header_values(actor=person.actor, place=place, back="/how-to"))
        return HTMLResponse(page, headers={"Cache-Control": "no-store"})
