"""The log: one line an event with time, level, person and item; to the console and to rotating files in the home.

    2026-01-31T09:15:02.120Z INFO    ann     item 12  ui.live    saved revision 3

Never a password, token or cookie: nobody passes one, and `_Redaction` blacks out what looks like one all the same.
"""

import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import SimpleQueue

MAX_FILE_BYTES = 10 * 1024 * 1024
FILES_KEPT = 5
SECRETS = re.compile(
    r"(?i)(posewright_session|set-cookie|cookie|authorization|password|passwd|secret|token)"
    r"(['\"]?\s*[=:]\s*['\"]?)([^\s'\";,&)}\]]+)"
)

OUR_LOGGERS = ("posewright", "ui", "rendering", "storage", "meshes")
"""These speak from INFO on, libraries from WARNING on."""

log = logging.getLogger("posewright")

_person: ContextVar[str] = ContextVar("log_person", default="-")
_item: ContextVar[str] = ContextVar("log_item", default="-")


@contextmanager
def about(*, person: str | None = None, item: str | int | None = None) -> Iterator[None]:
    """Names person and item (an assignment's id) in every line that is logged inside."""
    tokens = [
        (variable, variable.set(str(value)))
        for variable, value in ((_person, person), (_item, item))
        if value is not None
    ]
    try:
        yield
    finally:
        for variable, token in tokens:
            variable.reset(token)


def report(error: BaseException, what: str) -> str:
    """Logs an unexpected error with its traceback and gives the number under which a person can quote it."""
    number = secrets.token_hex(4).upper()
    log.error("error %s: %s", number, what, exc_info=error)
    return number


class _Context(logging.Filter):
    """Adds person and item where the line is written; the handlers run in another thread."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.person = _person.get()
        record.item = _item.get()
        return True


class OneLine(logging.Formatter):
    """A line an event: a traceback stays on it, and nobody can forge a line by a name with a line break."""

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        person, item = getattr(record, "person", "-"), getattr(record, "item", "-")
        text = record.getMessage()
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            text = f"{text}\n{record.exc_text}"
        line = f"{time} {record.levelname:<7} {person} item {item} {record.name}: {text}"
        return _escape_controls(SECRETS.sub(r"\1\2[removed]", line))


def _escape_controls(text: str) -> str:
    return "".join(c if c.isprintable() else " ⏎ " if c == "\n" else repr(c)[1:-1] for c in text)


class _FormattingQueueHandler(QueueHandler):
    """Takes the line down on the calling thread and writes it on the listener's: the loop never waits for disk."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        if record.exc_info:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
            record.exc_info = None
        record.msg, record.args = record.getMessage(), None
        return record


@contextmanager
def logging_to(
    directory: Path | None, *, level: int = logging.INFO, name: str = "posewright.log", console: bool = True
) -> Iterator[None]:
    """Sends all logs to the console and, with a directory, to the file `name` in it, while inside.

    Each process has a file of its own: two that turn over one file would lose lines.
    """
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)] if console else []
    if directory is not None:
        file = directory / name
        file.touch(mode=0o600, exist_ok=True)
        handlers.append(RotatingFileHandler(file, maxBytes=MAX_FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(OneLine())
    queue: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(queue, *handlers)
    intake = _FormattingQueueHandler(queue)
    intake.addFilter(_Context())
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers[:] = [intake]
    root.setLevel(logging.WARNING)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(capture=True)
    listener.start()
    try:
        yield
    finally:
        logging.captureWarnings(capture=False)
        root.handlers[:], root.level = before
        listener.stop()
        for handler in handlers:
            handler.close()
