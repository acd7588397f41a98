"""The reader's time zone. Their browser tells it in a cookie (`theme/assets/header.js`); until then it is UTC."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZONE_COOKIE = "posewright_zone"
LONGEST_NAME = 64

_bound: ContextVar[tzinfo | None] = ContextVar("zone", default=None)
_sources: list[Callable[[], tzinfo | None]] = []


def zone_named(name: str | None) -> tzinfo:
    """Of the IANA's names, such as Asia/Shanghai; UTC for what is none."""
    if not name or len(name) > LONGEST_NAME:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def current_zone() -> tzinfo:
    """Bound to this request, else that of the open page whose event is handled, else UTC."""
    if (bound := _bound.get()) is not None:
        return bound
    return next((zone for source in _sources if (zone := source()) is not None), UTC)


def zone_source(source: Callable[[], tzinfo | None]) -> None:
    """Adds where to ask for the zone when no request has bound one."""
    _sources.append(source)


@contextmanager
def use_zone(zone: tzinfo) -> Iterator[None]:
    """Binds the zone for what runs inside."""
    token = _bound.set(zone)
    try:
        yield
    finally:
        _bound.reset(token)
