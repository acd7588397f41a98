"""The commands as an operator types them."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.empty_database import empty_tables
from tests.server import ROOT, command_here, free_port, running_server

PASSWORD = "correct horse battery"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Empty tables are there already."""
    (tmp_path / "posewright.sqlite3").write_bytes(empty_tables())
    return tmp_path


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = command_here(tmp_path, "--help")
    assert shown.exit_code == 0
    for name in ("serve", "import", "export", "user", "task", "render", "doctor"):
        assert f"\n  {name} " in shown.stdout


def test_accounts(home: Path) -> None:
    added = command_here(home, "user", "add", "Ann", "--role", "admin", "--password-stdin", stdin=PASSWORD + "\n")
    assert (added.exit_code, added.stdout) == (0, "added Ann (admin)\n")
    made = command_here(home, "user", "add", "bob", "--role", "annotator")
    assert "shown this once" in made.stdout
    assert command_here(home, "user", "add", "ann", "--role", "admin").stderr.startswith("error: ")
    assert command_here(home, "user", "passwd", "bob", "--password-stdin", stdin=PASSWORD).exit_code == 0
    assert command_here(home, "user", "deactivate", "bob").exit_code == 0
    listed = command_here(home, "user", "list").stdout
    assert [line.split() for line in listed.splitlines()] == [
        ["Ann", "admin", "active"],
        ["bob", "annotator", "deactivated"],
    ]
    assert PASSWORD not in added.stdout + listed


@pytest.mark.parametrize(
    ("arguments", "stdin", "part"),
    [
        (("user", "add", "ann", "--role", "annotator", "--password-stdin"), "short", "at least"),
        (("user", "add", "ann", "--role", "annotator", "--password-stdin"), "", "no password"),
        (("user", "passwd", "nobody", "--password-stdin"), PASSWORD, "nobody"),
        (("task", "create", "--dataset", "x", "--assign", "ann"), "", "user add"),
        (("serve", "--port", "99999"), "", "65535"),
    ],
)
def test_what_is_wrong_is_one_clear_line(home: Path, arguments: tuple[str, ...], stdin: str, part: str) -> None:
    failed = command_here(home, *arguments, stdin=stdin)
    assert failed.exit_code == 2
    assert part in failed.stderr
    assert "Traceback" not in failed.stderr


def test_lists_name_the_first_step_where_nobody_has_an_account(home: Path) -> None:
    for command in ("user", "task"):
        listed = command_here(home, command, "list")
        assert (listed.exit_code, listed.stdout) == (0, "")
        assert "user add NAME --role admin" in listed.stderr


def test_a_damaged_database_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "posewright.sqlite3").write_bytes(b"this is no database" * 100)
    failed = command_here(tmp_path, "user", "list")
    assert failed.exit_code == 2
    assert "posewright.sqlite3 cannot be used: file is not a database" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_a_taken_port_is_said(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        failed = command_here(home, "serve", "--no-demo", "--port", str(taken.getsockname()[1]))
    assert failed.exit_code == 2
    assert "--port" in failed.stderr


def test_a_weak_demo_password_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    port = str(free_port())
    failed = command_here(tmp_path / "home", "serve", "--port", port, POSEWRIGHT_DEMO_PASSWORD="short")
    assert failed.exit_code == 2
    assert "at least 10 characters" in failed.stderr
    assert command_here(tmp_path / "home", "user", "list").stdout == ""


def test_the_doctor_examines_an_installation(tmp_path: Path) -> None:
    examined = command_here(tmp_path, "doctor", "--json")
    found = json.loads(examined.stdout)
    assert examined.exit_code == (0 if found["ok"] else 1)
    assert [finding["name"] for finding in found["findings"]] == ["versions", "disk", "database", "renderer", "fonts"]
    assert all(finding["mend"] for finding in found["findings"] if finding["state"] != "ok")


def test_the_doctor_says_how_to_mend_a_database(tmp_path: Path) -> None:
    (tmp_path / "posewright.sqlite3").write_bytes(b"this is no database" * 100)
    examined = command_here(tmp_path, "doctor")
    assert examined.exit_code == 1
    assert "missing  database" in examined.stdout
    assert "->" in examined.stdout


def test_an_empty_start_names_the_first_step_and_warns_when_exposed(tmp_path: Path) -> None:
    with running_server(tmp_path / "home", "--no-demo", "--host", "0.0.0.0", program=["main.py"]) as server:
        assert "user add NAME --role admin" in server.output
        assert "WARNING" in server.output
        assert (server.home.stat().st_mode & 0o777, (server.home / "secret").stat().st_mode & 0o777) == (0o700, 0o600)


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    heavy = ("numpy", "nicegui", "sqlalchemy", "PIL", "rich")
    probe = f"import sys, ui.cli.app; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
