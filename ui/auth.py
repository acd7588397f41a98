"""Who is asking: the session cookie, the same-origin rule, and where a log-in may lead.

Cross-site requests. Every method but GET, HEAD and OPTIONS, and every websocket, must come from our own pages. The
browser says so itself: by `Sec-Fetch-Site` where it sends it, by `Origin` in any case. Unlike a token in each form
this protects the log-in form too, and cannot be forgotten in one. The cookie is `SameSite=Lax` besides.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import Response

from domain.permissions import Actor
from storage.use_cases import sessions
from ui.services import Services

COOKIE = "posewright_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HOME_PAGE = "/tasks"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A person with a session that is alive; `token` is the cookie's secret and goes nowhere but to storage."""

    actor: Actor
    user_id: int
    session_id: int
    token: str = field(repr=False)
    must_change: bool = False
    """The password is a temporary one: nothing is open to them but the page that changes it."""


def seal(token: str, secret: str) -> str:
    """The cookie's value. The signature lets a forged one fail before the database is asked."""
    return f"{token}.{_signature(token, secret)}"


def unseal(cookie: str, secret: str) -> str | None:
    """The token of a cookie that we made, else None."""
    token, _dot, signature = cookie.rpartition(".")
    expected = _signature(token, secret)
    # As bytes: `compare_digest` takes no text outside ASCII, and a stranger may send any.
    right = hmac.compare_digest(signature.encode(errors="replace"), expected.encode())
    return token if token and right else None


async def signed_in(connection: HTTPConnection, services: Services) -> SignedIn | None:
    """The person behind a request or websocket; None without a session that is alive. Works before `accept()`."""
    cookie = connection.cookies.get(COOKIE)
    token = unseal(cookie, services.secret) if cookie else None
    if token is None:
        return None
    live = await services.reading(sessions.live_session, token=token)
    if live is None:
        return None
    if live.touch_due:
        services.in_background(services.transact(sessions.touch_session, token=token))
    return SignedIn(
        actor=live.actor,
        user_id=live.user_id,
        session_id=live.id,
        token=token,
        must_change=live.must_change_password,
    )


def set_cookie(response: Response, token: str, *, services: Services, secure: bool) -> None:
    response.set_cookie(COOKIE, seal(token, services.secret), httponly=True, samesite="lax", secure=secure, path="/")


def clear_cookie(response: Response, *, secure: bool) -> None:
    response.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=secure, path="/")


def comes_from_us(headers: Headers, *, websocket: bool = False) -> bool:
    """Whether our own page sent this, and not another site in the person's browser.

    Programs other than browsers send neither header and have no cookie to abuse, so they pass; a websocket needs an
    Origin in any case, because every browser sends one.
    """
    site = headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    origin = headers.get("origin")
    if origin is None:
        return not websocket
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == headers.get("host", "").lower()


def local_target(target: str | None) -> str:
    """Where to go after logging in: a path of ours, else the tasks.

    Refused is whatever a browser could read as another site (`//evil`, `/\\evil`, `javascript:`), encoded once or
    more, or with control characters, which browsers drop.
    """
    if not target or len(target) > 2000:
        return HOME_PAGE
    decoded = target
    for _round in range(5):
        if not _is_local_path(decoded):
            return HOME_PAGE
        further = unquote(decoded)
        if further == decoded:
            return target
        decoded = further
    return HOME_PAGE


def _is_local_path(path: str) -> bool:
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and all(character.isprintable() for character in path)
        and not urlsplit(path).netloc
    )


def _signature(token: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"session:" + token.encode(errors="replace"), hashlib.sha256).hexdigest()
