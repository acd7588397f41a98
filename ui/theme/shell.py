"""The frame of a NiceGUI page: language, styles, header, and its place in the list of what a session has open."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from nicegui import Client, core, ui
from starlette.requests import Request

from ui.auth import SignedIn
from ui.i18n import HTML_LANGUAGES, current_language
from ui.services import Services
from ui.theme import asset_url
from ui.theme.templates import Place, header


@contextmanager
def page_shell(
    request: Request,
    services: Services,
    *,
    title: str,
    place: Place,
    styles: tuple[str, ...] = (),
    fills_window: bool = False,
    tells_news: bool = True,
) -> Iterator[ui.element]:
    """What is built inside lands in `<main>`. `fills_window`: exactly the window's height, nothing scrolls.
    `tells_news`: others' words to the person show over the page; a stage tells them itself.
    """
    person: SignedIn = request.state.person
    client = ui.context.client
    _speak(client)
    _end_with_session(client, person, services)
    ui.page_title(f"{title} · Posewright")
    for sheet in ("tokens.css", "shell.css", *styles):
        ui.add_head_html(f'<link rel="stylesheet" href="{asset_url(sheet)}">')
    for script in ("header.js", *(("news.js",) if tells_news else ())):
        ui.add_head_html(f'<script src="{asset_url(script)}" defer></script>')
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    bar = header(actor=person.actor, place=place, back=back, tells_news=tells_news)
    ui.html(bar, sanitize=False).classes("pw-header-host")
    if fills_window:
        client.content.classes("pw-fills-window")
    with ui.element("main").props("id=main").classes("pw-fill" if fills_window else "pw-main") as main:
        yield main


def _speak(client: Client) -> None:
    """The page object is shared by everybody who opens this page; this client's copy gets the language."""
    client.page = copy(client.page)
    client.page.language = HTML_LANGUAGES[current_language()]  # type: ignore[assignment]  # a Literal in NiceGUI


def _end_with_session(client: Client, person: SignedIn, services: Services) -> None:
    async def close() -> None:
        await end_client(client)

    client.on_delete(services.live_sessions.register(person.session_id, person.user_id, close))


async def end_client(client: Client) -> None:
    """Ends an open page on the server: from here on its events reach nothing. The page itself goes to the log-in
    (`header.js`); the guard closes the socket.

    A page without a socket is left to NiceGUI, which has begun to wait for it to come back and deletes it when it
    does not: deleted twice, it would be an error in the log. The guard lets no socket in that would be its own.
    """
    if not client.has_socket_connection:
        return
    code = "dispatchEvent(new Event('posewright-signed-out'))"
    await core.sio.emit("run_javascript", {"code": code}, room=client.id)
    if client.has_socket_connection and not client.is_deleted:
        client.delete()
