"""The audit log as a file: sent while it is read, a thousand entries at a time, however long it is."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from domain.permissions import Actor
from storage.formats.csv_text import csv_line
from storage.use_cases.audit_log import LONGEST_PAGE, AuditEntry, AuditFilter, audit_entries, note_export
from ui.auth import SignedIn
from ui.pages.admin.audit_choice import choice_from
from ui.services import Services

HEAD = ("id", "at", "actor_id", "actor", "action", "object_type", "object_id", "object", "address", "detail")
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson; charset=utf-8"}


def add_audit_export(app: FastAPI, services: Services) -> None:
    @app.get("/admin/audit.csv")
    async def audit_csv(request: Request) -> Response:
        return await export(request, "csv")

    @app.get("/admin/audit.jsonl")
    async def audit_jsonl(request: Request) -> Response:
        return await export(request, "jsonl")

    async def export(request: Request, format: str) -> Response:
        """The right is checked, and the export noted, before the first byte."""
        person: SignedIn = request.state.person
        which = choice_from(request.query_params)
        await services.transact(note_export, actor=person.actor, which=which, format=format)
        name = f"posewright-audit-{datetime.now(UTC):%Y%m%d-%H%M}.{format}"
        return StreamingResponse(
            _content(services, person.actor, which, format),
            media_type=MEDIA_TYPES[format],
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
        )


async def _content(services: Services, actor: Actor, which: AuditFilter, format: str) -> AsyncIterator[str]:
    if format == "csv":
        yield "\ufeff" + csv_line(HEAD)
    place = None
    while True:
        page = await services.reading(audit_entries, actor=actor, which=which, after=place, limit=LONGEST_PAGE)
        yield "".join(_csv(entry) if format == "csv" else _jsonl(entry) for entry in page.rows)
        place = page.following
        if place is None:
            return


def _csv(entry: AuditEntry) -> str:
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
    values = _values(entry) | {"detail": detail}
    return csv_line(["" if values[name] is None else values[name] for name in HEAD])


def _jsonl(entry: AuditEntry) -> str:
    return json.dumps(_values(entry), ensure_ascii=False) + "\n"


def _values(entry: AuditEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "actor_id": entry.actor_id,
        "actor": entry.actor_name,
        "action": entry.action,
        "object_type": entry.object_type,
        "object_id": entry.object_id,
        "object": entry.object_name,
        "address": entry.address,
        "detail": entry.detail,
    }
