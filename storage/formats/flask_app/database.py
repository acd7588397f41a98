"""Read the old app's database: who its people were, which tasks they had, and which photo each question asked about.

The file comes from somebody else. A copy of it is opened, nothing but plain tables is read from it, and every value
is checked; docs/move-in.md says what each column is taken for.
"""

import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Final

from storage.formats.errors import OldAppUnreadable
from storage.formats.imagenet3d.layout import unusable_category, unusable_name

LARGEST_FILE: Final = 4 * 2**30
MOST_ROWS: Final = 5_000_000
LONGEST_VALUE: Final = 4096
LONGEST_NAME: Final = 200
PATIENCE_S: Final = 600.0
"""A question that takes longer than this is not asked to the end."""

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "annotators": ("annotator_id",),
    "tasks": ("task_id", "annotator_id"),
    "questions": ("question_id", "task_id", "img_path", "anno_path", "cad_path", "finished", "rejected"),
}
"""What is read of each table; a column that is not there reads as nothing."""

NOT_MOVED: Final[Mapping[str, str]] = {
    "quality_tasks": "tasks of the quality test",
    "quality_questions": "questions of the quality test",
    "questions_eval": "A/B questions",
}
"""Tables that are counted and left behind, and what is in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldQuestion:
    """One question: `photo` is `<category>/<stem>`, as photos are called in a data set."""

    key: str
    photo: str
    category: str
    finished: bool
    rejected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OldTask:
    """A task with its questions in the order in which the old app asked them."""

    name: str
    person: str
    questions: tuple[OldQuestion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unusable:
    """A row that does not come over. `where` names it."""

    where: str
    reason: str


@dataclass(slots=True, kw_only=True)
class OldDatabase:
    """`people`: the ids that people logged in with. `left_behind` counts the rows of `NOT_MOVED` by their words."""

    people: list[str] = field(default_factory=list)
    tasks: list[OldTask] = field(default_factory=list)
    left_behind: Counter[str] = field(default_factory=Counter)
    problems: list[Unusable] = field(default_factory=list)


def is_old_database(path: Path) -> bool:
    """Whether the file is a database with the old app's table of tasks or people; the app's empty ones are not."""
    try:
        with _opened(path) as connection:
            return bool({"annotators", "tasks"} & _tables(connection).keys())
    except OldAppUnreadable:
        return False


def read_old_database(path: Path) -> OldDatabase:
    """Raises OldAppUnreadable for a file that is no such database. What is wrong with a row goes to `problems`."""
    with _opened(path) as connection:
        tables = _tables(connection)
        if not {"annotators", "tasks"} & tables.keys():
            raise OldAppUnreadable(f"{path} has neither a table of annotators nor one of tasks")
        found = OldDatabase()
        found.people = _people(connection, tables, found.problems)
        found.tasks = list(_old_tasks(connection, tables, found))
        for table, words in NOT_MOVED.items():
            if table in tables:
                found.left_behind[words] += _count(connection, table)
        return found


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy, with the journal of a write that was cut off, so that the original is neither locked nor changed."""
    try:
        size = path.stat().st_size
        if not path.is_file() or size == 0:
            raise OldAppUnreadable(f"{path} is empty")
        if size > LARGEST_FILE:
            raise OldAppUnreadable(f"{path} has {size} bytes, {LARGEST_FILE} are read")
        with tempfile.TemporaryDirectory(prefix="posewright-move-in-") as folder:
            copy = Path(folder) / "old.sqlite"
            for suffix in ("", "-journal", "-wal"):
                beside = path.with_name(path.name + suffix)
                if not suffix or (beside.is_file() and not beside.is_symlink()):
                    shutil.copyfile(beside, copy.with_name(copy.name + suffix))
            with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
                _harden(connection)
                yield connection
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter for names of columns that are no text
        raise OldAppUnreadable(f"{path} cannot be read as a database: {error}") from None
    except OSError as error:
        raise OldAppUnreadable(f"{path} cannot be read: {error.strerror or error}") from None


def _harden(connection: sqlite3.Connection) -> None:
    """What https://sqlite.org/security.html advises for databases of strangers."""
    connection.text_factory = lambda content: content.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 16 * 2**20)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    problems = connection.execute("PRAGMA quick_check(1)").fetchone()
    if problems != ("ok",):
        raise OldAppUnreadable(f"the old app's database is damaged: {str(problems[0])[:200]}")
    deadline = time.monotonic() + PATIENCE_S
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 100_000)


def _tables(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The columns of the tables that we know, by table. A view or virtual table is none: it could run anything."""
    found = {}
    known = (*COLUMNS, *NOT_MOVED)
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    for name, sql in rows:
        if isinstance(name, str) and name in known and str(sql).lstrip().upper().startswith("CREATE TABLE"):
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            found[name] = tuple(str(column[1]) for column in columns)
    return found


def _rows(connection: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Rows in the order in which they were written; columns that the table lacks are None."""
    wanted = [name if name in columns else f"NULL AS {name}" for name in COLUMNS[table]]
    # Every word of it is our own: names of tables and columns come from `COLUMNS`.
    cursor = connection.execute(f"SELECT {', '.join(wanted)} FROM {table} LIMIT {MOST_ROWS + 1}")  # noqa: S608
    for number, row in enumerate(cursor):
        if number >= MOST_ROWS:
            raise OldAppUnreadable(f"the table {table} has more than {MOST_ROWS} rows")
        yield dict(zip(COLUMNS[table], row, strict=True))


def _count(connection: sqlite3.Connection, table: str) -> int:
    count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - of `NOT_MOVED`
    return count


def _people(
    connection: sqlite3.Connection, tables: Mapping[str, tuple[str, ...]], problems: list[Unusable]
) -> list[str]:
    people: dict[str, None] = {}
    if "annotators" in tables:
        for number, row in enumerate(_rows(connection, "annotators", tables["annotators"]), 1):
            name = _name(row["annotator_id"])
            if name is None:
                problems.append(Unusable(where=f"annotators, row {number}", reason="its annotator_id is no name"))
            else:
                people[name] = None
    return list(people)


def _old_tasks(
    connection: sqlite3.Connection, tables: Mapping[str, tuple[str, ...]], found: OldDatabase
) -> Iterator[OldTask]:
    questions = _questions(connection, tables, found.problems)
    if "tasks" in tables:
        seen: set[str] = set()
        for number, row in enumerate(_rows(connection, "tasks", tables["tasks"]), 1):
            name, person = _name(row["task_id"]), _name(row["annotator_id"])
            if name is None:
                found.problems.append(Unusable(where=f"tasks, row {number}", reason="its task_id is no name"))
            elif name in seen:
                found.problems.append(Unusable(where=f"task {name}", reason="is there twice; the first one counts"))
            elif "quality" in name or "eval" in name:
                # So did the old app tell the kinds apart.
                seen.add(name)
                found.left_behind["tasks of the quality and A/B tests"] += 1
            elif person is None:
                found.problems.append(Unusable(where=f"task {name}", reason="belongs to nobody"))
            else:
                seen.add(name)
                yield OldTask(name=name, person=person, questions=tuple(questions.pop(name, ())))
        for name in seen:
            questions.pop(name, None)
    for name, left in questions.items():
        found.problems.append(
            Unusable(where=f"task {name}", reason=f"is not in the table of tasks; {len(left)} questions left out")
        )


def _questions(
    connection: sqlite3.Connection, tables: Mapping[str, tuple[str, ...]], problems: list[Unusable]
) -> dict[str, list[OldQuestion]]:
    """Questions by the name of their task."""
    questions: dict[str, list[OldQuestion]] = {}
    for number, row in (
        enumerate(_rows(connection, "questions", tables["questions"]), 1) if "questions" in tables else ()
    ):
        task = _name(row["task_id"])
        key = _name(row["question_id"]) or f"{task} {number}"
        place = _photo(row["img_path"]) or _photo(row["anno_path"])
        if task is None or place is None:
            reason = "names no photo" if task else "belongs to no task"
            problems.append(Unusable(where=f"question {key}", reason=reason))
            continue
        category, stem = place
        questions.setdefault(task, []).append(
            OldQuestion(
                key=key,
                photo=f"{category}/{stem}",
                category=category,
                finished=_flag(row["finished"]),
                rejected=_flag(row["rejected"]),
            )
        )
    return questions


def _name(value: Any) -> str | None:
    """A short text or whole number as text."""
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else None
    if not isinstance(value, str):
        return None
    value = value.strip()
    return value if 0 < len(value) <= LONGEST_NAME and value.isprintable() and "\ufffd" not in value else None


def _photo(value: Any) -> tuple[str, str] | None:
    """(category, stem) of a path like images/car/n02814533_1.JPEG; what comes before the category does not count."""
    if not isinstance(value, str) or len(value) > LONGEST_VALUE:
        return None
    parts = PurePosixPath(value.replace("\\", "/")).parts
    if len(parts) < 2 or unusable_category(parts[-2]) or unusable_name(parts[-1]):
        return None
    return parts[-2], PurePosixPath(parts[-1]).stem


def _flag(value: Any) -> bool:
    return value in (1, "1") and value is not None
