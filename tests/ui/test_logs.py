"""The log: one line an event, with person and item, and nothing secret."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from ui.logs import about, log, logging_to, report

Written = Callable[[], list[str]]


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """The lines of the log file, after everything that was logged so far has been written."""
    context = ExitStack()
    context.enter_context(logging_to(tmp_path))

    def read() -> list[str]:
        context.close()
        return (tmp_path / "posewright.log").read_text("utf-8").splitlines()

    yield read
    context.close()


def test_a_line_names_time_level_person_and_item(written: Written) -> None:
    with about(person="ann", item=12):
        log.info("saved revision %d", 3)
    log.warning("disk is getting full")
    first, second = written()
    time, level, person, *rest = first.split()
    assert time.endswith("Z")
    assert (level, person, rest) == ("INFO", "ann", ["item", "12", "posewright:", "saved", "revision", "3"])
    assert " - item - " in second


def test_an_error_is_one_line_found_by_its_number(written: Written) -> None:
    try:
        raise ValueError("broken\nin two lines")
    except ValueError as error:
        number = report(error, "saving")
    (line,) = written()
    assert f"error {number}" in line
    assert "test_logs.py" in line
    assert "ValueError: broken" in line


def test_nobody_forges_a_line(written: Written) -> None:
    with about(person="ann\n2026-01-01T00:00:00.000Z INFO admin"):
        log.info("name \x1b[2K\r%s", "x\ny")
    (line,) = written()
    assert "\x1b" not in line


@pytest.mark.parametrize(
    "text",
    [
        "Cookie: posewright_session=hunter2.abc",
        "posewright_session=hunter2",
        "{'password': 'hunter2'}",
        "password=hunter2&name=ann",
        'token="hunter2"',
        "Authorization: hunter2",
    ],
)
def test_secrets_are_blacked_out(written: Written, text: str) -> None:
    log.error("request with %s", text)
    (line,) = written()
    assert "hunter2" not in line
    assert "[removed]" in line


def test_the_file_is_for_the_owner_only(written: Written, tmp_path: Path) -> None:
    assert (tmp_path / "posewright.log").stat().st_mode & 0o777 == 0o600
