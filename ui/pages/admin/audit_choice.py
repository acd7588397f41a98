"""Which entries of the audit log are wanted, as it stands in an address."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from storage.use_cases.audit_log import AuditFilter

LONGEST_WORD = 64
LARGEST_ID = 2**53
FIELDS = ("person", "actor_id", "action", "object_type", "object_id", "since", "until")


def choice_from(values: Mapping[str, str | None]) -> AuditFilter:
    """What cannot be read is left out: an address is typed by hand now and then. Days are whole days in UTC."""
    until = _day(values.get("until"))
    return AuditFilter(
        person=_word(values.get("person")),
        actor_id=_number(values.get("actor_id")),
        action=_word(values.get("action")),
        object_type=_word(values.get("object_type")),
        object_id=_number(values.get("object_id")),
        since=_day(values.get("since")),
        until=until + timedelta(days=1) if until else None,
    )


def as_query(values: Mapping[str, str | None]) -> str:
    """The part of an address after the question mark; empty where everything is wanted."""
    return urlencode({name: values[name] for name in FIELDS if values.get(name)})


def _word(text: str | None) -> str:
    return "".join(character for character in (text or "")[:LONGEST_WORD] if character.isprintable()).strip()


def _number(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and int(text[:20]) < LARGEST_ID else None


def _day(text: str | None) -> datetime | None:
    try:
        day = datetime.strptime((text or "").strip(), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    return day if 2000 <= day.year < 2200 else None
