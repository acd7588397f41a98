"""The door: every request and websocket passes here, NiceGUI's own included, before any page or route sees it.

Pure ASGI, because Starlette's `BaseHTTPMiddleware` does not see websockets. It binds the language, asks whose
session it is, refuses cross-site requests, lets only the public paths through without a session, and adds the
security headers. What a person may do with an object is decided again in each use case.
"""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import parse_qs, quote

from nicegui import Client
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from storage.record import acting_from
from ui.auth import SAFE_METHODS, SignedIn, comes_from_us, signed_in
from ui.i18n import _, negotiate, use_language
from ui.logs import about, log
from ui.nicegui_packets import PageSocket, is_handshake
from ui.services import Services
from ui.uploads import LARGEST_UPLOAD, UPLOAD_ROUTES
from ui.zone import ZONE_COOKIE, use_zone, zone_named

LANGUAGE_COOKIE = "posewright_language"
PUBLIC_PATHS = frozenset({"/login", "/setup", "/reset", "/healthz", "/language", "/favicon.ico"})
PUBLIC_FOLDERS = ("/assets/", "/_nicegui/")
NICEGUI_SOCKET = "/_nicegui_ws/"
NICEGUI_UPLOAD = "/_nicegui/client/"
"""Below NiceGUI's public folder, but it belongs to one open page."""
PASSWORD_PAGE = "/password"
OPEN_WITH_TEMPORARY_PASSWORD = frozenset({PASSWORD_PAGE, "/logout"})
LARGEST_BODY = 1024 * 1024
"""Of a request that is no upload."""
UNLOGGED = (*PUBLIC_FOLDERS, NICEGUI_SOCKET, "/healthz", "/favicon.ico", "/images/", "/thumbnails/")
"""Too many to be worth a line each, as long as they are answered."""
ITEM_IN_PATH = re.compile(r"/annotate/(\d+)$")
SESSION_ENDED = 4401
GOOD_BYE_S = 0.5
"""How long a socket may outlive its session. With the outbox's pause it stays below the 2 s that are promised."""

# Vue compiles templates in the browser and NiceGUI starts its pages with inline scripts, hence the two 'unsafe-'.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Permissions-Policy": (
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), midi=(), "
        "display-capture=(), publickey-credentials-get=()"
    ),
}
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
"""For a picture that is opened by itself: even an SVG with a script in it then does nothing."""
STRICT_TRANSPORT = "max-age=31536000"

_SENT_BY_ITSELF = re.compile(r'"type"\s*:\s*"(ping|stats|prefetch)"')
_NICEGUI_EVENT = re.compile(r'4[25][^\["]*\["event"')


class Guard:
    """ASGI middleware; puts `person` (SignedIn or None), `language` and `zone` into the connection's state."""

    def __init__(self, app: ASGIApp, services: Services) -> None:
        self.app = app
        self.services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        language = negotiate(connection.cookies.get(LANGUAGE_COOKIE), connection.headers.get("accept-language", ""))
        needs_person = not _in_public_folder(scope["path"]) and scope["path"] != "/healthz"
        person = await signed_in(connection, self.services) if needs_person else None
        connection.state.language = language
        connection.state.zone = zone = zone_named(connection.cookies.get(ZONE_COOKIE))
        connection.state.person = person
        item = ITEM_IN_PATH.match(scope["path"])
        with (
            use_language(language),
            use_zone(zone),
            about(person=person.actor.name if person else None, item=item[1] if item else None),
            acting_from(connection.client.host if connection.client else None),
        ):
            if scope["type"] == "websocket":
                await self._websocket(scope, receive, send, person)
            else:
                await self._http(scope, receive, send, person)

    async def _http(self, scope: Scope, receive: Receive, send: Send, person: SignedIn | None) -> None:
        started = time.perf_counter()
        status = 500

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("image/"):
                    headers.setdefault("Content-Security-Policy", PICTURE_POLICY)
                if scope["scheme"] == "https":
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(Request(scope), person)
        await (refusal or self.app)(scope, _bounded(scope, receive), send_with_headers)
        if not scope["path"].startswith(UNLOGGED) or status >= 400:
            milliseconds = (time.perf_counter() - started) * 1000
            log.info("%s %s -> %d in %.0f ms", scope["method"], scope["path"], status, milliseconds)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send, person: SignedIn | None) -> None:
        """Closing before `accept` answers the handshake with 403."""
        headers = Headers(scope=scope)
        ours = comes_from_us(headers, websocket=True)
        let_in = ours and person is not None and not person.must_change and _own_client(scope, person)
        if person is None or not let_in or not is_handshake(_query(scope)):
            log.warning("websocket %s refused", scope["path"])
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["path"].startswith(NICEGUI_SOCKET):
            receive = _only_packets(receive, PageSocket(_query(scope).get("client_id", "")))
        with self._until_session_ends(person):
            await self.app(scope, self._noting_use(scope["path"], receive, person), send)
        with suppress(RuntimeError):  # it is closed already unless the session's end cut it off
            await send({"type": "websocket.close", "code": SESSION_ENDED})

    def _noting_use(self, path: str, receive: Receive, person: SignedIn) -> Receive:
        """What a person does on an open page keeps their session alive; what the page sends by itself does not.

        `path` as it was asked for: a mounted application changes the scope's own.
        """

        async def noting() -> Message:
            message = await receive()
            text = message.get("text")
            if text and _is_use(path, text):
                self.services.live_sessions.used(person.session_id)
            return message

        return noting

    @contextmanager
    def _until_session_ends(self, person: SignedIn) -> Iterator[None]:
        """Cuts off what runs inside a moment after the end of the session. Until then it may say good-bye itself."""
        task = asyncio.current_task()
        assert task is not None
        cut: asyncio.TimerHandle | None = None

        async def close() -> None:
            nonlocal cut
            cut = asyncio.get_running_loop().call_later(GOOD_BYE_S, task.cancel)

        forget = self.services.live_sessions.register(person.session_id, person.user_id, close)
        try:
            yield
        except asyncio.CancelledError:
            if cut is None:
                raise
            task.uncancel()
        finally:
            forget()
            if cut is not None:
                cut.cancel()

    def _refusal(self, request: Request, person: SignedIn | None) -> Response | None:
        """What answers in the application's place, or None where it may answer itself."""
        path, method = request.scope["path"], request.scope["method"]
        if method not in SAFE_METHODS and not comes_from_us(request.headers):
            log.warning("cross-site %s %s refused", method, path)
            return JSONResponse({"code": "cross_site", "message": _("This request came from another site.")}, 403)
        if path in PUBLIC_PATHS or _in_public_folder(path):
            return None
        if person is None:
            if method == "GET" and "text/html" in request.headers.get("accept", ""):
                query = f"?{request.scope['query_string'].decode('latin-1')}" if request.scope["query_string"] else ""
                return RedirectResponse(f"/login?next={quote(path + query, safe='/')}", 303)
            return JSONResponse({"code": "not_signed_in", "message": _("Please log in first.")}, 401)
        if person.must_change and path not in OPEN_WITH_TEMPORARY_PASSWORD:
            if method == "GET" and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(PASSWORD_PAGE, 303)
            return JSONResponse({"code": "password_due", "message": _("Choose a password of your own first.")}, 403)
        if path.startswith(
            NICEGUI_SOCKET
        ):  # by polling, which our pages do without: packets are checked in one place
            return JSONResponse({"code": "no_polling", "message": _("This page needs websockets.")}, 400)
        if not _own_client(request.scope, person):
            return JSONResponse({"code": "not_allowed", "message": _("This page belongs to another session.")}, 403)
        return None


def _in_public_folder(path: str) -> bool:
    return path.startswith(PUBLIC_FOLDERS) and not path.startswith(NICEGUI_UPLOAD)


def _is_use(path: str, text: str) -> bool:
    if path.startswith(NICEGUI_SOCKET):
        return _NICEGUI_EVENT.match(text) is not None
    return _SENT_BY_ITSELF.search(text[:100]) is None


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Refuses a body that is larger than any of ours, before more of it is kept."""
    path = scope["path"]
    most = LARGEST_UPLOAD if path.startswith(NICEGUI_UPLOAD) or path in UPLOAD_ROUTES else LARGEST_BODY
    received = 0

    async def bounded() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(413)
        return message

    return bounded


def _only_packets(receive: Receive, socket: PageSocket) -> Receive:
    """Drops what no page of NiceGUI sends, before socket.io sees it; says so once for each socket."""
    told = False

    async def checked() -> Message:
        nonlocal told
        while True:
            message = await receive()
            if socket.admits(message):
                return message
            if not told:
                told = True
                log.warning("dropped what is no packet of a page, on NiceGUI's socket")

    return checked


def _query(scope: Scope) -> dict[str, str]:
    values = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    return {name: texts[0] for name, texts in values.items()}


def _own_client(scope: Scope, person: SignedIn) -> bool:
    """Whether a NiceGUI socket or upload is for a page that this very session opened.

    A page that is gone passes: NiceGUI refuses the handshake in words upon which the browser loads the page anew.
    """
    if scope["path"].startswith(NICEGUI_UPLOAD):
        client_id = scope["path"].removeprefix(NICEGUI_UPLOAD).partition("/")[0]
    elif scope["path"].startswith(NICEGUI_SOCKET):
        client_id = _query(scope).get("client_id", "")
    else:
        return True
    client = Client.instances.get(client_id)
    if client is None:
        return bool(client_id)
    owner = getattr(client.request.state, "person", None)
    return isinstance(owner, SignedIn) and owner.session_id == person.session_id
