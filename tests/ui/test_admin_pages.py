"""The admin's people, audit log and system: who may open them, what is on them, and the log as a file."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from tests.ui.conftest import PASSWORD, World
from ui.pages.admin.audit_choice import as_query, choice_from

ROOMS = ("/admin/people", "/admin/people/csv", "/admin/audit", "/admin/system")
FILES = ("/admin/audit.csv", "/admin/audit.jsonl")


@pytest.mark.parametrize("who", ["ann", "sue"])
def test_only_admins_come_in(world: World, who: str) -> None:
    with world.browser(who) as client:
        for path in (*ROOMS, *FILES):
            answer = client.get(path)
            assert answer.status_code == 403, path
            assert "127.0.0.1" not in answer.text
    with world.server.client() as stranger:
        for path in (*ROOMS, *FILES):
            assert stranger.get(path).headers["location"].startswith("/login?next=/admin/"), path


def test_the_rooms_hold_what_they_are_for(world: World) -> None:
    with world.server.sign_in("adm", PASSWORD) as client:
        people, bulk, audit, system = (client.get(path) for path in ROOMS)
        assert {page.status_code for page in (people, bulk, audit, system)} == {200}
        assert "people-row" in people.text
        for name in ("ann", "bob", "sue", "adm"):
            assert name in people.text
        assert "Choose a file" in bulk.text
        assert "logged in" in audit.text
        assert "worker-row" in system.text
        assert "SQLite" in system.text
        client.cookies.set("posewright_language", "zh")
        assert "审计日志" in client.get("/admin/audit").text


def test_the_log_as_a_file_holds_the_choice_and_no_formulas(world: World) -> None:
    evil = '=HYPERLINK("http://x")'
    made = world.server.command("user", "add", evil, "--role", "annotator", "--password-stdin", stdin=PASSWORD)
    assert made.exit_code == 0, made.output
    with world.browser("adm") as client:
        table = client.get("/admin/audit.csv", params={"action": "add_user"})
        lines = client.get("/admin/audit.jsonl", params={"action": "add_user", "person": "console"})
        exports = client.get("/admin/audit.jsonl", params={"action": "export_audit"})
    assert table.headers["content-type"].startswith("text/csv")
    assert 'attachment; filename="posewright-audit-' in table.headers["content-disposition"]
    assert table.headers["cache-control"] == "no-store"
    rows = list(csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff"))))
    assert {row["action"] for row in rows} == {"add_user"}
    assert f"'{evil}" in {row["object"] for row in rows}
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for cell in row.values())
    entries = [json.loads(line) for line in lines.text.splitlines()]
    assert evil in {entry["object"] for entry in entries}
    assert [entry["id"] for entry in entries] == sorted((entry["id"] for entry in entries), reverse=True)
    noted = [json.loads(line) for line in exports.text.splitlines()]
    assert [(entry["actor"], entry["detail"]["format"], entry["address"]) for entry in noted[:2]] == [
        ("adm", "jsonl", "127.0.0.1"),
        ("adm", "jsonl", "127.0.0.1"),
    ]


def test_a_choice_is_read_from_an_address() -> None:
    which = choice_from(
        {"person": " ann\x00 ", "action": "save", "object_id": "12", "since": "2026-01-31", "until": "2026-01-31"}
    )
    assert (which.person, which.action, which.object_id, which.actor_id) == ("ann", "save", 12, None)
    assert which.since == datetime(2026, 1, 31, tzinfo=UTC)
    assert which.until == datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "x", "-1", "1e9", "9" * 40, "²", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_what_cannot_be_read_is_left_out(text: str) -> None:
    which = choice_from(dict.fromkeys(("actor_id", "object_id", "since", "until"), text))
    assert (which.actor_id, which.object_id, which.since, which.until) == (None, None, None, None)


def test_an_address_holds_only_what_is_chosen() -> None:
    assert as_query({"person": "a&b", "action": "", "object_id": None, "other": "x"}) == "person=a%26b"
